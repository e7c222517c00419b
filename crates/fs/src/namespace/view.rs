//! All trees of a namespace, locked for one operation.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::mounts::Mount;
use crate::node::Node;
use crate::{Change, Errno, Ino, NewNode, ROOT_INO, Stat, Timestamp, Tree};

/// An inode in one of the mounts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) mount: usize,
    pub(super) ino: Ino,
}

impl Place {
    /// The root of a mount.
    pub(super) fn root_of(mount: usize) -> Place {
        Place { mount, ino: ROOT_INO }
    }

    /// Another inode in the same mount.
    pub(super) fn with_ino(self, ino: Ino) -> Place {
        Place { ino, ..self }
    }
}

pub(super) struct View<'a> {
    mounts: &'a [Mount],
    /// In the order of `mounts`.
    trees: Vec<MutexGuard<'a, Tree>>,
}

/// The lock's contents, also after a panic elsewhere: a change checks first and then only acts, so none is half made.
pub(super) fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl<'a> View<'a> {
    /// Locks in the order of addresses, so that namespaces which share trees never wait for each other.
    pub(super) fn lock(mounts: &'a [Mount]) -> View<'a> {
        let mut order: Vec<usize> = (0..mounts.len()).collect();
        order.sort_unstable_by_key(|index| Arc::as_ptr(&mounts[*index].tree));
        let mut guards: Vec<_> =
            order.into_iter().map(|index| (index, locked(&mounts[index].tree))).collect();
        guards.sort_unstable_by_key(|(index, _)| *index);
        View { mounts, trees: guards.into_iter().map(|(_, guard)| guard).collect() }
    }

    pub(super) fn mounts(&self) -> &'a [Mount] {
        self.mounts
    }

    pub(super) fn tree(&self, mount: usize) -> &Tree {
        &self.trees[mount]
    }

    pub(super) fn tree_mut(&mut self, mount: usize) -> &mut Tree {
        &mut self.trees[mount]
    }

    /// The node at a place that a walk has found.
    pub(super) fn node(&self, place: Place) -> Result<&Node, Errno> {
        self.tree(place.mount).node(place.ino).ok_or(Errno::ENOENT)
    }

    pub(super) fn stat(&self, place: Place) -> Result<Stat, Errno> {
        Ok(self.node(place)?.stat(Self::dev(place.mount), place.ino))
    }

    /// A mount's number as `stat` tells it.
    pub(super) fn dev(mount: usize) -> u32 {
        u32::try_from(mount).unwrap_or(u32::MAX).saturating_add(1)
    }

    /// What is seen at a place: the root of what is mounted over it, or the place itself.
    pub(super) fn cross(&self, mut place: Place) -> Place {
        while let Some(mount) = self.mounts.iter().position(|mount| mount.covers == Some(place)) {
            place = Place::root_of(mount);
        }
        place
    }

    /// Owner and group of something new in that directory: root's, and the directory's own group where that is asked
    /// for by its set-group-id bit, which a new directory takes over.
    pub(super) fn group_for(&self, parent: Place) -> Result<(u32, u32), Errno> {
        let parent = self.node(parent)?;
        let inherits = parent.mode & 0o2000 != 0;
        Ok(if inherits { (parent.gid, 0o2000) } else { (0, 0) })
    }

    pub(super) fn perform(&mut self, mount: usize, change: Change) -> Result<(), Errno> {
        self.tree_mut(mount).perform(change)
    }

    /// Makes a new inode under a free name.
    pub(super) fn create(
        &mut self,
        parent: Place,
        name: &str,
        node: NewNode,
        mode: u32,
        time: Timestamp,
    ) -> Result<(), Errno> {
        let (gid, inherited) = self.group_for(parent)?;
        // A new directory's set-id bits come from its parent alone.
        let mode = if matches!(node, NewNode::Directory) { mode & 0o1777 | inherited } else { mode };
        let ino = self.tree(parent.mount).next_ino();
        let name = name.to_owned();
        self.perform(
            parent.mount,
            Change::Create { parent: parent.ino, name, ino, node, mode, uid: 0, gid, time },
        )
    }
}
