//! `${!name}`: the parameter that another one names.

use super::parameter::is_there;
use super::subject::{Subject, shown};
use crate::state::{Flow, Shell, Unwind, Variable};
use crate::syntax::{Operation, Parameter, ParameterName};

/// What `${!name}` is about.
pub(super) enum Indirect {
    /// A parameter.
    Name(ParameterName),
    /// A text already: the name to which a reference refers.
    Value(String),
}

impl Shell {
    /// What `${!name…}` is about.
    pub(super) fn indirect(&mut self, parameter: &Parameter) -> Flow<Indirect> {
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
