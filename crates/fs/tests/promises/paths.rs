//! Paths lead where they lead on Linux.

use sandbox_fs::{Errno, NAME_MAX, PATH_MAX};

use crate::steps::{at, empty};

fn errno<T>(result: Result<T, sandbox_fs::FsError>) -> Option<Errno> {
    result.err().map(|error| error.errno)
}

#[test]
fn two_dots_after_a_link_lead_to_the_parent_of_its_target() {
    let (fs, ..) = empty(None);
    fs.mkdir_all("/far/away/here", 0o755, at(1)).unwrap();
    fs.write("/far/away/found", "yes", at(1)).unwrap();
    fs.symlink("far/away/here", "/link", at(1)).unwrap();
    assert_eq!(fs.read("/link/../found").unwrap(), "yes");
    assert_eq!(fs.canonicalize("//link/.././found").unwrap(), "/far/away/found");
}

#[test]
fn two_dots_stay_at_the_root() {
    let (fs, ..) = empty(None);
    fs.write("/a", "1", at(1)).unwrap();
    assert_eq!(fs.canonicalize("/../../a").unwrap(), "/a");
    assert_eq!(fs.canonicalize("/..").unwrap(), "/");
}

#[test]
fn forty_links_are_followed_and_no_more() {
    let (fs, ..) = empty(None);
    fs.write("/0", "end", at(1)).unwrap();
    for number in 1..=41 {
        fs.symlink(&(number - 1).to_string(), &format!("/{number}"), at(1)).unwrap();
    }
    assert_eq!(fs.read("/40").unwrap(), "end");
    assert_eq!(errno(fs.read("/41")), Some(Errno::ELOOP));
    assert!(fs.lstat("/41").unwrap().is_symlink());
}

#[test]
fn a_slash_at_the_end_asks_for_a_directory() {
    let (fs, ..) = empty(None);
    fs.write("/file", "1", at(1)).unwrap();
    fs.mkdir("/dir/", 0o755, at(1)).unwrap();
    fs.symlink("dir", "/link", at(1)).unwrap();
    assert_eq!(errno(fs.stat("/file/")), Some(Errno::ENOTDIR));
    assert_eq!(errno(fs.write("/new/", "1", at(1))), Some(Errno::EISDIR));
    assert!(fs.lstat("/link").unwrap().is_symlink());
    assert!(fs.lstat("/link/").unwrap().is_dir());
    assert_eq!(errno(fs.rmdir("/link/", at(1))), Some(Errno::ENOTDIR));
}

#[test]
fn names_and_paths_have_their_limits() {
    let (fs, ..) = empty(None);
    let name = "é".repeat(NAME_MAX / 2) + "x";
    fs.write(&format!("/{name}"), "1", at(1)).unwrap();
    assert_eq!(errno(fs.write(&format!("/{name}x"), "1", at(1))), Some(Errno::ENAMETOOLONG));
    let path = "/.".repeat(PATH_MAX / 2 - 1) + "/";
    assert_eq!(path.len(), PATH_MAX - 1);
    assert!(fs.stat(&path).unwrap().is_dir());
    assert_eq!(errno(fs.stat(&(path + "/"))), Some(Errno::ENAMETOOLONG));
}

#[test]
fn what_is_no_path_is_refused() {
    let (fs, ..) = empty(None);
    assert_eq!(errno(fs.stat("")), Some(Errno::ENOENT));
    assert_eq!(errno(fs.stat("relative")), Some(Errno::EINVAL));
    assert_eq!(errno(fs.write("/nul\0", "", at(1))), Some(Errno::EINVAL));
    assert_eq!(errno(fs.symlink("", "/link", at(1))), Some(Errno::ENOENT));
}

#[test]
fn a_write_goes_through_a_link_to_where_nothing_was() {
    let (fs, ..) = empty(None);
    fs.mkdir("/d", 0o755, at(1)).unwrap();
    fs.symlink("d/target", "/link", at(1)).unwrap();
    assert!(!fs.exists("/link"));
    assert_eq!(errno(fs.create_exclusive("/link", 0o644, at(1))), Some(Errno::EEXIST));
    fs.write("/link", "1", at(2)).unwrap();
    assert_eq!(fs.read("/d/target").unwrap(), "1");
    assert!(fs.lstat("/link").unwrap().is_symlink());
}

#[test]
fn an_error_names_the_path_as_it_was_given() {
    let (fs, ..) = empty(None);
    let error = fs.read("/a/../b//c").unwrap_err();
    assert_eq!((error.errno, error.path.as_str()), (Errno::ENOENT, "/a/../b//c"));
    fs.write("/a", "1", at(1)).unwrap();
    assert_eq!(fs.rename("/a", "/missing/a", at(1)).unwrap_err().path, "/missing/a");
    assert_eq!(fs.rename("/missing", "/b", at(1)).unwrap_err().path, "/missing");
    assert_eq!(fs.link("/a", "/a", at(1)).unwrap_err().path, "/a");
}

#[test]
fn missing_directories_are_made_on_the_way() {
    let (fs, ..) = empty(None);
    fs.mkdir_all("/a/b/../c/", 0o700, at(1)).unwrap();
    fs.mkdir_all("/a/c", 0o755, at(2)).unwrap();
    assert!(fs.exists("/a/b"), "as mkdir -p makes it");
    assert_eq!(fs.stat("/a/c").unwrap().mode, 0o700);
    fs.write("/file", "", at(3)).unwrap();
    assert_eq!(errno(fs.mkdir_all("/file", 0o755, at(3))), Some(Errno::EEXIST));
    assert_eq!(errno(fs.mkdir_all("/file/below", 0o755, at(3))), Some(Errno::ENOTDIR));
}
