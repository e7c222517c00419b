//! The log that trees write their changes into, on their way to the journal.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde::{Deserialize, Serialize};

use crate::Change;
use crate::memory::Memory;

/// The label of a tree, chosen by its owner and never looked into here.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
pub struct TreeId(Arc<str>);

impl TreeId {
    /// The label as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<&str> for TreeId {
    fn from(label: &str) -> TreeId {
        TreeId(label.into())
    }
}

impl From<String> for TreeId {
    fn from(label: String) -> TreeId {
        TreeId(label.into())
    }
}

impl From<TreeId> for String {
    fn from(id: TreeId) -> String {
        id.as_str().to_owned()
    }
}

impl fmt::Display for TreeId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Changes that were made and not yet taken, oldest first, in one order over all trees that share the log.
///
/// Those trees also share one limit on the memory that their files' contents take. A handle: clones share the same log.
#[derive(Clone, Debug, Default)]
pub struct ChangeLog {
    pending: Arc<Mutex<Pending>>,
    memory: Memory,
}

#[derive(Debug, Default)]
struct Pending {
    changes: Vec<(TreeId, Change)>,
    bytes: usize,
}

impl ChangeLog {
    /// An empty log. Its trees hold as much as there is.
    pub fn new() -> ChangeLog {
        ChangeLog::default()
    }

    /// An empty log whose trees together hold at most `bytes` of file contents in memory, counted in whole blocks of
    /// [`BLOCK_SIZE`](crate::BLOCK_SIZE): what would go beyond is `ENOMEM`. Holes, and what a base shares with its
    /// trees, take nothing. A replay or a restore is never refused, however much it holds.
    pub fn with_memory_limit(bytes: u64) -> ChangeLog {
        ChangeLog { pending: Arc::default(), memory: Memory::limited(bytes) }
    }

    /// Bytes of file contents that the trees of this log hold in memory now.
    pub fn memory_bytes(&self) -> u64 {
        self.memory.held()
    }

    pub(crate) fn memory(&self) -> &Memory {
        &self.memory
    }

    /// Takes everything that is waiting.
    pub fn drain(&self) -> Vec<(TreeId, Change)> {
        let mut pending = self.pending();
        pending.bytes = 0;
        std::mem::take(&mut pending.changes)
    }

    /// Whether nothing is waiting.
    pub fn is_empty(&self) -> bool {
        self.pending().changes.is_empty()
    }

    /// About how many bytes of memory the waiting changes hold.
    pub fn pending_bytes(&self) -> usize {
        self.pending().bytes
    }

    pub(crate) fn push(&self, tree: &TreeId, change: Change) {
        let mut pending = self.pending();
        pending.bytes += change.weight();
        pending.changes.push((tree.clone(), change));
    }

    fn pending(&self) -> MutexGuard<'_, Pending> {
        // Both fields are set without anything that can panic between them, so a poisoned log is still whole.
        self.pending.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Timestamp;

    #[test]
    fn clones_share_one_order_and_a_drain_empties_it() {
        let log = ChangeLog::new();
        let change = |ino| Change::SetMode { ino, mode: 0, time: Timestamp(0) };
        log.push(&"a".into(), change(1));
        log.clone().push(&"b".into(), change(2));
        assert!(!log.is_empty() && log.pending_bytes() > 0);
        let taken: Vec<_> =
            log.drain().into_iter().map(|(tree, change)| (tree.to_string(), change.ino())).collect();
        assert_eq!(taken, [("a".to_owned(), 1), ("b".to_owned(), 2)]);
        assert!(log.is_empty());
        assert_eq!(log.pending_bytes(), 0);
    }

    #[test]
    fn a_write_waits_with_its_data() {
        let log = ChangeLog::new();
        log.push(&"a".into(), Change::Replace { ino: 1, data: vec![0; 10_000].into(), time: Timestamp(0) });
        assert!((10_000..10_500).contains(&log.pending_bytes()));
    }

    #[test]
    fn a_label_is_stored_as_text() {
        let stored = postcard::to_stdvec(&TreeId::from("volume:a")).unwrap();
        assert_eq!(postcard::from_bytes::<String>(&stored).unwrap(), "volume:a");
    }
}
