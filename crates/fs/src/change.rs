//! The change record: the only way in which a tree changes, and what the journal stores.
//!
//! Records speak of inodes, not of paths, so each can be checked and applied without resolving anything. They name the
//! inode they expect wherever they remove or move a name, so that a record out of its order is noticed. Variants and
//! fields are stored by position: new ones go to the end.

use serde::{Deserialize, Serialize};

use crate::{Ino, Piece, Timestamp};

/// One step of a tree's history. `time` is when it happened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Change {
    /// A new inode under a new name.
    Create {
        /// The directory that gets the name.
        parent: Ino,
        /// The name, which must be free.
        name: String,
        /// The new inode's number: always the next one of the tree.
        ino: Ino,
        /// What it is.
        node: NewNode,
        /// Permission bits.
        mode: u32,
        /// Owner.
        uid: u32,
        /// Group.
        gid: u32,
        /// When.
        time: Timestamp,
    },
    /// The whole contents of a file are replaced.
    Replace {
        /// The file.
        ino: Ino,
        /// The new contents.
        data: Piece,
        /// When.
        time: Timestamp,
    },
    /// Bytes are written at an offset; what lies between the old end and the offset is a hole.
    Write {
        /// The file.
        ino: Ino,
        /// Where, in bytes.
        offset: u64,
        /// What.
        data: Piece,
        /// When.
        time: Timestamp,
    },
    /// A file gets another length, cut off or with a hole at its end.
    Truncate {
        /// The file.
        ino: Ino,
        /// The new length in bytes.
        size: u64,
        /// When.
        time: Timestamp,
    },
    /// One more name for a file or a symbolic link.
    Link {
        /// The inode.
        ino: Ino,
        /// The directory that gets the name.
        parent: Ino,
        /// The name, which must be free.
        name: String,
        /// When.
        time: Timestamp,
    },
    /// A name of a file or symbolic link goes, with its last name the inode.
    Unlink {
        /// The directory that loses the name.
        parent: Ino,
        /// The name.
        name: String,
        /// What the name stands for.
        ino: Ino,
        /// When.
        time: Timestamp,
    },
    /// An empty directory goes.
    RemoveDir {
        /// The directory that loses the name.
        parent: Ino,
        /// The name.
        name: String,
        /// What the name stands for.
        ino: Ino,
        /// When.
        time: Timestamp,
    },
    /// A directory goes with everything in it.
    RemoveTree {
        /// The directory that loses the name.
        parent: Ino,
        /// The name.
        name: String,
        /// What the name stands for.
        ino: Ino,
        /// When.
        time: Timestamp,
    },
    /// A name moves, and may replace another.
    Rename {
        /// What moves.
        ino: Ino,
        /// The directory it leaves.
        from_parent: Ino,
        /// The name it leaves.
        from_name: String,
        /// The directory it comes to.
        to_parent: Ino,
        /// The name it gets.
        to_name: String,
        /// What had that name before, and loses it.
        replaced: Option<Ino>,
        /// When.
        time: Timestamp,
    },
    /// Permission bits are set.
    SetMode {
        /// The inode.
        ino: Ino,
        /// The new bits (`0o7777`).
        mode: u32,
        /// When.
        time: Timestamp,
    },
    /// Owner and group are set.
    SetOwner {
        /// The inode.
        ino: Ino,
        /// The new owner.
        uid: u32,
        /// The new group.
        gid: u32,
        /// When.
        time: Timestamp,
    },
    /// Access and modification times are set.
    SetTimes {
        /// The inode.
        ino: Ino,
        /// The new access time; `None` leaves it.
        atime: Option<Timestamp>,
        /// The new modification time; `None` leaves it.
        mtime: Option<Timestamp>,
        /// When.
        time: Timestamp,
    },
    /// Space is taken for a part of a file: holes become zeros, and the file grows to the part's end.
    Allocate {
        /// The file.
        ino: Ino,
        /// Where the part begins, in bytes.
        offset: u64,
        /// How long it is, in bytes.
        len: u64,
        /// When.
        time: Timestamp,
    },
    /// An inode was read.
    Access {
        /// The inode.
        ino: Ino,
        /// When.
        time: Timestamp,
    },
    /// Two names change places.
    Exchange {
        /// What the first name stands for.
        ino: Ino,
        /// The directory of the first name.
        from_parent: Ino,
        /// The first name.
        from_name: String,
        /// The directory of the second name.
        to_parent: Ino,
        /// The second name.
        to_name: String,
        /// What the second name stands for.
        other: Ino,
        /// When.
        time: Timestamp,
    },
    /// Space is taken for a part of a file, also beyond its end, which stays where it is.
    Reserve {
        /// The file.
        ino: Ino,
        /// Where the part begins, in bytes.
        offset: u64,
        /// How long it is, in bytes.
        len: u64,
        /// When.
        time: Timestamp,
    },
    /// A part of a file becomes zeros, and its whole blocks a hole; the length stays.
    Punch {
        /// The file.
        ino: Ino,
        /// Where the part begins, in bytes.
        offset: u64,
        /// How long it is, in bytes.
        len: u64,
        /// When.
        time: Timestamp,
    },
}

/// What a new inode is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum NewNode {
    /// A regular file with its first contents.
    File {
        /// The contents.
        data: Piece,
    },
    /// An empty directory.
    Directory,
    /// A symbolic link.
    Symlink {
        /// The text that it holds.
        target: String,
    },
    /// A named pipe.
    Fifo,
    /// A character device.
    Device {
        /// The driver's number.
        major: u32,
        /// The device's number.
        minor: u32,
    },
}

impl Change {
    /// The inode that the change is about.
    pub fn ino(&self) -> Ino {
        match self {
            Change::Create { ino, .. }
            | Change::Replace { ino, .. }
            | Change::Write { ino, .. }
            | Change::Truncate { ino, .. }
            | Change::Link { ino, .. }
            | Change::Unlink { ino, .. }
            | Change::RemoveDir { ino, .. }
            | Change::RemoveTree { ino, .. }
            | Change::Rename { ino, .. }
            | Change::SetMode { ino, .. }
            | Change::SetOwner { ino, .. }
            | Change::SetTimes { ino, .. }
            | Change::Allocate { ino, .. }
            | Change::Access { ino, .. }
            | Change::Exchange { ino, .. }
            | Change::Reserve { ino, .. }
            | Change::Punch { ino, .. } => *ino,
        }
    }

    /// Where in its inode's file the change puts bytes, and which.
    pub fn data(&self) -> Option<(u64, &Piece)> {
        match self {
            Change::Create { node: NewNode::File { data }, .. } | Change::Replace { data, .. } => {
                Some((0, data))
            }
            Change::Write { offset, data, .. } => Some((*offset, data)),
            _ => None,
        }
    }

    /// The same change with other bytes, where it has any.
    pub fn with_data(mut self, other: Piece) -> Change {
        if let Change::Create { node: NewNode::File { data }, .. }
        | Change::Replace { data, .. }
        | Change::Write { data, .. } = &mut self
        {
            *data = other;
        }
        self
    }

    /// Whether the change takes a name away from its inode, which may then have none.
    pub(crate) fn takes_a_name(&self) -> bool {
        matches!(self, Change::Unlink { .. } | Change::RemoveDir { .. } | Change::RemoveTree { .. })
    }

    /// About how many bytes of memory the record holds.
    pub(crate) fn weight(&self) -> usize {
        let own = match self {
            Change::Create { name, node, .. } => {
                name.len()
                    + match node {
                        NewNode::File { data } => memory(data),
                        NewNode::Directory | NewNode::Fifo | NewNode::Device { .. } => 0,
                        NewNode::Symlink { target } => target.len(),
                    }
            }
            Change::Replace { data, .. } | Change::Write { data, .. } => memory(data),
            Change::Link { name, .. }
            | Change::Unlink { name, .. }
            | Change::RemoveDir { name, .. }
            | Change::RemoveTree { name, .. } => name.len(),
            Change::Rename { from_name, to_name, .. } | Change::Exchange { from_name, to_name, .. } => {
                from_name.len() + to_name.len()
            }
            Change::Truncate { .. }
            | Change::SetMode { .. }
            | Change::SetOwner { .. }
            | Change::SetTimes { .. }
            | Change::Allocate { .. }
            | Change::Access { .. }
            | Change::Reserve { .. }
            | Change::Punch { .. } => 0,
        };
        own + size_of::<Change>()
    }
}

fn memory(data: &Piece) -> usize {
    data.memory().map_or(0, |bytes| bytes.len())
}
