//! Links, and what an inode says about itself.

use super::Namespace;
use super::view::{Place, View};
use super::walk::Last;
use crate::path::check_target;
use crate::{Change, Errno, FsError, NewNode, Timestamp};

impl Namespace {
    /// Makes a symbolic link that holds `target`, which need not lead anywhere.
    ///
    /// # Errors
    ///
    /// `EEXIST`, `ENOENT` for an empty target or without a parent directory, `ENAMETOOLONG`.
    pub fn symlink(&self, target: &str, link: &str, now: Timestamp) -> Result<(), FsError> {
        self.with(link, |view| {
            check_target(target)?;
            let walk = view.walk(link, Last::Name)?;
            let (parent, name) = walk.vacancy()?;
            if walk.slash {
                return Err(Errno::ENOENT);
            }
            view.create(parent, name, NewNode::Symlink { target: target.to_owned() }, 0o777, now)
        })
    }

    /// Gives a file one more name. A symbolic link is not followed: it gets the name itself.
    ///
    /// # Errors
    ///
    /// `EEXIST`, `EXDEV` across mounts, `EPERM` for a directory, `EMLINK`, `ENOENT`.
    pub fn link(&self, existing: &str, new: &str, now: Timestamp) -> Result<(), FsError> {
        self.with_view(|view| {
            let place = view.find(existing, Last::Link).map_err(|errno| errno.at(existing))?;
            view.link(place, new, now).map_err(|errno| match errno {
                Errno::EPERM | Errno::EMLINK => errno.at(existing),
                _ => errno.at(new),
            })
        })
    }

    /// Sets permission bits (`0o7777`), links followed.
    ///
    /// # Errors
    ///
    /// Those of [`Namespace::stat`].
    pub fn chmod(&self, path: &str, mode: u32, now: Timestamp) -> Result<(), FsError> {
        self.with(path, |view| {
            let place = view.find(path, Last::Follow)?;
            view.perform(place.mount, Change::SetMode { ino: place.ino, mode: mode & 0o7777, time: now })
        })
    }

    /// Sets owner and group, links followed; `None` leaves one as it is. A file loses its set-id bits.
    ///
    /// # Errors
    ///
    /// Those of [`Namespace::stat`].
    pub fn chown(
        &self,
        path: &str,
        uid: Option<u32>,
        gid: Option<u32>,
        now: Timestamp,
    ) -> Result<(), FsError> {
        self.set_owner(path, Last::Follow, uid, gid, now)
    }

    /// As [`Namespace::chown`], for a link itself.
    ///
    /// # Errors
    ///
    /// Those of [`Namespace::lstat`].
    pub fn lchown(
        &self,
        path: &str,
        uid: Option<u32>,
        gid: Option<u32>,
        now: Timestamp,
    ) -> Result<(), FsError> {
        self.set_owner(path, Last::Link, uid, gid, now)
    }

    /// Sets the times of access and modification, links followed; `None` leaves one as it is.
    ///
    /// # Errors
    ///
    /// Those of [`Namespace::stat`].
    pub fn set_times(
        &self,
        path: &str,
        atime: Option<Timestamp>,
        mtime: Option<Timestamp>,
        now: Timestamp,
    ) -> Result<(), FsError> {
        self.with(path, |view| {
            let place = view.find(path, Last::Follow)?;
            view.perform(place.mount, Change::SetTimes { ino: place.ino, atime, mtime, time: now })
        })
    }

    fn set_owner(
        &self,
        path: &str,
        last: Last,
        uid: Option<u32>,
        gid: Option<u32>,
        now: Timestamp,
    ) -> Result<(), FsError> {
        self.with(path, |view| {
            let place = view.find(path, last)?;
            let node = view.node(place)?;
            let (uid, gid) = (uid.unwrap_or(node.uid), gid.unwrap_or(node.gid));
            view.perform(place.mount, Change::SetOwner { ino: place.ino, uid, gid, time: now })
        })
    }
}

impl View<'_> {
    fn link(&mut self, place: Place, new: &str, time: Timestamp) -> Result<(), Errno> {
        let walk = self.walk(new, Last::Name)?;
        let (parent, name) = walk.vacancy()?;
        if walk.slash {
            return Err(Errno::ENOENT);
        }
        if parent.mount != place.mount {
            return Err(Errno::EXDEV);
        }
        let (parent, name) = (parent.ino, name.to_owned());
        self.perform(place.mount, Change::Link { ino: place.ino, parent, name, time })
    }
}
