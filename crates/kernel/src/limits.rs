//! What a sandbox may use.

use std::time::Duration;

/// What a sandbox may use, and how its work is cut into pieces.
#[derive(Debug, Clone)]
pub struct Limits {
    /// Processes at a time.
    pub processes: usize,
    /// Longest that the thread is kept before the host's event loop gets a turn.
    pub turn_after: Duration,
    /// Bytes of changes that may wait for the journal before writers wait.
    pub pending_bytes: usize,
    /// How often a writer that waits for the journal looks again.
    pub pending_look: Duration,
    /// For how long at most it waits.
    pub pending_wait: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            processes: 1_000,
            turn_after: Duration::from_millis(8),
            pending_bytes: 16 << 20,
            pending_look: Duration::from_millis(4),
            pending_wait: Duration::from_secs(1),
        }
    }
}
