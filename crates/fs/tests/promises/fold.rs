//! A tree is the fold of its changes: stored, read back and replayed they give the same tree, and so does a snapshot.

use std::sync::Arc;

use proptest::prelude::*;
use sandbox_fs::{
    BLOCK_SIZE, Base, Change, ChangeLog, Namespace, SharedTree, Timestamp, Tree, TreeId, TreeSnapshot,
};

use crate::steps::{self, Step, at, cases, counterexample, empty, shared};

const NAMES: &[&str] = &["a", "b", "etc", "v"];

fn image() -> Arc<Base> {
    Base::builder()
        .dir("/etc/a", 0o755)
        .file("/etc/a/b", 0o644, "from the image\n")
        .file("/etc/b", 0o600, "")
        .symlink("/a", "etc/a")
        .dir("/v", 0o755)
        .build()
        .expect("a valid image")
}

/// A sandbox's root over an image and a small volume, sharing a log, after the steps.
pub(crate) struct World {
    pub(crate) base: Arc<Base>,
    root: SharedTree,
    volume: SharedTree,
    pub(crate) log: ChangeLog,
}

const CAPACITY: Option<u64> = Some(30 * BLOCK_SIZE);

impl World {
    pub(crate) fn after(steps: &[Step]) -> World {
        let (base, log) = (image(), ChangeLog::new());
        let root = shared(Tree::from_base(&base, "root".into(), None, log.clone(), at(0)));
        let volume = shared(Tree::new("volume".into(), CAPACITY, log.clone(), at(0)));
        let world = World { base, root, volume, log };
        world.go_on(steps, 0);
        world
    }

    pub(crate) fn go_on(&self, steps: &[Step], from: i64) {
        let fs = Namespace::new(self.root.clone());
        // A name of the image may be gone after other steps.
        fs.mount("/v", self.volume.clone(), at(from)).ok();
        for (number, step) in steps.iter().enumerate() {
            // What fails must leave no change behind, so the answers do not matter here.
            let _ = step.run(&fs, at(from + number as i64 + 1));
        }
    }

    pub(crate) fn trees(&self) -> [&SharedTree; 2] {
        [&self.root, &self.volume]
    }
}

/// Through the bytes that a journal would hold.
pub(crate) fn stored<T: serde::Serialize + serde::de::DeserializeOwned>(value: &T) -> T {
    let bytes = postcard::to_stdvec(value).expect("a value that can be stored");
    postcard::from_bytes(&bytes).expect("a value that was stored")
}

/// Replays all changes but those that a planted fault drops.
fn replay(world: &World, changes: &[(TreeId, Change)], dropped: Option<usize>) -> Result<(), TestCaseError> {
    let mut root = Tree::from_base(&world.base, "root".into(), None, ChangeLog::new(), at(0));
    let mut volume = Tree::new("volume".into(), CAPACITY, ChangeLog::new(), at(0));
    for (number, (id, change)) in changes.iter().enumerate() {
        if dropped == Some(number) {
            continue;
        }
        let tree = if id.as_str() == "root" { &mut root } else { &mut volume };
        tree.apply(change)
            .map_err(|error| TestCaseError::fail(format!("{} for {change:?}", error.errno.name())))?;
    }
    prop_assert!(root == *world.root.lock().unwrap(), "another root");
    prop_assert!(volume == *world.volume.lock().unwrap(), "another volume");
    Ok(())
}

/// Applies what happened since to restored trees, which are then those of the world.
pub(crate) fn follow(world: &World, restored: &mut [Tree; 2]) -> Result<(), TestCaseError> {
    for (id, change) in world.log.drain() {
        let tree = restored.iter_mut().find(|tree| *tree.id() == id).expect("one of both");
        prop_assert_eq!(tree.apply(&change), Ok(()));
    }
    for (restored, tree) in restored.iter().zip(world.trees()) {
        prop_assert!(*restored == *tree.lock().unwrap());
    }
    Ok(())
}

fn restore(world: &World, snapshot: TreeSnapshot) -> Tree {
    let base = snapshot.base().map(|_| &world.base);
    Tree::restore(snapshot, base, ChangeLog::new(), &|_| None).expect("a snapshot just taken")
}

pub(crate) fn any_steps() -> impl Strategy<Value = Vec<Step>> {
    prop::collection::vec(steps::step(NAMES), 1..50)
}

proptest! {
    #![proptest_config(cases(100))]

    #[test]
    fn replaying_the_changes_gives_an_equal_tree(steps in any_steps()) {
        let world = World::after(&steps);
        let changes = stored(&world.log.drain());
        replay(&world, &changes, None)?;
    }

    #[test]
    fn restoring_a_snapshot_gives_an_equal_tree(steps in any_steps()) {
        let world = World::after(&steps);
        for tree in world.trees() {
            let tree = tree.lock().unwrap();
            let restored = restore(&world, stored(&tree.snapshot()));
            prop_assert!(restored == *tree);
            prop_assert_eq!(restored.used_bytes(), tree.used_bytes());
            prop_assert_eq!(restored.file_count(), tree.file_count());
            prop_assert_eq!(restored.inode_count(), tree.inode_count());
        }
    }

    /// What compaction relies on: what happened before in one piece, what came after as changes.
    #[test]
    fn a_snapshot_and_the_changes_after_it_give_an_equal_tree(before in any_steps(), after in any_steps()) {
        let world = World::after(&before);
        let mut restored = world.trees().map(|tree| restore(&world, stored(&tree.lock().unwrap().snapshot())));
        world.log.drain();
        world.go_on(&after, 100);
        follow(&world, &mut restored)?;
    }

    #[test]
    fn what_fails_or_only_reads_leaves_no_change(steps in any_steps()) {
        let (fs, tree, log) = empty(Some(20));
        for (number, step) in steps.iter().enumerate() {
            let before = tree.lock().unwrap().snapshot();
            let outcome = step.run(&fs, at(number as i64 + 1));
            let partly = matches!(step, Step::MkdirAll(..) | Step::RemoveAll(..));
            if outcome.is_err() && !partly {
                prop_assert!(log.is_empty(), "{:?}", step);
                prop_assert_eq!(tree.lock().unwrap().snapshot(), before);
            }
            log.drain();
        }
    }
}

#[test]
fn a_dropped_change_is_found() {
    let strategy = (any_steps(), any::<prop::sample::Index>());
    let (steps, _) = counterexample(strategy, |(steps, index)| {
        let world = World::after(&steps);
        let changes = world.log.drain();
        let dropped = if changes.is_empty() { None } else { Some(index.index(changes.len())) };
        replay(&world, &changes, dropped)
    });
    assert!(steps.len() <= 4, "only shrunk to {steps:?}");
}

/// In a history without anything that is overwritten later, no change can be missing.
#[test]
fn every_single_change_is_missed() {
    let steps = [
        Step::Mkdir("/v/d".into(), 0o755),
        Step::Write("/v/d/f".into(), "one".into()),
        Step::Append("/v/d/f".into(), "two".into()),
        Step::WriteAt("/v/d/f".into(), 10_000, "three".into()),
        Step::Truncate("/v/d/f".into(), 10_003),
        Step::Allocate("/v/d/f".into(), 20_000, 5),
        Step::Link("/v/d/f".into(), "/v/g".into()),
        Step::Symlink("d/f".into(), "/v/s".into()),
        Step::Rename("/v/s".into(), "/v/d/s".into()),
        Step::Chmod("/v/d/f".into(), 0o600),
        Step::Chown("/v/g".into(), 1, 2),
        Step::SetTimes("/v/d".into(), Some(1), None),
        Step::Write("/etc/b".into(), "changed".into()),
        Step::Unlink("/etc/a/b".into()),
        Step::Rmdir("/etc/a".into()),
    ];
    let world = World::after(&steps);
    let changes = world.log.drain();
    assert_eq!(changes.len(), steps.len());
    assert!(replay(&world, &changes, None).is_ok());
    for dropped in 0..changes.len() {
        assert!(replay(&world, &changes, Some(dropped)).is_err(), "nobody missed {:?}", changes[dropped]);
    }
}

#[test]
fn one_log_has_one_order_over_its_trees() {
    let world = World::after(&[
        Step::Write("/x".into(), "1".into()),
        Step::Write("/v/x".into(), "2".into()),
        Step::Write("/x".into(), "3".into()),
    ]);
    let order: Vec<_> = world.log.drain().into_iter().map(|(id, _)| id.to_string()).collect();
    assert_eq!(order, ["root", "volume", "root"]);
}

#[test]
fn a_restored_tree_goes_on_logging_into_its_new_log() {
    let world = World::after(&[Step::Write("/v/x".into(), "1".into())]);
    let snapshot = world.volume.lock().unwrap().snapshot();
    let log = ChangeLog::new();
    let volume = Tree::restore(snapshot, None, log.clone(), &|_| None).unwrap();
    let fs = Namespace::new(shared(volume));
    fs.write("/y", "2", Timestamp(1)).unwrap();
    assert!(matches!(&log.drain()[..], [(_, Change::Create { name, .. })] if name == "y"));
}
