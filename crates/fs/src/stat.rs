//! What can be asked about an inode or a filesystem.

use serde::{Deserialize, Serialize};

use crate::TreeId;

/// An inode's number, unique within its tree and never used again.
pub type Ino = u64;

/// The root directory of every tree.
pub const ROOT_INO: Ino = 1;

/// The first number that a tree gives out itself; smaller ones belong to its base.
pub const FIRST_INO: Ino = 1_000_000;

/// The unit in which space is counted, in bytes.
pub const BLOCK_SIZE: u64 = 4096;

/// Nanoseconds since the Unix epoch.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Timestamp(pub i64);

impl Timestamp {
    /// The time that many milliseconds after the Unix epoch, or the latest one that can be told.
    pub fn from_millis(millis: u64) -> Timestamp {
        Timestamp(i64::try_from(millis).unwrap_or(i64::MAX).saturating_mul(1_000_000))
    }

    /// Whole milliseconds since the Unix epoch, rounded down.
    pub fn as_millis(self) -> i64 {
        self.0.div_euclid(1_000_000)
    }

    /// Whole seconds since the Unix epoch, rounded down.
    pub fn as_secs(self) -> i64 {
        self.0.div_euclid(1_000_000_000)
    }
}

/// The kind of an inode.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Kind {
    /// A regular file.
    File,
    /// A directory.
    Directory,
    /// A symbolic link.
    Symlink,
    /// A named pipe.
    Fifo,
    /// A character device.
    Device,
}

/// What `stat(2)` answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stat {
    /// The mount it was found in: 1 for the root, counting up in the order of mounting.
    pub dev: u32,
    /// Its number within that mount's tree.
    pub ino: Ino,
    /// What it is.
    pub kind: Kind,
    /// A device's numbers, major and minor; zeros for anything else.
    pub rdev: (u32, u32),
    /// A file's length, the length of a link's target, 4096 for a directory; in bytes.
    pub size: u64,
    /// Space taken, in units of 512 bytes; holes take none.
    pub blocks: u64,
    /// Permission bits with set-id and sticky bits (`0o7777`), without the kind.
    pub mode: u32,
    /// Owner.
    pub uid: u32,
    /// Group.
    pub gid: u32,
    /// Number of names; for a directory two and one for each directory in it.
    pub nlink: u32,
    /// Last access, as far as [`Namespace::reading_at`](crate::Namespace::reading_at) lets it be told.
    pub atime: Timestamp,
    /// Last change of the contents.
    pub mtime: Timestamp,
    /// Last change of the inode.
    pub ctime: Timestamp,
    /// Creation.
    pub btime: Timestamp,
}

impl Stat {
    /// Whether this is a regular file.
    pub fn is_file(&self) -> bool {
        self.kind == Kind::File
    }

    /// Whether this is a directory.
    pub fn is_dir(&self) -> bool {
        self.kind == Kind::Directory
    }

    /// Whether this is a symbolic link.
    pub fn is_symlink(&self) -> bool {
        self.kind == Kind::Symlink
    }
}

/// One name in a directory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DirEntry {
    /// The name, without slashes.
    pub name: String,
    /// The inode under that name, links not followed; for a mount point the root of what is mounted.
    pub stat: Stat,
}

/// What `statfs(2)` answers about the tree that a path lies in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StatFs {
    /// The tree.
    pub tree: TreeId,
    /// Where it is mounted.
    pub mount_path: String,
    /// As in [`Stat::dev`].
    pub dev: u32,
    /// The unit of space, in bytes.
    pub block_size: u64,
    /// Size in bytes; `None` without a limit.
    pub capacity: Option<u64>,
    /// Bytes taken.
    pub used: u64,
    /// Inodes in use, the root included.
    pub inodes: u64,
    /// How many there may be; `None` without a limit.
    pub inode_limit: Option<u64>,
    /// Whether nothing may be changed through this mount.
    pub read_only: bool,
}
