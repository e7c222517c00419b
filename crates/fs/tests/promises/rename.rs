//! `rename` by POSIX's rules: one table of everything it refuses, and what it does else.

use sandbox_fs::{Errno, Namespace};

use crate::steps::{at, empty};

/// `/d` and `/e` are directories (`/d` holds `/d/sub`), `/f` and `/g` files, `/l` a link to `/d`.
fn world() -> Namespace {
    let (fs, ..) = empty(None);
    fs.mkdir_all("/d/sub", 0o755, at(1)).unwrap();
    fs.mkdir("/e", 0o755, at(1)).unwrap();
    fs.write("/f", "f", at(1)).unwrap();
    fs.write("/g", "g", at(1)).unwrap();
    fs.symlink("d", "/l", at(1)).unwrap();
    fs
}

#[test]
fn what_is_refused() {
    let cases = [
        ("/missing", "/new", Errno::ENOENT),
        ("/f", "/missing/new", Errno::ENOENT),
        ("/f", "/g/new", Errno::ENOTDIR),
        ("/f", "/e", Errno::EISDIR),
        ("/f", "/new/", Errno::ENOTDIR),
        ("/f/", "/new", Errno::ENOTDIR),
        ("/e", "/f", Errno::ENOTDIR),
        ("/e", "/d", Errno::ENOTEMPTY),
        ("/d", "/d/sub/new", Errno::EINVAL),
        ("/d", "/l/new", Errno::EINVAL),
        ("/d/sub", "/d", Errno::ENOTEMPTY),
        ("/l/", "/new", Errno::ENOTDIR),
        ("/d/.", "/new", Errno::EBUSY),
        ("/d/..", "/new", Errno::EBUSY),
        ("/", "/new", Errno::EBUSY),
        ("/f", "/", Errno::EBUSY),
    ];
    for (from, to, errno) in cases {
        let fs = world();
        let before = crate::model::dump(&fs);
        assert_eq!(fs.rename(from, to, at(2)).map_err(|error| error.errno), Err(errno), "{from} to {to}");
        assert_eq!(crate::model::dump(&fs), before, "{from} to {to}");
    }
}

#[test]
fn a_file_replaces_a_file() {
    let fs = world();
    let ino = fs.stat("/f").unwrap().ino;
    fs.rename("/f", "/g", at(2)).unwrap();
    assert_eq!(fs.read("/g").unwrap(), "f");
    assert_eq!(fs.stat("/g").unwrap().ino, ino);
    assert!(!fs.exists("/f"));
}

#[test]
fn a_directory_replaces_an_empty_one_and_takes_everything_along() {
    let fs = world();
    fs.write("/d/sub/deep", "1", at(1)).unwrap();
    fs.rename("/d/", "/e/", at(2)).unwrap();
    assert_eq!(fs.read("/e/sub/deep").unwrap(), "1");
    assert_eq!(fs.canonicalize("/e/sub/../sub").unwrap(), "/e/sub");
    assert_eq!(fs.stat("/").unwrap().nlink, 3);
    assert_eq!(fs.stat("/e").unwrap().nlink, 3);
}

#[test]
fn a_link_is_moved_and_replaced_itself() {
    let fs = world();
    fs.rename("/l", "/m", at(2)).unwrap();
    assert_eq!(fs.read_link("/m").unwrap(), "d");
    fs.rename("/f", "/m", at(3)).unwrap();
    assert_eq!(fs.read("/m").unwrap(), "f");
    assert!(fs.exists("/d"));
}

#[test]
fn two_names_of_one_file_stay() {
    let (fs, _, log) = empty(None);
    fs.write("/a", "1", at(1)).unwrap();
    fs.link("/a", "/b", at(1)).unwrap();
    log.drain();
    fs.rename("/a", "/b", at(2)).unwrap();
    assert!(fs.exists("/a") && fs.exists("/b") && log.is_empty());
}
