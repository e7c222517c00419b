//! All trees of a namespace, locked for one operation.

use std::cell::RefCell;
use std::sync::{Arc, MutexGuard};

use super::User;
use super::mounts::{MadeFiles, Mount};
use crate::attributes::{Attributes, Changes};
use crate::made::Seen;
use crate::tree::locked;
use crate::{Access, Change, Credentials, Errno, Ino, NewNode, ROOT_INO, Stat, Timestamp, Tree};

/// The mount of [`Place`]s in made files.
pub(super) const MADE: usize = usize::MAX;

/// The number of the mount of made files as `stat` tells it.
const MADE_DEV: u32 = 1_000;

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

    /// Whether it is a made file's.
    pub(super) fn is_made(self) -> bool {
        self.mount == MADE
    }

    /// Another inode in the same mount.
    pub(super) fn with_ino(self, ino: Ino) -> Place {
        Place { ino, ..self }
    }
}

pub(super) struct View<'a> {
    mounts: &'a [Mount],
    made: Option<&'a MadeFiles>,
    user: &'a User,
    /// In the order of `mounts`.
    trees: Vec<MutexGuard<'a, Tree>>,
    /// Links that were read on the way and get a new access time.
    followed: RefCell<Vec<(Place, Timestamp)>>,
}

impl<'a> View<'a> {
    /// Locks in the order of addresses, so that namespaces which share trees never wait for each other.
    pub(super) fn lock(mounts: &'a [Mount], made: Option<&'a MadeFiles>, user: &'a User) -> View<'a> {
        let mut order: Vec<usize> = (0..mounts.len()).collect();
        order.sort_unstable_by_key(|index| Arc::as_ptr(&mounts[*index].tree));
        let mut guards: Vec<_> =
            order.into_iter().map(|index| (index, locked(&mounts[index].tree))).collect();
        guards.sort_unstable_by_key(|(index, _)| *index);
        let trees = guards.into_iter().map(|(_, guard)| guard).collect();
        View { mounts, made, user, trees, followed: RefCell::default() }
    }

    pub(super) fn mounts(&self) -> &'a [Mount] {
        self.mounts
    }

    /// Whom this is done for.
    pub(super) fn user(&self) -> &'a Credentials {
        &self.user.credentials
    }

    /// The mode of a file that a write makes, before the umask.
    pub(super) fn new_file(&self) -> u32 {
        self.user.new_file
    }

    /// Checks that the user may do that there; `EACCES` else.
    pub(super) fn check(&self, place: Place, access: Access) -> Result<(), Errno> {
        let node = self.node(place)?;
        self.user().check(&node, access)
    }

    /// Checks that the user may take a name of what is at `place` out of a directory.
    pub(super) fn check_removal(&self, directory: Place, place: Place) -> Result<(), Errno> {
        let (directory, node) = (self.node(directory)?, self.node(place)?);
        self.user().check_removal(&directory, &node)
    }

    /// Checks that something may change in a mount; `EROFS` else, and `EPERM` for made files.
    pub(super) fn check_writable(&self, mount: usize) -> Result<(), Errno> {
        if mount == MADE {
            return Err(Errno::EPERM);
        }
        self.mounts[mount].access.check_writable()
    }

    /// A link there leads on.
    pub(super) fn follows(&self, place: Place) {
        if let Some(now) = self.user.reads_at
            && !place.is_made()
            && !self.mounts[place.mount].access.is_read_only()
            && self.tree(place.mount).is_stale(place.ino, now)
        {
            self.followed.borrow_mut().push((place, now));
        }
    }

    /// Moves the access times of the links that were followed.
    pub(super) fn touch_followed(&mut self) {
        for (place, now) in self.followed.take() {
            self.tree_mut(place.mount).touch(place.ino, now);
        }
    }

    /// Something was read there.
    pub(super) fn accessed(&mut self, place: Place) {
        if let Some(now) = self.user.reads_at
            && !place.is_made()
            && !self.mounts[place.mount].access.is_read_only()
        {
            self.tree_mut(place.mount).accessed(place.ino, now);
        }
    }

    pub(super) fn tree(&self, mount: usize) -> &Tree {
        &self.trees[mount]
    }

    pub(super) fn tree_mut(&mut self, mount: usize) -> &mut Tree {
        &mut self.trees[mount]
    }

    /// The node at a place that a walk has found.
    pub(super) fn node(&self, place: Place) -> Result<Seen<'_>, Errno> {
        if place.is_made() {
            let made = self.made.and_then(|made| made.files.node(place.ino, self.user.viewer));
            return Ok(made.ok_or(Errno::ENOENT)?.seen());
        }
        self.tree(place.mount).node(place.ino).map(Seen::Kept).ok_or(Errno::ENOENT)
    }

    pub(super) fn stat(&self, place: Place) -> Result<Stat, Errno> {
        Ok(self.node(place)?.stat(Self::dev(place.mount), place.ino))
    }

    /// A mount's number as `stat` tells it.
    pub(super) fn dev(mount: usize) -> u32 {
        if mount == MADE { MADE_DEV } else { u32::try_from(mount).unwrap_or(u32::MAX).saturating_add(1) }
    }

    /// What is seen at a place: the root of what is mounted over it, or the place itself.
    pub(super) fn cross(&self, mut place: Place) -> Place {
        while let Some(mount) = self.mounts.iter().position(|mount| mount.covers == Some(place)) {
            place = Place::root_of(mount);
        }
        let root = self.made_roots().iter().find(|(covered, _)| *covered == place);
        root.map_or(place, |(_, ino)| Place { mount: MADE, ino: *ino })
    }

    /// The directories that made files are seen in place of.
    pub(super) fn made_roots(&self) -> &'a [(Place, Ino)] {
        self.made.map_or(&[], |made| &made.roots)
    }

    pub(super) fn perform(&mut self, mount: usize, change: Change) -> Result<(), Errno> {
        self.tree_mut(mount).perform(change)
    }

    /// Takes from a file the set-id bits that it must not keep when the user changes its contents.
    pub(super) fn drop_powers(&mut self, place: Place, time: Timestamp) -> Result<(), Errno> {
        self.set_attributes(place, time, |it| Ok(it.drop_powers()))
    }

    /// Changes what an inode says about itself, as far as the user may.
    pub(super) fn set_attributes(
        &mut self,
        place: Place,
        time: Timestamp,
        changes: impl FnOnce(&Attributes<'_>) -> Result<Changes, Errno>,
    ) -> Result<(), Errno> {
        self.check_writable(place.mount)?;
        let user = self.user();
        self.tree_mut(place.mount).set_attributes(place.ino, user, time, changes)
    }

    /// Makes a new inode under a free name. It is the user's; its group is the directory's own where that is asked for by
    /// the set-group-id bit, which a new directory takes over.
    pub(super) fn create(
        &mut self,
        parent: Place,
        name: &str,
        node: NewNode,
        mode: u32,
        time: Timestamp,
    ) -> Result<(), Errno> {
        if parent.is_made() {
            return Err(Errno::ENOENT);
        }
        self.check_writable(parent.mount)?;
        self.check(parent, Access::CHANGE)?;
        let user = self.user();
        let directory = self.node(parent)?;
        let inherits = directory.mode & 0o2000 != 0;
        let gid = if inherits { directory.gid } else { user.gid };
        drop(directory);
        let mode = match node {
            // A new directory's set-id bits come from its parent alone.
            NewNode::Directory => mode & 0o1777 & !user.umask | if inherits { 0o2000 } else { 0 },
            NewNode::File { .. } if inherits && mode & 0o2010 == 0o2010 && !user.keeps_group(gid) => {
                mode & !user.umask & !0o2000
            }
            NewNode::File { .. } | NewNode::Fifo | NewNode::Device { .. } => mode & !user.umask,
            NewNode::Symlink { .. } => 0o777,
        };
        let uid = user.uid;
        let ino = self.tree(parent.mount).next_ino();
        let name = name.to_owned();
        self.perform(
            parent.mount,
            Change::Create { parent: parent.ino, name, ino, node, mode, uid, gid, time },
        )
    }
}
