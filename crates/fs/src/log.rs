//! The log that trees write their changes into, on their way to the journal.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde::{Deserialize, Serialize};

use crate::Change;

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
/// A handle: clones share the same log.
#[derive(Clone, Debug, Default)]
pub struct ChangeLog(Arc<Mutex<Pending>>);

#[derive(Debug, Default)]
struct Pending {
    changes: Vec<(TreeId, Change)>,
    bytes: usize,
}

impl ChangeLog {
    /// An empty log.
    pub fn new() -> ChangeLog {
        ChangeLog::default()
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
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
