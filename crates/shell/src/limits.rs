//! Every limit of the shell, in one place.
//!
//! A sandbox is the user's own, so what bounds a command is its timeout and the size of what it may hold in memory.

/// Size of a sandbox's own disk in bytes, volumes apart: what `df` shows for `/`, and where writing ends. It costs
/// nothing until it is used.
pub const ROOT_DISK_BYTES: u64 = 8 << 30;

/// Bytes that one exec may write to standard output, and again to standard error. What comes after is cut.
pub(crate) const MAX_OUTPUT_BYTES: usize = 64 << 20;

/// The longest piece of data, in bytes, that is ever held whole. Something like this much is in memory several times
/// while a command works on it.
pub(crate) const MAX_WHOLE_BYTES: u64 = 128 << 20;

/// The memory, in bytes, that one input may come to need where a command has to hold it in pieces of its own.
pub(crate) const MAX_WEIGHT: u64 = 1 << 30;

/// Bytes that commands read and write at a time.
pub(crate) const PIECE_BYTES: usize = 64 << 10;

/// Bytes of one script.
pub(crate) const MAX_SCRIPT_BYTES: usize = 10 << 20;
