//! Names: those of variables with a prefix, the keys of arrays, and what `${!x}` can refer to.

use super::dynamic;
use super::subject::Subject;
use crate::state::{Shell, Value};
use crate::syntax::{ParameterName, Part, Word, is_name};

/// The parameter that a text names: `x`, `a[1]`, `a[@]`, `3`, `#`.
pub(super) fn parameter_name(text: &str) -> Option<ParameterName> {
    if is_name(text) {
        return Some(ParameterName::Variable(text.to_owned()));
    }
    if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) {
        return text.parse().ok().map(ParameterName::Positional);
    }
    let mut chars = text.chars();
    if let (Some(special @ ('@' | '*' | '#' | '?' | '-' | '$' | '!')), None) = (chars.next(), chars.next()) {
        return Some(ParameterName::Special(special));
    }
    let (name, subscript) = text.strip_suffix(']')?.split_once('[')?;
    if !is_name(name) || subscript.is_empty() {
        return None;
    }
    Some(match subscript {
        "@" | "*" => ParameterName::All(name.to_owned(), subscript == "*"),
        subscript => ParameterName::Element(name.to_owned(), literal_word(subscript)),
    })
}

/// A word that stands for its own text.
pub(super) fn literal_word(text: &str) -> Word {
    Word { parts: vec![Part::Quoted(text.to_owned())], source: text.into() }
}

impl Shell {
    /// `${!prefix*}`
    pub(super) fn names_with(&mut self, prefix: &str) -> Vec<String> {
        let stored =
            self.variables.sorted().into_iter().filter(|(_, variable)| variable.value != Value::Unset);
        let mut names: Vec<String> =
            stored.map(|(name, _)| name).filter(|name| name.starts_with(prefix)).map(str::to_owned).collect();
        for name in dynamic::NAMES.iter().filter(|name| name.starts_with(prefix)) {
            let is_shown =
                self.variables.get(name).is_none() && (*name != "FUNCNAME" || !self.callers.is_empty());
            if is_shown {
                names.push((*name).to_owned());
            }
        }
        names.sort_unstable();
        names
    }

    /// `${!name[@]}`
    pub(super) fn keys(&mut self, name: &ParameterName) -> Subject {
        let ParameterName::All(name, star) = name else { return Subject::Text(None) };
        let name = self.referred(name);
        let keys = match self.variable(&name).as_deref().map(|variable| &variable.value) {
            Some(Value::Indexed(elements)) => elements.keys().map(i64::to_string).collect(),
            Some(Value::Associative(elements)) => elements.iter().map(|(key, _)| key.clone()).collect(),
            Some(Value::Text(_)) => vec!["0".to_owned()],
            Some(Value::Unset) | None => Vec::new(),
        };
        Subject::List(keys, *star)
    }
}
