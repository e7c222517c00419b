//! Reading variables: stored ones, those that the shell makes, and through references.

use std::borrow::Cow;

use super::assign::AssignError;
use crate::state::{SetOption, Shell, Unwind, Value, Variable};

/// How many references are followed.
const MAX_REFERENCES: usize = 8;

/// What a name stands for once references are followed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The variable.
    pub name: String,
    /// The subscript, when the reference was to an element.
    pub subscript: Option<String>,
}

impl Shell {
    /// The variable of a name, references not followed; one that the shell itself makes is made now.
    pub fn variable(&mut self, name: &str) -> Option<Cow<'_, Variable>> {
        if self.variables.get(name).is_none() {
            return self.dynamic(name).map(Cow::Owned);
        }
        self.variables.get(name).map(Cow::Borrowed)
    }

    /// The text of a variable, references followed: of an array its element 0.
    pub fn value(&mut self, name: &str) -> Option<Cow<'_, str>> {
        match self.variables.get(name) {
            Some(variable) if variable.attributes.name_ref => {
                let place = self.place(name)?;
                match &place.subscript {
                    None => self.value(&place.name).map(|value| Cow::Owned(value.into_owned())),
                    Some(subscript) => self.element_value(&place.name, subscript).ok().flatten(),
                }
            }
            Some(_) => self.variables.get(name).and_then(Variable::scalar).map(Cow::Borrowed),
            None => self.dynamic(name).and_then(|variable| match variable.value {
                Value::Text(text) => Some(Cow::Owned(text)),
                Value::Unset => None,
                _ => variable.scalar().map(|text| Cow::Owned(text.to_owned())),
            }),
        }
    }

    /// The text of one element. The subscript is expanded already.
    ///
    /// # Errors
    ///
    /// A subscript that is no number, or counts back beyond the first element.
    pub fn element_value(
        &mut self,
        name: &str,
        subscript: &str,
    ) -> Result<Option<Cow<'_, str>>, AssignError> {
        let name = self.referred(name).into_owned();
        let name = name.as_str();
        let is_associative = self.is_associative(name);
        if is_associative {
            let value = self.variable(name).and_then(|variable| match &variable.value {
                Value::Associative(elements) => elements.get(subscript).cloned(),
                _ => None,
            });
            return Ok(value.map(Cow::Owned));
        }
        let index = self.index(name, subscript)?;
        if self.variables.get(name).is_none() {
            let element =
                self.dynamic(name).and_then(|variable| indexed(&variable, index).map(str::to_owned));
            return Ok(element.map(Cow::Owned));
        }
        Ok(self.variables.get(name).and_then(|variable| indexed(variable, index)).map(Cow::Borrowed))
    }

    /// The index that a subscript means: a negative one counts from the end.
    ///
    /// # Errors
    ///
    /// As [`Shell::element_value`].
    pub fn index(&mut self, name: &str, subscript: &str) -> Result<i64, AssignError> {
        let index = match subscript.parse::<u32>() {
            Ok(index) if !subscript.starts_with(['0', '+']) || subscript == "0" => i64::from(index),
            _ => self.evaluate(subscript)?,
        };
        if index >= 0 {
            return Ok(index);
        }
        let after_last = self.variable(name).map_or(0, |variable| match &variable.value {
            Value::Indexed(elements) => elements.last_key_value().map_or(0, |(last, _)| last + 1),
            _ => 0,
        });
        match index + after_last {
            index if index >= 0 => Ok(index),
            _ => Err(AssignError::BadSubscript(format!("{name}[{subscript}]"))),
        }
    }

    /// Whether a name is an associative array; references are followed.
    pub fn is_associative(&mut self, name: &str) -> bool {
        match self.variables.get(name) {
            None => matches!(name, "BASH_ALIASES" | "BASH_CMDS"),
            Some(variable) if !variable.attributes.name_ref => {
                matches!(variable.value, Value::Associative(_))
            }
            Some(_) => self.place(name).is_some_and(|place| {
                place.subscript.is_none()
                    && self
                        .variables
                        .get(&place.name)
                        .is_some_and(|variable| matches!(variable.value, Value::Associative(_)))
            }),
        }
    }

    /// The name that a name stands for: its own, or that to which it refers.
    pub fn referred<'a>(&mut self, name: &'a str) -> Cow<'a, str> {
        match self.variables.get(name) {
            Some(variable) if variable.attributes.name_ref => match self.place(name) {
                Some(place) if place.subscript.is_none() => Cow::Owned(place.name),
                _ => Cow::Borrowed(name),
            },
            _ => Cow::Borrowed(name),
        }
    }

    /// What a name stands for once references are followed. `None`, which is told: they go in a circle.
    pub fn place(&mut self, name: &str) -> Option<Place> {
        let mut place = Place { name: name.to_owned(), subscript: None };
        for _ in 0..MAX_REFERENCES {
            let target = match self.variables.get(&place.name) {
                Some(variable) if variable.attributes.name_ref => variable.scalar().unwrap_or_default(),
                _ => return Some(place),
            };
            if target.is_empty() {
                return Some(place);
            }
            place = match target.split_once('[') {
                Some((name, rest)) if rest.ends_with(']') => {
                    let subscript = rest[..rest.len() - 1].to_owned();
                    return Some(Place { name: name.to_owned(), subscript: Some(subscript) });
                }
                _ => Place { name: target.to_owned(), subscript: None },
            };
        }
        self.complain(format!("warning: {name}: circular name reference"));
        None
    }

    /// Tells that a variable has no value although `set -u` wants one, and what becomes of the shell.
    pub fn unbound(&mut self, shown: &str) -> Unwind {
        self.complain(format!("{shown}: unbound variable"));
        self.expansion_failed()
    }

    /// What becomes of the shell after an expansion that must not fail.
    pub(super) fn expansion_failed(&self) -> Unwind {
        match (self.interactive, self.is_command_string && self.subshells == 0) {
            (true, _) => Unwind::Discard(1),
            (false, true) => Unwind::Exit(127),
            (false, false) => Unwind::Exit(1),
        }
    }

    /// Whether a name without a value is an error.
    pub(super) fn is_strict(&self) -> bool {
        self.options.has(SetOption::NOUNSET)
    }
}

/// The element of an index; what is no array has element 0 only.
fn indexed(variable: &Variable, index: i64) -> Option<&str> {
    match &variable.value {
        Value::Indexed(elements) => elements.get(&index).map(String::as_str),
        Value::Text(text) if index == 0 => Some(text),
        _ => None,
    }
}
