//! A command that runs in a shell of its own, as a child process would.

use std::collections::BTreeMap;
use std::sync::Arc;

use bashkit::{BuiltinContext, ExecResult};

use crate::engine::{Driven, Ended, Job, Output, Run, drive, execute};
use crate::host::NoSink;
use crate::limits::BACKGROUND_TIMEOUT;

/// What a child is to run.
pub(super) struct Child {
    pub(super) script: String,
    pub(super) cwd: String,
    pub(super) env: BTreeMap<String, String>,
    pub(super) stdin: Vec<u8>,
}

impl Child {
    /// A child of the command that runs: its directory, environment and input.
    pub(super) fn of(ctx: &BuiltinContext<'_>, script: String) -> Self {
        Self {
            script,
            cwd: ctx.cwd.to_string_lossy().into_owned(),
            env: ctx.env.iter().map(|(key, value)| (key.clone(), value.clone())).collect(),
            stdin: ctx.stdin_bytes().unwrap_or_default().to_vec(),
        }
    }

    /// Runs it to its end and gives its exit code. `on_timeout` is that code when the deadline of `run` ends it.
    pub(super) async fn run(self, run: &Arc<Run>, output: &Arc<Output>, on_timeout: i32) -> i32 {
        let job = Job {
            run: Arc::clone(run),
            script: self.script,
            cwd: self.cwd,
            env: self.env,
            stdin: self.stdin,
            timeout: BACKGROUND_TIMEOUT,
            output: Arc::clone(output),
        };
        match drive(execute(job), run, None).await {
            Driven::Done(Ended::Exit(code)) => code,
            Driven::Signalled(signal) => 128 + signal,
            Driven::Done(Ended::TimedOut) | Driven::TimedOut => on_timeout,
        }
    }
}

/// Output that children write to, one after another.
pub(super) fn collecting() -> Arc<Output> {
    Output::kept(Arc::new(NoSink))
}

/// What was collected, as a command's result.
pub(super) fn collected(output: &Output, exit_code: i32) -> ExecResult {
    let kept = output.take();
    let mut result = ExecResult::ok_bytes(kept.stdout);
    result.stderr = kept.stderr.into();
    result.exit_code = exit_code;
    result
}
