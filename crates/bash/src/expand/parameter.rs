//! `$name` and `${…}`.

use sandbox_kernel::{Pace, at_once};

use super::fields::{Fields, Goal};
use super::indirect::Indirect;
use super::parts::Quoting;
use super::room::LONG;
use super::subject::{Subject, shown, shown_unbound};
use crate::state::{Flow, Shell, Unwind};
use crate::syntax::{Operation, Parameter, ParameterName, Word};

impl Shell {
    pub(super) async fn expand_parameter(
        &mut self,
        parameter: &Parameter,
        quoting: Quoting,
        out: &mut Fields,
    ) -> Flow<()> {
        if parameter.operation == Operation::Value
            && !parameter.indirect
            && self.push_plainly(parameter, quoting, out).await
        {
            return Ok(());
        }
        if let ParameterName::Element(_, subscript) = &parameter.name
            && subscript.parts.is_empty()
        {
            self.complain(format!("{}: bad substitution", parameter.source));
            return Err(Unwind::Discard(1));
        }
        let found;
        let name = match parameter.indirect {
            true => match self.indirect(parameter)? {
                Indirect::Name(name) => {
                    found = name;
                    &found
                }
                Indirect::Value(text) => {
                    self.push_text(&text, quoting, out).await;
                    return Ok(());
                }
            },
            false => &parameter.name,
        };
        match &parameter.operation {
            Operation::Default { or_empty, word } => {
                let subject = self.subject(name)?;
                match is_there(&subject, *or_empty) {
                    true => self.push(subject, quoting, out).await,
                    false => self.expand_parts(&word.parts, quoting.nested(), out)?,
                }
            }
            Operation::Alternative { or_empty, word } => {
                let subject = self.subject(name)?;
                if is_there(&subject, *or_empty) {
                    self.expand_parts(&word.parts, quoting.nested(), out)?;
                } else if quoting.is_double() && matches!(subject, Subject::List(_, false)) {
                    out.empty_list();
                }
            }
            Operation::Assign { or_empty, word } => {
                let subject = self.subject(name)?;
                match is_there(&subject, *or_empty) {
                    true => self.push(subject, quoting, out).await,
                    false => self.assign_default(name, word, quoting, out).await?,
                }
            }
            Operation::Error { or_empty, word } => {
                let subject = self.subject(name)?;
                if !is_there(&subject, *or_empty) {
                    let mut message = self.text_now(word, quoting.nested())?;
                    if word.parts.is_empty() {
                        let null = if *or_empty { "null or " } else { "" };
                        message = format!("parameter {null}not set");
                    }
                    self.complain(format!("{}: {message}", shown(name)));
                    return Err(self.expansion_failed());
                }
                self.push(subject, quoting, out).await;
            }
            Operation::Length => {
                let length = self.length(name)?;
                self.push_text(&length.to_string(), quoting, out).await;
            }
            Operation::Keys => {
                let keys = self.keys(name);
                self.push_changed(keys, &parameter.operation, quoting, out).await;
            }
            Operation::Names(star) => {
                let ParameterName::Variable(prefix) = name else { return Ok(()) };
                let names = Subject::List(self.names_with(prefix), *star);
                self.push(names, quoting, out).await;
            }
            operation => {
                let subject = self.subject(name)?;
                if subject == Subject::Text(None) && self.is_strict() {
                    return Err(self.unbound(&shown_unbound(name)));
                }
                let changed = self.changed(name, subject, operation, quoting, &mut Pace::default()).await?;
                self.push_changed(changed, operation, quoting, out).await;
            }
        }
        Ok(())
    }

    /// Adds the value of what needs no list and no operation, without a copy. Says whether it could.
    async fn push_plainly(&mut self, parameter: &Parameter, quoting: Quoting, out: &mut Fields) -> bool {
        let text = match &parameter.name {
            ParameterName::Variable(name) => match self.variables.get(name) {
                Some(variable) if !variable.attributes.name_ref => variable.scalar(),
                _ => None,
            },
            ParameterName::Positional(number @ 1..) => self.positional.get(number - 1).map(String::as_str),
            _ => None,
        };
        match text {
            Some(text) if quoting.is_double() => out.quoted_part(text),
            Some(text) if text.len() <= LONG => {
                at_once(out.result(text, &self.ifs(), &mut Pace::default()));
            }
            Some(text) => {
                let text = text.to_owned();
                self.push_text(&text, quoting, out).await;
            }
            None => return false,
        }
        true
    }

    /// Adds what an operation made.
    async fn push_changed(
        &mut self,
        subject: Subject,
        operation: &Operation,
        quoting: Quoting,
        out: &mut Fields,
    ) {
        match subject {
            Subject::List(items, false) if out.goal != Goal::Words && joins(operation, quoting) => {
                let joint = self.ifs().joint.unwrap_or(' ').to_string();
                self.push_text(&items.join(&joint), quoting, out).await;
            }
            subject => self.push(subject, quoting, out).await,
        }
    }

    /// Adds a value.
    pub(super) async fn push(&mut self, subject: Subject, quoting: Quoting, out: &mut Fields) {
        let (items, star) = match subject {
            Subject::Text(text) => {
                return self.push_text(&text.unwrap_or_default(), quoting, out).await;
            }
            Subject::List(items, star) => (items, star),
        };
        let ifs = self.ifs();
        let joint: String = ifs.joint.into_iter().collect();
        if quoting.is_double() && star {
            return out.quoted_part(&items.join(&joint));
        }
        if quoting.is_double() && items.is_empty() {
            out.empty_list();
        }
        let mut pace = Pace::default();
        for (place, item) in items.iter().enumerate() {
            pace.did(4).await;
            match (quoting.is_double(), star) {
                (true, _) => {
                    if place > 0 {
                        out.separate();
                    }
                    out.quoted(item);
                }
                (false, star) => {
                    if place > 0 {
                        out.between(&joint, star, &ifs);
                    }
                    out.result(item, &ifs, &mut pace).await;
                }
            }
        }
    }

    /// `${name:=word}` where the name has no value.
    async fn assign_default(
        &mut self,
        name: &ParameterName,
        word: &Word,
        quoting: Quoting,
        out: &mut Fields,
    ) -> Flow<()> {
        let value = self.text_now(word, if quoting.is_double() { quoting } else { Quoting::None })?;
        let assigned = match name {
            ParameterName::Variable(name) => self.assign(name, None, value, false),
            ParameterName::Element(name, subscript) => {
                let subscript = self.text_now(subscript, Quoting::None)?;
                self.assign(name, Some(&subscript), value, false)
            }
            other => {
                self.complain(format!("{}: cannot assign in this way", shown_unbound(other)));
                return Err(Unwind::Discard(1));
            }
        };
        assigned.map_err(|error| self.assign_failed(&error))?;
        let subject = self.subject(name)?;
        self.push(subject, quoting, out).await;
        Ok(())
    }
}

/// Whether one text has the first character of `IFS` between the elements of a changed `$@`, as between those of `$*`.
/// bash has a blank there in some cases only.
fn joins(operation: &Operation, quoting: Quoting) -> bool {
    match operation {
        Operation::Value => false,
        Operation::Remove { .. } | Operation::Replace { .. } | Operation::Transform(_) => true,
        _ => quoting.is_double(),
    }
}

pub(super) fn is_there(subject: &Subject, or_empty: bool) -> bool {
    subject.is_set() && !(or_empty && subject.is_empty())
}
