//! Compares an answer with what a scenario expects, and tells every difference.
//!
//! Expected values are plain JSON, except for these strings: `$any`, `$string`, `$number`, `$boolean`,
//! `$match:<regex>` (a whole or partial match, as the expression says), `$save:<name>` (any string, remembered), and
//! except for `"$partial": true` in an object, which allows further fields. `{{name}}` in any string stands for what
//! was saved under that name. Arrays are exact in length and order.

use regex::Regex;
use serde_json::{Map, Value};
use std::{collections::BTreeMap, fmt};

/// What `$save:` remembered, by name.
pub type Saved = BTreeMap<String, String>;

/// One difference between an answer and what was expected of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mismatch {
    /// Where: `$` is the whole value, then `.field` and `[index]`.
    pub at: String,
    /// What the scenario says.
    pub expected: String,
    /// What came.
    pub got: String,
}

impl fmt::Display for Mismatch {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "at {}\n    expected {}\n    got      {}", self.at, self.expected, self.got)
    }
}

/// Every difference between `got` and `expected`, empty when it matches; `$save:` adds to `saved`.
///
/// # Errors
/// When `expected` itself is at fault: a `{{name}}` that was never saved, or a bad regular expression.
pub fn mismatches(expected: &Value, got: &Value, saved: &mut Saved) -> Result<Vec<Mismatch>, String> {
    let mut found = Vec::new();
    compare("$", expected, got, saved, &mut found)?;
    Ok(found)
}

fn compare(
    at: &str,
    expected: &Value,
    got: &Value,
    saved: &mut Saved,
    found: &mut Vec<Mismatch>,
) -> Result<(), String> {
    match (expected, got) {
        (Value::Object(expected), Value::Object(got)) => compare_objects(at, expected, got, saved, found),
        (Value::Array(expected), Value::Array(got)) if expected.len() == got.len() => {
            for (index, (expected, got)) in expected.iter().zip(got).enumerate() {
                compare(&format!("{at}[{index}]"), expected, got, saved, found)?;
            }
            Ok(())
        }
        (Value::String(expected), got) => {
            if !string_matches(expected, got, saved)? {
                found.push(mismatch(at, &format!("{:?}", fill(expected, saved, str::to_owned)?), got));
            }
            Ok(())
        }
        // 1 and 1.0 are one number in JSON as JavaScript reads it.
        (Value::Number(expected), Value::Number(got)) if expected.as_f64() == got.as_f64() => Ok(()),
        (expected, got) => {
            if expected != got {
                found.push(mismatch(at, &expected.to_string(), got));
            }
            Ok(())
        }
    }
}

fn compare_objects(
    at: &str,
    expected: &Map<String, Value>,
    got: &Map<String, Value>,
    saved: &mut Saved,
    found: &mut Vec<Mismatch>,
) -> Result<(), String> {
    let partial = expected.get("$partial") == Some(&Value::Bool(true));
    for (name, expected) in expected.iter().filter(|(name, _)| *name != "$partial") {
        let at = format!("{at}.{name}");
        match got.get(name) {
            Some(got) => compare(&at, expected, got, saved, found)?,
            None => {
                found.push(Mismatch { at, expected: expected.to_string(), got: "(no such field)".to_owned() })
            }
        }
    }
    if !partial {
        for (name, got) in got.iter().filter(|(name, _)| !expected.contains_key(*name)) {
            found.push(mismatch(&format!("{at}.{name}"), "(no such field)", got));
        }
    }
    Ok(())
}

fn string_matches(expected: &str, got: &Value, saved: &mut Saved) -> Result<bool, String> {
    if let Some(name) = expected.strip_prefix("$save:") {
        let Value::String(got) = got else { return Ok(false) };
        saved.insert(name.to_owned(), got.clone());
        return Ok(true);
    }
    if let Some(pattern) = expected.strip_prefix("$match:") {
        let Value::String(got) = got else { return Ok(false) };
        let pattern = fill(pattern, saved, regex::escape)?;
        let regex = Regex::new(&pattern).map_err(|error| format!("$match:{pattern}: {error}"))?;
        return Ok(regex.is_match(got));
    }
    match expected {
        "$any" => Ok(true),
        "$string" => Ok(got.is_string()),
        "$number" => Ok(got.is_number()),
        "$boolean" => Ok(got.is_boolean()),
        expected => Ok(got.as_str() == Some(&fill(expected, saved, str::to_owned)?)),
    }
}

/// `text` with every `{{name}}` replaced by what was saved under it, each value passed through `quote`.
///
/// # Errors
/// When nothing was saved under a name. Braces around anything but an identifier are left as they are.
pub(crate) fn fill(text: &str, saved: &Saved, quote: impl Fn(&str) -> String) -> Result<String, String> {
    let mut filled = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("{{") {
        filled.push_str(before);
        match after.split_once("}}") {
            Some((name, after))
                if !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric()) =>
            {
                let value = saved.get(name).ok_or_else(|| format!("{{{{{name}}}}} was never saved"))?;
                filled.push_str(&quote(value));
                rest = after;
            }
            _ => {
                filled.push_str("{{");
                rest = after;
            }
        }
    }
    filled.push_str(rest);
    Ok(filled)
}

/// `value` with [`fill`] done in every string of it, names of fields included.
pub(crate) fn fill_value(value: &Value, saved: &Saved) -> Result<Value, String> {
    Ok(match value {
        Value::String(text) => Value::String(fill(text, saved, str::to_owned)?),
        Value::Array(items) => {
            Value::Array(items.iter().map(|item| fill_value(item, saved)).collect::<Result<_, _>>()?)
        }
        Value::Object(fields) => Value::Object(
            fields
                .iter()
                .map(|(name, value)| Ok((fill(name, saved, str::to_owned)?, fill_value(value, saved)?)))
                .collect::<Result<_, String>>()?,
        ),
        other => other.clone(),
    })
}

fn mismatch(at: &str, expected: &str, got: &Value) -> Mismatch {
    Mismatch { at: at.to_owned(), expected: expected.to_owned(), got: got.to_string() }
}
