//! What a sandbox's programs run on: processes, descriptors, pipes, signals, devices.
//!
//! A [`Kernel`] belongs to one sandbox. A [`Process`] is a number in its table, a directory, a user and what signals do
//! to it; what it does is a future, run by [`Process::run`]. Bytes go through [`Description`]s, which
//! [`Descriptors`] number.
//!
//! Nothing here knows of shells, and nothing reads a clock or a source of randomness but through [`Host`].

mod deadline;
mod description;
mod descriptors;
mod device;
mod host;
mod input;
mod kernel;
mod limits;
mod open;
mod pace;
mod pipe;
mod proc;
mod process;
mod program;
mod signal;
mod terminal;
mod waiting;

pub use description::{Description, Released, Sink};
pub use descriptors::{Descriptors, MAX_OPEN};
pub use device::{DEVICES, Device, VOLUME_DEVICE, random_bytes, uuid_v4};
pub use host::Host;
pub use kernel::Kernel;
pub use limits::Limits;
pub use open::{descriptor_number, open};
pub use pace::{Pace, at_once};
pub use pipe::PIPE_BYTES;
pub use proc::{CPUS, KERNEL_RELEASE};
pub use process::{Disposition, Pid, Process, Progress, Running, Status};
pub use program::{Call, ExecError, Executable, PROGRAM_MAGIC, Program, Programs, executable};
pub use signal::*;
pub use terminal::{Modes, Terminal};
pub use waiting::pause;
