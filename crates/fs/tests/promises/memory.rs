//! The limit on memory: counted as contents come and go, over all trees of one log, and in no replay's way.

use std::sync::Arc;

use proptest::prelude::*;
use sandbox_fs::{BLOCK_SIZE, Base, ChangeLog, Errno, Kind, Namespace, Timestamp, Tree};

use crate::steps::{at, cases, shared, step};

fn blocks(count: u64) -> Vec<u8> {
    vec![7; (count * BLOCK_SIZE) as usize]
}

fn errno<T>(result: Result<T, sandbox_fs::FsError>) -> Option<Errno> {
    result.err().map(|error| error.errno)
}

fn limited(count: u64) -> ChangeLog {
    ChangeLog::with_memory_limit(count * BLOCK_SIZE)
}

fn tree(id: &str, log: &ChangeLog) -> Tree {
    Tree::new(id.into(), None, log.clone(), at(0))
}

#[test]
fn what_does_not_fit_into_memory_leaves_everything_as_it_was() {
    let log = limited(4);
    let fs = Namespace::new(shared(tree("tree", &log)));
    fs.write("/a", blocks(3), at(1)).unwrap();
    log.drain();
    let before = fs.stat("/a").unwrap();
    assert_eq!(errno(fs.write("/a", blocks(5), at(2))), Some(Errno::ENOMEM));
    assert_eq!(errno(fs.append("/a", blocks(2), at(2))), Some(Errno::ENOMEM));
    assert_eq!(errno(fs.write_at("/a", 9 * BLOCK_SIZE, blocks(2), at(2))), Some(Errno::ENOMEM));
    assert_eq!(errno(fs.write("/new", blocks(2), at(2))), Some(Errno::ENOMEM));
    assert_eq!(fs.stat("/a").unwrap(), before);
    assert!(!fs.exists("/new") && log.is_empty());
    assert_eq!(log.memory_bytes(), 3 * BLOCK_SIZE);
    fs.truncate("/a", 1 << 40, at(3)).unwrap();
    fs.append("/a", "the last block", at(3)).unwrap();
    assert_eq!(log.memory_bytes(), 4 * BLOCK_SIZE);
}

#[test]
fn a_full_disk_is_told_before_a_full_memory() {
    let log = limited(2);
    let fs = Namespace::new(shared(Tree::new("tree".into(), Some(BLOCK_SIZE), log, at(0))));
    assert_eq!(errno(fs.write("/a", blocks(3), at(1))), Some(Errno::ENOSPC));
}

#[test]
fn trees_of_one_log_share_the_limit_and_give_back_what_they_held() {
    let log = limited(4);
    let one = Namespace::new(shared(tree("one", &log)));
    let other = Namespace::new(shared(tree("other", &log)));
    one.write("/a", blocks(3), at(1)).unwrap();
    assert_eq!(errno(other.write("/b", blocks(2), at(1))), Some(Errno::ENOMEM));
    drop(one);
    assert_eq!(log.memory_bytes(), 0);
    other.write("/b", blocks(4), at(2)).unwrap();
    other.link("/b", "/c", at(2)).unwrap();
    other.unlink("/b", at(2)).unwrap();
    assert_eq!(log.memory_bytes(), 4 * BLOCK_SIZE);
    other.unlink("/c", at(2)).unwrap();
    assert_eq!(log.memory_bytes(), 0);
}

#[test]
fn a_replay_and_a_restore_are_never_refused() {
    let log = ChangeLog::new();
    let original = shared(tree("tree", &log));
    Namespace::new(original.clone()).write("/a", blocks(9), at(1)).unwrap();
    let tight = limited(4);
    let mut replayed = tree("tree", &tight);
    for (_, change) in log.drain() {
        replayed.apply(&change).unwrap();
    }
    let restored =
        Tree::restore(original.lock().unwrap().snapshot(), None, tight.clone(), &|_| None).unwrap();
    assert_eq!(tight.memory_bytes(), 18 * BLOCK_SIZE);
    drop(restored);
    let fs = Namespace::new(shared(replayed));
    assert_eq!(errno(fs.write("/b", "x", at(2))), Some(Errno::ENOMEM));
    fs.truncate("/a", 0, at(3)).unwrap();
    fs.write("/b", "x", at(3)).unwrap();
}

#[test]
fn what_is_the_bases_takes_no_memory_until_it_is_changed() {
    let base: Arc<Base> = Base::builder().file("/etc/big", 0o644, blocks(20)).build().unwrap();
    let log = limited(21);
    let fs = Namespace::new(shared(Tree::from_base(&base, "root".into(), None, log.clone(), at(0))));
    fs.chmod("/etc/big", 0o600, at(1)).unwrap();
    assert_eq!(log.memory_bytes(), 0);
    fs.append("/etc/big", "x", at(2)).unwrap();
    assert_eq!(log.memory_bytes(), 21 * BLOCK_SIZE);
    fs.unlink("/etc/big", at(3)).unwrap();
    assert_eq!(log.memory_bytes(), 0);
}

#[test]
fn a_root_has_a_size_of_its_own() {
    let base: Arc<Base> = Base::builder().file("/etc/motd", 0o644, blocks(2)).build().unwrap();
    let used = Tree::from_base(&base, "root".into(), None, ChangeLog::new(), at(0)).used_bytes();
    let capacity = Some(used + BLOCK_SIZE);
    let root = Tree::from_base(&base, "root".into(), capacity, ChangeLog::new(), at(0));
    assert_eq!(root.capacity(), capacity);
    let fs = Namespace::new(shared(root));
    assert_eq!(errno(fs.write("/a", blocks(2), at(1))), Some(Errno::ENOSPC));
    fs.write("/a", blocks(1), at(1)).unwrap();
}

/// Blocks of all files below a directory, each inode once.
fn recount(fs: &Namespace) -> u64 {
    let (mut inodes, mut directories) = (std::collections::BTreeMap::new(), vec!["/".to_owned()]);
    while let Some(directory) = directories.pop() {
        for entry in fs.read_dir(&directory).unwrap() {
            match entry.stat.kind {
                Kind::Directory => directories.push(format!("{directory}/{}", entry.name)),
                Kind::File => drop(inodes.insert(entry.stat.ino, entry.stat.blocks * 512)),
                Kind::Symlink | Kind::Fifo | Kind::Device => {}
            }
        }
    }
    inodes.values().sum()
}

proptest! {
    #![proptest_config(cases(60))]

    #[test]
    fn the_count_is_that_of_the_blocks(steps in prop::collection::vec(step(&["a", "b", "c"]), 1..60)) {
        let log = limited(40);
        let tree = shared(tree("tree", &log));
        let fs = Namespace::new(tree.clone());
        for (number, step) in steps.iter().enumerate() {
            let _ = step.run(&fs, Timestamp(number as i64));
            prop_assert!(log.memory_bytes() <= 40 * BLOCK_SIZE);
        }
        prop_assert_eq!(log.memory_bytes(), recount(&fs));
        drop((fs, tree));
        prop_assert_eq!(log.memory_bytes(), 0);
    }
}
