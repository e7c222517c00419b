//! Commands of the engine that run in a worker: the engine's side here, the worker's in [`serve`].

mod message;
mod remote_files;
mod serve;

use std::sync::Arc;

use bashkit::{ExecResult, FileSystem};

pub(crate) use message::Command;
pub use remote_files::Outbox;
pub use serve::serve_commands;

use super::filesystem::{SandboxFiles, system_time};
use super::run::Run;
use crate::limits::{MAX_IDLE_WORKER_BYTES, MAX_STREAM_BYTES};
use crate::worker::CommandWorker;
use message::{Described, FromWorker, Listed, Operation, ToWorker, answer, pack, unpack};

/// Runs `command` in `worker` and gives its result. Dropping the future ends it, thread and all.
pub(crate) async fn run_in_worker(
    mut worker: Box<dyn CommandWorker>,
    command: Command,
    run: &Arc<Run>,
) -> ExecResult {
    let name = command.argv.first().cloned().unwrap_or_default();
    let files = SandboxFiles::new(Arc::clone(run));
    let (mut stdout, mut stderr) = (Vec::new(), Vec::new());
    worker.send(pack(&ToWorker::Run(command)));
    let exit_code = loop {
        match worker.receive().await.as_deref().and_then(unpack) {
            Some(FromWorker::Call { call, operation }) => {
                let answer = perform(&files, operation).await;
                worker.send(pack(&ToWorker::Answer { call, answer }));
            }
            Some(FromWorker::Stdout(bytes)) if stdout.len() + bytes.len() <= MAX_STREAM_BYTES => {
                stdout.extend(bytes);
            }
            Some(FromWorker::Stderr(bytes)) if stderr.len() + bytes.len() <= MAX_STREAM_BYTES => {
                stderr.extend(bytes);
            }
            Some(FromWorker::Done { exit_code, memory_bytes }) => {
                if memory_bytes <= MAX_IDLE_WORKER_BYTES {
                    worker.release();
                }
                break exit_code;
            }
            // A full memory ends a wasm module at once: nothing else makes one die that runs but commands.
            Some(FromWorker::Stdout(_) | FromWorker::Stderr(_)) | None => {
                stderr.extend(format!("{name}: Cannot allocate memory\n").into_bytes());
                break 1;
            }
        }
    };
    let mut result = ExecResult::ok_bytes(stdout);
    result.stderr = stderr.into();
    result.exit_code = exit_code;
    result
}

async fn perform(files: &SandboxFiles, operation: Operation) -> Vec<u8> {
    match operation {
        Operation::ReadFile(path) => answer::<_, Vec<u8>>(files.read_file(&path).await),
        Operation::WriteFile(path, bytes) => answer::<_, ()>(files.write_file(&path, &bytes).await),
        Operation::AppendFile(path, bytes) => answer::<_, ()>(files.append_file(&path, &bytes).await),
        Operation::Mkdir { path, recursive } => answer::<_, ()>(files.mkdir(&path, recursive).await),
        Operation::Remove { path, recursive } => answer::<_, ()>(files.remove(&path, recursive).await),
        Operation::Stat(path) => answer::<_, Described>(files.stat(&path).await),
        Operation::ReadDir(path) => {
            let listed = files.read_dir(&path).await;
            answer::<Vec<Listed>, Vec<Listed>>(
                listed.map(|entries| entries.into_iter().map(Listed::from).collect()),
            )
        }
        Operation::Exists(path) => answer::<_, bool>(files.exists(&path).await),
        Operation::Rename { from, to } => answer::<_, ()>(files.rename(&from, &to).await),
        Operation::Copy { from, to } => answer::<_, ()>(files.copy(&from, &to).await),
        Operation::Symlink { target, link } => answer::<_, ()>(files.symlink(&target, &link).await),
        Operation::ReadLink(path) => answer::<_, std::path::PathBuf>(files.read_link(&path).await),
        Operation::Chmod(path, mode) => answer::<_, ()>(files.chmod(&path, mode).await),
        Operation::SetModified(path, time) => {
            answer::<_, ()>(files.set_modified_time(&path, system_time(time)).await)
        }
    }
}
