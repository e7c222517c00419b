//! How long a sandbox lives and a command may run.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::size::whole_number;
use crate::assumptions::{DEFAULT_EXEC_TIMEOUT_MS, MIN_TIMEOUT_MS};
use crate::documented::{DEFAULT_TIMEOUT_MS, MAX_EXEC_TIMEOUT_MS, MAX_LIFETIME_MS};
use crate::errors::{Error, ShownValue};

/// Milliseconds until a sandbox stops: 1 to 3,600,000.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "u64", into = "u64")]
pub struct SandboxTimeout(u64);

/// Milliseconds that a command may run: 1 to 60,000.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "u64", into = "u64")]
pub struct ExecTimeout(u64);

macro_rules! timeout {
    ($type:ident, $max:expr, $default:expr) => {
        impl $type {
            /// Checks a JSON number. The field of the error is `timeoutMs` unless [`Error::at`] says otherwise.
            pub fn parse(value: &Value) -> Result<Self, Error> {
                milliseconds(value, $max).map($type)
            }

            /// The milliseconds.
            pub fn millis(self) -> u64 {
                self.0
            }
        }

        impl Default for $type {
            fn default() -> Self {
                $type($default)
            }
        }

        impl TryFrom<u64> for $type {
            type Error = Error;

            fn try_from(millis: u64) -> Result<Self, Error> {
                $type::parse(&Value::from(millis))
            }
        }

        impl From<$type> for u64 {
            fn from(timeout: $type) -> u64 {
                timeout.0
            }
        }
    };
}

timeout!(SandboxTimeout, MAX_LIFETIME_MS, DEFAULT_TIMEOUT_MS);
timeout!(ExecTimeout, MAX_EXEC_TIMEOUT_MS, DEFAULT_EXEC_TIMEOUT_MS);

fn milliseconds(value: &Value, max: u64) -> Result<u64, Error> {
    if !value.is_number() {
        return Err(Error::InvalidType {
            field: "timeoutMs".to_owned(),
            rule: "a number of milliseconds",
            value: ShownValue::from(value),
        });
    }
    whole_number(value).filter(|millis| (MIN_TIMEOUT_MS..=max).contains(millis)).ok_or_else(|| {
        Error::InvalidTimeout {
            field: "timeoutMs".to_owned(),
            rule: format!("a whole number of milliseconds from {MIN_TIMEOUT_MS} to {max}"),
            value: ShownValue::from(value),
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn timeouts() {
        assert_eq!(SandboxTimeout::default().millis(), 600_000);
        assert_eq!(ExecTimeout::default().millis(), 60_000);
        assert!(SandboxTimeout::parse(&json!(3_600_000)).is_ok());
        assert!(ExecTimeout::parse(&json!(60_001)).is_err());
        assert_eq!(
            SandboxTimeout::parse(&json!(-5)).unwrap_err().to_string(),
            "timeoutMs must be a whole number of milliseconds from 1 to 3600000, not -5"
        );
    }
}
