//! Sends a scenario's requests in order and compares every answer.

use bytes::Bytes;
use futures_util::{FutureExt as _, StreamExt as _, stream::LocalBoxStream};
use serde_json::Value;
use std::{collections::BTreeMap, fmt};

use crate::{
    in_flight::InFlight,
    matcher::{Mismatch, Saved, fill, fill_value, mismatches},
    scenario::{Body, ExpectedBody, ExpectedResponse, Request, Scenario, Step},
    sse::{self, EventReader},
    transcript::Transcript,
};

/// An answer's body as it arrives.
pub type Chunks = LocalBoxStream<'static, Bytes>;

/// Why a scenario did not hold: the step, the request, and every difference.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub struct Failure {
    /// The scenario's id.
    pub scenario: String,
    /// The step's number, from 1.
    pub step: usize,
    /// What the step does, for example `POST /api/v1/sandboxes`.
    pub what: String,
    /// The differences, at least one.
    pub mismatches: Vec<Mismatch>,
    /// The answer as it came, shortened.
    pub answer: String,
}

impl fmt::Display for Failure {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(formatter, "{}: step {}, {}", self.scenario, self.step, self.what)?;
        for mismatch in &self.mismatches {
            writeln!(formatter, "  {mismatch}")?;
        }
        write!(formatter, "  the whole answer: {}", self.answer)
    }
}

/// Runs `scenario` through `handle`, which answers a request as the service does, from a fresh backend made with
/// `scenario.options`.
///
/// # Errors
/// The first step that does not hold.
pub async fn run<H, F>(scenario: &Scenario, handle: H) -> Result<Transcript, Box<Failure>>
where
    H: Fn(http::Request<Bytes>) -> F,
    F: Future<Output = http::Response<Chunks>> + 'static,
{
    let mut run = Run {
        handle,
        saved: Saved::new(),
        bodies: BTreeMap::new(),
        streams: BTreeMap::new(),
        in_flight: InFlight::new(),
        transcript: Transcript::default(),
    };
    for (index, step) in scenario.steps.iter().enumerate() {
        run.step(step).await.map_err(|problem| {
            Box::new(Failure {
                scenario: scenario.id.clone(),
                step: index + 1,
                what: describe(step),
                mismatches: problem.mismatches,
                answer: problem.answer,
            })
        })?;
    }
    Ok(run.transcript)
}

struct Run<H> {
    handle: H,
    saved: Saved,
    bodies: BTreeMap<String, Bytes>,
    streams: BTreeMap<String, (Chunks, EventReader)>,
    in_flight: InFlight<http::Response<Chunks>>,
    transcript: Transcript,
}

struct Problem {
    mismatches: Vec<Mismatch>,
    answer: String,
}

impl From<String> for Problem {
    fn from(fault: String) -> Problem {
        let mismatch =
            Mismatch { at: "the scenario".to_owned(), expected: "no fault in it".to_owned(), got: fault };
        Problem { mismatches: vec![mismatch], answer: "(none)".to_owned() }
    }
}

impl<H, F> Run<H>
where
    H: Fn(http::Request<Bytes>) -> F,
    F: Future<Output = http::Response<Chunks>> + 'static,
{
    async fn step(&mut self, step: &Step) -> Result<(), Problem> {
        match step {
            Step::Exchange(request, expected) => {
                let answer = (self.handle)(self.build(request)?);
                let answer = self.in_flight.alongside(answer).await;
                self.compare(answer, expected).await
            }
            Step::Open(request, expected, name) => {
                let answer = (self.handle)(self.build(request)?);
                let (parts, body) = self.in_flight.alongside(answer).await.into_parts();
                let headers = header_list(&parts.headers);
                self.transcript.answer(parts.status.as_u16(), &headers, b"");
                let found = head_mismatches(expected, parts.status.as_u16(), &headers, &mut self.saved)?;
                self.streams.insert(name.clone(), (body, EventReader::default()));
                outcome(found, || format!("{}, an open stream", parts.status.as_u16()))
            }
            Step::Read(name, expected) => self.read(name, expected).await,
            Step::Start(request, name) => {
                let answer = (self.handle)(self.build(request)?).boxed_local();
                self.in_flight.start(name.clone(), answer).await;
                Ok(())
            }
            Step::Finish(name, expected) => {
                let answer =
                    self.in_flight.finish(name).await.ok_or(format!("no request was started as {name:?}"))?;
                self.compare(answer, expected).await
            }
        }
    }

    fn build(&self, request: &Request) -> Result<http::Request<Bytes>, String> {
        let plain = |text: &str| fill(text, &self.saved, str::to_owned);
        let mut builder = http::Request::builder()
            .method(request.method.as_str())
            .uri(format!("http://localhost{}", plain(&request.path)?));
        let body = match &request.body {
            Body::None => Bytes::new(),
            Body::Json(json) => {
                if !request.headers.contains_key("content-type") {
                    builder = builder.header("content-type", "application/json");
                }
                fill_value(json, &self.saved)?.to_string().into()
            }
            Body::Text(text) => plain(text)?.into(),
            Body::Bytes(bytes) => bytes.clone(),
            Body::Saved(name) => {
                self.bodies.get(name).ok_or(format!("no body was saved as {name:?}"))?.clone()
            }
        };
        for (name, value) in &request.headers {
            builder = builder.header(name, plain(value)?);
        }
        builder.body(body).map_err(|error| error.to_string())
    }

    async fn compare(
        &mut self,
        answer: http::Response<Chunks>,
        expected: &ExpectedResponse,
    ) -> Result<(), Problem> {
        let (parts, chunks) = answer.into_parts();
        let status = parts.status.as_u16();
        let headers = header_list(&parts.headers);
        let body = self.in_flight.alongside(chunks.collect::<Vec<Bytes>>()).await.concat();
        self.transcript.answer(status, &headers, &body);

        let mut found = head_mismatches(expected, status, &headers, &mut self.saved)?;
        found.extend(body_mismatches(&expected.body, &body, &mut self.saved)?);
        if let Some(name) = &expected.save {
            self.bodies.insert(name.clone(), body.clone().into());
        }
        outcome(found, || format!("{status} {}", shorten(&body)))
    }

    async fn read(&mut self, name: &str, expected: &[Value]) -> Result<(), Problem> {
        let (chunks, reader) =
            self.streams.get_mut(name).ok_or(format!("no stream was opened as {name:?}"))?;
        let mut events = Vec::new();
        let mut text = String::new();
        while events.len() < expected.len() {
            match reader.next() {
                Some(event) => {
                    text.push_str(&event.text);
                    events.push(event.value);
                }
                None => match self.in_flight.alongside(chunks.next()).await {
                    Some(piece) => reader.push(&piece),
                    None => break,
                },
            }
        }
        let events = Value::Array(events);
        self.transcript.answer(0, &[], text.as_bytes());
        let found = mismatches(&Value::Array(expected.to_vec()), &events, &mut self.saved)?;
        outcome(found, || events.to_string())
    }
}

fn outcome(mismatches: Vec<Mismatch>, answer: impl FnOnce() -> String) -> Result<(), Problem> {
    if mismatches.is_empty() { Ok(()) } else { Err(Problem { mismatches, answer: answer() }) }
}

fn header_list(headers: &http::HeaderMap) -> Vec<(String, String)> {
    let text = |value: &http::HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
    headers.iter().map(|(name, value)| (name.as_str().to_owned(), text(value))).collect()
}

fn head_mismatches(
    expected: &ExpectedResponse,
    status: u16,
    headers: &[(String, String)],
    saved: &mut Saved,
) -> Result<Vec<Mismatch>, String> {
    let mut found = Vec::new();
    if expected.status != status {
        found.push(Mismatch {
            at: "status".to_owned(),
            expected: expected.status.to_string(),
            got: status.to_string(),
        });
    }
    for (name, expected) in &expected.headers {
        let got = headers.iter().find(|(header, _)| header == name);
        let got = got.map_or(Value::Null, |(_, value)| Value::String(value.clone()));
        found.extend(
            mismatches(expected, &got, saved)?.into_iter().map(|it| at(format!("header {name}"), it)),
        );
    }
    Ok(found)
}

fn body_mismatches(expected: &ExpectedBody, body: &[u8], saved: &mut Saved) -> Result<Vec<Mismatch>, String> {
    match expected {
        ExpectedBody::Any => Ok(Vec::new()),
        ExpectedBody::Json(expected) => match serde_json::from_slice(body) {
            Ok(json) => mismatches(expected, &json, saved),
            Err(_) => {
                Ok(vec![Mismatch { at: "$".to_owned(), expected: "JSON".to_owned(), got: shorten(body) }])
            }
        },
        ExpectedBody::Text(expected) => {
            mismatches(expected, &Value::String(String::from_utf8_lossy(body).into_owned()), saved)
        }
        ExpectedBody::Bytes(expected) if expected == body => Ok(Vec::new()),
        ExpectedBody::Bytes(expected) => {
            Ok(vec![Mismatch { at: "$".to_owned(), expected: shorten(expected), got: shorten(body) }])
        }
        ExpectedBody::Length(expected) if *expected == body.len() as u64 => Ok(Vec::new()),
        ExpectedBody::Length(expected) => Ok(vec![Mismatch {
            at: "length".to_owned(),
            expected: expected.to_string(),
            got: body.len().to_string(),
        }]),
        ExpectedBody::Sse(expected) => {
            mismatches(&Value::Array(expected.clone()), &Value::Array(sse::events(body)), saved)
        }
    }
}

fn at(at: String, mismatch: Mismatch) -> Mismatch {
    Mismatch { at, ..mismatch }
}

fn shorten(body: &[u8]) -> String {
    const SHOWN: usize = 2_000;
    match std::str::from_utf8(body) {
        Ok(text) if text.len() <= SHOWN => text.to_owned(),
        Ok(text) => format!("{}… ({} bytes)", text.chars().take(SHOWN).collect::<String>(), text.len()),
        Err(_) => format!("({} bytes, not text)", body.len()),
    }
}

fn describe(step: &Step) -> String {
    match step {
        Step::Exchange(request, _) | Step::Open(request, ..) | Step::Start(request, _) => {
            format!("{} {}", request.method, request.path)
        }
        Step::Read(name, _) => format!("read events of {name:?}"),
        Step::Finish(name, _) => format!("the answer of {name:?}"),
    }
}
