//! Taking names away.

use super::Namespace;
use super::view::{Place, View};
use super::walk::{Ending, Entry, Last};
use crate::node::Directory;
use crate::{Access, Change, Errno, FsError, Timestamp};

impl Namespace {
    /// Removes a file or a symbolic link.
    ///
    /// # Errors
    ///
    /// `ENOENT`, `EISDIR`, `ENOTDIR` (a file on the way, or a slash after one); `EACCES` for a directory that the user may
    /// not change, `EPERM` for another user's file in a sticky one, `EROFS`.
    pub fn unlink(&self, path: &str, now: Timestamp) -> Result<(), FsError> {
        self.with(path, |view| {
            let walk = view.walk(path, Last::Name)?;
            if walk.ending != Ending::Name {
                return Err(Errno::EISDIR);
            }
            view.check_writable(walk.parent.mount)?;
            let entry = walk.entry()?;
            if walk.slash {
                let is_dir = view.node(entry.place)?.is_dir();
                return Err(if is_dir { Errno::EISDIR } else { Errno::ENOTDIR });
            }
            view.unlink(&entry, now)
        })
    }

    /// Removes an empty directory.
    ///
    /// # Errors
    ///
    /// `ENOENT`, `ENOTDIR`, `ENOTEMPTY`, `EBUSY` for a mount point and the root, `EINVAL` for a path that ends with `.`;
    /// `EACCES`, `EPERM` and `EROFS` as for [`Namespace::unlink`].
    pub fn rmdir(&self, path: &str, now: Timestamp) -> Result<(), FsError> {
        self.with(path, |view| {
            let walk = view.walk(path, Last::Name)?;
            match walk.ending {
                Ending::Name => {}
                Ending::Dot => return Err(Errno::EINVAL),
                Ending::DotDot => return Err(Errno::ENOTEMPTY),
                Ending::Root => return Err(Errno::EBUSY),
            }
            view.check_writable(walk.parent.mount)?;
            view.remove_dir(&walk.entry()?, now)
        })
    }

    /// Removes a file, a link, or a directory with everything in it, as `rm -r` does: links are not followed, what is
    /// mounted below is emptied, and mount points stay, with the directories that lead to them.
    ///
    /// # Errors
    ///
    /// `ENOENT`; `ENOTDIR` (a file on the way, or a slash after one); `EBUSY` for the root and when a mount point was
    /// left; `EINVAL` for a path that ends with `.` or `..`; the first of the user's `EACCES` and `EPERM`, after everything
    /// else has gone.
    pub fn remove_all(&self, path: &str, now: Timestamp) -> Result<(), FsError> {
        self.with(path, |view| {
            let walk = view.walk(path, Last::Name)?;
            match walk.ending {
                Ending::Name => {}
                Ending::Dot | Ending::DotDot => return Err(Errno::EINVAL),
                Ending::Root => return Err(Errno::EBUSY),
            }
            let entry = walk.entry()?;
            if walk.slash && !view.node(entry.place)?.is_dir() {
                return Err(Errno::ENOTDIR);
            }
            let kept = view.above_mounts();
            if view.user().is_root() {
                view.remove_all(&entry, &kept, now)
            } else {
                view.remove_each(&entry, now)
            }
        })
    }
}

impl View<'_> {
    fn unlink(&mut self, entry: &Entry, time: Timestamp) -> Result<(), Errno> {
        let (parent, name, ino) = (entry.parent.ino, entry.name.to_string(), entry.place.ino);
        self.check_writable(entry.parent.mount)?;
        self.check_removal(entry.parent, entry.under)?;
        if entry.is_mount_point() {
            return Err(Errno::EISDIR);
        }
        self.perform(entry.parent.mount, Change::Unlink { parent, name, ino, time })
    }

    fn remove_dir(&mut self, entry: &Entry, time: Timestamp) -> Result<(), Errno> {
        let (parent, name, ino) = (entry.parent.ino, entry.name.to_string(), entry.place.ino);
        self.check_writable(entry.parent.mount)?;
        self.check_removal(entry.parent, entry.under)?;
        if entry.is_mount_point() {
            return Err(Errno::EBUSY);
        }
        self.perform(entry.parent.mount, Change::RemoveDir { parent, name, ino, time })
    }

    /// `kept` are the directories that lead to mount points and so cannot go.
    fn remove_all(&mut self, entry: &Entry, kept: &[Place], time: Timestamp) -> Result<(), Errno> {
        let node = self.node(entry.place)?;
        let Some(directory) = node.directory() else { return self.unlink(entry, time) };
        if !entry.is_mount_point() && !kept.contains(&entry.place) {
            self.check_writable(entry.parent.mount)?;
            let (parent, name, ino) = (entry.parent.ino, entry.name.to_string(), entry.place.ino);
            return self.perform(entry.parent.mount, Change::RemoveTree { parent, name, ino, time });
        }
        let children = self.children(entry.place, directory);
        for child in &children {
            match self.remove_all(child, kept, time) {
                Ok(()) | Err(Errno::EBUSY) => {}
                Err(errno) => return Err(errno),
            }
        }
        Err(Errno::EBUSY)
    }

    /// As a user whom permissions stop: name by name, deepest first; what cannot go stays, and the first reason is told.
    fn remove_each(&mut self, entry: &Entry, time: Timestamp) -> Result<(), Errno> {
        let node = self.node(entry.place)?;
        let Some(directory) = node.directory() else { return self.unlink(entry, time) };
        let mut first = Ok(());
        if !directory.entries.is_empty() {
            self.check(entry.place, Access::READ)?;
            for child in self.children(entry.place, directory) {
                let searched = self.check(entry.place, Access::EXECUTE);
                first = first.and(searched.and_then(|()| self.remove_each(&child, time)));
            }
        }
        first.and_then(|()| self.remove_dir(entry, time))
    }

    fn children(&self, parent: Place, directory: &Directory) -> Vec<Entry> {
        let child = |(name, ino): (&std::sync::Arc<str>, &u64)| {
            let under = parent.with_ino(*ino);
            Entry { parent, name: name.clone(), place: self.cross(under), under }
        };
        directory.entries.iter().map(child).collect()
    }

    /// Every directory that something is mounted on, or below which that is so.
    fn above_mounts(&self) -> Vec<Place> {
        let mut places = Vec::new();
        let made = self.made_roots().iter().map(|(covered, _)| *covered);
        for covered in self.mounts().iter().filter_map(|mount| mount.covers).chain(made) {
            let mut place = covered;
            while !places.contains(&place) {
                places.push(place);
                if let Some(parent) = self.node(place).ok().and_then(|node| Some(node.directory()?.parent)) {
                    place = place.with_ino(parent);
                }
            }
        }
        places
    }
}
