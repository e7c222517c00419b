//! Variables in expressions.

use std::ops::Range;

use super::ArithmeticError;
use super::evaluate::{Evaluator, evaluate};

/// Where in the expression a variable's name stands, and its subscript.
#[derive(Debug, Clone, Default)]
pub(super) struct Operand {
    name: Range<usize>,
    subscript: Option<Range<usize>>,
}

impl Operand {
    pub(super) fn set(&mut self, name: Range<usize>, subscript: Option<Range<usize>>) {
        (self.name, self.subscript) = (name, subscript);
    }
}

impl Evaluator<'_> {
    /// The value of a variable: its text is an expression again.
    pub(super) fn read_operand(&mut self, operand: &Operand) -> Result<i64, ArithmeticError> {
        let text = self.text;
        let name = &text[operand.name.clone()];
        let subscript = operand.subscript.clone().map(|range| &text[range]);
        let value = match subscript {
            None => self.shell.value(name),
            Some(subscript) => self.shell.element_value(name, subscript)?,
        };
        let Some(value) = value else {
            if !self.shell.options.has(crate::state::SetOption::NOUNSET) {
                return Ok(0);
            }
            let shown = match &operand.subscript {
                None => name.to_owned(),
                Some(range) => format!("{name}[{}]", &self.text[range.clone()]),
            };
            return Err(ArithmeticError::Unwind(self.shell.unbound(&shown)));
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
        let subscript = operand.subscript.clone().map(|range| &text[range]);
        if subscript.is_none() && self.shell.assign_number(name, value) {
            return Ok(());
        }
        self.shell.assign(name, subscript, value.to_string(), false).map_err(ArithmeticError::from)
    }
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
