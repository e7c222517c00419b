//! `timeout`, on the cloud's clock.

use std::pin::pin;
use std::time::Duration;

use async_trait::async_trait;
use futures_util::future::{Either, select};
use sandbox_kernel::{Disposition, Process, SIGCONT, SIGKILL, SIGTERM, Signal};

use super::child::Child;
use super::command::{Command, CommandContext, CommandStatus, Result};
use super::getopt::Known;
use super::live::{complain, say};
use super::quoting::value;
use super::{interval, signal, usage};

pub(super) struct Timeout;

/// Exit code of one that is not used as it must be.
const FAILED: i32 = 125;

/// Exit code when the time ran out; when the command was killed instead (`-s KILL`) it is 128 + 9.
const TIMED_OUT: i32 = 124;

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
    foreground: bool,
    preserve_status: bool,
    verbose: bool,
    signal: Signal,
    kill_after: Option<Duration>,
    command: Vec<String>,
}

fn wish(args: &[String]) -> std::result::Result<Wish, String> {
    let given = KNOWN.read(args)?;
    let (mut signal, mut kill_after) = (SIGTERM, None);
    for (letter, text) in &given.options {
        match letter {
            'k' => kill_after = Some(interval::parse(text).ok_or_else(|| invalid_interval(text))?),
            's' => signal = signal::parse(text).ok_or_else(|| format!("{}: invalid signal", value(text)))?,
            _ => {}
        }
    }
    let (foreground, preserve_status, verbose) = (given.has('f'), given.has('p'), given.has('v'));
    // The real one does not say what is missing.
    let [limit, command @ ..] = &given.operands[..] else { return Err(String::new()) };
    if command.is_empty() {
        return Err(String::new());
    }
    let limit = interval::parse(limit).ok_or_else(|| invalid_interval(limit))?;
    Ok(Wish { limit, foreground, preserve_status, verbose, signal, kill_after, command: command.to_vec() })
}

fn invalid_interval(text: &str) -> String {
    format!("invalid time interval {}", value(text))
}

#[async_trait]
impl Command for Timeout {
    async fn execute(&self, ctx: CommandContext<'_>) -> Result<CommandStatus> {
        if let Some(result) = usage::asked_before_command(ctx.args, &KNOWN, "timeout", HELP) {
            return Ok(result.tell(&ctx).await);
        }
        let wish = match wish(ctx.args) {
            Ok(wish) => wish,
            Err(problem) if problem.is_empty() => {
                say(&ctx.stderr, "Try 'timeout --help' for more information.\n".to_owned()).await;
                return Ok(CommandStatus::with_code(FAILED));
            }
            Err(problem) => return Ok(usage::error("timeout", problem).tell(&ctx).await),
        };
        let name = wish.command[0].clone();
        // Zero means no limit.
        let limit = Some(wish.limit).filter(|limit| !limit.is_zero());
        if !wish.foreground {
            // What the command begins is of this group, and ends with it.
            ctx.run.process.set_group(ctx.run.process.pid);
        }
        let child = match Child::of(&ctx.run, wish.command.clone()).start(&ctx.run, limit) {
            Ok(child) => child,
            Err(missing) => {
                let reason = missing.reason();
                complain(&ctx, format!("failed to run command {}: {reason}", value(&name))).await;
                return Ok(CommandStatus::with_code(missing.code()));
            }
        };
        let status = match limit {
            None => child.ended().await,
            Some(limit) => {
                // One that waits for nothing on the cloud's clock has its limit in real time.
                let real = pin!(async { ctx.run.host.real_sleep(limit).await });
                match select(pin!(child.ended()), select(pin!(child.overdue()), real)).await {
                    Either::Left((status, _)) => status,
                    Either::Right(_) => return Ok(CommandStatus::with_code(wish.end(&ctx, &child).await)),
                }
            }
        };
        Ok(CommandStatus::with_code(status.code()))
    }
}

impl Wish {
    /// Ends a command whose time is over, and gives the exit code.
    async fn end(&self, ctx: &CommandContext<'_>, child: &Process) -> i32 {
        let mut signal = self.signal;
        self.send(ctx, child, signal).await;
        if let Some(after) = self.kill_after.filter(|after| !after.is_zero()) {
            let later = pin!(ctx.run.sleep(after));
            if let Either::Right(_) = select(pin!(child.ended()), later).await {
                signal = SIGKILL;
                self.send(ctx, child, signal).await;
            }
        }
        let status = child.ended().await;
        if self.preserve_status || signal == SIGKILL { status.code() } else { TIMED_OUT }
    }

    async fn send(&self, ctx: &CommandContext<'_>, child: &Process, signal: Signal) {
        if self.verbose {
            let (signal, command) = (signal::name(signal), value(&self.command[0]));
            complain(ctx, format!("sending signal {signal} to command {command}")).await;
        }
        child.signal(signal);
        // One that a signal holds would not notice.
        let also = (signal != SIGKILL).then_some(SIGCONT);
        also.into_iter().for_each(|signal| child.signal(signal));
        if !self.foreground {
            let process = &ctx.run.process;
            process.dispose(signal, Disposition::Ignored);
            for signal in [signal].into_iter().chain(also) {
                // Nobody but this process may be left in it.
                let _ = process.kernel.signal(-process.group(), signal);
            }
        }
    }
}

const HELP: &str = "timeout [OPTION] DURATION COMMAND [ARG]...
  or:  timeout [OPTION]
Start COMMAND, and kill it if still running after DURATION.";
