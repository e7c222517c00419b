//! A full tree: what does not fit changes nothing, and what frees space always works.

use sandbox_fs::{BLOCK_SIZE, Errno, Tree};

use crate::steps::{at, empty, shared};

fn errno<T>(result: Result<T, sandbox_fs::FsError>) -> Option<Errno> {
    result.err().map(|error| error.errno)
}

fn blocks(count: usize) -> Vec<u8> {
    vec![7; count * BLOCK_SIZE as usize]
}

#[test]
fn a_write_that_does_not_fit_leaves_the_file_as_it_was() {
    let (fs, tree, log) = empty(Some(4));
    fs.write("/a", blocks(3), at(1)).unwrap();
    log.drain();
    let before = fs.stat("/a").unwrap();
    assert_eq!(errno(fs.write("/a", blocks(5), at(2))), Some(Errno::ENOSPC));
    assert_eq!(errno(fs.append("/a", blocks(2), at(2))), Some(Errno::ENOSPC));
    assert_eq!(errno(fs.write_at("/a", 3 * BLOCK_SIZE - 1, blocks(2), at(2))), Some(Errno::ENOSPC));
    assert_eq!(errno(fs.write("/new", blocks(2), at(2))), Some(Errno::ENOSPC));
    assert_eq!(fs.stat("/a").unwrap(), before);
    assert_eq!(fs.read("/a").unwrap(), blocks(3));
    assert!(!fs.exists("/new") && log.is_empty());
    assert_eq!(tree.lock().unwrap().used_bytes(), 3 * BLOCK_SIZE);
}

#[test]
fn inodes_are_counted_like_blocks() {
    let (fs, tree, _) = empty(None);
    tree.lock().unwrap().set_inode_limit(Some(4));
    fs.mkdir("/d", 0o755, at(1)).unwrap();
    fs.write("/d/a", "1", at(1)).unwrap();
    fs.symlink("a", "/d/s", at(1)).unwrap();
    fs.link("/d/a", "/b", at(1)).unwrap();
    let told = fs.statfs("/d").unwrap();
    assert_eq!((told.inodes, told.inode_limit), (4, Some(4)));
    assert_eq!(errno(fs.write("/c", "", at(2))), Some(Errno::ENOSPC));
    assert_eq!(errno(fs.mkdir("/c", 0o755, at(2))), Some(Errno::ENOSPC));
    fs.append("/d/a", "2", at(2)).unwrap();
    fs.unlink("/d/s", at(3)).unwrap();
    fs.write("/c", "", at(4)).unwrap();
}

#[test]
fn a_replay_is_not_refused_for_its_inodes() {
    let (fs, _, log) = empty(None);
    fs.write("/a", "1", at(1)).unwrap();
    let mut tree = Tree::new("tree".into(), None, sandbox_fs::ChangeLog::new(), at(0));
    tree.set_inode_limit(Some(1));
    for (_, change) in log.drain() {
        tree.apply(&change).unwrap();
    }
    assert_eq!(tree.inode_count(), 2);
}

#[test]
fn a_full_tree_takes_what_needs_no_block() {
    let (fs, ..) = empty(Some(2));
    fs.write("/a", blocks(1), at(1)).unwrap();
    fs.write("/b", "1", at(1)).unwrap();
    fs.write("/a", blocks(1), at(2)).unwrap();
    fs.append("/b", "within the same block", at(2)).unwrap();
    fs.write("/empty", "", at(2)).unwrap();
    fs.symlink("a", "/link", at(2)).unwrap();
    fs.link("/a", "/c", at(2)).unwrap();
    fs.rename("/c", "/d", at(2)).unwrap();
    assert_eq!(errno(fs.mkdir("/dir", 0o755, at(2))), Some(Errno::ENOSPC));
    fs.unlink("/b", at(3)).unwrap();
    fs.mkdir("/dir", 0o755, at(3)).unwrap();
}

#[test]
fn a_file_is_freed_with_its_last_name() {
    let (fs, tree, _) = empty(Some(4));
    fs.write("/a", blocks(3), at(1)).unwrap();
    fs.link("/a", "/b", at(1)).unwrap();
    fs.unlink("/a", at(2)).unwrap();
    assert_eq!(tree.lock().unwrap().used_bytes(), 3 * BLOCK_SIZE);
    fs.unlink("/b", at(2)).unwrap();
    assert_eq!(tree.lock().unwrap().used_bytes(), 0);
}

#[test]
fn a_hundred_gigabytes_cost_nothing_until_they_are_used() {
    let capacity = 100 << 30;
    let tree = shared(Tree::new("big".into(), Some(capacity), sandbox_fs::ChangeLog::new(), at(0)));
    let fs = sandbox_fs::Namespace::new(tree.clone());
    fs.write("/sparse", "begin", at(1)).unwrap();
    fs.truncate("/sparse", 2 * capacity, at(1)).unwrap();
    fs.write_at("/sparse", 2 * capacity, "end", at(1)).unwrap();
    let stat = fs.stat("/sparse").unwrap();
    assert_eq!((stat.size, stat.blocks), (2 * capacity + 3, 16));
    assert_eq!(fs.read_range("/sparse", 2 * capacity - 2, 10).unwrap(), "\0\0end");
    assert_eq!(errno(fs.read("/sparse")), Some(Errno::EFBIG));
    assert_eq!(tree.lock().unwrap().used_bytes(), 2 * BLOCK_SIZE);
}

#[test]
fn lengths_beyond_what_a_file_can_have_are_refused() {
    let (fs, ..) = empty(None);
    fs.write("/a", "1", at(1)).unwrap();
    assert_eq!(errno(fs.truncate("/a", u64::MAX, at(2))), Some(Errno::EFBIG));
    assert_eq!(errno(fs.write_at("/a", u64::MAX, "1", at(2))), Some(Errno::EFBIG));
    assert_eq!(errno(fs.write_at("/a", 1 << 50, "1", at(2))), Some(Errno::EFBIG));
}

#[test]
fn a_sparse_file_tells_its_extents() {
    let (fs, ..) = empty(None);
    fs.write("/a", "begin", at(1)).unwrap();
    fs.truncate("/a", 1 << 40, at(1)).unwrap();
    fs.write_at("/a", 1 << 39, "middle", at(1)).unwrap();
    let extents = fs.extents("/a").unwrap();
    assert_eq!(extents, [(0, 5), (1 << 39, 6)]);
    assert!(fs.pending_bytes() > 0, "nobody has drained the log");
}
