//! `$name` and `${…}`.

use super::fields::{Fields, Goal};
use super::parts::Quoting;
use crate::state::{Flow, Shell, Unwind, Value, Variable};
use crate::syntax::{Operation, Parameter, ParameterName, Word};

/// What an operation works on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Subject {
    /// One text, if there is one.
    Text(Option<String>),
    /// Several, and whether they are joined within double quotes (`*`).
    List(Vec<String>, bool),
}

impl Subject {
    fn is_set(&self) -> bool {
        match self {
            Self::Text(text) => text.is_some(),
            Self::List(items, _) => !items.is_empty(),
        }
    }

    fn is_empty(&self) -> bool {
        match self {
            Self::Text(text) => text.as_ref().is_none_or(String::is_empty),
            Self::List(items, _) => items.len() < 2 && items.iter().all(String::is_empty),
        }
    }

    /// Changes each text.
    pub(super) fn map(self, mut change: impl FnMut(&str) -> String) -> Self {
        match self {
            Self::Text(text) => Self::Text(text.map(|text| change(&text))),
            Self::List(items, star) => Self::List(items.iter().map(|item| change(item)).collect(), star),
        }
    }
}

impl Shell {
    pub(super) fn expand_parameter(
        &mut self,
        parameter: &Parameter,
        quoting: Quoting,
        out: &mut Fields,
    ) -> Flow<()> {
        if parameter.operation == Operation::Value
            && !parameter.indirect
            && self.push_plainly(parameter, quoting, out)
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
                    self.push_text(&text, quoting, out);
                    return Ok(());
                }
            },
            false => &parameter.name,
        };
        match &parameter.operation {
            Operation::Default { or_empty, word } => {
                let subject = self.subject(name)?;
                match is_there(&subject, *or_empty) {
                    true => self.push(subject, quoting, out),
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
                    true => self.push(subject, quoting, out),
                    false => self.assign_default(name, word, quoting, out)?,
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
                self.push(subject, quoting, out);
            }
            Operation::Length => {
                let length = self.length(name)?;
                self.push_text(&length.to_string(), quoting, out);
            }
            Operation::Keys => {
                let keys = self.keys(name);
                self.push_changed(keys, &parameter.operation, quoting, out);
            }
            Operation::Names(star) => {
                let ParameterName::Variable(prefix) = name else { return Ok(()) };
                let names = Subject::List(self.names_with(prefix), *star);
                self.push(names, quoting, out);
            }
            operation => {
                let subject = self.subject(name)?;
                if subject == Subject::Text(None) && self.is_strict() {
                    return Err(self.unbound(&shown_unbound(name)));
                }
                let changed = self.changed(name, subject, operation, quoting)?;
                self.push_changed(changed, operation, quoting, out);
            }
        }
        Ok(())
    }

    /// Adds the value of what needs no list and no operation, without a copy. Says whether it could.
    fn push_plainly(&mut self, parameter: &Parameter, quoting: Quoting, out: &mut Fields) -> bool {
        let text = match &parameter.name {
            ParameterName::Variable(name) => match self.variables.get(name) {
                Some(variable) if !variable.attributes.name_ref => variable.scalar(),
                _ => None,
            },
            ParameterName::Positional(number @ 1..) => self.positional.get(number - 1).map(String::as_str),
            _ => None,
        };
        match text {
            Some(text) => self.push_text(text, quoting, out),
            None => return false,
        }
        true
    }

    /// Adds what an operation made.
    fn push_changed(&mut self, subject: Subject, operation: &Operation, quoting: Quoting, out: &mut Fields) {
        match subject {
            Subject::List(items, false) if out.goal != Goal::Words && joins(operation, quoting) => {
                let joint = self.ifs().joint.unwrap_or(' ').to_string();
                self.push_text(&items.join(&joint), quoting, out);
            }
            subject => self.push(subject, quoting, out),
        }
    }

    /// Adds a value.
    pub(super) fn push(&mut self, subject: Subject, quoting: Quoting, out: &mut Fields) {
        let (items, star) = match subject {
            Subject::Text(text) => return self.push_text(&text.unwrap_or_default(), quoting, out),
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
        for (place, item) in items.iter().enumerate() {
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
                    out.result(item, &ifs);
                }
            }
        }
    }

    /// What a parameter is.
    pub(super) fn subject(&mut self, name: &ParameterName) -> Flow<Subject> {
        Ok(match name {
            ParameterName::Variable(name) => self.subject_of_variable(name),
            ParameterName::Element(name, subscript) => {
                let subscript = self.text_now(subscript, Quoting::None)?;
                Subject::Text(self.element(name, &subscript)?)
            }
            ParameterName::All(name, star) => Subject::List(self.elements(name), *star),
            ParameterName::Positional(0) => Subject::Text(Some(self.name.to_string())),
            ParameterName::Positional(number) => Subject::Text(self.positional.get(number - 1).cloned()),
            ParameterName::Special('@') => Subject::List(self.positional.clone(), false),
            ParameterName::Special('*') => Subject::List(self.positional.clone(), true),
            ParameterName::Special(special) => Subject::Text(self.special(*special)),
        })
    }

    /// A variable, which may be a reference to all elements of an array.
    fn subject_of_variable(&mut self, name: &str) -> Subject {
        if self.variables.get(name).is_some_and(|variable| variable.attributes.name_ref)
            && let Some(place) = self.place(name)
            && let Some(all @ ("@" | "*")) = place.subscript.as_deref()
        {
            return Subject::List(self.elements(&place.name), all == "*");
        }
        Subject::Text(self.value(name).map(|value| value.into_owned()))
    }

    /// One element. What is wrong with the subscript is told, and then there is none.
    fn element(&mut self, name: &str, subscript: &str) -> Flow<Option<String>> {
        use super::assign::AssignError;
        match self.element_value(name, subscript) {
            Ok(value) => Ok(value.map(|value| value.into_owned())),
            Err(AssignError::BadSubscript(_)) => {
                self.complain(format!("{name}: bad array subscript"));
                Ok(None)
            }
            Err(error) => Err(self.assign_failed(&error)),
        }
    }

    /// All elements of an array; of another variable its text.
    pub(super) fn elements(&mut self, name: &str) -> Vec<String> {
        let name = self.referred(name);
        self.variable(&name).map(|variable| values(&variable)).unwrap_or_default()
    }

    /// `$#`, `$?` and so on.
    pub(super) fn special(&self, special: char) -> Option<String> {
        Some(match special {
            '#' => self.positional.len().to_string(),
            '?' => self.status.to_string(),
            '-' => self.option_letters(),
            '$' => self.main_pid.to_string(),
            '!' => self.last_background?.to_string(),
            _ => return None,
        })
    }

    fn length(&mut self, name: &ParameterName) -> Flow<usize> {
        match name {
            ParameterName::Special('@' | '*') => return Ok(self.positional.len()),
            ParameterName::All(name, _) => {
                let name = self.referred(name);
                return Ok(self.variable(&name).map_or(0, |variable| count(&variable)));
            }
            _ => {}
        }
        Ok(match self.subject(name)? {
            Subject::Text(None) if self.is_strict() => return Err(self.unbound(&shown_unbound(name))),
            Subject::Text(text) => text.map_or(0, |text| text.chars().count()),
            Subject::List(items, _) => items.len(),
        })
    }

    /// `${name:=word}` where the name has no value.
    fn assign_default(
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
        self.push(subject, quoting, out);
        Ok(())
    }

    /// What `${!name…}` is about.
    fn indirect(&mut self, parameter: &Parameter) -> Flow<Indirect> {
        if let ParameterName::Variable(name) = &parameter.name
            && self.variables.get(name).is_some_and(|variable| variable.attributes.name_ref)
        {
            let target = self.variables.get(name).and_then(Variable::scalar).unwrap_or_default();
            return Ok(Indirect::Value(target.to_owned()));
        }
        let target = match self.subject(&parameter.name)? {
            Subject::Text(text) => text,
            Subject::List(items, _) => Some(items.join(" ")),
        };
        let problem = match target {
            None => format!("{}: invalid indirect expansion", shown(&parameter.name)),
            Some(target) => match super::names::parameter_name(&target) {
                Some(name) => return Ok(Indirect::Name(name)),
                None => format!("{target}: invalid variable name"),
            },
        };
        self.complain(problem);
        Err(Unwind::Discard(1))
    }

    /// Whether the word of an operation will be expanded. `None`: the operation always expands it.
    pub(super) fn wants_word(&mut self, parameter: &Parameter) -> Flow<Option<bool>> {
        let (or_empty, if_there) = match &parameter.operation {
            Operation::Default { or_empty, .. }
            | Operation::Assign { or_empty, .. }
            | Operation::Error { or_empty, .. } => (*or_empty, false),
            Operation::Alternative { or_empty, .. } => (*or_empty, true),
            _ => return Ok(None),
        };
        let subject = match parameter.indirect {
            false => self.subject(&parameter.name)?,
            true => match self.indirect(parameter)? {
                Indirect::Name(name) => self.subject(&name)?,
                Indirect::Value(text) => Subject::Text(Some(text)),
            },
        };
        Ok(Some(is_there(&subject, or_empty) == if_there))
    }
}

enum Indirect {
    Name(ParameterName),
    Value(String),
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

fn is_there(subject: &Subject, or_empty: bool) -> bool {
    subject.is_set() && !(or_empty && subject.is_empty())
}

/// All texts of a variable.
fn values(variable: &Variable) -> Vec<String> {
    match &variable.value {
        Value::Unset => Vec::new(),
        Value::Text(text) => vec![text.clone()],
        Value::Indexed(elements) => elements.values().cloned().collect(),
        Value::Associative(elements) => elements.iter().map(|(_, value)| value.clone()).collect(),
    }
}

/// How many texts a variable holds.
fn count(variable: &Variable) -> usize {
    match &variable.value {
        Value::Unset => 0,
        Value::Text(_) => 1,
        Value::Indexed(elements) => elements.len(),
        Value::Associative(elements) => elements.len(),
    }
}

/// A parameter as messages name it.
pub(super) fn shown(name: &ParameterName) -> String {
    match name {
        ParameterName::Variable(name) => name.clone(),
        ParameterName::Element(name, subscript) => format!("{name}[{}]", subscript.source),
        ParameterName::All(name, star) => format!("{name}[{}]", if *star { '*' } else { '@' }),
        ParameterName::Positional(number) => number.to_string(),
        ParameterName::Special(special) => special.to_string(),
    }
}

/// A parameter as the message names it that it has no value.
pub(super) fn shown_unbound(name: &ParameterName) -> String {
    match name {
        ParameterName::Positional(_) | ParameterName::Special(_) => format!("${}", shown(name)),
        name => shown(name),
    }
}
