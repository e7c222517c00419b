//! The REST API: one file per resource. Handlers parse, ask the service, and put the answer as JSON.
//!
//! What every request has in common (key, limits, due timers, durability of the answer) is in `door.rs`.

mod control;
mod events;
mod exec;
mod extract;
mod files;
mod sandboxes;
mod volumes;

use std::sync::Arc;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::response::Response;
use axum::routing::{get, patch, post};

use crate::error::Failure;
use crate::service::Service;

type Answer = Result<Response, Failure>;
type Shared = Arc<Service>;

/// Every route of the service and of the stand-in's extensions.
pub(crate) fn router(service: Shared) -> Router {
    // Not nested: a nest copies the URL of every request to cut its prefix off.
    let at = |path: &str| format!("/api/v1{path}");
    Router::new()
        .route(&at("/sandboxes"), get(sandboxes::list).post(sandboxes::create))
        .route(&at("/sandboxes/{id}"), get(sandboxes::get).delete(sandboxes::kill))
        .route(&at("/sandboxes/{id}/timeout"), patch(sandboxes::set_timeout))
        .route(&at("/sandboxes/{id}/exec"), post(exec::exec))
        .merge(files::of_sandbox(&at("/sandboxes/{id}/files")))
        .route(&at("/volumes"), get(volumes::list).post(volumes::create))
        .route(&at("/volumes/{name}"), get(volumes::get).delete(volumes::delete))
        .merge(files::of_volume(&at("/volumes/{name}/files")))
        .route(&at("/events"), get(events::stream))
        .route(&at("/_mock/info"), get(control::info))
        .route(&at("/_mock/clock"), post(control::advance_clock))
        .route(&at("/_mock/state"), get(control::export).put(control::import).delete(control::empty))
        .fallback(extract::route_not_found)
        // The door counts bytes itself: axum's own limit would answer in plain text.
        .layer(DefaultBodyLimit::disable())
        .with_state(service)
}
