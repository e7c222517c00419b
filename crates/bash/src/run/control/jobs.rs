//! `jobs`, `disown`, `fg`, `bg`, `suspend`.

use sandbox_kernel::{Progress, SIGCONT, SIGSTOP};

use super::wait::ended_text;
use crate::builtins::{Options, Outcome, no_options};
use crate::run::Job;
use crate::state::{SetOption, Shell};

impl Shell {
    pub(super) async fn jobs_builtin(&mut self, args: &[String], out: &mut Vec<u8>) -> Outcome {
        let mut options = Options::new(args, "lnprsx");
        let (mut long, mut pids, mut only_running, mut only_stopped) = (false, false, false, false);
        while let Some(option) = options.next(self, out)? {
            match option.letter {
                'l' => long = true,
                'p' => pids = true,
                'r' => only_running = true,
                's' => only_stopped = true,
                _ => {}
            }
        }
        // What has only just been started or signalled comes to its state first.
        self.process.kernel.breathe().await;
        sandbox_kernel::pause().await;
        if !self.interactive {
            // A script is not told of those that have ended.
            self.jobs.drop_ended();
        }
        let mut status = 0;
        let mut wanted = Vec::new();
        for operand in options.operands() {
            match self.shown_job_or_complain(operand) {
                Some(job) => wanted.push(job.id),
                None => status = 1,
            }
        }
        let jobs: Vec<Job> = self.jobs.shown().list().to_vec();
        for job in jobs {
            let progress = job.progress();
            if !(options.operands().is_empty() || wanted.contains(&job.id))
                || only_running && progress != Progress::Running
                || only_stopped && !matches!(progress, Progress::Stopped(_))
            {
                continue;
            }
            match pids {
                true => out.extend_from_slice(format!("{}\n", job.pid()).as_bytes()),
                false => out.extend_from_slice(self.job_line(&job, long).as_bytes()),
            }
            if let Progress::Ended(_) = progress {
                self.mark_told(job.id);
            }
        }
        self.jobs.drop_told();
        Ok(status)
    }

    fn mark_told(&mut self, id: usize) {
        if let Some(job) = self.jobs.list_mut().iter_mut().find(|job| job.id == id) {
            job.told = true;
        }
    }

    /// A job's line: `[1]+  Running                 sleep 10 &`.
    pub(crate) fn job_line(&self, job: &Job, long: bool) -> String {
        let (state, after) = match job.progress() {
            Progress::Running => ("Running".to_owned(), " &"),
            Progress::Stopped(_) => ("Stopped".to_owned(), ""),
            Progress::Ended(status) => (ended_text(status), ""),
        };
        let pid = if long { format!("{} ", job.pid()) } else { String::new() };
        let gap = if long { "" } else { " " };
        format!("[{}]{}{gap} {pid}{state:<24}{}{after}\n", job.id, self.jobs.shown().mark(job.id), job.text)
    }

    pub(super) fn disown_builtin(&mut self, args: &[String], out: &mut Vec<u8>) -> Outcome {
        let mut options = Options::new(args, "ahr");
        let (mut all, mut keeps, mut only_running) = (false, false, false);
        while let Some(option) = options.next(self, out)? {
            match option.letter {
                'a' => all = true,
                'h' => keeps = true,
                _ => only_running = true,
            }
        }
        let mut status = 0;
        let mut ids: Vec<usize> = Vec::new();
        if options.operands().is_empty() {
            match all || only_running {
                true => ids.extend(
                    self.jobs
                        .list()
                        .iter()
                        .filter(|job| !only_running || job.progress() == Progress::Running)
                        .map(|job| job.id),
                ),
                false => match self.current_job_or_complain("disown") {
                    Some(job) => ids.push(job.id),
                    None => return Ok(1),
                },
            }
        }
        for operand in options.operands() {
            let by_pid = operand.parse().ok().and_then(|pid| self.jobs.of_pid(pid)).map(|job| job.id);
            match by_pid.or_else(|| self.job_or_complain("disown", operand).map(|job| job.id)) {
                Some(id) => ids.push(id),
                None => status = 1,
            }
        }
        for id in ids {
            match keeps {
                true => {
                    if let Some(job) = self.jobs.list_mut().iter_mut().find(|job| job.id == id) {
                        job.keeps_running = true;
                    }
                }
                false => self.jobs.remove(id),
            }
        }
        Ok(status)
    }

    pub(super) async fn foreground_builtin(&mut self, args: &[String], out: &mut Vec<u8>) -> Outcome {
        let name = &args[0];
        let operands = no_options(self, args, out)?;
        if !self.options.has(SetOption::MONITOR) {
            self.complain(format!("{name}: no job control"));
            return Ok(1);
        }
        let named = match operands.first() {
            Some(spec) => self.job_or_complain(name, spec),
            None => self.current_job_or_complain(name),
        };
        let Some(job) = named else { return Ok(1) };
        if name == "bg" && job.progress() == Progress::Running {
            self.complain(format!("bg: job {} already in background", job.id));
            return Ok(0);
        }
        if let (Some(terminal), true, Some(first)) = (self.terminal(), name == "fg", job.processes.first()) {
            terminal.set_foreground(first.group());
        }
        self.signal_job(&job, SIGCONT);
        self.jobs.make_current(job.id);
        if name == "bg" {
            out.extend_from_slice(format!("[{}]+ {} &\n", job.id, job.text).as_bytes());
            return Ok(0);
        }
        self.say(&format!("{}\n", job.text));
        Ok(self.wait_in_foreground(job.processes, job.text, Some(job.id)).await?.pop().unwrap_or(0))
    }

    pub(super) fn suspend_builtin(&mut self, args: &[String], out: &mut Vec<u8>) -> Outcome {
        let mut options = Options::new(args, "f");
        let mut forced = false;
        while options.next(self, out)?.is_some() {
            forced = true;
        }
        if !forced && !self.options.has(SetOption::MONITOR) {
            self.complain("suspend: cannot suspend: no job control");
            return Ok(1);
        }
        self.process.signal(SIGSTOP);
        Ok(0)
    }
}
