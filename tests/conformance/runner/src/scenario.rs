//! A scenario as written in its file, parsed: a typo in a file is an error here, not a check that never happens.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use bytes::Bytes;
use serde::Deserialize;
use serde_json::{Map, Value};
use std::collections::BTreeMap;

use crate::{each::expand, embedded::FILES, identifier::identifier, transcript::sha256_hex};

/// One story: requests in order against a fresh backend, and what each must be answered.
#[derive(Debug, Clone)]
pub struct Scenario {
    /// `file::name`, both as identifiers; unique, and the same on every surface.
    pub id: String,
    /// What the scenario shows, as a sentence.
    pub name: String,
    /// The rule behind it and where the rule comes from.
    pub why: String,
    /// The backend's options (`seed`, `clock`, `apiKey`, …), passed on as they are.
    pub options: Map<String, Value>,
    /// What happens, in order; tables are written out.
    pub steps: Vec<Step>,
    /// SHA-256 of the file it stands in: transcripts are comparable only if they come from the same file.
    pub sha256: String,
}

impl Scenario {
    /// Whether two runs must give the same bytes: the seed is fixed and the clock is virtual.
    pub fn is_deterministic(&self) -> bool {
        self.options.get("seed").is_some_and(Value::is_u64)
            && self.options.get("clock").is_some_and(Value::is_u64)
    }

    /// How many requests it sends.
    pub fn requests(&self) -> usize {
        self.steps.iter().filter(|step| !matches!(step, Step::Read(..) | Step::Finish(..))).count()
    }

    /// The values of every `details.reason` that it expects, without matchers.
    pub fn reasons(&self) -> Vec<String> {
        let bodies = self.steps.iter().filter_map(|step| match step {
            Step::Exchange(_, expected) | Step::Finish(_, expected) => Some(&expected.body),
            Step::Open(..) | Step::Read(..) | Step::Start(..) => None,
        });
        bodies
            .filter_map(|body| match body {
                ExpectedBody::Json(json) => json.pointer("/details/reason")?.as_str(),
                _ => None,
            })
            .filter(|reason| !reason.starts_with('$'))
            .map(str::to_owned)
            .collect()
    }

    /// Parses one scenario of the file `stem`.json, which holds `text`.
    ///
    /// # Errors
    /// What is wrong with it, naming the file, the scenario and the step.
    pub fn parse(stem: &str, text: &str, value: &Value) -> Result<Scenario, String> {
        let raw = RawScenario::deserialize(value).map_err(|error| format!("{stem}.json: {error}"))?;
        if !raw.name.is_ascii() || raw.why.is_empty() || raw.steps.is_empty() {
            return Err(format!("{stem}.json: {:?} needs an ASCII name, a why and steps", raw.name));
        }
        let at =
            |step: usize, problem: String| format!("{stem}.json: {:?}, step {step}: {problem}", raw.name);
        let mut steps = Vec::new();
        for entry in &raw.steps {
            for step in expand(entry).map_err(|problem| at(steps.len() + 1, problem))? {
                let parsed =
                    RawStep::deserialize(step).map_err(|error| error.to_string()).and_then(Step::try_from);
                steps.push(parsed.map_err(|problem| at(steps.len() + 1, problem))?);
            }
        }
        Ok(Scenario {
            id: format!("{}::{}", identifier(stem), identifier(&raw.name)),
            steps,
            name: raw.name,
            why: raw.why,
            options: raw.options,
            sha256: sha256_hex(text.as_bytes()),
        })
    }
}

/// Every scenario, by file and place in the file.
///
/// # Panics
/// When a file is malformed: the message names the file, the scenario and the step.
pub fn all() -> Vec<Scenario> {
    let mut scenarios = Vec::new();
    for (stem, text) in FILES {
        let values = match serde_json::from_str(text) {
            Ok(Value::Array(values)) => values,
            Ok(one) => vec![one],
            Err(error) => panic!("{stem}.json is not JSON: {error}"),
        };
        scenarios.extend(
            values
                .iter()
                .map(|value| Scenario::parse(stem, text, value).unwrap_or_else(|error| panic!("{error}"))),
        );
    }
    scenarios
}

/// The scenario with this id (`file::name`).
///
/// # Panics
/// When there is none.
pub fn by_id(id: &str) -> Scenario {
    all()
        .into_iter()
        .find(|scenario| scenario.id == id)
        .unwrap_or_else(|| panic!("no scenario has the id {id}"))
}

/// One thing that happens in a scenario.
#[derive(Debug, Clone)]
pub enum Step {
    /// Send a request and compare its answer.
    Exchange(Request, ExpectedResponse),
    /// Send a request, compare status and headers, and keep the answer's body open under a name.
    Open(Request, ExpectedResponse, String),
    /// Wait for the next server-sent events of an open body, and compare them.
    Read(String, Vec<Value>),
    /// Send a request and go on without waiting for its answer.
    Start(Request, String),
    /// Wait for the answer of a started request, and compare it.
    Finish(String, ExpectedResponse),
}

/// What to send. Strings may hold `{{name}}` for something saved before.
#[derive(Debug, Clone)]
pub struct Request {
    /// The HTTP method.
    pub method: String,
    /// Path and query.
    pub path: String,
    /// Headers to add; a JSON body brings `content-type: application/json` by itself.
    pub headers: BTreeMap<String, String>,
    /// The body.
    pub body: Body,
}

/// A request's body.
#[derive(Debug, Clone)]
pub enum Body {
    /// None at all.
    None,
    /// A JSON value.
    Json(Value),
    /// UTF-8 text.
    Text(String),
    /// Any bytes.
    Bytes(Bytes),
    /// The body of an earlier answer, by the name it was saved under.
    Saved(String),
}

/// What an answer must be.
#[derive(Debug, Clone)]
pub struct ExpectedResponse {
    /// The status.
    pub status: u16,
    /// Headers that must be there, each with a matcher; others may be.
    pub headers: BTreeMap<String, Value>,
    /// The body.
    pub body: ExpectedBody,
    /// A name under which the body's bytes are kept.
    pub save: Option<String>,
}

/// What an answer's body must be.
#[derive(Debug, Clone)]
pub enum ExpectedBody {
    /// Anything.
    Any,
    /// JSON that matches.
    Json(Value),
    /// Text that matches (a string, which may be a matcher).
    Text(Value),
    /// These bytes.
    Bytes(Bytes),
    /// So many bytes.
    Length(u64),
    /// Server-sent events that match, to the end of the body.
    Sse(Vec<Value>),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawScenario {
    name: String,
    why: String,
    #[serde(default)]
    options: Map<String, Value>,
    steps: Vec<Value>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawStep {
    request: Option<RawRequest>,
    response: Option<RawResponse>,
    stream: Option<String>,
    read: Option<String>,
    events: Option<Vec<Value>>,
    start: Option<String>,
    finish: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawRequest {
    method: String,
    path: String,
    #[serde(default)]
    headers: BTreeMap<String, String>,
    #[serde(default, deserialize_with = "present")]
    json: Option<Value>,
    text: Option<String>,
    base64: Option<String>,
    repeat: Option<Repeat>,
    saved: Option<String>,
}

/// A long body, written short: `text` so many `times`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Repeat {
    text: String,
    times: usize,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawResponse {
    status: u16,
    #[serde(default)]
    headers: BTreeMap<String, Value>,
    #[serde(default, deserialize_with = "present")]
    json: Option<Value>,
    text: Option<String>,
    base64: Option<String>,
    length: Option<u64>,
    sse: Option<Vec<Value>>,
    save: Option<String>,
}

/// `null` is a JSON body too, not the absence of one.
fn present<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<Value>, D::Error> {
    Value::deserialize(deserializer).map(Some)
}

impl TryFrom<RawStep> for Step {
    type Error = String;

    fn try_from(raw: RawStep) -> Result<Step, String> {
        match raw {
            RawStep { request: Some(request), response: Some(response), stream, read: None, events: None, start: None, finish: None } => {
                let (request, response) = (request.try_into()?, ExpectedResponse::try_from(response)?);
                match stream {
                    None => Ok(Step::Exchange(request, response)),
                    Some(_) if !matches!(response.body, ExpectedBody::Any) => {
                        Err("an open stream's body is compared by `read`, not in its response".to_owned())
                    }
                    Some(name) => Ok(Step::Open(request, response, name)),
                }
            }
            RawStep { request: Some(request), start: Some(name), response: None, stream: None, read: None, events: None, finish: None } => {
                Ok(Step::Start(request.try_into()?, name))
            }
            RawStep { finish: Some(name), response: Some(response), request: None, stream: None, read: None, events: None, start: None } => {
                Ok(Step::Finish(name, response.try_into()?))
            }
            RawStep { read: Some(name), events: Some(events), request: None, response: None, stream: None, start: None, finish: None } => {
                Ok(Step::Read(name, events))
            }
            _ => Err("a step is request + response (+ stream), request + start, finish + response, or read + events".to_owned()),
        }
    }
}

impl TryFrom<RawRequest> for Request {
    type Error = String;

    fn try_from(raw: RawRequest) -> Result<Request, String> {
        let body = match (raw.json, raw.text, raw.base64, raw.repeat, raw.saved) {
            (None, None, None, None, None) => Body::None,
            (Some(json), None, None, None, None) => Body::Json(json),
            (None, Some(text), None, None, None) => Body::Text(text),
            (None, None, Some(base64), None, None) => Body::Bytes(decode(&base64)?),
            (None, None, None, Some(repeat), None) => Body::Bytes(repeat.text.repeat(repeat.times).into()),
            (None, None, None, None, Some(name)) => Body::Saved(name),
            _ => return Err("a request has at most one of json, text, base64, repeat and saved".to_owned()),
        };
        Ok(Request { method: raw.method, path: raw.path, headers: raw.headers, body })
    }
}

impl TryFrom<RawResponse> for ExpectedResponse {
    type Error = String;

    fn try_from(raw: RawResponse) -> Result<ExpectedResponse, String> {
        let body = match (raw.json, raw.text, raw.base64, raw.length, raw.sse) {
            (None, None, None, None, None) => ExpectedBody::Any,
            (Some(json), None, None, None, None) => ExpectedBody::Json(json),
            (None, Some(text), None, None, None) => ExpectedBody::Text(Value::String(text)),
            (None, None, Some(base64), None, None) => ExpectedBody::Bytes(decode(&base64)?),
            (None, None, None, Some(length), None) => ExpectedBody::Length(length),
            (None, None, None, None, Some(events)) => ExpectedBody::Sse(events),
            _ => return Err("a response has at most one of json, text, base64, length and sse".to_owned()),
        };
        Ok(ExpectedResponse { status: raw.status, headers: raw.headers, body, save: raw.save })
    }
}

fn decode(base64: &str) -> Result<Bytes, String> {
    BASE64.decode(base64).map(Bytes::from).map_err(|error| format!("not base64: {error}"))
}
