//! `tee`, piece by piece: what comes in goes to files and on, as it comes.

use std::path::PathBuf;

use async_trait::async_trait;
use bashkit::{Command, CommandContext, CommandOutput, CommandStatus, Error, Result};

use super::getopt::Known;
use super::live::{BROKEN_PIPE, Stop, complain, pass_on, read_options, surroundings};
use super::quoting;
use super::source::Source;
use crate::engine::Device;
use crate::limits::PIECE_BYTES;

pub(super) struct Tee;

const KNOWN: Known =
    Known { letters: "aip", long: &[("append", 'a'), ("ignore-interrupts", 'i'), ("output-error", 'p')] };

#[async_trait]
impl Command for Tee {
    async fn execute(&self, ctx: CommandContext<'_>) -> Result<CommandStatus> {
        let Some(run) = surroundings(&ctx) else { return Ok(CommandStatus::with_code(126)) };
        let given = match read_options(&ctx, ctx.args, &KNOWN, "tee [OPTION]... [FILE]...").await? {
            Ok(given) => given,
            Err(ended) => return Ok(ended),
        };
        let append = given.options.iter().any(|(letter, _)| *letter == 'a');
        let mut failed = false;
        let mut open = Vec::new();
        for operand in &given.operands {
            match operand.as_str() {
                "/dev/stdout" | "/dev/fd/1" => {
                    open.push((operand, Target::Output(ctx.stdout.clone())));
                    continue;
                }
                "/dev/stderr" | "/dev/fd/2" => {
                    open.push((operand, Target::Output(ctx.stderr.clone())));
                    continue;
                }
                _ => {}
            }
            let path = ctx.cwd.join(operand);
            // A device has nothing that could be emptied.
            let is_device = path.to_str().is_some_and(|path| Device::at(path).is_some());
            let opened = match append || is_device {
                true => ctx.fs.append_file(&path, b"").await,
                false => ctx.fs.write_file(&path, b"").await,
            };
            match opened {
                Ok(()) => open.push((operand, Target::File(path))),
                Err(error) => {
                    complain(&ctx, format!("{}: {}", quoting::name(operand), reason(error)?)).await?;
                    failed = true;
                }
            }
        }
        let (mut source, mut stdout_open) = (Source::stdin(&ctx), true);
        while stdout_open || !open.is_empty() {
            let bytes = match source.read(PIECE_BYTES).await {
                Ok(bytes) if bytes.is_empty() => break,
                Ok(bytes) => bytes,
                Err(Stop::Engine(error)) => return Err(error),
                Err(Stop::NoReader) => break,
                Err(Stop::Input(reason) | Stop::Output(reason)) => {
                    complain(&ctx, format!("read error: {reason}")).await?;
                    return Ok(CommandStatus::with_code(1));
                }
            };
            if stdout_open {
                match pass_on(&ctx, &source, &bytes).await {
                    Ok(()) => {}
                    Err(Stop::NoReader) => return Ok(CommandStatus::with_code(BROKEN_PIPE)),
                    Err(Stop::Engine(error)) => return Err(error),
                    Err(Stop::Output(reason) | Stop::Input(reason)) => {
                        complain(&ctx, format!("'standard output': {reason}")).await?;
                        (stdout_open, failed) = (false, true);
                    }
                }
            }
            let mut still_open = Vec::new();
            for (operand, target) in open {
                let written = match &target {
                    Target::File(path) => ctx.fs.append_file(path, &bytes).await,
                    Target::Output(output) => output.write_all(&bytes).await,
                };
                match written {
                    Ok(()) => still_open.push((operand, target)),
                    Err(error) => {
                        complain(&ctx, format!("{}: {}", quoting::name(operand), reason(error)?)).await?;
                        failed = true;
                    }
                }
            }
            open = still_open;
            run.sandbox.wait_for_journal().await;
        }
        Ok(CommandStatus::with_code(i32::from(failed)))
    }
}

/// Where a copy goes.
enum Target {
    File(PathBuf),
    /// Another name of one of the command's own outputs.
    Output(CommandOutput),
}

/// Why a file takes nothing; the engine's own errors end the command.
fn reason(error: Error) -> Result<String> {
    match error {
        Error::Io(error) => Ok(error.to_string()),
        error => Err(error),
    }
}
