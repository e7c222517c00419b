//! A command that works on files: what it says, what it asks, and how it ends.

use std::sync::Arc;

use crate::programs::command::{CommandContext, CommandStatus};
use sandbox_fs::{Namespace, Timestamp};

use super::live::{Stop, complain, say, stopped, write};
use super::source::Source;
use crate::limits::PIECE_BYTES;
use crate::programs::command::Run;

/// How a piece of work ended.
pub(super) type Worked<T = ()> = std::result::Result<T, Stop>;

/// One running command.
pub(super) struct Tool<'a> {
    pub(super) ctx: CommandContext<'a>,
    pub(super) run: Arc<Run>,
    /// Its exit code so far.
    pub(super) code: i32,
    /// What is still to be written, as a program's own buffer holds it.
    out: Vec<u8>,
    /// Where answers come from, once something was asked.
    answers: Option<Source>,
}

impl<'a> Tool<'a> {
    pub(super) fn new(ctx: CommandContext<'a>) -> Self {
        let run = Arc::clone(&ctx.run);
        Self { ctx, run, code: 0, out: Vec::new(), answers: None }
    }

    pub(super) fn files(&self) -> &Namespace {
        &self.run.files
    }

    /// Permission bits that new files do not get.
    pub(super) fn umask(&self) -> u32 {
        self.run.umask()
    }

    pub(super) fn now(&self) -> Timestamp {
        self.run.host.now()
    }

    /// The absolute path of an operand. An empty one stays empty: nothing is there.
    pub(super) fn path(&self, operand: &str) -> String {
        match operand {
            "" => String::new(),
            operand => self.ctx.cwd.join(operand).to_string_lossy().into_owned(),
        }
    }

    /// Gives others their turn when it is due.
    pub(super) async fn turn(&self) {
        self.run.breathe().await;
    }

    /// Writes to standard output.
    pub(super) async fn put(&mut self, bytes: &[u8]) -> Worked {
        self.out.extend_from_slice(bytes);
        if self.out.len() >= PIECE_BYTES { self.flush().await } else { Ok(()) }
    }

    /// Writes a line to standard output.
    pub(super) async fn line(&mut self, text: &str) -> Worked {
        self.out.extend_from_slice(text.as_bytes());
        self.put(b"\n").await
    }

    /// Writes what is waiting to be written.
    pub(super) async fn flush(&mut self) -> Worked {
        let out = std::mem::take(&mut self.out);
        write(&self.ctx, &out).await
    }

    /// Says something on standard error, after the command's name.
    pub(super) async fn warn(&self, text: String) -> Worked {
        complain(&self.ctx, text).await;
        Ok(())
    }

    /// Says what went wrong; the command will have failed.
    pub(super) async fn problem(&mut self, text: String) -> Worked {
        self.code = self.code.max(1);
        self.warn(text).await
    }

    /// Asks on standard error and waits for the answer.
    pub(super) async fn agrees(&mut self, question: &str) -> Worked<bool> {
        self.flush().await?;
        let name = self.ctx.name;
        say(&self.ctx.stderr, format!("{name}: {question}? ")).await;
        self.answered().await
    }

    /// Reads a line from standard input. Only a `y` at its beginning is a yes.
    pub(super) async fn answered(&mut self) -> Worked<bool> {
        let mut answers = self.answers.take().unwrap_or_else(|| Source::stdin(&self.ctx));
        let mut first = None;
        loop {
            let byte = answers.read(1).await?.first().copied();
            first = first.or(byte);
            if byte.is_none_or(|byte| byte == b'\n') {
                break;
            }
        }
        self.answers = Some(answers);
        Ok(matches!(first, Some(b'y' | b'Y')))
    }

    /// Ends the command: writes what is left, and says so where that cannot be.
    pub(super) async fn end(mut self, worked: Worked) -> crate::programs::command::Result<CommandStatus> {
        let worked = match worked {
            Ok(()) => self.flush().await,
            // What was said before belongs before the reason to stop.
            Err(stop) => self.flush().await.and(Err(stop)),
        };
        match worked {
            Ok(()) => Ok(CommandStatus::with_code(self.code)),
            Err(stop) => stopped(&self.ctx, "write error", stop).await,
        }
    }
}

/// Begins a command: its and its options as `$known` reads them.
macro_rules! begin {
    ($ctx:expr, $known:expr, $usage:expr) => {{
        let tool = $crate::programs::tool::Tool::new($ctx);
        match $crate::programs::live::read_options(&tool.ctx, tool.ctx.args, $known, $usage).await? {
            Ok(given) => (tool, given),
            Err(ended) => return Ok(ended),
        }
    }};
}
pub(super) use begin;
