//! Naming jobs.

use crate::run::Job;
use crate::run::jobs::SpecError;
use crate::state::Shell;

impl Shell {
    /// The job that `%…` names, or a message that there is none.
    pub(super) fn job_or_complain(&mut self, builtin: &str, spec: &str) -> Option<Job> {
        let found = self.jobs.by_spec(spec).cloned();
        self.found_or_complain(builtin, spec, found)
    }

    /// The same for `jobs`, which shows a parent's as well.
    pub(super) fn shown_job_or_complain(&mut self, spec: &str) -> Option<Job> {
        let found = self.jobs.shown().by_spec(spec).cloned();
        self.found_or_complain("jobs", spec, found)
    }

    /// The current job, or a message that there is none.
    pub(super) fn current_job_or_complain(&mut self, builtin: &str) -> Option<Job> {
        let found = self.jobs.by_spec("%+").cloned();
        self.found_or_complain(builtin, "current", found)
    }

    fn found_or_complain(&mut self, builtin: &str, spec: &str, found: Result<Job, SpecError>) -> Option<Job> {
        match found {
            Ok(job) => Some(job),
            Err(SpecError::Missing) => {
                self.complain(format!("{builtin}: {spec}: no such job"));
                None
            }
            Err(SpecError::Ambiguous) => {
                self.complain(format!("{builtin}: {}: ambiguous job spec", spec.trim_start_matches('%')));
                None
            }
        }
    }
}
