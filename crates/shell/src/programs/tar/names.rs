//! Names of members: which are meant, how they are cut and shown.

use crate::programs::glob::{self, Rules};
use crate::programs::quoting::value;

/// What must not stand before a member's name: a slash, and everything up to the last `..`.
pub(super) fn unsafe_prefix(name: &str) -> usize {
    let up = match name.rfind("../") {
        Some(at) if at == 0 || name.as_bytes()[at - 1] == b'/' => at + 3,
        _ if name == ".." || name.ends_with("/..") => name.len(),
        _ => 0,
    };
    up + name[up..].bytes().take_while(|byte| *byte == b'/').count()
}

/// The name without its first parts; `None` where nothing is left.
pub(super) fn stripped(name: &str, parts: usize) -> Option<&str> {
    let mut rest = name.trim_start_matches('/');
    for _ in 0..parts {
        rest = rest.split_once('/')?.1.trim_start_matches('/');
    }
    (!rest.is_empty()).then_some(rest)
}

/// Whether a pattern of `--exclude` means that name: the whole, or what comes after one of its slashes.
pub(super) fn excluded<'a>(mut patterns: impl Iterator<Item = &'a str>, name: &str) -> bool {
    let name = name.trim_end_matches('/');
    let tails = || std::iter::once(name).chain(name.match_indices('/').map(|(at, _)| &name[at + 1..]));
    patterns.any(|pattern| {
        let pattern = pattern.trim_end_matches('/');
        tails().any(|tail| {
            // Also what is in a directory that is meant.
            let mut heads = tail.match_indices('/').map(|(at, _)| &tail[..at]).chain([tail]);
            heads.any(|head| glob::matches(pattern, head, Rules::default()))
        })
    })
}

/// Whether an operand means that member: itself, or the directory that it is in.
pub(super) fn is_meant(operand: &str, name: &str, wildcards: bool) -> bool {
    let (operand, name) = (operand.trim_end_matches('/'), name.trim_end_matches('/'));
    if wildcards {
        let mut heads = name.match_indices('/').map(|(at, _)| &name[..at]).chain([name]);
        return heads.any(|head| glob::matches(operand, head, Rules::default()));
    }
    name.strip_prefix(operand).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// A name as it is shown: with escapes.
pub(super) fn shown(name: &str) -> String {
    let escaped = value(name);
    escaped[1..escaped.len() - 1].replace("\\'", "'")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_cut_and_matched() {
        for (name, prefix) in [("a/b", 0), ("/a", 1), ("../a", 3), ("d/../d/a", 5), ("a..", 0), ("..", 2)] {
            assert_eq!(unsafe_prefix(name), prefix, "{name}");
        }
        assert_eq!((stripped("a/b/c", 1), stripped("a", 1), stripped("a/", 1)), (Some("b/c"), None, None));
        assert!(excluded(["*.o"].into_iter(), "d/a.o") && excluded(["d/e"].into_iter(), "x/d/e/f"));
        assert!(!excluded(["e"].into_iter(), "d/ee"));
        assert!(is_meant("d", "d/a", false) && !is_meant("d", "da", false) && is_meant("d/*b", "d/b", true));
        assert_eq!(shown("a\nb"), "a\\nb");
    }
}
