//! Commands of the engine that may compute for long: in a worker when they will, else at once and here.
//!
//! Whether one will is told before it begins, by the bytes it is to read. What cannot
//! be told (a file named inside a program) runs here, and holds the thread: see DIFF-TURNS.

use async_trait::async_trait;
use bashkit::{Builtin, BuiltinContext, ExecResult, ExecutionPlan, Result, SubCommand};
use sandbox_fs::{Kind, Namespace};

use super::{no_surroundings, surroundings};
use crate::engine::{Run, WorkerCommand, run_in_worker};
use crate::limits::LONG_INPUT_BYTES;
use crate::worker::CommandWorker;

/// Those whose time grows with their input.
const READERS: &[&str] = &["column"];

/// Whether the engine's command `name` may compute for long.
pub(super) fn may_be(name: &str) -> bool {
    READERS.contains(&name)
}

/// One of them.
pub(super) struct Long {
    name: String,
}

impl Long {
    pub(super) fn new(name: &str) -> Self {
        Self { name: name.to_owned() }
    }

    fn will_take_long(&self, ctx: &BuiltinContext<'_>, run: &Run) -> bool {
        let stdin = ctx.stdin_bytes().unwrap_or_default();
        let mut left = LONG_INPUT_BYTES.saturating_sub(stdin.len() as u64);
        let operands = ctx.args.iter().filter(|arg| !arg.starts_with('-'));
        for path in operands.map(|operand| ctx.cwd.join(operand)) {
            left = left.saturating_sub(bytes_up_to(left, &run.sandbox.namespace, &path.to_string_lossy()));
        }
        left == 0
    }

    fn here(&self, ctx: &BuiltinContext<'_>, run: &Run) -> ExecutionPlan {
        let name = run.sandbox.image.file_of(&self.name).unwrap_or_else(|| self.name.clone());
        let command =
            SubCommand { name, args: ctx.args.to_vec(), stdin: ctx.stdin.cloned(), assignments: Vec::new() };
        ExecutionPlan::Batch { commands: vec![command] }
    }
}

#[async_trait]
impl Builtin for Long {
    async fn execute(&self, ctx: BuiltinContext<'_>) -> Result<ExecResult> {
        let Some(run) = surroundings(&ctx) else { return Ok(no_surroundings()) };
        let Some(worker) = free_worker(&run).await else {
            return Ok(ExecResult::err(format!("{}: Resource temporarily unavailable\n", self.name), 126));
        };
        let command = WorkerCommand {
            argv: std::iter::once(&self.name).chain(ctx.args).cloned().collect(),
            env: ctx.env.iter().map(|(key, value)| (key.clone(), value.clone())).collect(),
            cwd: ctx.cwd.to_string_lossy().into_owned(),
            stdin: ctx.stdin_bytes().unwrap_or_default().to_vec(),
            hostname: run.sandbox.hostname.clone(),
            now: run.sandbox.host.now().as_secs(),
        };
        Ok(run_in_worker(worker, command, &run).await)
    }

    /// No plan means that [`execute`](Self::execute) is asked, which the engine does next.
    async fn execution_plan(&self, ctx: &BuiltinContext<'_>) -> Result<Option<ExecutionPlan>> {
        let Some(run) = surroundings(ctx) else { return Ok(None) };
        if self.will_take_long(ctx, &run)
            && let Some(worker) = free_worker(&run).await
        {
            worker.release();
            return Ok(None);
        }
        Ok(Some(self.here(ctx, &run)))
    }
}

async fn free_worker(run: &Run) -> Option<Box<dyn CommandWorker>> {
    run.sandbox.host.command_worker()?.await
}

/// The bytes of the file at `path`, or of what lies under the directory, but not more than `most`. A name counts as
/// much as a block of a disk.
fn bytes_up_to(most: u64, files: &Namespace, path: &str) -> u64 {
    const NAME_BYTES: u64 = 512;
    let mut left = most;
    let mut waiting = vec![path.to_owned()];
    while let Some(path) = waiting.pop() {
        let Ok(stat) = files.stat(&path) else { continue };
        left = left.saturating_sub(stat.size + NAME_BYTES);
        if left == 0 {
            break;
        }
        if stat.kind == Kind::Directory {
            let entries = files.read_dir(&path).unwrap_or_default();
            left = left.saturating_sub(NAME_BYTES * entries.len() as u64);
            let inside = entries.into_iter().filter(|entry| entry.stat.kind != Kind::Symlink);
            waiting.extend(inside.map(|entry| format!("{path}/{}", entry.name)));
        }
    }
    most - left
}
