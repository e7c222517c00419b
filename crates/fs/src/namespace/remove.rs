//! Taking names away.

use super::Namespace;
use super::view::{Place, View};
use super::walk::{Ending, Entry, Last};
use crate::{Change, Errno, FsError, Timestamp};

impl Namespace {
    /// Removes a file or a symbolic link.
    ///
    /// # Errors
    ///
    /// `ENOENT`, `EISDIR`, `ENOTDIR` (a file on the way, or a slash after one).
    pub fn unlink(&self, path: &str, now: Timestamp) -> Result<(), FsError> {
        self.with(path, |view| {
            let walk = view.walk(path, Last::Name)?;
            if walk.ending != Ending::Name {
                return Err(Errno::EISDIR);
            }
            let entry = walk.entry()?;
            if walk.slash && !view.node(entry.place)?.is_dir() {
                return Err(Errno::ENOTDIR);
            }
            view.unlink(&entry, now)
        })
    }

    /// Removes an empty directory.
    ///
    /// # Errors
    ///
    /// `ENOENT`, `ENOTDIR`, `ENOTEMPTY`, `EBUSY` for a mount point and the root, `EINVAL` for a path that ends with `.`.
    pub fn rmdir(&self, path: &str, now: Timestamp) -> Result<(), FsError> {
        self.with(path, |view| {
            let walk = view.walk(path, Last::Name)?;
            match walk.ending {
                Ending::Name => {}
                Ending::Dot => return Err(Errno::EINVAL),
                Ending::DotDot => return Err(Errno::ENOTEMPTY),
                Ending::Root => return Err(Errno::EBUSY),
            }
            let entry = walk.entry()?;
            if entry.is_mount_point() {
                return Err(Errno::EBUSY);
            }
            view.remove_dir(&entry, now)
        })
    }

    /// Removes a file, a link, or a directory with everything in it, as `rm -r` does: links are not followed, what is
    /// mounted below is emptied, and mount points stay, with the directories that lead to them.
    ///
    /// # Errors
    ///
    /// `ENOENT`; `ENOTDIR` (a file on the way, or a slash after one); `EBUSY` for the root and when a mount point was
    /// left; `EINVAL` for a path that ends with `.` or `..`.
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
            view.remove_all(&entry, &kept, now)
        })
    }
}

impl View<'_> {
    fn unlink(&mut self, entry: &Entry, time: Timestamp) -> Result<(), Errno> {
        let (parent, name, ino) = (entry.parent.ino, entry.name.to_string(), entry.place.ino);
        if entry.is_mount_point() {
            return Err(Errno::EISDIR);
        }
        self.perform(entry.parent.mount, Change::Unlink { parent, name, ino, time })
    }

    fn remove_dir(&mut self, entry: &Entry, time: Timestamp) -> Result<(), Errno> {
        let (parent, name, ino) = (entry.parent.ino, entry.name.to_string(), entry.place.ino);
        self.perform(entry.parent.mount, Change::RemoveDir { parent, name, ino, time })
    }

    /// `kept` are the directories that lead to mount points and so cannot go.
    fn remove_all(&mut self, entry: &Entry, kept: &[Place], time: Timestamp) -> Result<(), Errno> {
        let node = self.node(entry.place)?;
        let Some(directory) = node.directory() else { return self.unlink(entry, time) };
        if !entry.is_mount_point() && !kept.contains(&entry.place) {
            let (parent, name, ino) = (entry.parent.ino, entry.name.to_string(), entry.place.ino);
            return self.perform(entry.parent.mount, Change::RemoveTree { parent, name, ino, time });
        }
        let child = |(name, ino): (&std::sync::Arc<str>, &u64)| {
            let place = self.cross(entry.place.with_ino(*ino));
            Entry { parent: entry.place, name: name.clone(), place }
        };
        let children: Vec<Entry> = directory.entries.iter().map(child).collect();
        for child in &children {
            match self.remove_all(child, kept, time) {
                Ok(()) | Err(Errno::EBUSY) => {}
                Err(errno) => return Err(errno),
            }
        }
        Err(Errno::EBUSY)
    }

    /// Every directory that something is mounted on, or below which that is so.
    fn above_mounts(&self) -> Vec<Place> {
        let mut places = Vec::new();
        for covered in self.mounts().iter().filter_map(|mount| mount.covers) {
            let mut place = covered;
            while !places.contains(&place) {
                places.push(place);
                if let Some(directory) = self.node(place).ok().and_then(|node| node.directory()) {
                    place = place.with_ino(directory.parent);
                }
            }
        }
        places
    }
}
