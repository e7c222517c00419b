//! JSON bodies, in and out.

use axum::response::{IntoResponse, Response};
use http::{StatusCode, header};
use serde_json::Value;

pub(crate) const CONTENT_TYPE: &str = "application/json";

/// An answer with a JSON body.
pub(crate) fn answer(status: StatusCode, value: &Value) -> Response {
    (status, [(header::CONTENT_TYPE, CONTENT_TYPE)], value.to_string()).into_response()
}

/// The usual answer.
pub(crate) fn ok(value: &Value) -> Response {
    answer(StatusCode::OK, value)
}
