//! The commands that a program runs: the only place that knows how. Each is a process, on a pipe or not.

use std::sync::Arc;

use bytes::Bytes;
use sandbox_kernel::{Description, Process, SIGPIPE, Status};

use super::super::child::Child;
use super::super::live::Stop;
use super::super::search::Missing;
use crate::limits::PIECE_BYTES;
use crate::programs::command::{CommandOutput, Run};

/// A command whose output is read.
pub(super) struct Reading {
    run: Arc<Run>,
    from: Arc<Description>,
    process: Option<Arc<Process>>,
}

/// A command that reads what is written to it.
pub(super) struct Writing {
    pub(super) to: CommandOutput,
    process: Option<Arc<Process>>,
}

fn child(run: &Run, command: &[u8]) -> Child {
    Child::script(run, String::from_utf8_lossy(command).into_owned())
}

impl Reading {
    pub(super) fn start(run: &Arc<Run>, command: &[u8]) -> Self {
        let (from, writer) = Description::pipe();
        let process = child(run, command).writing(writer).start(run, None).ok();
        Self { run: Arc::clone(run), from, process }
    }

    /// What it writes next; empty at the end.
    pub(super) async fn read(&mut self) -> Result<Bytes, Stop> {
        let read = self.from.read(self.run.kernel(), PIECE_BYTES).await;
        read.map_err(|errno| Stop::Input(errno.message().to_owned()))
    }

    /// Reads no more, and gives its exit code when it has ended.
    pub(super) async fn close(self) -> i32 {
        let Self { from, process, .. } = self;
        drop(from);
        ended(process).await
    }
}

impl Writing {
    pub(super) fn start(run: &Arc<Run>, command: &[u8]) -> Self {
        let (reader, writer) = Description::pipe();
        let process = child(run, command).reading(reader).start(run, None).ok();
        Self { to: CommandOutput::of(run, writer), process }
    }

    /// Writes no more, and gives its exit code when it has ended.
    pub(super) async fn close(self) -> i32 {
        let Self { to, process } = self;
        drop(to);
        ended(process).await
    }
}

/// Runs a command to its end. Gives its exit code.
pub(super) async fn system(run: &Run, command: &[u8]) -> i32 {
    match child(run, command).run(run).await {
        Ok(status) => told(status),
        Err(missing) => not_run(missing),
    }
}

async fn ended(process: Option<Arc<Process>>) -> i32 {
    match process {
        Some(process) => told(process.ended().await),
        None => NOT_RUN,
    }
}

/// The exit code of a shell that could not be run.
const NOT_RUN: i32 = 127;

fn not_run(missing: Missing) -> i32 {
    missing.code()
}

/// A signal that ends the shell counts above all codes. A broken pipe ends what the shell runs.
fn told(status: Status) -> i32 {
    match status {
        Status::Exited(_) | Status::Signalled(SIGPIPE) => status.code(),
        Status::Signalled(signal) => 256 + signal,
    }
}
