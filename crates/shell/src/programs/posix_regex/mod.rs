//! POSIX regular expressions with GNU's extensions, on bytes: translated for the `regex` crate, and where they refer
//! back to a group for `fancy-regex`.
//!
//! Of several alternatives [`Pattern`] takes the first that fits, where POSIX takes the longest; [`Automaton`] finds it.

mod automaton;
mod bracket;
mod finder;
mod translate;

use sandbox_kernel::Pace;

use super::byte_regex::Backtracking;
pub(super) use automaton::Automaton;
pub(super) use finder::{Finder, GroupFinder};
pub(super) use translate::{Translated, translate};

/// How a pattern is read.
#[derive(Clone, Copy, Default)]
pub(super) struct Syntax {
    /// As `egrep` reads it.
    pub(super) extended: bool,
    pub(super) ignore_case: bool,
    /// `^` and `$` also fit around newlines inside.
    pub(super) multiline: bool,
    /// As `grep` reads it, whose lines end with this byte: nothing in the pattern fits the byte, `^` and `$` fit
    /// beside it, and what other tools refuse as nonsense is a letter or nothing.
    pub(super) line_end: Option<u8>,
}

/// A compiled pattern.
pub(super) struct Pattern {
    matcher: Matcher,
    /// How many groups it has.
    pub(super) groups: usize,
}

enum Matcher {
    Plain(regex::bytes::Regex),
    BackReferences(Backtracking),
}

/// Where the whole and its groups fit.
pub(super) type Spans = Vec<Option<(usize, usize)>>;

/// What is wrong with a pattern that needs more than it may.
pub(super) const TOO_BIG: &str = "Regular expression too big";

/// Steps that a pattern with back references may take for one match.
const MAX_STEPS: usize = 10_000_000;

impl Pattern {
    /// Compiles a pattern, or says what is wrong with it.
    pub(super) fn new(pattern: &[u8], syntax: Syntax) -> Result<Self, &'static str> {
        let Translated { text, groups, refers_back, .. } = translate(pattern, syntax)?;
        let case = if syntax.ignore_case { "i" } else { "" };
        let matcher = if refers_back {
            let compiled = Backtracking::new(&format!("(?s{case}){text}"), MAX_STEPS);
            Matcher::BackReferences(compiled.map_err(|_| TOO_BIG)?)
        } else {
            let compiled = regex::bytes::Regex::new(&format!("(?s{case}-u){text}"));
            Matcher::Plain(compiled.map_err(|_| TOO_BIG)?)
        };
        Ok(Self { matcher, groups })
    }

    /// The first place where it fits, with its groups.
    pub(super) async fn find(&self, text: &[u8], pace: &mut Pace) -> Option<Spans> {
        let mut spans = Spans::new();
        let mut finder = Finder::new(self, text, true, pace).await;
        finder.find_at(0, &mut spans, pace).await.then_some(spans)
    }

    /// Whether it fits anywhere.
    pub(super) async fn is_match(&self, text: &[u8], pace: &mut Pace) -> bool {
        match &self.matcher {
            Matcher::Plain(regex) => {
                let fits = regex.is_match(text);
                pace.passed(text.len()).await;
                fits
            }
            Matcher::BackReferences(_) => self.find(text, pace).await.is_some(),
        }
    }
}

#[cfg(test)]
mod tests {
    use sandbox_kernel::at_once;

    use super::*;

    fn first(pattern: &str, extended: bool, text: &str) -> Option<(usize, usize)> {
        let syntax = Syntax { extended, ..Syntax::default() };
        let pattern = Pattern::new(pattern.as_bytes(), syntax).ok()?;
        at_once(pattern.find(text.as_bytes(), &mut Pace::default()))?[0]
    }

    #[test]
    fn patterns_fit_as_posix_says() {
        for (pattern, extended, text, span) in [
            ("b*", false, "aab", Some((0, 0))),
            ("*a", false, "x*a", Some((1, 3))),
            ("a\\{2\\}", false, "baaa", Some((1, 3))),
            ("a{2,}", true, "baaa", Some((1, 4))),
            ("\\(a\\)\\1", false, "baa", Some((1, 3))),
            ("(a|b)+$", true, "xab", Some((1, 3))),
            ("[]x]", false, "a]", Some((1, 2))),
            ("[^[:space:]]", false, " q", Some((1, 2))),
            ("a^b", false, "a^b", Some((0, 3))),
            ("\\<b", false, "ab b", Some((3, 4))),
            ("a**", true, "aa", Some((0, 2))),
            ("a|b", false, "a|b", Some((0, 3))),
            ("a\\|b", false, "xb", Some((1, 2))),
            ("(^a)", true, "a", Some((0, 1))),
        ] {
            assert_eq!(first(pattern, extended, text), span, "{pattern}");
        }
    }

    #[test]
    fn wrong_patterns_are_told_as_gnu_does() {
        for (pattern, extended, problem) in [
            ("(a", true, "Unmatched ( or \\("),
            ("a\\)", false, "Unmatched ) or \\)"),
            ("[a", false, "Unmatched [, [^, [:, [., or [="),
            ("a\\{2,1\\}", false, "Invalid content of \\{\\}"),
            ("*a", true, "Invalid preceding regular expression"),
            ("[b-a]", false, "Invalid range end"),
            ("[[:foo:]]", false, "Invalid character class name"),
            ("\\(a\\)\\2", false, "Invalid back reference"),
            ("a\\", false, "Trailing backslash"),
        ] {
            let syntax = Syntax { extended, ..Syntax::default() };
            assert_eq!(Pattern::new(pattern.as_bytes(), syntax).err(), Some(problem), "{pattern}");
        }
    }
}
