//! Opening by path: files of the tree, devices, files that are made, descriptors by their names.

use std::sync::Arc;

use bytes::Bytes;
use sandbox_fs::{Errno, Kind, OpenFlags};

use crate::description::Description;
use crate::descriptors::Descriptors;
use crate::device::{Device, generated};
use crate::process::Process;

/// Opens what a process calls `path`. `mode` is that of a file which is made, before the umask.
///
/// # Errors
///
/// Those of `open(2)`: `ENOENT`, `EACCES`, `EISDIR`, …; `ENXIO` for `/dev/tty` without a terminal.
pub fn open(
    process: &Process,
    descriptors: &Descriptors,
    path: &str,
    flags: OpenFlags,
    mode: u32,
) -> Result<Arc<Description>, Errno> {
    let path = process.absolute(path);
    if path.starts_with("/dev/") || path.starts_with("/proc/") || path.starts_with("/etc/") {
        let path = normal(&path);
        if let Some(opened) = special(process, descriptors, &path, flags)? {
            return Ok(opened);
        }
    }
    let files = process.files();
    let file = files.open(&path, flags, mode, process.kernel.host.now()).map_err(|error| error.errno)?;
    if file.stat().is_ok_and(|stat| stat.kind == Kind::Directory) && flags.has(OpenFlags::WRITE) {
        return Err(Errno::EISDIR);
    }
    Ok(Description::file(file, path))
}

fn special(
    process: &Process,
    descriptors: &Descriptors,
    path: &str,
    flags: OpenFlags,
) -> Result<Option<Arc<Description>>, Errno> {
    if let Some(number) = descriptor_number(path) {
        return Ok(Some(Arc::clone(descriptors.get(number).map_err(|_| Errno::ENOENT)?)));
    }
    let (reads, writes) = (flags.has(OpenFlags::READ), flags.has(OpenFlags::WRITE));
    if let Some(device) = Device::at(path) {
        return Ok(Some(Description::device(device, reads, writes, path.to_owned())));
    }
    if path == "/dev/tty" {
        let terminal = process.kernel.terminal_of(process.session()).ok_or(Errno::ENXIO)?;
        return Ok(Some(Description::terminal(terminal)));
    }
    if let Some(number) = path.strip_prefix("/dev/pts/").and_then(|number| number.parse().ok()) {
        return Ok(process.kernel.terminal(number).map(Description::terminal));
    }
    match generated(process, path) {
        Some(_) if writes && path.starts_with("/proc/") => Err(Errno::EACCES),
        Some(contents) if !writes => Ok(Some(Description::made(Bytes::from(contents), path.to_owned()))),
        Some(contents) if !flags.has(OpenFlags::TRUNCATE) => {
            write_down(process, path, contents)?;
            Ok(None)
        }
        _ => Ok(None),
    }
}

/// Makes a file of the tree of what was only made when it was read.
fn write_down(process: &Process, path: &str, contents: Vec<u8>) -> Result<(), Errno> {
    let now = process.kernel.host.now();
    process.files().write(path, contents, now).map_err(|error| error.errno)
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

/// An absolute path without empty parts, `.` and `..`, by its text alone.
fn normal(path: &str) -> String {
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    format!("/{}", parts.join("/"))
}
