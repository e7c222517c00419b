//! Operations that change nothing.

use bytes::Bytes;

use super::Namespace;
use super::view::{Place, View};
use super::walk::Last;
use crate::content::Content;
use crate::node::Body;
use crate::{Access, DirEntry, Errno, FsError, Ino, Piece, Stat};

impl Namespace {
    /// A file's contents, links followed.
    ///
    /// # Errors
    ///
    /// `ENOENT`, `EISDIR`, `EACCES`; `EFBIG` above 1 GiB (read such a file in ranges), `ENOMEM`.
    pub fn read(&self, path: &str) -> Result<Bytes, FsError> {
        let of_tree = |view: &mut View<'_>, place: Place| {
            view.content(place)?;
            view.accessed(place);
            if matches!(view.content(place)?, Content::Whole(_)) {
                return view.content(place)?.read(0, u64::MAX);
            }
            view.tree_mut(place.mount).contents_mut(place.ino).ok_or(Errno::ENOENT)?.read_whole()
        };
        self.read_either(path, of_tree, |contents| contents)
    }

    /// At most `len` bytes of a file from `offset` on; fewer where it ends.
    ///
    /// # Errors
    ///
    /// Those of [`Namespace::read`], about the part that is read.
    pub fn read_range(&self, path: &str, offset: u64, len: u64) -> Result<Bytes, FsError> {
        let of_tree = |view: &mut View<'_>, place: Place| {
            view.content(place)?;
            view.accessed(place);
            view.content(place)?.read(offset, len)
        };
        self.read_either(path, of_tree, |contents| {
            let start = usize::try_from(offset).unwrap_or(usize::MAX).min(contents.len());
            let len = usize::try_from(len).unwrap_or(usize::MAX).min(contents.len() - start);
            contents.slice(start..start + len)
        })
    }

    /// What of a file is no hole: where its pieces begin and how long they are, in order. All that lies between them reads
    /// as zeros.
    ///
    /// # Errors
    ///
    /// `ENOENT`, `EISDIR`, `EACCES`.
    pub fn extents(&self, path: &str) -> Result<Vec<(u64, u64)>, FsError> {
        let of_tree = |view: &mut View<'_>, place: Place| {
            let content = view.content(place)?;
            let inside = |(start, piece): (u64, Piece)| {
                let len = content.len().checked_sub(start)?.min(piece.len());
                (len > 0).then_some((start, len))
            };
            Ok(content.data().into_iter().filter_map(inside).collect())
        };
        self.read_either(path, of_tree, |contents| vec![(0, contents.len() as u64)])
    }

    /// The contents of a made file by its number.
    ///
    /// # Errors
    ///
    /// `ENOENT` where it is there no more.
    pub fn made_contents(&self, ino: Ino) -> Result<Bytes, Errno> {
        let made = self.made.as_ref().ok_or(Errno::ENOENT)?;
        made.files.contents(ino, self.user.viewer).ok_or(Errno::ENOENT)
    }

    /// Reads the file of a tree, or one that is made, which is made when no tree is locked.
    fn read_either<T>(
        &self,
        path: &str,
        of_tree: impl FnOnce(&mut View<'_>, Place) -> Result<T, Errno>,
        of_made: impl FnOnce(Bytes) -> T,
    ) -> Result<T, FsError> {
        let read = self.with(path, |view| {
            let place = view.find(path, Last::Follow)?;
            view.check(place, Access::READ)?;
            match place.is_made() {
                true if view.node(place)?.is_dir() => Err(Errno::EISDIR),
                true => Ok(Err(place.ino)),
                false => of_tree(view, place).map(Ok),
            }
        })?;
        match read {
            Ok(of_tree) => Ok(of_tree),
            Err(made) => self.made_contents(made).map(of_made).map_err(|errno| errno.at(path)),
        }
    }

    /// What is at a path, links followed.
    ///
    /// # Errors
    ///
    /// `ENOENT`, `ENOTDIR` (a file on the way, or a slash after one), `ELOOP`, `EACCES` for a directory on the way that
    /// the user may not search.
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

    /// Checks that the user may do something with what is at a path, links followed, as `access(2)` for the user's own ids.
    ///
    /// # Errors
    ///
    /// `EACCES`, `EROFS` for writing to a mount that can only be read, and those of [`Namespace::stat`].
    pub fn access(&self, path: &str, access: Access) -> Result<(), FsError> {
        self.with(path, |view| {
            let place = view.find(path, Last::Follow)?;
            view.check(place, access)?;
            if access.0 & Access::WRITE.0 != 0 { view.check_writable(place.mount) } else { Ok(()) }
        })
    }

    /// Whether something is at a path, links followed. A link that leads nowhere does not exist.
    pub fn exists(&self, path: &str) -> bool {
        self.with_view(|view| view.find(path, Last::Follow).is_ok())
    }

    /// What is in a directory, sorted by the bytes of the names, without `.` and `..`. Who may read a directory but not
    /// search it is told the inodes too, unlike on Linux.
    ///
    /// # Errors
    ///
    /// `ENOTDIR`, `EACCES` for a directory that the user may not read, and those of [`Namespace::stat`].
    pub fn read_dir(&self, path: &str) -> Result<Vec<DirEntry>, FsError> {
        self.with(path, |view| {
            let place = view.find(path, Last::Follow)?;
            view.list(place)
        })
    }

    /// The text of a symbolic link.
    ///
    /// # Errors
    ///
    /// `EINVAL` for anything else, and those of [`Namespace::stat`].
    pub fn read_link(&self, path: &str) -> Result<String, FsError> {
        self.with(path, |view| {
            let place = view.find(path, Last::Link)?;
            let node = view.node(place)?;
            let Body::Symlink(target) = &node.body else { return Err(Errno::EINVAL) };
            let target = target.to_string();
            drop(node);
            view.accessed(place);
            Ok(target)
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
    /// What is in a directory that the user may read.
    fn list(&mut self, place: Place) -> Result<Vec<DirEntry>, Errno> {
        let node = self.node(place)?;
        let directory = node.directory().ok_or(Errno::ENOTDIR)?;
        self.check(place, Access::READ)?;
        let mut entries = Vec::with_capacity(directory.entries.len());
        for (name, ino) in &directory.entries {
            match self.stat(self.cross(place.with_ino(*ino))) {
                Ok(stat) => entries.push(DirEntry { name: name.to_string(), stat }),
                // What is made may have gone in between.
                Err(Errno::ENOENT) if place.is_made() => {}
                Err(errno) => return Err(errno),
            }
        }
        drop(node);
        self.accessed(place);
        Ok(entries)
    }

    /// A file's contents; `EISDIR` for a directory, `EINVAL` for what has none, `EPERM` for a made file.
    pub(super) fn content(&self, place: Place) -> Result<&Content, Errno> {
        if place.is_made() {
            return Err(if self.node(place)?.is_dir() { Errno::EISDIR } else { Errno::EPERM });
        }
        match &self.tree(place.mount).node(place.ino).ok_or(Errno::ENOENT)?.body {
            Body::File(content) => Ok(content),
            Body::Directory(_) => Err(Errno::EISDIR),
            Body::Symlink(_) => Err(Errno::ELOOP),
            Body::Fifo | Body::Device(..) => Err(Errno::EINVAL),
        }
    }
}
