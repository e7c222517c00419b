//! Variables and functions as `declare -p` and `set` show them.

use std::fmt::Write as _;

use super::quoting;
use crate::state::{Attributes, FunctionDefinition, Shell, Value, Variable};
use crate::syntax;

/// The letters of a variable's attributes in bash's order; empty without any.
pub(crate) fn attribute_letters(variable: &Variable) -> String {
    let Attributes { exported, readonly, integer, lower, upper, capital, name_ref, trace, .. } =
        variable.attributes;
    let all = [
        (matches!(variable.value, Value::Indexed(_)), 'a'),
        (matches!(variable.value, Value::Associative(_)), 'A'),
        (integer, 'i'),
        (name_ref, 'n'),
        (readonly, 'r'),
        (trace, 't'),
        (exported, 'x'),
        (capital, 'c'),
        (lower, 'l'),
        (upper, 'u'),
    ];
    all.iter().filter(|(is_on, _)| *is_on).map(|(_, letter)| letter).collect()
}

/// `declare -i x="5"`, without a newline.
pub(crate) fn declaration(name: &str, variable: &Variable, is_utf8: bool) -> String {
    let letters = attribute_letters(variable);
    let letters = if letters.is_empty() { "-" } else { &letters };
    match &variable.value {
        Value::Unset => format!("declare -{letters} {name}"),
        Value::Text(text) => format!("declare -{letters} {name}={}", quoting::double(text, is_utf8)),
        Value::Indexed(_) | Value::Associative(_) if variable.attributes.bare && is_empty(variable) => {
            format!("declare -{letters} {name}")
        }
        Value::Indexed(_) | Value::Associative(_) => {
            format!("declare -{letters} {name}={}", list(&variable.value, is_utf8))
        }
    }
}

fn is_empty(variable: &Variable) -> bool {
    match &variable.value {
        Value::Indexed(elements) => elements.is_empty(),
        Value::Associative(elements) => elements.is_empty(),
        Value::Unset | Value::Text(_) => false,
    }
}

/// `x=5` as `set` lists it; nothing for a variable without a value.
pub(crate) fn assignment(name: &str, variable: &Variable, is_utf8: bool) -> Option<String> {
    match &variable.value {
        Value::Unset => None,
        Value::Text(text) => Some(format!("{name}={}", quoting::where_needed(text, is_utf8))),
        Value::Indexed(elements) if elements.is_empty() && variable.attributes.bare => None,
        list_value => Some(format!("{name}={}", list(list_value, is_utf8))),
    }
}

/// `([0]="a" [1]="b")`; an associative array has a blank after each element.
pub(crate) fn list(value: &Value, is_utf8: bool) -> String {
    let mut text = String::from("(");
    match value {
        Value::Indexed(elements) => {
            for (at, (index, element)) in elements.iter().enumerate() {
                let blank = if at > 0 { " " } else { "" };
                let _ = write!(text, "{blank}[{index}]={}", quoting::double(element, is_utf8));
            }
        }
        Value::Associative(elements) => {
            for (key, element) in elements.iter() {
                let _ = write!(text, "[{}]={} ", key_text(key, is_utf8), quoting::double(element, is_utf8));
            }
        }
        Value::Unset | Value::Text(_) => {}
    }
    text.push(')');
    text
}

/// A key, quoted where it must be.
pub(crate) fn key_text(key: &str, is_utf8: bool) -> String {
    let is_plain = key != "@" && quoting::where_needed(key, is_utf8) == key;
    if is_plain { key.to_owned() } else { quoting::double(key, is_utf8) }
}

/// A function's definition, and what it needs besides that to be the same again.
pub(crate) fn function(name: &str, definition: &FunctionDefinition) -> String {
    let mut text = syntax::declaration(name, &definition.function.body);
    text.push('\n');
    if definition.exported || definition.readonly || definition.traced {
        let _ = writeln!(text, "{}", function_line(name, definition));
    }
    text
}

/// `declare -fx name`
pub(crate) fn function_line(name: &str, definition: &FunctionDefinition) -> String {
    let letters = [(definition.readonly, 'r'), (definition.traced, 't'), (definition.exported, 'x')];
    let letters: String = letters.iter().filter(|(is_on, _)| *is_on).map(|(_, letter)| letter).collect();
    format!("declare -f{letters} {name}")
}

/// `name line file`: where a function was defined.
pub(crate) fn function_place(shell: &Shell, name: &str) -> String {
    shell.functions.get(name).map_or(String::new(), |definition| {
        format!("{name} {} {}", definition.function.line, definition.source)
    })
}
