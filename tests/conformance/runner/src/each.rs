//! Tables in scenarios: `{ "each": [values], "steps": [steps] }` stands for its steps once a value.
//!
//! A string that is just `{{each}}` becomes the value itself, whatever its type; inside a longer string, or in the
//! name of a field, it becomes the value's text.

use serde_json::Value;

const PLACE: &str = "{{each}}";

/// The steps that an entry of `steps` stands for: itself, or the rows of its table.
pub(crate) fn expand(entry: &Value) -> Result<Vec<Value>, String> {
    let Some(table) = entry.as_object().filter(|entry| entry.contains_key("each")) else {
        return Ok(vec![entry.clone()]);
    };
    match (table.get("each"), table.get("steps"), table.len()) {
        (Some(Value::Array(values)), Some(Value::Array(steps)), 2) => {
            Ok(values.iter().flat_map(|value| steps.iter().map(move |step| with(step, value))).collect())
        }
        _ => Err("a table has an array `each`, an array `steps` and nothing else".to_owned()),
    }
}

fn with(part: &Value, value: &Value) -> Value {
    match part {
        Value::String(text) if text == PLACE => value.clone(),
        Value::String(text) => Value::String(text.replace(PLACE, &quoted(text, value))),
        Value::Array(items) => items.iter().map(|item| with(item, value)).collect(),
        Value::Object(fields) => fields
            .iter()
            .map(|(name, item)| (name.replace(PLACE, &plain(value)), with(item, value)))
            .collect::<serde_json::Map<_, _>>()
            .into(),
        other => other.clone(),
    }
}

fn quoted(text: &str, value: &Value) -> String {
    if text.starts_with("$match:") { regex::escape(&plain(value)) } else { plain(value) }
}

fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn each_value_gives_the_steps_once() {
        let table = json!({ "each": [1, "a.b"], "steps": [{ "x{{each}}": ["{{each}}", "is {{each}}", "$match:{{each}}"] }] });
        let expected =
            [json!({ "x1": [1, "is 1", "$match:1"] }), json!({ "xa.b": ["a.b", "is a.b", r"$match:a\.b"] })];
        assert_eq!(expand(&table).unwrap(), expected);
        assert_eq!(expand(&json!({ "request": 1 })).unwrap(), [json!({ "request": 1 })]);
        assert!(expand(&json!({ "each": 1, "steps": [] })).is_err());
    }
}
