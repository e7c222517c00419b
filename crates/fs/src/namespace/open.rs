//! From a path to an open file.

use std::sync::Arc;

use super::Namespace;
use super::view::{Place, View};
use super::walk::{Ending, Last, Walk};
use crate::file::{OpenFile, OpenFlags};
use crate::{Access, Change, Errno, FsError, Kind, NewNode, Piece, Timestamp};

impl Namespace {
    /// Opens a file, or a directory for reading, as `open(2)` does. It stays as it is whatever becomes of its names, until
    /// the handle is dropped. `mode` is that of a file which is made, before the umask.
    ///
    /// # Errors
    ///
    /// `ENOENT`, `EEXIST` with [`OpenFlags::EXCLUSIVE`], `EISDIR` for a directory to be written, `ENOTDIR`, `ELOOP` for a
    /// link with [`OpenFlags::NO_FOLLOW`], `EACCES`, `EROFS`, `ENXIO` for a made file, `EINVAL` for [`OpenFlags::CREATE`] with
    /// [`OpenFlags::DIRECTORY`].
    pub fn open(&self, path: &str, flags: OpenFlags, mode: u32, now: Timestamp) -> Result<OpenFile, FsError> {
        self.with(path, |view| {
            let place = view.open(path, flags, mode, now)?;
            view.tree_mut(place.mount).open(place.ino);
            let mount = &view.mounts()[place.mount];
            if flags.has(OpenFlags::WRITE) {
                mount.access.add_writer();
            }
            Ok(OpenFile {
                tree: Arc::clone(&mount.tree),
                ino: place.ino,
                dev: View::dev(place.mount),
                flags,
                mount: Arc::clone(&mount.access),
                user: self.user.credentials.clone(),
                path: path.to_owned(),
            })
        })
    }
}

impl View<'_> {
    /// The checks in Linux's order.
    fn open(&mut self, path: &str, flags: OpenFlags, mode: u32, now: Timestamp) -> Result<Place, Errno> {
        if flags.has(OpenFlags::CREATE | OpenFlags::DIRECTORY) {
            return Err(Errno::EINVAL);
        }
        let create = flags.has(OpenFlags::CREATE);
        let exclusive = create && flags.has(OpenFlags::EXCLUSIVE);
        let stops = exclusive || flags.has(OpenFlags::NO_FOLLOW);
        let walk = match (create, stops) {
            (true, false) => self.walk(path, Last::Create)?,
            (true, true) => self.walk_to_name(path)?,
            (false, true) => self.walk(path, Last::Link)?,
            (false, false) => self.walk(path, Last::Follow)?,
        };
        let Some(place) = walk.found() else {
            if !create {
                return Err(Errno::ENOENT);
            }
            return self.create_file(&walk, mode, now);
        };
        if exclusive {
            return Err(Errno::EEXIST);
        }
        let kind = self.node(place)?.kind();
        if create && kind == Kind::Directory {
            return Err(Errno::EISDIR);
        }
        if create && kind == Kind::Symlink {
            self.check_sticky_link(walk.parent, place)?;
        }
        if (walk.slash || flags.has(OpenFlags::DIRECTORY)) && kind != Kind::Directory {
            return Err(Errno::ENOTDIR);
        }
        let truncates = flags.has(OpenFlags::TRUNCATE);
        if truncates && kind == Kind::File && !place.is_made() {
            self.check_writable(place.mount)?;
        }
        let writes = flags.has(OpenFlags::WRITE) || truncates;
        match kind {
            Kind::Symlink => return Err(Errno::ELOOP),
            Kind::Directory if writes => return Err(Errno::EISDIR),
            _ => {}
        }
        let read = if flags.has(OpenFlags::READ) { Access::READ } else { Access::EXISTS };
        self.check(place, if writes { read | Access::WRITE } else { read })?;
        if place.is_made() {
            return Err(if writes && kind == Kind::File { Errno::EACCES } else { Errno::ENXIO });
        }
        if writes && kind == Kind::File {
            self.check_writable(place.mount)?;
        }
        if truncates && kind == Kind::File {
            self.drop_powers(place, now)?;
            self.perform(place.mount, Change::Truncate { ino: place.ino, size: 0, time: now })?;
        }
        Ok(place)
    }

    /// For `O_CREAT` that follows no link: a slash after the name is `EISDIR` before it is looked up.
    fn walk_to_name(&self, path: &str) -> Result<Walk, Errno> {
        let walk = self.walk(path, Last::Name)?;
        if walk.ending == Ending::Name && walk.slash {
            return Err(Errno::EISDIR);
        }
        Ok(walk)
    }

    /// Linux's rule for `O_CREAT` that meets a link of others in a sticky directory which everyone may write: `EACCES`.
    fn check_sticky_link(&self, parent: Place, link: Place) -> Result<(), Errno> {
        let (parent, owner) = (self.node(parent)?, self.node(link)?.uid);
        let is_shared = parent.mode & 0o1002 == 0o1002;
        if is_shared && owner != parent.uid && owner != self.user().uid { Err(Errno::EACCES) } else { Ok(()) }
    }

    fn create_file(&mut self, walk: &Walk, mode: u32, now: Timestamp) -> Result<Place, Errno> {
        let (parent, _) = walk.vacancy()?;
        if parent.is_made() {
            return Err(Errno::ENOENT);
        }
        let place = parent.with_ino(self.tree(parent.mount).next_ino());
        self.create_at(walk, NewNode::File { data: Piece::default() }, mode, now)?;
        Ok(place)
    }
}
