//! Copying a file's contents piece by piece, `mv` from one filesystem to another, which is a copy, and writes that do
//! not fit.
//!
//! What is copied shares its memory with the original, holes stay holes, and between two pieces the event loop gets
//! its turn and the journal its time.

use bytes::Bytes;
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use sandbox_fs::{FsError, Kind, Namespace, Timestamp};

use super::turns::pause;
use crate::shell::Sandbox;

/// Bytes copied at a time.
const PIECE: usize = 1 << 20;

/// Gives the file at `to` the contents of the one at `from`, making it where it is missing. What does not fit leaves
/// a part, as `cp` does, unless it is small.
pub(crate) async fn copy_contents(sandbox: &Sandbox, from: &str, to: &str) -> Result<(), FsError> {
    let (files, now) = (&sandbox.namespace, || sandbox.host.now());
    let len = files.stat(from)?.size;
    let extents = files.extents(from)?;
    if let [(0, whole)] = &extents[..]
        && whole.len() <= PIECE
        && whole.len() as u64 == len
    {
        return files.write(to, whole.clone(), now());
    }
    files.write(to, "", now())?;
    for (offset, data) in extents {
        for at in (0..data.len()).step_by(PIECE) {
            pause().await;
            sandbox.wait_for_journal().await;
            let piece = data.slice(at..data.len().min(at + PIECE));
            files.write_at(to, offset + at as u64, piece, now())?;
        }
    }
    files.truncate(to, len, now())
}

/// A write that does not fit whole is done in part, as the system does it: by halves, until nothing fits any more.
/// Gives how many bytes were written.
pub(crate) fn write_what_fits(files: &Namespace, path: &str, at: u64, bytes: &Bytes, now: Timestamp) -> u64 {
    let (mut done, mut step) = (0, bytes.len() / 2);
    while step > 0 && done < bytes.len() {
        let end = bytes.len().min(done + step);
        match files.write_at(path, at + done as u64, bytes.slice(done..end), now) {
            Ok(()) => done = end,
            Err(_) => step /= 2,
        }
    }
    done as u64
}

/// Moves `from` to `to` where a rename cannot reach. On failure the original is whole and what was copied is
/// gone again.
pub(crate) async fn move_across(sandbox: &Sandbox, from: &str, to: &str) -> Result<(), FsError> {
    let (files, now) = (&sandbox.namespace, sandbox.host.now());
    // mv replaces a file, and never a directory that holds something.
    match files.lstat(to).map(|stat| stat.kind) {
        Ok(Kind::Directory) => files.rmdir(to, now)?,
        Ok(Kind::File | Kind::Symlink) => files.unlink(to, now)?,
        Err(_) => {}
    }
    if let Err(error) = copy_tree(sandbox, from.to_owned(), to.to_owned()).await {
        let _ = files.remove_all(to, now);
        return Err(error);
    }
    files.remove_all(from, now)
}

fn copy_tree(sandbox: &Sandbox, from: String, to: String) -> BoxFuture<'_, Result<(), FsError>> {
    async move {
        let (files, now) = (&sandbox.namespace, sandbox.host.now());
        let stat = files.lstat(&from)?;
        match stat.kind {
            Kind::Symlink => return files.symlink(&files.read_link(&from)?, &to, now),
            Kind::File => copy_contents(sandbox, &from, &to).await?,
            Kind::Directory => {
                files.mkdir(&to, 0o755, now)?;
                for entry in files.read_dir(&from)? {
                    let name = entry.name;
                    copy_tree(sandbox, format!("{from}/{name}"), format!("{to}/{name}")).await?;
                }
            }
        }
        files.chmod(&to, stat.mode, now)?;
        files.set_times(&to, Some(stat.atime), Some(stat.mtime), now)
    }
    .boxed()
}
