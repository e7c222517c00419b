//! How a task tells what it does: a named step, its lines with the time since it began, its end; all on stderr.

use std::time::{Duration, Instant};

use crate::error::Result;
use crate::process::{self, Job};

/// A piece of work with a name, timed from its beginning.
pub(crate) struct Step {
    began: Instant,
}

impl Step {
    /// Announces the step.
    pub(crate) fn begin(name: &str) -> Step {
        eprintln!("==> {name}");
        Step { began: Instant::now() }
    }

    /// Runs a program as part of the step; each of its lines is shown behind the time since the step began,
    /// and a program that is silent for a while does not look dead.
    pub(crate) fn run(&self, job: Job) -> Result<()> {
        let began = self.began;
        process::run(job, process::Show::Timed(began), |_| ())?.check()
    }

    /// One line of the step's own.
    pub(crate) fn say(&self, line: &str) {
        eprintln!("    {}  {line}", clock(self.began.elapsed()));
    }

    /// The step succeeded.
    pub(crate) fn done(self, outcome: &str) {
        eprintln!("    {}  {outcome}", clock(self.began.elapsed()));
    }
}

/// `m:ss`, right-aligned for a column of them.
pub(crate) fn clock(elapsed: Duration) -> String {
    let seconds = elapsed.as_secs();
    format!("{:>2}:{:02}", seconds / 60, seconds % 60)
}

/// A duration for the end of a sentence: `0.4 s`, `42 s`, `4 min 02 s`.
pub(crate) fn spoken(elapsed: Duration) -> String {
    let seconds = elapsed.as_secs();
    match seconds {
        0..=9 => format!("{:.1} s", elapsed.as_secs_f64()),
        10..=59 => format!("{seconds} s"),
        _ => format!("{} min {:02} s", seconds / 60, seconds % 60),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_read_well_at_every_length() {
        assert_eq!(clock(Duration::from_secs(0)), " 0:00");
        assert_eq!(clock(Duration::from_secs(754)), "12:34");
        assert_eq!(spoken(Duration::from_millis(420)), "0.4 s");
        assert_eq!(spoken(Duration::from_secs(42)), "42 s");
        assert_eq!(spoken(Duration::from_secs(242)), "4 min 02 s");
    }
}
