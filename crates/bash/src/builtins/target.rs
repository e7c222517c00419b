//! What a builtin gives a value to: a variable, or an element of an array.

use futures_util::FutureExt as _;
use sandbox_kernel::at_once;

use super::outcome::{Outcome, Stop, failed, is_identifier};
use crate::expand::AssignError;
use crate::state::{Shell, Value, Variable};
use crate::syntax;

/// The name and the subscript of `a[1]`, as they are written; no subscript of `a`. None: it names nothing.
pub(super) fn split(text: &str) -> Option<(&str, Option<&str>)> {
    let (name, subscript) = match text.split_once('[') {
        None => (text, None),
        Some((name, rest)) => (name, Some(rest.strip_suffix(']').filter(|subscript| !subscript.is_empty())?)),
    };
    is_identifier(name).then_some((name, subscript))
}

/// Whether a text names a variable or an element.
pub(super) fn is_target(text: &str) -> bool {
    split(text).is_some()
}

/// A subscript without its quotes and with its parameters expanded. One with commands in it stays as it is written: a
/// builtin does not wait for commands.
pub(super) fn subscript(shell: &mut Shell, written: &str) -> Outcome<String> {
    let runs_commands = written.contains('`') || written.replace("$((", "").contains("$(");
    if runs_commands || !written.contains(['$', '\'', '"', '\\']) {
        return Ok(written.to_owned());
    }
    let Ok(word) = syntax::word(written) else { return Ok(written.to_owned()) };
    match shell.expand_text(&word).now_or_never() {
        Some(text) => Ok(text?),
        None => Ok(written.to_owned()),
    }
}

/// Gives it a value. What is wrong is told, in the name of a builtin if there is one.
pub(super) fn assign(shell: &mut Shell, builtin: &str, target: &str, value: String) -> Outcome<()> {
    let (name, written) = split(target).unwrap_or((target, None));
    let subscript = match written {
        None => None,
        Some(written) => Some(subscript(shell, written)?),
    };
    let result = shell.assign(name, subscript.as_deref(), value, false);
    result.map_err(|error| refused(shell, builtin, &error))
}

/// Tells why something cannot be assigned. Wrong arithmetic ends the command line, anything else only the builtin.
pub(super) fn refused(shell: &mut Shell, builtin: &str, error: &AssignError) -> Stop {
    let prefix = if builtin.is_empty() { String::new() } else { format!("{builtin}: ") };
    match error {
        AssignError::Unwind(unwind) => Stop::Unwind(*unwind),
        AssignError::Arithmetic(error) => Stop::Unwind(shell.arithmetic_failed(&prefix, error)),
        error => failed(shell, format!("{prefix}{error}")),
    }
}

/// Makes a variable an indexed array without elements. What is wrong is told.
pub(super) fn clear_array(shell: &mut Shell, builtin: &str, name: &str) -> Outcome<()> {
    if shell.is_associative(name) {
        return Err(failed(shell, format!("{builtin}: {name}: not an indexed array")));
    }
    at_once(shell.assign_elements(name, Vec::new(), false)).map_err(|error| refused(shell, "", &error))
}

/// Whether a variable, an element or a positional parameter has a value.
pub(super) fn is_set(shell: &mut Shell, text: &str) -> bool {
    if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) {
        let number = text.parse::<usize>().unwrap_or(usize::MAX);
        return number <= shell.positional.len();
    }
    let Some((name, written)) = split(text) else { return false };
    let Some(written) = written else { return shell.value(name).is_some() };
    let has_all = matches!(written, "@" | "*");
    if has_all && !shell.is_associative(name) {
        let name = shell.referred(name).into_owned();
        return shell.variable(&name).is_some_and(|variable| has_elements(&variable));
    }
    let Ok(subscript) = subscript(shell, written) else { return false };
    shell.element_value(name, &subscript).is_ok_and(|value| value.is_some())
}

fn has_elements(variable: &Variable) -> bool {
    match &variable.value {
        Value::Indexed(elements) => !elements.is_empty(),
        Value::Text(_) => true,
        _ => false,
    }
}
