//! What the engine's builder has no option for, put before a script's first command.
//!
//! A run of its own for this command would cost as much as a short script. They share a line with the first
//! command, so that every line keeps its number; and the engine runs no command of a line that has a syntax error, so
//! that such a script fails as it would alone.

/// No preparation is longer.
pub(super) const MAX_BYTES: usize = 128;

/// `script` with `$RANDOM` following `seed`, with the user ids, which bash does not export, out of the environment, and
/// with the variables that bash has without a login; `given` are those of the environment.
pub(super) fn prepared(script: &str, seed: u64, given: &dyn Fn(&str) -> bool) -> String {
    let at = first_command(script);
    let user = if given("USER") { "" } else { "unset USER; " };
    let term = if given("TERM") { "" } else { "TERM=dumb; " };
    // The space keeps a script that begins with `;` from ending a `case`.
    format!("{}declare +x UID EUID RANDOM={}; {user}{term}{}", &script[..at], seed >> 33, &script[at..])
}

/// Where the first line begins that is neither empty nor a comment.
fn first_command(script: &str) -> usize {
    let mut at = 0;
    for line in script.split_inclusive('\n') {
        let text = line.trim_start_matches([' ', '\t']);
        if !line.ends_with('\n') || !(text == "\n" || text.starts_with('#')) {
            break;
        }
        at += line.len();
    }
    at
}

#[cfg(test)]
mod tests {
    use super::*;

    const PREPARATION: &str = "declare +x UID EUID RANDOM=1; unset USER; TERM=dumb; ";

    #[test]
    fn the_first_command_shares_its_line() {
        for (before, after) in [
            ("", ""),
            ("", "echo a\necho b"),
            ("\n \t\n# why\n", "  echo a\n"),
            ("#!/bin/bash\n", "echo a"),
            ("", "# only a comment"),
            ("\n", ""),
        ] {
            assert_eq!(
                prepared(&format!("{before}{after}"), 1 << 33, &|_| false),
                format!("{before}{PREPARATION}{after}")
            );
        }
        assert!(prepared("", u64::MAX, &|_| false).len() <= MAX_BYTES);
    }
}
