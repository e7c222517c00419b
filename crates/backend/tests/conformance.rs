//! The conformance scenarios against the native router: one test each.
//!
//! `transcripts` also writes down every answer, for the wasm module to be compared with byte for byte.

mod hostile;

use bytes::Bytes;
use conformance::{Chunks, Failure, Scenario, Transcript, run};
use futures_util::StreamExt as _;
use sandbox_backend::{Backend, BackendOptions};
use sandbox_core::ErrorKind;
use sandbox_server::NativeHost;
use sandbox_store::MemoryStore;
use serde_json::{Map, Value, json};
use std::{cell::Cell, collections::BTreeSet, fs, path::Path, rc::Rc, sync::Arc, time::Duration};

macro_rules! scenarios {
    ($($file:ident { $($name:ident)* })*) => { $(
        mod $file { $(
            #[test]
            fn $name() {
                let scenario = conformance::by_id(concat!(stringify!($file), "::", stringify!($name)));
                if let Err(failure) = super::hold(&scenario, |_, response| response) {
                    panic!("{failure}");
                }
            }
        )* }
    )* };
}
conformance::for_each_scenario!(scenarios);

/// The longest that a scenario may take, in real time.
const PATIENCE: Duration = Duration::from_secs(60);

/// Runs a scenario against a fresh cloud in memory. `alter` may change each answer; it is told the answer's number.
fn hold(
    scenario: &Scenario,
    alter: impl Fn(usize, http::Response<Chunks>) -> http::Response<Chunks> + 'static,
) -> Result<Transcript, Box<Failure>> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().expect("a runtime");
    runtime.block_on(async {
        let options =
            BackendOptions::from_json(&Value::Object(scenario.options.clone())).expect("valid options");
        let backend = Backend::open(options, Arc::new(MemoryStore::new()), Arc::new(NativeHost::new()));
        let backend = backend.await.expect("an open backend");
        let (alter, answers) = (Rc::new(alter), Rc::new(Cell::new(0)));
        let handle = |request: http::Request<Bytes>| {
            let (backend, alter, answers) = (backend.clone(), Rc::clone(&alter), Rc::clone(&answers));
            async move {
                let response = backend.handle(request).await.map(|body| {
                    let pieces = http_body_util::BodyDataStream::new(body);
                    pieces.map(|piece| piece.expect("a readable body")).boxed_local()
                });
                answers.set(answers.get() + 1);
                alter(answers.get(), response)
            }
        };
        let done = tokio::time::timeout(PATIENCE, async {
            let mut transcript = run(scenario, &handle).await?;
            // What is kept is compared too, not only what was answered.
            let (parts, body) = handle(the_whole_cloud()).await.into_parts();
            transcript.answer(parts.status.as_u16(), &[], &body.collect::<Vec<Bytes>>().await.concat());
            Ok(transcript)
        })
        .await;
        backend.close().await;
        done.unwrap_or_else(|_| panic!("{} did not end within {PATIENCE:?}", scenario.id))
    })
}

fn the_whole_cloud() -> http::Request<Bytes> {
    http::Request::get("http://localhost/api/v1/_mock/state").body(Bytes::new()).expect("a request")
}

/// Two runs with one seed and one clock give the same bytes. They are kept in `target/conformance/native.json`.
#[test]
fn transcripts() {
    let mut transcripts = Map::new();
    let mut differing = Vec::new();
    for scenario in conformance::all().into_iter().filter(Scenario::is_deterministic) {
        // Whether it holds is told by its own test.
        let Ok(first) = hold(&scenario, |_, response| response) else { continue };
        let second = hold(&scenario, |_, response| response);
        if second.as_ref() != Ok(&first) {
            differing.push(format!("{}: {first:#?} and then {second:#?}", scenario.id));
        }
        transcripts.insert(scenario.id, json!({ "scenarios": scenario.sha256, "answers": first.entries }));
    }
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).with_file_name("conformance");
    fs::create_dir_all(&folder).expect("a writable target folder");
    fs::write(folder.join("native.json"), Value::Object(transcripts).to_string())
        .expect("a writable target folder");
    assert!(
        differing.is_empty(),
        "{} scenarios answer differently the second time:\n{}",
        differing.len(),
        differing.join("\n")
    );
}

/// Errors that no short scenario can provoke: of storage, of an engine that goes away, of memory that runs out, and of
/// modes and limits that root does not meet.
const OUT_OF_REACH: [&str; 9] = [
    "engine_restarted",
    "held_by_another_tab",
    "no_memory",
    "permission_denied",
    "read_only",
    "storage_failed",
    "storage_full",
    "storage_unavailable",
    "too_many_links",
];

/// The table of errors and the scenarios know the same reasons.
#[test]
fn every_reason_stands_in_a_scenario() {
    let expected: BTreeSet<String> = conformance::all().iter().flat_map(Scenario::reasons).collect();
    let known: BTreeSet<String> = ErrorKind::ALL.iter().map(|kind| kind.reason().to_owned()).collect();
    let missing: Vec<&String> =
        known.difference(&expected).filter(|reason| !OUT_OF_REACH.contains(&reason.as_str())).collect();
    assert!(missing.is_empty(), "no scenario expects {missing:?}");
    assert_eq!(expected.difference(&known).collect::<Vec<_>>(), Vec::<&String>::new());
}

/// Each scenario checks its last answer too.
#[test]
fn a_wrong_last_status_is_noticed_in_every_scenario() {
    for scenario in conformance::all() {
        let last = scenario.requests();
        let failure = hold(&scenario, move |number, mut response| {
            if number == last {
                *response.status_mut() = http::StatusCode::IM_A_TEAPOT;
            }
            response
        });
        assert!(failure.is_err(), "{} does not look at its last answer", scenario.id);
    }
}

/// A message that is not to the letter is a failure, and the report says where.
#[test]
fn a_changed_message_is_noticed() {
    let scenario = conformance::by_id("volume_names::capitals_and_other_characters_are_refused");
    let failure = hold(&scenario, |_, response| {
        response.map(|body| {
            body.map(|piece| {
                String::from_utf8_lossy(&piece).replace("must be lowercase", "should be lowercase").into()
            })
            .boxed_local()
        })
    });
    let failure = failure.expect_err("a failure");
    assert_eq!((failure.step, failure.mismatches[0].at.as_str()), (1, "$.message"), "{failure}");
}
