//! Errors of the filesystem as the engine carries them: the kind it looks at, the text it prints.

use std::io::{Error, ErrorKind};

use sandbox_fs::{Errno, FsError};

/// A filesystem error for the engine.
pub(crate) fn io_error(error: FsError) -> bashkit::Error {
    errno(error.errno)
}

/// An error number for the engine, with the text that `strerror` gives for it.
pub(crate) fn errno(errno: Errno) -> bashkit::Error {
    Error::new(kind(errno), errno.message()).into()
}

/// The error of opening a device that has nothing behind it.
pub(crate) fn no_device() -> bashkit::Error {
    Error::other("No such device or address").into()
}

fn kind(errno: Errno) -> ErrorKind {
    match errno {
        Errno::ENOENT => ErrorKind::NotFound,
        Errno::ENOTDIR => ErrorKind::NotADirectory,
        Errno::EISDIR => ErrorKind::IsADirectory,
        Errno::EEXIST => ErrorKind::AlreadyExists,
        Errno::ENOTEMPTY => ErrorKind::DirectoryNotEmpty,
        Errno::EXDEV => ErrorKind::CrossesDevices,
        Errno::ENOSPC => ErrorKind::StorageFull,
        Errno::EACCES | Errno::EPERM => ErrorKind::PermissionDenied,
        Errno::EROFS => ErrorKind::ReadOnlyFilesystem,
        Errno::EBUSY => ErrorKind::ResourceBusy,
        Errno::EINVAL | Errno::ENAMETOOLONG => ErrorKind::InvalidInput,
        Errno::EMLINK => ErrorKind::TooManyLinks,
        Errno::EFBIG => ErrorKind::FileTooLarge,
        Errno::ENOMEM => ErrorKind::OutOfMemory,
        Errno::ELOOP => ErrorKind::Other,
    }
}
