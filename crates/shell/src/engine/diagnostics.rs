//! Makes the engine's error messages those of bash and coreutils.
//!
//! The engine adds hints for language models to `command not found`, and some of its commands print Rust's
//! name for an error before the reason. Neither is what the real tools print, and neither can be turned off.

use std::borrow::Cow;

const NOT_FOUND: &[u8] = b": command not found";
const IO_ERROR: &[u8] = b": io error: ";

/// No error message is longer; what is longer is somebody's data.
const MAX_MESSAGE: usize = 4096;

/// The hints that may follow `command not found`, by how they begin.
const HINTS: &[&[u8]] = &[
    b". Did you mean: ",
    b". Package managers are not available",
    b". All commands run without privilege",
    b". SSH requires the 'ssh' feature",
    b". Network access is limited",
    b". Container and service management",
    b". Compilers and build tools",
    b". Interactive editors are not available",
    b". Info pages are not available",
];

/// Cuts the hints where an error message went elsewhere: `2>&1`, `2> file`.
pub(crate) fn without_hints(bytes: &[u8]) -> Cow<'_, [u8]> {
    if bytes.len() > MAX_MESSAGE || find(bytes, NOT_FOUND).is_none() {
        return Cow::Borrowed(bytes);
    }
    as_real_tools_print(bytes)
}

/// `bytes` of standard error as the real tools would have written them.
pub(crate) fn as_real_tools_print(bytes: &[u8]) -> Cow<'_, [u8]> {
    if find(bytes, NOT_FOUND).is_none() && find(bytes, IO_ERROR).is_none() {
        return Cow::Borrowed(bytes);
    }
    let mut out = Vec::with_capacity(bytes.len());
    for line in bytes.split_inclusive(|byte| *byte == b'\n') {
        push_line(&mut out, line);
    }
    Cow::Owned(out)
}

fn push_line(out: &mut Vec<u8>, line: &[u8]) {
    if let Some(at) = find(line, NOT_FOUND) {
        let (message, rest) = line.split_at(at + NOT_FOUND.len());
        if HINTS.iter().any(|hint| rest.starts_with(hint)) {
            out.extend_from_slice(message);
            if rest.ends_with(b"\n") {
                out.push(b'\n');
            }
            return;
        }
    }
    if let Some(at) = find(line, IO_ERROR) {
        out.extend_from_slice(&line[..at]);
        out.extend_from_slice(b": ");
        out.extend_from_slice(&line[at + IO_ERROR.len()..]);
        return;
    }
    out.extend_from_slice(line);
}

fn find(haystack: &[u8], needle: &[u8]) -> Option<usize> {
    haystack.windows(needle.len()).position(|window| window == needle)
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
            clean("mv: cannot move 'a': io error: No such file or directory\n"),
            "mv: cannot move 'a': No such file or directory\n"
        );
    }

    #[test]
    fn everything_else_stays() {
        for text in ["", "plain", "x: command not found\n", "x: command not found. Really.\n", "\u{fffd}\n"] {
            assert_eq!(clean(text), text);
        }
    }
}
