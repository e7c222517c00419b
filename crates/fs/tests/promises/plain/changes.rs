//! What changes the plain filesystem.

use sandbox_fs::Errno::{self, *};
use sandbox_fs::{BLOCK_SIZE, Timestamp};

use super::walk::{Found, Mode};
use super::{Body, Id, Node, Path, Plain};

impl Plain {
    pub(super) fn create(
        &mut self,
        found: &Found,
        body: Body,
        mode: u32,
        now: Timestamp,
    ) -> Result<(), Errno> {
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

    pub(super) fn write(&mut self, path: &str, data: &[u8], now: Timestamp) -> Result<(), Errno> {
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

    pub(super) fn append(&mut self, path: &str, data: &[u8], now: Timestamp) -> Result<(), Errno> {
        let found = self.walk(path, Mode::Create)?;
        let Some(id) = self.names.get(&found.path).copied() else {
            return self.create(&found, Body::file(data), 0o644, now);
        };
        match &self.nodes[&id].body {
            Body::File { bytes, .. } => self.write_at(id, bytes.len() as u64, data, now),
            _ => Err(EISDIR),
        }
    }

    pub(super) fn write_at(&mut self, id: Id, offset: u64, data: &[u8], now: Timestamp) -> Result<(), Errno> {
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

    pub(super) fn allocate(&mut self, id: Id, offset: u64, len: u64, now: Timestamp) -> Result<(), Errno> {
        if len == 0 {
            return Err(EINVAL);
        }
        let end = offset + len;
        let touched = offset / BLOCK_SIZE..=(end - 1) / BLOCK_SIZE;
        let Body::File { blocks, .. } = &self.nodes[&id].body else { unreachable!() };
        self.check_room(id.0, touched.clone().filter(|block| !blocks.contains(block)).count() as u64, 0)?;
        let Body::File { bytes, blocks } = &mut self.touch(id, now).body else { unreachable!() };
        bytes.resize(bytes.len().max(end as usize), 0);
        blocks.extend(touched);
        Ok(())
    }

    pub(super) fn mkdir_all(&mut self, path: &str, mode: u32, now: Timestamp) -> Result<(), Errno> {
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
    pub(super) fn forget(&mut self, path: &Path, now: Timestamp) {
        let id = self.names.remove(path).expect("a name");
        if self.names_of(id) == 0 {
            self.nodes.remove(&id);
        } else {
            self.node_mut(id).ctime = now;
        }
    }

    pub(super) fn unlink(&mut self, path: &str, now: Timestamp) -> Result<(), Errno> {
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

    pub(super) fn rmdir(&mut self, path: &str, now: Timestamp) -> Result<(), Errno> {
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

    pub(super) fn remove_all(&mut self, path: &str, now: Timestamp) -> Result<(), Errno> {
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

    pub(super) fn link(&mut self, existing: &str, new: &str, now: Timestamp) -> Result<(), Errno> {
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

    pub(super) fn rename(&mut self, from: &str, to: &str, now: Timestamp) -> Result<(), Errno> {
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
