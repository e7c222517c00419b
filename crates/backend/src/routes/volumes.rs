//! `/volumes`: an extension; the service documents no calls for what it says can be deleted.

use axum::extract::State;
use axum::response::IntoResponse;
use bytes::Bytes;
use http::StatusCode;
use sandbox_core::{Command, CreateVolume, VolumeName, parse_json};
use serde_json::{Value, json};

use super::extract::Named;
use super::{Answer, Shared};
use crate::json;

pub(crate) async fn list(State(service): State<Shared>) -> Answer {
    let cloud = service.cloud();
    let volumes: Vec<Value> = cloud.state().volumes().map(|volume| cloud.volume_json(volume)).collect();
    Ok(json::ok(&json!({ "volumes": volumes })))
}

pub(crate) async fn create(State(service): State<Shared>, body: Bytes) -> Answer {
    let request = CreateVolume::parse(&parse_json(&body)?)?;
    let name = request.name.clone();
    let mut cloud = service.cloud();
    cloud.run(&Command::CreateVolume(request))?;
    let volume = cloud.volume_json(cloud.state().volume(name.as_str())?);
    Ok(json::answer(StatusCode::CREATED, &json!({ "volume": volume })))
}

pub(crate) async fn get(State(service): State<Shared>, Named(name): Named) -> Answer {
    let cloud = service.cloud();
    let volume = cloud.volume_json(cloud.state().volume(&name)?);
    Ok(json::ok(&json!({ "volume": volume })))
}

pub(crate) async fn delete(State(service): State<Shared>, Named(name): Named) -> Answer {
    let name = VolumeName::parse(&name)?;
    service.cloud().run(&Command::DeleteVolume { name })?;
    Ok(StatusCode::NO_CONTENT.into_response())
}
