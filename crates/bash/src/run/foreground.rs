//! Job control: what an interactive shell runs gets a process group of its own, and the terminal while it is waited for.

use std::sync::Arc;

use futures_util::FutureExt;
use sandbox_kernel::{
    Process, Progress, SIGCONT, SIGHUP, SIGINT, SIGPIPE, Signal, Status, Terminal, signal_description,
};

use super::background::Work;
use super::{Job, Jobs};
use crate::state::{Flow, SetOption, Shell, Unwind};

impl Shell {
    /// Whether what it runs gets a process group of its own.
    pub(crate) fn controls_jobs(&self) -> bool {
        self.interactive && self.options.has(SetOption::MONITOR)
    }

    /// The terminal of this shell's session.
    pub(crate) fn terminal(&self) -> Option<Arc<Terminal>> {
        self.process.kernel.terminal_of(self.process.session())
    }

    /// Runs children side by side as one job in the foreground, until all have ended or stopped: their statuses. A job that
    /// stops is one of the shell's from then on.
    pub(crate) async fn run_as_job(&mut self, children: Vec<(Shell, Work)>, text: &str) -> Flow<Vec<i32>> {
        let processes: Vec<_> = children.iter().map(|(child, _)| Arc::clone(&child.process)).collect();
        self.join_group(&processes);
        for (child, work) in children {
            self.spawn(child, work);
        }
        self.wait_in_foreground(processes, text.to_owned(), None).await
    }

    /// Makes processes a group of their own, and gives it the terminal.
    pub(crate) fn join_group(&self, processes: &[Arc<Process>]) {
        let Some(first) = processes.first() else { return };
        processes.iter().for_each(|process| process.set_group(first.pid));
        if let Some(terminal) = self.terminal() {
            terminal.set_foreground(first.pid);
        }
    }

    /// Waits for a job that has the terminal. `id` is its number, if it has one already.
    pub(crate) async fn wait_in_foreground(
        &mut self,
        processes: Vec<Arc<Process>>,
        text: String,
        id: Option<usize>,
    ) -> Flow<Vec<i32>> {
        let terminal = self.terminal();
        let modes = terminal.as_ref().map(|terminal| terminal.modes());
        let mut progress = Vec::with_capacity(processes.len());
        for process in &processes {
            let shell = Arc::clone(&self.process);
            loop {
                futures_util::select_biased! {
                    came_to = process.ended_or_stopped().fuse() => {
                        progress.push(came_to);
                        break;
                    }
                    // A terminal that is hung up ends the shell whatever the job does.
                    () = shell.signalled().fuse() => Box::pin(self.run_signal_traps()).await?,
                }
            }
        }
        if let Some(terminal) = &terminal {
            terminal.set_foreground(self.process.group());
        }
        let last = progress.last().copied().unwrap_or(Progress::Ended(Status::Exited(0)));
        let is_clean = progress.iter().all(|one| matches!(one, Progress::Ended(Status::Exited(_))));
        if let (Some(terminal), Some(modes), false) = (&terminal, modes, is_clean) {
            // What it did to the terminal is undone, since it could not do so itself.
            terminal.set_modes(modes);
        }
        let stopped = progress.iter().any(|one| matches!(one, Progress::Stopped(_)));
        if stopped {
            let id = id.unwrap_or_else(|| self.jobs.add(processes, text));
            self.jobs.make_current(id);
            self.tell_stopped(id);
        } else if let Some(id) = id {
            self.jobs.remove(id);
        }
        let statuses = progress
            .iter()
            .map(|one| match one {
                Progress::Ended(status) => status.code(),
                Progress::Stopped(signal) => 128 + signal,
                Progress::Running => 0,
            })
            .collect();
        match last {
            Progress::Ended(Status::Signalled(SIGINT)) => {
                self.say("\n");
                Err(Unwind::Discard(128 + SIGINT))
            }
            Progress::Ended(Status::Signalled(signal)) if signal != SIGPIPE => {
                self.say(&format!("{}\n", signal_description(signal)));
                Ok(statuses)
            }
            _ => Ok(statuses),
        }
    }

    fn tell_stopped(&mut self, id: usize) {
        let job: Option<Job> = self.jobs.list().iter().find(|job| job.id == id).cloned();
        if let Some(job) = job {
            let line = self.job_line(&job, false);
            self.say(&format!("\n{line}"));
        }
    }

    /// Tells of jobs that have ended or stopped since the last time.
    pub(crate) fn tell_jobs(&mut self) {
        for job in self.jobs.list().to_vec() {
            if let Progress::Ended(_) = job.progress() {
                if !job.told {
                    let line = self.job_line(&job, false);
                    self.say(&line);
                }
                self.jobs.remove(job.id);
            }
        }
    }

    /// Says that jobs are stopped, where one wants to leave them behind; the second time in a row one may.
    pub(crate) fn warns_of_jobs(&mut self) -> bool {
        let stopped = self.jobs.list().iter().any(|job| matches!(job.progress(), Progress::Stopped(_)));
        if !stopped || std::mem::replace(&mut self.memory.was_warned_of_jobs, true) {
            return false;
        }
        self.say("There are stopped jobs.\n");
        true
    }

    /// The terminal is gone, or the shell ends: its jobs are hung up. Those that are stopped learn of it.
    pub(crate) fn hang_up_jobs(&mut self, only_stopped: bool) {
        for job in self.jobs.list().iter().filter(|job| !job.keeps_running) {
            if only_stopped && !matches!(job.progress(), Progress::Stopped(_)) {
                continue;
            }
            self.signal_job(job, SIGHUP);
            self.signal_job(job, SIGCONT);
        }
        self.jobs = Jobs::default();
    }

    /// Signals a job: its group, where it has one of its own.
    pub(crate) fn signal_job(&self, job: &Job, signal: Signal) {
        match job.processes.first().map(|process| process.group()) {
            Some(group) if group != self.process.group() => {
                // A group without processes has nobody to tell.
                let _nobody = self.process.kernel.signal(-group, signal);
            }
            _ => job.processes.iter().for_each(|process| process.signal(signal)),
        }
    }

    /// What a signal does to an interactive shell that has no trap for it.
    pub(crate) fn is_signalled(&mut self, signal: Signal) -> Flow<()> {
        match signal {
            SIGINT => {
                self.say("\n");
                Err(Unwind::Discard(128 + SIGINT))
            }
            SIGHUP => {
                self.hang_up_jobs(false);
                self.dying_of = Some(signal);
                Err(Unwind::Exit(128 + signal))
            }
            _ => {
                self.note_size();
                Ok(())
            }
        }
    }

    /// `COLUMNS` and `LINES`.
    pub(crate) fn note_size(&mut self) {
        if let Some(terminal) = self.terminal() {
            let (columns, rows) = terminal.size();
            self.assign_or_complain("COLUMNS", columns.to_string());
            self.assign_or_complain("LINES", rows.to_string());
        }
    }
}
