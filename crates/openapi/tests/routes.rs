//! The document and the router know the same paths and methods.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use bytes::Bytes;
use http::{Request, StatusCode, header};
use sandbox_backend::{Backend, BackendOptions};
use sandbox_server::NativeHost;
use sandbox_store::MemoryStore;
use serde_json::Value;

#[tokio::test]
async fn the_document_and_the_router_have_the_same_routes_and_methods() {
    let document: Value = serde_json::from_str(&sandbox_openapi::to_json().unwrap()).unwrap();
    let documented: BTreeMap<String, BTreeSet<String>> = document["paths"]
        .as_object()
        .unwrap()
        .iter()
        .map(|(path, item)| {
            let methods = item.as_object().unwrap().keys().map(|method| method.to_uppercase());
            (format!("/api/v1{path}"), methods.collect())
        })
        .collect();

    let backend =
        Backend::open(BackendOptions::default(), Arc::new(MemoryStore::new()), Arc::new(NativeHost::new()));
    let backend = backend.await.unwrap();
    let mut answered = BTreeMap::new();
    for path in Backend::paths() {
        // No route answers OPTIONS itself; the refusal names what it does answer.
        let url = path.replace("{id}", "e7847229c547d8").replace("{name}", "a").replace("{terminalId}", "a");
        let request = Request::options(url).body(Bytes::new()).unwrap();
        let response = backend.handle(request).await;
        assert_eq!(response.status(), StatusCode::METHOD_NOT_ALLOWED, "{path}");
        let allow = response.headers()[header::ALLOW].to_str().unwrap().to_owned();
        // Whatever answers GET answers HEAD: HTTP says so, no document repeats it.
        let methods = allow.split(',').map(str::trim).filter(|method| *method != "HEAD").map(str::to_owned);
        answered.insert(path, methods.collect::<BTreeSet<String>>());
    }
    assert_eq!(documented, answered);
}
