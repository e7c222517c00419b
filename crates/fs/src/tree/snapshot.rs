//! A tree stored whole or in parts: everything above its base, in an order of its own that does not depend on its history.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::numbers::ByIno;
use super::open::Opened;
use super::{Slot, Tree, Usage};
use crate::content::Content;
use crate::node::{Body, Directory, Node};
use crate::path::{check_name, check_target};
use crate::{
    BLOCK_SIZE, Base, ChangeLog, Errno, FIRST_INO, FsError, Ino, Piece, ROOT_INO, Source, Stored, Timestamp,
    TreeId,
};

/// Everything that a tree holds above its base, or a part of that. Fields are stored by position, variants by number.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TreeSnapshot {
    pub(super) id: TreeId,
    pub(super) capacity: Option<u64>,
    pub(super) base: Option<u64>,
    pub(super) next_ino: Ino,
    pub(super) nodes: Vec<(Ino, Option<StoredNode>)>,
}

/// Where a snapshot has a piece of a file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum StoredPiece {
    /// Within the snapshot.
    Here(Piece),
    /// In a [`Source`].
    Apart {
        /// The source's number.
        source: u64,
        /// Where in it.
        at: u64,
        /// How long, in bytes.
        len: u64,
    },
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct StoredNode {
    mode: u32,
    uid: u32,
    gid: u32,
    times: [Timestamp; 4],
    body: StoredBody,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum StoredBody {
    File { len: u64, data: Vec<(u64, Piece)> },
    Directory { entries: Vec<(String, Ino)> },
    Symlink { target: String },
    Fifo,
    Device { major: u32, minor: u32 },
    FileApart { len: u64, pieces: Vec<(u64, StoredPiece)> },
}

impl TreeSnapshot {
    /// Adds another part of the same tree; false where it is none.
    pub fn join(&mut self, part: TreeSnapshot) -> bool {
        let fits = (&self.id, self.capacity, self.base, self.next_ino)
            == (&part.id, part.capacity, part.base, part.next_ino);
        if fits {
            self.nodes.extend(part.nodes);
        }
        fits
    }

    /// The tree that it was taken of.
    pub fn id(&self) -> &TreeId {
        &self.id
    }

    /// The [`Base::fingerprint`] that it needs to be restored.
    pub fn base(&self) -> Option<u64> {
        self.base
    }
}

impl Tree {
    /// Everything above the base. Contents are shared, not copied; those that are not in memory are read when the
    /// snapshot is serialised.
    pub fn snapshot(&self) -> TreeSnapshot {
        self.freeze().whole()
    }

    /// The tree that the snapshot was taken of, over the same base; what happens to it next goes into `log`. `sources`
    /// finds a source by its number.
    ///
    /// # Errors
    ///
    /// `EINVAL` for a damaged snapshot, another base or a source that is not there.
    pub fn restore(
        snapshot: TreeSnapshot,
        base: Option<&Arc<Base>>,
        log: ChangeLog,
        sources: &dyn Fn(u64) -> Option<Arc<dyn Source>>,
    ) -> Result<Tree, FsError> {
        let damaged = || Errno::EINVAL.at(snapshot.id.as_str());
        if snapshot.base != base.map(|base| base.fingerprint()) || snapshot.next_ino < FIRST_INO {
            return Err(damaged());
        }
        let mut nodes = ByIno::with_capacity_and_hasher(snapshot.nodes.len(), Default::default());
        for (ino, stored) in &snapshot.nodes {
            let slot = match stored {
                Some(stored) => Slot::Present(Arc::new(load(stored, sources).ok_or_else(damaged)?)),
                None => Slot::Removed,
            };
            let known = base.is_some_and(|base| base.node(*ino).is_some());
            let fresh = (FIRST_INO..snapshot.next_ino).contains(ino) && matches!(slot, Slot::Present(_));
            if !(known || fresh || *ino == ROOT_INO) || nodes.insert(*ino, slot).is_some() {
                return Err(damaged());
            }
        }
        let mut tree = Tree {
            id: snapshot.id.clone(),
            capacity: snapshot.capacity,
            base: base.cloned(),
            nodes,
            next_ino: snapshot.next_ino,
            usage: Usage::default(),
            held: 0,
            log,
            opened: Opened::default(),
            inode_limit: None,
        };
        tree.reconnect().ok_or_else(damaged)?;
        let held = tree.nodes.iter().filter_map(|(ino, slot)| match slot {
            Slot::Present(node) => Some(tree.held_by(*ino, node)),
            Slot::Removed => None,
        });
        tree.count_held(0, held.sum());
        Ok(tree)
    }

    /// Walks everything from the root and sets what follows from the names: parents, links and sums. `None` where a name
    /// leads nowhere, a directory has two names, a node has none, or there is more than fits.
    fn reconnect(&mut self) -> Option<()> {
        let mut links: BTreeMap<Ino, u32> = BTreeMap::from([(ROOT_INO, 2)]);
        let mut usage = Usage::ROOT;
        let mut directories = vec![(ROOT_INO, ROOT_INO)];
        while let Some((ino, parent)) = directories.pop() {
            let directory = self.node(ino)?.directory()?;
            if directory.parent != parent {
                // Only what lies above the base moves, so nothing is brought up from it in vain.
                self.node_mut(ino)?.directory_mut()?.parent = parent;
            }
            for child in self.node(ino)?.directory()?.entries.values() {
                let node = self.node(*child)?;
                let seen = links.get(child).copied();
                match (node.is_dir(), seen) {
                    (true, Some(_)) => return None,
                    (true, None) => {
                        links.insert(*child, 2);
                        *links.get_mut(&ino)? += 1;
                        directories.push((*child, ino));
                    }
                    (false, seen) => {
                        links.insert(*child, seen.unwrap_or(0) + 1);
                    }
                }
                if seen.is_none() {
                    usage.add(node);
                }
            }
        }
        for (ino, count) in &links {
            if self.node(*ino)?.nlink != *count {
                self.node_mut(*ino)?.nlink = *count;
            }
        }
        let present = self.nodes.iter().filter(|(_, slot)| matches!(slot, Slot::Present(_)));
        if present.map(|(ino, _)| ino).any(|ino| !links.contains_key(ino)) {
            return None;
        }
        let lost = |base: &Arc<Base>| {
            base.nodes().any(|(ino, _)| self.node(ino).is_some() && !links.contains_key(&ino))
        };
        if self.base.as_ref().is_some_and(lost) {
            return None;
        }
        if self.capacity.is_some_and(|capacity| usage.blocks > capacity / BLOCK_SIZE) {
            return None;
        }
        self.usage = usage;
        Some(())
    }
}

/// Trees are equal when nobody could tell them apart through any operation; their logs do not matter.
impl PartialEq for Tree {
    fn eq(&self, other: &Tree) -> bool {
        let same = |ino: &Ino| self.node(*ino) == other.node(*ino);
        (&self.id, self.capacity, self.next_ino, self.usage)
            == (&other.id, other.capacity, other.next_ino, other.usage)
            && self.base.as_ref().map(|base| base.fingerprint())
                == other.base.as_ref().map(|base| base.fingerprint())
            && self.nodes.keys().chain(other.nodes.keys()).all(same)
    }
}

impl Eq for Tree {}

/// A node as it is stored; `file` tells how contents are.
pub(super) fn store(node: &Node, file: &mut dyn FnMut(&Content) -> StoredBody) -> StoredNode {
    let body = match &node.body {
        Body::File(content) => file(content),
        Body::Directory(directory) => StoredBody::Directory {
            entries: directory.entries.iter().map(|(name, ino)| (name.to_string(), *ino)).collect(),
        },
        Body::Symlink(target) => StoredBody::Symlink { target: target.to_string() },
        Body::Fifo => StoredBody::Fifo,
        Body::Device(major, minor) => StoredBody::Device { major: *major, minor: *minor },
    };
    let times = [node.atime, node.mtime, node.ctime, node.btime];
    StoredNode { mode: node.mode, uid: node.uid, gid: node.gid, times, body }
}

/// The node without its links, which [`Tree::reconnect`] counts.
fn load(stored: &StoredNode, sources: &dyn Fn(u64) -> Option<Arc<dyn Source>>) -> Option<Node> {
    let found = |(start, piece): &(u64, StoredPiece)| match piece {
        StoredPiece::Here(piece) => Some((*start, piece.clone())),
        StoredPiece::Apart { source, at, len } => {
            Some((*start, Piece::Stored(Stored::new(sources(*source)?, *at, *len))))
        }
    };
    let body = match &stored.body {
        StoredBody::FileApart { len, pieces } => {
            Body::File(Content::from_data(*len, pieces.iter().map(found).collect::<Option<_>>()?)?)
        }
        StoredBody::File { len, data } => Body::File(Content::from_data(*len, data.clone())?),
        StoredBody::Directory { entries } => {
            let mut directory = Directory::empty(ROOT_INO);
            for (name, ino) in entries {
                check_name(name).ok()?;
                if directory.entries.insert(name.as_str().into(), *ino).is_some() {
                    return None;
                }
            }
            Body::Directory(directory)
        }
        StoredBody::Symlink { target } => {
            check_target(target).ok()?;
            Body::Symlink(target.as_str().into())
        }
        StoredBody::Fifo => Body::Fifo,
        StoredBody::Device { major, minor } => Body::Device(*major, *minor),
    };
    let mut node = Node::new(body, stored.mode, stored.uid, stored.gid, stored.times[3]);
    [node.atime, node.mtime, node.ctime, _] = stored.times;
    Some(node)
}
