//! What is at a path, for `test`: files of the tree, devices, files that are made when they are read, descriptors.

use sandbox_fs::{Access, Kind, Timestamp};
use sandbox_kernel::{Description, Device, Process, descriptor_number, generated};

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
    if let Some(facts) = special(shell, &path) {
        return Some(facts);
    }
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
        },
        mode: stat.mode,
        owner: (stat.uid, stat.gid),
        size: stat.size,
        changed: stat.mtime,
        accessed: stat.atime,
        identity: (stat.dev, stat.ino),
    }
}

/// What is in no tree.
fn special(shell: &Shell, path: &str) -> Option<Facts> {
    if !["/dev/", "/proc/", "/etc/"].iter().any(|start| path.starts_with(start)) {
        return None;
    }
    if let Some(number) = descriptor_number(path) {
        return of_description(shell, shell.descriptors.get(number).ok()?);
    }
    if let Some(device) = Device::at(path) {
        return Some(of_device(shell, device));
    }
    match path {
        "/dev/tty" => return Some(made(shell, Type::Device, 0o666)),
        "/dev/fd" | "/proc/self" | "/proc/self/fd" => return Some(made(shell, Type::Directory, 0o555)),
        _ => {}
    }
    let pid = path.strip_prefix("/proc/").and_then(|pid| pid.parse().ok());
    if pid.is_some_and(|pid| shell.process.kernel.process(pid).is_some()) {
        return Some(made(shell, Type::Directory, 0o555));
    }
    generated(&shell.process, path)?;
    Some(made(shell, Type::File, if path.starts_with("/etc/") { 0o644 } else { 0o444 }))
}

fn of_description(shell: &Shell, description: &Description) -> Option<Facts> {
    if let Some(device) = description.as_device() {
        return Some(of_device(shell, device));
    }
    if let Some(stat) = description.stat() {
        return Some(of_stat(&stat));
    }
    Some(made(shell, if description.is_pipe() { Type::Pipe } else { Type::File }, 0o600))
}

fn of_device(shell: &Shell, device: Device) -> Facts {
    let number = match device {
        Device::Null => 3,
        Device::Zero => 5,
        Device::Full => 7,
        Device::Random => 8,
    };
    Facts { identity: (0, number), ..made(shell, Type::Device, 0o666) }
}

fn made(shell: &Shell, kind: Type, mode: u32) -> Facts {
    let now = shell.process.kernel.started;
    Facts { kind, mode, owner: (0, 0), size: 0, changed: now, accessed: now, identity: (0, 0) }
}

/// Whether the process's user may read, write or execute what is at a path.
pub(crate) fn may(shell: &Shell, path: &str, access: Access) -> bool {
    let path = shell.process.absolute(path);
    if let Some(facts) = special(shell, &path) {
        return may_by_mode(&shell.process, &facts, access);
    }
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
