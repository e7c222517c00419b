//! Who does something, and what the permission bits of an inode let them do.

use std::sync::Arc;

use crate::Errno;
use crate::node::Node;

/// Whom an operation is done by: user and groups as Linux checks them, and the bits that new files do not get.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Credentials {
    /// The user; 0 is root, whom no permission bit stops.
    pub uid: u32,
    /// The group that new files get.
    pub gid: u32,
    /// The other groups.
    pub groups: Arc<[u32]>,
    /// Permission bits that new files and directories do not get, such as `0o022`.
    pub umask: u32,
}

impl Credentials {
    /// Root with a umask of `0o022`.
    pub fn root() -> Credentials {
        Credentials::user(0, 0)
    }

    /// A user with one group and a umask of `0o022`.
    pub fn user(uid: u32, gid: u32) -> Credentials {
        Credentials { uid, gid, groups: Arc::default(), umask: 0o022 }
    }

    pub(crate) fn is_root(&self) -> bool {
        self.uid == 0
    }

    /// Whether the user is in that group.
    pub(crate) fn in_group(&self, gid: u32) -> bool {
        self.gid == gid || self.groups.contains(&gid)
    }

    /// Whether the user may do what an inode's owner may.
    pub(crate) fn owns(&self, node: &Node) -> bool {
        self.is_root() || self.uid == node.uid
    }

    /// Whether the user may keep a set-group-id bit for that group.
    pub(crate) fn keeps_group(&self, gid: u32) -> bool {
        self.is_root() || self.in_group(gid)
    }

    /// Checks that the inode's bits let the user do everything of `access`; `EACCES` else.
    pub(crate) fn check(&self, node: &Node, access: Access) -> Result<(), Errno> {
        if self.is_root() {
            let runs_nothing = access.0 & Access::EXECUTE.0 != 0 && !node.is_dir() && node.mode & 0o111 == 0;
            return if runs_nothing { Err(Errno::EACCES) } else { Ok(()) };
        }
        let bits = if self.uid == node.uid {
            node.mode >> 6
        } else if self.in_group(node.gid) {
            node.mode >> 3
        } else {
            node.mode
        };
        if access.0 & !bits & 0o7 == 0 { Ok(()) } else { Err(Errno::EACCES) }
    }

    /// Checks that the user may take away a name of `victim` in the directory `parent`.
    pub(crate) fn check_removal(&self, parent: &Node, victim: &Node) -> Result<(), Errno> {
        self.check(parent, Access::CHANGE)?;
        let sticky = parent.mode & 0o1000 != 0;
        if sticky && !self.owns(victim) && !self.owns(parent) { Err(Errno::EPERM) } else { Ok(()) }
    }

    /// The set-id bits that a file loses when this user changes its contents.
    pub(crate) fn lost_by_writing(&self, node: &Node) -> u32 {
        if self.is_root() || node.is_dir() {
            return 0;
        }
        node.mode & self.lost_by_chown(node)
    }

    /// The set-id bits that a file loses when this user gives it to another.
    pub(crate) fn lost_by_chown(&self, node: &Node) -> u32 {
        let keeps_group = node.mode & 0o010 == 0 && self.keeps_group(node.gid);
        0o4000 | if keeps_group { 0 } else { 0o2000 }
    }
}

/// What one wants to do with an inode: any of reading, writing and executing, which for a directory is looking names up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Access(pub(crate) u32);

impl Access {
    /// Only that it is there.
    pub const EXISTS: Access = Access(0);
    /// To execute a file, to look up names in a directory.
    pub const EXECUTE: Access = Access(1);
    /// To change contents.
    pub const WRITE: Access = Access(2);
    /// To see contents.
    pub const READ: Access = Access(4);
    /// To make and take away names in a directory.
    pub(crate) const CHANGE: Access = Access(3);
}

impl std::ops::BitOr for Access {
    type Output = Access;

    fn bitor(self, other: Access) -> Access {
        Access(self.0 | other.0)
    }
}
