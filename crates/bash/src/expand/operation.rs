//! Operations that change each text of a parameter: `${x#p}`, `${x/p/r}`, `${x^}`.

use sandbox_kernel::Pace;

use super::change::{Change, Replacement};
use super::fields::Goal;
use super::marked::Marked;
use super::parts::Quoting;
use super::pattern::{Pattern, PatternOptions};
use super::subject::Subject;
use crate::state::{Flow, Shell, ShoptOption};
use crate::syntax::{Operation, ParameterName, Part, Word};

impl Shell {
    /// What an operation makes of a value.
    pub(super) async fn changed(
        &mut self,
        name: &ParameterName,
        subject: Subject,
        operation: &Operation,
        quoting: Quoting,
        pace: &mut Pace,
    ) -> Flow<Subject> {
        if subject == Subject::Text(None) && !matches!(operation, Operation::Transform(_)) {
            return Ok(subject);
        }
        Ok(match operation {
            Operation::Substring { offset, length } => {
                self.substring(name, subject, offset, length.as_ref())?
            }
            Operation::Remove { suffix, longest, pattern } => {
                let pattern = self.pattern_now(pattern, false)?;
                let change = Change::Remove { pattern, suffix: *suffix, longest: *longest };
                subject.changed_by(&change, pace).await
            }
            Operation::Replace { place, pattern, replacement } => {
                let ignore_case = self.options.has_shopt(ShoptOption::NOCASEMATCH);
                let pattern = self.pattern_now(pattern, ignore_case)?;
                let replacement = match replacement {
                    Some(word) => self.marked_now(word)?,
                    None => Marked::default(),
                };
                let with_matches = self.options.has_shopt(ShoptOption::PATSUB_REPLACEMENT);
                let replacement = Replacement::new(&replacement, with_matches);
                subject.changed_by(&Change::Replace { pattern, place: *place, replacement }, pace).await
            }
            Operation::Case { change, all, pattern } => {
                let pattern = match pattern {
                    Some(word) => {
                        let pattern = self.pattern_now(word, false)?;
                        // What expanded to nothing is as if nothing were written.
                        let is_any = pattern.literal() == Some("") && !word.parts.iter().any(is_quoted);
                        Some(pattern).filter(|_| !is_any)
                    }
                    None => None,
                };
                subject.changed_by(&Change::Case { change: *change, all: *all, pattern }, pace).await
            }
            Operation::Transform(transformation) => {
                self.transformed(name, subject, *transformation, quoting)?
            }
            _ => subject,
        })
    }

    /// The pattern of a word in which no command has to run.
    pub(super) fn pattern_now(&mut self, word: &Word, ignore_case: bool) -> Flow<Pattern> {
        let marked = self.marked_now(word)?;
        let extglob = self.options.has_shopt(ShoptOption::EXTGLOB);
        Ok(Pattern::new(&marked, PatternOptions { extglob, ignore_case }))
    }

    pub(super) fn marked_now(&mut self, word: &Word) -> Flow<Marked> {
        let mut out = self.fields(Goal::Marked);
        self.expand_parts(&word.parts, Quoting::None, &mut out)?;
        self.roomy(out.into_marked())
    }
}

fn is_quoted(part: &Part) -> bool {
    matches!(part, Part::Quoted(_) | Part::DoubleQuoted(_))
}
