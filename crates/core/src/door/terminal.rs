//! The body that opens a terminal.

use serde_json::Value;

use super::object::{Object, Place, string, wrong_type};
use crate::assumptions::MAX_TERMINAL_SIDE;
use crate::documented::{DEFAULT_TERMINAL_COLS, DEFAULT_TERMINAL_ROWS};
use crate::errors::{Error, ShownValue};
use crate::values::{FilePath, TerminalShell, whole_number};

const FIELDS: &[&str] = &["shell", "cwd", "cols", "rows"];

/// A terminal to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TerminalRequest {
    /// What runs in it.
    pub shell: TerminalShell,
    /// Where it starts; the image says where else.
    pub cwd: Option<FilePath>,
    /// Characters in a line, from 1.
    pub cols: u16,
    /// Lines, from 1.
    pub rows: u16,
}

impl TerminalRequest {
    /// Reads `{ shell?, cwd?, cols?, rows? }`.
    pub fn parse(body: &Value) -> Result<Self, Error> {
        let object = Object::new(body, &Place::Body, FIELDS)?;
        let shell = object.optional("shell", |value, place| {
            TerminalShell::parse(string(value, place)?).map_err(|error| error.at(place))
        })?;
        let cwd = object.optional("cwd", |value, place| {
            FilePath::parse(string(value, place)?).map_err(|error| error.at(place))
        })?;
        let cols = object.optional("cols", side)?;
        let rows = object.optional("rows", side)?;
        Ok(TerminalRequest {
            shell: shell.unwrap_or_default(),
            cwd,
            cols: cols.unwrap_or(DEFAULT_TERMINAL_COLS),
            rows: rows.unwrap_or(DEFAULT_TERMINAL_ROWS),
        })
    }
}

/// A message of a terminal's client.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TerminalInput {
    /// What was typed.
    Input(String),
    /// The window has another size now.
    Resize {
        /// Characters in a line, from 1.
        cols: u16,
        /// Lines, from 1.
        rows: u16,
    },
}

impl TerminalInput {
    /// Reads `{ "type": "input", "data" }` or `{ "type": "resize", "cols", "rows" }`.
    pub fn parse(message: &Value) -> Result<Self, Error> {
        let kind = message.as_object().and_then(|fields| fields.get("type"));
        match kind.and_then(Value::as_str) {
            Some("input") => {
                let object = Object::new(message, &Place::Body, &["type", "data"])?;
                let data = object.required("data", "a string", string)?;
                Ok(TerminalInput::Input(data.to_owned()))
            }
            Some("resize") => {
                let object = Object::new(message, &Place::Body, &["type", "cols", "rows"])?;
                let cols = object.required("cols", "a number", side)?;
                let rows = object.required("rows", "a number", side)?;
                Ok(TerminalInput::Resize { cols, rows })
            }
            _ => {
                let object = Object::new(message, &Place::Body, &["type", "data", "cols", "rows"])?;
                object.required("type", "\"input\" or \"resize\"", |value, place| {
                    let kind = string(value, place)?;
                    Err(Error::InvalidValue {
                        field: place.to_string(),
                        rule: "\"input\" or \"resize\"",
                        value: ShownValue::from(kind),
                    })
                })
            }
        }
    }
}

/// Columns or rows.
fn side(value: &Value, place: &Place<'_>) -> Result<u16, Error> {
    if !value.is_number() {
        return Err(wrong_type(place, "a number", value));
    }
    whole_number(value)
        .and_then(|number| u16::try_from(number).ok())
        .filter(|number| (1..=MAX_TERMINAL_SIDE).contains(number))
        .ok_or_else(|| Error::InvalidValue {
            field: place.to_string(),
            rule: "a whole number from 1 to 1000",
            value: ShownValue::from(value),
        })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_terminal_is_bash_on_80_by_24_unless_told() {
        let request = TerminalRequest::parse(&json!({})).unwrap();
        assert_eq!((request.shell.as_str(), request.cols, request.rows), ("bash", 80, 24));
        assert_eq!(request.cwd, None);
        let request = json!({ "shell": "sh", "cwd": "/tmp", "cols": 1000, "rows": 1 });
        let request = TerminalRequest::parse(&request).unwrap();
        assert_eq!((request.shell.as_str(), request.cols, request.rows), ("sh", 1000, 1));
    }

    #[test]
    fn what_is_wrong_is_named() {
        for (body, reason, field) in [
            (json!([]), "invalid_type", "body"),
            (json!({ "shel": "sh" }), "unknown_field", "shel"),
            (json!({ "shell": 1 }), "invalid_type", "shell"),
            (json!({ "shell": "ksh" }), "invalid_value", "shell"),
            (json!({ "shell": null }), "invalid_type", "shell"),
            (json!({ "cwd": "tmp" }), "invalid_path", "cwd"),
            (json!({ "cols": "80" }), "invalid_type", "cols"),
            (json!({ "cols": 0 }), "invalid_value", "cols"),
            (json!({ "rows": 1001 }), "invalid_value", "rows"),
            (json!({ "rows": 1.5 }), "invalid_value", "rows"),
        ] {
            let error = TerminalRequest::parse(&body).unwrap_err();
            assert_eq!((error.reason(), error.field()), (reason, Some(field)), "{body}");
        }
    }

    #[test]
    fn messages_of_a_client() {
        let input = TerminalInput::parse(&json!({ "type": "input", "data": "ls\r" })).unwrap();
        assert_eq!(input, TerminalInput::Input("ls\r".to_owned()));
        let resize = TerminalInput::parse(&json!({ "type": "resize", "cols": 100, "rows": 30 })).unwrap();
        assert_eq!(resize, TerminalInput::Resize { cols: 100, rows: 30 });
        for (message, reason, field) in [
            (json!("ls"), "invalid_type", "body"),
            (json!({}), "missing_field", "type"),
            (json!({ "type": 1 }), "invalid_type", "type"),
            (json!({ "type": "ping" }), "invalid_value", "type"),
            (json!({ "type": "input" }), "missing_field", "data"),
            (json!({ "type": "input", "data": 1 }), "invalid_type", "data"),
            (json!({ "type": "input", "data": "", "cols": 1 }), "unknown_field", "cols"),
            (json!({ "type": "resize", "cols": 80 }), "missing_field", "rows"),
            (json!({ "type": "resize", "cols": 0, "rows": 1 }), "invalid_value", "cols"),
        ] {
            let error = TerminalInput::parse(&message).unwrap_err();
            assert_eq!((error.reason(), error.field()), (reason, Some(field)), "{message}");
        }
    }
}
