//! Opening by path: files of the tree, devices, files that are made, descriptors by their names.

use std::sync::Arc;

use bytes::Bytes;
use sandbox_fs::{Errno, Kind, Namespace, OpenFlags};

use crate::description::Description;
use crate::descriptors::Descriptors;
use crate::device::{Device, OWN_TERMINAL};
use crate::proc::{descriptor_of, terminal_number};
use crate::process::Process;

/// Opens what a process calls `path`. `mode` is that of a file which is made, before the umask.
///
/// # Errors
///
/// Those of `open(2)`: `ENOENT`, `EACCES`, `EISDIR`, …; `ENXIO` for `/dev/tty` without a terminal, and for a device that
/// nothing drives.
pub fn open(
    process: &Process,
    descriptors: &Descriptors,
    path: &str,
    flags: OpenFlags,
    mode: u32,
) -> Result<Arc<Description>, Errno> {
    let path = process.absolute(path);
    if path.starts_with("/dev/") || path.starts_with("/proc/") {
        if let Some(number) = descriptor_number(&path) {
            return descriptors.get(number).cloned().map_err(|_| Errno::ENOENT);
        }
        process.show_descriptors(descriptors);
    }
    let files = process.files();
    let file = match files.open(&path, flags, mode, process.kernel.host.now()) {
        Ok(file) => file,
        Err(error) if error.errno == Errno::ENXIO => return open_made(process, &files, path),
        Err(error) => return Err(error.errno),
    };
    let stat = file.stat().map_err(|error| error.errno)?;
    match stat.kind {
        Kind::Directory if flags.has(OpenFlags::WRITE) => Err(Errno::EISDIR),
        Kind::Fifo => {
            Ok(Description::named_pipe(&process.kernel.named_pipe((stat.dev, stat.ino)), file, path))
        }
        Kind::Device => open_device(process, stat.rdev, path, flags),
        _ => Ok(Description::file(file, path)),
    }
}

fn open_device(
    process: &Process,
    numbers: (u32, u32),
    path: String,
    flags: OpenFlags,
) -> Result<Arc<Description>, Errno> {
    if numbers == OWN_TERMINAL {
        let terminal = process.kernel.terminal_of(process.session()).ok_or(Errno::ENXIO)?;
        return Ok(Description::terminal(terminal));
    }
    let device = Device::of(numbers).ok_or(Errno::ENXIO)?;
    Ok(Description::device(device, flags.has(OpenFlags::READ), flags.has(OpenFlags::WRITE), path))
}

/// Opens a file that is in no tree: one of `/proc`, a terminal, what another process has open.
fn open_made(process: &Process, files: &Namespace, path: String) -> Result<Arc<Description>, Errno> {
    let ino = files.made(&path).map_err(|error| error.errno)?.ok_or(Errno::ENXIO)?;
    if let Some(number) = terminal_number(ino) {
        return process.kernel.terminal(number).map(Description::terminal).ok_or(Errno::ENXIO);
    }
    if let Some((pid, number)) = descriptor_of(ino) {
        let owner = process.kernel.process(pid).ok_or(Errno::ENOENT)?;
        let shown = owner.shown_descriptors().into_iter().find(|shown| shown.number == number);
        return shown.and_then(|shown| shown.description.upgrade()).ok_or(Errno::ENOENT);
    }
    let stat = files.stat(&path).map_err(|error| error.errno)?;
    let contents = match stat.kind {
        Kind::Directory => Bytes::new(),
        _ => files.made_contents(ino)?,
    };
    Ok(Description::made_file(contents, path, stat))
}

/// The descriptor that a path names: `/dev/fd/3`, `/dev/stdin`, `/proc/self/fd/1`.
pub fn descriptor_number(path: &str) -> Option<i32> {
    match path {
        "/dev/stdin" => Some(0),
        "/dev/stdout" => Some(1),
        "/dev/stderr" => Some(2),
        path => path.strip_prefix("/dev/fd/").or_else(|| path.strip_prefix("/proc/self/fd/"))?.parse().ok(),
    }
}
