//! A shell: everything that a subshell gets a copy of.

use std::collections::BTreeMap;
use std::sync::Arc;

use bytes::Bytes;
use rustc_hash::FxHashMap;
use sandbox_fs::Errno;
use sandbox_kernel::{Description, Descriptors, Pid, Process, SIGPIPE, Signal};

use super::{Options, Variables};
use crate::run::{Jobs, Traps};
use crate::syntax::Function;

/// Why a command does not simply go on with the next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unwind {
    /// `break`: out of that many loops.
    Break(u32),
    /// `continue`: in the loop that is that many out.
    Continue(u32),
    /// `return`: out of the function or the sourced file.
    Return(i32),
    /// The shell ends; its EXIT trap runs.
    Exit(i32),
    /// An error that was told gives up the command line that is being run; the script goes on with the next one. The
    /// status is `$?` then.
    Discard(i32),
}

/// The result of what can end more than itself.
pub type Flow<T> = Result<T, Unwind>;

/// A function.
#[derive(Debug, Clone)]
pub struct FunctionDefinition {
    /// Its name and body.
    pub function: Arc<Function>,
    /// The file that defined it, as `BASH_SOURCE` has it.
    pub source: Arc<str>,
    /// Whether programs get it (`export -f`).
    pub exported: bool,
    /// Whether it cannot be changed.
    pub readonly: bool,
    /// Whether DEBUG and RETURN traps reach into it (`declare -ft`).
    pub traced: bool,
}

/// One running function or sourced file.
#[derive(Debug, Clone)]
pub struct Caller {
    /// `FUNCNAME`: the function, `source` for a file, `main`.
    pub name: Arc<str>,
    /// `BASH_SOURCE`.
    pub source: Arc<str>,
    /// `BASH_LINENO`: the line from which it was called.
    pub called_from: u32,
    /// Whether it is a function; else a file.
    pub is_function: bool,
}

/// A shell.
#[derive(Clone)]
pub struct Shell {
    /// Its process: directory, user, umask and signals are there.
    pub process: Arc<Process>,
    /// Its descriptors.
    pub descriptors: Descriptors,
    /// Its variables. Those that the shell itself makes (`$RANDOM`, `$LINENO` …) are not among them.
    pub variables: Variables,
    /// Its functions.
    pub functions: FxHashMap<String, FunctionDefinition>,
    /// Its aliases.
    pub aliases: BTreeMap<String, String>,
    /// Its options.
    pub options: Options,
    /// `$0`.
    pub name: Arc<str>,
    /// What messages begin with: `bash`, or the script's path. In a script `line N` follows.
    pub message_name: Arc<str>,
    /// `$1` and so on.
    pub positional: Vec<String>,
    /// `$?`
    pub status: i32,
    /// `PIPESTATUS`
    pub pipe_status: Vec<i32>,
    /// `$!`
    pub last_background: Option<Pid>,
    /// `$$`: the pid of the shell that no subshell is.
    pub main_pid: Pid,
    /// `$_`
    pub last_argument: String,
    /// `$BASH_COMMAND`: the command that runs; kept only where there are traps, which are who asks.
    pub command: Arc<str>,
    /// `$LINENO`: the line of the command that runs.
    pub line: u32,
    /// Functions and files that run, innermost last.
    pub callers: Vec<Caller>,
    /// How deep `BASH_SUBSHELL` is.
    pub subshells: u32,
    /// Whether it reads commands from somebody who types them.
    pub interactive: bool,
    /// Whether it was begun with `-c`.
    pub is_command_string: bool,
    /// How many loops run around the command.
    pub loops: u32,
    /// Above zero where a failure is looked at by somebody (`if`, `&&`, `!`), so that `set -e` does nothing.
    pub lenient: u32,
    /// The stack of `pushd`, its top last, without the directory in which the shell is.
    pub directories: Vec<String>,
    /// Programs that were found on `PATH`, with how often each was run.
    pub hashed: BTreeMap<String, (String, u32)>,
    /// The state of `$RANDOM`.
    pub random: u32,
    /// The cloud's time in nanoseconds from which `$SECONDS` counts.
    pub seconds_from: i64,
    /// Expressions that are evaluated within each other.
    pub(crate) expressions: u32,
    /// Where `getopts` stands within an argument that holds several options.
    pub getopts_place: usize,
    /// What builtins remember that hardly any script touches.
    pub(crate) memory: crate::builtins::Memory,
    /// Bytes that could not be written yet because a pipe was full.
    pub unwritten: Vec<(Arc<Description>, Bytes)>,
    pub(crate) jobs: Jobs,
    /// The pipeline that runs, as `jobs` shows it; kept only where there is job control.
    pub(crate) job_text: String,
    pub(crate) traps: Traps,
    /// Compound commands and functions that run within each other.
    pub(crate) depth: u32,
    /// How often the first character of `PS4` is shown.
    pub(crate) trace_level: usize,
    pub(crate) commands_run: u32,
    /// The status of the last command substitution of the command that is being expanded.
    pub(crate) substitution_status: Option<i32>,
    /// Descriptors of process substitutions, open while the command runs that they belong to.
    pub(crate) substituted: Vec<i32>,
    /// Whether the command that runs is the last thing this process does, so that a program can take its place.
    pub(crate) is_last_command: bool,
    /// Whether all that this process does is to wait for a pipeline.
    pub(crate) only_waits: bool,
    /// Whether a compound command or a pipeline around has given standard input: jobs read it too then.
    pub(crate) reads_redirected: bool,
    /// Bytes that were assigned since all variables were counted.
    pub(crate) assigned_bytes: usize,
    /// Whether there was a long text.
    pub(crate) has_long: bool,
    /// The child that a signal has ended, until that is told.
    pub(crate) signalled_child: Option<(Pid, Signal)>,
    /// Whether the command that ran was `exec` alone, whose redirections stay.
    pub(crate) keeps_redirections: bool,
    /// The signal by which the shell ends after its EXIT trap.
    pub(crate) dying_of: Option<Signal>,
}

impl Shell {
    /// A shell that knows nothing yet.
    pub(crate) fn of(process: Arc<Process>, descriptors: Descriptors, name: &str) -> Self {
        let host = Arc::clone(&process.kernel.host);
        Self {
            random: host.random_u64() as u32,
            seconds_from: host.now().0,
            ..Self::blank(process, descriptors, name)
        }
    }

    /// What stands in this shell's place while it runs elsewhere.
    pub(crate) fn hollow(&self) -> Self {
        Self::blank(Arc::clone(&self.process), Descriptors::default(), "")
    }

    fn blank(process: Arc<Process>, descriptors: Descriptors, name: &str) -> Self {
        let message_name = name.rsplit('/').next().unwrap_or(name).trim_start_matches('-');
        Self {
            main_pid: process.pid,
            process,
            descriptors,
            variables: Variables::default(),
            functions: FxHashMap::default(),
            aliases: BTreeMap::new(),
            options: Options::default(),
            name: Arc::from(name),
            message_name: Arc::from(message_name),
            positional: Vec::new(),
            status: 0,
            pipe_status: vec![0],
            last_background: None,
            last_argument: String::new(),
            line: 1,
            callers: Vec::new(),
            subshells: 0,
            interactive: false,
            is_command_string: false,
            loops: 0,
            lenient: 0,
            directories: Vec::new(),
            hashed: BTreeMap::new(),
            random: 0,
            seconds_from: 0,
            getopts_place: 0,
            memory: crate::builtins::Memory::default(),
            unwritten: Vec::new(),
            command: Arc::from(""),
            jobs: Jobs::default(),
            job_text: String::new(),
            traps: Traps::default(),
            depth: 0,
            trace_level: 0,
            commands_run: 0,
            substitution_status: None,
            substituted: Vec::new(),
            is_last_command: false,
            only_waits: false,
            reads_redirected: false,
            assigned_bytes: 0,
            has_long: false,
            signalled_child: None,
            dying_of: None,
            keeps_redirections: false,
            expressions: 0,
        }
    }

    /// Writes a message of the shell's own to standard error, as `bash: line 3: …`.
    pub fn complain(&mut self, message: impl AsRef<str>) {
        // A function's messages name the file that it came from.
        let name = self.callers.last().map_or(&self.message_name, |caller| &caller.source);
        let place = match self.interactive {
            true => format!("{}: ", self.message_name),
            false => format!("{name}: line {}: ", self.line),
        };
        self.say(&format!("{place}{}\n", message.as_ref()));
    }

    /// Writes text to standard error as it is.
    pub fn say(&mut self, text: &str) {
        if let Ok(stderr) = self.descriptors.get(2) {
            let stderr = Arc::clone(stderr);
            let bytes = Bytes::copy_from_slice(&crate::text::encode(text));
            if !self.unwritten.is_empty() {
                // In the order in which it was said.
                return self.unwritten.push((stderr, bytes));
            }
            match stderr.write_or_wait(&self.process.kernel, bytes) {
                Ok(None) => {}
                Ok(Some(rest)) => self.unwritten.push((stderr, rest)),
                Err(Errno::EPIPE) => self.process.signal(SIGPIPE),
                // An error of standard error cannot be told to anybody.
                Err(_) => {}
            }
        }
    }

    /// Writes what had to wait.
    pub async fn write_the_rest(&mut self) {
        for (description, bytes) in std::mem::take(&mut self.unwritten) {
            let _told_to_nobody = description.write(&self.process.kernel, bytes).await;
        }
    }
}
