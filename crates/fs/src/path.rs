//! The rules for names and paths, before anything is looked up.

use crate::Errno;

/// The longest name, in bytes.
pub const NAME_MAX: usize = 255;

/// The longest path or link target, in bytes, with the NUL that ends it on Linux: one byte less may be given.
pub const PATH_MAX: usize = 4096;

/// Checks what can be told from an absolute path alone.
pub(crate) fn check_path(path: &str) -> Result<(), Errno> {
    check_text(path)?;
    if path.starts_with('/') { Ok(()) } else { Err(Errno::EINVAL) }
}

/// Checks the text of a symbolic link, which may be relative.
pub(crate) fn check_target(target: &str) -> Result<(), Errno> {
    check_text(target)
}

fn check_text(text: &str) -> Result<(), Errno> {
    if text.is_empty() {
        Err(Errno::ENOENT)
    } else if text.len() >= PATH_MAX {
        Err(Errno::ENAMETOOLONG)
    } else if text.contains('\0') {
        Err(Errno::EINVAL)
    } else {
        Ok(())
    }
}

/// Checks a name that a directory is to hold. Paths are split before, so only a damaged record fails here.
pub(crate) fn check_name(name: &str) -> Result<(), Errno> {
    if name.len() > NAME_MAX {
        Err(Errno::ENAMETOOLONG)
    } else if matches!(name, "" | "." | "..") || name.contains(['/', '\0']) {
        Err(Errno::EINVAL)
    } else {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_path_has_4095_bytes() {
        let path = |len: usize| "/a".repeat(len / 2) + if len % 2 == 1 { "b" } else { "" };
        assert_eq!(check_path(&path(PATH_MAX - 1)), Ok(()));
        assert_eq!(check_path(&path(PATH_MAX)), Err(Errno::ENAMETOOLONG));
    }

    #[test]
    fn paths_are_absolute_and_without_nul() {
        assert_eq!(check_path(""), Err(Errno::ENOENT));
        assert_eq!(check_path("a"), Err(Errno::EINVAL));
        assert_eq!(check_path("/a\0b"), Err(Errno::EINVAL));
        assert_eq!(check_target("../a"), Ok(()));
    }

    #[test]
    fn names_are_one_component() {
        assert_eq!(check_name(&"é".repeat(127)), Ok(()));
        assert_eq!(check_name(&"é".repeat(128)), Err(Errno::ENAMETOOLONG));
        for name in ["", ".", "..", "a/b", "a\0"] {
            assert_eq!(check_name(name), Err(Errno::EINVAL), "{name:?}");
        }
    }
}
