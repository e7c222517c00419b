//! exec: the bash engine on the simulated filesystem, the process table, images and their programs.
//!
//! [`SandboxShell`] runs commands in one sandbox. It sees the sandbox's files through a
//! [`sandbox_fs::Namespace`], the world through a [`Host`], and takes what an image holds (programs,
//! environment, `/etc/os-release`) from an [`Image`].
//!
//! The shell knows nothing of volumes' rules or of persistence.

mod engine;
mod error;
mod host;
mod image;
mod limits;
mod process;
mod programs;
mod quote;
mod request;
mod shell;
mod worker;

pub use engine::{Outbox, serve_commands};
pub use error::{EndReason, ShellError};
pub use host::{Host, NoSink, OutputSink};
pub use image::Image;
pub use limits::ROOT_DISK_BYTES;
pub use process::ProcessInfo;
pub use request::{CommandLine, ExecOutcome, ExecRequest};
pub use shell::SandboxShell;
pub use worker::CommandWorker;
