//! The immutable layer that an image brings: built once, shared by every tree that begins with it.

use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;

use crate::node::{Body, Node};
use crate::tree::Usage;
use crate::{ChangeLog, Errno, FIRST_INO, FsError, Ino, Namespace, ROOT_INO, SharedTree, Timestamp, Tree};

/// An image's files. Nothing changes it; trees over it copy what they change.
#[derive(Debug)]
pub struct Base {
    /// By number, from [`ROOT_INO`] on.
    nodes: Vec<Node>,
    usage: Usage,
    fingerprint: u64,
}

impl Base {
    /// Begins an empty image.
    pub fn builder() -> BaseBuilder {
        let tree = Arc::new(Mutex::new(Tree::new("base".into(), None, ChangeLog::new(), IMAGE_TIME)));
        BaseBuilder { namespace: Namespace::new(tree.clone()), tree, time: IMAGE_TIME, error: None }
    }

    /// Tells images apart: equal for equal contents, across runs and platforms.
    pub fn fingerprint(&self) -> u64 {
        self.fingerprint
    }

    pub(crate) fn node(&self, ino: Ino) -> Option<&Node> {
        self.nodes.get(usize::try_from(ino.checked_sub(ROOT_INO)?).ok()?)
    }

    pub(crate) fn root(&self) -> &Node {
        &self.nodes[0]
    }

    pub(crate) fn usage(&self) -> Usage {
        self.usage
    }

    /// All nodes with their numbers.
    pub(crate) fn nodes(&self) -> impl Iterator<Item = (Ino, &Node)> {
        (ROOT_INO..).zip(&self.nodes)
    }
}

/// The time of an image's files unless the builder is told another: 2025-01-01.
const IMAGE_TIME: Timestamp = Timestamp(1_735_689_600_000_000_000);

/// Collects an image's files. Paths are absolute, missing parents are made with mode 0755, links made before are
/// followed, and what is named twice is set anew. The first mistake is kept for [`BaseBuilder::build`].
#[derive(Debug)]
pub struct BaseBuilder {
    namespace: Namespace,
    tree: SharedTree,
    time: Timestamp,
    error: Option<FsError>,
}

impl BaseBuilder {
    /// Sets the times of what is added from here on.
    pub fn time(mut self, time: Timestamp) -> BaseBuilder {
        self.time = time;
        self
    }

    /// Adds a directory with the given permission bits.
    pub fn dir(self, path: &str, mode: u32) -> BaseBuilder {
        self.add(|namespace, time| {
            namespace.mkdir_all(path, 0o755, time)?;
            namespace.chmod(path, mode, time)
        })
    }

    /// Adds a file with the given permission bits.
    pub fn file(self, path: &str, mode: u32, contents: impl Into<Bytes>) -> BaseBuilder {
        let contents = contents.into();
        self.add(|namespace, time| {
            namespace.mkdir_all(parent(path), 0o755, time)?;
            namespace.write(path, contents, time)?;
            namespace.chmod(path, mode, time)
        })
    }

    /// Adds a symbolic link.
    pub fn symlink(self, path: &str, target: &str) -> BaseBuilder {
        self.add(|namespace, time| {
            namespace.mkdir_all(parent(path), 0o755, time)?;
            namespace.symlink(target, path, time)
        })
    }

    /// Adds a character device with the given permission bits.
    pub fn device(self, path: &str, mode: u32, numbers: (u32, u32)) -> BaseBuilder {
        self.add(|namespace, time| {
            namespace.mkdir_all(parent(path), 0o755, time)?;
            namespace.make_device(path, mode, numbers, time)
        })
    }

    /// The finished image.
    ///
    /// # Errors
    ///
    /// The first path that could not be added.
    pub fn build(self) -> Result<Arc<Base>, FsError> {
        if let Some(error) = self.error {
            return Err(error);
        }
        drop(self.namespace);
        let tree = Arc::into_inner(self.tree).ok_or_else(|| Errno::EBUSY.at("/"))?;
        let (numbered, usage) = tree.into_inner().unwrap_or_else(PoisonError::into_inner).into_nodes();
        if numbered.len() as u64 >= FIRST_INO {
            return Err(Errno::ENOSPC.at("/"));
        }
        let mut nodes: Vec<Node> = numbered.into_iter().map(|(_, node)| node).collect();
        nodes.iter_mut().for_each(renumber);
        let fingerprint = nodes.iter().fold(Fnv::START, |sum, node| sum.node(node)).0;
        Ok(Arc::new(Base { nodes, usage, fingerprint }))
    }

    fn add(mut self, step: impl FnOnce(&Namespace, Timestamp) -> Result<(), FsError>) -> BaseBuilder {
        if self.error.is_none() {
            self.error = step(&self.namespace, self.time).err();
        }
        self
    }
}

/// The text before the last slash.
fn parent(path: &str) -> &str {
    match path.rfind('/') {
        Some(0) | None => "/",
        Some(end) => &path[..end],
    }
}

/// Numbers above the root's follow it without a gap, since a builder removes nothing.
fn renumber(node: &mut Node) {
    let low = |ino: &mut Ino| {
        if *ino >= FIRST_INO {
            *ino = *ino - FIRST_INO + ROOT_INO + 1;
        }
    };
    if let Some(directory) = node.directory_mut() {
        low(&mut directory.parent);
        directory.entries.values_mut().for_each(low);
    }
}

/// FNV-1a with 64 bits: small, and the same everywhere.
struct Fnv(u64);

impl Fnv {
    const START: Fnv = Fnv(0xcbf2_9ce4_8422_2325);

    fn bytes(self, bytes: &[u8]) -> Fnv {
        Fnv(bytes.iter().fold(self.0, |sum, byte| (sum ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3)))
    }

    fn number(self, number: u64) -> Fnv {
        self.bytes(&number.to_le_bytes())
    }

    fn node(self, node: &Node) -> Fnv {
        let sum = self.number(node.mode.into()).number(node.mtime.0 as u64);
        match &node.body {
            Body::File(content) => {
                content.data().iter().fold(sum.number(1).number(content.len()), |sum, (at, piece)| {
                    sum.number(*at).bytes(piece.memory().map_or(&[], |bytes| bytes))
                })
            }
            Body::Directory(directory) => directory
                .entries
                .iter()
                .fold(sum.number(2).number(directory.entries.len() as u64), |sum, (name, ino)| {
                    sum.number(*ino).number(name.len() as u64).bytes(name.as_bytes())
                }),
            Body::Symlink(target) => sum.number(3).number(target.len() as u64).bytes(target.as_bytes()),
            Body::Fifo => sum.number(4),
            Body::Device(major, minor) => sum.number(5).number((*major).into()).number((*minor).into()),
        }
    }
}
