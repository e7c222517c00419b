//! How `read` splits a line by `IFS`.

use crate::text;

/// A line of which some characters were quoted by a backslash, and so separate nothing.
pub(super) struct Line {
    characters: Vec<(char, bool)>,
}

impl Line {
    /// The line of bytes; `quoted` are the places of bytes before which a backslash stood.
    pub(super) fn new(bytes: &[u8], quoted: &[usize]) -> Self {
        let mut characters = Vec::with_capacity(bytes.len());
        let mut from = 0;
        let mut is_quoted = false;
        for end in quoted.iter().copied().chain([bytes.len()]) {
            for character in text::decode(&bytes[from..end]).chars() {
                characters.push((character, std::mem::take(&mut is_quoted)));
            }
            (from, is_quoted) = (end, true);
        }
        Self { characters }
    }

    /// All of it.
    pub(super) fn text(&self) -> String {
        self.characters.iter().map(|(character, _)| character).collect()
    }
}

/// Splits a line into fields.
pub(super) struct Fields<'a> {
    rest: &'a [(char, bool)],
    ifs: &'a str,
}

impl<'a> Fields<'a> {
    pub(super) fn new(line: &'a Line, ifs: &'a str) -> Self {
        let mut fields = Self { rest: &line.characters, ifs };
        fields.skip_blanks();
        fields
    }

    fn separates(&self, (character, is_quoted): (char, bool)) -> bool {
        !is_quoted && self.ifs.contains(character)
    }

    fn is_blank(&self, place: (char, bool)) -> bool {
        matches!(place.0, ' ' | '\t' | '\n') && self.separates(place)
    }

    fn skip_blanks(&mut self) {
        let blanks = self.rest.iter().take_while(|place| self.is_blank(**place)).count();
        self.rest = &self.rest[blanks..];
    }

    /// The next field, and past what separates it from the one after it.
    pub(super) fn next(&mut self) -> Option<String> {
        if self.rest.is_empty() {
            return None;
        }
        let len = self.rest.iter().take_while(|place| !self.separates(**place)).count();
        let (field, rest) = self.rest.split_at(len);
        self.rest = rest;
        if let Some(separator) = self.rest.first().copied() {
            let is_blank = self.is_blank(separator);
            self.skip_blanks();
            // Blanks around another separator belong to it.
            let goes_on = is_blank && self.rest.first().is_some_and(|next| self.separates(*next));
            if goes_on || !is_blank {
                self.rest = self.rest.get(1..).unwrap_or_default();
                self.skip_blanks();
            }
        }
        Some(field.iter().map(|(character, _)| character).collect())
    }

    /// All that is left, for the last variable: without blanks at its end, and without a separator after a single field.
    pub(super) fn last(&mut self) -> String {
        let all = self.rest;
        let first = self.next().unwrap_or_default();
        if self.rest.is_empty() {
            return first;
        }
        let blanks = all.iter().rev().take_while(|place| self.is_blank(**place)).count();
        self.rest = &[];
        all[..all.len() - blanks].iter().map(|(character, _)| character).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn split(line: &str, ifs: &str, count: usize) -> Vec<String> {
        let line = Line::new(line.as_bytes(), &[]);
        let mut fields = Fields::new(&line, ifs);
        let mut all: Vec<String> = (1..count).map(|_| fields.next().unwrap_or_default()).collect();
        all.push(fields.last());
        all
    }

    #[test]
    fn lines_are_split_as_by_bash() {
        for (line, ifs, fields) in [
            ("  a b  c  ", " \t\n", &["a", "b  c"][..]),
            ("a:b:c:d", ":", &["a", "b", "c:d"]),
            ("a:", ":", &["a", ""]),
            ("a::", ":", &["a", ""]),
            ("a:b:", ":", &["a", "b"]),
            (":", ":", &["", ""]),
            (" a : b ", ": ", &["a", "b"]),
            ("1 x 2x", "x", &["1 ", " 2"]),
            ("1 x 2 x x", " x", &["1", "2", ""]),
            ("  a  ", "", &["  a  "]),
        ] {
            assert_eq!(split(line, ifs, fields.len()), fields, "{line:?} {ifs:?}");
        }
    }

    #[test]
    fn what_is_quoted_separates_nothing() {
        let line = Line::new(b"a,b,c", &[1]);
        let mut fields = Fields::new(&line, ",");
        assert_eq!((fields.next().as_deref(), fields.last().as_str()), (Some("a,b"), "c"));
    }
}
