//! `wait`.

use std::sync::Arc;

use futures_util::FutureExt;
use futures_util::future::select_all;
use sandbox_kernel::{Pid, Process, Progress, SIGCHLD, Status};

use crate::builtins::{Options, Outcome};
use crate::state::{Flow, Shell};

impl Shell {
    pub(super) async fn wait_builtin(&mut self, args: &[String], out: &mut Vec<u8>) -> Outcome {
        let mut options = Options::new(args, "fnp:");
        let (mut any, mut into) = (false, None);
        while let Some(option) = options.next(self, out)? {
            match option.letter {
                'n' => any = true,
                'p' => into = option.argument.map(str::to_owned),
                _ => {}
            }
        }
        let operands = options.operands();
        if let Some(name) = &into {
            self.variables.remove(name);
        }
        if any {
            return Ok(self.wait_for_any(operands, into).await?);
        }
        if operands.is_empty() {
            return Ok(self.wait_for_all().await?);
        }
        let mut status = 0;
        for operand in operands {
            status = match self.wait_for(operand, into.as_deref()).await? {
                Waited::Ended(status) => status,
                Waited::Interrupted(status) => return Ok(status),
            };
        }
        Ok(status)
    }

    async fn wait_for_all(&mut self) -> Flow<i32> {
        let processes: Vec<_> = self.jobs.list().iter().flat_map(|job| job.processes.clone()).collect();
        for process in processes {
            if let Waited::Interrupted(status) = self.wait_for_process(&process).await {
                return Ok(status);
            }
            self.forget_job_of(process.pid);
        }
        Ok(0)
    }

    async fn wait_for(&mut self, operand: &str, into: Option<&str>) -> Flow<Waited> {
        let pid = match operand.starts_with('%') {
            true => match self.job_or_complain("wait", operand) {
                Some(job) => job.pid(),
                None => return Ok(Waited::Ended(127)),
            },
            false => match operand.parse::<Pid>() {
                Ok(pid) => pid,
                Err(_) => {
                    self.complain(format!("wait: `{operand}': not a pid or valid job spec"));
                    return Ok(Waited::Ended(1));
                }
            },
        };
        let job = self.jobs.of_pid(pid).cloned();
        let process = job.as_ref().and_then(|job| job.processes.iter().find(|process| process.pid == pid));
        let waited = match process {
            Some(process) => self.wait_for_process(process).await,
            None => match self.jobs.ended(pid) {
                Some(status) => Waited::Ended(status.code()),
                None => {
                    self.complain(format!("wait: pid {pid} is not a child of this shell"));
                    return Ok(Waited::Ended(127));
                }
            },
        };
        if let Waited::Ended(_) = waited {
            self.forget_job_of(pid);
            if let Some(name) = into {
                self.assign_or_complain(name, pid.to_string());
            }
        }
        Ok(waited)
    }

    /// Waits for whichever ends first.
    async fn wait_for_any(&mut self, operands: &[String], into: Option<String>) -> Flow<i32> {
        let mut processes: Vec<Arc<Process>> = Vec::new();
        for job in self.jobs.list() {
            let is_meant = operands.is_empty()
                || operands.iter().any(|operand| {
                    operand.parse::<Pid>().is_ok_and(|pid| pid == job.pid())
                        || self
                            .jobs
                            .by_spec(operand)
                            .is_ok_and(|named| operand.starts_with('%') && named.id == job.id)
                });
            processes.extend(is_meant.then(|| job.processes.last().cloned()).flatten());
        }
        if processes.is_empty() {
            return Ok(127);
        }
        let shell = Arc::clone(&self.process);
        let ended = select_all(
            processes.iter().map(|process| async { (process.pid, process.ended().await) }.boxed()),
        );
        let (pid, status) = futures_util::select_biased! {
            (ended, _, _) = ended.fuse() => ended,
            () = shell.signalled_by_others().fuse() => return Ok(self.interrupted()),
        };
        self.forget_job_of(pid);
        if let Some(name) = into {
            self.assign_or_complain(&name, pid.to_string());
        }
        Ok(status.code())
    }

    async fn wait_for_process(&mut self, process: &Arc<Process>) -> Waited {
        let shell = Arc::clone(&self.process);
        futures_util::select_biased! {
            status = process.ended().fuse() => Waited::Ended(status.code()),
            () = shell.signalled_by_others().fuse() => Waited::Interrupted(self.interrupted()),
        }
    }

    /// The status of a wait that a signal with a trap ended.
    fn interrupted(&mut self) -> i32 {
        let come: Vec<_> = std::iter::from_fn(|| self.process.take_signal()).collect();
        // They are still to be handled.
        come.iter().for_each(|signal| self.process.signal(*signal));
        let signal = come.into_iter().find(|signal| *signal != SIGCHLD);
        128 + signal.unwrap_or(0)
    }

    pub(super) fn forget_job_of(&mut self, pid: Pid) {
        if self.interactive {
            // It is told before the next prompt.
            return;
        }
        if let Some(job) = self.jobs.of_pid(pid)
            && matches!(job.progress(), Progress::Ended(_))
        {
            let id = job.id;
            self.jobs.remove(id);
        }
    }
}

enum Waited {
    Ended(i32),
    Interrupted(i32),
}

/// How a job ended, as `jobs` shows it.
pub(super) fn ended_text(status: Status) -> String {
    match status {
        Status::Exited(0) => "Done".to_owned(),
        Status::Exited(code) => format!("Exit {code}"),
        Status::Signalled(signal) => sandbox_kernel::signal_description(signal),
    }
}
