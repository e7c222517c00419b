//! Who may set modes, owners and times, and which changes that makes: the same for a path and for an open file.

use crate::node::Node;
use crate::{Access, Change, Credentials, Errno, Ino, Kind, Timestamp};

/// An inode, who wants to change it, and when.
pub(crate) struct Attributes<'a> {
    pub(crate) ino: Ino,
    pub(crate) node: &'a Node,
    pub(crate) user: &'a Credentials,
    pub(crate) time: Timestamp,
}

/// One change, or two.
pub(crate) type Changes = (Option<Change>, Option<Change>);

impl Attributes<'_> {
    /// Sets permission bits; the set-group-id bit is left out for a group that the user is not in.
    pub(crate) fn set_mode(&self, mode: u32) -> Result<Changes, Errno> {
        if !self.user.owns(self.node) {
            return Err(Errno::EPERM);
        }
        let allowed = if self.user.keeps_group(self.node.gid) { 0o7777 } else { 0o5777 };
        Ok((Some(self.mode(mode & allowed)), None))
    }

    /// Sets owner and group; a file loses its set-id bits.
    pub(crate) fn set_owner(&self, uid: Option<u32>, gid: Option<u32>) -> Result<Changes, Errno> {
        let (user, node) = (self.user, self.node);
        let keeps_owner = uid.is_none_or(|uid| user.uid == node.uid && uid == node.uid);
        let gives_to_own = |gid| user.uid == node.uid && (gid == node.gid || user.in_group(gid));
        let allowed = user.is_root() || keeps_owner && gid.is_none_or(gives_to_own);
        let lost = if node.kind() == Kind::File { user.lost_by_chown(node) & node.mode } else { 0 };
        if !allowed || lost != 0 && !user.owns(node) {
            return Err(Errno::EPERM);
        }
        let (uid, gid) = (uid.unwrap_or(node.uid), gid.unwrap_or(node.gid));
        let owner = Change::SetOwner { ino: self.ino, uid, gid, time: self.time };
        Ok((self.without(lost), Some(owner)))
    }

    /// Sets times; who may write may set both to now. Nothing where neither is given.
    pub(crate) fn set_times(
        &self,
        atime: Option<Timestamp>,
        mtime: Option<Timestamp>,
    ) -> Result<Changes, Errno> {
        if !self.user.owns(self.node) {
            if (atime, mtime) != (Some(self.time), Some(self.time)) {
                return Err(Errno::EPERM);
            }
            self.user.check(self.node, Access::WRITE)?;
        }
        Ok((Some(Change::SetTimes { ino: self.ino, atime, mtime, time: self.time }), None))
    }

    /// Takes from a file the set-id bits that it must not keep when the user changes its contents.
    pub(crate) fn drop_powers(&self) -> Changes {
        (self.without(self.user.lost_by_writing(self.node)), None)
    }

    fn without(&self, bits: u32) -> Option<Change> {
        let mode = self.node.mode;
        (mode & bits != 0).then(|| self.mode(mode & !bits))
    }

    fn mode(&self, mode: u32) -> Change {
        Change::SetMode { ino: self.ino, mode, time: self.time }
    }
}
