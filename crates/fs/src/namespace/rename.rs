//! Moving a name.

use super::Namespace;
use super::view::{Place, View};
use super::walk::{Ending, Entry, Last, Walk};
use crate::{Access, Change, Errno, FsError, Timestamp};

/// What a rename does with what has the new name already.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Renaming {
    /// It is replaced.
    Replace,
    /// It stays: `EEXIST` (`RENAME_NOREPLACE`).
    Keep,
    /// It gets the old name (`RENAME_EXCHANGE`).
    Exchange,
}

impl Namespace {
    /// Moves a name, replacing a file with a file or an empty directory with a directory. Links are moved, not followed.
    /// Two names of one file: nothing happens, as POSIX wants it.
    ///
    /// # Errors
    ///
    /// `ENOENT`, `EXDEV` across mounts, `EBUSY` for mount points and for paths that end with `.` or `..`, `EINVAL` for a
    /// directory into itself, `ENOTDIR`, `EISDIR`, `ENOTEMPTY`, `EACCES`, `EPERM` in a sticky directory, `EROFS`.
    pub fn rename(&self, from: &str, to: &str, now: Timestamp) -> Result<(), FsError> {
        self.rename_as(from, to, Renaming::Replace, now)
    }

    /// As [`Namespace::rename`], with a choice of what becomes of the new name.
    ///
    /// # Errors
    ///
    /// Those of [`Namespace::rename`], and `EEXIST`.
    pub fn rename_as(&self, from: &str, to: &str, how: Renaming, now: Timestamp) -> Result<(), FsError> {
        self.with_view(|view| {
            let source = view.walk(from, Last::Name).map_err(|errno| errno.at(from))?;
            let target = view.walk(to, Last::Name).map_err(|errno| errno.at(to))?;
            view.rename(&source, &target, how, now).map_err(|errno| match errno {
                Errno::EISDIR | Errno::ENOTEMPTY | Errno::EEXIST => errno.at(to),
                Errno::EBUSY if source.ending == Ending::Name && target.ending != Ending::Name => {
                    errno.at(to)
                }
                _ => errno.at(from),
            })
        })
    }
}

impl View<'_> {
    /// The checks in Linux's order.
    fn rename(&mut self, source: &Walk, target: &Walk, how: Renaming, time: Timestamp) -> Result<(), Errno> {
        let (from, to) = (source.parent, target.parent);
        if from.mount != to.mount {
            return Err(Errno::EXDEV);
        }
        if source.ending != Ending::Name {
            return Err(Errno::EBUSY);
        }
        if target.ending != Ending::Name {
            return Err(if how == Renaming::Keep { Errno::EEXIST } else { Errno::EBUSY });
        }
        self.check_writable(from.mount)?;
        let moved = source.entry()?;
        let there = match target.entry() {
            Ok(there) => Some(there),
            Err(Errno::ENOENT) => None,
            Err(errno) => return Err(errno),
        };
        let exchange = how == Renaming::Exchange;
        match (&there, how) {
            (Some(_), Renaming::Keep) => return Err(Errno::EEXIST),
            (None, Renaming::Exchange) => return Err(Errno::ENOENT),
            (Some(there), Renaming::Exchange) if target.slash && !self.node(there.place)?.is_dir() => {
                return Err(Errno::ENOTDIR);
            }
            _ => {}
        }
        let moves_directory = self.node(moved.under)?.is_dir();
        if !moves_directory && (source.slash || target.slash && !exchange) {
            return Err(Errno::ENOTDIR);
        }
        if target.passes(moved.place) {
            return Err(Errno::EINVAL);
        }
        if let Some(there) = &there {
            if source.passes(there.place) {
                return Err(if exchange { Errno::EINVAL } else { Errno::ENOTEMPTY });
            }
            if there.under == moved.under {
                return Ok(());
            }
        }
        self.check_move(from, &moved, moves_directory)?;
        let mut there_is_directory = false;
        match &there {
            None => self.check(to, Access::CHANGE)?,
            Some(there) => {
                there_is_directory = self.node(there.place)?.is_dir();
                let expected = if exchange { there_is_directory } else { moves_directory };
                self.check_move(to, there, expected)?;
            }
        }
        if from != to {
            if moves_directory {
                self.check(moved.under, Access::WRITE)?;
            }
            if let (Some(there), true) = (&there, exchange && there_is_directory) {
                self.check(there.under, Access::WRITE)?;
            }
        }
        if moved.is_mount_point() || there.as_ref().is_some_and(|there| there.is_mount_point()) {
            return Err(Errno::EBUSY);
        }
        let (ino, from_parent, from_name) = (moved.place.ino, from.ino, moved.name.to_string());
        let to_name = match &there {
            Some(there) => there.name.to_string(),
            None => target.vacancy()?.1.to_owned(),
        };
        let (to_parent, replaced) = (to.ino, there.map(|there| there.place.ino));
        let change = match replaced {
            Some(other) if exchange => {
                Change::Exchange { ino, from_parent, from_name, to_parent, to_name, other, time }
            }
            _ => Change::Rename { ino, from_parent, from_name, to_parent, to_name, replaced, time },
        };
        self.perform(from.mount, change)
    }

    /// Checks that the user may take that name away, and that it stands for what is expected.
    fn check_move(&self, parent: Place, entry: &Entry, directory: bool) -> Result<(), Errno> {
        let node = self.node(entry.under)?;
        self.check_removal(parent, entry.under)?;
        match (directory, node.is_dir()) {
            (true, false) => Err(Errno::ENOTDIR),
            (false, true) => Err(Errno::EISDIR),
            _ => Ok(()),
        }
    }
}
