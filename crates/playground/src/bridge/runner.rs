//! Running the reader's code.

use js_sys::Function;
use wasm_bindgen::prelude::*;

use super::Object;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = playground, js_name = run)]
    fn js_run(source: &str, file_name: &str, on_report: &Function, on_sandbox: &Function) -> Handle;

    type Handle;
    #[wasm_bindgen(method)]
    fn stop(this: &Handle);
}

/// An error as the code met it.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct ErrorReport {
    pub(crate) name: String,
    pub(crate) message: String,
    /// The API's stable reason, where it is an error of the SDK's.
    pub(crate) reason: Option<String>,
}

/// How an exec ended.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct ExecReport {
    pub(crate) stdout: String,
    pub(crate) stderr: String,
    pub(crate) exit_code: i32,
}

/// What a run does, told in order; lines and columns are the reader's, from 1.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Report {
    /// A call of the SDK begins.
    Call {
        id: u32,
        label: String,
        args: String,
        /// An exec that starts what nobody waits for: its exit code tells nothing of that.
        background: bool,
        line: Option<u32>,
        column: Option<u32>,
    },
    Returned {
        id: u32,
        /// Empty where the call has nothing to give.
        value: String,
        exec: Option<ExecReport>,
        ms: f64,
    },
    Failed {
        id: u32,
        error: ErrorReport,
        ms: f64,
    },
    /// The code caught the call's error.
    Caught {
        id: u32,
    },
    Print {
        stream: Stream,
        text: String,
        line: Option<u32>,
        column: Option<u32>,
    },
    /// An error that ended the run; `call` is the SDK call it came from.
    Uncaught {
        error: ErrorReport,
        stack: String,
        call: Option<u32>,
        line: Option<u32>,
        column: Option<u32>,
    },
    /// Nothing waited for the call.
    Forgotten {
        id: u32,
    },
    /// What a command had written when the run ended under it.
    Cut {
        id: u32,
        stdout: String,
        stderr: String,
    },
    /// So many calls and lines were too many to be told, so many of them commands that failed.
    Dropped {
        count: u32,
        failed: u32,
    },
    /// The run is over.
    Done {
        ok: bool,
        /// The code ended its own worker.
        closed: bool,
    },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stream {
    Stdout,
    Stderr,
}

impl Report {
    /// Reads what the worker tells; `None` for a kind that is not known here.
    fn read(from: &Object) -> Option<Self> {
        let whole = |name: &str| from.optional_number(name).map(|number| number as u32);
        let id = whole("id").unwrap_or_default();
        let (line, column) = (whole("line"), whole("column"));
        let error = || ErrorReport::read(&from.object("error"));
        Some(match from.text("kind").as_str() {
            "call" => Report::Call {
                id,
                label: from.text("label"),
                args: from.text("args"),
                background: from.flag("background"),
                line,
                column,
            },
            "returned" => {
                let exec = from.object("exec").as_ref().map(ExecReport::read);
                Report::Returned { id, value: from.text("value"), exec, ms: from.number("ms") }
            }
            "failed" => Report::Failed { id, error: error(), ms: from.number("ms") },
            "caught" => Report::Caught { id },
            "print" => {
                let stream = if from.text("stream") == "stderr" { Stream::Stderr } else { Stream::Stdout };
                Report::Print { stream, text: from.text("text"), line, column }
            }
            "uncaught" => Report::Uncaught {
                error: error(),
                stack: from.text("stack"),
                call: whole("call"),
                line,
                column,
            },
            "forgotten" => Report::Forgotten { id },
            "cut" => Report::Cut { id, stdout: from.text("stdout"), stderr: from.text("stderr") },
            "dropped" => Report::Dropped {
                count: whole("count").unwrap_or_default(),
                failed: whole("failed").unwrap_or_default(),
            },
            "done" => Report::Done { ok: from.flag("ok"), closed: from.flag("closed") },
            _ => return None,
        })
    }
}

impl ErrorReport {
    fn read(from: &Option<Object>) -> Self {
        from.as_ref().map_or_else(Self::default, |from| Self {
            name: from.text("name"),
            message: from.text("message"),
            reason: from.optional_text("reason"),
        })
    }
}

impl ExecReport {
    fn read(from: &Object) -> Self {
        let exit_code = from.number("exitCode") as i32;
        Self { stdout: from.text("stdout"), stderr: from.text("stderr"), exit_code }
    }
}

/// A run under way; dropping it ends it.
pub(crate) struct Running(Handle);

/// Starts the code. `on_sandbox` is told the id of every sandbox that the run creates, even after it was ended.
pub(crate) fn run(
    source: &str,
    file_name: &str,
    mut on_report: impl FnMut(Report) + 'static,
    on_sandbox: impl FnMut(String) + 'static,
) -> Running {
    let on_report: Closure<dyn FnMut(JsValue)> = Closure::new(move |report| {
        if let Some(report) = Report::read(&Object::new(report)) {
            on_report(report);
        }
    });
    let on_sandbox: Closure<dyn FnMut(String)> = Closure::new(on_sandbox);
    // Both may be called after the run was ended, so JavaScript owns them.
    let (on_report, on_sandbox) = (on_report.into_js_value(), on_sandbox.into_js_value());
    Running(js_run(source, file_name, on_report.unchecked_ref(), on_sandbox.unchecked_ref()))
}

impl Drop for Running {
    fn drop(&mut self) {
        self.0.stop();
    }
}
