//! Inodes that are open: they live on without a name until the last handle is closed.
//!
//! That is not part of a tree's history. The log says that the last name went; what happens to the inode afterwards is
//! not logged, and neither a replay nor a snapshot has it.

use super::Tree;
use super::numbers::ByIno;
use crate::node::Node;
use crate::{Errno, Ino, Timestamp};

#[derive(Default)]
pub(super) struct Opened {
    /// How many handles there are of each inode.
    handles: ByIno<u32>,
    /// Inodes that are open and have no name.
    pub(super) orphans: ByIno<Node>,
}

impl Opened {
    pub(super) fn is_open(&self, ino: Ino) -> bool {
        self.handles.contains_key(&ino)
    }

    pub(super) fn orphan(&self, ino: Ino) -> Option<&Node> {
        if self.orphans.is_empty() { None } else { self.orphans.get(&ino) }
    }
}

impl Tree {
    /// Counts one more handle.
    pub(crate) fn open(&mut self, ino: Ino) {
        *self.opened.handles.entry(ino).or_insert(0) += 1;
    }

    /// Counts one handle less. With the last one of an inode without a name its space is given back.
    pub(crate) fn close(&mut self, ino: Ino) {
        let Some(count) = self.opened.handles.get_mut(&ino) else { return };
        *count -= 1;
        if *count > 0 {
            return;
        }
        self.opened.handles.remove(&ino);
        if let Some(node) = self.opened.orphans.remove(&ino) {
            self.count_held(self.held_by(ino, &node), 0);
            self.usage.remove(&node);
        }
    }

    /// Moves an inode's access time where it is stale.
    pub(crate) fn accessed(&mut self, ino: Ino, now: Timestamp) {
        if self.is_stale(ino, now) {
            self.touch(ino, now);
        }
    }

    /// Whether reading moves an inode's access time, as `relatime` has it: where it is not after the last change, or over
    /// a day old.
    pub(crate) fn is_stale(&self, ino: Ino, now: Timestamp) -> bool {
        const DAY: i64 = 86_400 * 1_000_000_000;
        self.node(ino).is_some_and(|node| {
            let is_old = now.0.saturating_sub(node.atime.0) >= DAY;
            node.atime != now && (is_old || node.atime <= node.mtime.max(node.ctime))
        })
    }

    /// Sets an inode's access time, if it is there.
    pub(crate) fn touch(&mut self, ino: Ino, now: Timestamp) {
        let _: Result<(), Errno> = self.perform(crate::Change::Access { ino, time: now });
    }
}
