//! Values from a request, cut to a length that fits a message, however hostile they are.

use std::fmt;

use serde_json::Value;

const MAX_SHOWN_CHARS: usize = 120;

/// A JSON value of a request as errors show it: whole where it is short, else the beginning of its text.
#[derive(Debug, Clone, PartialEq)]
pub struct ShownValue(Value);

impl ShownValue {
    /// The value to put on the wire.
    pub fn as_json(&self) -> &Value {
        &self.0
    }
}

impl From<&Value> for ShownValue {
    fn from(value: &Value) -> Self {
        match value {
            Value::Null | Value::Bool(_) | Value::Number(_) => ShownValue(value.clone()),
            Value::String(text) => ShownValue::from(text.as_str()),
            Value::Array(_) | Value::Object(_) => {
                let text = value.to_string();
                match shortened(&text) {
                    whole if whole == text => ShownValue(value.clone()),
                    cut => ShownValue(Value::String(cut)),
                }
            }
        }
    }
}

impl From<&str> for ShownValue {
    fn from(text: &str) -> Self {
        ShownValue(Value::String(shortened(text)))
    }
}

impl fmt::Display for ShownValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

/// The text, or its beginning and an ellipsis.
pub(crate) fn shortened(text: &str) -> String {
    match text.char_indices().nth(MAX_SHOWN_CHARS) {
        None => text.to_owned(),
        Some((end, _)) => format!("{}…", &text[..end]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn short_values_are_whole_and_long_ones_cut() {
        assert_eq!(ShownValue::from(&json!({ "a": [1, null] })).to_string(), r#"{"a":[1,null]}"#);
        let long = ShownValue::from("é".repeat(1_000).as_str());
        assert_eq!(long.as_json().as_str().map(|text| text.chars().count()), Some(MAX_SHOWN_CHARS + 1));
        let deep = ShownValue::from(&json!(vec!["x"; 500]));
        assert!(deep.as_json().is_string());
    }
}
