//! What commands that work piece by piece share: writing, complaining, and why they stop.
//!
//! They hold one piece at a time, give a turn after each, and stop when nothing more fits. When nobody reads any more
//! a signal ends them.

use std::fmt::Display;

use sandbox_fs::{Errno, FsError};
use sandbox_kernel::pause;

use super::command::{CommandContext, CommandOutput, CommandStatus, Error, Result};
use super::getopt::{Given, Known, misuse_code};
use super::usage::{procps_usage, version};
use crate::limits::PIECE_BYTES;

/// Why a command stops before its work is done.
pub(super) enum Stop {
    /// Its output takes no more, for that reason.
    Output(String),
    /// Its input gives no more, for that reason.
    Input(String),
}

impl From<FsError> for Stop {
    /// Errors of the filesystem come up in writing; reading has [`Stop::Input`] made where it reads.
    fn from(error: FsError) -> Self {
        Stop::Output(error.to_string())
    }
}

impl Stop {
    /// The error of an output.
    pub(super) fn of_output(error: Error) -> Self {
        Stop::Output(error.to_string())
    }

    /// The error of an input.
    pub(super) fn of_input(error: Error) -> Self {
        Stop::Input(error.to_string())
    }

    /// There is no memory for what would have to be held.
    pub(super) fn out_of_memory() -> Self {
        Stop::Input(Errno::ENOMEM.message().to_owned())
    }
}

/// Writes to standard output.
pub(super) async fn write(ctx: &CommandContext<'_>, bytes: &[u8]) -> std::result::Result<(), Stop> {
    for piece in bytes.chunks(PIECE_BYTES) {
        ctx.stdout.write_all(piece).await.map_err(Stop::of_output)?;
        pause().await;
    }
    Ok(())
}

/// What a command calls itself: some names are scripts that run another.
fn called(name: &str) -> &str {
    match name {
        "egrep" | "fgrep" => "grep",
        "gunzip" | "zcat" => "gzip",
        name => name,
    }
}

/// What a command calls itself in messages: by its path, where it was called so.
fn shown<'a>(ctx: &'a CommandContext<'_>) -> &'a str {
    match ctx.run.called.contains('/') {
        true => &ctx.run.called,
        false => called(ctx.name),
    }
}

/// Writes a line to standard error, after the command's name. That nobody takes it is no reason to stop.
pub(super) async fn complain(ctx: &CommandContext<'_>, problem: impl Display) {
    say(&ctx.stderr, format!("{}: {problem}\n", shown(ctx))).await;
}

/// Writes to standard error as it is.
pub(super) async fn say(stderr: &CommandOutput, text: String) {
    // Nobody is left who could be told that it cannot be written.
    let _ = stderr.write_all(text.as_bytes()).await;
}

/// The end of a command that could not write all it had: `what` it was doing, as in `error writing 'standard output'`.
pub(super) async fn stopped(ctx: &CommandContext<'_>, what: &str, stop: Stop) -> Result<CommandStatus> {
    let (Stop::Output(reason) | Stop::Input(reason)) = stop;
    complain(ctx, format!("{what}: {reason}")).await;
    Ok(CommandStatus::with_code(1))
}

/// The end of a command that was not used as it must be.
pub(super) async fn misused(ctx: &CommandContext<'_>, problem: impl Display) -> Result<CommandStatus> {
    let code = if ctx.name == "iconv" { 64 } else { misuse_code(ctx.name) };
    misused_with(ctx, code, problem).await
}

/// As [`misused`], with an exit code of its own.
pub(super) async fn misused_with(
    ctx: &CommandContext<'_>,
    code: i32,
    problem: impl Display,
) -> Result<CommandStatus> {
    let (name, shown) = (called(ctx.name), shown(ctx));
    // Those of diffutils say their name again.
    let again = match name {
        "cmp" | "diff" | "diff3" | "sdiff" => format!("{shown}: "),
        "grep" => "Usage: grep [OPTION]... PATTERNS [FILE]...\n".to_owned(),
        _ => String::new(),
    };
    let open = if name == "gzip" { '`' } else { '\'' };
    let problem = problem.to_string();
    let told = if problem.is_empty() { problem } else { format!("{shown}: {problem}\n") };
    let text = match procps_usage(name) {
        Some(usage) => format!("{told}{usage}"),
        None if name == "iconv" => {
            format!("{told}Try `iconv --help' or `iconv --usage' for more information.\n")
        }
        None => format!("{told}{again}Try {open}{shown} --help' for more information.\n"),
    };
    say(&ctx.stderr, text).await;
    Ok(CommandStatus::with_code(code))
}

/// What was given to a command, or its end: it was asked for help or its version, or misused.
pub(super) async fn read_options(
    ctx: &CommandContext<'_>,
    args: &[String],
    known: &Known,
    usage: &str,
) -> Result<std::result::Result<Given, CommandStatus>> {
    let mut options = args.iter().map(String::as_str).take_while(|arg| *arg != "--");
    if let Some(asked) = options.find(|arg| matches!(*arg, "--help" | "--version")) {
        let text = match asked {
            "--help" => match procps_usage(ctx.name) {
                Some(usage) => usage.to_owned(),
                None => format!("Usage: {usage}\n"),
            },
            _ => version(ctx.name),
        };
        return Ok(Err(match write(ctx, text.as_bytes()).await {
            Ok(()) => CommandStatus::success(),
            Err(stop) => stopped(ctx, "write error", stop).await?,
        }));
    }
    match known.read(args) {
        Ok(given) => Ok(Ok(given)),
        Err(problem) => misused(ctx, problem).await.map(Err),
    }
}
