//! What a builtin gives a value to: a variable, or an element of an array.

use super::outcome::{Outcome, Stop, is_identifier};
use crate::state::{Shell, Value};

/// Whether a text names a variable or an element: `a`, `a[1]`.
pub(super) fn is_target(text: &str) -> bool {
    match text.split_once('[') {
        None => is_identifier(text),
        Some((name, rest)) => is_identifier(name) && rest.len() > 1 && rest.ends_with(']'),
    }
}

/// Gives it a value. What is wrong is told in the name of the builtin.
pub(super) fn assign(shell: &mut Shell, builtin: &str, target: &str, value: String) -> Outcome<()> {
    let _ = builtin;
    let variable = shell.variables.get_or_make(target);
    if variable.attributes.readonly {
        shell.complain(format!("{target}: readonly variable"));
        return Err(Stop::Failed(1));
    }
    shell.variables.get_or_make(target).value = Value::Text(value);
    Ok(())
}

/// Whether a variable, an element or a positional parameter has a value.
pub(super) fn is_set(shell: &Shell, text: &str) -> bool {
    if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) {
        let number = text.parse::<usize>().unwrap_or(usize::MAX);
        return number <= shell.positional.len();
    }
    shell.variables.get(text).is_some_and(|variable| variable.scalar().is_some())
}
