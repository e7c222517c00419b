//! Server-sent events. No chunk leaves before everything it could tell of is durable.

use std::sync::Arc;

use axum::body::Body;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use futures_util::{Stream, StreamExt};
use http::header;

use crate::service::Service;

/// One message. `data` must be one line, as JSON text is.
pub(crate) fn message(event: Option<&str>, data: &str) -> Bytes {
    match event {
        Some(event) => format!("event: {event}\ndata: {data}\n\n").into(),
        None => format!("data: {data}\n\n").into(),
    }
}

/// An answer that streams.
pub(crate) fn answer(service: Arc<Service>, chunks: impl Stream<Item = Bytes> + Send + 'static) -> Response {
    let durable = chunks.then(move |chunk| {
        let service = Arc::clone(&service);
        // A chunk that cannot be made durable ends the stream: the client sees it cut off, not a wrong promise.
        async move { service.flush().await.map(|()| chunk) }
    });
    let headers = [(header::CONTENT_TYPE, "text/event-stream"), (header::CACHE_CONTROL, "no-store")];
    (headers, Body::from_stream(durable)).into_response()
}
