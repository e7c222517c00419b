//! Hostile input in every field of every route: for each place that the OpenAPI document names, Unicode, NUL, the
//! enormous, the deeply nested and the merely wrong. The answer is a documented success, or a refusal with `reason` and
//! `field`; never a failure of the server's own.
//!
//! All requests and answers are kept in `target/conformance/hostile.json.gz`, for the wasm module to be compared with
//! byte for byte.

mod cases;
mod values;

use std::fs::{self, File};
use std::{path::Path, sync::Arc};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use flate2::{Compression, write::GzEncoder};
use http_body_util::BodyExt as _;
use sandbox_backend::{Backend, BackendOptions};
use sandbox_server::NativeHost;
use sandbox_store::MemoryStore;
use serde_json::{Value, json};

use cases::{Case, Operation, Place, There, operations};

/// The same bytes in every run.
fn options() -> Value {
    json!({ "seed": 4, "clock": 1_767_225_600_000_u64 })
}

/// A cloud with a sandbox, a terminal in it, a volume, and a file in each.
struct World {
    backend: Backend,
    there: There,
    /// Every request to it and its answer.
    said: Vec<Value>,
}

impl World {
    async fn new() -> Self {
        let options = BackendOptions::from_json(&options()).expect("valid options");
        let backend = Backend::open(options, Arc::new(MemoryStore::forgetful()), Arc::new(NativeHost::new()));
        let backend = backend.await.expect("an open backend");
        let (sandbox, terminal, saved) = Default::default();
        let there = There { sandbox, volume: "vol", terminal, file: "/data/a", saved };
        let mut world = World { backend, there, said: Vec::new() };
        let sandbox = world.made("POST", "/sandboxes", r#"{"image":"debian:12"}"#).await;
        world.there.sandbox = sandbox["sandbox"]["id"].as_str().expect("an id").to_owned();
        let in_sandbox = format!("/sandboxes/{}", world.there.sandbox);
        let terminal = world.made("POST", &format!("{in_sandbox}/terminals"), "{}").await;
        world.there.terminal = terminal["terminal"]["id"].as_str().expect("an id").to_owned();
        world.made("POST", "/volumes", r#"{"name":"vol"}"#).await;
        for owner in [in_sandbox.as_str(), "/volumes/vol"] {
            world.made("PUT", &format!("{owner}/files?path=/data/a"), "a").await;
        }
        world.there.saved = world.answer("GET", "/api/v1/_mock/state", &[], b"").await.1.to_vec();
        world
    }

    async fn made(&mut self, method: &str, path: &str, body: &str) -> Value {
        let path = format!("/api/v1{path}");
        let (status, body) = self.answer(method, &path, &[], body.as_bytes()).await;
        assert!((200..300).contains(&status), "{method} {path}: {status}");
        serde_json::from_slice(&body).expect("JSON")
    }

    async fn answer(
        &mut self,
        method: &str,
        path: &str,
        headers: &[(String, Vec<u8>)],
        body: &[u8],
    ) -> (u16, Bytes) {
        let response = match Backend::read_url(&format!("http://localhost{path}")) {
            Err(refused) => *refused,
            Ok(url) => {
                let mut request = http::Request::builder().method(method).uri(url);
                for (name, value) in headers {
                    request = request.header(name, value.as_slice());
                }
                let request = request.body(Bytes::copy_from_slice(body)).expect("a request");
                self.backend.handle(request).await
            }
        };
        let status = response.status().as_u16();
        // A stream without an end has no whole body.
        let is_stream = path.ends_with("/events") || path.contains("/events?");
        let answered = match is_stream && status == 200 {
            true => Bytes::new(),
            false => response.into_body().collect().await.expect("a body").to_bytes(),
        };
        // Each byte is a character, as `fetch` has it.
        let text = |value: &[u8]| value.iter().map(|byte| char::from(*byte)).collect::<String>();
        let headers: Vec<_> = headers.iter().map(|(name, value)| json!([name, text(value)])).collect();
        self.said.push(json!({
            "method": method,
            "path": path,
            "headers": headers,
            "body": STANDARD.encode(body),
            "status": status,
            "answer": STANDARD.encode(&answered),
        }));
        (status, answered)
    }
}

/// Puts every case of one operation, each to a cloud that no case before it has changed.
async fn judge(operation: &Operation<'_>, clouds: &mut Vec<Value>) -> (usize, Vec<String>) {
    let mut world = World::new().await;
    let cases = operation.cases(&world.there);
    let count = cases.len();
    let mut wrong = Vec::new();
    for case in cases {
        let (status, body) = world.answer(&case.method, &case.path, &case.headers, &case.body).await;
        if let Err(why) = check(operation, &case, status, &body) {
            let shown = |text: String| text.chars().take(200).collect::<String>();
            let sent = String::from_utf8_lossy(&case.body).into_owned();
            let got = String::from_utf8_lossy(&body).into_owned();
            wrong.push(format!(
                "{}: {why}\n  {} {} {}\n  {status} {}",
                operation.id(),
                case.method,
                shown(format!("{} {:?}", case.path, case.place)),
                shown(sent),
                shown(got)
            ));
        }
        if (200..300).contains(&status) && case.method != "GET" {
            clouds.push(world.said.into());
            world.backend.close().await;
            world = World::new().await;
        }
    }
    clouds.push(world.said.into());
    world.backend.close().await;
    (count, wrong)
}

/// What the document says of the answer, and what every refusal has.
fn check(operation: &Operation<'_>, case: &Case, status: u16, body: &[u8]) -> Result<(), String> {
    let refused = status >= 400;
    let body: Value =
        if refused { serde_json::from_slice(body).map_err(|error| error.to_string())? } else { Value::Null };
    let reason = body["details"]["reason"].as_str().unwrap_or_default();
    // A part of a path can make it another path.
    let is_elsewhere =
        matches!(case.place, Place::Path(_)) && matches!(reason, "route_not_found" | "method_not_allowed");
    if operation.described["responses"].get(status.to_string()).is_none() && !is_elsewhere {
        return Err("a status that the document does not have".to_owned());
    }
    if !refused || is_elsewhere {
        return Ok(());
    }
    if status >= 500 && status != 507 {
        return Err("a failure of the server's own".to_owned());
    }
    if body["code"] != status || body["message"].as_str().is_none_or(str::is_empty) || reason.is_empty() {
        return Err("no code, message or reason".to_owned());
    }
    // They are about the whole of a request.
    if matches!(reason, "upgrade_required" | "invalid_url") {
        return Ok(());
    }
    let field = body["details"]["field"].as_str().ok_or("no field")?;
    let is_named = match &case.place {
        Place::Path(name) | Place::Query(name) => [name.as_str(), "url"].contains(&field),
        Place::Header(_) => true,
        Place::Body(place) => {
            place.first().is_none_or(|top| field == "body" || field.starts_with(top.as_str()))
        }
    };
    if is_named { Ok(()) } else { Err(format!("the field is {field}")) }
}

#[test]
fn hostile_input_is_refused_with_reason_and_field() {
    let document = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/openapi.json");
    let document = fs::read_to_string(document).expect("the document");
    let document: Value = serde_json::from_str(&document).expect("JSON");
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().expect("a runtime");
    let (mut clouds, mut wrong, mut count) = (Vec::new(), Vec::new(), 0);
    for operation in operations(&document) {
        let (cases, failed) = runtime.block_on(judge(&operation, &mut clouds));
        count += cases;
        wrong.extend(failed);
    }
    println!("{count} requests to {} clouds", clouds.len());
    assert!(wrong.is_empty(), "{} of {count} requests:\n{}", wrong.len(), wrong.join("\n"));
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).with_file_name("conformance");
    fs::create_dir_all(&folder).expect("a writable target folder");
    let file = File::create(folder.join("hostile.json.gz")).expect("a writable target folder");
    let mut packed = GzEncoder::new(file, Compression::fast());
    let written = json!({ "options": options(), "clouds": clouds });
    serde_json::to_writer(&mut packed, &written).expect("a writable target folder");
    packed.finish().expect("a writable target folder");
}
