//! Every limit of the shell, in one place.
//!
//! The engine was built to contain untrusted scripts and comes with small budgets. A sandbox here is the
//! user's own, so what bounds a command is its timeout and the size of what it may hold in memory.

use std::time::Duration;

/// Size of a sandbox's own disk in bytes, volumes apart: what `df` shows for `/`, and where writing ends. It costs
/// nothing until it is used.
pub const ROOT_DISK_BYTES: u64 = 8 << 30;

/// Longest the shell keeps the thread before it gives the host's event loop a turn. Requests wait at most 100
/// ms; several commands may share the thread, so each takes a small part of that.
pub(crate) const TURN_AFTER: Duration = Duration::from_millis(8);

/// Bytes of input from which on a command of the engine runs in a worker: the slowest of them takes a twentieth of a
/// second for it.
pub(crate) const LONG_INPUT_BYTES: u64 = 128 << 10;

/// The memory, in bytes, that a worker may keep for its next command. One that holds more is ended, for a module of
/// wasm never gives memory back.
pub(crate) const MAX_IDLE_WORKER_BYTES: u64 = 256 << 20;

/// How much longer than ours the engine's own timeout is. It only ever fires inside a builtin that never
/// gives a turn.
pub(crate) const ENGINE_TIMEOUT_GRACE: Duration = Duration::from_millis(50);

/// Timeout of a background command in the engine: far beyond any sandbox's life, and still short enough for
/// a browser's timer (2^31 ms).
pub(crate) const BACKGROUND_TIMEOUT: Duration = Duration::from_secs(24 * 60 * 60);

/// Bytes that one exec may write to standard output, and again to standard error. What comes after is cut.
pub(crate) const MAX_OUTPUT_BYTES: usize = 64 << 20;

/// Bytes that one command may write to either stream within the engine: what `$(…)` can hold, and more than variables
/// take, so that they refuse it and nothing is cut in silence.
pub(crate) const MAX_STREAM_BYTES: usize = 300 << 20;

/// Bytes the engine may hold between the commands of one exec, as it counts them (text twice).
pub(crate) const MAX_LIVE_BYTES: u64 = 512 << 20;

/// The longest piece of data, in bytes, that is ever held whole. Something like this much is in memory several times
/// while a command works on it.
pub(crate) const MAX_WHOLE_BYTES: u64 = 128 << 20;

/// The memory, in bytes, that one input of the engine's commands may come to need by estimate: see
/// `engine::weight`.
pub(crate) const MAX_WEIGHT: u64 = 1 << 30;

/// Bytes that commands of ours read and write at a time.
pub(crate) const PIECE_BYTES: usize = 64 << 10;

/// Bytes of changes that may wait for the journal. Who writes more waits until they were taken, which happens at once
/// and without a turn in between: so no more than that can be done in some hundredths of a second.
pub(crate) const MAX_PENDING_BYTES: usize = 16 << 20;

/// How often a writer that waits for the journal looks again, and for how long at most before it writes its next
/// piece all the same.
pub(crate) const PENDING_LOOK: Duration = Duration::from_millis(4);
/// See [`PENDING_LOOK`].
pub(crate) const PENDING_WAIT: Duration = Duration::from_secs(1);

/// Bytes that a source of randomness gives to a command of the engine, which could not stop by itself. Those of ours
/// read it without end.
pub(crate) const RANDOM_BYTES: usize = 1 << 20;

/// Bytes of one script.
pub(crate) const MAX_SCRIPT_BYTES: usize = 10 << 20;

/// Steps the parser may take; a megabyte of ordinary script needs about one million.
pub(crate) const MAX_PARSER_STEPS: usize = 50_000_000;

/// Jobs that one script may have running at a time.
pub(crate) const MAX_JOBS: usize = 1_000;

/// Nesting of `$(…)` and of `( … )`. Each level costs stack.
pub(crate) const MAX_NESTING: usize = 32;

/// Entries of arrays and fields of one word split.
pub(crate) const MAX_FIELDS: usize = 10_000_000;

/// Bytes of all shell variables together.
pub(crate) const MAX_VARIABLE_BYTES: usize = 256 << 20;

/// Turns of one loop. A loop of bash needs minutes of nothing but turning to get there, so only background commands
/// could.
pub(crate) const MAX_LOOP_TURNS: usize = 100_000_000;
