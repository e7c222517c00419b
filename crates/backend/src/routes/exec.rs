//! `/sandboxes/{id}/exec`: whole, or as a stream while it runs.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::extract::State;
use bytes::Bytes;
use futures_channel::mpsc::{UnboundedSender, unbounded};
use http::{HeaderMap, header};
use sandbox_core::{CommandLine, Error, ExecRequest, parse_json};
use sandbox_shell::{ExecOutcome, NoSink, OutputSink, SandboxShell, ShellError};
use serde_json::{Value, json};

use super::extract::Named;
use super::{Answer, Shared};
use crate::error::{error_body, from_shell};
use crate::utf8::Utf8Stream;
use crate::{json, sse};

pub(crate) async fn exec(
    State(service): State<Shared>,
    Named(id): Named,
    headers: HeaderMap,
    body: Bytes,
) -> Answer {
    let request = for_shell(ExecRequest::parse(&parse_json(&body)?)?);
    let shell = Arc::clone(&service.cloud().sandbox(&id)?.shell);
    service.flush_while_commands_run();
    if wants_stream(&headers) {
        return Ok(stream(service, id, shell, request));
    }
    let outcome = shell.exec(request, Arc::new(NoSink)).await;
    let outcome = outcome.map_err(|error| ended(&service, &id, error))?;
    Ok(json::ok(&json!({
        "stdout": String::from_utf8_lossy(&outcome.stdout),
        "stderr": String::from_utf8_lossy(&outcome.stderr),
        "exitCode": outcome.exit_code,
        "success": outcome.exit_code == 0,
    })))
}

fn wants_stream(headers: &HeaderMap) -> bool {
    let accept = headers.get(header::ACCEPT).and_then(|value| value.to_str().ok());
    accept.is_some_and(|accept| accept.contains("text/event-stream"))
}

fn for_shell(request: ExecRequest) -> sandbox_shell::ExecRequest {
    sandbox_shell::ExecRequest {
        command: match request.command {
            CommandLine::Script(script) => sandbox_shell::CommandLine::Script(script),
            CommandLine::Argv(argv) => sandbox_shell::CommandLine::Argv(argv),
        },
        cwd: request.cwd.map(|path| path.as_str().to_owned()),
        env: request.env.iter().map(|(k, v)| (k.to_owned(), v.to_owned())).collect::<BTreeMap<_, _>>(),
        timeout: Duration::from_millis(request.timeout.millis()),
        background: request.background,
    }
}

/// Runs the command beside the answer, which streams what it writes.
fn stream(
    service: Shared,
    id: String,
    shell: Arc<SandboxShell>,
    request: sandbox_shell::ExecRequest,
) -> axum::response::Response {
    let (messages, receiver) = unbounded();
    let sink = Arc::new(StreamSink { messages, out: Mutex::default(), err: Mutex::default() });
    let runner = Arc::clone(&service);
    service.spawn(Box::pin(async move {
        let outcome = shell.exec(request, Arc::<StreamSink>::clone(&sink)).await;
        sink.finish(outcome.map_err(|error| ended(&runner, &id, error)));
    }));
    sse::answer(service, receiver)
}

/// What the control plane says of a sandbox that ended under a command.
fn ended(service: &Shared, id: &str, error: ShellError) -> Error {
    from_shell(error, "options.cwd", || service.cloud().ended_during_exec(id))
}

struct StreamSink {
    messages: UnboundedSender<Bytes>,
    out: Mutex<Utf8Stream>,
    err: Mutex<Utf8Stream>,
}

impl StreamSink {
    fn send(&self, event: &str, data: &Value) {
        // Nobody listening any more is no reason to stop the command.
        let _gone = self.messages.unbounded_send(sse::message(Some(event), &data.to_string()));
    }

    fn text(&self, event: &str, text: String) {
        if !text.is_empty() {
            self.send(event, &Value::String(text));
        }
    }

    fn finish(&self, outcome: Result<ExecOutcome, Error>) {
        self.text("stdout", self.out.lock().unwrap_or_else(PoisonError::into_inner).finish());
        self.text("stderr", self.err.lock().unwrap_or_else(PoisonError::into_inner).finish());
        match outcome {
            Ok(outcome) => {
                let code = outcome.exit_code;
                self.send("exit", &json!({ "exitCode": code, "success": code == 0 }));
            }
            Err(error) => self.send("error", &error_body(&error)),
        }
        self.messages.close_channel();
    }
}

impl OutputSink for StreamSink {
    fn stdout(&self, bytes: &[u8]) {
        self.text("stdout", self.out.lock().unwrap_or_else(PoisonError::into_inner).push(bytes));
    }

    fn stderr(&self, bytes: &[u8]) {
        self.text("stderr", self.err.lock().unwrap_or_else(PoisonError::into_inner).push(bytes));
    }
}
