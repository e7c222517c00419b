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
    let api = Router::new()
        .route("/sandboxes", get(sandboxes::list).post(sandboxes::create))
        .route("/sandboxes/{id}", get(sandboxes::get).delete(sandboxes::kill))
        .route("/sandboxes/{id}/timeout", patch(sandboxes::set_timeout))
        .route("/sandboxes/{id}/exec", post(exec::exec))
        .nest("/sandboxes/{id}/files", files::of_sandbox())
        .route("/volumes", get(volumes::list).post(volumes::create))
        .route("/volumes/{name}", get(volumes::get).delete(volumes::delete))
        .nest("/volumes/{name}/files", files::of_volume())
        .route("/events", get(events::stream))
        .route("/_mock/info", get(control::info))
        .route("/_mock/clock", post(control::advance_clock))
        .route("/_mock/state", get(control::export).put(control::import).delete(control::empty));
    Router::new()
        .nest("/api/v1", api)
        .fallback(extract::route_not_found)
        // The door counts bytes itself: axum's own limit would answer in plain text.
        .layer(DefaultBodyLimit::disable())
        .with_state(service)
}
