//! What one exec asks for and what it gives back.

use std::collections::BTreeMap;
use std::time::Duration;

/// The command of an exec.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CommandLine {
    /// Shell source, as `sh -c` takes it.
    Script(String),
    /// A program and its arguments, passed on exactly as they are.
    Argv(Vec<String>),
}

impl CommandLine {
    /// The command in one line.
    pub(crate) fn display(&self) -> String {
        match self {
            Self::Script(script) => script.clone(),
            Self::Argv(argv) => argv.join(" "),
        }
    }
}

/// One exec.
#[derive(Debug, Clone)]
pub struct ExecRequest {
    /// What to run.
    pub command: CommandLine,
    /// Absolute working directory; the image's own when absent.
    pub cwd: Option<String>,
    /// Variables that win over the sandbox's, which win over the image's.
    pub env: BTreeMap<String, String>,
    /// How long the command may run. Does not apply to a background command.
    pub timeout: Duration,
    /// Return at once and leave the command running.
    pub background: bool,
}

impl ExecRequest {
    /// A foreground script with the default timeout of sixty seconds.
    pub fn script(source: impl Into<String>) -> Self {
        Self {
            command: CommandLine::Script(source.into()),
            cwd: None,
            env: BTreeMap::new(),
            timeout: Duration::from_secs(60),
            background: false,
        }
    }

    /// A foreground program with exact arguments and the default timeout of sixty seconds.
    pub fn argv<S: Into<String>>(argv: impl IntoIterator<Item = S>) -> Self {
        Self { command: CommandLine::Argv(argv.into_iter().map(Into::into).collect()), ..Self::script("") }
    }
}

/// How an exec ended.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ExecOutcome {
    /// 0 to 255; 124 when the timeout ended the command, 128 + signal when it was killed.
    pub exit_code: i32,
    /// Everything written to standard output.
    pub stdout: Vec<u8>,
    /// Everything written to standard error.
    pub stderr: Vec<u8>,
    /// Whether the timeout ended the command.
    pub timed_out: bool,
}
