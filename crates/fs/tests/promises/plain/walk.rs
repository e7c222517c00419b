//! How the plain filesystem walks a path: with a list of names that are still to come.

use std::collections::VecDeque;

use sandbox_fs::Errno::{self, *};

use super::{Body, Id, Path, Plain};

/// Where a path led: to `path`, which may be missing, with what came last in it.
pub(super) struct Found {
    pub(super) path: Path,
    /// Where its last name, dots included, was looked up.
    pub(super) directory: Path,
    pub(super) special: Option<&'static str>,
    pub(super) slash: bool,
}

#[derive(Clone, Copy, PartialEq)]
pub(super) enum Mode {
    Follow,
    NoFollow,
    Parent,
    Create,
}

impl Plain {
    pub(super) fn walk(&self, path: &str, mode: Mode) -> Result<Found, Errno> {
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

    pub(super) fn find(&self, path: &str, mode: Mode) -> Result<Id, Errno> {
        let found = self.walk(path, mode)?;
        let id = *self.names.get(&found.path).ok_or(ENOENT)?;
        if found.slash && !self.is_dir(&found.path) {
            return Err(ENOTDIR);
        }
        Ok(id)
    }

    pub(super) fn file(&self, path: &str) -> Result<Id, Errno> {
        let id = self.find(path, Mode::Follow)?;
        if matches!(self.nodes[&id].body, Body::Directory) { Err(EISDIR) } else { Ok(id) }
    }

    /// The inode that the last name of a path stands for, or why there is none.
    pub(super) fn named(&self, found: &Found) -> Result<Id, Errno> {
        match self.names.get(&found.path) {
            Some(id) => Ok(*id),
            None if found.path.last().is_some_and(|name| name.len() > 255) => Err(ENAMETOOLONG),
            None => Err(ENOENT),
        }
    }

    pub(super) fn device(&self, path: &Path) -> u32 {
        if !self.mount.is_empty() && path.starts_with(&self.mount) { 2 } else { 1 }
    }

    pub(super) fn check_room(&self, dev: u32, taken: u64, freed: u64) -> Result<(), Errno> {
        let index = dev as usize - 1;
        match self.capacity[index] {
            Some(capacity) if taken > freed && self.used()[index] + taken - freed > capacity => Err(ENOSPC),
            _ => Ok(()),
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
