//! `/_mock/…`: what only a stand-in has. Moving its clock, saving, loading and emptying the whole cloud.

use axum::extract::State;
use axum::response::IntoResponse;
use bytes::Bytes;
use http::{StatusCode, header};
use sandbox_core::{Error, parse_advance, parse_json};
use sandbox_shell::Host;
use serde_json::json;

use super::{Answer, Shared};
use crate::error::from_store;
use crate::{iso, json};

pub(crate) async fn info(State(service): State<Shared>) -> Answer {
    let clock = if service.world().virtual_clock().is_some() { "virtual" } else { "system" };
    Ok(json::ok(&json!({
        "storage": service.storage().as_str(),
        "durable": service.storage().is_durable(),
        "version": env!("CARGO_PKG_VERSION"),
        "epoch": service.epoch(),
        "clock": clock,
        "now": iso::from_timestamp(service.world().now()),
        "processesLost": service.processes_lost(),
    })))
}

pub(crate) async fn advance_clock(State(service): State<Shared>, body: Bytes) -> Answer {
    let by = parse_advance(&parse_json(&body)?)?;
    let clock = service.world().virtual_clock().ok_or(Error::ClockNotVirtual)?;
    clock.advance(std::time::Duration::from_millis(by));
    service.tick();
    Ok(json::ok(&json!({ "now": iso::from_timestamp(service.world().now()) })))
}

pub(crate) async fn compact(State(service): State<Shared>) -> Answer {
    service.flush().await?;
    service.compact().await.map_err(|error| from_store(&error))?;
    let sizes = service.sizes();
    Ok(json::ok(&json!({
        "storedBytes": sizes.records + sizes.segments,
        "liveBytes": service.cloud().used_bytes(),
    })))
}

pub(crate) async fn export(State(service): State<Shared>) -> Answer {
    let file = service.cloud().export()?;
    Ok(([(header::CONTENT_TYPE, "application/octet-stream")], file).into_response())
}

pub(crate) async fn import(State(service): State<Shared>, body: Bytes) -> Answer {
    let mut cloud = service.cloud();
    cloud.import(&body)?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

pub(crate) async fn empty(State(service): State<Shared>) -> Answer {
    service.cloud().empty();
    Ok(StatusCode::NO_CONTENT.into_response())
}
