//! What a program sees: absolute paths over a root tree and the trees mounted in it.
//!
//! One operation locks all trees of the namespace at once, so it is atomic, whoever else uses them. Each answers with
//! the errno that Linux gives for the same call, about the path as the caller wrote it.

mod links;
mod mounts;
mod read;
mod remove;
mod rename;
mod view;
mod walk;
mod write;

use std::sync::{Arc, Mutex};

pub use mounts::MountInfo;

use crate::{Errno, FsError, SharedTree};
use mounts::Mount;
use view::{View, locked};

/// A root tree and what is mounted in it. A handle: clones share the same mounts.
///
/// Paths are absolute (`EINVAL` else), UTF-8, shorter than [`PATH_MAX`](crate::PATH_MAX), with names of at most
/// [`NAME_MAX`](crate::NAME_MAX) bytes (`ENAMETOOLONG`), without NUL (`EINVAL`), and followed as on Linux: `..` after a
/// symbolic link is the parent of where it leads, and the 41st link is `ELOOP`. `now` is the time of a change.
#[derive(Clone, Debug)]
pub struct Namespace {
    mounts: Arc<Mutex<Vec<Mount>>>,
}

impl Namespace {
    /// A namespace with only a root. That is also how the files of a lone volume are reached.
    pub fn new(root: SharedTree) -> Namespace {
        Namespace { mounts: Arc::new(Mutex::new(vec![Mount { tree: root, covers: None }])) }
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
        operation(&mut View::lock(&mounts))
    }
}
