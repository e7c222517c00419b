//! Single operations, where one example says it best.

use sandbox_fs::{Errno, Kind};

use crate::steps::{at, empty};

#[test]
fn a_new_file_belongs_to_root_and_is_as_old_as_its_write() {
    let (fs, ..) = empty(None);
    fs.write("/a", "hello", at(5)).unwrap();
    let stat = fs.stat("/a").unwrap();
    assert_eq!((stat.kind, stat.size, stat.blocks, stat.nlink), (Kind::File, 5, 8, 1));
    assert_eq!((stat.mode, stat.uid, stat.gid), (0o644, 0, 0));
    assert_eq!([stat.atime, stat.mtime, stat.ctime, stat.btime], [at(5); 4]);
    assert_eq!(fs.stat("/").unwrap().mtime, at(5));
}

#[test]
fn reading_moves_no_time_and_logs_nothing() {
    let (fs, _, log) = empty(None);
    fs.write("/a", "hello", at(5)).unwrap();
    log.drain();
    let before = fs.stat("/a").unwrap();
    fs.read("/a").unwrap();
    fs.read_dir("/").unwrap();
    assert_eq!(fs.stat("/a").unwrap(), before);
    assert!(log.is_empty());
}

#[test]
fn each_change_moves_the_times_that_it_should() {
    let (fs, ..) = empty(None);
    fs.write("/a", "hello", at(1)).unwrap();
    let times = || fs.stat("/a").map(|stat| [stat.atime, stat.mtime, stat.ctime, stat.btime]).unwrap();
    fs.chmod("/a", 0o600, at(2)).unwrap();
    assert_eq!(times(), [at(1), at(1), at(2), at(1)]);
    fs.append("/a", "!", at(3)).unwrap();
    assert_eq!(times(), [at(1), at(3), at(3), at(1)]);
    fs.append("/a", "", at(4)).unwrap();
    assert_eq!(times(), [at(1), at(3), at(3), at(1)]);
    fs.set_times("/a", Some(at(-9)), None, at(5)).unwrap();
    assert_eq!(times(), [at(-9), at(3), at(5), at(1)]);
    fs.link("/a", "/b", at(6)).unwrap();
    assert_eq!(times(), [at(-9), at(3), at(6), at(1)]);
    fs.rename("/b", "/c", at(7)).unwrap();
    assert_eq!(times(), [at(-9), at(3), at(7), at(1)]);
}

#[test]
fn names_are_sorted_and_told_with_what_they_stand_for() {
    let (fs, ..) = empty(None);
    fs.symlink("nowhere", "/B", at(1)).unwrap();
    fs.mkdir("/a", 0o755, at(1)).unwrap();
    fs.write("/é", "1", at(1)).unwrap();
    fs.write("/.hidden", "12", at(1)).unwrap();
    let entries = fs.read_dir("/").unwrap();
    let rows: Vec<_> =
        entries.iter().map(|entry| (entry.name.as_str(), entry.stat.kind, entry.stat.size)).collect();
    assert_eq!(
        rows,
        [
            (".hidden", Kind::File, 2),
            ("B", Kind::Symlink, 7),
            ("a", Kind::Directory, 4096),
            ("é", Kind::File, 1)
        ]
    );
}

#[test]
fn hard_links_are_one_file() {
    let (fs, ..) = empty(None);
    fs.write("/a", "1", at(1)).unwrap();
    fs.link("/a", "/b", at(1)).unwrap();
    fs.append("/b", "2", at(2)).unwrap();
    assert_eq!(fs.read("/a").unwrap(), "12");
    assert_eq!(fs.stat("/a").unwrap(), fs.stat("/b").unwrap());
    assert_eq!(fs.stat("/a").unwrap().nlink, 2);
    fs.mkdir("/d", 0o755, at(2)).unwrap();
    assert_eq!(fs.link("/d", "/e", at(2)).unwrap_err().errno, Errno::EPERM);
}

#[test]
fn a_directory_counts_the_directories_in_it() {
    let (fs, ..) = empty(None);
    fs.mkdir_all("/a/b", 0o755, at(1)).unwrap();
    fs.mkdir("/a/c", 0o755, at(1)).unwrap();
    fs.write("/a/f", "", at(1)).unwrap();
    assert_eq!(fs.stat("/a").unwrap().nlink, 4);
    fs.rmdir("/a/c", at(2)).unwrap();
    fs.rename("/a/b", "/b", at(2)).unwrap();
    assert_eq!(fs.stat("/a").unwrap().nlink, 2);
    assert_eq!(fs.stat("/").unwrap().nlink, 4);
}

#[test]
fn a_set_group_id_directory_hands_its_group_down() {
    let (fs, ..) = empty(None);
    fs.mkdir("/shared", 0o755, at(1)).unwrap();
    fs.chown("/shared", None, Some(50), at(1)).unwrap();
    fs.chmod("/shared", 0o2775, at(1)).unwrap();
    fs.write("/shared/file", "", at(2)).unwrap();
    fs.mkdir("/shared/dir", 0o755, at(2)).unwrap();
    assert_eq!(fs.stat("/shared/file").unwrap().gid, 50);
    let dir = fs.stat("/shared/dir").unwrap();
    assert_eq!((dir.gid, dir.mode), (50, 0o2755));
}

#[test]
fn a_new_owner_does_not_get_the_old_ones_powers() {
    let (fs, ..) = empty(None);
    fs.write("/a", "", at(1)).unwrap();
    fs.chmod("/a", 0o6755, at(1)).unwrap();
    fs.chown("/a", Some(1), None, at(2)).unwrap();
    let stat = fs.stat("/a").unwrap();
    assert_eq!((stat.mode, stat.uid, stat.gid), (0o755, 1, 0));
}

#[test]
fn a_links_own_owner_is_set_without_following_it() {
    let (fs, ..) = empty(None);
    fs.symlink("nowhere", "/l", at(1)).unwrap();
    fs.lchown("/l", Some(7), None, at(2)).unwrap();
    assert_eq!(fs.lstat("/l").unwrap().uid, 7);
    assert_eq!(fs.chown("/l", Some(7), None, at(2)).unwrap_err().errno, Errno::ENOENT);
}

#[test]
fn removing_a_tree_keeps_what_has_a_name_elsewhere() {
    let (fs, tree, log) = empty(None);
    fs.mkdir_all("/d/deep", 0o755, at(1)).unwrap();
    fs.write("/d/deep/a", "1", at(1)).unwrap();
    fs.link("/d/deep/a", "/kept", at(1)).unwrap();
    fs.symlink("/kept", "/d/link", at(1)).unwrap();
    log.drain();
    fs.remove_all("/d", at(2)).unwrap();
    assert_eq!(log.drain().len(), 1, "one change, however much goes");
    assert_eq!(fs.read("/kept").unwrap(), "1");
    assert_eq!(fs.stat("/kept").unwrap().nlink, 1);
    assert_eq!(tree.lock().unwrap().inode_count(), 2);
}

#[test]
fn removing_refuses_what_rm_refuses() {
    let (fs, ..) = empty(None);
    fs.mkdir("/d", 0o755, at(1)).unwrap();
    fs.write("/f", "", at(1)).unwrap();
    let remove = |path| fs.remove_all(path, at(2)).map_err(|error| error.errno);
    assert_eq!(remove("/"), Err(Errno::EBUSY));
    assert_eq!(remove("/d/."), Err(Errno::EINVAL));
    assert_eq!(remove("/d/.."), Err(Errno::EINVAL));
    assert_eq!(remove("/f/"), Err(Errno::ENOTDIR));
    assert_eq!(remove("/missing"), Err(Errno::ENOENT));
}

#[test]
fn a_range_ends_with_the_file() {
    let (fs, ..) = empty(None);
    fs.write("/a", "0123456789", at(1)).unwrap();
    assert_eq!(fs.read_range("/a", 3, 4).unwrap(), "3456");
    assert_eq!(fs.read_range("/a", 8, u64::MAX).unwrap(), "89");
    assert_eq!(fs.read_range("/a", 99, 1).unwrap(), "");
}

#[test]
fn handles_go_from_thread_to_thread() {
    fn shared<T: Clone + Send + Sync>() {}
    shared::<sandbox_fs::Namespace>();
    shared::<sandbox_fs::ChangeLog>();
    shared::<sandbox_fs::SharedTree>();
}
