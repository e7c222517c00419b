//! Pipelines: every command in a process of its own, all at the same time.

use std::sync::Arc;

use sandbox_kernel::{Description, Descriptors, SIGKILL, Status};

use super::background::Work;
use crate::state::{Flow, SetOption, Shell, ShoptOption};
use crate::syntax::{Command, Pipeline, Timed};

impl Shell {
    /// Runs several commands joined by pipes. Gives the pipeline's status; `PIPESTATUS` has them all.
    pub(crate) async fn run_together(&mut self, commands: &[Command]) -> Flow<i32> {
        let last_here =
            self.options.has_shopt(ShoptOption::LASTPIPE) && !self.options.has(SetOption::MONITOR);
        let mut job = Vec::with_capacity(commands.len());
        let mut input: Option<Arc<Description>> = None;
        let mut last = None;
        for (place, command) in commands.iter().enumerate() {
            let is_last = place + 1 == commands.len();
            if is_last && last_here {
                last = Some(command);
                break;
            }
            let Some(mut child) = self.fork_or_complain(first_argv(command)) else {
                // Those before have begun nothing yet.
                job.into_iter()
                    .for_each(|(child, _): (Shell, Work)| child.process.end(Status::Signalled(SIGKILL)));
                self.pipe_status = vec![254];
                return Ok(254);
            };
            child.enter_subshell();
            if let Some(input) = input.take() {
                child.redirect_to(0, input);
                child.reads_redirected = true;
            }
            if !is_last {
                let (reader, writer) = Description::pipe();
                child.redirect_to(1, writer);
                input = Some(reader);
            }
            job.push((child, Work::Command(command.clone())));
        }
        if self.controls_jobs() {
            let text = self.job_text.clone();
            let statuses = self.run_as_job(job, &text).await?;
            return Ok(self.note_statuses(statuses));
        }
        let processes: Vec<_> = job.iter().map(|(child, _)| Arc::clone(&child.process)).collect();
        job.into_iter().for_each(|(child, work)| self.spawn(child, work));
        if std::mem::take(&mut self.only_waits) {
            // They have what they need, and this process is nobody's reader or writer.
            self.descriptors = Descriptors::default();
        }
        let here = match last {
            Some(command) => Some(self.run_last_here(command, input).await?),
            None => None,
        };
        let mut statuses = Vec::with_capacity(commands.len());
        for process in processes {
            statuses.push(process.ended().await.code());
        }
        statuses.extend(here);
        Ok(self.note_statuses(statuses))
    }

    /// The last command of a pipeline in this very shell (`shopt -s lastpipe`).
    async fn run_last_here(&mut self, command: &Command, input: Option<Arc<Description>>) -> Flow<i32> {
        let before = input.map(|input| (0, self.descriptors.set(0, input).ok().flatten()));
        let ran = self.run_command(command).await;
        // The others learn that nobody reads any more.
        if let Some(before) = before {
            self.undo_redirections(vec![before]);
        }
        ran
    }

    fn note_statuses(&mut self, statuses: Vec<i32>) -> i32 {
        self.pipe_status = statuses;
        let failed = self.pipe_status.iter().rev().find(|status| **status != 0);
        match self.options.has(SetOption::PIPEFAIL) {
            true => failed.copied().unwrap_or(0),
            false => self.pipe_status.last().copied().unwrap_or(0),
        }
    }

    /// Lets a descriptor refer to something.
    pub(crate) fn redirect_to(&mut self, number: i32, description: Arc<Description>) {
        // The numbers are those that every program has.
        let _before = self.descriptors.set(number, description);
    }

    /// `time` before a pipeline.
    pub(crate) async fn run_timed(&mut self, pipeline: &Pipeline) -> Flow<()> {
        let began = self.process.kernel.host.now();
        let untimed = Pipeline { timed: None, ..pipeline.clone() };
        let ran = self.run_untimed(&untimed).await;
        let took = self.process.kernel.host.now().0 - began.0;
        let report = match pipeline.timed {
            Some(Timed::Posix) => format!("real {:.2}\nuser 0.00\nsys 0.00\n", took as f64 / 1e9),
            _ => self.time_report(took),
        };
        self.say(&report);
        ran
    }

    /// The report of `time`, by `$TIMEFORMAT`. Processes here take no time of a processor's that could be told.
    fn time_report(&self, took: i64) -> String {
        let format = self.variables.get("TIMEFORMAT").and_then(|variable| variable.scalar());
        let format = format.unwrap_or("\nreal\t%3lR\nuser\t%3lU\nsys\t%3lS");
        if format.is_empty() {
            return String::new();
        }
        let mut report = String::new();
        let mut rest = format.chars();
        while let Some(character) = rest.next() {
            if character != '%' {
                report.push(character);
                continue;
            }
            let mut digits = 3;
            let mut long = false;
            let mut kind = rest.next();
            if let Some(digit) = kind.and_then(|kind| kind.to_digit(10)) {
                digits = digit.min(3) as usize;
                kind = rest.next();
            }
            if kind == Some('l') {
                long = true;
                kind = rest.next();
            }
            match kind {
                Some('%') => report.push('%'),
                Some('R') => report.push_str(&seconds(took, digits, long)),
                Some('U' | 'S') => report.push_str(&seconds(0, digits, long)),
                Some('P') => report.push_str("0.00"),
                Some(other) => report.extend(['%', other]),
                None => report.push('%'),
            }
        }
        report.push('\n');
        report
    }
}

/// Nanoseconds as `time` prints them: `1.234`, or `0m1.234s`.
fn seconds(nanoseconds: i64, digits: usize, long: bool) -> String {
    let all = nanoseconds.max(0) / 1_000_000_000;
    let thousandths = nanoseconds.max(0) / 1_000_000 % 1_000;
    let fraction = &format!("{thousandths:03}")[..digits];
    let point = if digits == 0 { "" } else { "." };
    match long {
        true => format!("{}m{}{point}{fraction}s", all / 60, all % 60),
        false => format!("{all}{point}{fraction}"),
    }
}

/// How a process shows until it has become the program that its command names.
fn first_argv(command: &Command) -> Vec<String> {
    match command {
        Command::Simple(simple) => simple.words.iter().map(|word| word.source.to_string()).collect(),
        _ => Vec::new(),
    }
}
