//! Expansions, assignments and arithmetic beside the machine's own bash: what scripts print, what they complain about,
//! and how they end.

mod world;

use world::{ours, theirs};

/// Scripts, one a line; `¶` stands for a newline. `p` prints its arguments in angle brackets.
const CASES: &str = include_str!("expansions/expansions.cases");

const PRINT: &str = "p() { [ $# = 0 ] || printf '<%s>' \"$@\"; printf '\\n'; }; \
    touch() { : > \"$1\"; }; ";

#[test]
fn expansions_are_those_of_bash() {
    let only = std::env::var("CASE").unwrap_or_default();
    let cases =
        std::env::var("CASES").map_or(CASES.to_owned(), |path| std::fs::read_to_string(path).unwrap());
    let mut wrong = Vec::new();
    for case in
        cases.lines().filter(|line| !line.is_empty() && !line.starts_with("# ") && line.contains(&only))
    {
        let script = format!("{PRINT}{}", case.replace('¶', "\n"));
        let (ours, theirs) = (ours(&script), theirs(&script));
        if ours != theirs {
            wrong.push(format!("{case}\n  ours:   {ours:?}\n  theirs: {theirs:?}"));
        }
    }
    assert!(wrong.is_empty(), "{} differ\n{}", wrong.len(), wrong.join("\n"));
}
