//! What names a terminal, and what can run in one.

use serde::Serialize;

use crate::assumptions::TERMINAL_ID_DIGITS;
use crate::errors::{Error, ShownValue};

/// 14 hexadecimal digits, in lower case.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct TerminalId(String);

impl TerminalId {
    /// An id made of random bits.
    pub fn from_bits(bits: u64) -> Self {
        let bits = bits >> (64 - 4 * TERMINAL_ID_DIGITS as u32);
        TerminalId(format!("{bits:0TERMINAL_ID_DIGITS$x}"))
    }

    /// The digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The shells that a terminal can be asked for. Whether an image has one is another question.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum TerminalShell {
    /// `bash`, which every image has.
    #[default]
    Bash,
    /// `zsh`
    Zsh,
    /// `fish`
    Fish,
    /// `sh`, which every image has.
    Sh,
}

impl TerminalShell {
    /// Every shell.
    pub const ALL: [TerminalShell; 4] =
        [TerminalShell::Bash, TerminalShell::Zsh, TerminalShell::Fish, TerminalShell::Sh];

    /// Reads the name of a shell. The field of the error is `shell` unless [`Error::at`] says otherwise.
    pub fn parse(name: &str) -> Result<Self, Error> {
        Self::ALL.into_iter().find(|shell| shell.as_str() == name).ok_or_else(|| Error::InvalidValue {
            field: "shell".to_owned(),
            rule: "one of bash, zsh, fish and sh",
            value: ShownValue::from(name),
        })
    }

    /// Its name, which is that of its program.
    pub fn as_str(self) -> &'static str {
        match self {
            TerminalShell::Bash => "bash",
            TerminalShell::Zsh => "zsh",
            TerminalShell::Fish => "fish",
            TerminalShell::Sh => "sh",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_have_as_many_digits_as_they_must() {
        assert_eq!(TerminalId::from_bits(0xab << 8).as_str(), "000000000000ab");
        assert_eq!(TerminalId::from_bits(u64::MAX).as_str(), "ffffffffffffff");
    }

    #[test]
    fn shells_are_known_by_name() {
        for shell in TerminalShell::ALL {
            assert_eq!(TerminalShell::parse(shell.as_str()).unwrap(), shell);
        }
        assert_eq!(TerminalShell::parse("BASH").unwrap_err().field(), Some("shell"));
    }
}
