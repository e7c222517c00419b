//! Subshells: a copy of the shell in a process of its own.

use sandbox_kernel::{Disposition, Process, Status};

use crate::state::{Flow, Shell, Unwind};

use super::TrapName;

impl Shell {
    /// A copy in a process of its own, or a message that there can be none.
    pub(crate) fn fork_or_complain(&mut self, argv: Vec<String>) -> Option<Shell> {
        let argv = if argv.is_empty() { self.process.argv() } else { argv };
        match self.process.fork(argv) {
            Ok(process) => {
                let mut child = self.clone();
                child.process = process;
                child.process.show_descriptors(&child.descriptors);
                child.unwritten.clear();
                Some(child)
            }
            Err(errno) => {
                self.complain(format!("fork: {errno}"));
                None
            }
        }
    }

    /// What a copy forgets as it becomes a subshell.
    pub(crate) fn enter_subshell(&mut self) {
        self.subshells += 1;
        self.loops = 0;
        self.jobs.in_subshell();
        self.interactive = false;
        self.traps.in_subshell();
    }

    /// Ends a shell: what it ran to becomes its exit code, and its EXIT trap runs.
    pub(crate) async fn finish(&mut self, ran: Flow<i32>) -> i32 {
        self.status = self.code_of(ran);
        self.write_the_rest().await;
        if let Some(action) = self.traps.take(TrapName::Exit) {
            let status = self.status;
            self.status = match self.run_trap_text(&action).await {
                Err(Unwind::Exit(code)) => code,
                _ => status,
            };
            self.write_the_rest().await;
        }
        if let Some(signal) = self.dying_of {
            self.process.dispose(signal, Disposition::Default);
            self.process.signal(signal);
        }
        self.status & 0xff
    }

    /// The exit code of what was run to its end.
    pub(crate) fn code_of(&self, ran: Flow<i32>) -> i32 {
        match ran {
            Ok(status) => status,
            Err(Unwind::Exit(code) | Unwind::Return(code) | Unwind::Discard(code)) => code,
            Err(Unwind::Break(_) | Unwind::Continue(_)) => 0,
        }
    }

    /// Tells of a child that a signal has ended, if the command that ran was one.
    pub(crate) fn tell_of_a_signal(&mut self, command: &dyn std::fmt::Display) {
        if let Some((pid, signal)) = self.signalled_child.take()
            && !matches!(signal, sandbox_kernel::SIGINT | sandbox_kernel::SIGPIPE)
        {
            let what = sandbox_kernel::signal_description(signal);
            // bash says little of what was asked to end.
            match self.interactive || signal == sandbox_kernel::SIGTERM {
                true => self.say(&format!("{what}\n")),
                false => self.complain(format!("{pid:>5} {what:<23} {command}")),
            }
        }
    }

    /// The status of a child that has ended, noted where a signal ended it.
    pub(crate) fn status_of(&mut self, process: &Process, status: Status) -> i32 {
        if let Status::Signalled(signal) = status {
            self.signalled_child = Some((process.pid, signal));
        }
        status.code()
    }
}
