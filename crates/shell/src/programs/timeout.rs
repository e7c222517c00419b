//! `timeout`, on the cloud's clock.
//!
//! The engine's own races a timer of the machine. Ours runs the command in a shell of its own, as a child
//! process would be, and ends that shell.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use bashkit::{Builtin, BuiltinContext, ExecResult, Result};

use super::child::{Child, collected, collecting};
use super::{interval, no_surroundings, surroundings, usage};
use crate::quote::quote_all;

pub(super) struct Timeout;

/// Exit code when the time ran out; when the command was killed instead (`-s KILL`) it is 128 + 9.
const TIMED_OUT: i32 = 124;

/// SIGKILL.
const KILL: i32 = 9;

struct Wish<'a> {
    limit: Duration,
    preserve_status: bool,
    signal: i32,
    command: &'a [String],
}

fn wish(args: &[String]) -> std::result::Result<Wish<'_>, String> {
    let (mut at, mut preserve_status, mut signal) = (0, false, super::signal::TERM);
    while let Some(option) = args.get(at).filter(|arg| arg.len() > 1 && arg.starts_with('-')) {
        at += 1;
        let value = |at: &mut usize| {
            *at += 1;
            args.get(*at - 1).cloned().ok_or_else(|| usage::missing_value(option))
        };
        match option.as_str() {
            "--" => break,
            "--preserve-status" | "-p" => preserve_status = true,
            "--foreground" | "-f" | "-v" | "--verbose" => {}
            // After the first signal nothing is left that a second one could kill.
            "-k" | "--kill-after" => drop(value(&mut at)?),
            "-s" | "--signal" => {
                let name = value(&mut at)?;
                signal = super::signal::parse(&name).ok_or_else(|| format!("'{name}': invalid signal"))?;
            }
            long if long.starts_with("--kill-after=") || long.starts_with("-k") => {}
            long if long.starts_with("--signal=") => {
                let name = &long["--signal=".len()..];
                signal = super::signal::parse(name).ok_or_else(|| format!("'{name}': invalid signal"))?;
            }
            unknown => return Err(format!("unrecognized option '{unknown}'")),
        }
    }
    let Some(text) = args.get(at) else { return Err("missing operand".to_owned()) };
    let Some(limit) = interval::parse(text) else {
        return Err(format!("invalid time interval '{text}'"));
    };
    let command = &args[at + 1..];
    if command.is_empty() {
        return Err("missing operand".to_owned());
    }
    Ok(Wish { limit, preserve_status, signal, command })
}

#[async_trait]
impl Builtin for Timeout {
    async fn execute(&self, ctx: BuiltinContext<'_>) -> Result<ExecResult> {
        let Some(outer) = surroundings(&ctx) else { return Ok(no_surroundings()) };
        let wish = match wish(ctx.args) {
            Ok(wish) => wish,
            Err(problem) => return Ok(ExecResult { exit_code: 125, ..usage::error("timeout", problem) }),
        };
        // Zero means no limit.
        let run = if wish.limit.is_zero() { Arc::clone(&outer) } else { outer.limited(wish.limit) };
        let killed = wish.preserve_status || wish.signal == KILL;
        let on_timeout = if killed { 128 + wish.signal } else { TIMED_OUT };
        let output = collecting();
        let code = Child::of(&ctx, quote_all(wish.command)).run(&run, &output, on_timeout).await;
        Ok(collected(&output, code))
    }
}
