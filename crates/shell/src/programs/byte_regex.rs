//! Patterns with back references and looks around, on bytes that need be no text.
//!
//! `fancy-regex` reads text only. ASCII is handed over as it is; of anything else every byte becomes one letter.

use std::borrow::Cow;

use fancy_regex::{Regex, RegexBuilder, RegexInput};
use sandbox_kernel::Pace;

use super::posix_regex::Spans;

/// A pattern that is found by trying.
pub(super) struct Backtracking(Regex);

/// The pattern took more steps than it may.
pub(super) struct TooLong;

/// Bytes of a text in which a pattern is looked for without a pause.
const SHORT: usize = 4 << 10;

/// Steps in the sense of [`Pace`] for a place where a pattern could begin.
const STEPS: usize = 4;

/// A text as it is handed over.
pub(super) struct Letters<'a> {
    text: Cow<'a, str>,
    /// A place in it, and the number of the byte that is there.
    known: (usize, usize),
}

impl<'a> Letters<'a> {
    pub(super) async fn new(text: &'a [u8], pace: &mut Pace) -> Self {
        if text.is_ascii()
            && let Ok(text) = std::str::from_utf8(text)
        {
            pace.passed(text.len()).await;
            return Self { text: Cow::Borrowed(text), known: (0, 0) };
        }
        let mut letters = String::with_capacity(text.len() + text.len() / 2);
        for bytes in text.chunks(Pace::AT_ONCE) {
            letters.extend(bytes.iter().map(|byte| char::from(*byte)));
            pace.did(bytes.len()).await;
        }
        Self { text: Cow::Owned(letters), known: (0, 0) }
    }

    /// The number of the byte that is at a place.
    fn byte(&mut self, place: usize) -> usize {
        if let Cow::Borrowed(_) = self.text {
            return place;
        }
        let (known, number) = self.known;
        let byte = match place >= known {
            true => number + self.text[known..place].chars().count(),
            false => number - self.text[place..known].chars().count(),
        };
        self.known = (place, byte);
        byte
    }

    /// The place of a byte.
    fn place(&mut self, byte: usize) -> usize {
        if let Cow::Borrowed(_) = self.text {
            return byte;
        }
        let (known, number) = self.known;
        let place = match byte >= number {
            true => {
                let mut after = self.text[known..].char_indices().skip(byte - number);
                after.next().map_or(self.text.len(), |(at, _)| known + at)
            }
            false => {
                let mut before = self.text[..known].char_indices().rev().skip(number - byte - 1);
                before.next().map_or(0, |(at, _)| at)
            }
        };
        self.known = (place, byte);
        place
    }
}

impl Backtracking {
    /// Compiles a pattern in the syntax of `fancy-regex`, in which `\xe9` is that byte.
    pub(super) fn new(pattern: &str, max_steps: usize) -> Result<Self, Box<fancy_regex::Error>> {
        Ok(Self(RegexBuilder::new(pattern).backtrack_limit(max_steps).build().map_err(Box::new)?))
    }

    /// The first place at or after `start` where it fits, with its groups. In a long text the limit is for each place
    /// where it could begin.
    pub(super) async fn find_at(
        &self,
        letters: &mut Letters<'_>,
        start: usize,
        pace: &mut Pace,
    ) -> Result<Option<Spans>, TooLong> {
        let mut from = letters.place(start);
        if letters.text.len() - from <= SHORT {
            return self.captures(letters, from, false);
        }
        loop {
            let found = self.captures(letters, from, true)?;
            pace.did(STEPS).await;
            if found.is_some() {
                return Ok(found);
            }
            let Some(letter) = letters.text[from..].chars().next() else { return Ok(None) };
            from += letter.len_utf8();
        }
    }

    fn captures(
        &self,
        letters: &mut Letters<'_>,
        from: usize,
        only_there: bool,
    ) -> Result<Option<Spans>, TooLong> {
        let input = RegexInput::new(&*letters.text).from_pos(from).anchored(only_there);
        let found = self.0.captures_input(input).map_err(|_| TooLong)?;
        let places: Option<Spans> =
            found.map(|found| found.iter().map(|group| group.map(|g| (g.start(), g.end()))).collect());
        let mut bytes = |(start, end)| (letters.byte(start), letters.byte(end));
        Ok(places.map(|spans| spans.into_iter().map(|span| span.map(&mut bytes)).collect()))
    }
}
