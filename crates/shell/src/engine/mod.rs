//! The only door to `bashkit`, the engine that is bash: everything the rest of the crate needs of it.
//!
//! The engine is pinned exactly and changes weekly; what it calls things stays behind this module and behind
//! [`crate::programs`], whose commands are written against its traits.

mod copying;
mod devices;
mod diagnostics;
mod errors;
mod filesystem;
mod flow;
mod output;
mod preparation;
mod run;
mod turns;
mod weight;
mod worker;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use bashkit::{
    Bash, Error, ExecOptions, ExecutionBudgetExceeded, ExecutionExtensions, ExecutionLimits, LimitExceeded,
    MemoryLimits, SessionLimits,
};
use futures_util::future::BoxFuture;

pub(crate) use copying::{copy_contents, write_what_fits};
pub(crate) use devices::{Device, random_bytes, uuid_v4};
pub(crate) use output::Output;
pub(crate) use run::Run;
pub(crate) use turns::{Driven, drive, pause};
pub(crate) use worker::{Command as WorkerCommand, run_in_worker};
pub use worker::{Outbox, serve_commands};

use crate::limits;
use filesystem::SandboxFiles;

/// What the engine is to run.
pub(crate) struct Job {
    pub(crate) run: Arc<Run>,
    pub(crate) script: String,
    /// An existing directory.
    pub(crate) cwd: String,
    /// The whole environment.
    pub(crate) env: BTreeMap<String, String>,
    pub(crate) stdin: Vec<u8>,
    /// The engine's own timeout, a backstop behind ours.
    pub(crate) timeout: Duration,
    pub(crate) output: Arc<Output>,
}

/// How the engine ended.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Ended {
    /// The command's exit code.
    Exit(i32),
    /// The engine's own timeout struck.
    TimedOut,
}

/// The name that `df` and `mount` show for a volume.
pub(crate) fn volume_device() -> &'static str {
    "/dev/vdb"
}

/// Runs a job. Nothing happens before the future is polled, and dropping it ends the command.
pub(crate) fn execute(job: Job) -> BoxFuture<'static, Ended> {
    Box::pin(async move {
        let Job { run, script, cwd, env, stdin, timeout, output } = job;
        let prepared =
            preparation::prepared(&script, run.sandbox.host.random_u64(), &|name| env.contains_key(name));
        let mut bash = shell(&run, cwd, env, timeout);
        let options =
            ExecOptions::new().stdin(stdin).extensions(ExecutionExtensions::new().with(Arc::clone(&run)));
        let (to_stdout, to_stderr) = (Arc::clone(&output), Arc::clone(&output));
        let flow = Arc::clone(&run.flow);
        let result = bash
            .execute(&prepared)
            .options(options)
            .stdout_fn(move |bytes| {
                flow.leaves_a_pipe(&bytes);
                to_stdout.stdout(&bytes);
                std::future::ready(Ok(()))
            })
            .stderr_fn(move |bytes| {
                to_stderr.stderr(&bytes);
                std::future::ready(Ok(()))
            })
            .await;
        match result {
            Ok(result) => Ended::Exit(result.exit_code & 0xff),
            Err(Error::ResourceLimit(
                LimitExceeded::Timeout(_)
                | LimitExceeded::ExecutionBudget(ExecutionBudgetExceeded::Deadline { .. }),
            )) => Ended::TimedOut,
            Err(error) => {
                let (message, code) = fatal(&error, &script);
                output.stderr(message.as_bytes());
                Ended::Exit(code)
            }
        }
    })
}

/// A fresh shell: no exec leaves anything for the next but files.
fn shell(run: &Arc<Run>, cwd: String, env: BTreeMap<String, String>, timeout: Duration) -> Bash {
    let sandbox = &run.sandbox;
    let image = sandbox.image.clone();
    let commands = image.commands().registry();
    let mut builder = Bash::builder()
        .fs(Arc::new(SandboxFiles::new(Arc::clone(run))))
        .rootfs(false)
        .username("root")
        .hostname(&*sandbox.hostname)
        .cwd(cwd)
        .limits(execution_limits(timeout))
        .session_limits(SessionLimits::unlimited())
        .memory_limits(memory_limits())
        .fixed_epoch(sandbox.host.now().as_secs())
        .builtin_filter(move |name| image.keeps_engine_command(name))
        .builtin_registry(commands);
    for (key, value) in env {
        builder = builder.env(key, value);
    }
    builder.env("UID", "0").env("EUID", "0").build()
}

fn execution_limits(timeout: Duration) -> ExecutionLimits {
    ExecutionLimits::cli()
        .timeout(timeout)
        .parser_timeout(timeout)
        .max_loop_iterations(limits::MAX_LOOP_TURNS)
        .max_work_units(u64::MAX)
        .max_aggregate_input_bytes(u64::MAX)
        .max_live_intermediate_bytes(limits::MAX_LIVE_BYTES)
        .max_stdout_bytes(limits::MAX_STREAM_BYTES)
        .max_stderr_bytes(limits::MAX_STREAM_BYTES)
        .max_input_bytes(limits::MAX_SCRIPT_BYTES + preparation::MAX_BYTES)
        .max_parser_operations(limits::MAX_PARSER_STEPS)
        .max_background_jobs(limits::MAX_JOBS)
        .max_subst_depth(limits::MAX_NESTING)
        .max_subshell_depth(limits::MAX_NESTING)
        .max_word_split_fields(limits::MAX_FIELDS)
        .max_word_split_bytes(limits::MAX_VARIABLE_BYTES)
}

fn memory_limits() -> MemoryLimits {
    MemoryLimits::unlimited()
        .max_total_variable_bytes(limits::MAX_VARIABLE_BYTES)
        .max_array_entries(limits::MAX_FIELDS)
}

/// What bash would have printed, and its exit code, for an error that ended the whole script.
fn fatal(error: &Error, script: &str) -> (String, i32) {
    if let Some(report) = error.syntax_report("bash: -c", script) {
        return (report, 2);
    }
    match error {
        Error::CommandFailure(message) | Error::LineAbort(message) => (ending_in_newline(message), 1),
        Error::Io(error) => (format!("bash: {error}\n"), 1),
        Error::ResourceLimit(
            limit @ (LimitExceeded::Memory(_)
            | LimitExceeded::ExecutionBudget(ExecutionBudgetExceeded::LiveBytes { .. })),
        ) => (format!("bash: Cannot allocate memory ({limit})\n"), 1),
        Error::Cancelled => ("bash: cancelled\n".to_owned(), 130),
        other => (format!("bash: {other}\n"), 1),
    }
}

fn ending_in_newline(message: &str) -> String {
    if message.ends_with('\n') { message.to_owned() } else { format!("{message}\n") }
}
