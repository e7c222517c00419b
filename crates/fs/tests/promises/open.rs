//! An open file stays what it is, whatever becomes of its names, until it is closed; a journal and a snapshot have only
//! what has a name.

use sandbox_fs::{
    Allocation, BLOCK_SIZE, Base, ChangeLog, Errno, Namespace, OpenFile, OpenFlags, Renaming, Tree,
};

use crate::steps::{at, empty, shared};

fn errno<T>(result: Result<T, sandbox_fs::FsError>) -> Option<Errno> {
    result.err().map(|error| error.errno)
}

fn open(fs: &Namespace, path: &str) -> OpenFile {
    fs.open(path, OpenFlags::READ | OpenFlags::WRITE, 0, at(1)).unwrap()
}

#[test]
fn a_file_without_a_name_is_read_and_written_and_takes_space_until_it_is_closed() {
    let (fs, tree, log) = empty(Some(4));
    fs.write("/a", vec![1; 2 * BLOCK_SIZE as usize], at(1)).unwrap();
    let (one, other) = (open(&fs, "/a"), open(&fs, "/a"));
    fs.unlink("/a", at(2)).unwrap();
    assert!(!fs.exists("/a"));
    assert_eq!((one.stat().unwrap().nlink, one.stat().unwrap().ctime), (0, at(2)));
    one.write_at(2 * BLOCK_SIZE, vec![2; BLOCK_SIZE as usize], at(3)).unwrap();
    assert_eq!(other.read_at(2 * BLOCK_SIZE, 1, at(3)).unwrap(), &[2][..]);
    assert_eq!(errno(fs.write("/b", vec![0; 2 * BLOCK_SIZE as usize], at(4))), Some(Errno::ENOSPC));
    drop(one);
    assert_eq!(tree.lock().unwrap().used_bytes(), 3 * BLOCK_SIZE);
    assert_eq!(log.memory_bytes(), 3 * BLOCK_SIZE);
    drop(other);
    assert_eq!(tree.lock().unwrap().used_bytes(), 0);
    assert_eq!(tree.lock().unwrap().inode_count(), 1);
    assert_eq!(log.memory_bytes(), 0);
}

#[test]
fn what_has_no_name_is_in_no_journal_and_no_snapshot() {
    let base = Base::builder().file("/image", 0o644, "from the image").build().unwrap();
    let log = ChangeLog::new();
    let tree = shared(Tree::from_base(&base, "tree".into(), None, log.clone(), at(0)));
    let fs = Namespace::new(tree.clone());
    fs.write("/a", "1", at(1)).unwrap();
    fs.mkdir("/d", 0o755, at(1)).unwrap();
    let files = [open(&fs, "/a"), open(&fs, "/image")];
    let directory = fs.open("/d", OpenFlags::READ | OpenFlags::DIRECTORY, 0, at(1)).unwrap();
    fs.unlink("/a", at(2)).unwrap();
    fs.unlink("/image", at(2)).unwrap();
    fs.rmdir("/d", at(2)).unwrap();
    let logged = log.drain();
    for file in &files {
        file.write_at(0, "lost", at(3)).unwrap();
        assert_eq!(file.read_at(0, 4, at(4)).unwrap(), "lost");
    }
    assert_eq!(directory.stat().unwrap().nlink, 0);
    assert!(log.is_empty());
    let mut replayed = Tree::from_base(&base, "tree".into(), None, ChangeLog::new(), at(0));
    for (_, change) in logged {
        replayed.apply(&change).unwrap();
    }
    let snapshot = tree.lock().unwrap().snapshot();
    assert!(Tree::restore(snapshot, Some(&base), ChangeLog::new(), &|_| None).unwrap() == replayed);
    drop((files, directory));
    assert!(*tree.lock().unwrap() == replayed);
}

#[test]
fn a_replaced_and_a_removed_tree_leave_open_files_alone() {
    let (fs, tree, _) = empty(None);
    fs.mkdir_all("/d/deep", 0o755, at(1)).unwrap();
    fs.write("/d/deep/a", "a", at(1)).unwrap();
    fs.write("/b", "b", at(1)).unwrap();
    fs.write("/c", "c", at(1)).unwrap();
    let (a, b) = (open(&fs, "/d/deep/a"), open(&fs, "/b"));
    fs.remove_all("/d", at(2)).unwrap();
    fs.rename("/c", "/b", at(2)).unwrap();
    assert_eq!(a.read_at(0, 9, at(3)).unwrap(), "a");
    assert_eq!(b.read_at(0, 9, at(3)).unwrap(), "b");
    assert_eq!(tree.lock().unwrap().inode_count(), 4);
    drop((a, b));
    assert_eq!(tree.lock().unwrap().inode_count(), 2);
}

#[test]
fn a_handle_does_what_it_was_opened_for() {
    let (fs, ..) = empty(None);
    fs.write("/a", "12", at(1)).unwrap();
    let reader = fs.open("/a", OpenFlags::READ, 0, at(1)).unwrap();
    assert_eq!(errno(reader.write_at(0, "x", at(2))), Some(Errno::EINVAL));
    let writer = fs.open("/a", OpenFlags::WRITE | OpenFlags::APPEND, 0, at(1)).unwrap();
    assert_eq!(errno(writer.read_at(0, 1, at(2))), Some(Errno::EINVAL));
    assert_eq!(writer.write_at(0, "3", at(2)).unwrap(), 3);
    assert_eq!(reader.read_at(0, 9, at(2)).unwrap(), "123");
    assert_eq!(errno(fs.open("/", OpenFlags::READ | OpenFlags::WRITE, 0, at(1))), Some(Errno::EISDIR));
}

#[test]
fn space_is_taken_and_given_back() {
    let (fs, tree, _) = empty(Some(6));
    let flags = OpenFlags::READ | OpenFlags::WRITE | OpenFlags::CREATE;
    let file = fs.open("/a", flags, 0o600, at(1)).unwrap();
    file.allocate(Allocation::KeepSize, 0, 3 * BLOCK_SIZE, at(2)).unwrap();
    assert_eq!((file.stat().unwrap().size, file.stat().unwrap().blocks), (0, 24));
    assert_eq!(errno(file.allocate(Allocation::Extend, 0, 7 * BLOCK_SIZE, at(2))), Some(Errno::ENOSPC));
    file.write_at(0, vec![1; 3 * BLOCK_SIZE as usize], at(3)).unwrap();
    file.allocate(Allocation::PunchHole, BLOCK_SIZE - 1, BLOCK_SIZE + 1, at(4)).unwrap();
    assert_eq!(tree.lock().unwrap().used_bytes(), 2 * BLOCK_SIZE);
    assert_eq!(file.read_at(BLOCK_SIZE - 2, 3, at(5)).unwrap(), &[1, 0, 0][..]);
    assert_eq!(file.seek_hole(0).unwrap(), Some(BLOCK_SIZE));
    assert_eq!(file.seek_data(BLOCK_SIZE).unwrap(), Some(2 * BLOCK_SIZE));
    assert_eq!(file.seek_hole(2 * BLOCK_SIZE).unwrap(), Some(3 * BLOCK_SIZE));
    assert_eq!(file.seek_data(3 * BLOCK_SIZE).unwrap(), None);
    file.truncate(1, at(6)).unwrap();
    assert_eq!(tree.lock().unwrap().used_bytes(), BLOCK_SIZE);
}

#[test]
fn reserved_space_is_no_part_of_what_a_copy_sees() {
    let (fs, ..) = empty(None);
    fs.write("/a", "12345", at(1)).unwrap();
    open(&fs, "/a").allocate(Allocation::KeepSize, 0, 9 * BLOCK_SIZE, at(2)).unwrap();
    assert_eq!(fs.extents("/a").unwrap(), [(0, 5)]);
    assert_eq!(fs.read("/a").unwrap(), "12345");
    fs.append("/a", "6", at(3)).unwrap();
    assert_eq!((fs.read("/a").unwrap(), fs.stat("/a").unwrap().blocks), ("123456".into(), 72));
}

#[test]
fn reading_moves_the_access_time_once_after_each_change_and_once_a_day() {
    let (fs, _, log) = empty(None);
    fs.write("/a", "1", at(1)).unwrap();
    fs.mkdir("/d", 0o755, at(1)).unwrap();
    fs.symlink("a", "/l", at(1)).unwrap();
    log.drain();
    let day = 86_400;
    let times = [2, 3, 2 + day, 3 + day];
    for seconds in times {
        let reading = fs.reading_at(at(seconds));
        reading.read("/a").unwrap();
        reading.read_dir("/d").unwrap();
        reading.read_link("/l").unwrap();
        let seen = ["/a", "/d", "/l"].map(|path| fs.lstat(path).unwrap().atime);
        let expected = if seconds < 2 + day { at(2) } else { at(2 + day) };
        assert_eq!(seen, [expected; 3], "read after {seconds} seconds");
    }
    assert_eq!(log.drain().len(), 6, "no more than what moved is logged");
    assert_eq!(fs.stat("/a").unwrap().ctime, at(1));
}

#[test]
fn names_change_places() {
    let (fs, ..) = empty(None);
    fs.mkdir_all("/d/in", 0o755, at(1)).unwrap();
    fs.write("/f", "1", at(1)).unwrap();
    fs.rename_as("/d/in", "/f", Renaming::Exchange, at(2)).unwrap();
    assert_eq!(fs.read("/d/in").unwrap(), "1");
    assert_eq!(fs.stat("/f/..").unwrap().ino, fs.stat("/").unwrap().ino);
    assert_eq!((fs.stat("/").unwrap().nlink, fs.stat("/d").unwrap().nlink), (4, 2));
    assert_eq!(errno(fs.rename_as("/f", "/d", Renaming::Keep, at(3))), Some(Errno::EEXIST));
    assert_eq!(errno(fs.rename_as("/d", "/d/in", Renaming::Exchange, at(3))), Some(Errno::EINVAL));
}

#[test]
fn a_file_has_65000_names_at_most() {
    let (fs, ..) = empty(None);
    fs.write("/0", "", at(1)).unwrap();
    for number in 1..65_000 {
        fs.link("/0", &format!("/{number}"), at(1)).unwrap();
    }
    assert_eq!(errno(fs.link("/0", "/one-more", at(1))), Some(Errno::EMLINK));
}
