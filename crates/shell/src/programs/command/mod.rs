//! What a program of ours is: a command, what it is given, and how the kernel runs it.
//!
//! A [`Command`] reads and writes its streams as it goes. A [`Builtin`] has little to say and says it at its end.

mod installed;
mod run;
mod streams;

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use async_trait::async_trait;

pub(crate) use installed::Registry;
pub(crate) use run::Run;
pub(crate) use streams::{CommandInput, CommandOutput, Error, Result};

/// What a command runs on.
pub(crate) struct CommandContext<'a> {
    /// The name by which the command is known.
    pub(crate) name: &'a str,
    /// Its arguments, without the name.
    pub(crate) args: &'a [String],
    /// Its environment.
    pub(crate) env: &'a BTreeMap<String, String>,
    /// Its working directory when it began.
    pub(crate) cwd: &'a Path,
    /// Descriptor 0.
    pub(crate) stdin: CommandInput,
    /// Descriptor 1.
    pub(crate) stdout: CommandOutput,
    /// Descriptor 2.
    pub(crate) stderr: CommandOutput,
    /// Its process, its files and the world.
    pub(crate) run: Arc<Run>,
}

/// What a builtin runs on.
pub(crate) type BuiltinContext<'a> = CommandContext<'a>;

/// How a command ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct CommandStatus {
    /// 0 to 255.
    pub(crate) exit_code: i32,
}

impl CommandStatus {
    pub(crate) fn success() -> Self {
        Self::with_code(0)
    }

    pub(crate) fn with_code(exit_code: i32) -> Self {
        Self { exit_code }
    }
}

/// A command that reads and writes as it goes.
#[async_trait]
pub(crate) trait Command: Send + Sync {
    /// Does its work. An error is one that ends the command without a word of its own.
    async fn execute(&self, ctx: CommandContext<'_>) -> Result<CommandStatus>;
}

/// A command whose output is short and comes at its end.
#[async_trait]
pub(crate) trait Builtin: Send + Sync {
    /// Does its work. An error is one that ends the command without a word of its own.
    async fn execute(&self, ctx: &BuiltinContext<'_>) -> Result<ExecResult>;
}

/// What a builtin has to say, and its exit code.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct ExecResult {
    pub(crate) stdout: Vec<u8>,
    pub(crate) stderr: Vec<u8>,
    pub(crate) exit_code: i32,
}

impl ExecResult {
    /// Success with that output.
    pub(crate) fn ok(stdout: impl Into<String>) -> Self {
        Self::with_code(stdout, 0)
    }

    /// Success with bytes for output.
    pub(crate) fn ok_bytes(stdout: Vec<u8>) -> Self {
        Self { stdout, ..Self::default() }
    }

    /// A complaint.
    pub(crate) fn err(stderr: impl Into<String>, exit_code: i32) -> Self {
        Self { stdout: Vec::new(), stderr: stderr.into().into_bytes(), exit_code }
    }

    /// Says it, and gives how the command ends.
    pub(crate) async fn tell(&self, ctx: &CommandContext<'_>) -> CommandStatus {
        if !self.stderr.is_empty() {
            // That nobody takes a complaint is none of the command's problems.
            let _ = ctx.stderr.write_all(&self.stderr).await;
        }
        if !self.stdout.is_empty()
            && let Err(error) = ctx.stdout.write_all(&self.stdout).await
        {
            let _ = ctx.stderr.write_all(format!("{}: write error: {error}\n", ctx.name).as_bytes()).await;
            return CommandStatus::with_code(self.exit_code.max(1));
        }
        CommandStatus::with_code(self.exit_code)
    }

    /// Output and an exit code.
    pub(crate) fn with_code(stdout: impl Into<String>, exit_code: i32) -> Self {
        Self { stdout: stdout.into().into_bytes(), stderr: Vec::new(), exit_code }
    }
}
