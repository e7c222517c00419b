//! The jobs of a shell.

use std::sync::Arc;

use sandbox_kernel::{Pid, Process, Progress, Status};

/// One job.
#[derive(Clone)]
pub(crate) struct Job {
    /// What `%1` names.
    pub(crate) id: usize,
    /// Its processes; the status of the last is its own.
    pub(crate) processes: Vec<Arc<Process>>,
    /// Its command.
    pub(crate) text: String,
    /// Whether its end was told already.
    pub(crate) told: bool,
    /// Whether it is not hung up with the shell (`disown -h`).
    pub(crate) keeps_running: bool,
}

impl Job {
    /// Whether it runs.
    pub(crate) fn progress(&self) -> Progress {
        let running = self.processes.iter().find(|process| process.progress() == Progress::Running);
        running
            .or(self.processes.last())
            .map_or(Progress::Ended(Status::Exited(0)), |process| process.progress())
    }

    /// The pid by which it is known.
    pub(crate) fn pid(&self) -> Pid {
        self.processes.last().map_or(0, |process| process.pid)
    }
}

/// All of them, the newest last.
#[derive(Clone, Default)]
pub(crate) struct Jobs {
    list: Vec<Job>,
    /// Jobs that were waited for and are gone: bash still knows how they ended.
    ended: Vec<(Pid, Status)>,
    /// The one that `%+` names, and the one before.
    current: Vec<usize>,
    /// What a parent had: a subshell shows it until it starts one of its own.
    inherited: Option<Box<Jobs>>,
}

/// How many ended jobs are remembered.
const MAX_ENDED: usize = 1_024;

impl Jobs {
    /// Adds a job and gives its number.
    pub(crate) fn add(&mut self, processes: Vec<Arc<Process>>, text: String) -> usize {
        self.drop_told();
        self.inherited = None;
        let id = self.list.last().map_or(0, |job| job.id) + 1;
        self.list.push(Job { id, processes, text, told: false, keeps_running: false });
        self.current.push(id);
        id
    }

    /// Jobs whose end was told leave the list.
    pub(crate) fn drop_told(&mut self) {
        let gone: Vec<_> = self.list.iter().filter(|job| job.told).map(|job| job.id).collect();
        gone.into_iter().for_each(|id| self.remove(id));
    }

    /// The jobs that `jobs` tells of: its own, or its parent's.
    pub(crate) fn shown(&self) -> &Self {
        self.inherited.as_deref().unwrap_or(self)
    }

    /// Jobs that have ended leave the list.
    pub(crate) fn drop_ended(&mut self) {
        let gone: Vec<_> = self
            .list
            .iter()
            .filter(|job| matches!(job.progress(), Progress::Ended(_)))
            .map(|job| job.id)
            .collect();
        gone.into_iter().for_each(|id| self.remove(id));
    }

    /// All jobs, by number.
    pub(crate) fn list(&self) -> &[Job] {
        &self.list
    }

    /// All jobs, to be changed.
    pub(crate) fn list_mut(&mut self) -> &mut [Job] {
        &mut self.list
    }

    /// The job of a pid.
    pub(crate) fn of_pid(&self, pid: Pid) -> Option<&Job> {
        self.list.iter().find(|job| job.processes.iter().any(|process| process.pid == pid))
    }

    /// How a job ended that is gone from the list.
    pub(crate) fn ended(&self, pid: Pid) -> Option<Status> {
        self.ended.iter().rev().find(|(known, _)| *known == pid).map(|(_, status)| *status)
    }

    /// Takes a job out of the list.
    pub(crate) fn remove(&mut self, id: usize) {
        self.current.retain(|known| *known != id);
        let Some(place) = self.list.iter().position(|job| job.id == id) else { return };
        let job = self.list.remove(place);
        if let Progress::Ended(status) = job.progress() {
            if self.ended.len() >= MAX_ENDED {
                self.ended.remove(0);
            }
            self.ended.push((job.pid(), status));
        }
    }

    /// Makes a job the current one.
    pub(crate) fn make_current(&mut self, id: usize) {
        self.current.retain(|known| *known != id);
        self.current.push(id);
    }

    /// The mark of a job in `jobs`: `+`, `-` or nothing.
    pub(crate) fn mark(&self, id: usize) -> char {
        match self.current.iter().rev().position(|known| *known == id) {
            Some(0) => '+',
            Some(1) => '-',
            _ => ' ',
        }
    }

    /// The job that `%…` names.
    pub(crate) fn by_spec(&self, spec: &str) -> Result<&Job, SpecError> {
        let name = spec.strip_prefix('%').unwrap_or(spec);
        let by_id = |id: usize| self.list.iter().find(|job| job.id == id).ok_or(SpecError::Missing);
        match name {
            "" | "%" | "+" => by_id(self.current.last().copied().unwrap_or(0)),
            "-" => by_id(self.current.iter().rev().nth(1).or(self.current.last()).copied().unwrap_or(0)),
            name if name.bytes().all(|byte| byte.is_ascii_digit()) => by_id(name.parse().unwrap_or(0)),
            name => {
                let matches = |job: &&Job| match name.strip_prefix('?') {
                    Some(part) => job.text.contains(part),
                    None => job.text.starts_with(name),
                };
                let mut found = self.list.iter().filter(matches);
                match (found.next(), found.next()) {
                    (Some(job), None) => Ok(job),
                    (Some(_), Some(_)) => Err(SpecError::Ambiguous),
                    (None, _) => Err(SpecError::Missing),
                }
            }
        }
    }

    /// A subshell has none of its parent's jobs; it only shows them.
    pub(crate) fn in_subshell(&mut self) {
        let before = std::mem::take(self);
        self.inherited = match before.list.is_empty() {
            true => before.inherited,
            false => Some(Box::new(Self { inherited: None, ..before })),
        };
    }

    /// What `( )` does not even show.
    pub(crate) fn forget_inherited(&mut self) {
        self.inherited = None;
    }
}

/// Why `%…` names no job.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SpecError {
    Missing,
    Ambiguous,
}
