//! Environment variables.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::errors::{Error, ShownValue};

/// One variable that an environment can hold: a name without `=` that is not empty, and no NUL in name or value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EnvVar {
    name: String,
    value: String,
}

impl EnvVar {
    /// Checks a variable. The field of the error is `env` unless [`Error::at`] says otherwise.
    pub fn parse(name: &str, value: &str) -> Result<Self, Error> {
        let (rule, culprit) = if name.is_empty() {
            ("its name must not be empty", name)
        } else if name.contains('=') {
            ("its name must not hold =", name)
        } else if name.contains('\0') {
            ("its name must not hold a NUL", name)
        } else if value.contains('\0') {
            ("its value must not hold a NUL", value)
        } else {
            return Ok(EnvVar { name: name.to_owned(), value: value.to_owned() });
        };
        Err(Error::InvalidEnv { field: "env".to_owned(), rule, value: ShownValue::from(culprit) })
    }

    /// The name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The value.
    pub fn value(&self) -> &str {
        &self.value
    }
}

/// An environment: variables by name.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "BTreeMap<String, String>", into = "BTreeMap<String, String>")]
pub struct Env(BTreeMap<String, String>);

impl Env {
    /// Adds a variable, or replaces the one of its name.
    pub fn set(&mut self, variable: EnvVar) {
        self.0.insert(variable.name, variable.value);
    }

    /// The value of a variable.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }

    /// Names and values, by name.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// All variables as a map, for a shell to start with.
    pub fn as_map(&self) -> &BTreeMap<String, String> {
        &self.0
    }
}

impl TryFrom<BTreeMap<String, String>> for Env {
    type Error = Error;

    fn try_from(map: BTreeMap<String, String>) -> Result<Self, Error> {
        let mut env = Env::default();
        for (name, value) in &map {
            env.set(EnvVar::parse(name, value)?);
        }
        Ok(env)
    }
}

impl From<Env> for BTreeMap<String, String> {
    fn from(env: Env) -> Self {
        env.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn variables() {
        let mut env = Env::default();
        env.set(EnvVar::parse("A.b-c", "x=y\n").unwrap());
        assert_eq!(env.get("A.b-c"), Some("x=y\n"));
        for (name, value) in [("", "x"), ("A=B", "x"), ("A\0", "x"), ("A", "\0")] {
            assert_eq!(EnvVar::parse(name, value).unwrap_err().reason(), "invalid_env");
        }
    }
}
