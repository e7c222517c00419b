//! Users other than root are stopped where Linux stops them. How exactly, the comparison with the real one says; here is
//! what can be told without it.

use sandbox_fs::{Access, ChangeLog, Credentials, Errno, Namespace, Tree};

use crate::steps::{at, empty, shared};

fn errno<T>(result: Result<T, sandbox_fs::FsError>) -> Option<Errno> {
    result.err().map(|error| error.errno)
}

/// A world with a directory that everyone may write, seen by root and by two users who share a group.
fn world() -> (Namespace, Namespace, Namespace) {
    let (fs, ..) = empty(None);
    fs.mkdir("/tmp", 0o1777, at(1)).unwrap();
    let user = |uid| Credentials { groups: [50].into(), ..Credentials::user(uid, uid) };
    let (one, other) = (fs.as_user(user(1)), fs.as_user(user(2)));
    (fs, one, other)
}

#[test]
fn what_a_user_makes_is_the_users_without_the_bits_of_the_umask() {
    let (fs, one, _) = world();
    one.write("/tmp/f", "1", at(2)).unwrap();
    one.mkdir("/tmp/d", 0o777, at(2)).unwrap();
    one.symlink("f", "/tmp/l", at(2)).unwrap();
    let seen = |path| fs.lstat(path).map(|stat| (stat.uid, stat.gid, stat.mode)).unwrap();
    assert_eq!(seen("/tmp/f"), (1, 1, 0o644));
    assert_eq!(seen("/tmp/d"), (1, 1, 0o755));
    assert_eq!(seen("/tmp/l"), (1, 1, 0o777));
    assert_eq!(errno(one.write("/f", "", at(2))), Some(Errno::EACCES));
    let private = fs.as_user(Credentials { umask: 0o077, ..Credentials::root() });
    private.write("/f", "", at(2)).unwrap();
    assert_eq!(seen("/f"), (0, 0, 0o600));
}

#[test]
fn the_first_class_that_fits_decides() {
    let (fs, one, other) = world();
    fs.write("/f", "1", at(2)).unwrap();
    fs.chown("/f", Some(1), Some(50), at(2)).unwrap();
    fs.chmod("/f", 0o040, at(2)).unwrap();
    assert_eq!(errno(one.read("/f")), Some(Errno::EACCES), "its owner may do less than its group");
    assert_eq!(other.read("/f").unwrap(), "1");
    assert_eq!(errno(other.access("/f", Access::READ | Access::WRITE)), Some(Errno::EACCES));
    assert!(fs.access("/f", Access::READ | Access::WRITE).is_ok());
    assert_eq!(
        errno(fs.access("/f", Access::EXECUTE)),
        Some(Errno::EACCES),
        "root too executes no plain file"
    );
}

#[test]
fn every_directory_on_the_way_is_searched() {
    let (fs, one, _) = world();
    fs.mkdir_all("/a/b", 0o711, at(1)).unwrap();
    fs.write("/a/b/f", "1", at(1)).unwrap();
    assert_eq!(one.read("/a/b/f").unwrap(), "1");
    assert_eq!(errno(one.read_dir("/a/b")), Some(Errno::EACCES));
    fs.chmod("/a", 0o766, at(2)).unwrap();
    for path in ["/a/b/f", "/a/b/missing", "/a/..", "/a/./b"] {
        assert_eq!(errno(one.stat(path)), Some(Errno::EACCES), "{path}");
    }
    assert!(one.read_dir("/a").is_ok());
}

#[test]
fn in_a_sticky_directory_only_owners_take_names_away() {
    let (_, one, other) = world();
    one.write("/tmp/f", "1", at(2)).unwrap();
    other.write("/tmp/g", "2", at(2)).unwrap();
    assert_eq!(errno(other.unlink("/tmp/f", at(3))), Some(Errno::EPERM));
    assert_eq!(errno(other.rename("/tmp/g", "/tmp/f", at(3))), Some(Errno::EPERM));
    assert_eq!(errno(other.remove_all("/tmp/f", at(3))), Some(Errno::EPERM));
    one.unlink("/tmp/f", at(3)).unwrap();
    other.rename("/tmp/g", "/tmp/f", at(3)).unwrap();
}

#[test]
fn the_directory_under_a_mount_says_who_may_move_its_name() {
    let (fs, one, _) = world();
    let tree = shared(Tree::new("mounted".into(), None, ChangeLog::new(), at(0)));
    fs.chmod("/", 0o777, at(1)).unwrap();
    fs.mount("/m", tree, at(1)).unwrap();
    fs.chmod("/m", 0o777, at(1)).unwrap();
    one.mkdir("/d", 0o755, at(2)).unwrap();
    assert_eq!(errno(one.rename("/m", "/d/m", at(3))), Some(Errno::EACCES));
    assert_eq!(errno(one.rename("/m", "/n", at(3))), Some(Errno::EBUSY));
}

#[test]
fn removing_a_tree_goes_as_far_as_the_user_may() {
    let (fs, one, _) = world();
    one.mkdir_all("/tmp/d/mine", 0o755, at(2)).unwrap();
    one.write("/tmp/d/mine/f", "1", at(2)).unwrap();
    fs.mkdir("/tmp/d/theirs", 0o755, at(2)).unwrap();
    fs.write("/tmp/d/theirs/f", "1", at(2)).unwrap();
    assert_eq!(errno(one.remove_all("/tmp/d", at(3))), Some(Errno::EACCES));
    assert!(!fs.exists("/tmp/d/mine") && fs.exists("/tmp/d/theirs/f"));
    fs.unlink("/tmp/d/theirs/f", at(4)).unwrap();
    one.remove_all("/tmp/d", at(5)).unwrap();
}

#[test]
fn only_owners_change_modes_and_only_root_gives_away() {
    let (fs, one, other) = world();
    one.write("/tmp/f", "1", at(2)).unwrap();
    assert_eq!(errno(other.chmod("/tmp/f", 0o777, at(3))), Some(Errno::EPERM));
    assert_eq!(errno(one.chown("/tmp/f", Some(2), None, at(3))), Some(Errno::EPERM));
    assert_eq!(errno(one.chown("/tmp/f", None, Some(2), at(3))), Some(Errno::EPERM));
    one.chown("/tmp/f", None, Some(50), at(3)).unwrap();
    one.chmod("/tmp/f", 0o6777, at(4)).unwrap();
    assert_eq!(fs.stat("/tmp/f").unwrap().mode, 0o6777);
    other.append("/tmp/f", "2", at(5)).unwrap();
    assert_eq!(fs.stat("/tmp/f").unwrap().mode, 0o777, "powers go when another writes");
}

#[test]
fn who_may_write_may_say_now() {
    let (fs, one, other) = world();
    one.write("/tmp/f", "1", at(2)).unwrap();
    let now = Some(at(3));
    assert_eq!(errno(other.set_times("/tmp/f", now, now, at(3))), Some(Errno::EACCES));
    fs.chmod("/tmp/f", 0o666, at(2)).unwrap();
    other.set_times("/tmp/f", now, now, at(3)).unwrap();
    assert_eq!(errno(other.set_times("/tmp/f", Some(at(1)), None, at(3))), Some(Errno::EPERM));
}
