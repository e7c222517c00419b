//! `mv` from one filesystem to another: copy everything, then remove the original.

use sandbox_fs::{FsError, Kind, Namespace, Timestamp};

/// Moves `from` to `to` where a rename cannot reach. On failure the original is whole and what was copied is
/// gone again.
pub(crate) fn move_across(files: &Namespace, from: &str, to: &str, now: Timestamp) -> Result<(), FsError> {
    // mv replaces a file, and never a directory that holds something.
    match files.lstat(to).map(|stat| stat.kind) {
        Ok(Kind::Directory) => files.rmdir(to, now)?,
        Ok(Kind::File | Kind::Symlink) => files.unlink(to, now)?,
        Err(_) => {}
    }
    if let Err(error) = copy_tree(files, from, to, now) {
        let _ = files.remove_all(to, now);
        return Err(error);
    }
    files.remove_all(from, now)
}

fn copy_tree(files: &Namespace, from: &str, to: &str, now: Timestamp) -> Result<(), FsError> {
    let stat = files.lstat(from)?;
    match stat.kind {
        Kind::Symlink => return files.symlink(&files.read_link(from)?, to, now),
        Kind::File => {
            let content = files.read(from)?;
            files.write(to, content, now)?;
        }
        Kind::Directory => {
            files.mkdir(to, 0o755, now)?;
            for entry in files.read_dir(from)? {
                copy_tree(files, &format!("{from}/{}", entry.name), &format!("{to}/{}", entry.name), now)?;
            }
        }
    }
    files.chmod(to, stat.mode, now)?;
    files.set_times(to, Some(stat.atime), Some(stat.mtime), now)
}
