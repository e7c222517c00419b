//! Patterns with back references and looks around, on bytes that need be no text.
//!
//! `fancy-regex` reads text only. ASCII is handed over as it is; of anything else every byte becomes one letter.

use fancy_regex::{Regex, RegexBuilder};

use super::posix_regex::Spans;

/// A pattern that is found by trying.
pub(super) struct Backtracking(Regex);

/// The pattern took more steps than it may.
pub(super) struct TooLong;

impl Backtracking {
    /// Compiles a pattern in the syntax of `fancy-regex`, in which `\xe9` is that byte.
    pub(super) fn new(pattern: &str, max_steps: usize) -> Result<Self, Box<fancy_regex::Error>> {
        Ok(Self(RegexBuilder::new(pattern).backtrack_limit(max_steps).build().map_err(Box::new)?))
    }

    /// The first place at or after `start` where it fits, with its groups.
    pub(super) fn captures_at(&self, text: &[u8], start: usize) -> Result<Option<Spans>, TooLong> {
        if let Ok(text) = std::str::from_utf8(text)
            && text.is_ascii()
        {
            return self.captures(text, start, |at| at);
        }
        let letters: String = text.iter().map(|byte| char::from(*byte)).collect();
        let from = letters.char_indices().nth(start).map_or(letters.len(), |(at, _)| at);
        self.captures(&letters, from, |at| letters[..at].chars().count())
    }

    fn captures(
        &self,
        text: &str,
        from: usize,
        index: impl Fn(usize) -> usize,
    ) -> Result<Option<Spans>, TooLong> {
        let found = self.0.captures_from_pos(text, from).map_err(|_| TooLong)?;
        let span = |group: Option<fancy_regex::Match<'_>>| group.map(|g| (index(g.start()), index(g.end())));
        Ok(found.map(|found| found.iter().map(span).collect()))
    }
}
