//! What a program sees: absolute paths over a root tree and the trees mounted in it.
//!
//! One operation locks all trees of the namespace at once, so it is atomic, whoever else uses them. Each answers with
//! the errno that Linux gives for the same call, about the path as the caller wrote it.

mod links;
mod mounts;
mod open;
mod read;
mod remove;
mod rename;
mod view;
mod walk;
mod write;

use std::sync::{Arc, Mutex};

use mounts::MadeFiles;
pub(crate) use mounts::MountAccess;
pub use mounts::MountInfo;
pub use rename::Renaming;

use crate::tree::locked;
use crate::{Credentials, Errno, FsError, SharedTree, Timestamp, Viewer};
use mounts::Mount;
use view::View;

/// A root tree and what is mounted in it. A handle: clones share the same mounts.
///
/// Paths are absolute (`EINVAL` else), UTF-8, shorter than [`PATH_MAX`](crate::PATH_MAX), with names of at most
/// [`NAME_MAX`](crate::NAME_MAX) bytes (`ENAMETOOLONG`), without NUL (`EINVAL`), and followed as on Linux: `..` after a
/// symbolic link is the parent of where it leads, and the 41st link is `ELOOP`. `now` is the time of a change.
#[derive(Clone, Debug)]
pub struct Namespace {
    mounts: Arc<Mutex<Vec<Mount>>>,
    /// What is made when somebody looks, and where it is seen.
    made: Option<Arc<MadeFiles>>,
    user: User,
}

/// Whom a handle acts for.
#[derive(Clone, Debug)]
struct User {
    credentials: Credentials,
    /// The mode of a file that a write makes, before the umask.
    new_file: u32,
    /// When reading happens; `None` where it moves no access time.
    reads_at: Option<Timestamp>,
    /// The process that looks at made files.
    viewer: Viewer,
}

impl Namespace {
    /// A namespace with only a root. That is also how the files of a lone volume are reached.
    pub fn new(root: SharedTree) -> Namespace {
        let user = User {
            credentials: Credentials { umask: 0, ..Credentials::root() },
            new_file: 0o644,
            reads_at: None,
            viewer: 0,
        };
        let root = Mount { tree: root, covers: None, access: Arc::default() };
        Namespace { mounts: Arc::new(Mutex::new(vec![root])), made: None, user }
    }

    /// The same files and mounts as another user sees them: what the permission bits forbid is `EACCES` or `EPERM`, as
    /// on Linux, new files are the user's, and modes are cut by the umask. Making such a handle costs next to nothing.
    ///
    /// Without it one acts as root, and each mode is taken as given.
    pub fn as_user(&self, credentials: Credentials) -> Namespace {
        let user = User { credentials, new_file: 0o666, ..self.user.clone() };
        Namespace { user, ..self.clone() }
    }

    /// The same files and mounts, where what is read from now on is read at `now`, and moves access times as Linux does
    /// unless it is told otherwise (`relatime`): when the last access is not after the last change, or over a day old.
    ///
    /// Without it reading changes nothing.
    pub fn reading_at(&self, now: Timestamp) -> Namespace {
        let user = User { reads_at: Some(now), ..self.user.clone() };
        Namespace { user, ..self.clone() }
    }

    /// The same as a process sees it, which is `self` to made files.
    pub fn seen_by(&self, viewer: Viewer) -> Namespace {
        let user = User { viewer, ..self.user.clone() };
        Namespace { user, ..self.clone() }
    }

    /// Runs one operation with everything locked.
    fn with<R>(
        &self,
        path: &str,
        operation: impl FnOnce(&mut View<'_>) -> Result<R, Errno>,
    ) -> Result<R, FsError> {
        self.with_view(operation).map_err(|errno| errno.at(path))
    }

    fn with_view<R>(&self, operation: impl FnOnce(&mut View<'_>) -> R) -> R {
        let mounts = locked(&self.mounts);
        let mut view = View::lock(&mounts, self.made.as_deref(), &self.user);
        let outcome = operation(&mut view);
        view.touch_followed();
        outcome
    }
}
