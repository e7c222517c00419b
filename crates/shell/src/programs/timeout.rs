//! `timeout`, on the cloud's clock.
//!
//! The engine's own races a timer of the machine. Ours runs the command in a shell of its own, as a child
//! process would be, and ends that shell.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use bashkit::{Builtin, BuiltinContext, ExecResult, Result};

use super::child::{Child, collected, collecting};
use super::getopt::Known;
use super::quoting::value;
use super::search::found;
use super::standalone::as_program;
use super::{interval, no_surroundings, surroundings, usage};
use crate::quote::quote_all;

pub(super) struct Timeout;

/// Exit code when the time ran out; when the command was killed instead (`-s KILL`) it is 128 + 9.
const TIMED_OUT: i32 = 124;

/// SIGKILL.
const KILL: i32 = 9;

const KNOWN: Known = Known {
    letters: "+fk:ps:v",
    long: &[
        ("foreground", 'f'),
        ("kill-after", 'k'),
        ("preserve-status", 'p'),
        ("signal", 's'),
        ("verbose", 'v'),
    ],
};

struct Wish {
    limit: Duration,
    preserve_status: bool,
    verbose: bool,
    signal: i32,
    command: Vec<String>,
}

fn wish(args: &[String]) -> std::result::Result<Wish, String> {
    let given = KNOWN.read(args)?;
    let mut signal = super::signal::TERM;
    for (letter, text) in &given.options {
        match letter {
            // After the first signal nothing is left that a second one could kill.
            'k' => drop(interval::parse(text).ok_or_else(|| invalid_interval(text))?),
            's' => {
                signal =
                    super::signal::parse(text).ok_or_else(|| format!("{}: invalid signal", value(text)))?;
            }
            _ => {}
        }
    }
    let (preserve_status, verbose) = (given.has('p'), given.has('v'));
    // The real one does not say what is missing.
    let [limit, command @ ..] = &given.operands[..] else { return Err(String::new()) };
    if command.is_empty() {
        return Err(String::new());
    }
    let limit = interval::parse(limit).ok_or_else(|| invalid_interval(limit))?;
    Ok(Wish { limit, preserve_status, verbose, signal, command: command.to_vec() })
}

fn invalid_interval(text: &str) -> String {
    format!("invalid time interval {}", value(text))
}

#[async_trait]
impl Builtin for Timeout {
    async fn execute(&self, ctx: BuiltinContext<'_>) -> Result<ExecResult> {
        let Some(outer) = surroundings(&ctx) else { return Ok(no_surroundings()) };
        if let Some(result) = usage::asked_before_command(ctx.args, &KNOWN, "timeout", HELP) {
            return Ok(result);
        }
        let wish = match wish(ctx.args) {
            Ok(wish) => wish,
            Err(problem) if problem.is_empty() => {
                return Ok(ExecResult::err("Try 'timeout --help' for more information.\n", 125));
            }
            Err(problem) => return Ok(usage::error("timeout", problem)),
        };
        let name = &wish.command[0];
        let path = ctx.env.get("PATH").map(String::as_str);
        let found = found(&outer.sandbox.namespace, &ctx.cwd.to_string_lossy(), path, name);
        if let Some((reason, code)) = found.problem() {
            let problem = format!("timeout: failed to run command {}: {reason}\n", value(name));
            return Ok(ExecResult::err(problem, code));
        }
        // Zero means no limit.
        let run = if wish.limit.is_zero() { Arc::clone(&outer) } else { outer.limited(wish.limit) };
        let killed = wish.preserve_status || wish.signal == KILL;
        let on_timeout = if killed { 128 + wish.signal } else { TIMED_OUT };
        let output = collecting();
        let code =
            Child::of(&ctx, quote_all(&as_program(&wish.command))).run(&run, &output, on_timeout).await;
        if wish.verbose && run.is_expired() {
            let signal = super::signal::SIGNALS.iter().find(|(_, number)| *number == wish.signal);
            let signal = signal.map_or("EXIT", |(name, _)| name);
            output
                .stderr(format!("timeout: sending signal {signal} to command {}\n", value(name)).as_bytes());
        }
        Ok(collected(&output, code))
    }
}

const HELP: &str = "timeout [OPTION] DURATION COMMAND [ARG]...
  or:  timeout [OPTION]
Start COMMAND, and kill it if still running after DURATION.";
