//! The control plane as a pure state machine: which volumes and sandboxes there are, and what a request may do to them.
//!
//! For the backend, which owns the clock, the randomness and the files, and for tests that need none of those.
//! Three types matter:
//!
//! - [`State`] is the cloud. [`State::decide`] turns a [`Command`] into events or one [`Error`] and changes nothing;
//!   [`State::apply`] folds an [`Event`] into it and cannot fail.
//! - [`Error`] is every way in which a request can fail, here and in the crates above, with its HTTP status,
//!   its stable reason and its message. `docs/errors.md` is checked against it.
//! - The values in a command ([`VolumeName`], [`MountPath`], [`SizeGb`], [`Region`], [`ImageRef`], …) cannot be
//!   wrong: the door ([`CreateSandbox::parse`] and its neighbours) makes them from JSON, and nobody checks again.
//!
//! What never enters: input and output, clocks, random numbers, async code, wasm, the contents of files.

mod checks;
mod command;
mod config;
mod door;
mod errors;
mod event;
mod ids;
mod state;
mod values;

pub mod assumptions;
pub mod documented;

pub use command::{Command, CreateSandbox, CreateVolume, RequestedMount};
pub use config::{Config, Limits, Plan, UnknownImages};
pub use door::{
    CommandLine, ExecRequest, MAX_ADVANCE_MS, MkdirRequest, RenameRequest, TerminalInput, TerminalRequest,
    parse_advance, parse_json, parse_timeout,
};
pub use errors::{Departure, Error, ErrorKind, FileProblem, ShownValue};
pub use event::{EVENT_TYPES, Event, ForgetReason};
pub use ids::Ids;
pub use state::{Attachment, Mount, Sandbox, SandboxStatus, State, Volume};
pub use values::{
    Env, EnvVar, ExecTimeout, FilePath, Hint, ImageRef, MountPath, Region, SandboxId, SandboxTimeout, SizeGb,
    TerminalId, TerminalShell, UnixMillis, VolumeName, known_images,
};
