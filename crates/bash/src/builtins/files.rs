//! What is at a path, for `test`: files, and what descriptors refer to.

use sandbox_fs::{Access, Kind, Timestamp};
use sandbox_kernel::{Description, Process, descriptor_number};

use crate::state::Shell;

/// The type of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Type {
    /// A regular file.
    File,
    /// A directory.
    Directory,
    /// A symbolic link.
    Link,
    /// A character device.
    Device,
    /// A pipe.
    Pipe,
}

/// What is known of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Facts {
    /// Its type.
    pub(crate) kind: Type,
    /// Permission bits with set-id and sticky bits.
    pub(crate) mode: u32,
    /// Owner and group.
    pub(crate) owner: (u32, u32),
    /// In bytes.
    pub(crate) size: u64,
    /// Last change of the contents.
    pub(crate) changed: Timestamp,
    /// Last access.
    pub(crate) accessed: Timestamp,
    /// What two names of one file share.
    pub(crate) identity: (u32, u64),
}

/// What is at a path, links followed or not.
pub(crate) fn look(shell: &Shell, path: &str, follow: bool) -> Option<Facts> {
    let path = shell.process.absolute(path);
    if let Some(facts) = described(shell, &path).filter(|_| follow) {
        return Some(facts);
    }
    shell.show_descriptors_at(&path);
    let files = shell.process.files();
    let stat = if follow { files.stat(&path) } else { files.lstat(&path) }.ok()?;
    Some(of_stat(&stat))
}

fn of_stat(stat: &sandbox_fs::Stat) -> Facts {
    Facts {
        kind: match stat.kind {
            Kind::File => Type::File,
            Kind::Directory => Type::Directory,
            Kind::Symlink => Type::Link,
            Kind::Fifo => Type::Pipe,
            Kind::Device => Type::Device,
        },
        mode: stat.mode,
        owner: (stat.uid, stat.gid),
        size: stat.size,
        changed: stat.mtime,
        accessed: stat.atime,
        identity: (stat.dev, stat.ino),
    }
}

impl Shell {
    /// Tells the kernel which descriptors the shell has, where a path may ask for them.
    pub(crate) fn show_descriptors_at(&self, path: &str) {
        if path.starts_with("/proc/") || path.starts_with("/dev/") {
            self.process.show_descriptors(&self.descriptors);
        }
    }
}

/// What a descriptor refers to that a path names.
fn described(shell: &Shell, path: &str) -> Option<Facts> {
    of_description(shell, shell.descriptors.get(descriptor_number(path)?).ok()?)
}

fn of_description(shell: &Shell, description: &Description) -> Option<Facts> {
    if description.as_device().is_some() || description.as_terminal().is_some() {
        return shell.process.files().stat(&description.name).ok().map(|stat| of_stat(&stat));
    }
    if let Some(stat) = description.stat() {
        return Some(of_stat(&stat));
    }
    Some(made(shell, if description.is_pipe() { Type::Pipe } else { Type::File }, 0o600))
}

fn made(shell: &Shell, kind: Type, mode: u32) -> Facts {
    let now = shell.process.kernel.started;
    Facts { kind, mode, owner: (0, 0), size: 0, changed: now, accessed: now, identity: (0, 0) }
}

/// Whether the process's user may read, write or execute what is at a path.
pub(crate) fn may(shell: &Shell, path: &str, access: Access) -> bool {
    let path = shell.process.absolute(path);
    if let Some(facts) = described(shell, &path) {
        return may_by_mode(&shell.process, &facts, access);
    }
    shell.show_descriptors_at(&path);
    shell.process.files().access(&path, access).is_ok()
}

fn may_by_mode(process: &Process, facts: &Facts, access: Access) -> bool {
    let bits = match access {
        Access::READ => 0o444,
        Access::WRITE => 0o222,
        _ => 0o111,
    };
    let is_root = process.credentials().uid == 0 && access != Access::EXECUTE;
    // What is made belongs to root; others have the last three bits.
    is_root || facts.mode & bits & 0o007 != 0
}
