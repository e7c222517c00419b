//! Paths: where a volume may be mounted, and which file a call means.

use serde::Deserialize;

use crate::assumptions::{MAX_PATH_BYTES, MAX_PATH_PART_BYTES, RESERVED_MOUNT_PATHS, RESERVED_MOUNT_TREES};
use crate::errors::{Error, ShownValue};

/// An absolute path where a volume may be mounted, without `.`, `..`, doubled or trailing slashes.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(try_from = "String")]
pub struct MountPath(String);

impl MountPath {
    /// Checks a path and brings it to its plain form. The field of the error is `volumes` unless [`Error::at`] says
    /// otherwise.
    pub fn parse(text: &str) -> Result<Self, Error> {
        match plain_mount_path(text) {
            Ok(path) => Ok(MountPath(path)),
            Err(rule) => Err(Error::InvalidMountPath {
                field: "volumes".to_owned(),
                rule,
                value: ShownValue::from(text),
            }),
        }
    }
}

super::text_value!(MountPath);

fn plain_mount_path(text: &str) -> Result<String, &'static str> {
    if !text.starts_with('/') {
        return Err("it must be absolute");
    }
    if text.len() > MAX_PATH_BYTES {
        return Err("it must be at most 4096 bytes long");
    }
    if text.contains('\0') {
        return Err("it must not hold a NUL");
    }
    let parts: Vec<&str> = text.split('/').filter(|part| !part.is_empty() && *part != ".").collect();
    if parts.contains(&"..") {
        return Err("it must not hold ..");
    }
    if parts.iter().any(|part| part.len() > MAX_PATH_PART_BYTES) {
        return Err("each part must be at most 255 bytes long");
    }
    let plain = format!("/{}", parts.join("/"));
    let in_tree =
        |tree: &str| plain.strip_prefix(tree).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
    if RESERVED_MOUNT_TREES.into_iter().any(in_tree) {
        return Err("/proc, /sys, /dev and all below them belong to the system");
    }
    if RESERVED_MOUNT_PATHS.contains(&plain.as_str()) {
        return Err("/, /bin, /sbin, /lib, /lib64, /usr and /etc belong to the image");
    }
    Ok(plain)
}

/// The absolute path of a file or directory, as it was given: `..` after a symbolic link is the filesystem's affair.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(try_from = "String")]
pub struct FilePath(String);

impl FilePath {
    /// Checks a path. The field of the error is `path` unless [`Error::at`] says otherwise.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let rule = if !text.starts_with('/') {
            "an absolute path"
        } else if text.len() > MAX_PATH_BYTES {
            "a path of at most 4096 bytes"
        } else if text.contains('\0') {
            "a path without NUL"
        } else {
            return Ok(FilePath(text.to_owned()));
        };
        Err(Error::InvalidPath { field: "path".to_owned(), rule, value: ShownValue::from(text) })
    }
}

super::text_value!(FilePath);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mount_paths_become_plain() {
        for (text, plain) in [
            ("/workspace", "/workspace"),
            ("//workspace///x/./", "/workspace/x"),
            ("/etc/postgresql", "/etc/postgresql"),
            ("/procedures", "/procedures"),
            ("/..a", "/..a"),
        ] {
            assert_eq!(MountPath::parse(text).unwrap().as_str(), plain);
        }
    }

    #[test]
    fn mount_paths_that_are_refused() {
        let long_part = format!("/{}", "x".repeat(256));
        let long = "/x".repeat(2_049);
        for bad in [
            "",
            "workspace",
            "./x",
            "/",
            "//",
            "/.",
            "/a/../b",
            "/..",
            "/a\0",
            "/proc",
            "/proc/1",
            "//sys/",
            "/dev/shm",
            "/bin",
            "/usr/",
            "/./etc",
            &long_part,
            &long,
        ] {
            let error = MountPath::parse(bad).unwrap_err();
            assert_eq!((error.status(), error.reason()), (400, "invalid_mount_path"), "{bad}");
        }
    }

    #[test]
    fn file_paths() {
        for good in ["/", "/a/../b", "/a//b/"] {
            assert_eq!(FilePath::parse(good).unwrap().as_str(), good);
        }
        for bad in ["", "a", "/a\0", &"/x".repeat(2_049)] {
            assert_eq!(FilePath::parse(bad).unwrap_err().reason(), "invalid_path");
        }
    }
}
