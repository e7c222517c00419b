//! Commands that write without end, or nearly: `yes` and `seq`. They hand over what they have in pieces, stop
//! when nobody reads, and give turns between the pieces.

use crate::programs::command::{Command, CommandContext, CommandStatus, Result};
use async_trait::async_trait;

use super::live::{complain, misused, read_options, stopped, write};
use super::sequence::{KNOWN, Sequence, Wrong, with_numbers_apart};
use crate::limits::PIECE_BYTES;

pub(super) struct Yes;

#[async_trait]
impl Command for Yes {
    async fn execute(&self, ctx: CommandContext<'_>) -> Result<CommandStatus> {
        let text = if ctx.args.is_empty() { "y".to_owned() } else { ctx.args.join(" ") };
        let line = format!("{text}\n");
        let piece = line.repeat((PIECE_BYTES / line.len()).max(1));
        loop {
            if let Err(stop) = write(&ctx, piece.as_bytes()).await {
                return stopped(&ctx, "standard output", stop).await;
            }
        }
    }
}

pub(super) struct Seq;

#[async_trait]
impl Command for Seq {
    async fn execute(&self, ctx: CommandContext<'_>) -> Result<CommandStatus> {
        let args = with_numbers_apart(ctx.args);
        let given = match read_options(&ctx, &args, &KNOWN, "seq [OPTION]... LAST").await? {
            Ok(given) => given,
            Err(ended) => return Ok(ended),
        };
        let sequence = match Sequence::new(&given) {
            Ok(sequence) => sequence,
            Err(Wrong::Usage(problem)) => return misused(&ctx, problem).await,
            Err(Wrong::Format(problem)) => {
                complain(&ctx, problem).await;
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
            if piece.len() >= PIECE_BYTES {
                if let Err(stop) = write(&ctx, piece.as_bytes()).await {
                    return stopped(&ctx, "write error", stop).await;
                }
                piece.clear();
            }
        }
        if any {
            piece.push('\n');
        }
        match write(&ctx, piece.as_bytes()).await {
            Ok(()) => Ok(CommandStatus::success()),
            Err(stop) => stopped(&ctx, "write error", stop).await,
        }
    }
}
