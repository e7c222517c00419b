//! Limits and defaults that the service documents. What it does not document is in [`crate::assumptions`].

use crate::assumptions::BYTES_PER_MB;

/// Life of a sandbox whose creator names no `timeoutMs`, in milliseconds.
pub const DEFAULT_TIMEOUT_MS: u64 = 600_000;
/// Longest life of a sandbox, counted from its creation, in milliseconds.
pub const MAX_LIFETIME_MS: u64 = 3_600_000;
/// Longest time one command may run, in milliseconds.
pub const MAX_EXEC_TIMEOUT_MS: u64 = 60_000;
/// Size of a volume whose creator names no size, in GB.
pub const DEFAULT_SIZE_GB: u32 = 1;
/// Largest file that one call writes or reads, in bytes: 10 MB.
pub const MAX_FILE_SIZE: u64 = 10 * BYTES_PER_MB;
/// Smallest volume, in GB.
pub const MIN_SIZE_GB: u32 = 1;
/// Largest volume, in GB.
pub const MAX_SIZE_GB: u32 = 100;
/// Longest name of a volume, in characters.
pub const MAX_VOLUME_NAME_LENGTH: usize = 30;
/// Most volumes that one sandbox can mount.
pub const MAX_VOLUMES_PER_SANDBOX: usize = 1;
/// Region of a sandbox or volume whose creator names none.
pub const DEFAULT_REGION: &str = "iad";
/// Quarters of a credit that one vCPU costs in a second (7 credits).
pub const QUARTER_CREDITS_PER_VCPU_SECOND: u64 = 28;
/// Quarters of a credit that one GB of memory costs in a second (2.25 credits).
pub const QUARTER_CREDITS_PER_GB_SECOND: u64 = 9;
/// Characters in a line of a terminal whose opener names no `cols`.
pub const DEFAULT_TERMINAL_COLS: u16 = 80;
/// Lines of a terminal whose opener names no `rows`.
pub const DEFAULT_TERMINAL_ROWS: u16 = 24;
/// The placeholder for a port in `publicAccessUrlTemplate`.
pub const PORT_PLACEHOLDER: &str = "{{PORT}}";
