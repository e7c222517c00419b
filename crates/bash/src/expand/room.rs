//! How much memory a shell's texts may take. wasm ends as a whole where memory does, so a shell ends before.

use crate::state::{Flow, Shell, Unwind};

/// Bytes of one text.
pub(crate) const MAX_TEXT: usize = 128 << 20;

/// Bytes of a text with which others have their turn while it is worked on.
pub(crate) const LONG: usize = 16 << 10;

/// Bytes of all variables together.
const MAX_VARIABLES: usize = 256 << 20;

/// Bytes that are assigned between two counts of all that there is.
const BETWEEN_COUNTS: usize = 16 << 20;

impl Shell {
    /// Passes on what was expanded; `None` was too long, and ends the shell as it ends bash.
    pub(super) fn roomy<T>(&mut self, expanded: Option<T>) -> Flow<T> {
        expanded.ok_or_else(|| self.out_of_memory(MAX_TEXT))
    }

    /// Ends the shell unless there is room for a value that is to be assigned.
    pub(super) fn room_for(&mut self, value: &str) -> Flow<()> {
        self.has_long |= value.len() > LONG;
        self.assigned_bytes += value.len();
        if self.assigned_bytes < BETWEEN_COUNTS {
            return Ok(());
        }
        self.assigned_bytes = 0;
        let all = self.variables.bytes() + value.len();
        if all > MAX_VARIABLES { Err(self.out_of_memory(all)) } else { Ok(()) }
    }

    fn out_of_memory(&mut self, bytes: usize) -> Unwind {
        self.complain(format!("xrealloc: cannot allocate {bytes} bytes"));
        Unwind::Exit(2)
    }
}
