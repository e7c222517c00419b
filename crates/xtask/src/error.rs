//! What can go wrong in a task, each said in one sentence.

use std::fmt;
use std::path::PathBuf;
use std::process::ExitCode;

pub(crate) type Result<T> = std::result::Result<T, Error>;

/// Why a task ended without doing its work.
#[derive(Debug)]
pub(crate) enum Error {
    /// The command line says something that no task understands.
    Usage(String),
    /// A program that the task needs is not on this machine and cannot be installed from here.
    Missing(String),
    /// A program could not be started at all.
    NotStarted { program: String, source: std::io::Error },
    /// A program ran and said no; its own output above tells why.
    Failed { what: String, status: String },
    /// A file or folder could not be read or written.
    Io { path: PathBuf, source: std::io::Error },
    /// Another program listens where the playground should be served.
    PortTaken { port: u16, free: Option<u16> },
    /// Tests ran, and some of them failed. The count was printed already.
    TestsFailed,
    /// A product is larger than this project allows.
    TooLarge(String),
    /// A file does not hold what this crate expects in it.
    Unexpected { path: PathBuf, what: String },
}

impl Error {
    /// Names the path that an IO error is about: `fs::read(&path).map_err(Error::io(&path))`.
    pub(crate) fn io(path: impl Into<PathBuf>) -> impl FnOnce(std::io::Error) -> Error {
        let path = path.into();
        move |source| Error::Io { path, source }
    }

    /// 2 for a wrong command line, as shells and most tools have it, else 1.
    pub(crate) fn exit_code(&self) -> ExitCode {
        match self {
            Error::Usage(_) => ExitCode::from(2),
            _ => ExitCode::FAILURE,
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Error::Usage(sentence) | Error::Missing(sentence) | Error::TooLarge(sentence) => {
                out.write_str(sentence)
            }
            Error::NotStarted { program, source } => {
                write!(out, "`{program}` could not be started: {source}.")
            }
            Error::Failed { what, status } => write!(out, "{what} failed ({status})."),
            Error::Io { path, source } => write!(out, "{}: {source}.", path.display()),
            Error::PortTaken { port, free: Some(free) } => write!(
                out,
                "Port {port} is taken by another program: stop it, or run `cargo xtask serve --port {free}`."
            ),
            Error::PortTaken { port, free: None } => {
                write!(
                    out,
                    "Port {port} is taken by another program: stop it, or choose another with --port."
                )
            }
            Error::TestsFailed => out.write_str("Some tests failed."),
            Error::Unexpected { path, what } => write!(out, "{}: {what}.", path.display()),
        }
    }
}

impl std::error::Error for Error {}
