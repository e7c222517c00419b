//! The id of a sandbox.

use serde::Deserialize;

use crate::assumptions::{MAX_SANDBOX_ID_LENGTH, SANDBOX_ID_DIGITS};
use crate::errors::{Error, ShownValue};

/// 14 hexadecimal digits, in lower case.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(try_from = "String")]
pub struct SandboxId(String);

impl SandboxId {
    /// Checks an id of a URL. A text that reads like an id of another kind is a sandbox that does not exist (404);
    /// only one that no id could be is malformed (400).
    pub fn parse(text: &str) -> Result<Self, Error> {
        if text.len() == SANDBOX_ID_DIGITS && text.bytes().all(|c| matches!(c, b'0'..=b'9' | b'a'..=b'f')) {
            return Ok(SandboxId(text.to_owned()));
        }
        let plausible = |c: u8| c.is_ascii_alphanumeric() || c == b'-' || c == b'_';
        if (1..=MAX_SANDBOX_ID_LENGTH).contains(&text.len()) && text.bytes().all(plausible) {
            return Err(Error::SandboxNotFound { id: text.to_owned(), departure: None });
        }
        Err(Error::InvalidSandboxId { rule: "14 hexadecimal digits", value: ShownValue::from(text) })
    }

    pub(crate) fn from_bits(bits: u64) -> Self {
        SandboxId(format!("{bits:0SANDBOX_ID_DIGITS$x}"))
    }
}

super::text_value!(SandboxId);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids() {
        assert_eq!(SandboxId::from_bits(0xab).as_str(), "000000000000ab");
        assert_eq!(SandboxId::parse("e7847229c547d8").unwrap().as_str(), "e7847229c547d8");
        for unknown in ["nope", "E7847229C547D8", "e7847229c547d80"] {
            assert_eq!(SandboxId::parse(unknown).unwrap_err().status(), 404, "{unknown}");
        }
        for malformed in ["", "a b", "../x", "é", &"a".repeat(65)] {
            assert_eq!(
                SandboxId::parse(malformed).unwrap_err().reason(),
                "invalid_sandbox_id",
                "{malformed}"
            );
        }
    }
}
