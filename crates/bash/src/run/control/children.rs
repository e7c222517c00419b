//! Naming jobs.

use crate::run::Job;
use crate::run::jobs::SpecError;
use crate::state::Shell;

impl Shell {
    /// The job that `%…` names, or a message that there is none.
    pub(super) fn job_or_complain(&mut self, builtin: &str, spec: &str) -> Option<Job> {
        match self.jobs.by_spec(spec) {
            Ok(job) => Some(job.clone()),
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
