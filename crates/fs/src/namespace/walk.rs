//! From a path to an inode, as Linux walks it.

use std::sync::Arc;

use super::view::{Place, View};
use crate::node::Body;
use crate::path::{NAME_MAX, check_path};
use crate::{Access, Errno};

/// How many symbolic links one walk follows.
const MAX_LINKS: u32 = 40;

/// What to do at the last name.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Last {
    /// Follow a link (`stat`, `open`).
    Follow,
    /// Take a link itself, but follow it where a slash comes after it (`lstat`).
    Link,
    /// Take the name itself, whatever comes after it (`unlink`, `mkdir`, `rename`). That it is too long comes to light
    /// when it is used, since `rename` walks two paths before it looks at either name.
    Name,
    /// Follow a link, also to where nothing is yet; a slash after the name is `EISDIR` (`open` with `O_CREAT`).
    Create,
}

/// How a path ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ending {
    /// With a name.
    Name,
    /// With `.`, `..` or no name at all.
    Dot,
    DotDot,
    Root,
}

/// The way that was walked.
pub(super) struct Walk {
    /// Every directory from the root on, and at the end what was found.
    trail: Vec<Step>,
    /// The last name, where nothing has it yet; the trail then ends with its directory.
    missing: Option<String>,
    /// The directory in which the last name was looked up, `.` and `..` among them.
    pub(super) parent: Place,
    pub(super) ending: Ending,
    /// Whether the path ended with a slash.
    pub(super) slash: bool,
    links: u32,
}

struct Step {
    /// What is seen there, mounts crossed.
    place: Place,
    /// What the name itself stands for, under what is mounted there.
    under: Place,
    name: Arc<str>,
}

/// A name in a directory, and what it stands for.
pub(super) struct Entry {
    pub(super) parent: Place,
    pub(super) name: Arc<str>,
    pub(super) place: Place,
    /// What the name itself stands for: where something is mounted, the directory under it. That is what permissions to
    /// move or remove the name are about.
    pub(super) under: Place,
}

impl Entry {
    /// Whether something is mounted here.
    pub(super) fn is_mount_point(&self) -> bool {
        self.place != self.under
    }
}

impl View<'_> {
    /// Walks a path.
    pub(super) fn walk(&self, path: &str, last: Last) -> Result<Walk, Errno> {
        check_path(path)?;
        let parent = self.cross(Place::root_of(0));
        let trail = vec![Step { place: parent, under: parent, name: "".into() }];
        let mut walk = Walk { trail, missing: None, parent, ending: Ending::Root, slash: false, links: 0 };
        self.follow(&mut walk, path, last, true)?;
        Ok(walk)
    }

    /// Walks to something that is there.
    pub(super) fn find(&self, path: &str, last: Last) -> Result<Place, Errno> {
        let walk = self.walk(path, last)?;
        let place = walk.found().ok_or(Errno::ENOENT)?;
        if walk.slash && !self.node(place)?.is_dir() {
            return Err(Errno::ENOTDIR);
        }
        Ok(place)
    }

    /// Goes on along `text`; `finally` when nothing comes after it.
    fn follow(&self, walk: &mut Walk, text: &str, last: Last, finally: bool) -> Result<(), Errno> {
        if text.starts_with('/') {
            walk.trail.truncate(1);
            walk.ending = Ending::Root;
        }
        let ends_with_slash = text.ends_with('/');
        walk.slash |= finally && ends_with_slash;
        let mut names = text.split('/').filter(|name| !name.is_empty()).peekable();
        while let Some(name) = names.next() {
            let at = walk.top();
            let node = self.node(at)?;
            let Some(directory) = node.directory() else { return Err(Errno::ENOTDIR) };
            self.check(at, Access::EXECUTE)?;
            walk.parent = at;
            let at_end = finally && names.peek().is_none();
            match name {
                "." => {
                    walk.ending = Ending::Dot;
                    continue;
                }
                ".." => {
                    walk.ending = Ending::DotDot;
                    walk.trail.truncate((walk.trail.len() - 1).max(1));
                    continue;
                }
                _ => walk.ending = Ending::Name,
            }
            if at_end && ends_with_slash && last == Last::Create {
                return Err(Errno::EISDIR);
            }
            if name.len() > NAME_MAX && !(at_end && last == Last::Name) {
                return Err(Errno::ENAMETOOLONG);
            }
            let Some((name, ino)) = directory.entries.get_key_value(name) else {
                if !at_end {
                    return Err(Errno::ENOENT);
                }
                walk.missing = Some(name.to_owned());
                return Ok(());
            };
            let place = at.with_ino(*ino);
            let follows = match last {
                _ if !at_end => true,
                Last::Follow | Last::Create => true,
                Last::Link => walk.slash,
                Last::Name => false,
            };
            let found = self.node(place)?;
            match &found.body {
                Body::Symlink(target) if follows => {
                    walk.links += 1;
                    if walk.links > MAX_LINKS {
                        return Err(Errno::ELOOP);
                    }
                    self.follows(place);
                    if let Some(ino) = found.leads_to() {
                        let place = place.with_ino(ino);
                        walk.trail.push(Step { place, under: place, name: target.clone() });
                        continue;
                    }
                    self.follow(walk, target, last, at_end)?;
                }
                _ => walk.trail.push(Step { place: self.cross(place), under: place, name: name.clone() }),
            }
        }
        Ok(())
    }
}

impl Walk {
    /// What is there; `None` when only its directory is.
    pub(super) fn found(&self) -> Option<Place> {
        self.missing.is_none().then(|| self.top())
    }

    /// The directory and the name where something new can be made; `EEXIST` where something is.
    pub(super) fn vacancy(&self) -> Result<(Place, &str), Errno> {
        match self.missing.as_deref() {
            Some(name) if name.len() > NAME_MAX => Err(Errno::ENAMETOOLONG),
            Some(name) => Ok((self.top(), name)),
            None => Err(Errno::EEXIST),
        }
    }

    /// The name that was found, where the path ended with one; `ENOENT` where nothing has it.
    pub(super) fn entry(&self) -> Result<Entry, Errno> {
        match (&self.missing, &self.trail[..]) {
            (Some(name), _) if name.len() > NAME_MAX => Err(Errno::ENAMETOOLONG),
            (None, [.., parent, step]) => {
                let (place, under) = (step.place, step.under);
                Ok(Entry { parent: parent.place, name: step.name.clone(), place, under })
            }
            _ => Err(Errno::ENOENT),
        }
    }

    /// Whether the way leads through that directory and goes on below it.
    pub(super) fn passes(&self, directory: Place) -> bool {
        let above = if self.missing.is_some() { self.trail.len() } else { self.trail.len() - 1 };
        self.trail[..above].iter().any(|step| step.place == directory)
    }

    /// The path without links, dots and doubled slashes.
    pub(super) fn canonical(&self) -> String {
        let path: String = self.trail[1..].iter().flat_map(|step| ["/", &*step.name]).collect();
        if path.is_empty() { "/".to_owned() } else { path }
    }

    fn top(&self) -> Place {
        self.trail.last().map_or(Place::root_of(0), |step| step.place)
    }
}
