//! Traps: what a script does at a signal, at its end, and around its commands.

use std::collections::BTreeMap;
use std::sync::Arc;

use sandbox_kernel::{
    Disposition, Progress, SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGTSTP, SIGTTIN, SIGTTOU, SIGWINCH, Signal,
    signal_by_name, signal_name,
};

use crate::state::{Flow, SetOption, Shell, Unwind};

/// What a trap is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum TrapName {
    Exit,
    Signal(Signal),
    Debug,
    Err,
    Return,
}

impl TrapName {
    /// The trap of a name or a number: `EXIT`, `0`, `INT`, `SIGINT`, `2`.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        if text.bytes().all(|byte| byte.is_ascii_digit()) {
            return match text.parse().ok()? {
                0 => Some(Self::Exit),
                signal => signal_name(signal).map(|_| Self::Signal(signal)),
            };
        }
        match &*text.to_ascii_uppercase() {
            "EXIT" | "SIGEXIT" => Some(Self::Exit),
            "DEBUG" => Some(Self::Debug),
            "ERR" => Some(Self::Err),
            "RETURN" => Some(Self::Return),
            name => signal_by_name(name).map(Self::Signal),
        }
    }

    /// How `trap -p` names it.
    pub(crate) fn name(self) -> String {
        match self {
            Self::Exit => "EXIT".to_owned(),
            Self::Signal(signal) => format!("SIG{}", signal_name(signal).unwrap_or_default()),
            Self::Debug => "DEBUG".to_owned(),
            Self::Err => "ERR".to_owned(),
            Self::Return => "RETURN".to_owned(),
        }
    }
}

/// The traps of a shell.
#[derive(Debug, Clone, Default)]
pub(crate) struct Traps {
    /// An empty action ignores.
    actions: BTreeMap<TrapName, String>,
    /// What a parent had: a subshell shows it until it sets one of its own.
    inherited: Option<BTreeMap<TrapName, String>>,
    /// Traps that are running, so that they do not run within themselves.
    running: Vec<TrapName>,
    /// Signals that were ignored when the shell began: they stay so.
    ignored_at_entry: Signals,
    /// Signals that the shell ignores by a trap of its own, or of the shell that it is a subshell of.
    ignored_itself: Signals,
}

/// A set of signals.
#[derive(Debug, Clone, Copy, Default)]
struct Signals(u64);

impl Signals {
    fn bit(signal: Signal) -> u64 {
        1 << (signal - 1).clamp(0, 63)
    }

    fn has(self, signal: Signal) -> bool {
        self.0 & Self::bit(signal) != 0
    }

    fn set(&mut self, signal: Signal, is_in: bool) {
        match is_in {
            true => self.0 |= Self::bit(signal),
            false => self.0 &= !Self::bit(signal),
        }
    }
}

impl Traps {
    pub(crate) fn has(&self, name: TrapName) -> bool {
        self.actions.get(&name).is_some_and(|action| !action.is_empty())
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.actions.is_empty()
    }

    /// Whether the commands that run are a trap's.
    pub(crate) fn is_running(&self) -> bool {
        !self.running.is_empty()
    }

    /// Whether a signal has an action.
    pub(crate) fn handles(&self, signal: Signal) -> bool {
        self.has(TrapName::Signal(signal))
    }

    pub(crate) fn has_signals(&self) -> bool {
        self.actions.iter().any(|(name, action)| matches!(name, TrapName::Signal(_)) && !action.is_empty())
    }

    pub(crate) fn get(&self, name: TrapName) -> Option<&String> {
        self.actions.get(&name)
    }

    pub(crate) fn set(&mut self, name: TrapName, action: Option<String>) {
        self.inherited = None;
        match action {
            Some(action) => self.actions.insert(name, action),
            None => self.actions.remove(&name),
        };
    }

    pub(crate) fn take(&mut self, name: TrapName) -> Option<String> {
        self.actions.remove(&name).filter(|action| !action.is_empty())
    }

    /// All, as `trap` lists them.
    pub(crate) fn list(&self) -> &BTreeMap<TrapName, String> {
        self.inherited.as_ref().unwrap_or(&self.actions)
    }

    /// What a subshell keeps: ignored signals.
    pub(crate) fn in_subshell(&mut self) {
        if self.actions.is_empty() {
            return;
        }
        let before = std::mem::take(&mut self.actions);
        self.actions = before
            .iter()
            .filter(|(name, action)| matches!(name, TrapName::Signal(_)) && action.is_empty())
            .map(|(name, action)| (*name, action.clone()))
            .collect();
        self.inherited.get_or_insert(before);
    }

    /// What a program keeps that takes the shell's place: nothing but ignored signals.
    pub(crate) fn forget(&mut self) {
        self.in_subshell();
        self.inherited = None;
    }
}

/// Signals that an interactive shell takes itself, and which only disturb it.
pub(crate) const INTERACTIVE_SIGNALS: &[Signal] =
    &[SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGTSTP, SIGTTIN, SIGTTOU, SIGWINCH];

impl Shell {
    /// Tells the kernel which signals this shell handles.
    pub(crate) fn listen_to_traps(&mut self) {
        let ends: &[Signal] = match self.traps.has(TrapName::Exit) {
            // They end the shell, but not before its EXIT trap ran.
            true => &[SIGHUP, SIGINT, SIGTERM],
            false => &[],
        };
        for signal in 1..=sandbox_kernel::LAST_SIGNAL {
            let disposition = match self.traps.get(TrapName::Signal(signal)) {
                _ if self.traps.ignored_at_entry.has(signal) => continue,
                Some(action) if action.is_empty() => Disposition::Ignored,
                Some(_) => Disposition::Caught,
                None if self.process.ignores(signal) && !self.traps.ignored_itself.has(signal) => continue,
                None if ends.contains(&signal) => Disposition::Caught,
                None if self.interactive && INTERACTIVE_SIGNALS.contains(&signal) => Disposition::Caught,
                None => Disposition::Default,
            };
            self.traps.ignored_itself.set(signal, disposition == Disposition::Ignored);
            self.process.dispose(signal, disposition);
        }
    }

    /// Notes which signals are ignored as the shell begins.
    pub(crate) fn note_ignored_signals(&mut self) {
        for signal in 1..=sandbox_kernel::LAST_SIGNAL {
            self.traps.ignored_at_entry.set(signal, self.process.ignores(signal));
        }
    }

    /// A program takes the shell's place: nobody handles signals any more.
    pub(crate) fn listen_to_traps_of_a_program(&mut self) {
        let caught: Vec<_> = self.traps.actions.keys().copied().collect();
        self.traps.forget();
        for name in caught.into_iter().chain([SIGHUP, SIGINT, SIGTERM].map(TrapName::Signal)) {
            if let TrapName::Signal(signal) = name
                && !self.process.ignores(signal)
            {
                self.process.dispose(signal, Disposition::Default);
            }
        }
    }

    /// Does what signals ask for between two commands.
    pub(crate) async fn look_at_signals(&mut self) -> Flow<()> {
        match self.process.progress() {
            Progress::Ended(status) => return Err(Unwind::Exit(status.code())),
            // Whoever runs this process does not go on with it until it may.
            Progress::Stopped(_) => sandbox_kernel::pause().await,
            Progress::Running => {}
        }
        self.run_signal_traps().await
    }

    /// Runs what is to be done for the signals that came.
    pub(crate) async fn run_signal_traps(&mut self) -> Flow<()> {
        // All at once: a trap does not run for what comes of itself.
        let come: Vec<_> = std::iter::from_fn(|| self.process.take_signal()).collect();
        for signal in come {
            let name = TrapName::Signal(signal);
            match self.traps.get(name).cloned() {
                Some(action) => self.run_trap(name, &action).await?,
                None if self.interactive => self.is_signalled(signal)?,
                None => {
                    self.dying_of = Some(signal);
                    return Err(Unwind::Exit(128 + signal));
                }
            }
        }
        Ok(())
    }

    /// Whether a signal has come that ends the shell.
    pub(crate) fn dies_of_a_signal(&mut self) -> bool {
        // What is taken here is put back by sending it again.
        let mut come = Vec::new();
        while let Some(signal) = self.process.take_signal() {
            come.push(signal);
        }
        come.iter().for_each(|signal| self.process.signal(*signal));
        let disturbs = |signal: Signal| self.interactive && signal != SIGHUP;
        come.iter().any(|signal| self.traps.get(TrapName::Signal(*signal)).is_none() && !disturbs(*signal))
    }

    async fn run_trap(&mut self, name: TrapName, action: &str) -> Flow<()> {
        if self.traps.running.contains(&name) {
            return Ok(());
        }
        self.traps.running.push(name);
        // The command that the trap comes before or after is not what it runs.
        let (status, pipe_status, line) = (self.status, self.pipe_status.clone(), self.line);
        let ran = self.run_trap_text(action).await;
        self.traps.running.retain(|running| *running != name);
        (self.line, self.pipe_status) = (line, pipe_status);
        match ran {
            Ok(()) => {
                self.status = status;
                Ok(())
            }
            Err(unwind) => Err(unwind),
        }
    }

    /// Runs the text of a trap.
    pub(crate) async fn run_trap_text(&mut self, action: &str) -> Flow<()> {
        let (line, is_last) = (self.line, std::mem::take(&mut self.is_last_command));
        self.trace_level += 1;
        let ran = Box::pin(self.run_text(action, line, "trap")).await;
        self.trace_level -= 1;
        self.is_last_command = is_last;
        ran.map(|_| ())
    }

    pub(crate) async fn run_err_trap(&mut self) -> Flow<()> {
        self.run_trap_if_set(TrapName::Err).await
    }

    /// Runs the trap before a command.
    pub(crate) async fn run_debug_trap(&mut self) -> Flow<()> {
        self.run_trap_if_set(TrapName::Debug).await
    }

    /// The same before a compound command's part, which `$BASH_COMMAND` is then.
    pub(crate) async fn run_debug_trap_for(&mut self, text: impl FnOnce() -> String) -> Flow<()> {
        if self.traps.is_empty() || self.traps.is_running() {
            return Ok(());
        }
        self.command = Arc::from(text());
        self.run_debug_trap().await
    }

    pub(crate) async fn run_return_trap(&mut self) -> Flow<()> {
        self.run_trap_if_set(TrapName::Return).await
    }

    async fn run_trap_if_set(&mut self, name: TrapName) -> Flow<()> {
        match self.traps.get(name) {
            Some(action) if !action.is_empty() => {
                let action = action.clone();
                Box::pin(self.run_trap(name, &action)).await
            }
            _ => Ok(()),
        }
    }

    /// Takes away the traps that a function does not inherit from its caller.
    pub(crate) fn hide_traps(&mut self, traced: bool) -> Vec<(TrapName, String)> {
        if self.traps.actions.is_empty() {
            return Vec::new();
        }
        let keeps_debug = traced || self.options.has(SetOption::FUNCTRACE);
        let keeps_err = self.options.has(SetOption::ERRTRACE);
        let hidden =
            [(TrapName::Debug, keeps_debug), (TrapName::Return, keeps_debug), (TrapName::Err, keeps_err)];
        let hidden = hidden.into_iter().filter(|(_, keeps)| !keeps);
        hidden.filter_map(|(name, _)| Some((name, self.traps.actions.remove(&name)?))).collect()
    }

    /// Takes away the trap that a file does not inherit from who reads it.
    pub(crate) fn hide_debug_trap(&mut self) -> Vec<(TrapName, String)> {
        let hidden = match self.options.has(SetOption::FUNCTRACE) {
            true => None,
            false => self.traps.actions.remove(&TrapName::Debug),
        };
        hidden.map(|action| (TrapName::Debug, action)).into_iter().collect()
    }

    /// Gives them back, unless the function has set its own.
    pub(crate) fn show_traps(&mut self, hidden: Vec<(TrapName, String)>) {
        for (name, action) in hidden {
            self.traps.actions.entry(name).or_insert(action);
        }
    }
}
