//! What a builtin gives a value to: a variable, or an element of an array.

use super::outcome::{Outcome, Stop, is_identifier};
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

/// The subscript without its quotes and with its parameters expanded. Commands in it are not run.
pub(super) fn subscript(shell: &mut Shell, name: &str, written: &str) -> Outcome<String> {
    if !written.contains(['$', '\'', '"', '\\', '`']) {
        return Ok(written.to_owned());
    }
    // Of an indexed array it is arithmetic, which expands by itself what it can.
    let Ok(word) = syntax::word(written) else { return Ok(written.to_owned()) };
    match futures_util::FutureExt::now_or_never(shell.expand_text(&word)) {
        Some(text) => Ok(text?),
        None => {
            let _ = name;
            Ok(written.to_owned())
        }
    }
}

/// Gives it a value. What is wrong is told, in the name of a builtin if there is one.
pub(super) fn assign(shell: &mut Shell, builtin: &str, target: &str, value: String) -> Outcome<()> {
    let (name, written) = split(target).unwrap_or((target, None));
    let subscript = match written {
        None => None,
        Some(written) => Some(subscript(shell, name, written)?),
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
        error => super::outcome::failed(shell, format!("{prefix}{error}")),
    }
}

/// Makes a variable an indexed array without elements. What is wrong is told.
pub(super) fn clear_array(shell: &mut Shell, builtin: &str, name: &str) -> Outcome<()> {
    if shell.is_associative(name) {
        return Err(super::outcome::failed(shell, format!("{builtin}: {name}: not an indexed array")));
    }
    shell.assign_elements(name, Vec::new(), false).map_err(|error| refused(shell, "", &error))
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
    let Ok(subscript) = subscript(shell, name, written) else { return false };
    shell.element_value(name, &subscript).is_ok_and(|value| value.is_some())
}

fn has_elements(variable: &Variable) -> bool {
    match &variable.value {
        Value::Indexed(elements) => !elements.is_empty(),
        Value::Text(_) => true,
        _ => false,
    }
}
