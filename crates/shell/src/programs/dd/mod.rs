//! `dd`, piece by piece, into files, devices and pipes.
//!
//! Blocks are counted from the bytes that went in and out: every read is a full block but the last, also from a
//! pipe, where the real one's counts depend on the moment (as with `iflag=fullblock`).

mod operands;
mod output;
mod summary;

use crate::programs::command::{Command, CommandContext, CommandStatus, Result};
use async_trait::async_trait;
use bytes::{Bytes, BytesMut};

use super::live::{Stop, complain, misused, say};
use super::source::Source;
use operands::{Mistake, Operands, Status};
use output::Output;
use sandbox_kernel::pause;

pub(super) struct Dd;

/// Bytes read and written at a time where blocks are smaller.
const BATCH: u64 = 256 << 10;

/// What went in and out.
#[derive(Default)]
pub(super) struct Counts {
    read: u64,
    written: u64,
}

#[async_trait]
impl Command for Dd {
    async fn execute(&self, ctx: CommandContext<'_>) -> Result<CommandStatus> {
        let run = ctx.run.clone();
        if ctx.args.iter().any(|arg| arg == "--help") {
            say(&ctx.stdout, "Usage: dd [OPERAND]...\n".to_owned()).await;
            return Ok(CommandStatus::success());
        }
        let operands = match Operands::parse(ctx.args) {
            Ok(operands) => operands,
            Err(Mistake::Usage(problem)) => return misused(&ctx, problem).await,
            Err(Mistake::Number(problem)) => {
                complain(&ctx, problem).await;
                return Ok(CommandStatus::with_code(1));
            }
        };
        let input = operands.input.as_deref();
        let mut source = match input {
            None => Source::stdin(&ctx),
            Some(operand) => match Source::open(&ctx, operand) {
                Ok(source) => source,
                Err(reason) => {
                    complain(&ctx, format!("failed to open '{operand}': {reason}")).await;
                    return Ok(CommandStatus::with_code(1));
                }
            },
        };
        let mut output = match Output::open(&ctx, &operands) {
            Ok(output) => output,
            Err(Stop::Output(problem) | Stop::Input(problem)) => {
                complain(&ctx, problem).await;
                return Ok(CommandStatus::with_code(1));
            }
        };
        let started = run.host.now();
        let mut counts = Counts::default();
        let copied = copy(&operands, &mut source, &mut output, &mut counts).await;
        let code = match copied {
            Ok(()) => 0,
            Err(Stop::Input(reason)) => {
                let name = input.unwrap_or("standard input");
                complain(&ctx, format!("error reading '{name}': {reason}")).await;
                1
            }
            Err(Stop::Output(reason)) => {
                let name = operands.output.as_deref().unwrap_or("standard output");
                complain(&ctx, format!("error writing '{name}': {reason}")).await;
                1
            }
        };
        if operands.status != Status::None {
            let nanos = run.host.now().0 - started.0;
            say(&ctx.stderr, summary::text(&operands, &counts, nanos)).await;
        }
        Ok(CommandStatus::with_code(code))
    }
}

async fn copy(
    operands: &Operands,
    source: &mut Source,
    output: &mut Output,
    counts: &mut Counts,
) -> std::result::Result<(), Stop> {
    let mut skipping = source.skip(operands.skip);
    while skipping > 0 {
        let bytes = source.read(usize::try_from(skipping).unwrap_or(usize::MAX)).await?;
        if bytes.is_empty() {
            break;
        }
        skipping -= bytes.len() as u64;
        pause().await;
    }
    let mut left = operands.count.unwrap_or(u64::MAX);
    // Whole blocks, so that only the last one can be partial. No block is larger than what may be held.
    let batch = operands.read_block * (BATCH / operands.read_block).max(1);
    while left > 0 {
        let wanted = batch.min(left);
        let mut bytes = fill(source, wanted as usize).await?;
        if bytes.is_empty() {
            break;
        }
        let is_last = (bytes.len() as u64) < wanted;
        counts.read += bytes.len() as u64;
        left -= bytes.len() as u64;
        if operands.changes_bytes() {
            bytes = operands.convert(bytes);
        }
        output.write(bytes, counts).await?;
        pause().await;
        if is_last {
            break;
        }
    }
    Ok(())
}

/// Exactly `wanted` bytes, fewer at the end.
async fn fill(source: &mut Source, wanted: usize) -> std::result::Result<Bytes, Stop> {
    let first = source.read(wanted).await?;
    if first.len() == wanted || first.is_empty() {
        return Ok(first);
    }
    let mut bytes = BytesMut::with_capacity(wanted);
    bytes.extend_from_slice(&first);
    while bytes.len() < wanted {
        let more = source.read(wanted - bytes.len()).await?;
        if more.is_empty() {
            break;
        }
        bytes.extend_from_slice(&more);
    }
    Ok(bytes.freeze())
}
