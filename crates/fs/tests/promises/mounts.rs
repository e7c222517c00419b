//! Mounted trees: one sees them as directories, and they keep to themselves.

use sandbox_fs::{Access, BLOCK_SIZE, ChangeLog, Errno, Namespace, OpenFlags, SharedTree, Tree};

use crate::steps::{at, empty, shared};

/// A root with a volume of ten blocks at `/data/vol`.
fn world() -> (Namespace, SharedTree, ChangeLog) {
    let (fs, _, log) = empty(None);
    let volume = shared(Tree::new("volume".into(), Some(10 * BLOCK_SIZE), log.clone(), at(0)));
    fs.mount("/data/vol", volume.clone(), at(1)).unwrap();
    (fs, volume, log)
}

fn errno<T>(result: Result<T, sandbox_fs::FsError>) -> Option<Errno> {
    result.err().map(|error| error.errno)
}

#[test]
fn what_is_written_below_lies_in_the_volume() {
    let (fs, volume, _) = world();
    fs.write("/data/vol/in", "1", at(2)).unwrap();
    fs.write("/data/out", "2", at(2)).unwrap();
    let alone = Namespace::new(volume);
    assert_eq!(alone.read("/in").unwrap(), "1");
    assert!(!alone.exists("/out"));
    assert_eq!(fs.stat("/data/vol/in").unwrap().dev, 2);
    assert_eq!(fs.stat("/data/vol/..").unwrap().dev, 1);
}

#[test]
fn a_mount_hides_what_was_there_until_it_goes() {
    let (fs, _, log) = empty(None);
    fs.mkdir("/app", 0o755, at(1)).unwrap();
    fs.write("/app/old", "1", at(1)).unwrap();
    let volume = shared(Tree::new("volume".into(), None, log, at(0)));
    fs.mount("/app", volume.clone(), at(2)).unwrap();
    assert!(fs.read_dir("/app").unwrap().is_empty());
    assert_eq!(errno(fs.mount("/twice", volume, at(2))), Some(Errno::EBUSY));
    fs.unmount("/app").unwrap();
    assert_eq!(fs.read("/app/old").unwrap(), "1");
    assert_eq!(errno(fs.unmount("/app")), Some(Errno::EINVAL));
    assert_eq!(errno(fs.unmount("/")), Some(Errno::EBUSY));
}

#[test]
fn names_do_not_move_between_trees() {
    let (fs, ..) = world();
    fs.write("/a", "1", at(2)).unwrap();
    assert_eq!(errno(fs.rename("/a", "/data/vol/a", at(2))), Some(Errno::EXDEV));
    assert_eq!(errno(fs.link("/a", "/data/vol/a", at(2))), Some(Errno::EXDEV));
    fs.symlink("/a", "/data/vol/s", at(2)).unwrap();
    assert_eq!(fs.read("/data/vol/s").unwrap(), "1");
}

#[test]
fn nothing_changes_through_a_mount_that_can_only_be_read() {
    let (fs, ..) = world();
    fs.mkdir("/data/vol/d", 0o755, at(2)).unwrap();
    fs.write("/data/vol/f", "1", at(2)).unwrap();
    fs.remount("/data/vol", true).unwrap();
    assert!(fs.statfs("/data/vol/f").unwrap().read_only && fs.mounts()[1].read_only);
    let (f, new, flags) = ("/data/vol/f", "/data/vol/new", OpenFlags::READ | OpenFlags::WRITE);
    let refused = [
        errno(fs.write(f, "2", at(3))),
        errno(fs.write(new, "2", at(3))),
        errno(fs.append(f, "2", at(3))),
        errno(fs.write_at(f, 0, "2", at(3))),
        errno(fs.truncate(f, 0, at(3))),
        errno(fs.allocate(f, 0, 9, at(3))),
        errno(fs.create_exclusive(new, 0o644, at(3))),
        errno(fs.mkdir(new, 0o755, at(3))),
        errno(fs.symlink("f", new, at(3))),
        errno(fs.link(f, new, at(3))),
        errno(fs.rename(f, new, at(3))),
        errno(fs.unlink(f, at(3))),
        errno(fs.rmdir("/data/vol/d", at(3))),
        errno(fs.chmod(f, 0o600, at(3))),
        errno(fs.chown(f, Some(1), None, at(3))),
        errno(fs.set_times(f, Some(at(1)), None, at(3))),
        errno(fs.open(f, flags, 0, at(3))),
        errno(fs.open(new, flags | OpenFlags::CREATE, 0, at(3))),
        errno(fs.access(f, Access::WRITE)),
    ];
    assert_eq!(refused, [Some(Errno::EROFS); 19]);
    assert_eq!(
        errno(fs.mkdir("/data/vol/d", 0o755, at(3))),
        Some(Errno::EEXIST),
        "what is there comes first"
    );
    let before = fs.stat(f).unwrap();
    assert_eq!(fs.reading_at(at(9)).read(f).unwrap(), "1");
    assert_eq!(fs.stat(f).unwrap(), before, "no access time moves either");
    assert_eq!(errno(fs.remove_all("/data/vol/d", at(3))), Some(Errno::EROFS));
    fs.remount("/data/vol", false).unwrap();
    fs.write(f, "2", at(4)).unwrap();
    assert_eq!(errno(fs.remount("/data", true)), Some(Errno::EINVAL));
}

#[test]
fn a_file_open_to_be_written_keeps_its_mount_writable() {
    let (fs, ..) = world();
    let flags = OpenFlags::WRITE | OpenFlags::CREATE;
    let file = fs.open("/data/vol/f", flags, 0o644, at(2)).unwrap();
    let reader = fs.open("/data/vol/f", OpenFlags::READ, 0, at(2)).unwrap();
    assert_eq!(errno(fs.remount("/data/vol", true)), Some(Errno::EBUSY));
    file.write_at(0, "1", at(3)).unwrap();
    file.chmod(0o600, at(3)).unwrap();
    drop(file);
    fs.remount("/data/vol", true).unwrap();
    assert_eq!(errno(reader.chmod(0o644, at(4))), Some(Errno::EROFS));
    assert_eq!(reader.read_at(0, 9, at(4)).unwrap(), "1");
    assert_eq!(fs.stat("/data/vol/f").unwrap().atime, at(2));
}

#[test]
fn a_mount_point_is_busy() {
    let (fs, ..) = world();
    fs.mkdir("/e", 0o755, at(2)).unwrap();
    assert_eq!(errno(fs.rmdir("/data/vol", at(2))), Some(Errno::EBUSY));
    assert_eq!(errno(fs.rename("/data/vol", "/data/other", at(2))), Some(Errno::EBUSY));
    assert_eq!(errno(fs.rename("/e", "/data/vol", at(2))), Some(Errno::EBUSY));
    assert_eq!(errno(fs.unlink("/data/vol", at(2))), Some(Errno::EISDIR));
    assert_eq!(errno(fs.rmdir("/data", at(2))), Some(Errno::ENOTEMPTY));
}

#[test]
fn removing_everything_empties_a_volume_and_leaves_its_mount_point() {
    let (fs, volume, _) = world();
    fs.mkdir_all("/data/vol/deep/er", 0o755, at(2)).unwrap();
    fs.write("/data/vol/deep/file", "1", at(2)).unwrap();
    fs.write("/data/beside", "1", at(2)).unwrap();
    assert_eq!(errno(fs.remove_all("/data", at(3))), Some(Errno::EBUSY));
    assert_eq!(fs.read_dir("/data").unwrap().len(), 1);
    assert!(fs.read_dir("/data/vol").unwrap().is_empty());
    assert_eq!(volume.lock().unwrap().used_bytes(), 0);
}

#[test]
fn the_table_of_mounts_follows_a_renamed_directory() {
    let (fs, ..) = world();
    fs.write("/data/vol/a", "1", at(2)).unwrap();
    fs.rename("/data", "/moved", at(2)).unwrap();
    assert_eq!(fs.read("/moved/vol/a").unwrap(), "1");
    let rows: Vec<_> =
        fs.mounts().into_iter().map(|row| (row.path, row.tree.to_string(), row.used)).collect();
    assert_eq!(
        rows,
        [
            ("/".to_owned(), "tree".to_owned(), 2 * BLOCK_SIZE),
            ("/moved/vol".to_owned(), "volume".to_owned(), BLOCK_SIZE)
        ]
    );
}

#[test]
fn statfs_tells_about_the_tree_that_the_path_lies_in() {
    let (fs, ..) = world();
    fs.write("/data/vol/a", "1", at(2)).unwrap();
    let inside = fs.statfs("/data/vol/a").unwrap();
    assert_eq!((inside.mount_path.as_str(), inside.capacity, inside.used), ("/data/vol", Some(40_960), 4096));
    assert_eq!((inside.inodes, inside.dev), (2, 2));
    assert_eq!(fs.statfs("/data").unwrap().capacity, None);
}

#[test]
fn a_file_in_the_way_of_a_mount_is_told() {
    let (fs, _, log) = empty(None);
    fs.write("/file", "1", at(1)).unwrap();
    let volume = || shared(Tree::new("volume".into(), None, log.clone(), at(0)));
    assert_eq!(errno(fs.mount("/file", volume(), at(2))), Some(Errno::ENOTDIR));
    assert_eq!(errno(fs.mount("/file/below", volume(), at(2))), Some(Errno::ENOTDIR));
    assert_eq!(fs.mounts().len(), 1);
}

#[test]
fn namespaces_that_share_trees_in_another_order_never_wait_for_each_other() {
    let log = ChangeLog::new();
    let [one, two] = ["one", "two"].map(|id| shared(Tree::new(id.into(), None, log.clone(), at(0))));
    let both = [(one.clone(), two.clone()), (two, one)].map(|(root, volume)| {
        let fs = Namespace::new(root);
        fs.mount("/other", volume, at(0)).unwrap();
        fs
    });
    std::thread::scope(|scope| {
        for (number, fs) in both.iter().enumerate() {
            scope.spawn(move || {
                for count in 0..500 {
                    fs.append(&format!("/other/{number}"), "x", at(count)).unwrap();
                    fs.append(&format!("/{number}"), "x", at(count)).unwrap();
                }
            });
        }
    });
    // Each path of the one is a path of the other below its mount.
    assert_eq!(both[0].stat("/other/0").unwrap().size, 500);
    assert_eq!(both[1].stat("/0").unwrap().size, 500);
}
