//! Moving a name.

use super::Namespace;
use super::view::View;
use super::walk::{Ending, Last, Walk};
use crate::{Change, Errno, FsError, Timestamp};

impl Namespace {
    /// Moves a name, replacing a file with a file or an empty directory with a directory. Links are moved, not followed.
    /// Two names of one file: nothing happens, as POSIX wants it.
    ///
    /// # Errors
    ///
    /// `ENOENT`, `EXDEV` across mounts, `EBUSY` for mount points and for paths that end with `.` or `..`, `EINVAL` for a
    /// directory into itself, `ENOTDIR`, `EISDIR`, `ENOTEMPTY`.
    pub fn rename(&self, from: &str, to: &str, now: Timestamp) -> Result<(), FsError> {
        self.with_view(|view| {
            let source = view.walk(from, Last::Name).map_err(|errno| errno.at(from))?;
            let target = view.walk(to, Last::Name).map_err(|errno| errno.at(to))?;
            view.rename(&source, &target, now).map_err(|errno| match errno {
                Errno::EISDIR | Errno::ENOTEMPTY => errno.at(to),
                _ => errno.at(from),
            })
        })
    }
}

impl View<'_> {
    /// The checks in Linux's order.
    fn rename(&mut self, source: &Walk, target: &Walk, time: Timestamp) -> Result<(), Errno> {
        let (from, to) = (source.parent, target.parent);
        if from.mount != to.mount {
            return Err(Errno::EXDEV);
        }
        if source.ending != Ending::Name || target.ending != Ending::Name {
            return Err(Errno::EBUSY);
        }
        let moved = source.entry()?;
        let replaced = match target.entry() {
            Ok(victim) => Some(victim),
            Err(Errno::ENOENT) => None,
            Err(errno) => return Err(errno),
        };
        let moves_directory = self.node(moved.place)?.is_dir();
        if !moves_directory && (source.slash || target.slash) {
            return Err(Errno::ENOTDIR);
        }
        if target.passes(moved.place) {
            return Err(Errno::EINVAL);
        }
        if let Some(victim) = &replaced {
            if source.passes(victim.place) {
                return Err(Errno::ENOTEMPTY);
            }
            if victim.place == moved.place {
                return Ok(());
            }
            match (moves_directory, self.node(victim.place)?.is_dir()) {
                (true, false) => return Err(Errno::ENOTDIR),
                (false, true) => return Err(Errno::EISDIR),
                _ => {}
            }
        }
        if moved.is_mount_point() || replaced.as_ref().is_some_and(|victim| victim.is_mount_point()) {
            return Err(Errno::EBUSY);
        }
        let to_name = match &replaced {
            Some(victim) => victim.name.to_string(),
            None => target.vacancy()?.1.to_owned(),
        };
        let change = Change::Rename {
            ino: moved.place.ino,
            from_parent: from.ino,
            from_name: moved.name.to_string(),
            to_parent: to.ino,
            to_name,
            replaced: replaced.map(|victim| victim.place.ino),
            time,
        };
        self.perform(from.mount, change)
    }
}
