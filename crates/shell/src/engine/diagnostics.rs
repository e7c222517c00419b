//! Makes the engine's error messages those of bash and coreutils.
//!
//! The engine adds hints for language models to `command not found`, and some of its commands print Rust's
//! name for an error before the reason. Neither is what the real tools print, and neither can be turned off. (A
//! resolver of the engine's could answer for what is not found, but it is not told the line number.)

use std::borrow::Cow;
use std::sync::LazyLock;

use regex::bytes::{NoExpand, Regex};

/// No error message is longer; what is longer is somebody's data.
const MAX_MESSAGE: usize = 4096;

/// The end of a line from `command not found` on, where a hint follows, known by how it begins.
static HINT: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let hints = [
        "Did you mean: ",
        "Package managers are not available",
        "All commands run without privilege",
        "SSH requires the 'ssh' feature",
        "Network access is limited",
        "Container and service management",
        "Compilers and build tools",
        "Interactive editors are not available",
        "Info pages are not available",
    ];
    Regex::new(&format!(r"(?-u): command not found\. (?:{})[^\n]*", hints.join("|"))).ok()
});

/// Cuts the hints where an error message went elsewhere: `2>&1`, `2> file`.
pub(crate) fn without_hints(bytes: &[u8]) -> Cow<'_, [u8]> {
    if bytes.len() > MAX_MESSAGE { Cow::Borrowed(bytes) } else { cut_hints(bytes) }
}

fn cut_hints(bytes: &[u8]) -> Cow<'_, [u8]> {
    match &*HINT {
        Some(hint) => hint.replace_all(bytes, NoExpand(b": command not found")),
        None => Cow::Borrowed(bytes),
    }
}

/// `bytes` of standard error as the real tools would have written them.
pub(crate) fn as_real_tools_print(bytes: &[u8]) -> Cow<'_, [u8]> {
    static IO_ERROR: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new("(?-u): io error: ").ok());
    let bytes = cut_hints(bytes);
    match &*IO_ERROR {
        Some(words) if words.is_match(&bytes) => {
            Cow::Owned(words.replace_all(&bytes, NoExpand(b": ")).into_owned())
        }
        _ => bytes,
    }
}

#[cfg(test)]
mod tests {
    use super::as_real_tools_print;

    fn clean(text: &str) -> String {
        String::from_utf8(as_real_tools_print(text.as_bytes()).into_owned()).unwrap()
    }

    #[test]
    fn hints_are_cut() {
        assert_eq!(
            clean("bash: line 1: grpe: command not found. Did you mean: grep?\nnext\n"),
            "bash: line 1: grpe: command not found\nnext\n"
        );
        assert_eq!(
            clean(
                "bash: line 1: npm: command not found. Package managers are not available in the sandbox.\n"
            ),
            "bash: line 1: npm: command not found\n"
        );
    }

    #[test]
    fn rusts_words_are_cut() {
        assert_eq!(
            clean("mv: cannot move 'a': io error: No such file or directory\nx: io error: y"),
            "mv: cannot move 'a': No such file or directory\nx: y"
        );
    }

    #[test]
    fn everything_else_stays() {
        for text in ["", "plain", "x: command not found\n", "x: command not found. Really.\n", "\u{fffd}\n"] {
            assert_eq!(clean(text), text);
        }
    }
}
