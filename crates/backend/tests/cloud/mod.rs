//! Clouds for tests, and requests to them.

use std::sync::Arc;

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::BodyExt;
use sandbox_backend::{Backend, BackendOptions, Body};
use sandbox_server::NativeHost;
use sandbox_store::Store;
use serde_json::{Value, json};

pub(crate) async fn open_with(store: Arc<dyn Store>, options: Value) -> Backend {
    let options = BackendOptions::from_json(&options).unwrap();
    Backend::open(options, store, Arc::new(NativeHost::new())).await.unwrap()
}

pub(crate) async fn send(
    backend: &Backend,
    method: &str,
    path: &str,
    body: impl Into<Bytes>,
) -> Response<Body> {
    let request = Request::builder().method(method).uri(path).body(body.into()).unwrap();
    backend.handle(request).await
}

/// Status and JSON body; a body that is no JSON is its text.
pub(crate) async fn call(backend: &Backend, method: &str, path: &str, body: Value) -> (u16, Value) {
    let body = if body.is_null() { Bytes::new() } else { body.to_string().into() };
    let response = send(backend, method, path, body).await;
    let status = response.status().as_u16();
    let bytes = response.into_body().collect().await.unwrap().to_bytes();
    let text = String::from_utf8_lossy(&bytes);
    (status, serde_json::from_str(&text).unwrap_or_else(|_| text.into()))
}

pub(crate) async fn create(backend: &Backend, volume: &str) -> String {
    let body = json!({ "image": "node:20", "volumes": { "/workspace": volume } });
    let (status, answer) = call(backend, "POST", "/api/v1/sandboxes", body).await;
    assert_eq!(status, 201, "{answer}");
    answer["sandbox"]["id"].as_str().unwrap().to_owned()
}

pub(crate) async fn exec(backend: &Backend, id: &str, command: &str) -> Value {
    let (status, answer) =
        call(backend, "POST", &format!("/api/v1/sandboxes/{id}/exec"), json!({ "command": command })).await;
    assert_eq!(status, 200, "{answer}");
    answer
}
