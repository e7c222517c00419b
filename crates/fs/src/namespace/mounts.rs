//! Mounting, and what is mounted where.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};

use super::Namespace;
use super::view::{MADE, Place, View};
use super::walk::Last;
use crate::tree::locked;
use crate::{BLOCK_SIZE, Errno, FsError, Ino, Made, SharedTree, StatFs, Timestamp, TreeId};

/// A tree in a namespace. The first is the root.
#[derive(Clone, Debug)]
pub(super) struct Mount {
    pub(super) tree: SharedTree,
    /// The directory that the tree's root stands over; `None` for the root.
    pub(super) covers: Option<Place>,
    pub(super) access: Arc<MountAccess>,
}

/// Made files, and the directories of the root tree that their roots stand over.
#[derive(Debug)]
pub(super) struct MadeFiles {
    pub(super) files: Arc<dyn Made>,
    pub(super) roots: Vec<(Place, Ino)>,
}

/// What a mount lets through, for its open files too.
#[derive(Debug, Default)]
pub(crate) struct MountAccess {
    read_only: AtomicBool,
    /// Files that are open to be written.
    writers: AtomicU32,
}

impl MountAccess {
    /// Checks that something may change; `EROFS` else.
    pub(crate) fn check_writable(&self) -> Result<(), Errno> {
        if self.is_read_only() { Err(Errno::EROFS) } else { Ok(()) }
    }

    pub(crate) fn is_read_only(&self) -> bool {
        self.read_only.load(Ordering::Relaxed)
    }

    /// One more file is open to be written.
    pub(crate) fn add_writer(&self) {
        self.writers.fetch_add(1, Ordering::Relaxed);
    }

    pub(crate) fn remove_writer(&self) {
        self.writers.fetch_sub(1, Ordering::Relaxed);
    }
}

/// One row of the table of mounts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MountInfo {
    /// Where the tree is seen.
    pub path: String,
    /// The tree.
    pub tree: TreeId,
    /// Its size in bytes; `None` without a limit.
    pub capacity: Option<u64>,
    /// Bytes taken.
    pub used: u64,
    /// As in [`Stat::dev`](crate::Stat::dev).
    pub dev: u32,
    /// Whether nothing may be changed through this mount.
    pub read_only: bool,
}

impl Namespace {
    /// Mounts a tree, hiding what was there. A missing directory is made first, with its parents and mode 0755.
    ///
    /// # Errors
    ///
    /// `EBUSY` when the tree is mounted here already, `ENOTDIR` when something other than a directory is in the way, and
    /// those of [`Namespace::mkdir_all`].
    pub fn mount(&self, path: &str, tree: SharedTree, now: Timestamp) -> Result<(), FsError> {
        let mut mounts = locked(&self.mounts);
        if mounts.iter().any(|mount| Arc::ptr_eq(&mount.tree, &tree)) {
            return Err(Errno::EBUSY.at(path));
        }
        let mut view = View::lock(&mounts, self.made.as_deref(), &self.user);
        let place = view.mount_point(path, now).map_err(|errno| errno.at(path))?;
        if place.is_made() {
            return Err(Errno::EBUSY.at(path));
        }
        drop(view);
        mounts.push(Mount { tree, covers: Some(place), access: Arc::default() });
        Ok(())
    }

    /// Takes away what was mounted last at that path; what was hidden is seen again.
    ///
    /// # Errors
    ///
    /// `EINVAL` where nothing is mounted, `EBUSY` for the root and while something is mounted below.
    pub fn unmount(&self, path: &str) -> Result<(), FsError> {
        let mut mounts = locked(&self.mounts);
        let place = View::lock(&mounts, self.made.as_deref(), &self.user)
            .find(path, Last::Follow)
            .map_err(|errno| errno.at(path))?;
        if place.is_made() || place != Place::root_of(place.mount) {
            return Err(Errno::EINVAL.at(path));
        }
        let below = |mount: &Mount| mount.covers.is_some_and(|covered| covered.mount == place.mount);
        if place.mount == 0 || mounts.iter().any(below) {
            return Err(Errno::EBUSY.at(path));
        }
        mounts.remove(place.mount);
        for covered in mounts.iter_mut().filter_map(|mount| mount.covers.as_mut()) {
            covered.mount -= usize::from(covered.mount > place.mount);
        }
        Ok(())
    }

    /// Sets whether what is mounted at that path can only be read: `EROFS` for every change then.
    ///
    /// # Errors
    ///
    /// `EINVAL` where nothing is mounted, `EBUSY` while a file there is open to be written, and those of [`Namespace::stat`].
    pub fn remount(&self, path: &str, read_only: bool) -> Result<(), FsError> {
        let mounts = locked(&self.mounts);
        let place = View::lock(&mounts, self.made.as_deref(), &self.user)
            .find(path, Last::Follow)
            .map_err(|errno| errno.at(path))?;
        if place.is_made() || place != Place::root_of(place.mount) {
            return Err(Errno::EINVAL.at(path));
        }
        let access = &mounts[place.mount].access;
        if read_only && access.writers.load(Ordering::Relaxed) > 0 {
            return Err(Errno::EBUSY.at(path));
        }
        access.read_only.store(read_only, Ordering::Relaxed);
        Ok(())
    }

    /// The same trees, with made files in place of the given directories, which are made where they are missing. Each comes
    /// with the number of what is seen there.
    ///
    /// # Errors
    ///
    /// Those of [`Namespace::mkdir_all`].
    pub fn with_made(
        &self,
        files: Arc<dyn Made>,
        roots: &[(&str, Ino)],
        now: Timestamp,
    ) -> Result<Namespace, FsError> {
        let place = |(path, ino): &(&str, Ino)| {
            let place = self.with(path, |view| view.mount_point(path, now))?;
            Ok((place, *ino))
        };
        let roots = roots.iter().map(place).collect::<Result<_, FsError>>()?;
        Ok(Namespace { made: Some(Arc::new(MadeFiles { files, roots })), ..self.clone() })
    }

    /// The number of the made file that a path leads to; `None` where it leads to a tree's.
    ///
    /// # Errors
    ///
    /// Those of [`Namespace::stat`].
    pub fn made(&self, path: &str) -> Result<Option<Ino>, FsError> {
        self.with(path, |view| {
            Ok(Some(view.find(path, Last::Follow)?).filter(|it| it.is_made()).map(|it| it.ino))
        })
    }

    /// Everything mounted, the root first; made files are no mount.
    pub fn mounts(&self) -> Vec<MountInfo> {
        self.with_view(|view| (0..view.mounts().len()).map(|mount| view.mount_info(mount)).collect())
    }

    /// About how many bytes wait in the logs of the trees here, to be taken by whoever keeps them. Who writes much looks
    /// at this from time to time and waits, so that memory does not hold everything twice.
    pub fn pending_bytes(&self) -> usize {
        let pending = |view: &mut View<'_>| {
            (0..view.mounts().len()).map(|mount| view.tree(mount).log().pending_bytes()).max().unwrap_or(0)
        };
        self.with_view(pending)
    }

    /// The tree that a path lies in, and how full it is.
    ///
    /// # Errors
    ///
    /// Those of [`Namespace::stat`].
    pub fn statfs(&self, path: &str) -> Result<StatFs, FsError> {
        self.with(path, |view| {
            let place = view.find(path, Last::Follow)?;
            if place.is_made() {
                return Ok(view.statfs_of_made());
            }
            let mount = place.mount;
            let MountInfo { path: mount_path, tree, capacity, used, dev, read_only } = view.mount_info(mount);
            let (inodes, inode_limit) = (view.tree(mount).inode_count(), view.tree(mount).inode_limit());
            let block_size = BLOCK_SIZE;
            Ok(StatFs { tree, mount_path, dev, block_size, capacity, used, inodes, inode_limit, read_only })
        })
    }
}

impl View<'_> {
    fn mount_point(&mut self, path: &str, now: Timestamp) -> Result<Place, Errno> {
        self.mkdir_all(path, 0o755, now).map_err(|errno| match errno {
            Errno::EEXIST => Errno::ENOTDIR,
            other => other,
        })?;
        self.find(path, Last::Follow)
    }

    fn mount_info(&self, mount: usize) -> MountInfo {
        let tree = self.tree(mount);
        MountInfo {
            path: self.mount_path(mount),
            tree: tree.id().clone(),
            capacity: tree.capacity(),
            used: tree.used_bytes(),
            dev: Self::dev(mount),
            read_only: self.mounts()[mount].access.is_read_only(),
        }
    }

    /// Made files take no space and leave none.
    fn statfs_of_made(&self) -> StatFs {
        StatFs {
            tree: "proc".into(),
            mount_path: "/proc".to_owned(),
            dev: Self::dev(MADE),
            block_size: BLOCK_SIZE,
            capacity: Some(0),
            used: 0,
            inodes: 0,
            inode_limit: Some(0),
            read_only: false,
        }
    }

    /// Where the mount is now: the directories above it may have been renamed since.
    fn mount_path(&self, mount: usize) -> String {
        let mut names = Vec::new();
        let mut place = Place::root_of(mount);
        while let Some(above) = self.above(place, &mut names) {
            place = above;
        }
        let path: String = names.iter().rev().flat_map(|name| ["/", &**name]).collect();
        if path.is_empty() { "/".to_owned() } else { path }
    }

    /// One step up: from a mount's root to what it covers, from a directory to its parent, adding its name.
    fn above(&self, place: Place, names: &mut Vec<Arc<str>>) -> Option<Place> {
        if place == Place::root_of(place.mount) {
            return self.mounts()[place.mount].covers;
        }
        let parent = self.node(place).ok()?.directory()?.parent;
        let above = Place { mount: place.mount, ino: parent };
        let node = self.node(above).ok()?;
        let entries = &node.directory()?.entries;
        names.push(entries.iter().find(|(_, ino)| **ino == place.ino)?.0.clone());
        Some(above)
    }
}
