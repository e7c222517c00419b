//! One filesystem: inodes above an optional base, the space they take, and the log of what happened to them.
//!
//! Everything that changes a tree is in `apply`; what lives on without a name is in `open`; how a tree is stored
//! is in `snapshot` and `frozen`.

mod apply;
mod frozen;
mod numbers;
mod open;
mod snapshot;

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use apply::Occasion;
pub use frozen::Frozen;
use numbers::ByIno;
use open::Opened;
pub use snapshot::{StoredPiece, TreeSnapshot};

use crate::attributes::{Attributes, Changes};
use crate::node::{Body, Directory, Node};
use crate::{
    BLOCK_SIZE, Base, Change, ChangeLog, Credentials, Errno, FIRST_INO, FsError, Ino, ROOT_INO, Timestamp,
    TreeId,
};

/// A tree that several namespaces and its owner can reach. A [`Namespace`](crate::Namespace) locks it for the length of
/// one operation: whoever locks it by hand must not use a namespace meanwhile.
pub type SharedTree = Arc<Mutex<Tree>>;

/// The lock's contents, also after a panic elsewhere: a change checks first and then only acts, so none is half made.
pub(crate) fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// One filesystem: a volume, or the root of one sandbox.
pub struct Tree {
    id: TreeId,
    capacity: Option<u64>,
    base: Option<Arc<Base>>,
    /// What is above the base, open inodes without a name aside: new and changed nodes, and those of the base that are gone.
    nodes: ByIno<Slot>,
    next_ino: Ino,
    usage: Usage,
    /// Bytes of contents that this tree holds in memory beside its base's; counted in the log's memory too.
    held: u64,
    log: ChangeLog,
    opened: Opened,
    inode_limit: Option<u64>,
}

/// What stands above the base under one number.
#[derive(Clone)]
enum Slot {
    Present(Arc<Node>),
    Removed,
}

/// Sums over all nodes of a tree, its base's included.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Usage {
    /// Blocks taken, without the root directory's: an empty tree takes nothing.
    pub(crate) blocks: u64,
    /// Regular files, each once however many names it has.
    pub(crate) files: u64,
    /// All inodes, the root included.
    pub(crate) inodes: u64,
}

impl Usage {
    /// What a tree with only a root uses.
    const ROOT: Usage = Usage { blocks: 0, files: 0, inodes: 1 };

    fn add(&mut self, node: &Node) {
        self.blocks += node.blocks();
        self.files += u64::from(matches!(node.body, Body::File(_)));
        self.inodes += 1;
    }

    fn remove(&mut self, node: &Node) {
        self.blocks -= node.blocks();
        self.files -= u64::from(matches!(node.body, Body::File(_)));
        self.inodes -= 1;
    }
}

impl Tree {
    /// An empty tree. It holds `capacity` bytes at most; `None` sets no limit. Capacity costs nothing until it is used.
    pub fn new(id: TreeId, capacity: Option<u64>, log: ChangeLog, now: Timestamp) -> Tree {
        let root = Node::new(Body::Directory(Directory::empty(ROOT_INO)), 0o755, 0, 0, now);
        let nodes = ByIno::from_iter([(ROOT_INO, Slot::Present(Arc::new(root)))]);
        Tree {
            id,
            capacity,
            base: None,
            nodes,
            next_ino: FIRST_INO,
            usage: Usage::ROOT,
            held: 0,
            log,
            opened: Opened::default(),
            inode_limit: None,
        }
    }

    /// A tree that begins as `base`, sharing it: only what is changed is copied. Its root directory is as old as `now`.
    /// What the base brings takes of `capacity`, and may even be more.
    pub fn from_base(
        base: &Arc<Base>,
        id: TreeId,
        capacity: Option<u64>,
        log: ChangeLog,
        now: Timestamp,
    ) -> Tree {
        let mut root = base.root().clone();
        (root.atime, root.mtime, root.ctime, root.btime) = (now, now, now, now);
        Tree {
            id,
            capacity,
            base: Some(base.clone()),
            nodes: ByIno::from_iter([(ROOT_INO, Slot::Present(Arc::new(root)))]),
            next_ino: FIRST_INO,
            usage: base.usage(),
            held: 0,
            log,
            opened: Opened::default(),
            inode_limit: None,
        }
    }

    /// Replays one change, as if it happened again; nothing is logged.
    ///
    /// # Errors
    ///
    /// The errno of what does not fit (`EINVAL` for an inode that is not the expected one), and then nothing is changed.
    pub fn apply(&mut self, change: &Change) -> Result<(), FsError> {
        self.fold(change, Occasion::Replay)
            .map_err(|errno| errno.at(format!("inode {} of {}", change.ino(), self.id)))
    }

    /// The label given by its owner.
    pub fn id(&self) -> &TreeId {
        &self.id
    }

    /// Size in bytes; `None` without a limit.
    pub fn capacity(&self) -> Option<u64> {
        self.capacity
    }

    /// Bytes taken, in whole blocks of [`BLOCK_SIZE`]: files without their holes and directories without the root. What
    /// a base brings is counted too.
    pub fn used_bytes(&self) -> u64 {
        self.usage.blocks * BLOCK_SIZE
    }

    /// Regular files, each once however many names it has.
    pub fn file_count(&self) -> u64 {
        self.usage.files
    }

    /// Inodes of every kind, the root included.
    pub fn inode_count(&self) -> u64 {
        self.usage.inodes
    }

    /// How many inodes there may be; `None` without a limit.
    pub fn inode_limit(&self) -> Option<u64> {
        self.inode_limit
    }

    /// Sets how many inodes there may be, the root included; making more is `ENOSPC`. The limit is no part of the tree's
    /// history: whoever makes or restores a tree sets it, and a replay is never refused for it.
    pub fn set_inode_limit(&mut self, limit: Option<u64>) {
        self.inode_limit = limit;
    }

    pub(crate) fn log(&self) -> &ChangeLog {
        &self.log
    }

    pub(crate) fn node(&self, ino: Ino) -> Option<&Node> {
        match self.nodes.get(&ino) {
            Some(Slot::Present(node)) => Some(node),
            Some(Slot::Removed) => self.opened.orphan(ino),
            None => self.opened.orphan(ino).or_else(|| self.base.as_ref()?.node(ino)),
        }
    }

    /// The inode that `name` stands for in the directory `parent`, with the name as the directory holds it.
    pub(crate) fn lookup(&self, parent: Ino, name: &str) -> Option<(&Arc<str>, Ino)> {
        let (name, ino) = self.node(parent)?.directory()?.entries.get_key_value(name)?;
        Some((name, *ino))
    }

    /// The number that the next new inode gets.
    pub(crate) fn next_ino(&self) -> Ino {
        self.next_ino
    }

    /// Takes the base apart from the tree that it was built in: nodes by number, without gaps, and their sums.
    pub(crate) fn into_nodes(mut self) -> (Vec<(Ino, Node)>, Usage) {
        let mut nodes: Vec<_> = self
            .nodes
            .drain()
            .filter_map(|(ino, slot)| match slot {
                Slot::Present(node) => Some((ino, Arc::unwrap_or_clone(node))),
                Slot::Removed => None,
            })
            .collect();
        nodes.sort_by_key(|(ino, _)| *ino);
        (nodes, self.usage)
    }

    /// The node for changing, brought up from the base where it is still there.
    fn node_mut(&mut self, ino: Ino) -> Option<&mut Node> {
        if self.opened.orphan(ino).is_some() {
            return self.opened.orphans.get_mut(&ino);
        }
        if !self.nodes.contains_key(&ino) {
            let node = self.base.as_ref()?.node(ino)?.clone();
            self.nodes.insert(ino, Slot::Present(Arc::new(node)));
        }
        match self.nodes.get_mut(&ino)? {
            // Copied where a frozen tree holds it too.
            Slot::Present(node) => Some(Arc::make_mut(node)),
            Slot::Removed => None,
        }
    }

    /// A file's contents whole; what lay in many pieces becomes one, which is no change of the tree.
    pub(crate) fn contents_mut(&mut self, ino: Ino) -> Option<&mut crate::content::Content> {
        match &mut self.node_mut(ino)?.body {
            Body::File(content) => Some(content),
            _ => None,
        }
    }

    /// Makes the changes of an inode's attributes that the user may make.
    pub(crate) fn set_attributes(
        &mut self,
        ino: Ino,
        user: &Credentials,
        time: Timestamp,
        changes: impl FnOnce(&Attributes<'_>) -> Result<Changes, Errno>,
    ) -> Result<(), Errno> {
        let node = self.node(ino).ok_or(Errno::ENOENT)?;
        let (first, second) = changes(&Attributes { ino, node, user, time })?;
        first.into_iter().chain(second).try_for_each(|change| self.perform(change))
    }

    /// Bytes of memory that a node's contents take: none where they are still the base's.
    fn held_by(&self, ino: Ino, node: &Node) -> u64 {
        let Body::File(content) = &node.body else { return 0 };
        let base = self.base.as_ref().and_then(|base| base.node(ino));
        match base.map(|node| &node.body) {
            Some(Body::File(shared)) if content.shares(shared) => 0,
            _ => content.held_blocks() * BLOCK_SIZE,
        }
    }

    /// Counts contents that came to be held, and those that are held no more.
    fn count_held(&mut self, before: u64, after: u64) {
        self.held = self.held - before + after;
        self.log.memory().add(after);
        self.log.memory().release(before);
    }

    fn insert(&mut self, ino: Ino, node: Node) {
        self.usage.add(&node);
        self.count_held(0, self.held_by(ino, &node));
        self.nodes.insert(ino, Slot::Present(Arc::new(node)));
    }

    /// Takes an inode away, or keeps it aside while it is open.
    fn remove(&mut self, ino: Ino) {
        let base = self.base.clone();
        let in_base = base.as_ref().and_then(|base| base.node(ino));
        let slot = self.nodes.remove(&ino);
        if in_base.is_some() {
            self.nodes.insert(ino, Slot::Removed);
        }
        if self.opened.is_open(ino) {
            let node = match slot {
                Some(Slot::Present(node)) => Some(Arc::unwrap_or_clone(node)),
                Some(Slot::Removed) => None,
                None => in_base.cloned(),
            };
            self.opened.orphans.extend(node.map(|node| (ino, node.without_names())));
            return;
        }
        match slot {
            Some(Slot::Present(node)) => {
                self.count_held(self.held_by(ino, &node), 0);
                self.usage.remove(&node);
            }
            None => in_base.into_iter().for_each(|node| self.usage.remove(node)),
            Some(Slot::Removed) => {}
        }
    }
}

impl Drop for Tree {
    fn drop(&mut self) {
        self.log.memory().release(self.held);
    }
}

impl fmt::Debug for Tree {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tree")
            .field("id", &self.id)
            .field("capacity", &self.capacity)
            .field("used_bytes", &self.used_bytes())
            .field("inodes", &self.usage.inodes)
            .finish_non_exhaustive()
    }
}
