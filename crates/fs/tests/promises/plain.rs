//! A second filesystem, written to be plainly right: names are whole paths, contents are plain bytes, space is counted
//! anew each time. It shares nothing with the crate but the words for errors.
//!
//! It has one volume mounted, and follows its mount point when a directory above it is renamed.

mod changes;
mod walk;

use std::collections::{BTreeMap, BTreeSet};

use sandbox_fs::Errno::{self, *};
use sandbox_fs::{BLOCK_SIZE, FIRST_INO, Kind, ROOT_INO, Stat, Timestamp};

use crate::steps::{Answer, Step, at};
use walk::Mode;

/// The names from the root on, without links.
type Path = Vec<String>;
type Id = (u32, u64);

#[derive(Clone, Debug)]
enum Body {
    File { bytes: Vec<u8>, blocks: BTreeSet<u64> },
    Directory,
    Symlink(String),
}

#[derive(Clone, Debug)]
struct Node {
    body: Body,
    mode: u32,
    owner: (u32, u32),
    atime: Timestamp,
    mtime: Timestamp,
    ctime: Timestamp,
    btime: Timestamp,
}

#[derive(Clone, Debug)]
pub(crate) struct Plain {
    names: BTreeMap<Path, Id>,
    nodes: BTreeMap<Id, Node>,
    next: [u64; 2],
    mount: Path,
    /// In blocks, of the root and of the volume.
    capacity: [Option<u64>; 2],
}
impl Plain {
    /// With a volume at that path, all made at `now`.
    pub(crate) fn new(mount: &str, capacity: [Option<u64>; 2], now: Timestamp) -> Plain {
        let mut plain = Plain {
            names: BTreeMap::new(),
            nodes: BTreeMap::new(),
            next: [FIRST_INO; 2],
            mount: Path::new(),
            capacity,
        };
        let root = Node::new(Body::Directory, 0o755, 0, now);
        plain.names.insert(Path::new(), (1, ROOT_INO));
        plain.nodes.insert((1, ROOT_INO), root.clone());
        plain.mkdir_all(mount, 0o755, now).expect("a free path");
        plain.mount = mount.split('/').skip(1).map(str::to_owned).collect();
        plain.names.insert(plain.mount.clone(), (2, ROOT_INO));
        plain.nodes.insert((2, ROOT_INO), root);
        plain
    }

    pub(crate) fn run(&mut self, step: &Step, now: Timestamp) -> Result<Answer, Errno> {
        let done = |()| Answer::Done;
        match step {
            Step::Write(path, data) => self.write(path, data, now).map(done),
            Step::Append(path, data) => self.append(path, data, now).map(done),
            Step::WriteAt(path, offset, data) => {
                let id = self.file(path)?;
                self.write_at(id, *offset, data, now).map(done)
            }
            Step::CreateExclusive(path, mode) => {
                let found = self.walk(path, Mode::Parent)?;
                if found.special.is_none() && found.slash {
                    return Err(EISDIR);
                }
                self.create(&found, Body::file(&[]), *mode, now).map(done)
            }
            Step::Truncate(path, size) => {
                let id = self.file(path)?;
                if matches!(&self.nodes[&id].body, Body::File { bytes, .. } if bytes.len() as u64 == *size) {
                    return Ok(Answer::Done);
                }
                let Body::File { bytes, blocks } = &mut self.touch(id, now).body else { unreachable!() };
                bytes.resize(*size as usize, 0);
                blocks.retain(|block| block * BLOCK_SIZE < *size);
                Ok(Answer::Done)
            }
            Step::Allocate(path, offset, len) => {
                let id = self.file(path)?;
                self.allocate(id, *offset, *len, now).map(done)
            }
            Step::Mkdir(path, mode) => {
                let found = self.walk(path, Mode::Parent)?;
                self.create(&found, Body::Directory, *mode, now).map(done)
            }
            Step::MkdirAll(path, mode) => self.mkdir_all(path, *mode, now).map(done),
            Step::Unlink(path) => self.unlink(path, now).map(done),
            Step::Rmdir(path) => self.rmdir(path, now).map(done),
            Step::RemoveAll(path) => self.remove_all(path, now).map(done),
            Step::Rename(from, to) => self.rename(from, to, now).map(done),
            Step::Symlink(target, link) => {
                if target.is_empty() {
                    return Err(ENOENT);
                }
                let found = self.walk(link, Mode::Parent)?;
                if found.slash && self.named(&found) == Err(ENOENT) {
                    return Err(ENOENT);
                }
                self.create(&found, Body::Symlink(target.clone()), 0o777, now).map(done)
            }
            Step::Link(existing, new) => self.link(existing, new, now).map(done),
            Step::Chmod(path, mode) => {
                let id = self.find(path, Mode::Follow)?;
                let node = self.node_mut(id);
                (node.mode, node.ctime) = (*mode, now);
                Ok(Answer::Done)
            }
            Step::Chown(path, uid, gid) => {
                let id = self.find(path, Mode::Follow)?;
                let node = self.node_mut(id);
                (node.owner, node.ctime) = ((*uid, *gid), now);
                if matches!(node.body, Body::File { .. }) {
                    node.mode &= if node.mode & 0o10 == 0 { !0o4000 } else { !0o6000 };
                }
                Ok(Answer::Done)
            }
            Step::SetTimes(_, None, None) => Ok(Answer::Done),
            Step::SetTimes(path, atime, mtime) => {
                let id = self.find(path, Mode::Follow)?;
                let node = self.node_mut(id);
                node.ctime = now;
                node.atime = atime.map_or(node.atime, at);
                node.mtime = mtime.map_or(node.mtime, at);
                Ok(Answer::Done)
            }
            Step::Read(path) => match &self.nodes[&self.file(path)?].body {
                Body::File { bytes, .. } => Ok(Answer::Bytes(bytes.clone().into())),
                _ => unreachable!(),
            },
            Step::Stat(path) => self.find(path, Mode::Follow).map(|(dev, ino)| Answer::Inode(dev, ino)),
            Step::Lstat(path) => self.find(path, Mode::NoFollow).map(|(dev, ino)| Answer::Inode(dev, ino)),
            Step::ReadDir(path) => {
                let id = self.find(path, Mode::Follow)?;
                let path = self.walk(path, Mode::Follow)?.path;
                match self.nodes[&id].body {
                    Body::Directory => Ok(Answer::Names(
                        self.children(&path).map(|path| path.last().cloned().unwrap_or_default()).collect(),
                    )),
                    _ => Err(ENOTDIR),
                }
            }
            Step::ReadLink(path) => match &self.nodes[&self.find(path, Mode::NoFollow)?].body {
                Body::Symlink(target) => Ok(Answer::Text(target.clone())),
                _ => Err(EINVAL),
            },
            Step::Canonicalize(path) => {
                self.find(path, Mode::Follow)?;
                Ok(Answer::Text(text(&self.walk(path, Mode::Follow)?.path)))
            }
        }
    }

    /// Everything that can be seen, by path.
    pub(crate) fn dump(&self) -> BTreeMap<String, (Stat, Vec<u8>)> {
        let seen = |(path, id): (&Path, &Id)| {
            let node = &self.nodes[id];
            let contents = match &node.body {
                Body::File { bytes, .. } => bytes.clone(),
                Body::Directory => Vec::new(),
                Body::Symlink(target) => target.clone().into_bytes(),
            };
            (text(path), (self.stat(path, *id), contents))
        };
        self.names.iter().map(seen).collect()
    }

    /// Blocks in use in the root and in the volume.
    pub(crate) fn used(&self) -> [u64; 2] {
        let blocks = |(id, node): (&Id, &Node)| (id.0, if id.1 == ROOT_INO { 0 } else { node.blocks() });
        // The directory under the mount point is among the nodes, though no name leads there.
        [1, 2].map(|dev| {
            self.nodes.iter().map(blocks).filter(|(on, _)| *on == dev).map(|(_, blocks)| blocks).sum()
        })
    }

    fn stat(&self, path: &Path, id: Id) -> Stat {
        let node = &self.nodes[&id];
        let directories = || self.children(path).filter(|child| self.is_dir(child)).count();
        let (kind, size, nlink) = match &node.body {
            Body::File { bytes, .. } => (Kind::File, bytes.len(), self.names_of(id)),
            Body::Directory => (Kind::Directory, BLOCK_SIZE as usize, 2 + directories()),
            Body::Symlink(target) => (Kind::Symlink, target.len(), self.names_of(id)),
        };
        Stat {
            dev: id.0,
            ino: id.1,
            kind,
            rdev: (0, 0),
            size: size as u64,
            blocks: node.blocks() * (BLOCK_SIZE / 512),
            mode: node.mode,
            uid: node.owner.0,
            gid: node.owner.1,
            nlink: nlink as u32,
            atime: node.atime,
            mtime: node.mtime,
            ctime: node.ctime,
            btime: node.btime,
        }
    }

    fn names_of(&self, id: Id) -> usize {
        self.names.values().filter(|other| **other == id).count()
    }

    fn children<'a>(&'a self, path: &'a Path) -> impl Iterator<Item = &'a Path> {
        self.names.keys().filter(move |child| child.len() == path.len() + 1 && child.starts_with(path))
    }

    fn is_dir(&self, path: &Path) -> bool {
        self.names.get(path).is_some_and(|id| matches!(self.nodes[id].body, Body::Directory))
    }

    fn node_mut(&mut self, id: Id) -> &mut Node {
        self.nodes.get_mut(&id).expect("a node that a name leads to")
    }

    /// The node, after its contents changed.
    fn touch(&mut self, id: Id, now: Timestamp) -> &mut Node {
        let node = self.node_mut(id);
        (node.mtime, node.ctime) = (now, now);
        node
    }

    fn touch_parent(&mut self, path: &Path, now: Timestamp) {
        let id = self.names[&path[..path.len() - 1]];
        self.touch(id, now);
    }
}

impl Node {
    fn new(body: Body, mode: u32, group: u32, now: Timestamp) -> Node {
        Node { body, mode, owner: (0, group), atime: now, mtime: now, ctime: now, btime: now }
    }

    fn blocks(&self) -> u64 {
        self.body.blocks()
    }
}

impl Body {
    fn file(bytes: &[u8]) -> Body {
        let blocks = (0..(bytes.len() as u64).div_ceil(BLOCK_SIZE)).collect();
        Body::File { bytes: bytes.to_vec(), blocks }
    }

    fn blocks(&self) -> u64 {
        match self {
            Body::File { blocks, .. } => blocks.len() as u64,
            Body::Directory => 1,
            Body::Symlink(_) => 0,
        }
    }
}

fn text(path: &Path) -> String {
    "/".to_owned() + &path.join("/")
}
