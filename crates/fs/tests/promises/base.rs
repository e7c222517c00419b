//! An image's files are shared by all trees that begin with them, and changed by none.

use std::sync::Arc;

use sandbox_fs::{BLOCK_SIZE, Base, ChangeLog, Errno, FIRST_INO, Namespace, Tree};

use crate::steps::{at, shared};

fn image() -> Arc<Base> {
    Base::builder()
        .dir("/usr/bin", 0o755)
        .symlink("/bin", "usr/bin")
        .file("/bin/sh", 0o755, "#!shell")
        .file("/etc/os-release", 0o644, "ID=plain\n")
        .dir("/tmp", 0o1777)
        .build()
        .unwrap()
}

fn over(base: &Arc<Base>) -> (Namespace, ChangeLog) {
    let log = ChangeLog::new();
    (Namespace::new(shared(Tree::from_base(base, "root".into(), None, log.clone(), at(9)))), log)
}

#[test]
fn a_tree_begins_with_the_image() {
    let (fs, log) = over(&image());
    assert_eq!(fs.read("/usr/bin/sh").unwrap(), "#!shell");
    assert_eq!(fs.read_link("/bin").unwrap(), "usr/bin");
    let stat = fs.stat("/tmp").unwrap();
    assert_eq!((stat.mode, stat.nlink), (0o1777, 2));
    assert!(stat.ino < FIRST_INO);
    assert_eq!(fs.stat("/").unwrap().mtime, at(9));
    assert!(log.is_empty());
}

#[test]
fn what_one_tree_changes_no_other_sees() {
    let base = image();
    let (one, _) = over(&base);
    let (other, _) = over(&base);
    one.append("/etc/os-release", "NAME=mine\n", at(10)).unwrap();
    one.unlink("/bin/sh", at(10)).unwrap();
    one.remove_all("/tmp", at(10)).unwrap();
    one.rename("/usr", "/opt", at(10)).unwrap();
    assert_eq!(one.read("/etc/os-release").unwrap(), "ID=plain\nNAME=mine\n");
    assert_eq!(one.stat("/bin/sh").unwrap_err().errno, Errno::ENOENT);
    for fs in [other, over(&base).0] {
        assert_eq!(fs.read("/etc/os-release").unwrap(), "ID=plain\n");
        assert!(fs.exists("/bin/sh") && fs.exists("/tmp") && !fs.exists("/opt"));
    }
}

#[test]
fn only_what_is_changed_is_copied() {
    let mut builder = Base::builder();
    for number in 0..5_000 {
        builder = builder.file(&format!("/lib/{number}"), 0o644, vec![0; 100]);
    }
    let base = builder.build().unwrap();
    let tree = shared(Tree::from_base(&base, "root".into(), None, ChangeLog::new(), at(9)));
    let weight = || postcard::to_stdvec(&tree.lock().unwrap().snapshot()).unwrap().len();
    let before = weight();
    Namespace::new(tree.clone()).chmod("/lib/77", 0o600, at(10)).unwrap();
    assert!(before < 100, "an untouched tree stores {before} bytes");
    assert!(weight() < before + 200, "one file more stores {} bytes", weight());
}

#[test]
fn a_name_of_the_image_can_be_taken_by_something_new() {
    let (fs, _) = over(&image());
    fs.unlink("/bin/sh", at(10)).unwrap();
    fs.mkdir("/bin/sh", 0o755, at(11)).unwrap();
    let stat = fs.stat("/usr/bin/sh").unwrap();
    assert!(stat.is_dir() && stat.ino >= FIRST_INO);
}

#[test]
fn the_space_of_the_image_counts_until_it_is_freed() {
    let base = image();
    let tree = shared(Tree::from_base(&base, "root".into(), None, ChangeLog::new(), at(9)));
    let used = || tree.lock().unwrap().used_bytes() / BLOCK_SIZE;
    let fs = Namespace::new(tree.clone());
    // Four directories beside the root, two files; a link takes nothing.
    assert_eq!((used(), tree.lock().unwrap().file_count()), (6, 2));
    fs.remove_all("/usr", at(10)).unwrap();
    fs.write("/etc/os-release", "", at(10)).unwrap();
    assert_eq!((used(), tree.lock().unwrap().file_count()), (2, 1));
}

#[test]
fn the_first_mistake_of_an_image_is_told() {
    let error =
        Base::builder().file("/a", 0o644, "").file("/a/b", 0o644, "").dir("c", 0o755).build().unwrap_err();
    assert_eq!((error.errno, error.path.as_str()), (Errno::EEXIST, "/a"));
}

#[test]
fn fingerprints_tell_images_apart() {
    let with =
        |mode, text: &'static str| Base::builder().file("/a", mode, text).build().unwrap().fingerprint();
    assert_eq!(with(0o644, "x"), with(0o644, "x"));
    assert_ne!(with(0o644, "x"), with(0o644, "y"));
    assert_ne!(with(0o644, "x"), with(0o600, "x"));
}
