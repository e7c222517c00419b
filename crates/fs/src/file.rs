//! Open files: handles of inodes, which live on without a name until the last one is dropped.

use std::sync::Arc;

use bytes::Bytes;

use crate::attributes::{Attributes, Changes};
use crate::content::Content;
use crate::namespace::MountAccess;
use crate::node::{Body, Node};
use crate::tree::locked;
use crate::{Change, Credentials, Errno, FsError, Ino, Piece, SharedTree, Stat, Timestamp, Tree};

/// The error of using a handle for what it was not opened for. Linux has `EBADF`, which belongs to whoever numbers
/// files; [`OpenFile::flags`] tells it beforehand.
const NOT_OPENED_FOR: Errno = Errno::EINVAL;

/// How a file is opened: any of these, joined by `|`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OpenFlags(u32);

impl OpenFlags {
    /// To be read.
    pub const READ: OpenFlags = OpenFlags(1);
    /// To be written.
    pub const WRITE: OpenFlags = OpenFlags(2);
    /// Made where it is missing (`O_CREAT`).
    pub const CREATE: OpenFlags = OpenFlags(4);
    /// With `CREATE`: only where it is missing, links not followed (`O_EXCL`).
    pub const EXCLUSIVE: OpenFlags = OpenFlags(8);
    /// Emptied (`O_TRUNC`).
    pub const TRUNCATE: OpenFlags = OpenFlags(16);
    /// Everything is written at the end (`O_APPEND`).
    pub const APPEND: OpenFlags = OpenFlags(32);
    /// Only a directory (`O_DIRECTORY`).
    pub const DIRECTORY: OpenFlags = OpenFlags(64);
    /// A link at the end of the path is not followed (`O_NOFOLLOW`).
    pub const NO_FOLLOW: OpenFlags = OpenFlags(128);

    /// Whether all of `flags` are among these.
    pub fn has(self, flags: OpenFlags) -> bool {
        self.0 & flags.0 == flags.0
    }
}

impl std::ops::BitOr for OpenFlags {
    type Output = OpenFlags;

    fn bitor(self, other: OpenFlags) -> OpenFlags {
        OpenFlags(self.0 | other.0)
    }
}

/// What [`OpenFile::allocate`] does, named after the modes of `fallocate(2)`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Allocation {
    /// Space is taken, and the file grows to the part's end.
    Extend,
    /// Space is taken, also beyond the file's end, which stays (`FALLOC_FL_KEEP_SIZE`).
    KeepSize,
    /// The part becomes a hole (`FALLOC_FL_PUNCH_HOLE`).
    PunchHole,
}

/// An open file. Dropping it closes it, and gives the space back where it was the last handle of a file without a name.
///
/// It acts for the user who opened it. Where one reads and writes next is for the caller to keep. Errors carry the path with which the file was opened.
/// Never drop or use it while its tree is locked by hand.
#[derive(Debug)]
pub struct OpenFile {
    pub(crate) tree: SharedTree,
    pub(crate) ino: Ino,
    pub(crate) dev: u32,
    pub(crate) flags: OpenFlags,
    pub(crate) mount: Arc<MountAccess>,
    pub(crate) user: Credentials,
    pub(crate) path: String,
}

impl OpenFile {
    /// How it was opened.
    pub fn flags(&self) -> OpenFlags {
        self.flags
    }

    /// What `fstat(2)` answers; no links when the last name has gone.
    ///
    /// # Errors
    ///
    /// None while the tree is what it was: an open inode does not go.
    pub fn stat(&self) -> Result<Stat, FsError> {
        self.with(|tree| Ok(node(tree, self.ino)?.stat(self.dev, self.ino)))
    }

    /// At most `len` bytes from `offset` on; fewer where the file ends. It moves the access time as
    /// [`Namespace::reading_at`](crate::Namespace::reading_at) tells.
    ///
    /// # Errors
    ///
    /// `EISDIR`; `EINVAL` for a handle that was not opened to be read; `EFBIG` above 1 GiB, `ENOMEM`.
    pub fn read_at(&self, offset: u64, len: u64, now: Timestamp) -> Result<Bytes, FsError> {
        self.with(|tree| {
            self.needs(OpenFlags::READ)?;
            let data = content(tree, self.ino)?.read(offset, len)?;
            if len > 0 && !self.mount.is_read_only() {
                tree.accessed(self.ino, now);
            }
            Ok(data)
        })
    }

    /// Writes at `offset`, or at the end where it was opened to append, and tells where what was written ends.
    ///
    /// # Errors
    ///
    /// `EINVAL` for a handle that was not opened to be written; `ENOSPC`, `ENOMEM`, `EFBIG`; nothing is written then.
    pub fn write_at(&self, offset: u64, data: impl Into<Bytes>, now: Timestamp) -> Result<u64, FsError> {
        let data = Piece::Memory(data.into());
        self.with(|tree| {
            self.needs(OpenFlags::WRITE)?;
            let len = content(tree, self.ino)?.len();
            let offset = if self.flags.has(OpenFlags::APPEND) { len } else { offset };
            if data.is_empty() {
                return Ok(offset);
            }
            let end = offset.saturating_add(data.len());
            self.drop_powers(tree, now)?;
            tree.perform(Change::Write { ino: self.ino, offset, data, time: now })?;
            Ok(end)
        })
    }

    /// Sets the length: cuts off, or adds a hole.
    ///
    /// # Errors
    ///
    /// `EINVAL` for a handle that was not opened to be written; `EFBIG`.
    pub fn truncate(&self, size: u64, now: Timestamp) -> Result<(), FsError> {
        self.with(|tree| {
            self.needs(OpenFlags::WRITE)?;
            self.drop_powers(tree, now)?;
            tree.perform(Change::Truncate { ino: self.ino, size, time: now })
        })
    }

    /// Takes space for a part of the file, or gives it back.
    ///
    /// # Errors
    ///
    /// `EINVAL` for no length and for a handle that was not opened to be written; `ENOSPC`, `ENOMEM`, `EFBIG`.
    pub fn allocate(&self, how: Allocation, offset: u64, len: u64, now: Timestamp) -> Result<(), FsError> {
        let (ino, time) = (self.ino, now);
        self.with(|tree| {
            if len == 0 {
                return Err(Errno::EINVAL);
            }
            self.needs(OpenFlags::WRITE)?;
            self.drop_powers(tree, now)?;
            tree.perform(match how {
                Allocation::Extend => Change::Allocate { ino, offset, len, time },
                Allocation::KeepSize => Change::Reserve { ino, offset, len, time },
                Allocation::PunchHole => Change::Punch { ino, offset, len, time },
            })
        })
    }

    /// Where data is next, at or after `offset` (`SEEK_DATA`); `None` where there is none (`ENXIO`). Space that was taken
    /// and never written counts as data.
    ///
    /// # Errors
    ///
    /// `EISDIR`.
    pub fn seek_data(&self, offset: u64) -> Result<Option<u64>, FsError> {
        self.with(|tree| Ok(content(tree, self.ino)?.next_data(offset)))
    }

    /// Where the next hole is, at or after `offset` (`SEEK_HOLE`): at the latest at the file's end; `None` beyond it
    /// (`ENXIO`).
    ///
    /// # Errors
    ///
    /// `EISDIR`.
    pub fn seek_hole(&self, offset: u64) -> Result<Option<u64>, FsError> {
        self.with(|tree| Ok(content(tree, self.ino)?.next_hole(offset)))
    }

    /// The names in a directory, sorted by their bytes, without `.` and `..`; none in one that was removed. It moves the
    /// access time.
    ///
    /// # Errors
    ///
    /// `ENOTDIR`.
    pub fn read_dir(&self, now: Timestamp) -> Result<Vec<String>, FsError> {
        self.with(|tree| {
            let directory = node(tree, self.ino)?.directory().ok_or(Errno::ENOTDIR)?;
            let names = directory.entries.keys().map(|name| name.to_string()).collect();
            if !self.mount.is_read_only() {
                tree.accessed(self.ino, now);
            }
            Ok(names)
        })
    }

    /// Sets permission bits, as [`Namespace::chmod`](crate::Namespace::chmod).
    ///
    /// # Errors
    ///
    /// `EPERM`, `EROFS`.
    pub fn chmod(&self, mode: u32, now: Timestamp) -> Result<(), FsError> {
        self.set_attributes(now, |it| it.set_mode(mode))
    }

    /// Sets owner and group, as [`Namespace::chown`](crate::Namespace::chown).
    ///
    /// # Errors
    ///
    /// `EPERM`, `EROFS`.
    pub fn chown(&self, uid: Option<u32>, gid: Option<u32>, now: Timestamp) -> Result<(), FsError> {
        self.set_attributes(now, |it| it.set_owner(uid, gid))
    }

    /// Sets times, as [`Namespace::set_times`](crate::Namespace::set_times).
    ///
    /// # Errors
    ///
    /// `EPERM`, `EACCES`, `EROFS`.
    pub fn set_times(
        &self,
        atime: Option<Timestamp>,
        mtime: Option<Timestamp>,
        now: Timestamp,
    ) -> Result<(), FsError> {
        if atime.or(mtime).is_none() {
            return Ok(());
        }
        self.set_attributes(now, |it| it.set_times(atime, mtime))
    }

    fn with<R>(&self, operation: impl FnOnce(&mut Tree) -> Result<R, Errno>) -> Result<R, FsError> {
        operation(&mut locked(&self.tree)).map_err(|errno| errno.at(&self.path))
    }

    fn needs(&self, flag: OpenFlags) -> Result<(), Errno> {
        if self.flags.has(flag) { Ok(()) } else { Err(NOT_OPENED_FOR) }
    }

    fn drop_powers(&self, tree: &mut Tree, time: Timestamp) -> Result<(), Errno> {
        tree.set_attributes(self.ino, &self.user, time, |it| Ok(it.drop_powers()))
    }

    fn set_attributes(
        &self,
        time: Timestamp,
        changes: impl FnOnce(&Attributes<'_>) -> Result<Changes, Errno>,
    ) -> Result<(), FsError> {
        self.with(|tree| {
            self.mount.check_writable()?;
            tree.set_attributes(self.ino, &self.user, time, changes)
        })
    }
}

impl Drop for OpenFile {
    fn drop(&mut self) {
        locked(&self.tree).close(self.ino);
        if self.flags.has(OpenFlags::WRITE) {
            self.mount.remove_writer();
        }
    }
}

fn node(tree: &Tree, ino: Ino) -> Result<&Node, Errno> {
    tree.node(ino).ok_or(Errno::ENOENT)
}

fn content(tree: &Tree, ino: Ino) -> Result<&Content, Errno> {
    match &node(tree, ino)?.body {
        Body::File(content) => Ok(content),
        Body::Directory(_) => Err(Errno::EISDIR),
        Body::Symlink(_) | Body::Fifo | Body::Device(..) => Err(Errno::EINVAL),
    }
}
