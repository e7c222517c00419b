//! Text of which it is known what was quoted.

use super::room::MAX_TEXT;

/// Text of which it is known what was quoted. What was not may hold operators of patterns.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Marked {
    /// The text, without quotes.
    pub text: String,
    /// Where quoted pieces begin and end, in order.
    quoted: Vec<(usize, usize)>,
    /// Whether there was no room for something.
    pub(super) overflowed: bool,
}

impl Marked {
    /// Adds text.
    pub fn push(&mut self, text: &str, quoted: bool) {
        let start = self.text.len();
        if start + text.len() > MAX_TEXT {
            self.overflowed = true;
            return;
        }
        self.text.push_str(text);
        if !quoted || text.is_empty() {
            return;
        }
        match self.quoted.last_mut() {
            Some((_, end)) if *end == start => *end = self.text.len(),
            _ => self.quoted.push((start, self.text.len())),
        }
    }

    /// Each character with its place, and whether it was quoted. A backslash outside of quotes, which comes from a
    /// variable's value, quotes as well, and is passed over.
    pub fn chars(&self) -> impl Iterator<Item = (usize, char, bool)> {
        let mut chars = self.all_chars().peekable();
        std::iter::from_fn(move || match chars.next()? {
            (at, '\\', false) => match chars.next() {
                Some((next, character, _)) => Some((next, character, true)),
                None => Some((at, '\\', false)),
            },
            character => Some(character),
        })
    }

    /// The same with all backslashes.
    pub(super) fn all_chars(&self) -> impl Iterator<Item = (usize, char, bool)> {
        let mut pieces = self.quoted.iter().peekable();
        self.text.char_indices().map(move |(at, character)| {
            while pieces.next_if(|(_, end)| *end <= at).is_some() {}
            (at, character, pieces.peek().is_some_and(|(start, _)| *start <= at))
        })
    }

    /// What lies between two places.
    pub(super) fn slice(&self, start: usize, end: usize) -> Self {
        let within = |(from, to): &(usize, usize)| {
            let (from, to) = ((*from).max(start), (*to).min(end));
            (from < to).then(|| (from - start, to - start))
        };
        Self {
            text: self.text[start..end].to_owned(),
            quoted: self.quoted.iter().filter_map(within).collect(),
            overflowed: self.overflowed,
        }
    }

    /// Its pieces, each wholly quoted or not at all.
    pub(super) fn pieces(&self) -> impl Iterator<Item = (&str, bool)> {
        let mut at = 0;
        let mut quoted = self.quoted.iter().peekable();
        std::iter::from_fn(move || {
            let start = at;
            let is_quoted = quoted.next_if(|(begin, _)| *begin == start);
            at = match is_quoted {
                Some((_, end)) => *end,
                None => quoted.peek().map_or(self.text.len(), |(begin, _)| *begin),
            };
            (start < at).then(|| (&self.text[start..at], is_quoted.is_some()))
        })
    }

    /// Whether a piece of it was quoted.
    pub fn has_quoted(&self) -> bool {
        !self.quoted.is_empty()
    }

    /// The text, which is then empty here.
    pub(super) fn take_text(&mut self) -> String {
        self.quoted.clear();
        std::mem::take(&mut self.text)
    }
}

impl From<&str> for Marked {
    fn from(text: &str) -> Self {
        Self { text: text.to_owned(), ..Self::default() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn characters_know_whether_they_were_quoted() {
        let mut marked = Marked::from("a*");
        marked.push("*", true);
        marked.push("?", true);
        marked.push("\\*b\\", false);
        let seen: Vec<_> = marked.chars().map(|(_, character, quoted)| (character, quoted)).collect();
        assert_eq!(
            seen,
            [('a', false), ('*', false), ('*', true), ('?', true), ('*', true), ('b', false), ('\\', false)]
        );
    }
}
