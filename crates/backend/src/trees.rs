//! Which filesystems there are: one per volume, one per living sandbox. Made and dropped by events alone, so that
//! a replay makes the same ones.

use std::collections::BTreeMap;
use std::sync::{Arc, MutexGuard};

use sandbox_core::assumptions::BYTES_PER_INODE;
use sandbox_core::{Event, Mount, SandboxId, State, VolumeName};
use sandbox_fs::{Change, ChangeLog, Frozen, FsError, SharedTree, Source, Tree, TreeId};
use sandbox_shell::{Image, ROOT_DISK_BYTES};

use crate::cloud::{lock, shared, started, tree_id};
use crate::journal_format::Snapshot;
use crate::world::from_millis;

/// How the label of a volume's tree begins; also the field that names it in events.
const VOLUME: &str = "volume";
/// The same of a sandbox's root.
const SANDBOX: &str = "sandboxId";

#[derive(Default)]
pub(crate) struct Trees {
    trees: BTreeMap<TreeId, SharedTree>,
}

impl Trees {
    pub(crate) fn volume(&self, name: &VolumeName) -> Option<&SharedTree> {
        self.trees.get(&tree_id(VOLUME, name.as_str()))
    }

    pub(crate) fn root(&self, id: &SandboxId) -> Option<&SharedTree> {
        self.trees.get(&tree_id(SANDBOX, id.as_str()))
    }

    /// Whose tree this is: the field for events, and the name or id.
    pub(crate) fn owner(tree: &TreeId) -> (&str, &str) {
        tree.as_str().split_once(':').unwrap_or((SANDBOX, tree.as_str()))
    }

    pub(crate) fn used_bytes(&self) -> u64 {
        self.trees.values().map(|tree| lock(tree).used_bytes()).sum()
    }

    /// Makes and drops what an event makes and drops.
    pub(crate) fn happen(&mut self, event: &Event, log: &ChangeLog) {
        match event {
            Event::VolumeCreated { name, size, at, .. } => {
                let id = tree_id(VOLUME, name.as_str());
                let tree = Tree::new(id.clone(), Some(size.bytes()), log.clone(), from_millis(*at));
                self.trees.insert(id, shared(with_inodes(tree)));
            }
            Event::VolumeDeleted { name, .. } => {
                self.trees.remove(&tree_id(VOLUME, name.as_str()));
            }
            Event::SandboxCreated { id, image, at, .. } => {
                let image = Image::resolve(image.as_str());
                let id = tree_id(SANDBOX, id.as_str());
                let (disk, at) = (Some(ROOT_DISK_BYTES), from_millis(*at));
                let tree = Tree::from_base(image.base(), id.clone(), disk, log.clone(), at);
                self.trees.insert(id, shared(with_inodes(tree)));
            }
            Event::SandboxKilled { id, .. } | Event::SandboxStopped { id, .. } => {
                self.trees.remove(&tree_id(SANDBOX, id.as_str()));
            }
            _ => {}
        }
    }

    /// Replays a change. One of a tree that is gone by now is of a process that outlived its sandbox by a moment.
    pub(crate) fn apply(&self, tree: &TreeId, change: &Change) -> Result<(), FsError> {
        self.trees.get(tree).map_or(Ok(()), |tree| lock(tree).apply(change))
    }

    /// The whole cloud. `settle` is called while no tree can change, to put what was logged until then aside: a
    /// change must not be in the snapshot and follow it in the journal as well.
    pub(crate) fn snapshot(&self, state: &State, settle: impl FnOnce()) -> Snapshot {
        let locked = self.locked();
        settle();
        Snapshot { state: state.clone(), trees: locked.iter().map(|tree| tree.snapshot()).collect() }
    }

    /// All trees as they are now. `settle` is called while none can change, as for [`Trees::snapshot`].
    pub(crate) fn freeze<T>(&self, settle: impl FnOnce() -> T) -> (Vec<Frozen>, T) {
        let locked = self.locked();
        let settled = settle();
        (locked.iter().map(|tree| tree.freeze()).collect(), settled)
    }

    /// All trees, locked, in the order of their labels.
    fn locked(&self) -> Vec<MutexGuard<'_, Tree>> {
        let mut in_order: Vec<(usize, &SharedTree)> = self.trees.values().enumerate().collect();
        // The order in which a namespace locks several trees.
        in_order.sort_by_key(|(_, tree)| Arc::as_ptr(tree).addr());
        let mut locked: Vec<_> = in_order.into_iter().map(|(place, tree)| (place, lock(tree))).collect();
        // Addresses are chance; what is stored is not.
        locked.sort_by_key(|(place, _)| *place);
        locked.into_iter().map(|(_, tree)| tree).collect()
    }

    pub(crate) fn tree(&self, id: &TreeId) -> Option<&SharedTree> {
        self.trees.get(id)
    }

    /// What does not fit together: a volume or a started sandbox without its tree.
    pub(crate) fn misfit(&self, state: &State) -> Option<String> {
        let volume = state.volumes().find(|volume| self.volume(&volume.name).is_none());
        if let Some(volume) = volume {
            return Some(format!("the files of volume {} are not in it", volume.name));
        }
        let no_mount = |mount: &Mount| self.volume(&mount.volume).is_none();
        started(state)
            .find(|it| self.root(&it.id).is_none() || it.mount.as_ref().is_some_and(no_mount))
            .map(|sandbox| format!("the files of sandbox {} are not in it", sandbox.id))
    }

    pub(crate) fn restore(
        snapshot: Snapshot,
        log: &ChangeLog,
        sources: &dyn Fn(u64) -> Option<Arc<dyn Source>>,
    ) -> Result<(State, Self), FsError> {
        let mut trees = BTreeMap::new();
        for saved in snapshot.trees {
            let id = saved.id().clone();
            let image = match Self::owner(&id) {
                (SANDBOX, owner) => {
                    snapshot.state.sandbox(owner).ok().map(|it| Image::resolve(it.image.as_str()))
                }
                _ => None,
            };
            let tree = Tree::restore(saved, image.as_ref().map(Image::base), log.clone(), sources)?;
            trees.insert(id, shared(with_inodes(tree)));
        }
        Ok((snapshot.state, Self { trees }))
    }
}

/// The tree with as many inodes as its size gives it. The journal does not hold their number.
fn with_inodes(mut tree: Tree) -> Tree {
    tree.set_inode_limit(tree.capacity().map(|bytes| bytes / BYTES_PER_INODE));
    tree
}
