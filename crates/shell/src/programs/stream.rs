//! Commands that write without end, or nearly: `yes` and `seq`. They hand over what they have in pieces, stop
//! when nobody reads, and give turns between the pieces.

use std::future::poll_fn;
use std::task::Poll;

use async_trait::async_trait;
use bashkit::{Command, CommandContext, CommandStatus, Error, Result};

use super::sequence::Sequence;

/// Bytes written at a time.
const PIECE: usize = 4096;

/// Exit code of a command whose reader has gone: 128 + SIGPIPE.
const BROKEN_PIPE: i32 = 141;

/// Pauses once, so that whoever drives the command can give the event loop its turn.
async fn pause() {
    let mut paused = false;
    poll_fn(|cx| {
        if std::mem::replace(&mut paused, true) {
            return Poll::Ready(());
        }
        cx.waker().wake_by_ref();
        Poll::Pending
    })
    .await;
}

/// Writes a piece; `false` when nobody reads any more.
async fn write(ctx: &CommandContext<'_>, piece: &[u8]) -> Result<bool> {
    match ctx.stdout.write_all(piece).await {
        Ok(()) => {
            pause().await;
            Ok(true)
        }
        Err(Error::Io(error)) if error.kind() == std::io::ErrorKind::BrokenPipe => Ok(false),
        Err(error) => Err(error),
    }
}

pub(super) struct Yes;

#[async_trait]
impl Command for Yes {
    async fn execute(&self, ctx: CommandContext<'_>) -> Result<CommandStatus> {
        let text = if ctx.args.is_empty() { "y".to_owned() } else { ctx.args.join(" ") };
        let line = format!("{text}\n");
        let piece = line.repeat((PIECE / line.len()).max(1));
        while write(&ctx, piece.as_bytes()).await? {}
        Ok(CommandStatus::with_code(BROKEN_PIPE))
    }
}

pub(super) struct Seq;

#[async_trait]
impl Command for Seq {
    async fn execute(&self, ctx: CommandContext<'_>) -> Result<CommandStatus> {
        let sequence = match Sequence::parse(ctx.args) {
            Ok(sequence) => sequence,
            Err(problem) => {
                let text = format!("seq: {problem}\nTry 'seq --help' for more information.\n");
                ctx.stderr.write_all(text.as_bytes()).await?;
                return Ok(CommandStatus::with_code(1));
            }
        };
        let mut piece = String::new();
        let mut any = false;
        for text in sequence.texts() {
            if std::mem::replace(&mut any, true) {
                piece.push_str(&sequence.separator);
            }
            piece.push_str(&text);
            if piece.len() >= PIECE {
                if !write(&ctx, piece.as_bytes()).await? {
                    return Ok(CommandStatus::with_code(BROKEN_PIPE));
                }
                piece.clear();
            }
        }
        if any {
            piece.push('\n');
        }
        if !piece.is_empty() && !write(&ctx, piece.as_bytes()).await? {
            return Ok(CommandStatus::with_code(BROKEN_PIPE));
        }
        Ok(CommandStatus::success())
    }
}
