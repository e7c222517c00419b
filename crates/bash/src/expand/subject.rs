//! What parameters are: one text, or several.

use sandbox_kernel::Pace;

use super::assign::AssignError;
use super::change::Change;
use super::parts::Quoting;
use crate::state::{Flow, Shell, Value, Variable};
use crate::syntax::ParameterName;

/// What an operation works on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Subject {
    /// One text, if there is one.
    Text(Option<String>),
    /// Several, and whether they are joined within double quotes (`*`).
    List(Vec<String>, bool),
}

impl Subject {
    pub(super) fn is_set(&self) -> bool {
        match self {
            Self::Text(text) => text.is_some(),
            Self::List(items, _) => !items.is_empty(),
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        match self {
            Self::Text(text) => text.as_ref().is_none_or(String::is_empty),
            Self::List(items, _) => items.len() < 2 && items.iter().all(String::is_empty),
        }
    }

    /// Changes each text, which may take its time.
    pub(super) async fn changed_by(self, change: &Change, pace: &mut Pace) -> Self {
        match self {
            Self::Text(Some(text)) => Self::Text(Some(change.apply(&text, pace).await)),
            Self::Text(None) => self,
            Self::List(items, star) => {
                let mut changed = Vec::with_capacity(items.len());
                for item in items {
                    changed.push(change.apply(&item, pace).await);
                    pace.did(4).await;
                }
                Self::List(changed, star)
            }
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

    pub(super) fn length(&mut self, name: &ParameterName) -> Flow<usize> {
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
