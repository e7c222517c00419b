//! What the journal's entries and snapshots hold. Everything here is part of the format on disk.

use sandbox_core::{Event, State};
use sandbox_fs::{Change, TreeId, TreeSnapshot};
use serde::{Deserialize, Serialize};

/// One entry.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) enum Entry {
    /// Something happened in the control plane.
    Event(Event),
    /// Something changed in a filesystem.
    Change(TreeId, Change),
}

/// A whole cloud.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Snapshot {
    /// The control plane.
    pub(crate) state: State,
    /// Every volume and every living sandbox's root.
    pub(crate) trees: Vec<TreeSnapshot>,
}
