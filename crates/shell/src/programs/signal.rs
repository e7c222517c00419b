//! `kill`: for processes of the sandbox by pid; jobs of the same script are the engine's own.

use async_trait::async_trait;
use bashkit::{Builtin, BuiltinContext, ExecResult, ExecutionPlan, Result, SubCommand};
use futures_util::future;

use super::{no_surroundings, surroundings};
use crate::process::Pid;

/// Where the engine's own command is reached: by its file.
const ENGINES: &str = "/usr/bin/kill";

pub(super) const SIGNALS: &[(&str, i32)] = &[
    ("HUP", 1),
    ("INT", 2),
    ("QUIT", 3),
    ("ILL", 4),
    ("TRAP", 5),
    ("ABRT", 6),
    ("BUS", 7),
    ("FPE", 8),
    ("KILL", 9),
    ("USR1", 10),
    ("SEGV", 11),
    ("USR2", 12),
    ("PIPE", 13),
    ("ALRM", 14),
    ("TERM", 15),
    ("CHLD", 17),
    ("CONT", 18),
    ("STOP", 19),
    ("TSTP", 20),
    ("TTIN", 21),
    ("TTOU", 22),
    ("WINCH", 28),
];

/// What `$$` says in every script: the engine gives its shell this pid.
const SHELL_PID: Pid = 1;

/// SIGTERM.
pub(super) const TERM: i32 = 15;

/// A signal by number or name, with or without `SIG`.
pub(super) fn parse(text: &str) -> Option<i32> {
    if let Ok(number) = text.parse() {
        return (0..=64).contains(&number).then_some(number);
    }
    let name = text.to_ascii_uppercase();
    let name = name.strip_prefix("SIG").unwrap_or(&name);
    SIGNALS.iter().find(|(known, _)| *known == name).map(|(_, number)| *number)
}

pub(super) struct Kill;

/// What a command line asks for, when only pids of the sandbox are in it.
#[derive(Debug, PartialEq, Eq)]
struct Wish {
    signal: i32,
    pids: Vec<Pid>,
}

fn wish(args: &[String]) -> Option<Wish> {
    let mut signal = TERM;
    let mut args = args.iter().peekable();
    match args.peek().map(|arg| arg.as_str()) {
        Some("-s" | "-n" | "--signal") => {
            args.next();
            signal = parse(args.next()?)?;
        }
        Some("--") => {}
        Some(option) if option.starts_with('-') => {
            signal = parse(&option[1..])?;
            args.next();
        }
        _ => {}
    }
    let pids: Option<Vec<Pid>> = args.filter(|arg| *arg != "--").map(|arg| arg.parse().ok()).collect();
    pids.filter(|pids| !pids.is_empty()).map(|pids| Wish { signal, pids })
}

#[async_trait]
impl Builtin for Kill {
    async fn execute(&self, ctx: BuiltinContext<'_>) -> Result<ExecResult> {
        let (Some(run), Some(wish)) = (surroundings(&ctx), wish(ctx.args)) else {
            return Ok(no_surroundings());
        };
        let mut own = false;
        for pid in wish.pids {
            let pid = if pid == SHELL_PID { run.pid } else { pid };
            own |= pid == run.pid;
            run.sandbox.processes.signal(pid, wish.signal);
        }
        if own && run.stop.signal().is_some() {
            // Whoever drives this command sees the signal and drops it.
            future::pending::<()>().await;
        }
        Ok(ExecResult::ok(""))
    }

    /// Hands over to the engine unless every pid is one of the sandbox's table.
    async fn execution_plan(&self, ctx: &BuiltinContext<'_>) -> Result<Option<ExecutionPlan>> {
        let Some(run) = surroundings(ctx) else { return Ok(None) };
        if wish(ctx.args).is_some_and(|wish| {
            wish.pids.iter().all(|pid| *pid == SHELL_PID || run.sandbox.processes.signal(*pid, 0))
        }) {
            return Ok(None);
        }
        let command = SubCommand {
            name: ENGINES.to_owned(),
            args: ctx.args.to_vec(),
            stdin: None,
            assignments: Vec::new(),
        };
        Ok(Some(ExecutionPlan::Batch { commands: vec![command] }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(line: &str) -> Option<Wish> {
        wish(&line.split_whitespace().map(str::to_owned).collect::<Vec<_>>())
    }

    #[test]
    fn command_lines_are_read() {
        assert_eq!(read("7"), Some(Wish { signal: 15, pids: vec![7] }));
        assert_eq!(read("-9 7 8"), Some(Wish { signal: 9, pids: vec![7, 8] }));
        assert_eq!(read("-SIGINT 7"), Some(Wish { signal: 2, pids: vec![7] }));
        assert_eq!(read("-s KILL 7"), Some(Wish { signal: 9, pids: vec![7] }));
        for line in ["", "-l", "%1", "-9", "-NOPE 7", "7 %1"] {
            assert_eq!(read(line), None, "{line}");
        }
    }
}
