//! The runner notices what it is there to notice: each test plants one fault in an otherwise right answer.

use bytes::Bytes;
use conformance::{Chunks, Failure, Scenario, run};
use futures_util::{StreamExt as _, stream};
use serde_json::{Value, json};

/// One request whose right answer is 200 `{ "message": "fine" }` with one header.
fn scenario() -> Scenario {
    Scenario::parse("faults", "", &json!({
        "name": "one answer", "why": "to plant faults in", "steps": [
            { "request": { "method": "GET", "path": "/" },
              "response": { "status": 200, "headers": { "x": "y" }, "json": { "message": "fine" } } },
            { "request": { "method": "GET", "path": "/" }, "response": { "status": 200 }, "stream": "open" },
            { "read": "open", "events": [{ "data": 1 }] },
            { "request": { "method": "GET", "path": "/" }, "start": "later" },
            { "finish": "later", "response": { "status": 200, "length": 18 } }
        ]
    }))
    .unwrap()
}

fn answer(status: u16, header: &str, bodies: Vec<Bytes>) -> http::Response<Chunks> {
    http::Response::builder()
        .status(status)
        .header("x", header)
        .body(stream::iter(bodies).boxed_local())
        .unwrap()
}

/// Runs the scenario with the given answer to its first request; the later ones are right.
async fn run_with(status: u16, header: &'static str, body: Value) -> Result<(), Box<Failure>> {
    let requests = std::cell::Cell::new(0);
    let answers = |_: http::Request<Bytes>| {
        requests.set(requests.get() + 1);
        let response = match requests.get() {
            1 => answer(status, header, vec![body.to_string().into()]),
            2 => answer(200, "y", vec![Bytes::from_static(b"data: "), Bytes::from_static(b"1\n\n")]),
            _ => answer(200, "y", vec![r#"{"message":"fine"}"#.into()]),
        };
        async move { response }
    };
    run(&scenario(), answers).await.map(drop)
}

#[tokio::test]
async fn the_right_answers_pass() {
    assert_eq!(run_with(200, "y", json!({ "message": "fine" })).await, Ok(()));
}

#[tokio::test]
async fn a_wrong_answer_is_told_with_its_step_and_place() {
    for (status, header, body, at) in [
        (201, "y", json!({ "message": "fine" }), "status"),
        (200, "z", json!({ "message": "fine" }), "header x"),
        (200, "y", json!({ "message": "fine." }), "$.message"),
        (200, "y", json!({ "message": "fine", "more": 1 }), "$.more"),
        (200, "y", json!({}), "$.message"),
    ] {
        let failure = run_with(status, header, body).await.unwrap_err();
        assert_eq!((failure.step, failure.mismatches[0].at.as_str()), (1, at), "{failure}");
        assert!(failure.to_string().contains("step 1, GET /"), "{failure}");
    }
}

#[test]
fn a_typo_in_a_scenario_is_an_error() {
    for step in [
        json!({ "request": { "method": "GET", "path": "/" }, "respones": { "status": 200 } }),
        json!({ "request": { "method": "GET", "path": "/" }, "response": { "status": 200, "jsn": 1 } }),
        json!({ "request": { "method": "GET", "path": "/" } }),
        json!({ "read": "events" }),
    ] {
        let scenario = json!({ "name": "typo", "why": "one", "steps": [step] });
        assert!(Scenario::parse("file", "", &scenario).is_err(), "{scenario}");
    }
}
