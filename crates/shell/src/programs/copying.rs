//! Copying a file's contents piece by piece, and writes that do not fit.
//!
//! What is copied shares its memory with the original, holes stay holes, and between two pieces others get their turn
//! and the journal its time.

use bytes::Bytes;
use sandbox_fs::{Errno, FsError, Namespace, Timestamp};

use super::command::Run;

/// Bytes copied at a time.
const PIECE: u64 = 1 << 20;

/// Gives the file at `to` the contents of the one at `from`, making it where it is missing. What does not fit leaves
/// a part, as `cp` does.
pub(super) async fn copy_contents(run: &Run, from: &str, to: &str) -> Result<(), FsError> {
    let (files, now) = (run.files.reading_at(run.now()), || run.now());
    let len = files.stat(from)?.size;
    let extents = files.extents(from)?;
    if len <= PIECE && extents == [(0, len)] {
        let whole = files.read_range(from, 0, len)?;
        return match files.write(to, whole.clone(), now()) {
            Err(error) if error.errno == Errno::ENOSPC => {
                files.write(to, "", now())?;
                write_what_fits(&files, to, 0, &whole, now());
                Err(error)
            }
            written => written,
        };
    }
    files.write(to, "", now())?;
    for (start, extent) in extents {
        for at in (start..start + extent).step_by(PIECE as usize) {
            run.breathe().await;
            run.wait_for_journal().await;
            let piece = files.read_range(from, at, PIECE.min(start + extent - at))?;
            if let Err(error) = files.write_at(to, at, piece.clone(), now()) {
                write_what_fits(&files, to, at, &piece, now());
                return Err(error);
            }
        }
    }
    files.truncate(to, len, now())
}

/// A write that does not fit whole is done in part, as the system does it: by halves, until nothing fits any more.
/// Gives how many bytes were written.
pub(super) fn write_what_fits(files: &Namespace, path: &str, at: u64, bytes: &Bytes, now: Timestamp) -> u64 {
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
