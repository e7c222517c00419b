//! Making files and directories, and changing their contents.

use bytes::Bytes;

use super::Namespace;
use super::view::{Place, View};
use super::walk::{Ending, Last};
use crate::{Access, Change, Errno, FsError, NewNode, Piece, Timestamp};

impl Namespace {
    /// Makes a file with these contents, or replaces those it has; links are followed, also to where nothing is yet. A
    /// new file's mode is 0644 (0666 without the umask, for [`Namespace::as_user`]). The whole is one change: what does not
    /// fit leaves the file as it was.
    ///
    /// # Errors
    ///
    /// `ENOENT` without a parent directory, `EISDIR`, `ENOTDIR`, `ELOOP`, `ENOSPC`, `ENOMEM`, `EACCES`, `EROFS`.
    pub fn write(&self, path: &str, data: impl Into<Bytes>, now: Timestamp) -> Result<(), FsError> {
        let data = Piece::Memory(data.into());
        self.with(path, |view| {
            let walk = view.walk(path, Last::Create)?;
            match walk.found() {
                Some(place) => {
                    view.check_change(place)?;
                    view.drop_powers(place, now)?;
                    view.perform(place.mount, Change::Replace { ino: place.ino, data, time: now })
                }
                None => view.create_at(&walk, NewNode::File { data }, view.new_file(), now),
            }
        })
    }

    /// Adds to the end of a file, making it where it is missing (mode 0644). It costs what is added.
    ///
    /// # Errors
    ///
    /// Those of [`Namespace::write`], and `EFBIG`.
    pub fn append(&self, path: &str, data: impl Into<Bytes>, now: Timestamp) -> Result<(), FsError> {
        let data = Piece::Memory(data.into());
        self.with(path, |view| {
            let walk = view.walk(path, Last::Create)?;
            match walk.found() {
                Some(place) => {
                    view.check_change(place)?;
                    let offset = view.content(place)?.len();
                    view.write_at(place, offset, data, now)
                }
                None => view.create_at(&walk, NewNode::File { data }, view.new_file(), now),
            }
        })
    }

    /// Writes into a file that is there, from `offset` on; beyond its end a hole is left.
    ///
    /// # Errors
    ///
    /// `ENOENT`, `EISDIR`, `ENOSPC`, `ENOMEM`, `EFBIG`; nothing is written then.
    pub fn write_at(
        &self,
        path: &str,
        offset: u64,
        data: impl Into<Bytes>,
        now: Timestamp,
    ) -> Result<(), FsError> {
        let data = Piece::Memory(data.into());
        self.with(path, |view| {
            let place = view.find(path, Last::Follow)?;
            view.check_change(place)?;
            view.write_at(place, offset, data, now)
        })
    }

    /// Makes an empty file that was not there, not even as a link that leads nowhere.
    ///
    /// # Errors
    ///
    /// `EEXIST`, and those of [`Namespace::write`].
    pub fn create_exclusive(&self, path: &str, mode: u32, now: Timestamp) -> Result<(), FsError> {
        self.with(path, |view| {
            let walk = view.walk(path, Last::Name)?;
            if walk.ending == Ending::Name && walk.slash {
                return Err(Errno::EISDIR);
            }
            view.create_at(&walk, NewNode::File { data: Piece::default() }, mode, now)
        })
    }

    /// Sets a file's length: cuts it off, or adds a hole, which takes no space. The length it has already changes nothing.
    ///
    /// # Errors
    ///
    /// `ENOENT`, `EISDIR`, `EFBIG`.
    pub fn truncate(&self, path: &str, size: u64, now: Timestamp) -> Result<(), FsError> {
        self.with(path, |view| {
            let place = view.find(path, Last::Follow)?;
            view.check_change(place)?;
            if view.content(place)?.len() == size {
                return Ok(());
            }
            view.drop_powers(place, now)?;
            view.perform(place.mount, Change::Truncate { ino: place.ino, size, time: now })
        })
    }

    /// Takes space for a part of a file, so that writing there cannot fail for want of it: holes become zeros, and the
    /// file grows to the part's end. What is written there already stays.
    ///
    /// # Errors
    ///
    /// `ENOENT`, `EISDIR`, `ENOSPC`, `ENOMEM`, `EFBIG`, and `EINVAL` for no length; nothing is taken then.
    pub fn allocate(&self, path: &str, offset: u64, len: u64, now: Timestamp) -> Result<(), FsError> {
        self.with(path, |view| {
            let place = view.find(path, Last::Follow)?;
            view.check_change(place)?;
            if len == 0 {
                return Err(Errno::EINVAL);
            }
            view.drop_powers(place, now)?;
            view.perform(place.mount, Change::Allocate { ino: place.ino, offset, len, time: now })
        })
    }

    /// Makes a named pipe.
    ///
    /// # Errors
    ///
    /// `EEXIST`, `ENOENT` without a parent directory, `ENOTDIR`, `ENOSPC`, `EACCES`, `EROFS`.
    pub fn make_fifo(&self, path: &str, mode: u32, now: Timestamp) -> Result<(), FsError> {
        self.make_node(path, NewNode::Fifo, mode, now)
    }

    /// Makes a character device with these numbers, major and minor.
    ///
    /// # Errors
    ///
    /// `EPERM` for a user other than root, and those of [`Namespace::make_fifo`].
    pub fn make_device(
        &self,
        path: &str,
        mode: u32,
        (major, minor): (u32, u32),
        now: Timestamp,
    ) -> Result<(), FsError> {
        if !self.user.credentials.is_root() {
            return Err(Errno::EPERM.at(path));
        }
        self.make_node(path, NewNode::Device { major, minor }, mode, now)
    }

    fn make_node(&self, path: &str, node: NewNode, mode: u32, now: Timestamp) -> Result<(), FsError> {
        self.with(path, |view| {
            let walk = view.walk(path, Last::Name)?;
            if walk.slash && walk.found().is_none() {
                return Err(Errno::ENOENT);
            }
            view.create_at(&walk, node, mode, now)
        })
    }

    /// Makes a directory.
    ///
    /// # Errors
    ///
    /// `EEXIST`, `ENOENT` without a parent directory, `ENOTDIR`, `ENOSPC`.
    pub fn mkdir(&self, path: &str, mode: u32, now: Timestamp) -> Result<(), FsError> {
        self.with(path, |view| view.mkdir(path, mode, now))
    }

    /// Makes a directory and those above it that are missing, all with this mode. One that is there already is fine.
    ///
    /// # Errors
    ///
    /// `EEXIST` when something else has the name, `ENOTDIR` when something else is on the way, `ENOSPC`.
    pub fn mkdir_all(&self, path: &str, mode: u32, now: Timestamp) -> Result<(), FsError> {
        self.with(path, |view| view.mkdir_all(path, mode, now))
    }
}

impl View<'_> {
    pub(super) fn mkdir(&mut self, path: &str, mode: u32, now: Timestamp) -> Result<(), Errno> {
        let walk = self.walk(path, Last::Name)?;
        self.create_at(&walk, NewNode::Directory, mode, now)
    }

    pub(super) fn mkdir_all(&mut self, path: &str, mode: u32, now: Timestamp) -> Result<(), Errno> {
        let path = match path.trim_end_matches('/') {
            "" => path,
            trimmed => trimmed,
        };
        if self.is_dir(path) == Ok(true) {
            return Ok(());
        }
        let ends = path.match_indices('/').map(|(at, _)| at).skip(1).chain([path.len()]);
        for end in ends {
            match self.mkdir(&path[..end], mode, now) {
                Err(Errno::EEXIST) => match self.is_dir(&path[..end]) {
                    Ok(true) => {}
                    _ if end == path.len() => return Err(Errno::EEXIST),
                    Ok(false) => return Err(Errno::ENOTDIR),
                    Err(Errno::ENOENT) => return Err(Errno::EEXIST),
                    Err(errno) => return Err(errno),
                },
                other => other?,
            }
        }
        Ok(())
    }

    fn is_dir(&self, path: &str) -> Result<bool, Errno> {
        Ok(self.node(self.find(path, Last::Follow)?)?.is_dir())
    }

    /// Checks that the user may change the contents of what is there.
    pub(super) fn check_change(&self, place: Place) -> Result<(), Errno> {
        self.content(place)?;
        self.check_writable(place.mount)?;
        self.check(place, Access::WRITE)
    }

    /// Makes a new inode where the walk found nothing; `EEXIST` where it found something.
    pub(super) fn create_at(
        &mut self,
        walk: &super::walk::Walk,
        node: NewNode,
        mode: u32,
        now: Timestamp,
    ) -> Result<(), Errno> {
        let (parent, name) = walk.vacancy()?;
        self.create(parent, name, node, mode, now)
    }

    fn write_at(&mut self, place: Place, offset: u64, data: Piece, time: Timestamp) -> Result<(), Errno> {
        if data.is_empty() {
            return Ok(());
        }
        self.drop_powers(place, time)?;
        self.perform(place.mount, Change::Write { ino: place.ino, offset, data, time })
    }
}
