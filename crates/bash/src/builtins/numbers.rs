//! Numbers among arguments.

use super::outcome::{Outcome, Stop, failed};
use crate::state::{Shell, Unwind};

/// A decimal number with nothing but blanks around it.
pub(crate) fn integer(text: &str) -> Option<i64> {
    let blank = [' ', '\t', '\n', '\x0b', '\x0c', '\r'];
    let text = text.trim_start_matches(blank).trim_end_matches([' ', '\t']);
    text.strip_prefix('+').filter(|rest| !rest.starts_with(['+', '-'])).unwrap_or(text).parse().ok()
}

/// The number that is the only operand; 1 without one.
///
/// # Errors
///
/// What is wrong was told; too many operands give up the command line.
pub(super) fn count(shell: &mut Shell, name: &str, operands: &[String]) -> Outcome<i64> {
    let Some(text) = operands.first() else { return Ok(1) };
    let Some(number) = integer(text) else {
        return Err(failed(shell, format!("{name}: {text}: numeric argument required")));
    };
    if operands.len() > 1 {
        shell.complain(format!("{name}: too many arguments"));
        return Err(Stop::Unwind(Unwind::Discard(1)));
    }
    Ok(number)
}
