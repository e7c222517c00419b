//! Looking for a pattern in one text, again and again.

use regex::bytes::{CaptureLocations, Regex};
use sandbox_kernel::Pace;

use super::super::byte_regex::{Backtracking, Letters};
use super::{Automaton, Matcher, Pattern, Spans};

/// Bytes of a match in which the `regex` crate finds groups within a few milliseconds.
const SHORT: usize = 32 << 10;

/// A pattern without back references that is looked for in a text, with its groups.
pub(in crate::programs) struct GroupFinder<'a> {
    regex: &'a Regex,
    text: &'a [u8],
    locations: CaptureLocations,
}

impl<'a> GroupFinder<'a> {
    pub(in crate::programs) fn new(regex: &'a Regex, text: &'a [u8]) -> Self {
        Self { regex, text, locations: regex.capture_locations() }
    }

    /// Puts the first place at or after `start` where it fits into `spans`. False when there is none.
    pub(in crate::programs) async fn find_at(
        &mut self,
        start: usize,
        spans: &mut Spans,
        pace: &mut Pace,
    ) -> bool {
        spans.clear();
        let Self { regex, text, locations } = self;
        let mut from = start;
        if text.len() - start > SHORT {
            let found = regex.find_at(text, start);
            pace.passed(found.map_or(text.len(), |found| found.end()) - start).await;
            let Some(found) = found else { return false };
            if found.len() > SHORT
                && let Some(mut automaton) = Automaton::new(regex.as_str(), b'\n')
                && let Some(groups) = automaton.groups(text, (found.start(), found.end()), pace).await
            {
                *spans = groups;
                return true;
            }
            from = found.start();
        }
        if regex.captures_read_at(locations, text, from).is_some() {
            spans.extend((0..locations.len()).map(|group| locations.get(group)));
        }
        let searched = spans.first().copied().flatten().map_or(text.len(), |(_, end)| end);
        pace.did(2 + (searched - from) / 32).await;
        !spans.is_empty()
    }
}

/// A pattern that is looked for in a text.
pub(in crate::programs) struct Finder<'a> {
    text: &'a [u8],
    looking: Looking<'a>,
}

enum Looking<'a> {
    /// For the whole match alone.
    Span(&'a Regex),
    Groups(GroupFinder<'a>),
    BackReferences(&'a Backtracking, Letters<'a>),
}

impl<'a> Finder<'a> {
    /// Begins to look for a pattern, and where they are asked for its groups.
    pub(in crate::programs) async fn new(
        pattern: &'a Pattern,
        text: &'a [u8],
        with_groups: bool,
        pace: &mut Pace,
    ) -> Self {
        let looking = match &pattern.matcher {
            Matcher::Plain(regex) if with_groups => Looking::Groups(GroupFinder::new(regex, text)),
            Matcher::Plain(regex) => Looking::Span(regex),
            Matcher::BackReferences(regex) => Looking::BackReferences(regex, Letters::new(text, pace).await),
        };
        Self { text, looking }
    }

    /// Puts the first place at or after `start` where it fits into `spans`. False when there is none.
    pub(in crate::programs) async fn find_at(
        &mut self,
        start: usize,
        spans: &mut Spans,
        pace: &mut Pace,
    ) -> bool {
        spans.clear();
        let text = self.text;
        match &mut self.looking {
            Looking::Span(regex) => {
                let found = regex.find_at(text, start);
                spans.extend(found.map(|found| Some((found.start(), found.end()))));
            }
            Looking::Groups(finder) => return finder.find_at(start, spans, pace).await,
            Looking::BackReferences(regex, letters) => {
                // One that took too many steps is as if it did not fit.
                let found = regex.find_at(letters, start, pace).await;
                *spans = found.ok().flatten().unwrap_or_default();
            }
        }
        let searched = spans.first().copied().flatten().map_or(text.len(), |(_, end)| end);
        pace.did(1 + searched.saturating_sub(start) / 32).await;
        !spans.is_empty()
    }
}
