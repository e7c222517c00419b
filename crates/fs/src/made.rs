//! Files that are made when somebody looks: `/proc` and the like. They belong to no tree, take no space and are in no
//! journal.

use std::fmt;
use std::ops::Deref;
use std::sync::Arc;

use bytes::Bytes;

use crate::content::Content;
use crate::node::{Body, Directory, Node};
use crate::{Ino, Timestamp};

/// Who looks: the number of a process, which finds itself at `/proc/self`.
pub type Viewer = i32;

/// Files that are made when somebody looks. [`Namespace::with_made`](crate::Namespace::with_made) shows them.
///
/// It is asked while trees are locked, so it must not use a namespace in [`Made::node`].
pub trait Made: fmt::Debug + Send + Sync {
    /// What has a number; `None` when it is there no more.
    fn node(&self, ino: Ino, viewer: Viewer) -> Option<MadeNode>;

    /// The contents of a file.
    fn contents(&self, ino: Ino, viewer: Viewer) -> Option<Bytes>;
}

/// A file that is made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MadeNode {
    /// What it is.
    pub body: MadeBody,
    /// Permission bits.
    pub mode: u32,
    /// Owner and group.
    pub owner: (u32, u32),
    /// All of its times.
    pub time: Timestamp,
}

/// What a made file is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MadeBody {
    /// A regular file, whose size is told as zero.
    File,
    /// A directory.
    Directory {
        /// The one it lies in; its own number for a root.
        parent: Ino,
        /// Its names.
        entries: Vec<(String, Ino)>,
    },
    /// A symbolic link.
    Symlink {
        /// Its text.
        target: String,
        /// What following it leads to, where its text is no path.
        leads_to: Option<Ino>,
    },
    /// A pipe.
    Fifo,
    /// A character device with its numbers.
    Device(u32, u32),
}

/// A node of a tree, or one that was made.
pub(crate) enum Seen<'a> {
    Kept(&'a Node),
    Made(Node, Option<Ino>),
}

impl Seen<'_> {
    /// What following a link leads to, where its text is no path.
    pub(crate) fn leads_to(&self) -> Option<Ino> {
        match self {
            Seen::Kept(_) => None,
            Seen::Made(_, leads_to) => *leads_to,
        }
    }
}

impl Deref for Seen<'_> {
    type Target = Node;

    fn deref(&self) -> &Node {
        match self {
            Seen::Kept(node) => node,
            Seen::Made(node, _) => node,
        }
    }
}

impl MadeNode {
    pub(crate) fn seen(self) -> Seen<'static> {
        let mut leads = None;
        let body = match self.body {
            MadeBody::File => Body::File(Content::empty()),
            MadeBody::Directory { parent, entries } => {
                let entries = entries.into_iter().map(|(name, ino)| (Arc::from(name), ino)).collect();
                Body::Directory(Directory { parent, entries })
            }
            MadeBody::Symlink { target, leads_to } => {
                leads = leads_to;
                Body::Symlink(target.into())
            }
            MadeBody::Fifo => Body::Fifo,
            MadeBody::Device(major, minor) => Body::Device(major, minor),
        };
        Seen::Made(Node::new(body, self.mode, self.owner.0, self.owner.1, self.time), leads)
    }
}
