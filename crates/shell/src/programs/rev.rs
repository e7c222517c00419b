//! `rev`: lines with their letters in reverse, piece by piece.

use crate::programs::command::{Command, CommandContext, CommandStatus, Result};
use async_trait::async_trait;

use super::getopt::Known;
use super::live::{Stop, complain, read_options, stopped, write};
use super::source::Source;
use crate::limits::PIECE_BYTES;

pub(super) struct Rev;

#[async_trait]
impl Command for Rev {
    async fn execute(&self, ctx: CommandContext<'_>) -> Result<CommandStatus> {
        const KNOWN: Known = Known { letters: "0", long: &[("zero", '0')] };
        let given = match read_options(&ctx, ctx.args, &KNOWN, "rev [options] [file ...]").await? {
            Ok(given) => given,
            Err(ended) => return Ok(ended),
        };
        let mut failed = false;
        let operands = if given.operands.is_empty() { vec!["-".to_owned()] } else { given.operands.clone() };
        for operand in &operands {
            let opened = match operand.as_str() {
                "-" if given.operands.is_empty() => Ok(Source::stdin(&ctx)),
                path => Source::open(&ctx, path),
            };
            let mut source = match opened {
                Ok(source) => source,
                Err(reason) => {
                    complain(&ctx, format!("cannot open {operand}: {reason}")).await;
                    failed = true;
                    continue;
                }
            };
            match reversed(&ctx, &mut source, if given.has('0') { b'\0' } else { b'\n' }).await {
                Ok(()) => {}
                Err(Stop::Input(reason)) => {
                    complain(&ctx, format!("{operand}: 0: {reason}")).await;
                    failed = true;
                }
                Err(stop) => return stopped(&ctx, "write failed", stop).await,
            }
        }
        Ok(CommandStatus::with_code(i32::from(failed)))
    }
}

async fn reversed(ctx: &CommandContext<'_>, source: &mut Source, end: u8) -> std::result::Result<(), Stop> {
    let mut line = Vec::new();
    loop {
        let bytes = source.read(PIECE_BYTES).await?;
        if bytes.is_empty() {
            line.reverse();
            return write(ctx, &line).await;
        }
        let mut out = Vec::with_capacity(bytes.len());
        for piece in bytes.split_inclusive(|byte| *byte == end) {
            line.extend_from_slice(piece);
            if line.last() == Some(&end) {
                let letters = line.len() - 1;
                line[..letters].reverse();
                out.append(&mut line);
            }
        }
        if line.len() as u64 > crate::limits::MAX_WEIGHT {
            return Err(Stop::out_of_memory());
        }
        write(ctx, &out).await?;
    }
}
