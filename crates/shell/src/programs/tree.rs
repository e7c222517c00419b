//! Walks over directories and what is in them, without recursion: a command can take its time between any two names.

use sandbox_fs::{DirEntry, FsError, Kind, Namespace, Stat};

/// Which links a walk follows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Follow {
    Never,
    /// One with which the walk begins (`-H`).
    First,
    Always,
}

/// One name that a walk came to.
#[derive(Clone, Debug)]
pub(super) struct Found {
    /// As it is shown: the operand with names joined to it.
    pub(super) shown: String,
    /// Absolute.
    pub(super) path: String,
    pub(super) stat: Stat,
    /// Zero for the operand.
    pub(super) depth: usize,
}

impl Found {
    pub(super) fn is_dir(&self) -> bool {
        self.stat.kind == Kind::Directory
    }

    /// What something in this directory is called.
    pub(super) fn below(&self, name: &str) -> String {
        joined(&self.shown, name)
    }
}

/// A path and a name in it.
pub(super) fn joined(directory: &str, name: &str) -> String {
    let slash = if directory.ends_with('/') { "" } else { "/" };
    format!("{directory}{slash}{name}")
}

/// What a walk tells.
pub(super) enum Step {
    /// Something that is no directory.
    File(Found),
    /// A directory, before what is in it.
    Enter(Found),
    /// A directory, after what is in it.
    Leave(Found),
    /// A directory in which one stands already, reached by a link.
    Circle(Found),
    /// A directory that cannot be read. It is left next.
    Unreadable(Found, FsError),
    /// Nothing is there: only for the operand itself.
    Missing(FsError),
}

struct Level {
    directory: Found,
    entries: std::vec::IntoIter<DirEntry>,
}

/// A walk from one operand on.
pub(super) struct Walk {
    follow: Follow,
    start: Option<(String, String)>,
    /// A directory that was told and is to be read next.
    entered: Option<Found>,
    levels: Vec<Level>,
}

impl Walk {
    /// From an operand, with its absolute path.
    pub(super) fn new(shown: &str, path: String, follow: Follow) -> Self {
        Self { follow, start: Some((shown.to_owned(), path)), entered: None, levels: Vec::new() }
    }

    /// Leaves out what is in the directory that was entered last, and also that it is left.
    pub(super) fn skip(&mut self) {
        self.entered = None;
    }

    /// The directory above, as it is shown, that is the same as one found below it.
    pub(super) fn same_above(&self, found: &Found) -> Option<&str> {
        let same = |level: &&Level| {
            (level.directory.stat.dev, level.directory.stat.ino) == (found.stat.dev, found.stat.ino)
        };
        self.levels.iter().find(same).map(|level| level.directory.shown.as_str())
    }

    /// The next step; the end when all is done.
    pub(super) fn next(&mut self, files: &Namespace) -> Option<Step> {
        if let Some((shown, path)) = self.start.take() {
            let followed = (self.follow != Follow::Never).then(|| files.stat(&path).ok()).flatten();
            return Some(match followed.map_or_else(|| files.lstat(&path), Ok) {
                Ok(stat) => self.told(Found { shown, path, stat, depth: 0 }),
                Err(error) => Step::Missing(error),
            });
        }
        if let Some(directory) = self.entered.take() {
            let (entries, problem) = match files.read_dir(&directory.path) {
                Ok(entries) => (entries, None),
                Err(error) => (Vec::new(), Some(error)),
            };
            self.levels.push(Level { directory: directory.clone(), entries: entries.into_iter() });
            if let Some(error) = problem {
                return Some(Step::Unreadable(directory, error));
            }
        }
        let depth = self.levels.len();
        let level = self.levels.last_mut()?;
        let Some(entry) = level.entries.next() else {
            return self.levels.pop().map(|level| Step::Leave(level.directory));
        };
        let (shown, path) = (level.directory.below(&entry.name), joined(&level.directory.path, &entry.name));
        let mut stat = entry.stat;
        if self.follow == Follow::Always
            && stat.kind == Kind::Symlink
            && let Ok(followed) = files.stat(&path)
        {
            stat = followed;
        }
        Some(self.told(Found { shown, path, stat, depth }))
    }

    fn told(&mut self, found: Found) -> Step {
        if !found.is_dir() {
            return Step::File(found);
        }
        if self.follow == Follow::Always && self.same_above(&found).is_some() {
            return Step::Circle(found);
        }
        self.entered = Some(found.clone());
        Step::Enter(found)
    }
}
