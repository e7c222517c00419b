//! exec: bash and the programs of images, on the sandbox's kernel and filesystem.
//!
//! [`SandboxShell`] runs commands in one sandbox. It sees the sandbox's files through a
//! [`sandbox_fs::Namespace`], the world through a [`Host`], and takes what an image holds (programs,
//! environment, `/etc/os-release`) from an [`Image`].
//!
//! The shell knows nothing of volumes' rules or of persistence.

mod error;
mod exec;
mod host;
mod image;
mod limits;
mod output;
mod programs;
mod quote;
mod request;
mod shell;
mod terminal;

pub use error::{EndReason, ShellError};
pub use host::{NoSink, OutputSink};
pub use image::Image;
pub use limits::ROOT_DISK_BYTES;
pub use request::{CommandLine, ExecOutcome, ExecRequest};
pub use sandbox_kernel::Host;
pub use shell::{ProcessInfo, SandboxShell, write_names};
pub use terminal::{TerminalHandle, TerminalRequest, TerminalSink};
