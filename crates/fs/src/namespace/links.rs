//! Links, and what an inode says about itself.

use super::Namespace;
use super::view::{Place, View};
use super::walk::Last;
use crate::path::check_target;
use crate::{Access, Change, Errno, FsError, Kind, NewNode, Timestamp};

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
    /// `EEXIST`, `EXDEV` across mounts, `EPERM` for a directory and for another user's file that one cannot read and
    /// write (as with Linux's `fs.protected_hardlinks`), `EMLINK`, `ENOENT`, `EACCES`, `EROFS`.
    pub fn link(&self, existing: &str, new: &str, now: Timestamp) -> Result<(), FsError> {
        self.with_view(|view| {
            let place = view.find(existing, Last::Link).map_err(|errno| errno.at(existing))?;
            view.link(place, new, now).map_err(|errno| match errno {
                Errno::EPERM | Errno::EMLINK => errno.at(existing),
                _ => errno.at(new),
            })
        })
    }

    /// Sets permission bits (`0o7777`), links followed. The set-group-id bit is left out for a group that the user is not
    /// in.
    ///
    /// # Errors
    ///
    /// `EPERM` for a user other than the owner, `EROFS`, and those of [`Namespace::stat`].
    pub fn chmod(&self, path: &str, mode: u32, now: Timestamp) -> Result<(), FsError> {
        self.with(path, |view| {
            let place = view.find(path, Last::Follow)?;
            view.set_attributes(place, now, |it| it.set_mode(mode))
        })
    }

    /// Sets owner and group, links followed; `None` leaves one as it is. A file loses its set-id bits.
    ///
    /// # Errors
    ///
    /// `EPERM` where a user other than root changes more than the group of an own file to another own group, `EROFS`, and
    /// those of [`Namespace::stat`].
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

    /// Sets the times of access and modification, links followed; `None` leaves one as it is, and without either nothing
    /// is done at all.
    ///
    /// # Errors
    ///
    /// For a user other than the owner `EPERM`, save that who may write may set both to `now` (`EACCES` else); `EROFS`, and
    /// those of [`Namespace::stat`].
    pub fn set_times(
        &self,
        path: &str,
        atime: Option<Timestamp>,
        mtime: Option<Timestamp>,
        now: Timestamp,
    ) -> Result<(), FsError> {
        self.set_times_of(path, Last::Follow, atime, mtime, now)
    }

    /// As [`Namespace::set_times`], for a link itself.
    ///
    /// # Errors
    ///
    /// Those of [`Namespace::set_times`].
    pub fn lset_times(
        &self,
        path: &str,
        atime: Option<Timestamp>,
        mtime: Option<Timestamp>,
        now: Timestamp,
    ) -> Result<(), FsError> {
        self.set_times_of(path, Last::Link, atime, mtime, now)
    }

    fn set_times_of(
        &self,
        path: &str,
        last: Last,
        atime: Option<Timestamp>,
        mtime: Option<Timestamp>,
        now: Timestamp,
    ) -> Result<(), FsError> {
        self.with(path, |view| {
            if atime.or(mtime).is_none() {
                return Ok(());
            }
            let place = view.find(path, last)?;
            view.set_attributes(place, now, |it| it.set_times(atime, mtime))
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
            view.set_attributes(place, now, |it| it.set_owner(uid, gid))
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
        self.check_writable(parent.mount)?;
        if parent.mount != place.mount {
            return Err(Errno::EXDEV);
        }
        let node = self.node(place)?;
        if !self.user().owns(&node) && !self.may_link(place)? {
            return Err(Errno::EPERM);
        }
        self.check(parent, Access::CHANGE)?;
        let (parent, name) = (parent.ino, name.to_owned());
        self.perform(place.mount, Change::Link { ino: place.ino, parent, name, time })
    }

    /// Whether another user's inode is one that may get a name: a file that gives no powers and that one could copy.
    fn may_link(&self, place: Place) -> Result<bool, Errno> {
        let node = self.node(place)?;
        let gives_powers = node.mode & 0o4000 != 0 || node.mode & 0o2010 == 0o2010;
        let copies = self.check(place, Access::READ | Access::WRITE).is_ok();
        Ok(node.kind() == Kind::File && !gives_powers && copies)
    }
}
