//! What can go wrong, in the system's own words.

use std::fmt;

/// The error numbers of files, descriptors and processes, named as on Linux. The filesystem itself answers with those up to
/// `EMLINK`; the others belong to the kernel that numbers files and processes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "each variant is documented by its message")]
pub enum Errno {
    ENOENT,
    ENOTDIR,
    EISDIR,
    EEXIST,
    ENOTEMPTY,
    ELOOP,
    ENAMETOOLONG,
    EXDEV,
    ENOSPC,
    EFBIG,
    ENOMEM,
    EACCES,
    EPERM,
    EROFS,
    EBUSY,
    EINVAL,
    EMLINK,
    EBADF,
    EPIPE,
    ENXIO,
    ESPIPE,
    EAGAIN,
    EINTR,
    ESRCH,
    ECHILD,
    ENOEXEC,
    ENOTTY,
    EIO,
    EMFILE,
}

impl Errno {
    /// Every variant, for tables and tests.
    pub const ALL: [Errno; 29] = [
        Errno::ENOENT,
        Errno::ENOTDIR,
        Errno::EISDIR,
        Errno::EEXIST,
        Errno::ENOTEMPTY,
        Errno::ELOOP,
        Errno::ENAMETOOLONG,
        Errno::EXDEV,
        Errno::ENOSPC,
        Errno::EFBIG,
        Errno::ENOMEM,
        Errno::EACCES,
        Errno::EPERM,
        Errno::EROFS,
        Errno::EBUSY,
        Errno::EINVAL,
        Errno::EMLINK,
        Errno::EBADF,
        Errno::EPIPE,
        Errno::ENXIO,
        Errno::ESPIPE,
        Errno::EAGAIN,
        Errno::EINTR,
        Errno::ESRCH,
        Errno::ECHILD,
        Errno::ENOEXEC,
        Errno::ENOTTY,
        Errno::EIO,
        Errno::EMFILE,
    ];

    /// The symbolic name, such as `ENOENT`.
    pub fn name(self) -> &'static str {
        self.row().0
    }

    /// The number on Linux, such as 2 for `ENOENT`.
    pub fn code(self) -> i32 {
        self.row().1
    }

    /// A stable word for machines, such as `file_not_found`.
    pub fn reason(self) -> &'static str {
        self.row().2
    }

    /// The text of `strerror`, such as `No such file or directory`.
    pub fn message(self) -> &'static str {
        self.row().3
    }

    /// The error about `path`.
    pub fn at(self, path: impl Into<String>) -> FsError {
        FsError { errno: self, path: path.into() }
    }

    fn row(self) -> (&'static str, i32, &'static str, &'static str) {
        match self {
            Errno::ENOENT => ("ENOENT", 2, "file_not_found", "No such file or directory"),
            Errno::ENOTDIR => ("ENOTDIR", 20, "not_a_directory", "Not a directory"),
            Errno::EISDIR => ("EISDIR", 21, "is_a_directory", "Is a directory"),
            Errno::EEXIST => ("EEXIST", 17, "file_exists", "File exists"),
            Errno::ENOTEMPTY => ("ENOTEMPTY", 39, "directory_not_empty", "Directory not empty"),
            Errno::ELOOP => ("ELOOP", 40, "too_many_symlinks", "Too many levels of symbolic links"),
            Errno::ENAMETOOLONG => ("ENAMETOOLONG", 36, "name_too_long", "File name too long"),
            Errno::EXDEV => ("EXDEV", 18, "cross_device", "Invalid cross-device link"),
            Errno::ENOSPC => ("ENOSPC", 28, "no_space", "No space left on device"),
            Errno::EFBIG => ("EFBIG", 27, "file_too_large", "File too large"),
            Errno::ENOMEM => ("ENOMEM", 12, "out_of_memory", "Cannot allocate memory"),
            Errno::EACCES => ("EACCES", 13, "permission_denied", "Permission denied"),
            Errno::EPERM => ("EPERM", 1, "not_permitted", "Operation not permitted"),
            Errno::EROFS => ("EROFS", 30, "read_only", "Read-only file system"),
            Errno::EBUSY => ("EBUSY", 16, "busy", "Device or resource busy"),
            Errno::EINVAL => ("EINVAL", 22, "invalid_argument", "Invalid argument"),
            Errno::EMLINK => ("EMLINK", 31, "too_many_links", "Too many links"),
            Errno::EBADF => ("EBADF", 9, "bad_descriptor", "Bad file descriptor"),
            Errno::EPIPE => ("EPIPE", 32, "broken_pipe", "Broken pipe"),
            Errno::ENXIO => ("ENXIO", 6, "no_such_device", "No such device or address"),
            Errno::ESPIPE => ("ESPIPE", 29, "illegal_seek", "Illegal seek"),
            Errno::EAGAIN => ("EAGAIN", 11, "try_again", "Resource temporarily unavailable"),
            Errno::EINTR => ("EINTR", 4, "interrupted", "Interrupted system call"),
            Errno::ESRCH => ("ESRCH", 3, "no_such_process", "No such process"),
            Errno::ECHILD => ("ECHILD", 10, "no_child_processes", "No child processes"),
            Errno::ENOEXEC => ("ENOEXEC", 8, "exec_format_error", "Exec format error"),
            Errno::ENOTTY => ("ENOTTY", 25, "not_a_terminal", "Inappropriate ioctl for device"),
            Errno::EIO => ("EIO", 5, "input_output_error", "Input/output error"),
            Errno::EMFILE => ("EMFILE", 24, "too_many_open_files", "Too many open files"),
        }
    }
}

impl fmt::Display for Errno {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.message())
    }
}

/// An operation that failed, and left everything as it was.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{errno}")]
pub struct FsError {
    /// What went wrong.
    pub errno: Errno,
    /// The path as the caller gave it; for a change that could not be applied, the inode it is about.
    pub path: String,
}

impl FsError {
    /// The errno's stable word, such as `no_space`.
    pub fn reason(&self) -> &'static str {
        self.errno.reason()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_codes_and_reasons_are_unique() {
        let unique = |key: fn(Errno) -> String| {
            let mut keys: Vec<_> = Errno::ALL.iter().map(|e| key(*e)).collect();
            keys.sort();
            keys.dedup();
            keys.len()
        };
        assert_eq!(unique(|e| e.name().to_owned()), Errno::ALL.len());
        assert_eq!(unique(|e| e.code().to_string()), Errno::ALL.len());
        assert_eq!(unique(|e| e.reason().to_owned()), Errno::ALL.len());
    }

    #[test]
    fn an_error_reads_like_strerror() {
        let error = Errno::ENOENT.at("/a");
        assert_eq!(error.to_string(), "No such file or directory");
        assert_eq!((error.path.as_str(), error.reason()), ("/a", "file_not_found"));
    }
}
