//! Which program a name stands for, as `execvp` finds it.

use std::sync::Arc;

use sandbox_fs::Errno;
use sandbox_kernel::{Executable, Process, Program, executable};

/// A program that has been found.
pub(crate) struct Ready {
    pub(crate) program: Arc<dyn Program>,
    /// Its name and its arguments; before those of the call come a script's interpreter and the script.
    pub(crate) args: Vec<String>,
}

/// Why there is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Missing(pub(crate) Errno);

impl Missing {
    /// The reason in words.
    pub(crate) fn reason(self) -> &'static str {
        self.0.message()
    }

    /// The exit code of a command that wanted to run it.
    pub(crate) fn code(self) -> i32 {
        if self.0 == Errno::ENOENT { 127 } else { 126 }
    }
}

/// Where programs are looked for without a `PATH`.
const PATH: &str = "/bin:/usr/bin";

/// What reads a text that names no interpreter.
const SHELL: &str = "/bin/sh";

/// Looks for the program of a command line in the directories of `path`, or where its name says itself. `process` is to
/// become it.
pub(crate) fn find(process: &Process, path: Option<&str>, argv: &[String]) -> Result<Ready, Missing> {
    let name = argv.first().map_or("", String::as_str);
    if name.is_empty() {
        return Err(Missing(Errno::ENOENT));
    }
    if name.contains('/') {
        return at(process, name, argv);
    }
    let mut best = Errno::ENOENT;
    for directory in path.unwrap_or(PATH).split(':') {
        let file = if directory.is_empty() { name.to_owned() } else { format!("{directory}/{name}") };
        match at(process, &file, argv) {
            Err(Missing(Errno::ENOENT | Errno::ENOTDIR)) => {}
            Err(Missing(Errno::EACCES)) => best = Errno::EACCES,
            found => return found,
        }
    }
    Err(Missing(best))
}

fn at(process: &Process, file: &str, argv: &[String]) -> Result<Ready, Missing> {
    let missing = |error: sandbox_kernel::ExecError| Missing(error.errno);
    let (program, before, exe) = match executable(process, file).map_err(missing)? {
        Executable::Program { program, before, file } => (program, before, file),
        Executable::Text => match executable(process, SHELL).map_err(missing)? {
            Executable::Program { program, before, file: shell } if before.is_empty() => {
                (program, vec![SHELL.to_owned(), file.to_owned()], shell)
            }
            _ => return Err(Missing(Errno::ENOEXEC)),
        },
    };
    let args = if before.is_empty() {
        argv.to_vec()
    } else {
        before.into_iter().chain(argv.iter().skip(1).cloned()).collect()
    };
    process.set_exe(exe);
    Ok(Ready { program, args })
}
