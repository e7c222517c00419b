//! What can be wrong with a path in a sandbox or volume: the errno of the filesystem as the files routes tell it.

use super::ErrorKind;

/// Why an operation on a file failed. The backend makes it from the filesystem's errno.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileProblem {
    /// `ENOENT`
    NotFound,
    /// `ENOTDIR`
    NotADirectory,
    /// `EISDIR`
    IsADirectory,
    /// `EEXIST`
    Exists,
    /// `ENOTEMPTY`
    NotEmpty,
    /// `ENOSPC`
    NoSpace,
    /// `ELOOP`
    TooManyLinksFollowed,
    /// `ENAMETOOLONG`
    NameTooLong,
    /// `EXDEV`
    OtherDevice,
    /// `EACCES`, `EPERM`
    NotPermitted,
    /// `EROFS`
    ReadOnly,
    /// `EBUSY`
    Busy,
    /// `EINVAL`
    InvalidArgument,
    /// `EMLINK`
    TooManyLinks,
    /// `ENOMEM`
    NoMemory,
}

impl FileProblem {
    /// Every problem.
    pub const ALL: [FileProblem; 15] = [
        FileProblem::NotFound,
        FileProblem::NotADirectory,
        FileProblem::IsADirectory,
        FileProblem::Exists,
        FileProblem::NotEmpty,
        FileProblem::NoSpace,
        FileProblem::TooManyLinksFollowed,
        FileProblem::NameTooLong,
        FileProblem::OtherDevice,
        FileProblem::NotPermitted,
        FileProblem::ReadOnly,
        FileProblem::Busy,
        FileProblem::InvalidArgument,
        FileProblem::TooManyLinks,
        FileProblem::NoMemory,
    ];

    /// The words of Linux for it.
    pub fn text(self) -> &'static str {
        match self {
            FileProblem::NotFound => "No such file or directory",
            FileProblem::NotADirectory => "Not a directory",
            FileProblem::IsADirectory => "Is a directory",
            FileProblem::Exists => "File exists",
            FileProblem::NotEmpty => "Directory not empty",
            FileProblem::NoSpace => "No space left on device",
            FileProblem::TooManyLinksFollowed => "Too many levels of symbolic links",
            FileProblem::NameTooLong => "File name too long",
            FileProblem::OtherDevice => "Invalid cross-device link",
            FileProblem::NotPermitted => "Permission denied",
            FileProblem::ReadOnly => "Read-only file system",
            FileProblem::Busy => "Device or resource busy",
            FileProblem::InvalidArgument => "Invalid argument",
            FileProblem::TooManyLinks => "Too many links",
            FileProblem::NoMemory => "Cannot allocate memory",
        }
    }

    pub(super) fn kind(self) -> ErrorKind {
        match self {
            FileProblem::NotFound => ErrorKind::FileNotFound,
            FileProblem::NotADirectory => ErrorKind::NotADirectory,
            FileProblem::IsADirectory => ErrorKind::IsADirectory,
            FileProblem::Exists => ErrorKind::FileExists,
            FileProblem::NotEmpty => ErrorKind::DirectoryNotEmpty,
            FileProblem::NoSpace => ErrorKind::NoSpace,
            FileProblem::TooManyLinksFollowed => ErrorKind::TooManySymlinks,
            FileProblem::NameTooLong => ErrorKind::NameTooLong,
            FileProblem::OtherDevice => ErrorKind::CrossDevice,
            FileProblem::NotPermitted => ErrorKind::PermissionDenied,
            FileProblem::ReadOnly => ErrorKind::ReadOnly,
            FileProblem::Busy => ErrorKind::Busy,
            FileProblem::InvalidArgument => ErrorKind::InvalidArgument,
            FileProblem::TooManyLinks => ErrorKind::TooManyLinks,
            FileProblem::NoMemory => ErrorKind::NoMemory,
        }
    }
}
