//! The process table as a command inside the sandbox sees it.

use sandbox_fs::Timestamp;

use crate::engine::Run;
use crate::process::Pid;

/// Pid and command of the process that every sandbox starts with.
const INIT: (Pid, &str) = (1, "/sbin/init");

/// One process.
pub(super) struct Row {
    pub(super) pid: Pid,
    pub(super) parent: Pid,
    /// The whole command on one line.
    pub(super) command: String,
    /// Seconds since it started.
    pub(super) seconds: u64,
    /// When it started: hours and minutes.
    pub(super) clock: String,
    asks: bool,
}

impl Row {
    /// The program's name: the last part of the first word.
    pub(super) fn name(&self) -> &str {
        let word = self.command.split_whitespace().next().unwrap_or_default();
        word.rsplit('/').next().unwrap_or(word)
    }

    /// `R` for the process that asks, `S` for all that wait.
    pub(super) fn state(&self) -> &'static str {
        match (self.asks, self.pid) {
            (true, _) => "R",
            (false, 1) => "Ss",
            (false, _) => "S",
        }
    }

    /// How long it has been running, as `[hh:]mm:ss`.
    pub(super) fn elapsed(&self) -> String {
        let (hours, minutes, seconds) = (self.seconds / 3600, self.seconds / 60 % 60, self.seconds % 60);
        if hours > 0 {
            format!("{hours:02}:{minutes:02}:{seconds:02}")
        } else {
            format!("{minutes:02}:{seconds:02}")
        }
    }
}

/// All processes by pid. The one that asks is shown as `asking`, as if its shell had become that command.
pub(super) fn rows(run: &Run, asking: &str) -> Vec<Row> {
    let now = run.sandbox.host.now();
    let row = |pid, parent, command: &str, started: Timestamp, asks| Row {
        pid,
        parent,
        command: command.split_whitespace().collect::<Vec<_>>().join(" "),
        seconds: u64::try_from((now.0 - started.0) / 1_000_000_000).unwrap_or(0),
        clock: clock(started),
        asks,
    };
    let mut rows = vec![row(INIT.0, 0, INIT.1, run.sandbox.started, false)];
    for process in run.sandbox.processes.list() {
        let asks = process.pid == run.pid;
        let command = if asks { asking } else { &process.command };
        rows.push(row(process.pid, INIT.0, command, process.started, asks));
    }
    rows
}

fn clock(time: Timestamp) -> String {
    let minutes = time.as_secs().rem_euclid(86_400) / 60;
    format!("{:02}:{:02}", minutes / 60, minutes % 60)
}
