//! A second filesystem, written to be plainly right: names are whole paths, contents are plain bytes, space is counted
//! anew each time. It shares nothing with the crate but the words for errors.
//!
//! It has one volume mounted, and follows its mount point when a directory above it is renamed.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use sandbox_fs::Errno::{self, *};
use sandbox_fs::{BLOCK_SIZE, FIRST_INO, Kind, ROOT_INO, Stat, Timestamp};

use crate::steps::{Answer, Step, at};

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

/// Where a path led: to `path`, which may be missing, with what came last in it.
struct Found {
    path: Path,
    /// Where its last name, dots included, was looked up.
    directory: Path,
    special: Option<&'static str>,
    slash: bool,
}

#[derive(Clone, Copy, PartialEq)]
enum Mode {
    Follow,
    NoFollow,
    Parent,
    Create,
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
                let Body::File { bytes, blocks } = &mut self.touch(id, now).body else { unreachable!() };
                bytes.resize(*size as usize, 0);
                blocks.retain(|block| block * BLOCK_SIZE < *size);
                Ok(Answer::Done)
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

    fn walk(&self, path: &str, mode: Mode) -> Result<Found, Errno> {
        let mut todo: VecDeque<(String, bool)> = VecDeque::new();
        let (mut here, mut directory) = (Path::new(), Path::new());
        let (mut links, mut special, mut slash) = (0, Some("/"), path.ends_with('/'));
        split(path, &mut todo);
        while let Some((name, slash_after)) = todo.pop_front() {
            if !self.is_dir(&here) {
                return Err(ENOTDIR);
            }
            directory.clone_from(&here);
            let last = todo.is_empty();
            special = match &*name {
                "." => Some("."),
                ".." => Some(".."),
                _ => None,
            };
            if special.is_some() {
                if name == ".." {
                    here.pop();
                }
                continue;
            }
            if name.len() > 255 && !(last && mode == Mode::Parent) {
                return Err(ENAMETOOLONG);
            }
            if last && slash_after && mode == Mode::Create {
                return Err(EISDIR);
            }
            here.push(name);
            let Some(id) = self.names.get(&here) else {
                if last {
                    break;
                }
                return Err(ENOENT);
            };
            let follow = !last
                || match mode {
                    Mode::Follow | Mode::Create => true,
                    Mode::NoFollow => slash,
                    Mode::Parent => false,
                };
            if let Body::Symlink(target) = &self.nodes[id].body
                && follow
            {
                links += 1;
                if links > 40 {
                    return Err(ELOOP);
                }
                here.pop();
                if target.starts_with('/') {
                    here.clear();
                    special = Some("/");
                }
                slash |= last && target.ends_with('/');
                let rest = std::mem::take(&mut todo);
                split(target, &mut todo);
                if let (Some(end), false) = (todo.back_mut(), rest.is_empty() && !slash_after) {
                    end.1 = true;
                }
                todo.extend(rest);
            }
        }
        Ok(Found { path: here, directory, special, slash })
    }

    fn find(&self, path: &str, mode: Mode) -> Result<Id, Errno> {
        let found = self.walk(path, mode)?;
        let id = *self.names.get(&found.path).ok_or(ENOENT)?;
        if found.slash && !self.is_dir(&found.path) {
            return Err(ENOTDIR);
        }
        Ok(id)
    }

    fn file(&self, path: &str) -> Result<Id, Errno> {
        let id = self.find(path, Mode::Follow)?;
        if matches!(self.nodes[&id].body, Body::Directory) { Err(EISDIR) } else { Ok(id) }
    }

    /// The inode that the last name of a path stands for, or why there is none.
    fn named(&self, found: &Found) -> Result<Id, Errno> {
        match self.names.get(&found.path) {
            Some(id) => Ok(*id),
            None if found.path.last().is_some_and(|name| name.len() > 255) => Err(ENAMETOOLONG),
            None => Err(ENOENT),
        }
    }

    fn device(&self, path: &Path) -> u32 {
        if !self.mount.is_empty() && path.starts_with(&self.mount) { 2 } else { 1 }
    }

    fn check_room(&self, dev: u32, taken: u64, freed: u64) -> Result<(), Errno> {
        let index = dev as usize - 1;
        match self.capacity[index] {
            Some(capacity) if taken > freed && self.used()[index] + taken - freed > capacity => Err(ENOSPC),
            _ => Ok(()),
        }
    }

    fn create(&mut self, found: &Found, body: Body, mode: u32, now: Timestamp) -> Result<(), Errno> {
        match self.named(found) {
            Ok(_) => return Err(EEXIST),
            Err(ENOENT) => {}
            Err(errno) => return Err(errno),
        }
        let parent = self.names[&found.path[..found.path.len() - 1]];
        let dev = parent.0;
        let parent = &self.nodes[&parent];
        let inherits = parent.mode & 0o2000;
        let group = if inherits == 0 { 0 } else { parent.owner.1 };
        let mode = if matches!(body, Body::Directory) { mode & 0o1777 | inherits } else { mode };
        let node = Node::new(body, mode, group, now);
        self.check_room(dev, node.blocks(), 0)?;
        let next = &mut self.next[dev as usize - 1];
        let id = (dev, *next);
        *next += 1;
        self.names.insert(found.path.clone(), id);
        self.nodes.insert(id, node);
        self.touch_parent(&found.path, now);
        Ok(())
    }

    fn write(&mut self, path: &str, data: &[u8], now: Timestamp) -> Result<(), Errno> {
        let found = self.walk(path, Mode::Create)?;
        let Some(id) = self.names.get(&found.path).copied() else {
            return self.create(&found, Body::file(data), 0o644, now);
        };
        if self.is_dir(&found.path) {
            return Err(EISDIR);
        }
        let body = Body::file(data);
        self.check_room(id.0, body.blocks(), self.nodes[&id].blocks())?;
        self.touch(id, now).body = body;
        Ok(())
    }

    fn append(&mut self, path: &str, data: &[u8], now: Timestamp) -> Result<(), Errno> {
        let found = self.walk(path, Mode::Create)?;
        let Some(id) = self.names.get(&found.path).copied() else {
            return self.create(&found, Body::file(data), 0o644, now);
        };
        match &self.nodes[&id].body {
            Body::File { bytes, .. } => self.write_at(id, bytes.len() as u64, data, now),
            _ => Err(EISDIR),
        }
    }

    fn write_at(&mut self, id: Id, offset: u64, data: &[u8], now: Timestamp) -> Result<(), Errno> {
        if data.is_empty() {
            return Ok(());
        }
        let end = offset as usize + data.len();
        let touched = offset / BLOCK_SIZE..=(end as u64 - 1) / BLOCK_SIZE;
        let Body::File { blocks, .. } = &self.nodes[&id].body else { unreachable!() };
        self.check_room(id.0, touched.clone().filter(|block| !blocks.contains(block)).count() as u64, 0)?;
        let Body::File { bytes, blocks } = &mut self.touch(id, now).body else { unreachable!() };
        bytes.resize(bytes.len().max(end), 0);
        bytes[offset as usize..end].copy_from_slice(data);
        blocks.extend(touched);
        Ok(())
    }

    fn mkdir_all(&mut self, path: &str, mode: u32, now: Timestamp) -> Result<(), Errno> {
        let mut prefix = String::new();
        let names: Vec<_> = path.split('/').filter(|name| !name.is_empty()).collect();
        for (index, name) in names.iter().enumerate() {
            prefix = prefix + "/" + name;
            let found = self.walk(&prefix, Mode::Parent)?;
            match self.create(&found, Body::Directory, mode, now) {
                Err(EEXIST) => match self.find(&prefix, Mode::Follow) {
                    Ok(id) if matches!(self.nodes[&id].body, Body::Directory) => {}
                    Ok(_) if index + 1 < names.len() => return Err(ENOTDIR),
                    Err(errno) if index + 1 < names.len() && errno != ENOENT => return Err(errno),
                    Ok(_) | Err(_) => return Err(EEXIST),
                },
                other => other?,
            }
        }
        Ok(())
    }

    /// Takes a name away, and what has no other.
    fn forget(&mut self, path: &Path, now: Timestamp) {
        let id = self.names.remove(path).expect("a name");
        if self.names_of(id) == 0 {
            self.nodes.remove(&id);
        } else {
            self.node_mut(id).ctime = now;
        }
    }

    fn unlink(&mut self, path: &str, now: Timestamp) -> Result<(), Errno> {
        let found = self.walk(path, Mode::Parent)?;
        if found.special.is_some() {
            return Err(EISDIR);
        }
        self.named(&found)?;
        if self.is_dir(&found.path) {
            return Err(EISDIR);
        }
        if found.slash {
            return Err(ENOTDIR);
        }
        self.forget(&found.path, now);
        self.touch_parent(&found.path, now);
        Ok(())
    }

    fn rmdir(&mut self, path: &str, now: Timestamp) -> Result<(), Errno> {
        let found = self.walk(path, Mode::Parent)?;
        match found.special {
            Some("/") => return Err(EBUSY),
            Some(".") => return Err(EINVAL),
            Some(_) => return Err(ENOTEMPTY),
            None => {}
        }
        self.named(&found)?;
        if !self.is_dir(&found.path) {
            return Err(ENOTDIR);
        }
        if found.path == self.mount {
            return Err(EBUSY);
        }
        if self.children(&found.path).next().is_some() {
            return Err(ENOTEMPTY);
        }
        self.forget(&found.path, now);
        self.touch_parent(&found.path, now);
        Ok(())
    }

    fn remove_all(&mut self, path: &str, now: Timestamp) -> Result<(), Errno> {
        let found = self.walk(path, Mode::Parent)?;
        match found.special {
            Some("/") => return Err(EBUSY),
            Some(_) => return Err(EINVAL),
            None => {}
        }
        self.named(&found)?;
        if found.slash && !self.is_dir(&found.path) {
            return Err(ENOTDIR);
        }
        // Deepest first; what leads to the mount point stays.
        let below: Vec<_> =
            self.names.keys().filter(|name| name.starts_with(&found.path)).cloned().rev().collect();
        let mut kept = false;
        for name in below {
            if self.mount.starts_with(&name) {
                kept = true;
            } else {
                self.forget(&name, now);
                self.touch_parent(&name, now);
            }
        }
        if kept { Err(EBUSY) } else { Ok(()) }
    }

    fn link(&mut self, existing: &str, new: &str, now: Timestamp) -> Result<(), Errno> {
        let id = self.find(existing, Mode::NoFollow)?;
        let found = self.walk(new, Mode::Parent)?;
        match self.named(&found) {
            Ok(_) => return Err(EEXIST),
            Err(ENOENT) if !found.slash => {}
            Err(errno) => return Err(errno),
        }
        if self.device(&found.path) != id.0 {
            return Err(EXDEV);
        }
        if matches!(self.nodes[&id].body, Body::Directory) {
            return Err(EPERM);
        }
        self.names.insert(found.path.clone(), id);
        self.node_mut(id).ctime = now;
        self.touch_parent(&found.path, now);
        Ok(())
    }

    fn rename(&mut self, from: &str, to: &str, now: Timestamp) -> Result<(), Errno> {
        let from = self.walk(from, Mode::Parent)?;
        let to = self.walk(to, Mode::Parent)?;
        if self.device(&from.directory) != self.device(&to.directory) {
            return Err(EXDEV);
        }
        if from.special.is_some() || to.special.is_some() {
            return Err(EBUSY);
        }
        let id = self.named(&from)?;
        if let Err(ENAMETOOLONG) = self.named(&to) {
            return Err(ENAMETOOLONG);
        }
        let directory = self.is_dir(&from.path);
        if !directory && (from.slash || to.slash) {
            return Err(ENOTDIR);
        }
        if to.path.len() > from.path.len() && to.path.starts_with(&from.path) {
            return Err(EINVAL);
        }
        if from.path.len() > to.path.len() && from.path.starts_with(&to.path) {
            return Err(ENOTEMPTY);
        }
        if let Some(victim) = self.names.get(&to.path) {
            if *victim == id {
                return Ok(());
            }
            match (directory, self.is_dir(&to.path)) {
                (true, false) => return Err(ENOTDIR),
                (false, true) => return Err(EISDIR),
                _ => {}
            }
        }
        if from.path == self.mount || to.path == self.mount {
            return Err(EBUSY);
        }
        if directory && self.children(&to.path).next().is_some() {
            return Err(ENOTEMPTY);
        }
        if self.names.contains_key(&to.path) {
            self.forget(&to.path, now);
        }
        let moved: Vec<_> = self.names.keys().filter(|name| name.starts_with(&from.path)).cloned().collect();
        let renamed = |name: &Path| [&to.path[..], &name[from.path.len()..]].concat();
        for name in moved {
            let id = self.names.remove(&name).expect("a name");
            self.names.insert(renamed(&name), id);
        }
        if self.mount.starts_with(&from.path) {
            self.mount = renamed(&self.mount);
        }
        self.node_mut(id).ctime = now;
        self.touch_parent(&from.path, now);
        self.touch_parent(&to.path, now);
        Ok(())
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

/// The names of a path, each with whether a slash comes after it.
fn split(path: &str, names: &mut VecDeque<(String, bool)>) {
    let parts: Vec<_> = path.split('/').collect();
    let last = parts.len() - 1;
    names.extend(
        parts
            .iter()
            .enumerate()
            .filter(|(_, name)| !name.is_empty())
            .map(|(at, name)| ((*name).to_owned(), at < last)),
    );
}

fn text(path: &Path) -> String {
    "/".to_owned() + &path.join("/")
}
