//! `tee`, piece by piece: what comes in goes to files and on, as it comes.

use crate::programs::command::{Command, CommandContext, CommandOutput, CommandStatus, Result};
use async_trait::async_trait;

use super::getopt::Known;
use super::live::{Stop, complain, read_options, write};
use super::quoting;
use super::source::Source;
use crate::limits::PIECE_BYTES;
use sandbox_fs::OpenFlags;

pub(super) struct Tee;

const KNOWN: Known =
    Known { letters: "aip", long: &[("append", 'a'), ("ignore-interrupts", 'i'), ("output-error", 'p')] };

#[async_trait]
impl Command for Tee {
    async fn execute(&self, ctx: CommandContext<'_>) -> Result<CommandStatus> {
        let run = ctx.run.clone();
        let given = match read_options(&ctx, ctx.args, &KNOWN, "tee [OPTION]... [FILE]...").await? {
            Ok(given) => given,
            Err(ended) => return Ok(ended),
        };
        let append = given.options.iter().any(|(letter, _)| *letter == 'a');
        let mut failed = false;
        let flags = OpenFlags::CREATE | if append { OpenFlags::APPEND } else { OpenFlags::TRUNCATE };
        let mut open = Vec::new();
        for operand in &given.operands {
            match CommandOutput::open(&run, operand, flags) {
                Ok(output) => open.push((operand, output)),
                Err(error) => {
                    complain(&ctx, format!("{}: {error}", quoting::name(operand))).await;
                    failed = true;
                }
            }
        }
        let (mut source, mut stdout_open) = (Source::stdin(&ctx), true);
        while stdout_open || !open.is_empty() {
            let bytes = match source.read(PIECE_BYTES).await {
                Ok(bytes) if bytes.is_empty() => break,
                Ok(bytes) => bytes,
                Err(Stop::Input(reason) | Stop::Output(reason)) => {
                    complain(&ctx, format!("read error: {reason}")).await;
                    return Ok(CommandStatus::with_code(1));
                }
            };
            if stdout_open {
                match write(&ctx, &bytes).await {
                    Ok(()) => {}
                    Err(Stop::Output(reason) | Stop::Input(reason)) => {
                        complain(&ctx, format!("'standard output': {reason}")).await;
                        (stdout_open, failed) = (false, true);
                    }
                }
            }
            let mut still_open = Vec::new();
            for (operand, target) in open {
                match target.write_all(&bytes).await {
                    Ok(()) => still_open.push((operand, target)),
                    Err(error) => {
                        complain(&ctx, format!("{}: {error}", quoting::name(operand))).await;
                        failed = true;
                    }
                }
            }
            open = still_open;
        }
        Ok(CommandStatus::with_code(i32::from(failed)))
    }
}
