//! `/openapi.json`: what the routes are, for machines. `crates/openapi` makes it from the code, and a test keeps it so.

use axum::response::IntoResponse as _;
use http::header;

use super::Answer;
use crate::json;

const DOCUMENT: &str = include_str!("../../../../docs/openapi.json");

pub(crate) async fn document() -> Answer {
    Ok(([(header::CONTENT_TYPE, json::CONTENT_TYPE)], DOCUMENT).into_response())
}
