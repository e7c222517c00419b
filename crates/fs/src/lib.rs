//! The simulated POSIX filesystem, for whoever runs programs or serves files: synchronous, without IO,
//! clock or randomness of its own.
//!
//! Three types matter:
//!
//! - [`Tree`] is one filesystem: a volume, or the root of one sandbox. It holds inodes and counts the space they take.
//! - [`Namespace`] is what a program sees: absolute paths over a root tree and the trees mounted in it.
//! - [`OpenFile`] is a handle from [`Namespace::open`], which keeps an inode alive when its names are gone.
//!
//! Everything that changes a tree is a [`Change`] and goes into the [`ChangeLog`] that the tree was given; several trees
//! may share one log, which then has one order over all of them. A [`Base`] is an immutable image layer that any number
//! of trees share, each paying only for what it changes.
//!
//! # Invariants
//!
//! - A tree is the fold of its changes: every operation makes a change, applies it by [`Tree::apply`]'s code and logs
//!   it. A fresh tree made with the same arguments that applies the same changes is equal.
//! - A change applies whole or not at all, and no change, however damaged, panics.
//! - File contents of all trees that share one log never take more memory than [`ChangeLog::with_memory_limit`] says,
//!   save by a replay, which must succeed.
//! - [`Tree::used_bytes`] never exceeds [`Tree::capacity`], and holes take no space.
//! - Time is an argument. Reading changes nothing, access times included (as on a `noatime` mount), unless it is told when
//!   it happens: by [`Namespace::reading_at`], and always by an open file.
//! - What is open and has no name takes space, and is in no change and no snapshot.
//! - Contents need not be in memory: a [`Piece`] may lie in a [`Source`], which is read when somebody asks for it.
//! - What [`Made`] files show is in no tree: no change, no snapshot and no space.
//! - Nothing here knows sandboxes, images' names, HTTP or storage. Whoever asks is root, whom no permission stops, unless
//!   [`Namespace::as_user`] says otherwise.

mod attributes;
mod base;
mod change;
mod content;
mod credentials;
mod errno;
mod file;
mod log;
mod made;
mod memory;
mod namespace;
mod node;
mod path;
mod piece;
mod stat;
mod tree;

pub use base::{Base, BaseBuilder};
pub use change::{Change, NewNode};
pub use credentials::{Access, Credentials};
pub use errno::{Errno, FsError};
pub use file::{Allocation, OpenFile, OpenFlags};
pub use log::{ChangeLog, TreeId};
pub use made::{Made, MadeBody, MadeNode, Viewer};
pub use namespace::{MountInfo, Namespace, Renaming};
pub use path::{NAME_MAX, PATH_MAX};
pub use piece::{Piece, Source, Stored};
pub use stat::{BLOCK_SIZE, DirEntry, FIRST_INO, Ino, Kind, ROOT_INO, Stat, StatFs, Timestamp};
pub use tree::{Frozen, SharedTree, StoredPiece, Tree, TreeSnapshot};

/// How many cases a property test tries unless `PROPTEST_CASES` says otherwise.
#[cfg(test)]
fn cases(modest: u32) -> u32 {
    std::env::var("PROPTEST_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(modest)
}
