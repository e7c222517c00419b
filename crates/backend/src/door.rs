//! The one door: what every request has in common before and after its route.

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::response::IntoResponse;
use bytes::Bytes;
use http::{HeaderMap, Method, Request, Response, StatusCode, Uri, header};
use sandbox_core::Error;
use sandbox_core::documented::MAX_FILE_SIZE;
use tower::ServiceExt;

use crate::error::Failure;
use crate::service::{Service, WHOLE_CLOUD_CEILING_BYTES};

/// Most bytes of a URL's path and query: the longest path of a file, each byte of it written as three, and more.
const MAX_URL: u64 = 16 << 10;
/// Most bytes of a JSON body.
const MAX_JSON_BODY: u64 = 1 << 20;
/// Most bytes of a saved cloud.
pub(crate) const MAX_STATE_FILE: u64 = 2 * WHOLE_CLOUD_CEILING_BYTES;
const METHODS: [&str; 6] = ["DELETE", "GET", "HEAD", "PATCH", "POST", "PUT"];

/// The URL of a request.
///
/// # Errors
/// The answer to what is no URL, or too long for one.
pub(crate) fn read_url(text: &str) -> Result<Uri, Box<Response<Body>>> {
    let refused = |error: Error| Box::new(Failure(error).into_response());
    let length = text.len() as u64;
    if length > 2 * MAX_URL {
        return Err(refused(Error::UrlTooLong { length, max: MAX_URL }));
    }
    text.parse()
        .map_err(|error: http::uri::InvalidUri| refused(Error::InvalidUrl { problem: error.to_string() }))
}

/// Answers one request. The answer leaves only when everything it could have seen is durable.
pub(crate) async fn answer(
    service: &Arc<Service>,
    router: &Router,
    request: Request<Bytes>,
) -> Response<Body> {
    if let Err(refused) = admit(service, &request) {
        return Failure(refused).into_response();
    }
    service.tick();
    let (method, path) = (request.method().clone(), request.uri().path().to_owned());
    let response = match router.clone().oneshot(request.map(Body::from)).await {
        Ok(response) => response,
        Err(never) => match never {},
    };
    service.watch_deadlines();
    if let Err(not_durable) = service.flush().await {
        return Failure(not_durable).into_response();
    }
    match response.status() {
        StatusCode::METHOD_NOT_ALLOWED => method_not_allowed(&method, path, response.headers()),
        _ => response,
    }
}

/// The answer to a body that no route takes.
pub(crate) fn body_too_large() -> Response<Body> {
    Failure(Error::BodyTooLarge { max: MAX_STATE_FILE }).into_response()
}

/// Key and sizes, before anything is read.
fn admit(service: &Service, request: &Request<Bytes>) -> Result<(), Error> {
    let length = request.uri().path_and_query().map_or(0, |url| url.as_str().len() as u64);
    if length > MAX_URL {
        return Err(Error::UrlTooLong { length, max: MAX_URL });
    }
    if let Some(key) = service.api_key() {
        let given = request.headers().get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
        if given.and_then(|given| given.strip_prefix("Bearer ")) != Some(key) {
            return Err(Error::Unauthorized);
        }
    }
    let size = request.body().len() as u64;
    let path = request.uri().path().trim_end_matches('/');
    let is_put = request.method() == Method::PUT;
    if is_put && path.ends_with("/files") {
        return if size > MAX_FILE_SIZE {
            Err(Error::FileTooLarge { size, max: MAX_FILE_SIZE })
        } else {
            Ok(())
        };
    }
    let max = if is_put && path.ends_with("/_mock/state") { MAX_STATE_FILE } else { MAX_JSON_BODY };
    if size > max { Err(Error::BodyTooLarge { max }) } else { Ok(()) }
}

fn method_not_allowed(method: &Method, path: String, headers: &HeaderMap) -> Response<Body> {
    let allow = headers.get(header::ALLOW).cloned();
    let listed = allow.as_ref().and_then(|value| value.to_str().ok()).unwrap_or_default();
    let is_allowed = |known: &&str| listed.split(',').any(|method| method.trim() == *known);
    let allowed = METHODS.into_iter().filter(is_allowed).collect();
    let failure = Failure(Error::MethodNotAllowed { method: method.to_string(), path, allowed });
    let mut response = failure.into_response();
    if let Some(allow) = allow {
        response.headers_mut().insert(header::ALLOW, allow);
    }
    response
}
