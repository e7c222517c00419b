//! What is wrong with a script, in bash's words.

use std::fmt::Write as _;

/// A script, or one line of it, that means nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SyntaxError {
    /// The line that bash names, from 1.
    pub line: u32,
    /// What is wrong: ``syntax error near unexpected token `)'``.
    pub message: String,
    /// What bash says in a line of its own after it: ``echo )'`, with its quotes.
    pub detail: Option<String>,
    /// Whether more text could make it right: an interactive shell reads on.
    pub incomplete: bool,
    /// Whether it is in `[[ … ]]`. A script that bash reads line by line ends there with the status it had; `eval`
    /// fails with 2 as ever.
    pub conditional: bool,
}

impl SyntaxError {
    pub(super) fn new(line: u32, message: impl Into<String>) -> Box<Self> {
        Box::new(Self { line, message: message.into(), detail: None, incomplete: false, conditional: false })
    }

    pub(super) fn incomplete(line: u32, message: impl Into<String>) -> Box<Self> {
        Box::new(Self { incomplete: true, ..*Self::new(line, message) })
    }

    pub(super) fn unclosed(line: u32, close: char) -> Box<Self> {
        Self::incomplete(line, format!("unexpected EOF while looking for matching `{close}'"))
    }

    /// All that bash writes to stderr about it, with `name` (`bash: -c`, `bash: eval`, `./script.sh`, `bash`) before
    /// each line.
    pub fn report(&self, name: &str) -> String {
        self.lines(&format!("{name}: line {}", self.line))
    }

    /// The same as an interactive shell writes it, which tells no line numbers.
    pub fn interactive_report(&self, name: &str) -> String {
        self.lines(name)
    }

    fn lines(&self, prefix: &str) -> String {
        // bash has no words for `[[ ]]`.
        if self.message.is_empty() {
            return String::new();
        }
        let mut text = format!("{prefix}: {}\n", self.message);
        if let Some(detail) = &self.detail {
            let _ = writeln!(text, "{prefix}: {detail}");
        }
        text
    }
}

impl std::fmt::Display for SyntaxError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "line {}: {}", self.line, self.message)
    }
}

impl std::error::Error for SyntaxError {}

/// What the parser found odd and passed over; the shell tells it before the commands run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Warning {
    /// The line that bash names, from 1.
    pub line: u32,
    /// The text after `warning: `.
    pub message: String,
}

/// What every step of the parser returns.
pub(super) type Outcome<T> = Result<T, Box<SyntaxError>>;
