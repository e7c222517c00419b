//! The REST API: one file per resource. Handlers parse, ask the service, and put the answer as JSON.
//!
//! What every request has in common (key, limits, due timers, durability of the answer) is in `door.rs`.

mod control;
mod events;
mod exec;
mod extract;
mod files;
mod openapi;
mod sandboxes;
mod terminals;
mod volumes;

use std::sync::Arc;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::response::Response;
use axum::routing::{MethodRouter, get, patch, post};

use crate::error::Failure;
use crate::service::Service;

type Answer = Result<Response, Failure>;
type Shared = Arc<Service>;

/// A path, and what answers there to each method.
type Route = (String, MethodRouter<Shared>);

/// Every route of the service and of the stand-in's extensions.
pub(crate) fn table() -> Vec<Route> {
    // Not nested: a nest copies the URL of every request to cut its prefix off.
    let at = |path: &str| format!("/api/v1{path}");
    let mut routes = vec![
        (at("/sandboxes"), get(sandboxes::list).post(sandboxes::create)),
        (at("/sandboxes/{id}"), get(sandboxes::get).delete(sandboxes::kill)),
        (at("/sandboxes/{id}/timeout"), patch(sandboxes::set_timeout)),
        (at("/sandboxes/{id}/exec"), post(exec::exec)),
        (at("/sandboxes/{id}/terminals"), post(terminals::create)),
        (at("/sandboxes/{id}/terminals/{terminalId}/ws"), get(terminals::without_a_socket)),
        (at("/volumes"), get(volumes::list).post(volumes::create)),
        (at("/volumes/{name}"), get(volumes::get).delete(volumes::delete)),
        (at("/events"), get(events::stream)),
        (at("/openapi.json"), get(openapi::document)),
        (at("/_mock/info"), get(control::info)),
        (at("/_mock/clock"), post(control::advance_clock)),
        (at("/_mock/compact"), post(control::compact)),
        (at("/_mock/state"), get(control::export).put(control::import).delete(control::empty)),
    ];
    routes.extend(files::of_sandbox(&at("/sandboxes/{id}/files")));
    routes.extend(files::of_volume(&at("/volumes/{name}/files")));
    routes
}

/// What finds the route of a request.
pub(crate) fn router(service: Shared) -> Router {
    let router =
        table().into_iter().fold(Router::new(), |router, (path, methods)| router.route(&path, methods));
    router
        .fallback(extract::route_not_found)
        // The door counts bytes itself: axum's own limit would answer in plain text.
        .layer(DefaultBodyLimit::disable())
        .with_state(service)
}
