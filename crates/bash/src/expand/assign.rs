//! Assigning variables: the one place where it is done.

use std::fmt;

use super::value::Place;
use crate::arithmetic::ArithmeticError;
use crate::state::{Associative, Attributes, SetOption, Shell, Unwind, Value, Variable};
use crate::syntax::is_name;

/// Why something cannot be assigned. It is not told yet, but for [`AssignError::Unwind`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AssignError {
    /// The variable cannot be changed.
    Readonly(String),
    /// `name[subscript]`, of which there is no such element.
    BadSubscript(String),
    /// An element of an array cannot be one.
    ListToMember(String),
    /// A variable of one kind of array cannot become the other kind.
    Convert(String, &'static str),
    /// What is no name.
    InvalidName(String),
    /// What a reference cannot refer to.
    InvalidReference(String),
    /// What is wrong with a number.
    Arithmetic(ArithmeticError),
    /// What was told already, and what it leads to.
    Unwind(Unwind),
}

impl fmt::Display for AssignError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Readonly(name) => write!(f, "{name}: readonly variable"),
            Self::BadSubscript(element) => write!(f, "{element}: bad array subscript"),
            Self::ListToMember(element) => write!(f, "{element}: cannot assign list to array member"),
            Self::Convert(name, kinds) => write!(f, "{name}: cannot convert {kinds} array"),
            Self::InvalidName(name) => write!(f, "`{name}': not a valid identifier"),
            Self::InvalidReference(name) => write!(f, "`{name}': invalid variable name for name reference"),
            Self::Arithmetic(error) => error.fmt(f),
            Self::Unwind(_) => Ok(()),
        }
    }
}

impl From<ArithmeticError> for AssignError {
    fn from(error: ArithmeticError) -> Self {
        match error {
            ArithmeticError::Unwind(unwind) => Self::Unwind(unwind),
            error => Self::Arithmetic(error),
        }
    }
}

impl From<AssignError> for ArithmeticError {
    fn from(error: AssignError) -> Self {
        match error {
            AssignError::Arithmetic(error) => error,
            AssignError::Unwind(unwind) => Self::Unwind(unwind),
            error => Self::Message(error.to_string()),
        }
    }
}

impl Shell {
    /// Assigns a variable or an element of one. The subscript is expanded already. Attributes have their effect,
    /// references are followed, and special variables do what they do.
    ///
    /// # Errors
    ///
    /// See [`AssignError`].
    pub fn assign(
        &mut self,
        name: &str,
        subscript: Option<&str>,
        value: String,
        append: bool,
    ) -> Result<(), AssignError> {
        self.room_for(&value).map_err(AssignError::Unwind)?;
        match self.variables.get(name) {
            Some(variable) if variable.attributes.name_ref => {
                return self.assign_through(name, subscript, value, append);
            }
            Some(_) => {}
            None => return self.assign_new(name, subscript, value, append),
        }
        self.assign_stored(name, subscript, value, append)
    }

    /// Assigns a variable that is not stored: one that the shell makes, or a new one.
    fn assign_new(
        &mut self,
        name: &str,
        subscript: Option<&str>,
        value: String,
        append: bool,
    ) -> Result<(), AssignError> {
        let value = if append { self.appended(name, subscript, value)? } else { value };
        match self.assign_dynamic(name, subscript, &value)? {
            true => Ok(()),
            false => self.assign_stored(name, subscript, value, false),
        }
    }

    fn assign_stored(
        &mut self,
        name: &str,
        subscript: Option<&str>,
        value: String,
        append: bool,
    ) -> Result<(), AssignError> {
        match subscript {
            None => self.assign_scalar(name, value, append)?,
            Some(subscript) => self.assign_element(name, subscript, value, append)?,
        }
        self.assigned(name);
        Ok(())
    }

    /// Tells why something could not be assigned, and gives up the command line.
    pub fn assign_failed(&mut self, error: &AssignError) -> Unwind {
        if let AssignError::Unwind(unwind) = error {
            return *unwind;
        }
        self.complain(error.to_string());
        Unwind::Discard(1)
    }

    /// Assigns a number to a variable in place, where that is nothing but a change of its text. Says whether it did.
    pub(crate) fn assign_number(&mut self, name: &str, value: i64) -> bool {
        use std::fmt::Write as _;
        if self.options.has(SetOption::ALLEXPORT) || has_effects(name) {
            return false;
        }
        let is_plain = |attributes: Attributes| !attributes.readonly && !attributes.name_ref;
        match self.variables.get_mut(name) {
            Some(Variable { value: Value::Text(text), attributes, .. }) if is_plain(*attributes) => {
                text.clear();
                let _never_fails = write!(text, "{value}");
                true
            }
            _ => false,
        }
    }

    /// Through a reference.
    fn assign_through(
        &mut self,
        name: &str,
        subscript: Option<&str>,
        value: String,
        append: bool,
    ) -> Result<(), AssignError> {
        let Some(place) = self.place(name) else { return Ok(()) };
        if place.subscript.is_none()
            && let Some(reference) = self.variables.get_mut(&place.name)
            && reference.attributes.name_ref
        {
            // The last of the references refers to nothing yet: this says to what.
            if !is_reference_target(&value) {
                return Err(AssignError::InvalidName(value));
            }
            reference.value = Value::Text(value);
            return Ok(());
        }
        let Place { name, subscript: of_reference } = place;
        let subscript = subscript.map(str::to_owned).or(of_reference);
        self.assign(&name, subscript.as_deref(), value, append)
    }

    fn assign_scalar(&mut self, name: &str, value: String, append: bool) -> Result<(), AssignError> {
        let attributes = self.changeable(name)?;
        let is_plain = !(attributes.integer || attributes.lower || attributes.upper || attributes.capital);
        let value = match (is_plain, append) {
            (true, false) => value,
            (true, true) => {
                // In place: a text that grows in a loop must not be copied each time.
                let export = self.options.has(SetOption::ALLEXPORT);
                let variable = self.variables.get_or_make(name);
                if let Value::Text(text) = &mut variable.value {
                    variable.attributes.exported |= export;
                    text.push_str(&value);
                    return Ok(());
                }
                self.appended(name, None, value)?
            }
            (false, true) => self.appended(name, None, value)?,
            (false, false) => self.shaped(attributes, value)?,
        };
        let export = self.options.has(SetOption::ALLEXPORT);
        let variable = self.variables.get_or_make(name);
        variable.attributes.exported |= export;
        match &mut variable.value {
            Value::Indexed(elements) => {
                elements.insert(0, value);
            }
            Value::Associative(elements) => elements.insert("0".to_owned(), value),
            _ => variable.value = Value::Text(value),
        }
        Ok(())
    }

    fn assign_element(
        &mut self,
        name: &str,
        subscript: &str,
        value: String,
        append: bool,
    ) -> Result<(), AssignError> {
        let attributes = self.changeable(name)?;
        let is_associative = self.is_associative(name);
        if subscript.is_empty() || !is_associative && matches!(subscript, "@" | "*") {
            return Err(AssignError::BadSubscript(format!("{name}[{subscript}]")));
        }
        if is_associative {
            let value = match append {
                true => self.appended(name, Some(subscript), value)?,
                false => self.shaped(attributes, value)?,
            };
            self.put_key(name, subscript.to_owned(), value);
            return Ok(());
        }
        let index = self.index(name, subscript)?;
        let value = match append {
            true => self.appended(name, Some(&index.to_string()), value)?,
            false => self.shaped(attributes, value)?,
        };
        self.put_index(name, index, value);
        Ok(())
    }

    pub(super) fn put_key(&mut self, name: &str, key: String, value: String) {
        let variable = self.variables.get_or_make(name);
        if !matches!(variable.value, Value::Associative(_)) {
            variable.value = Value::Associative(Associative::default());
        }
        variable.attributes.bare = false;
        if let Value::Associative(elements) = &mut variable.value {
            elements.insert(key, value);
        }
    }

    pub(super) fn put_index(&mut self, name: &str, index: i64, value: String) {
        let export = self.options.has(SetOption::ALLEXPORT);
        let variable = self.variables.get_or_make(name);
        variable.attributes.exported |= export;
        variable.attributes.bare = false;
        variable.make_indexed().insert(index, value);
    }

    /// What a value becomes by `+=`: it is added to a number, and put behind a text.
    pub(super) fn appended(
        &mut self,
        name: &str,
        subscript: Option<&str>,
        value: String,
    ) -> Result<String, AssignError> {
        let attributes = self.variables.get(name).map(|variable| variable.attributes).unwrap_or_default();
        let before = match subscript {
            None => self.value(name),
            Some(subscript) => self.element_value(name, subscript)?,
        };
        let before = before.map(|before| before.into_owned()).unwrap_or_default();
        if attributes.integer {
            let before = self.evaluate(&before)?;
            return Ok(before.wrapping_add(self.evaluate(&value)?).to_string());
        }
        self.shaped(attributes, before + &value)
    }

    /// What a value becomes by a variable's attributes.
    pub(super) fn shaped(&mut self, attributes: Attributes, value: String) -> Result<String, AssignError> {
        if attributes.integer {
            return Ok(self.evaluate(&value)?.to_string());
        }
        Ok(match attributes {
            Attributes { lower: true, .. } => value.to_lowercase(),
            Attributes { upper: true, .. } => value.to_uppercase(),
            Attributes { capital: true, .. } => {
                let mut rest = value.chars();
                let first = rest.next().map(|first| first.to_uppercase().to_string()).unwrap_or_default();
                first + &rest.as_str().to_lowercase()
            }
            _ => value,
        })
    }

    /// The attributes of a variable that may be changed.
    pub(super) fn changeable(&mut self, name: &str) -> Result<Attributes, AssignError> {
        match self.variables.get(name) {
            Some(variable) if variable.attributes.readonly => Err(AssignError::Readonly(name.to_owned())),
            Some(variable) => Ok(variable.attributes),
            None => Ok(Attributes::default()),
        }
    }
}

/// Whether a reference may refer to it: a name, or an element.
pub fn is_reference_target(text: &str) -> bool {
    match text.split_once('[') {
        Some((name, rest)) => is_name(name) && rest.len() > 1 && rest.ends_with(']'),
        None => is_name(text),
    }
}

/// Whether assigning the variable does more than that.
pub(super) fn has_effects(name: &str) -> bool {
    matches!(name, "PATH" | "OPTIND" | "POSIXLY_CORRECT" | "IGNOREEOF")
}
