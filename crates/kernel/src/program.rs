//! Programs: what the files of an image stand for, and how one begins.

use std::collections::BTreeMap;
use std::sync::Arc;

use futures_util::future::BoxFuture;
use sandbox_fs::{Access, Errno, Kind, OpenFlags};

use crate::descriptors::Descriptors;
use crate::process::Process;

/// The first bytes of a file that stands for a program; its name follows, then a newline.
pub const PROGRAM_MAGIC: &[u8] = b"\x7fELF\x02\x01\x01\x00sandbox program: ";

/// Bytes of a file that are looked at to know what it is.
const HEAD_BYTES: u64 = 256;

/// Interpreters of interpreters that are followed.
const MAX_INTERPRETERS: usize = 4;

/// One program that begins.
pub struct Call {
    /// The process that it is now.
    pub process: Arc<Process>,
    /// Its name as it was called, then its arguments.
    pub args: Vec<String>,
    /// Its whole environment.
    pub env: Arc<BTreeMap<String, String>>,
    /// Its descriptors.
    pub descriptors: Descriptors,
}

/// A program.
pub trait Program: Send + Sync {
    /// Runs it to its end and gives its exit code.
    fn run(&self, call: Call) -> BoxFuture<'static, i32>;
}

/// The programs that a sandbox's files can stand for.
pub trait Programs: Send + Sync {
    /// The program of a name.
    fn program(&self, name: &str) -> Option<Arc<dyn Program>>;
}

/// What a file turned out to be.
pub enum Executable {
    /// A program.
    Program {
        /// What runs.
        program: Arc<dyn Program>,
        /// Arguments that it gets before those of the call: the interpreter's and the script.
        before: Vec<String>,
        /// Its file, without links.
        file: String,
    },
    /// Text without `#!`: a shell reads it.
    Text,
}

/// Looks what the file is that a process wants to run.
///
/// # Errors
///
/// `ENOENT`, `EACCES` (also for directories), `ENOEXEC` for a binary that is none of ours, `ELOOP` for scripts whose
/// interpreters are scripts without end.
pub fn executable(process: &Process, path: &str) -> Result<Executable, ExecError> {
    // As it was called: a script finds itself under that name.
    let mut path = path.to_owned();
    let mut before: Option<Vec<String>> = None;
    for _ in 0..MAX_INTERPRETERS {
        let interpreter = before.is_some().then(|| path.clone());
        let failed = |errno| ExecError { errno, interpreter: interpreter.clone() };
        let head = head_of(process, &path).map_err(failed)?;
        if let Some(rest) = head.strip_prefix(PROGRAM_MAGIC) {
            let name = rest.split(|byte| *byte == b'\n').next().unwrap_or_default();
            let program =
                std::str::from_utf8(name).ok().and_then(|name| process.kernel.programs.program(name));
            let program = program.ok_or(failed(Errno::ENOEXEC))?;
            let absolute = process.absolute(&path);
            let file = process.kernel.root.canonicalize(&absolute).unwrap_or(absolute);
            return Ok(Executable::Program { program, before: before.unwrap_or_default(), file });
        }
        let Some(line) = head.strip_prefix(b"#!") else {
            let is_binary = head.split(|byte| *byte == b'\n').next().is_some_and(|line| line.contains(&0));
            return if is_binary { Err(failed(Errno::ENOEXEC)) } else { Ok(Executable::Text) };
        };
        let line = String::from_utf8_lossy(line.split(|byte| *byte == b'\n').next().unwrap_or_default())
            .into_owned();
        let line = line.trim_matches([' ', '\t']);
        let (name, argument) = line.split_once([' ', '\t']).unwrap_or((line, ""));
        if name.is_empty() {
            return Ok(Executable::Text);
        }
        let mut words = vec![name.to_owned()];
        words.extend(Some(argument.trim()).filter(|argument| !argument.is_empty()).map(str::to_owned));
        words.push(path.clone());
        // The script's own path has become the last of the words; what came before it is dropped with it.
        words.extend(before.unwrap_or_default().into_iter().skip(1));
        path = name.to_owned();
        before = Some(words);
    }
    Err(ExecError { errno: Errno::ELOOP, interpreter: None })
}

/// Why a file cannot be run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExecError {
    /// What the system answers.
    pub errno: Errno,
    /// The interpreter of the script that the error is about, if it is about one.
    pub interpreter: Option<String>,
}

fn head_of(process: &Process, path: &str) -> Result<Vec<u8>, Errno> {
    let path = &process.absolute(path);
    let files = process.files();
    let stat = files.stat(path).map_err(|error| error.errno)?;
    if stat.kind != Kind::File {
        return Err(Errno::EACCES);
    }
    files.access(path, Access::EXECUTE).map_err(|error| error.errno)?;
    let now = process.kernel.host.now();
    let file = process.kernel.root.open(path, OpenFlags::READ, 0, now).map_err(|error| error.errno)?;
    Ok(file.read_at(0, HEAD_BYTES, now).map_err(|error| error.errno)?.to_vec())
}
