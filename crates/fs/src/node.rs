//! The inode.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::content::Content;
use crate::{BLOCK_SIZE, Ino, Kind, Stat, Timestamp};

/// An inode with what it holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Node {
    pub(crate) mode: u32,
    pub(crate) uid: u32,
    pub(crate) gid: u32,
    pub(crate) nlink: u32,
    pub(crate) atime: Timestamp,
    pub(crate) mtime: Timestamp,
    pub(crate) ctime: Timestamp,
    pub(crate) btime: Timestamp,
    pub(crate) body: Body,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Body {
    File(Content),
    Directory(Directory),
    Symlink(Arc<str>),
    /// What goes through it belongs to whoever runs programs.
    Fifo,
    /// Its numbers, major and minor.
    Device(u32, u32),
}

/// A directory's names, and the directory it lies in (the root lies in itself).
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Directory {
    pub(crate) parent: Ino,
    pub(crate) entries: BTreeMap<Arc<str>, Ino>,
}

impl Directory {
    pub(crate) fn empty(parent: Ino) -> Directory {
        Directory { parent, entries: BTreeMap::new() }
    }
}

impl Node {
    /// A node made at `time`, with the links a new one has.
    pub(crate) fn new(body: Body, mode: u32, uid: u32, gid: u32, time: Timestamp) -> Node {
        let nlink = if matches!(body, Body::Directory(_)) { 2 } else { 1 };
        Node {
            mode: mode & 0o7777,
            uid,
            gid,
            nlink,
            atime: time,
            mtime: time,
            ctime: time,
            btime: time,
            body,
        }
    }

    /// The node after its last name went; in a directory there is nothing then.
    pub(crate) fn without_names(mut self) -> Node {
        self.nlink = 0;
        if let Some(directory) = self.directory_mut() {
            directory.entries.clear();
        }
        self
    }

    pub(crate) fn kind(&self) -> Kind {
        match &self.body {
            Body::File(_) => Kind::File,
            Body::Directory(_) => Kind::Directory,
            Body::Symlink(_) => Kind::Symlink,
            Body::Fifo => Kind::Fifo,
            Body::Device(..) => Kind::Device,
        }
    }

    pub(crate) fn is_dir(&self) -> bool {
        matches!(self.body, Body::Directory(_))
    }

    pub(crate) fn directory(&self) -> Option<&Directory> {
        match &self.body {
            Body::Directory(directory) => Some(directory),
            _ => None,
        }
    }

    pub(crate) fn directory_mut(&mut self) -> Option<&mut Directory> {
        match &mut self.body {
            Body::Directory(directory) => Some(directory),
            _ => None,
        }
    }

    /// Blocks of [`BLOCK_SIZE`] that the node takes: what of a file is no hole, one for a directory, none for others.
    pub(crate) fn blocks(&self) -> u64 {
        match &self.body {
            Body::File(content) => content.blocks(),
            Body::Directory(_) => 1,
            Body::Symlink(_) | Body::Fifo | Body::Device(..) => 0,
        }
    }

    pub(crate) fn stat(&self, dev: u32, ino: Ino) -> Stat {
        let size = match &self.body {
            Body::File(content) => content.len(),
            Body::Directory(_) => BLOCK_SIZE,
            Body::Symlink(target) => target.len() as u64,
            Body::Fifo | Body::Device(..) => 0,
        };
        Stat {
            dev,
            ino,
            kind: self.kind(),
            rdev: if let Body::Device(major, minor) = self.body { (major, minor) } else { (0, 0) },
            size,
            blocks: self.blocks() * (BLOCK_SIZE / 512),
            mode: self.mode,
            uid: self.uid,
            gid: self.gid,
            nlink: self.nlink,
            atime: self.atime,
            mtime: self.mtime,
            ctime: self.ctime,
            btime: self.btime,
        }
    }
}
