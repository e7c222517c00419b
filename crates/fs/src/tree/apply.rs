//! How a tree changes: one function for each kind of change, the same for an operation and for its replay.
//!
//! Each checks everything first and returns an errno with nothing touched; after the last `?` it only acts.

use std::collections::btree_map::Entry;
use std::sync::Arc;

use super::Tree;
use crate::content::{Content, Growth, MAX_LEN};
use crate::memory::Reservation;
use crate::node::{Body, Directory, Node};
use crate::path::{check_name, check_target};
use crate::{BLOCK_SIZE, Change, Errno, Ino, Kind, NewNode, Piece, ROOT_INO, Timestamp};

/// The most names that a file has (as ext4).
const LINK_MAX: u32 = 65_000;

/// The most space that one change takes, in bytes; more comes from damage only, since it would not fit into memory.
const MAX_ALLOCATE: u64 = 64 << 30;

/// Numbers beyond this come from damage only.
const LAST_INO: Ino = 1 << 62;

/// Whether the limit on memory holds for a change. What has happened once must happen again, so not for a replay.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Occasion {
    First,
    Replay,
}

impl Tree {
    /// Makes a change happen: folds it in and logs it.
    pub(crate) fn perform(&mut self, change: Change) -> Result<(), Errno> {
        self.fold(&change, Occasion::First)?;
        // What has no name is no part of what a replay makes.
        let ino = change.ino();
        if self.opened.orphan(ino).is_none() || change.takes_a_name() {
            self.log.push(&self.id, change);
        }
        Ok(())
    }

    pub(super) fn fold(&mut self, change: &Change, occasion: Occasion) -> Result<(), Errno> {
        match change {
            Change::Create { parent, name, ino, node, mode, uid, gid, time } => {
                let body = match node {
                    NewNode::File { data } => Body::File(Content::Whole(data.clone())),
                    NewNode::Directory => Body::Directory(Directory::empty(*parent)),
                    NewNode::Symlink { target } => {
                        check_target(target)?;
                        Body::Symlink(target.as_str().into())
                    }
                    NewNode::Fifo => Body::Fifo,
                    NewNode::Device { major, minor } => Body::Device(*major, *minor),
                };
                self.create(*parent, name, *ino, Node::new(body, *mode, *uid, *gid, *time), occasion)
            }
            Change::Replace { ino, data, time } => self.replace(*ino, data, *time, occasion),
            Change::Write { ino, offset, data, time } => self.write(*ino, *offset, data, *time, occasion),
            Change::Allocate { ino, offset, len, time } => {
                self.allocate(*ino, (*offset, *len, Growth::Grows), *time, occasion)
            }
            Change::Truncate { ino, size, time } => self.truncate(*ino, *size, *time),
            Change::Link { ino, parent, name, time } => self.link(*ino, *parent, name, *time),
            Change::Unlink { parent, name, ino, time } => self.unlink(*parent, name, *ino, *time),
            Change::RemoveDir { parent, name, ino, time } => self.remove_dir(*parent, name, *ino, *time),
            Change::RemoveTree { parent, name, ino, time } => self.remove_tree(*parent, name, *ino, *time),
            Change::Rename { ino, from_parent, from_name, to_parent, to_name, replaced, time } => {
                self.rename(*ino, (*from_parent, from_name), (*to_parent, to_name), *replaced, *time)
            }
            Change::SetMode { ino, mode, time } => {
                let node = self.node_mut(*ino).ok_or(Errno::ENOENT)?;
                node.mode = mode & 0o7777;
                node.ctime = *time;
                Ok(())
            }
            Change::SetOwner { ino, uid, gid, time } => {
                let node = self.node_mut(*ino).ok_or(Errno::ENOENT)?;
                (node.uid, node.gid, node.ctime) = (*uid, *gid, *time);
                if node.kind() == Kind::File {
                    // A program must not keep its old owner's powers under a new one.
                    let set_gid = if node.mode & 0o010 == 0 { 0 } else { 0o2000 };
                    node.mode &= !(0o4000 | set_gid);
                }
                Ok(())
            }
            Change::Reserve { ino, offset, len, time } => {
                self.allocate(*ino, (*offset, *len, Growth::Stays), *time, occasion)
            }
            Change::Punch { ino, offset, len, time } => self.punch(*ino, *offset, *len, *time),
            Change::Exchange { ino, from_parent, from_name, to_parent, to_name, other, time } => {
                self.exchange((*from_parent, from_name, *ino), (*to_parent, to_name, *other), *time)
            }
            Change::Access { ino, time } => {
                self.node_mut(*ino).ok_or(Errno::ENOENT)?.atime = *time;
                Ok(())
            }
            Change::SetTimes { ino, atime, mtime, time } => {
                let node = self.node_mut(*ino).ok_or(Errno::ENOENT)?;
                node.atime = atime.unwrap_or(node.atime);
                node.mtime = mtime.unwrap_or(node.mtime);
                node.ctime = *time;
                Ok(())
            }
        }
    }

    fn create(
        &mut self,
        parent: Ino,
        name: &str,
        ino: Ino,
        node: Node,
        occasion: Occasion,
    ) -> Result<(), Errno> {
        if ino != self.next_ino || ino >= LAST_INO {
            self.check_free(parent, name)?;
            return Err(Errno::EINVAL);
        }
        check_name(name)?;
        self.node(parent).ok_or(Errno::ENOENT)?.directory().ok_or(Errno::ENOTDIR)?;
        self.check_room(node.blocks(), 0)?;
        if occasion == Occasion::First && self.inode_limit.is_some_and(|limit| self.usage.inodes >= limit) {
            return Err(Errno::ENOSPC);
        }
        let _room = self.reserve(0, self.held_by(ino, &node), occasion)?;
        let time = node.btime;
        self.add_entry(parent, name, ino, i64::from(node.is_dir()), time)?;
        self.insert(ino, node);
        self.next_ino = ino + 1;
        Ok(())
    }

    fn replace(&mut self, ino: Ino, data: &Piece, time: Timestamp, occasion: Occasion) -> Result<(), Errno> {
        let fresh = Content::Whole(data.clone());
        let old = self.content(ino)?.blocks();
        self.check_room(fresh.blocks(), old)?;
        let held = self.node(ino).map_or(0, |node| self.held_by(ino, node));
        let _room = self.reserve(held, fresh.held_blocks() * BLOCK_SIZE, occasion)?;
        self.change_content(ino, time, |content| {
            *content = fresh;
            Ok(())
        })
    }

    fn write(
        &mut self,
        ino: Ino,
        offset: u64,
        data: &Piece,
        time: Timestamp,
        occasion: Occasion,
    ) -> Result<(), Errno> {
        let content = self.content(ino)?;
        let end = offset.checked_add(data.len()).ok_or(Errno::EFBIG)?;
        if end > MAX_LEN {
            return Err(Errno::EFBIG);
        }
        let fresh = content.new_blocks(offset, data.len());
        let after = (content.held_blocks() + content.new_memory(offset, data.len())) * BLOCK_SIZE;
        self.check_room(fresh, 0)?;
        let held = self.node(ino).map_or(0, |node| self.held_by(ino, node));
        let _room = self.reserve(held, after, occasion)?;
        self.change_content(ino, time, |content| content.write(offset, data))
    }

    fn allocate(
        &mut self,
        ino: Ino,
        (offset, len, growth): (u64, u64, Growth),
        time: Timestamp,
        occasion: Occasion,
    ) -> Result<(), Errno> {
        let content = self.content(ino)?;
        let end = offset.checked_add(len).filter(|end| *end <= MAX_LEN).ok_or(Errno::EFBIG)?;
        if len == 0 {
            return Err(Errno::EINVAL);
        }
        let fresh = content.new_blocks(offset, len);
        let after = (content.held_blocks() + fresh) * BLOCK_SIZE;
        self.check_room(fresh, 0)?;
        let held = self.node(ino).map_or(0, |node| self.held_by(ino, node));
        let _room = self.reserve(held, after, occasion)?;
        if len > MAX_ALLOCATE {
            return Err(Errno::EFBIG);
        }
        self.change_content(ino, time, |content| {
            content.allocate(offset, end, growth);
            Ok(())
        })
    }

    fn punch(&mut self, ino: Ino, offset: u64, len: u64, time: Timestamp) -> Result<(), Errno> {
        self.content(ino)?;
        let end = offset.checked_add(len).filter(|end| *end <= MAX_LEN).ok_or(Errno::EFBIG)?;
        if len == 0 {
            return Err(Errno::EINVAL);
        }
        self.change_content(ino, time, |content| content.punch(offset, end))
    }

    fn truncate(&mut self, ino: Ino, size: u64, time: Timestamp) -> Result<(), Errno> {
        self.content(ino)?;
        if size > MAX_LEN {
            return Err(Errno::EFBIG);
        }
        self.change_content(ino, time, |content| {
            content.truncate(size);
            Ok(())
        })
    }

    fn link(&mut self, ino: Ino, parent: Ino, name: &str, time: Timestamp) -> Result<(), Errno> {
        self.check_free(parent, name)?;
        let node = self.node(ino).ok_or(Errno::ENOENT)?;
        if node.is_dir() {
            return Err(Errno::EPERM);
        }
        if node.nlink >= LINK_MAX {
            return Err(Errno::EMLINK);
        }
        if let Some(node) = self.node_mut(ino) {
            node.nlink += 1;
            node.ctime = time;
        }
        self.put_entry(parent, name, ino, 0, time);
        Ok(())
    }

    fn unlink(&mut self, parent: Ino, name: &str, ino: Ino, time: Timestamp) -> Result<(), Errno> {
        if self.entry(parent, name, ino)?.is_dir() {
            return Err(Errno::EISDIR);
        }
        self.take_entry(parent, name, 0, time);
        self.drop_link(ino, time);
        Ok(())
    }

    fn remove_dir(&mut self, parent: Ino, name: &str, ino: Ino, time: Timestamp) -> Result<(), Errno> {
        let directory = self.entry(parent, name, ino)?.directory().ok_or(Errno::ENOTDIR)?;
        if !directory.entries.is_empty() {
            return Err(Errno::ENOTEMPTY);
        }
        self.take_entry(parent, name, -1, time);
        self.remove_directory(ino, time);
        Ok(())
    }

    fn remove_tree(&mut self, parent: Ino, name: &str, ino: Ino, time: Timestamp) -> Result<(), Errno> {
        if !self.entry(parent, name, ino)?.is_dir() {
            return Err(Errno::ENOTDIR);
        }
        self.take_entry(parent, name, -1, time);
        let mut directories = vec![ino];
        while let Some(ino) = directories.pop() {
            let entries = self.node(ino).and_then(Node::directory).map(|directory| directory.entries.clone());
            self.remove_directory(ino, time);
            for child in entries.into_iter().flatten().map(|(_, child)| child) {
                if self.node(child).is_some_and(Node::is_dir) {
                    directories.push(child);
                } else {
                    self.drop_link(child, time);
                }
            }
        }
        Ok(())
    }

    fn rename(
        &mut self,
        ino: Ino,
        from: (Ino, &str),
        to: (Ino, &str),
        replaced: Option<Ino>,
        time: Timestamp,
    ) -> Result<(), Errno> {
        let moves_directory = self.entry(from.0, from.1, ino)?.is_dir();
        self.node(to.0).ok_or(Errno::ENOENT)?.directory().ok_or(Errno::ENOTDIR)?;
        check_name(to.1)?;
        if moves_directory && self.lies_within(to.0, ino) {
            return Err(Errno::EINVAL);
        }
        let mut replaces_directory = false;
        match (self.lookup(to.0, to.1).map(|(_, ino)| ino), replaced) {
            (None, None) => {}
            (found, expected) if found != expected || expected == Some(ino) => return Err(Errno::EINVAL),
            (_, replaced) => {
                let victim = replaced.and_then(|ino| self.node(ino)).ok_or(Errno::EINVAL)?;
                replaces_directory = victim.is_dir();
                match (moves_directory, victim.directory()) {
                    (true, None) => return Err(Errno::ENOTDIR),
                    (false, Some(_)) => return Err(Errno::EISDIR),
                    (true, Some(directory)) if !directory.entries.is_empty() => return Err(Errno::ENOTEMPTY),
                    _ => {}
                }
            }
        }
        if let Some(victim) = replaced {
            self.take_entry(to.0, to.1, -i64::from(replaces_directory), time);
            if replaces_directory {
                self.remove_directory(victim, time);
            } else {
                self.drop_link(victim, time);
            }
        }
        let subdirectories = i64::from(moves_directory);
        self.take_entry(from.0, from.1, -subdirectories, time);
        self.put_entry(to.0, to.1, ino, subdirectories, time);
        if let Some(node) = self.node_mut(ino) {
            node.ctime = time;
            if let Some(directory) = node.directory_mut() {
                directory.parent = to.0;
            }
        }
        Ok(())
    }

    fn exchange(
        &mut self,
        one: (Ino, &str, Ino),
        other: (Ino, &str, Ino),
        time: Timestamp,
    ) -> Result<(), Errno> {
        let directories = [one, other]
            .map(|(parent, name, ino)| self.entry(parent, name, ino).map(|node| i64::from(node.is_dir())));
        let [one_is, other_is] = directories;
        let (one_is, other_is) = (one_is?, other_is?);
        if one.2 == other.2 || self.lies_within(other.0, one.2) || self.lies_within(one.0, other.2) {
            return Err(Errno::EINVAL);
        }
        for (place, comes, subdirectories) in
            [(one, other.2, other_is - one_is), (other, one.2, one_is - other_is)]
        {
            self.take_entry(place.0, place.1, 0, time);
            self.put_entry(place.0, place.1, comes, subdirectories, time);
            if let Some(node) = self.node_mut(comes) {
                node.ctime = time;
                if let Some(directory) = node.directory_mut() {
                    directory.parent = place.0;
                }
            }
        }
        Ok(())
    }

    /// The file's contents, or why there are none.
    fn content(&self, ino: Ino) -> Result<&Content, Errno> {
        match &self.node(ino).ok_or(Errno::ENOENT)?.body {
            Body::File(content) => Ok(content),
            Body::Directory(_) => Err(Errno::EISDIR),
            Body::Symlink(_) | Body::Fifo | Body::Device(..) => Err(Errno::EINVAL),
        }
    }

    /// Checks that the directory is there and the name can be made in it.
    fn check_free(&self, parent: Ino, name: &str) -> Result<(), Errno> {
        check_name(name)?;
        let directory = self.node(parent).ok_or(Errno::ENOENT)?.directory().ok_or(Errno::ENOTDIR)?;
        if directory.entries.contains_key(name) { Err(Errno::EEXIST) } else { Ok(()) }
    }

    /// The node under that name, which must be the expected one.
    fn entry(&self, parent: Ino, name: &str, expected: Ino) -> Result<&Node, Errno> {
        let directory = self.node(parent).ok_or(Errno::ENOENT)?.directory().ok_or(Errno::ENOTDIR)?;
        let ino = *directory.entries.get(name).ok_or(Errno::ENOENT)?;
        if ino != expected {
            return Err(Errno::EINVAL);
        }
        self.node(ino).ok_or(Errno::EINVAL)
    }

    fn check_room(&self, taken: u64, freed: u64) -> Result<(), Errno> {
        let Some(capacity) = self.capacity else { return Ok(()) };
        let blocks = (self.usage.blocks - freed).saturating_add(taken);
        if taken > freed && blocks > capacity / BLOCK_SIZE { Err(Errno::ENOSPC) } else { Ok(()) }
    }

    /// Sets memory aside for contents that grow.
    fn reserve(&self, held: u64, after: u64, occasion: Occasion) -> Result<Option<Reservation>, Errno> {
        match occasion {
            Occasion::First => self.log.memory().reserve(after.saturating_sub(held)).map(Some),
            Occasion::Replay => Ok(None),
        }
    }

    /// Whether `ino` is `ancestor` or a directory somewhere below it.
    fn lies_within(&self, mut ino: Ino, ancestor: Ino) -> bool {
        while ino != ancestor {
            match self.node(ino).and_then(Node::directory) {
                Some(directory) if ino != ROOT_INO => ino = directory.parent,
                _ => return false,
            }
        }
        true
    }

    /// Changes a file's contents, or nothing where that fails.
    fn change_content(
        &mut self,
        ino: Ino,
        time: Timestamp,
        change: impl FnOnce(&mut Content) -> Result<(), Errno>,
    ) -> Result<(), Errno> {
        let held_before = self.node(ino).map_or(0, |node| self.held_by(ino, node));
        let node = self.node_mut(ino).ok_or(Errno::ENOENT)?;
        let Body::File(content) = &mut node.body else { return Err(Errno::EISDIR) };
        let before = content.blocks();
        change(content)?;
        let after = content.blocks();
        (node.mtime, node.ctime) = (time, time);
        self.usage.blocks = self.usage.blocks - before + after;
        let held_after = self.node(ino).map_or(0, |node| self.held_by(ino, node));
        self.count_held(held_before, held_after);
        Ok(())
    }

    /// Gives a directory one more name, which it is searched for only once; `EEXIST` where it has that name.
    fn add_entry(
        &mut self,
        parent: Ino,
        name: &str,
        ino: Ino,
        subdirectories: i64,
        time: Timestamp,
    ) -> Result<(), Errno> {
        let node = self.node_mut(parent).ok_or(Errno::ENOENT)?;
        match node.directory_mut().ok_or(Errno::ENOTDIR)?.entries.entry(Arc::from(name)) {
            Entry::Occupied(_) => return Err(Errno::EEXIST),
            Entry::Vacant(place) => place.insert(ino),
        };
        node.nlink = node.nlink.saturating_add_signed(subdirectories as i32);
        (node.mtime, node.ctime) = (time, time);
        Ok(())
    }

    fn put_entry(&mut self, parent: Ino, name: &str, ino: Ino, subdirectories: i64, time: Timestamp) {
        self.change_directory(parent, subdirectories, time, |directory| {
            directory.entries.insert(Arc::from(name), ino);
        });
    }

    fn take_entry(&mut self, parent: Ino, name: &str, subdirectories: i64, time: Timestamp) {
        self.change_directory(parent, subdirectories, time, |directory| {
            directory.entries.remove(name);
        });
    }

    fn change_directory(
        &mut self,
        ino: Ino,
        subdirectories: i64,
        time: Timestamp,
        change: impl FnOnce(&mut Directory),
    ) {
        let Some(node) = self.node_mut(ino) else { return };
        let Some(directory) = node.directory_mut() else { return };
        change(directory);
        node.nlink = node.nlink.saturating_add_signed(subdirectories as i32);
        (node.mtime, node.ctime) = (time, time);
    }

    fn remove_directory(&mut self, ino: Ino, time: Timestamp) {
        if self.opened.is_open(ino)
            && let Some(node) = self.node_mut(ino)
        {
            node.ctime = time;
        }
        self.remove(ino);
    }

    /// One name less; with the last one the node goes.
    fn drop_link(&mut self, ino: Ino, time: Timestamp) {
        let Some(node) = self.node_mut(ino) else { return };
        node.ctime = time;
        if node.nlink > 1 {
            node.nlink -= 1;
        } else {
            self.remove(ino);
        }
    }
}
