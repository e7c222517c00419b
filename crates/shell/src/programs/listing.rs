//! The process table as a command inside the sandbox sees it.

use sandbox_fs::Timestamp;
use sandbox_kernel::{Pid, Progress};

use super::command::Run;
use super::inode::Names;

/// Pid and command of the process that every sandbox starts with.
const INIT: (Pid, &str) = (1, "/sbin/init");

/// Letters of a program's name that the system keeps.
const NAME_LEN: usize = 15;

/// One process.
pub(super) struct Row {
    pub(super) pid: Pid,
    pub(super) parent: Pid,
    pub(super) group: Pid,
    pub(super) session: Pid,
    pub(super) uid: u32,
    pub(super) user: String,
    argv: Vec<String>,
    pub(super) started: Timestamp,
    /// Seconds since it started.
    pub(super) seconds: u64,
    state: char,
}

impl Row {
    /// The program's name: the last part of the first word.
    pub(super) fn name(&self) -> String {
        let word = self.argv.first().map_or("", String::as_str);
        word.rsplit('/').next().unwrap_or(word).chars().take(NAME_LEN).collect()
    }

    /// The whole command on one line.
    pub(super) fn command(&self) -> String {
        let line = self.argv.join(" ");
        line.chars().map(|letter| if letter.is_control() { '?' } else { letter }).collect()
    }

    /// The whole command as its words are, for patterns.
    pub(super) fn line(&self) -> String {
        self.argv.join(" ")
    }

    /// `R` for the process that asks, `S` for all that wait, `T` for those that a signal holds.
    pub(super) fn state(&self) -> char {
        self.state
    }

    /// The state, and whether it leads a session.
    pub(super) fn stat(&self) -> String {
        let leads = if self.pid == self.session { "s" } else { "" };
        format!("{}{leads}", self.state)
    }
}

/// All processes by pid.
pub(super) fn rows(run: &Run) -> Vec<Row> {
    let now = run.now();
    let names = Names::read(run, "/etc/passwd");
    let seconds = |started: Timestamp| u64::try_from((now.0 - started.0) / 1_000_000_000).unwrap_or(0);
    let started = run.kernel().started;
    let mut rows = vec![Row {
        pid: INIT.0,
        parent: 0,
        group: INIT.0,
        session: INIT.0,
        uid: 0,
        user: names.name(0),
        argv: vec![INIT.1.to_owned()],
        started,
        seconds: seconds(started),
        state: 'S',
    }];
    rows.extend(run.kernel().processes().iter().filter_map(|process| {
        let state = match process.progress() {
            // It is on its way out.
            Progress::Ended(_) => return None,
            _ if process.pid == run.process.pid => 'R',
            Progress::Stopped(_) => 'T',
            Progress::Running => 'S',
        };
        let uid = process.credentials().uid;
        Some(Row {
            pid: process.pid,
            parent: process.parent(),
            group: process.group(),
            session: process.session(),
            uid,
            user: names.name(uid),
            argv: process.argv(),
            started: process.started,
            seconds: seconds(process.started),
            state,
        })
    }));
    rows
}
