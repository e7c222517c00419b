//! Operations that change nothing.

use bytes::Bytes;

use super::Namespace;
use super::view::View;
use super::walk::Last;
use crate::content::Content;
use crate::node::Body;
use crate::{DirEntry, Errno, FsError, Stat};

impl Namespace {
    /// A file's contents, links followed.
    ///
    /// # Errors
    ///
    /// `ENOENT`, `EISDIR`; `EFBIG` above 1 GiB (read such a file in ranges), `ENOMEM`.
    pub fn read(&self, path: &str) -> Result<Bytes, FsError> {
        self.with(path, |view| {
            let place = view.find(path, Last::Follow)?;
            if matches!(view.content(place)?, Content::Whole(_)) {
                return view.content(place)?.read(0, u64::MAX);
            }
            view.tree_mut(place.mount).contents_mut(place.ino).ok_or(Errno::ENOENT)?.read_whole()
        })
    }

    /// At most `len` bytes of a file from `offset` on; fewer where it ends.
    ///
    /// # Errors
    ///
    /// Those of [`Namespace::read`], about the part that is read.
    pub fn read_range(&self, path: &str, offset: u64, len: u64) -> Result<Bytes, FsError> {
        self.with(path, |view| {
            let place = view.find(path, Last::Follow)?;
            view.content(place)?.read(offset, len)
        })
    }

    /// What of a file is no hole: its pieces with their offsets, in order, sharing memory with the file. All that lies
    /// between them reads as zeros.
    ///
    /// # Errors
    ///
    /// `ENOENT`, `EISDIR`.
    pub fn extents(&self, path: &str) -> Result<Vec<(u64, Bytes)>, FsError> {
        self.with(path, |view| Ok(view.content(view.find(path, Last::Follow)?)?.data()))
    }

    /// What is at a path, links followed.
    ///
    /// # Errors
    ///
    /// `ENOENT`, `ENOTDIR` (a file on the way, or a slash after one), `ELOOP`.
    pub fn stat(&self, path: &str) -> Result<Stat, FsError> {
        self.with(path, |view| view.stat(view.find(path, Last::Follow)?))
    }

    /// What is at a path, a link at its end not followed.
    ///
    /// # Errors
    ///
    /// Those of [`Namespace::stat`].
    pub fn lstat(&self, path: &str) -> Result<Stat, FsError> {
        self.with(path, |view| view.stat(view.find(path, Last::Link)?))
    }

    /// Whether something is at a path, links followed. A link that leads nowhere does not exist.
    pub fn exists(&self, path: &str) -> bool {
        self.with_view(|view| view.find(path, Last::Follow).is_ok())
    }

    /// What is in a directory, sorted by the bytes of the names, without `.` and `..`.
    ///
    /// # Errors
    ///
    /// `ENOTDIR`, and those of [`Namespace::stat`].
    pub fn read_dir(&self, path: &str) -> Result<Vec<DirEntry>, FsError> {
        self.with(path, |view| {
            let place = view.find(path, Last::Follow)?;
            let directory = view.node(place)?.directory().ok_or(Errno::ENOTDIR)?;
            let entry = |(name, ino): (&std::sync::Arc<str>, &u64)| {
                let stat = view.stat(view.cross(place.with_ino(*ino)))?;
                Ok(DirEntry { name: name.to_string(), stat })
            };
            directory.entries.iter().map(entry).collect()
        })
    }

    /// The text of a symbolic link.
    ///
    /// # Errors
    ///
    /// `EINVAL` for anything else, and those of [`Namespace::stat`].
    pub fn read_link(&self, path: &str) -> Result<String, FsError> {
        self.with(path, |view| match &view.node(view.find(path, Last::Link)?)?.body {
            Body::Symlink(target) => Ok(target.to_string()),
            Body::File(_) | Body::Directory(_) => Err(Errno::EINVAL),
        })
    }

    /// The same place without links, `.`, `..` and doubled slashes.
    ///
    /// # Errors
    ///
    /// Those of [`Namespace::stat`].
    pub fn canonicalize(&self, path: &str) -> Result<String, FsError> {
        self.with(path, |view| {
            view.find(path, Last::Follow)?;
            Ok(view.walk(path, Last::Follow)?.canonical())
        })
    }
}

impl View<'_> {
    /// A file's contents; `EISDIR` for a directory.
    pub(super) fn content(&self, place: super::view::Place) -> Result<&Content, Errno> {
        match &self.node(place)?.body {
            Body::File(content) => Ok(content),
            Body::Directory(_) => Err(Errno::EISDIR),
            Body::Symlink(_) => Err(Errno::ELOOP),
        }
    }
}
