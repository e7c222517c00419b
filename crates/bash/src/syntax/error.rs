//! What is wrong with a script, in bash's words.

/// A script, or one line of it, that means nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SyntaxError {
    /// The line that bash names, from 1.
    pub line: u32,
    /// What is wrong: ``syntax error near unexpected token `)'``.
    pub message: String,
    /// What bash says in a line of its own after it, and the line that it names there: ``echo )'`, with its quotes.
    pub detail: Option<(u32, String)>,
    /// Whether more text could make it right: an interactive shell reads on.
    pub incomplete: bool,
    /// The line without which nothing is complete: the delimiter of a here-document.
    pub awaited: Option<String>,
    /// Whether it is in `[[ … ]]`. A script that bash reads line by line ends there with the status it had; `eval`
    /// fails with 2 as ever.
    pub conditional: bool,
}

impl SyntaxError {
    pub(super) fn new(line: u32, message: impl Into<String>) -> Box<Self> {
        Box::new(Self {
            line,
            message: message.into(),
            detail: None,
            incomplete: false,
            awaited: None,
            conditional: false,
        })
    }

    pub(super) fn incomplete(line: u32, message: impl Into<String>) -> Box<Self> {
        Box::new(Self { incomplete: true, ..*Self::new(line, message) })
    }

    pub(super) fn unclosed(line: u32, close: char) -> Box<Self> {
        Self::incomplete(line, format!("unexpected EOF while looking for matching `{close}'"))
    }

    /// The same with a second line after it.
    pub(super) fn with_detail(mut self: Box<Self>, line: u32, detail: String) -> Box<Self> {
        self.detail = Some((line, detail));
        self
    }

    /// All that bash writes to stderr about it, with `name` (`bash: -c`, `bash: eval`, `./script.sh`, `bash`) before
    /// each line.
    pub fn report(&self, name: &str) -> String {
        self.lines(|line, message| format!("{name}: line {line}: {message}\n"))
    }

    /// The same as an interactive shell writes it, which tells no line numbers.
    pub fn interactive_report(&self, name: &str) -> String {
        self.lines(|_, message| format!("{name}: {message}\n"))
    }

    fn lines(&self, show: impl Fn(u32, &str) -> String) -> String {
        // bash has no words for `[[ ]]`.
        if self.message.is_empty() {
            return String::new();
        }
        let detail = self.detail.as_ref().map(|(line, detail)| show(*line, detail));
        show(self.line, &self.message) + &detail.unwrap_or_default()
    }
}

impl std::fmt::Display for SyntaxError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "line {}: {}", self.line, self.message)
    }
}

impl std::error::Error for SyntaxError {}

/// What the parser found odd and passed over: a here-document that its delimiter does not end. A shell that reads a
/// script tells it before the commands run; an interactive one reads on instead.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Warning {
    /// The line that bash names, from 1.
    pub line: u32,
    /// The text after `warning: `.
    pub message: String,
}

/// What every step of the parser returns.
pub(super) type Outcome<T> = Result<T, Box<SyntaxError>>;
