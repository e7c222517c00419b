//! The commands that a program runs: the only place that knows how. They run when somebody waits for them.

use std::future::poll_fn;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::Poll;

use futures_util::future::BoxFuture;

use super::super::child::Child;
use super::super::live::{BROKEN_PIPE, Stop, write};
use crate::engine::{Output, Run};
use crate::host::OutputSink;
use crate::limits::PIECE_BYTES;
use bashkit::CommandContext;

/// A command that runs.
pub(super) struct Running {
    /// Gone when it has ended. The lock is never waited for: it makes this something that others may look at.
    work: Option<Mutex<BoxFuture<'static, i32>>>,
    code: i32,
    written: Arc<Written>,
}

/// What it wrote that nobody took yet.
#[derive(Default)]
struct Written {
    stdout: Mutex<Vec<u8>>,
    stderr: Mutex<Vec<u8>>,
}

impl OutputSink for Written {
    fn stdout(&self, bytes: &[u8]) {
        self.stdout.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(bytes);
    }

    fn stderr(&self, bytes: &[u8]) {
        self.stderr.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(bytes);
    }
}

fn take(written: &Mutex<Vec<u8>>) -> Vec<u8> {
    std::mem::take(&mut *written.lock().unwrap_or_else(PoisonError::into_inner))
}

impl Running {
    /// Begins a command, which reads `stdin`.
    pub(super) fn start(ctx: &CommandContext<'_>, run: &Arc<Run>, command: &[u8], stdin: Vec<u8>) -> Self {
        let child = Child {
            script: String::from_utf8_lossy(command).into_owned(),
            cwd: ctx.cwd.to_string_lossy().into_owned(),
            env: ctx.env.iter().map(|(key, value)| (key.clone(), value.clone())).collect(),
            stdin,
        };
        let written = Arc::new(Written::default());
        let output = Output::passing(Arc::clone(&written) as Arc<dyn OutputSink>);
        let run = Arc::clone(run);
        let work: BoxFuture<'static, i32> = Box::pin(async move { child.run(&run, &output, 124).await });
        Self { work: Some(Mutex::new(work)), code: 0, written }
    }

    /// What it writes next to standard output; empty when it has ended. What it says meanwhile is passed on.
    pub(super) async fn read(&mut self, ctx: &CommandContext<'_>) -> Result<Vec<u8>, Stop> {
        loop {
            poll_fn(|cx| {
                let Some(work) = &mut self.work else { return Poll::Ready(()) };
                let work = work.get_mut().unwrap_or_else(PoisonError::into_inner);
                if let Poll::Ready(code) = work.as_mut().poll(cx) {
                    (self.code, self.work) = (code, None);
                    return Poll::Ready(());
                }
                let is_empty = |written: &Mutex<Vec<u8>>| {
                    written.lock().unwrap_or_else(PoisonError::into_inner).is_empty()
                };
                match is_empty(&self.written.stdout) && is_empty(&self.written.stderr) {
                    true => Poll::Pending,
                    false => Poll::Ready(()),
                }
            })
            .await;
            let said = take(&self.written.stderr);
            if !said.is_empty() {
                match ctx.stderr.write_all(&said).await {
                    Ok(()) | Err(bashkit::Error::Io(_)) => {}
                    Err(error) => return Err(Stop::Engine(error)),
                }
            }
            let bytes = take(&self.written.stdout);
            if !bytes.is_empty() || self.work.is_none() {
                return Ok(bytes);
            }
        }
    }

    /// Runs it to its end, with what it writes going where this command's goes. Gives its exit code.
    pub(super) async fn finish(mut self, ctx: &CommandContext<'_>) -> Result<i32, Stop> {
        loop {
            let bytes = self.read(ctx).await?;
            if bytes.is_empty() {
                return Ok(self.code);
            }
            write(ctx, &bytes).await?;
        }
    }

    /// Closes the pipe that it writes into, and gives its exit code. What a pipe holds it can still write.
    pub(super) async fn close(mut self, ctx: &CommandContext<'_>) -> Result<i32, Stop> {
        let mut held = 0;
        while held <= PIECE_BYTES {
            let len = self.read(ctx).await?.len();
            if len == 0 {
                return Ok(self.code);
            }
            held += len;
        }
        Ok(BROKEN_PIPE)
    }
}
