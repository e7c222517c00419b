//! Variables in expressions.

use std::ops::Range;

use super::ArithmeticError;
use super::evaluate::{Evaluator, evaluate};

/// A variable in an expression.
#[derive(Debug, Clone, Default)]
pub(super) struct Operand {
    /// Where in the expression its name stands.
    name: Range<usize>,
    subscript: Subscript,
}

#[derive(Debug, Clone, Default)]
enum Subscript {
    #[default]
    None,
    /// Where in the expression it stands.
    Written(Range<usize>),
    /// What it has become: it is evaluated once, even if the element is read and then changed.
    Settled(String),
}

impl Operand {
    pub(super) fn set(&mut self, name: Range<usize>, subscript: Option<Range<usize>>) {
        self.name = name;
        self.subscript = subscript.map_or(Subscript::None, Subscript::Written);
    }
}

impl Evaluator<'_> {
    /// The value of the variable that was read last: its text is an expression again.
    pub(super) fn read_operand(&mut self) -> Result<i64, ArithmeticError> {
        let text = self.text;
        let name = &text[self.operand.name.clone()];
        let value = match self.operand.subscript.clone() {
            Subscript::None => self.shell.value(name),
            Subscript::Settled(subscript) => self.shell.element_value(name, &subscript)?,
            Subscript::Written(range) => {
                let subscript = self.settled(name, &text[range])?;
                self.operand.subscript = Subscript::Settled(subscript.clone());
                self.shell.element_value(name, &subscript)?
            }
        };
        let Some(value) = value else {
            if !self.shell.options.has(crate::state::SetOption::NOUNSET) {
                return Ok(0);
            }
            let name = name.to_owned();
            return Err(ArithmeticError::Unwind(self.shell.unbound(&name)));
        };
        if let Some(number) = plain_number(&value) {
            return Ok(number);
        }
        let value = value.into_owned();
        evaluate(self.shell, &value)
    }

    /// Assigns a variable.
    pub(super) fn write_operand(&mut self, operand: &Operand, value: i64) -> Result<(), ArithmeticError> {
        let text = self.text;
        let name = &text[operand.name.clone()];
        let subscript = match &operand.subscript {
            Subscript::None if self.shell.assign_number(name, value) => return Ok(()),
            Subscript::None => None,
            Subscript::Written(range) => Some(self.settled(name, &text[range.clone()])?),
            Subscript::Settled(subscript) => Some(subscript.clone()),
        };
        Ok(self.shell.assign(name, subscript.as_deref(), value.to_string(), false)?)
    }

    /// A subscript as an index or, of an associative array, as a key.
    fn settled(&mut self, name: &str, written: &str) -> Result<String, ArithmeticError> {
        match self.shell.is_associative(name) {
            true => Ok(without_quotes(written)),
            false => Ok(self.shell.index(name, written)?.to_string()),
        }
    }
}

/// A key without the quotes around it.
fn without_quotes(key: &str) -> String {
    let inside = ['"', '\''].into_iter().find_map(|quote| key.strip_prefix(quote)?.strip_suffix(quote));
    inside.unwrap_or(key).to_owned()
}

/// The number that a text is, if it is one in plain decimal.
fn plain_number(text: &str) -> Option<i64> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let is_plain = !digits.is_empty()
        && digits.len() <= 18
        && digits.bytes().all(|byte| byte.is_ascii_digit())
        && (digits == "0" || !digits.starts_with('0'));
    if is_plain { text.parse().ok() } else { None }
}
