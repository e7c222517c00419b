//! The worker's side: runs the commands that an engine sends, one after the other.

use std::future::Future;
use std::pin::pin;
use std::sync::{Arc, Mutex, PoisonError};

use bashkit::{Bash, ExecOptions, SessionLimits};
use futures_util::future::{Either, select};
use futures_util::{Stream, StreamExt};

use super::super::{execution_limits, fatal, memory_limits, preparation};
use super::message::{Command, FromWorker, ToWorker, unpack};
use super::remote_files::{Calls, Outbox, RemoteFiles};
use crate::limits::{BACKGROUND_TIMEOUT, PIECE_BYTES};
use crate::quote::quote_all;

/// Runs commands until `inbox`, the engine's messages, ends. What comes of them goes to `outbox`.
pub async fn serve_commands(inbox: impl Stream<Item = Vec<u8>>, outbox: Outbox) {
    let calls = Arc::new(Calls::new(outbox));
    let mut inbox = pin!(inbox);
    while let Some(message) = inbox.next().await {
        if let Some(ToWorker::Run(command)) = unpack(&message) {
            let exit_code = answering(run(command, Arc::clone(&calls)), &calls, &mut inbox).await;
            let Some(exit_code) = exit_code else { return };
            calls.send(&FromWorker::Done { exit_code, memory_bytes: memory_bytes() });
        }
    }
}

/// `command`, while its calls get their answers; none when the engine is gone.
async fn answering<T>(
    command: impl Future<Output = T>,
    calls: &Calls,
    inbox: &mut (impl Stream<Item = Vec<u8>> + Unpin),
) -> Option<T> {
    let mut command = pin!(command);
    loop {
        match select(command.as_mut(), inbox.next()).await {
            Either::Left((ended, _)) => return Some(ended),
            Either::Right((None, _)) => return None,
            Either::Right((Some(message), _)) => {
                if let Some(ToWorker::Answer { call, answer }) = unpack(&message) {
                    calls.answered(call, answer);
                }
            }
        }
    }
}

async fn run(command: Command, calls: Arc<Calls>) -> i32 {
    let Command { argv, env, cwd, stdin, hostname, now } = command;
    let mut builder = Bash::builder()
        .fs(Arc::new(RemoteFiles(Arc::clone(&calls))))
        .rootfs(false)
        .username("root")
        .hostname(hostname)
        .cwd(cwd)
        .limits(execution_limits(BACKGROUND_TIMEOUT))
        .session_limits(SessionLimits::unlimited())
        .memory_limits(memory_limits())
        .fixed_epoch(now);
    let given = |name: &str| env.iter().any(|(key, _)| key == name);
    let script = preparation::prepared(&quote_all(&argv), 0, &given);
    for (key, value) in env {
        builder = builder.env(key, value);
    }
    let mut bash = builder.build();
    let stdout = Gathered::new(&calls, FromWorker::Stdout);
    let stderr = Gathered::new(&calls, FromWorker::Stderr);
    let (to_stdout, to_stderr) = (Arc::clone(&stdout), Arc::clone(&stderr));
    let result = bash
        .execute(&script)
        .options(ExecOptions::new().stdin(stdin))
        .stdout_fn(move |bytes| {
            to_stdout.push(&bytes);
            std::future::ready(Ok(()))
        })
        .stderr_fn(move |bytes| {
            to_stderr.push(&bytes);
            std::future::ready(Ok(()))
        })
        .await;
    let exit_code = match result {
        Ok(result) => result.exit_code & 0xff,
        Err(error) => {
            let (message, code) = fatal(&error, &script);
            stderr.push(message.as_bytes());
            code
        }
    };
    stdout.send();
    stderr.send();
    exit_code
}

/// Output on its way, in pieces that are worth a message each.
struct Gathered {
    calls: Arc<Calls>,
    message: fn(Vec<u8>) -> FromWorker,
    bytes: Mutex<Vec<u8>>,
}

impl Gathered {
    fn new(calls: &Arc<Calls>, message: fn(Vec<u8>) -> FromWorker) -> Arc<Self> {
        Arc::new(Self { calls: Arc::clone(calls), message, bytes: Mutex::default() })
    }

    fn push(&self, bytes: &[u8]) {
        let mut gathered = self.bytes.lock().unwrap_or_else(PoisonError::into_inner);
        gathered.extend_from_slice(bytes);
        if gathered.len() >= PIECE_BYTES {
            self.calls.send(&(self.message)(std::mem::take(&mut gathered)));
        }
    }

    fn send(&self) {
        let gathered = std::mem::take(&mut *self.bytes.lock().unwrap_or_else(PoisonError::into_inner));
        if !gathered.is_empty() {
            self.calls.send(&(self.message)(gathered));
        }
    }
}

/// The memory that this thread's module holds, and never gives back.
fn memory_bytes() -> u64 {
    #[cfg(target_arch = "wasm32")]
    return core::arch::wasm32::memory_size::<0>() as u64 * 65_536;
    #[cfg(not(target_arch = "wasm32"))]
    0
}
