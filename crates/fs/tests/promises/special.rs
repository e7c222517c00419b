//! Named pipes and devices are part of a tree; what is made when somebody looks is in none.

use std::sync::Arc;

use bytes::Bytes;
use sandbox_fs::{
    Change, ChangeLog, Credentials, Errno, Ino, Kind, Made, MadeBody, MadeNode, OpenFlags, Tree,
    TreeSnapshot, Viewer,
};

use crate::steps::{at, empty};

#[test]
fn pipes_and_devices_are_kept_as_files_are() {
    let (fs, tree, log) = empty(None);
    fs.make_fifo("/pipe", 0o640, at(1)).unwrap();
    fs.make_device("/null", 0o666, (1, 3), at(2)).unwrap();
    fs.link("/pipe", "/other", at(3)).unwrap();
    let pipe = fs.stat("/other").unwrap();
    assert_eq!((pipe.kind, pipe.mode, pipe.nlink, pipe.size, pipe.blocks), (Kind::Fifo, 0o640, 2, 0, 0));
    assert_eq!((fs.stat("/null").unwrap().kind, fs.stat("/null").unwrap().rdev), (Kind::Device, (1, 3)));
    assert_eq!(fs.read("/pipe").unwrap_err().errno, Errno::EINVAL);
    assert_eq!(fs.make_fifo("/pipe", 0o640, at(4)).unwrap_err().errno, Errno::EEXIST);

    let mut replayed = Tree::new("tree".into(), None, ChangeLog::new(), at(0));
    for (_, change) in log.drain() {
        let stored = postcard::to_stdvec(&change).unwrap();
        replayed.apply(&postcard::from_bytes::<Change>(&stored).unwrap()).unwrap();
    }
    assert!(replayed == *tree.lock().unwrap());
    let stored = postcard::to_stdvec(&replayed.snapshot()).unwrap();
    let snapshot = postcard::from_bytes::<TreeSnapshot>(&stored).unwrap();
    assert!(Tree::restore(snapshot, None, ChangeLog::new(), &|_| None).unwrap() == replayed);
}

#[test]
fn only_root_makes_devices() {
    let (fs, ..) = empty(None);
    fs.chmod("/", 0o777, at(1)).unwrap();
    let user = fs.as_user(Credentials::user(7, 7));
    assert_eq!(user.make_device("/null", 0o666, (1, 3), at(2)).unwrap_err().errno, Errno::EPERM);
    user.make_fifo("/pipe", 0o666, at(2)).unwrap();
}

/// A directory of one file, a link to the one who looks, and a link whose text is no path.
#[derive(Debug)]
struct Few;

impl Made for Few {
    fn node(&self, ino: Ino, viewer: Viewer) -> Option<MadeNode> {
        let entries = [("file", 2), ("self", 3), ("pipe", 4)].map(|(name, ino)| (name.to_owned(), ino));
        let link = |target: String, leads_to| MadeBody::Symlink { target, leads_to };
        let body = match ino {
            1 => MadeBody::Directory { parent: 1, entries: entries.into() },
            2 => MadeBody::File,
            3 => link(viewer.to_string(), None),
            4 => link("pipe:[1]".to_owned(), Some(5)),
            5 => MadeBody::Fifo,
            _ => return None,
        };
        Some(MadeNode { body, mode: 0o555, owner: (0, 0), time: at(1) })
    }

    fn contents(&self, ino: Ino, _: Viewer) -> Option<Bytes> {
        (ino == 2).then(|| Bytes::from_static(b"made"))
    }
}

#[test]
fn what_is_made_is_seen_and_cannot_be_changed() {
    let (fs, _, log) = empty(None);
    let fs = fs.with_made(Arc::new(Few), &[("/made", 1)], at(1)).unwrap();
    log.drain();
    let names: Vec<_> = fs.read_dir("/made").unwrap().into_iter().map(|entry| entry.name).collect();
    assert_eq!(names, ["file", "pipe", "self"]);
    assert_eq!(fs.read("/made/../made/file").unwrap(), "made");
    assert_eq!(fs.read_range("/made/file", 2, 9).unwrap(), "de");
    assert_eq!(fs.seen_by(12).read_link("/made/self").unwrap(), "12");
    assert_eq!(fs.stat("/made/pipe").unwrap().kind, Kind::Fifo);
    assert_eq!(fs.lstat("/made/pipe").unwrap().kind, Kind::Symlink);
    assert_eq!(fs.canonicalize("/made/pipe").unwrap(), "/made/pipe:[1]");
    assert_eq!(fs.made("/made/file").unwrap(), Some(2));
    assert_eq!(fs.made("/").unwrap(), None);
    let errno = |result: Result<(), sandbox_fs::FsError>| result.unwrap_err().errno;
    assert_eq!(errno(fs.write("/made/new", "", at(2))), Errno::ENOENT);
    assert_eq!(errno(fs.mkdir("/made/new", 0o755, at(2))), Errno::ENOENT);
    let create = OpenFlags::WRITE | OpenFlags::CREATE;
    assert_eq!(errno(fs.open("/made/new", create, 0o644, at(2)).map(drop)), Errno::ENOENT);
    assert_eq!(errno(fs.open("/made/file", OpenFlags::READ, 0, at(2)).map(drop)), Errno::ENXIO);
    assert_eq!(errno(fs.write("/made/file", "", at(2))), Errno::EPERM);
    assert_eq!(errno(fs.unlink("/made/file", at(2))), Errno::EPERM);
    assert_eq!(errno(fs.chmod("/made/file", 0o777, at(2))), Errno::EPERM);
    assert_eq!(errno(fs.rmdir("/made", at(2))), Errno::EBUSY);
    assert_eq!(errno(fs.remove_all("/made", at(2))), Errno::EPERM);
    assert_eq!(errno(fs.rename("/made", "/else", at(2))), Errno::EBUSY);
    assert_eq!(fs.mounts().len(), 1);
    assert_eq!(fs.statfs("/made/file").unwrap().capacity, Some(0));
    assert!(log.is_empty());
}
