//! Signals: their names, and what they do to a process that says nothing else.

/// A signal's number on Linux, from 1.
pub type Signal = i32;

#[expect(missing_docs, reason = "the names say it")]
mod numbers {
    use super::Signal;

    pub const SIGHUP: Signal = 1;
    pub const SIGINT: Signal = 2;
    pub const SIGQUIT: Signal = 3;
    pub const SIGKILL: Signal = 9;
    pub const SIGPIPE: Signal = 13;
    pub const SIGALRM: Signal = 14;
    pub const SIGTERM: Signal = 15;
    pub const SIGCHLD: Signal = 17;
    pub const SIGCONT: Signal = 18;
    pub const SIGSTOP: Signal = 19;
    pub const SIGTSTP: Signal = 20;
    pub const SIGTTIN: Signal = 21;
    pub const SIGTTOU: Signal = 22;
    pub const SIGWINCH: Signal = 28;
}
pub use numbers::*;

/// The highest number.
pub const LAST_SIGNAL: Signal = 64;

/// Names without `SIG`, by number from 1; 32 and 33 have none.
const NAMES: [&str; 31] = [
    "HUP", "INT", "QUIT", "ILL", "TRAP", "ABRT", "BUS", "FPE", "KILL", "USR1", "SEGV", "USR2", "PIPE",
    "ALRM", "TERM", "STKFLT", "CHLD", "CONT", "STOP", "TSTP", "TTIN", "TTOU", "URG", "XCPU", "XFSZ",
    "VTALRM", "PROF", "WINCH", "IO", "PWR", "SYS",
];

/// What the system says of a process that a signal ended, by number from 1.
const DESCRIPTIONS: [&str; 31] = [
    "Hangup",
    "Interrupt",
    "Quit",
    "Illegal instruction",
    "Trace/breakpoint trap",
    "Aborted",
    "Bus error",
    "Floating point exception",
    "Killed",
    "User defined signal 1",
    "Segmentation fault",
    "User defined signal 2",
    "Broken pipe",
    "Alarm clock",
    "Terminated",
    "Stack fault",
    "Child exited",
    "Continued",
    "Stopped (signal)",
    "Stopped",
    "Stopped (tty input)",
    "Stopped (tty output)",
    "Urgent I/O condition",
    "CPU time limit exceeded",
    "File size limit exceeded",
    "Virtual timer expired",
    "Profiling timer expired",
    "Window changed",
    "I/O possible",
    "Power failure",
    "Bad system call",
];

/// The name of a signal without `SIG`: `TERM`, `RTMIN+1`; none for numbers that are no signal's.
pub fn signal_name(signal: Signal) -> Option<String> {
    match signal {
        1..=31 => Some(NAMES[signal as usize - 1].to_owned()),
        34 => Some("RTMIN".to_owned()),
        35..=49 => Some(format!("RTMIN+{}", signal - 34)),
        50..=63 => Some(format!("RTMAX-{}", 64 - signal)),
        64 => Some("RTMAX".to_owned()),
        _ => None,
    }
}

/// The signal of a name, with or without `SIG`, in any case. Numbers are not names.
pub fn signal_by_name(name: &str) -> Option<Signal> {
    let upper = name.to_ascii_uppercase();
    let name = upper.strip_prefix("SIG").unwrap_or(&upper);
    match name {
        "CLD" => return Some(SIGCHLD),
        "POLL" => return Some(29),
        "IOT" => return Some(6),
        _ => {}
    }
    (1..=LAST_SIGNAL).find(|signal| signal_name(*signal).is_some_and(|known| known == name))
}

/// What `strsignal` says: `Terminated`.
pub fn signal_description(signal: Signal) -> String {
    match signal {
        1..=31 => DESCRIPTIONS[signal as usize - 1].to_owned(),
        34..=LAST_SIGNAL => format!("Real-time signal {}", signal - 34),
        _ => format!("Unknown signal {signal}"),
    }
}

/// What a signal does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Action {
    End,
    Nothing,
    Stop,
    Continue,
}

/// What a signal does to a process that says nothing else.
pub(crate) fn default_action(signal: Signal) -> Action {
    match signal {
        SIGCHLD | 23 | SIGWINCH => Action::Nothing,
        SIGCONT => Action::Continue,
        SIGSTOP | SIGTSTP | SIGTTIN | SIGTTOU => Action::Stop,
        _ => Action::End,
    }
}

/// A set of signals.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct SignalSet(u64);

impl SignalSet {
    /// Whether the signal is in it.
    pub fn has(self, signal: Signal) -> bool {
        self.0 & bit(signal) != 0
    }

    /// Adds a signal or takes it out.
    pub fn set(&mut self, signal: Signal, is_in: bool) {
        match is_in {
            true => self.0 |= bit(signal),
            false => self.0 &= !bit(signal),
        }
    }

    /// A bit for each signal, the first the lowest, as `/proc` shows it.
    pub fn bits(self) -> u64 {
        self.0
    }

    /// Whether none is in it.
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Takes out the lowest.
    pub fn pop(&mut self) -> Option<Signal> {
        let lowest = self.0.trailing_zeros();
        (lowest < u64::BITS).then(|| {
            self.0 &= self.0 - 1;
            lowest as Signal + 1
        })
    }
}

fn bit(signal: Signal) -> u64 {
    u32::try_from(signal - 1).ok().and_then(|place| 1u64.checked_shl(place)).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_lead_to_numbers_and_back() {
        for signal in 1..=LAST_SIGNAL {
            if let Some(name) = signal_name(signal) {
                assert_eq!(signal_by_name(&format!("sig{}", name.to_lowercase())), Some(signal));
            }
        }
        assert_eq!(signal_by_name("NONE"), None);
        assert_eq!(signal_description(15), "Terminated");
    }

    #[test]
    fn a_set_gives_its_lowest_first() {
        let mut set = SignalSet::default();
        set.set(15, true);
        set.set(2, true);
        set.set(64, true);
        assert!(set.has(15) && !set.has(14) && !set.has(0));
        assert_eq!([set.pop(), set.pop(), set.pop(), set.pop()], [Some(2), Some(15), Some(64), None]);
    }
}
