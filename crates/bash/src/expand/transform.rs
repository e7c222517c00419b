//! `${x@Q}` and its like.

use super::parameter::Subject;
use super::parts::Quoting;
use crate::state::{Flow, Shell};
use crate::syntax::ParameterName;

impl Shell {
    pub(super) fn transformed(
        &mut self,
        _name: &ParameterName,
        subject: Subject,
        transformation: char,
        _quoting: Quoting,
    ) -> Flow<Subject> {
        Ok(match transformation {
            'U' => subject.map(str::to_uppercase),
            'L' => subject.map(str::to_lowercase),
            _ => subject,
        })
    }
}
