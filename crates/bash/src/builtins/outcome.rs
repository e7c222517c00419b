//! How a builtin ends, and the complaints that many of them share.

use crate::state::{Flow, Shell, Unwind};

/// Why a builtin ends before its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stop {
    /// What is wrong was told; this is the status.
    Failed(i32),
    /// More than the builtin ends.
    Unwind(Unwind),
}

/// What a builtin gives: its status, unless told otherwise.
pub(crate) type Outcome<T = i32> = Result<T, Stop>;

impl From<Unwind> for Stop {
    fn from(unwind: Unwind) -> Self {
        Self::Unwind(unwind)
    }
}

/// What the interpreter gets of it.
pub(crate) fn settled(outcome: Outcome) -> Flow<i32> {
    match outcome {
        Ok(status) | Err(Stop::Failed(status)) => Ok(status),
        Err(Stop::Unwind(unwind)) => Err(unwind),
    }
}

/// Tells what is wrong; the builtin fails with status 1.
pub(super) fn failed(shell: &mut Shell, message: impl AsRef<str>) -> Stop {
    shell.complain(message);
    Stop::Failed(1)
}

/// Tells that a text is no name.
pub(super) fn not_an_identifier(shell: &mut Shell, builtin: &str, text: &str) {
    shell.complain(format!("{builtin}: `{text}': not a valid identifier"));
}

/// Tells that a text is no number.
pub(super) fn not_a_number(shell: &mut Shell, builtin: &str, text: &str) {
    let kind = match text.as_bytes() {
        [b'0', b'0'..=b'9', ..] => "octal number",
        [b'0', b'x', ..] => "hex number",
        _ => "number",
    };
    shell.complain(format!("{builtin}: {text}: invalid {kind}"));
}

/// Whether a text may be a variable's name.
pub(crate) fn is_identifier(text: &str) -> bool {
    let is_part = |byte: u8| byte == b'_' || byte.is_ascii_alphanumeric();
    text.bytes().all(is_part) && text.bytes().next().is_some_and(|first| !first.is_ascii_digit())
}
