//! The cloud in a real browser's IndexedDB: it is there for the next engine, and every refusal is an error.
#![cfg(target_arch = "wasm32")]

use js_sys::{Function, Object, Promise, Reflect, Uint8Array};
use sandbox_wasm::{Engine, EngineResponse};
use serde_json::{Value, json};
use wasm_bindgen::convert::TryFromJsValue;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_browser);

fn options(name: &str) -> JsValue {
    let options = Object::new();
    for (key, value) in [("storage", "indexeddb"), ("name", name)] {
        Reflect::set(&options, &key.into(), &value.into()).unwrap();
    }
    options.into()
}

async fn open(name: &str) -> Engine {
    Engine::open(options(name)).await.unwrap_or_else(|error| panic!("{name} does not open: {error:?}"))
}

fn reason(error: &JsValue) -> String {
    Reflect::get(error, &"reason".into()).unwrap().as_string().unwrap_or_default()
}

async fn call(engine: &Engine, method: &str, path: &str, body: &Value) -> (u16, Value) {
    let body = (!body.is_null()).then(|| body.to_string().into_bytes());
    let answer = JsFuture::from(engine.handle(method, path, vec![], body).unwrap()).await.unwrap();
    let response = EngineResponse::try_from_js_value(answer).unwrap();
    let bytes: Uint8Array = response.body();
    let text = String::from_utf8(bytes.to_vec()).unwrap();
    (response.status(), serde_json::from_str(&text).unwrap_or(Value::String(text)))
}

async fn create(engine: &Engine, volume: &str) -> String {
    let body = json!({ "image": "node:20", "volumes": { "/workspace": volume } });
    let (status, answer) = call(engine, "POST", "/api/v1/sandboxes", &body).await;
    assert_eq!(status, 201, "{answer}");
    answer["sandbox"]["id"].as_str().unwrap().to_owned()
}

async fn exec(engine: &Engine, id: &str, command: &str) -> (u16, Value) {
    call(engine, "POST", &format!("/api/v1/sandboxes/{id}/exec"), &json!({ "command": command })).await
}

/// Deletes a database under whoever has it open, as "clear site data" does.
async fn delete_database(name: &str) {
    let factory = Reflect::get(&js_sys::global(), &"indexedDB".into()).unwrap();
    let delete: Function = Reflect::get(&factory, &"deleteDatabase".into()).unwrap().dyn_into().unwrap();
    let request = delete.call1(&factory, &name.into()).unwrap();
    let deleted = Promise::new(&mut |resolve, _| {
        Reflect::set(&request, &"onsuccess".into(), &resolve).unwrap();
    });
    JsFuture::from(deleted).await.unwrap();
}

#[wasm_bindgen_test]
async fn a_cloud_is_there_for_the_next_engine() {
    let engine = open("kept").await;
    let id = create(&engine, "kept").await;
    exec(&engine, &id, "echo on the volume > /workspace/a; echo outside > /var/b").await;
    engine.close().await;

    let next = open("kept").await;
    let (_, seen) = exec(&next, &id, "cat /workspace/a /var/b").await;
    assert_eq!(seen["stdout"], "on the volume\noutside\n");
    let (_, info) = call(&next, "GET", "/api/v1/_mock/info", &Value::Null).await;
    assert_eq!(
        (&info["storage"], &info["durable"], &info["epoch"]),
        (&json!("indexeddb"), &json!(true), &json!(2))
    );
    next.close().await;
}

#[wasm_bindgen_test]
async fn a_second_engine_is_refused_until_the_first_lets_go() {
    let first = open("held").await;
    let refused = Engine::open(options("held")).await.err().expect("one engine at a time");
    assert_eq!(reason(&refused), "held_by_another_tab");
    first.close().await;
    open("held").await.close().await;
}

#[wasm_bindgen_test]
async fn data_that_is_cleared_under_us_is_an_error_and_no_silent_new_cloud() {
    let engine = open("cleared").await;
    let id = create(&engine, "lost").await;
    delete_database("cleared").await;
    let (status, answer) = exec(&engine, &id, "echo x > /workspace/x").await;
    assert_eq!((status, &answer["details"]["reason"]), (503, &json!("storage_failed")), "{answer}");
    engine.close().await;
}

#[wasm_bindgen_test]
async fn a_thousand_files_are_one_commit_each_exec() {
    let engine = open("many").await;
    let id = create(&engine, "many").await;
    let (status, answer) = exec(&engine, &id, "for i in $(seq 1000); do echo $i > /workspace/$i; done").await;
    assert_eq!((status, &answer["exitCode"]), (200, &json!(0)), "{answer}");
    engine.close().await;
    let next = open("many").await;
    assert_eq!(exec(&next, &id, "ls /workspace | wc -l").await.1["stdout"], "1000\n");
    next.close().await;
}
