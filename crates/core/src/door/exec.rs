//! The body that runs a command.

use serde_json::Value;

use super::object::{Object, Place, boolean, environment, string, wrong_type};
use crate::assumptions::{EMPTY_COMMAND_ALLOWED, EXEC_CWD_FIELD};
use crate::errors::{Error, ShownValue};
use crate::values::{Env, ExecTimeout, FilePath};

const FIELDS: &[&str] = &["command", "options"];
const OPTIONS: &[&str] = &["background", "timeoutMs", "env", EXEC_CWD_FIELD];

/// What to run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CommandLine {
    /// A script for the shell.
    Script(String),
    /// A program and its arguments, which no shell reads. Never empty.
    Argv(Vec<String>),
}

/// A command to run in a sandbox.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExecRequest {
    /// What to run.
    pub command: CommandLine,
    /// Whether to answer at once and let it run on.
    pub background: bool,
    /// How long it may run.
    pub timeout: ExecTimeout,
    /// Variables that win over the sandbox's.
    pub env: Env,
    /// Where it starts; the image says where else.
    pub cwd: Option<FilePath>,
}

impl ExecRequest {
    /// Reads `{ command, options?: { background?, timeoutMs?, env?, cwd? } }`.
    pub fn parse(body: &Value) -> Result<Self, Error> {
        let object = Object::new(body, &Place::Body, FIELDS)?;
        let command = object.required("command", "a string or an array of strings", command)?;
        let mut request = ExecRequest {
            command,
            background: false,
            timeout: ExecTimeout::default(),
            env: Env::default(),
            cwd: None,
        };
        object.optional("options", |value, place| request.read_options(value, place))?;
        Ok(request)
    }

    fn read_options(&mut self, value: &Value, place: &Place<'_>) -> Result<(), Error> {
        let options = Object::new(value, place, OPTIONS)?;
        self.background = options.optional("background", boolean)?.unwrap_or_default();
        self.timeout = options
            .optional("timeoutMs", |value, place| ExecTimeout::parse(value).map_err(|error| error.at(place)))?
            .unwrap_or_default();
        self.env = options.optional("env", environment)?.unwrap_or_default();
        self.cwd = options.optional(EXEC_CWD_FIELD, |value, place| {
            FilePath::parse(string(value, place)?).map_err(|error| error.at(place))
        })?;
        Ok(())
    }
}

fn command(value: &Value, place: &Place<'_>) -> Result<CommandLine, Error> {
    match value {
        Value::String(script) => word(value, script, place).map(CommandLine::Script),
        Value::Array(words) => {
            let mut argv = Vec::with_capacity(words.len());
            for (index, value) in words.iter().enumerate() {
                let place = Place::Index(place, index);
                let text = string(value, &place)?;
                // Only the program's name must not be empty; an argument may be.
                argv.push(if index == 0 {
                    word(value, text, &place)?
                } else {
                    without_nul(value, text, &place)?
                });
            }
            match argv.is_empty() {
                true => Err(invalid(value, place, "an array with at least the program's name")),
                false => Ok(CommandLine::Argv(argv)),
            }
        }
        _ => Err(wrong_type(place, "a string or an array of strings", value)),
    }
}

fn word(value: &Value, text: &str, place: &Place<'_>) -> Result<String, Error> {
    if text.is_empty() && !EMPTY_COMMAND_ALLOWED {
        return Err(invalid(value, place, "a command of at least one character"));
    }
    without_nul(value, text, place)
}

fn without_nul(value: &Value, text: &str, place: &Place<'_>) -> Result<String, Error> {
    match text.contains('\0') {
        true => Err(invalid(value, place, "a text without NUL")),
        false => Ok(text.to_owned()),
    }
}

fn invalid(value: &Value, place: &Place<'_>, rule: &'static str) -> Error {
    Error::InvalidCommand { field: place.to_string(), rule, value: ShownValue::from(value) }
}
