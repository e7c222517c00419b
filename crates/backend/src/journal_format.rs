//! What the journal's entries and snapshots hold. Everything here is part of the format on disk.

use sandbox_core::{Event, State};
use sandbox_fs::{Change, Piece, TreeId, TreeSnapshot};
use serde::{Deserialize, Serialize};

/// One entry.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) enum Entry {
    /// Something happened in the control plane.
    Event(Event),
    /// Something changed in a filesystem.
    Change(TreeId, Change),
    /// The same, but for its bytes, which lie in the record's segment.
    ChangeApart(TreeId, Change, Apart),
}

/// A part of a record's segment.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub(crate) struct Apart {
    pub(crate) at: u64,
    pub(crate) len: u64,
}

impl Entry {
    /// A change whose bytes lie apart.
    pub(crate) fn apart(tree: TreeId, change: Change, at: u64) -> Self {
        let len = change.data().map_or(0, |(_, data)| data.len());
        Entry::ChangeApart(tree, change.with_data(Piece::default()), Apart { at, len })
    }
}

/// A part of a checkpoint. First comes the state, then trees in any number of parts each.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) enum Part {
    /// The control plane.
    State(State),
    /// Some of a filesystem's inodes.
    Tree(TreeSnapshot),
}

/// A whole cloud.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Snapshot {
    /// The control plane.
    pub(crate) state: State,
    /// Every volume and every living sandbox's root.
    pub(crate) trees: Vec<TreeSnapshot>,
}
