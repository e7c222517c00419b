//! The conformance scenarios against the wasm module in a browser, through the interface that JavaScript uses.
//!
//! `wasm-pack test --headless --chrome crates/wasm` runs them.
#![cfg(target_arch = "wasm32")]

use bytes::Bytes;
use conformance::{Chunks, Failure, Scenario, Transcript, run};
use futures_util::{StreamExt as _, stream};
use sandbox_wasm::{Engine, EngineResponse};
use serde::Serialize as _;
use std::rc::Rc;
use wasm_bindgen::{JsValue, convert::TryFromJsValue as _};
use wasm_bindgen_futures::JsFuture;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_browser);

macro_rules! scenarios {
    ($($file:ident { $($name:ident)* })*) => { $(
        mod $file { $(
            #[wasm_bindgen_test::wasm_bindgen_test]
            async fn $name() {
                let scenario = conformance::by_id(concat!(stringify!($file), "::", stringify!($name)));
                if let Err(failure) = super::hold(&scenario, |response| response).await {
                    panic!("{failure}");
                }
            }
        )* }
    )* };
}
conformance::for_each_scenario!(scenarios);

/// Runs a scenario against a fresh engine in memory. `alter` may change each answer.
async fn hold(
    scenario: &Scenario,
    alter: impl Fn(http::Response<Chunks>) -> http::Response<Chunks> + 'static,
) -> Result<Transcript, Box<Failure>> {
    let serializer = serde_wasm_bindgen::Serializer::json_compatible();
    let options = scenario.options.serialize(&serializer).expect("options as an object");
    let engine = Rc::new(Engine::open_memory(options).expect("an open engine"));
    let alter = Rc::new(alter);
    run(scenario, |request| {
        let (engine, alter) = (Rc::clone(&engine), Rc::clone(&alter));
        async move { alter(send(&engine, request).await) }
    })
    .await
}

/// One request as JavaScript sends it.
async fn send(engine: &Engine, request: http::Request<Bytes>) -> http::Response<Chunks> {
    let (parts, body) = request.into_parts();
    let headers = parts.headers.iter().flat_map(|(name, value)| {
        [name.as_str().to_owned(), String::from_utf8_lossy(value.as_bytes()).into_owned()]
    });
    let body = (!body.is_empty()).then(|| body.to_vec());
    let answer = engine.handle(parts.method.as_str(), &parts.uri.to_string(), headers.collect(), body);
    let answer = JsFuture::from(answer.expect("a request that can be put")).await.expect("an answer");
    received(answer)
}

fn received(answer: JsValue) -> http::Response<Chunks> {
    let answer = EngineResponse::try_from_js_value(answer).expect("an answer of the engine");
    let mut response = http::Response::builder().status(answer.status());
    for pair in answer.headers().chunks_exact(2) {
        response = response.header(&pair[0], &pair[1]);
    }
    let chunks = if answer.streaming() {
        stream::unfold(answer, |answer| async move {
            let piece = answer.next().await?;
            Some((Bytes::from(piece.to_vec()), answer))
        })
        .boxed_local()
    } else {
        let body = Bytes::from(answer.body().to_vec());
        stream::iter([body]).boxed_local()
    };
    response.body(chunks).expect("a response that can be put")
}

/// A message that is not to the letter is a failure here too, and the report says where.
#[wasm_bindgen_test]
async fn a_changed_message_is_noticed() {
    let scenario = conformance::by_id("volume_names::capitals_and_other_characters_are_refused");
    let failure = hold(&scenario, |response| {
        response.map(|body| {
            body.map(|piece| {
                String::from_utf8_lossy(&piece).replace("must be lowercase", "should be lowercase").into()
            })
            .boxed_local()
        })
    });
    let failure = failure.await.expect_err("a failure");
    assert_eq!((failure.step, failure.mismatches[0].at.as_str()), (1, "$.message"), "{failure}");
}
