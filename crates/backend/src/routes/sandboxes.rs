//! `/sandboxes`: create, list, get, kill, and the timeout.

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use http::{HeaderValue, StatusCode};
use sandbox_core::{Command, CreateSandbox, Event, SandboxId, parse_json, parse_timeout};
use serde_json::{Value, json};

use super::extract::Named;
use super::{Answer, Shared};
use crate::json;

/// Carries the notice that an image is not emulated, percent-encoded.
const NOTICE_HEADER: &str = "x-simplesandbox-notice";

pub(crate) async fn create(State(service): State<Shared>, body: Bytes) -> Answer {
    let request = CreateSandbox::parse(&parse_json(&body)?)?;
    let mut cloud = service.cloud();
    let events = cloud.run(&Command::CreateSandbox(request))?;
    let created = events.iter().find_map(|event| match event {
        Event::SandboxCreated { id, .. } => {
            cloud.state().sandbox(id.as_str()).ok().map(|sandbox| sandbox.to_json())
        }
        _ => None,
    });
    let mut answer = json::answer(StatusCode::CREATED, &json!({ "sandbox": created }));
    if let Some(notice) = events.iter().find_map(not_emulated) {
        announce(&mut answer, &notice);
    }
    Ok(answer)
}

pub(crate) async fn list(State(service): State<Shared>) -> Answer {
    let cloud = service.cloud();
    let sandboxes: Vec<Value> = cloud.state().sandboxes().map(|sandbox| sandbox.to_json()).collect();
    Ok(json::ok(&json!({ "sandboxes": sandboxes })))
}

pub(crate) async fn get(State(service): State<Shared>, Named(id): Named) -> Answer {
    let cloud = service.cloud();
    let sandbox = cloud.state().sandbox(&id)?;
    Ok(json::ok(&json!({ "sandbox": sandbox.to_json() })))
}

pub(crate) async fn kill(State(service): State<Shared>, Named(id): Named) -> Answer {
    let id = SandboxId::parse(&id)?;
    service.cloud().run(&Command::KillSandbox { id })?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

pub(crate) async fn set_timeout(State(service): State<Shared>, Named(id): Named, body: Bytes) -> Answer {
    let id = SandboxId::parse(&id)?;
    let timeout = parse_timeout(&parse_json(&body)?)?;
    let mut cloud = service.cloud();
    cloud.run(&Command::SetTimeout { id: id.clone(), timeout })?;
    let sandbox = cloud.state().sandbox(id.as_str())?.to_json();
    Ok(json::ok(&json!({ "id": sandbox["id"], "stopAt": sandbox["stopAt"] })))
}

fn not_emulated(event: &Event) -> Option<String> {
    match event {
        Event::NotEmulated { image, nearest, .. } => Some(format!(
            "image \"{image}\" is not emulated: this sandbox is a plain Linux; the nearest known image is {nearest}"
        )),
        _ => None,
    }
}

/// Header values are ASCII: everything else is percent-encoded.
fn announce(answer: &mut Response, notice: &str) {
    let mut encoded = String::with_capacity(notice.len());
    for byte in notice.bytes() {
        match byte {
            b'%' | 0..=0x1f | 0x7f.. => encoded.push_str(&format!("%{byte:02X}")),
            _ => encoded.push(byte as char),
        }
    }
    if let Ok(value) = HeaderValue::from_str(&encoded) {
        answer.headers_mut().insert(NOTICE_HEADER, value);
    }
}
