//! Building fields: splitting what was expanded, and remembering what was quoted.

use sandbox_kernel::{Pace, at_once};

use super::marked::Marked;
use crate::state::Shell;

/// What a word is expanded for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Goal {
    /// Arguments: what is not quoted is split.
    Words,
    /// One text.
    Text,
    /// One text that keeps what was quoted: a pattern.
    Marked,
}

/// Collects the fields of words, from left to right.
pub(super) struct Fields {
    pub(super) goal: Goal,
    pub(super) words: Vec<String>,
    /// Which of the words are patterns of pathnames.
    pub(super) globs: Vec<(usize, Marked)>,
    field: Marked,
    /// Whether there is a field, even an empty one.
    present: bool,
    /// Whether a blank has just ended a field: a delimiter after it is part of the same one.
    after_blank: bool,
    /// Whether the field holds an operator of patterns outside of quotes.
    is_glob: bool,
    /// Whether these double quotes held a list without elements.
    had_empty_list: bool,
    extglob: bool,
}

impl Fields {
    pub(super) fn new(goal: Goal, extglob: bool) -> Self {
        Self {
            goal,
            words: Vec::new(),
            globs: Vec::new(),
            field: Marked::default(),
            present: false,
            after_blank: false,
            is_glob: false,
            had_empty_list: false,
            extglob,
        }
    }

    /// Text outside of quotes that is not split.
    pub(super) fn literal(&mut self, text: &str) {
        if text.is_empty() {
            return;
        }
        self.is_glob |= self.goal == Goal::Words && self.has_operator(text);
        self.field.push(text, false);
        (self.present, self.after_blank) = (true, false);
    }

    /// Quoted text; there is a field now, even if it is empty.
    pub(super) fn quoted(&mut self, text: &str) {
        self.field.push(text, self.goal != Goal::Text);
        (self.present, self.after_blank) = (true, false);
    }

    /// Double quotes begin. What it gives is for their end.
    pub(super) fn begin_quotes(&mut self) -> bool {
        std::mem::take(&mut self.had_empty_list)
    }

    /// Double quotes end: there is a field now, unless all that was in them was a list without elements.
    pub(super) fn end_quotes(&mut self, outer: bool) {
        if !std::mem::replace(&mut self.had_empty_list, outer) {
            self.quoted("");
        }
    }

    /// A quoted list had no elements.
    pub(super) fn empty_list(&mut self) {
        self.had_empty_list = true;
    }

    /// Quoted text that leaves it open whether there is a field when it is empty.
    pub(super) fn quoted_part(&mut self, text: &str) {
        if !text.is_empty() {
            self.quoted(text);
        }
    }

    /// What an expansion outside of quotes gave.
    pub(super) async fn result(&mut self, text: &str, ifs: &Ifs, pace: &mut Pace) {
        if self.goal != Goal::Words || ifs.is_empty() {
            return self.literal(text);
        }
        let mut rest = text;
        while let Some((at, len, is_blank)) = ifs.find(rest) {
            self.literal(&rest[..at]);
            rest = &rest[at + len..];
            self.delimiter(is_blank);
            pace.did(2 + at / 32).await;
        }
        self.literal(rest);
    }

    fn delimiter(&mut self, is_blank: bool) {
        if is_blank {
            if self.present {
                self.end();
                self.after_blank = true;
            }
        } else if self.after_blank {
            self.after_blank = false;
        } else {
            self.present = true;
            self.end();
        }
    }

    /// Ends a field between two of `"$@"`, and begins the next one. One text has a blank between them.
    pub(super) fn separate(&mut self) {
        match self.goal {
            Goal::Words => {
                self.present = true;
                self.end();
                self.present = true;
            }
            _ => self.field.push(" ", self.goal == Goal::Marked),
        }
    }

    /// Stands between two elements of `$@` or `$*`. As fields they are as if the first character of `IFS` stood there;
    /// where nothing splits, empty ones vanish. One text has that character between those of `$*`, else a blank.
    pub(super) fn between(&mut self, joint: &str, star: bool, ifs: &Ifs) {
        match (self.goal, star) {
            (Goal::Words, _) if joint.is_empty() => self.end(),
            // One character is split without a pause.
            (Goal::Words, _) => at_once(self.result(joint, ifs, &mut Pace::default())),
            (_, true) => self.literal(joint),
            (_, false) => self.literal(" "),
        }
    }

    /// Ends a word.
    pub(super) fn end(&mut self) {
        self.after_blank = false;
        if !self.present {
            return;
        }
        self.present = false;
        // A lone `[` is the name of a command.
        if std::mem::take(&mut self.is_glob) && self.field.text != "[" {
            self.globs.push((self.words.len(), self.field.clone()));
        }
        self.words.push(self.field.take_text());
    }

    /// The text, for goals that are one. `None`: it is too long.
    pub(super) fn into_text(mut self) -> Option<String> {
        self.fits().then(|| self.field.take_text())
    }

    /// The text with what was quoted. `None`: it is too long.
    pub(super) fn into_marked(self) -> Option<Marked> {
        self.fits().then_some(self.field)
    }

    /// Whether there was room for everything.
    pub(super) fn fits(&self) -> bool {
        !self.field.overflowed
    }

    fn has_operator(&self, text: &str) -> bool {
        text.bytes().any(|byte| matches!(byte, b'*' | b'?' | b'[') || self.extglob && byte == b'(')
    }
}

/// The characters at which fields are split.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Ifs {
    /// Those of ASCII, as bits.
    ascii: u128,
    wide: Vec<char>,
    /// What stands between the elements of `"$*"`.
    pub(super) joint: Option<char>,
}

const BLANKS: u128 = 1 << b' ' | 1 << b'\t' | 1 << b'\n';

impl Ifs {
    const DEFAULT: Self = Self { ascii: BLANKS, wide: Vec::new(), joint: Some(' ') };

    fn new(text: &str) -> Self {
        let mut ifs = Self { ascii: 0, wide: Vec::new(), joint: text.chars().next() };
        for character in text.chars() {
            match character.is_ascii() {
                true => ifs.ascii |= 1 << u32::from(character),
                false => ifs.wide.push(character),
            }
        }
        ifs
    }

    fn is_empty(&self) -> bool {
        self.joint.is_none()
    }

    /// The first delimiter: where, its length, and whether it is a blank.
    fn find(&self, text: &str) -> Option<(usize, usize, bool)> {
        if !self.wide.is_empty() {
            let is_delimiter = |character: char| match u8::try_from(character) {
                Ok(byte) if byte.is_ascii() => self.ascii >> byte & 1 == 1,
                _ => self.wide.contains(&character),
            };
            let (at, character) = text.char_indices().find(|(_, character)| is_delimiter(*character))?;
            return Some((at, character.len_utf8(), matches!(character, ' ' | '\t' | '\n')));
        }
        let at = text.bytes().position(|byte| byte.is_ascii() && self.ascii >> byte & 1 == 1)?;
        Some((at, 1, BLANKS >> text.as_bytes()[at] & 1 == 1))
    }
}

impl Shell {
    /// `IFS` as it is now.
    pub(super) fn ifs(&self) -> Ifs {
        match self.variables.get("IFS").and_then(|variable| variable.scalar()) {
            None | Some(" \t\n") => Ifs::DEFAULT,
            Some(text) => Ifs::new(text),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn split(ifs: &str, pieces: &[(&str, bool)]) -> Vec<String> {
        let mut fields = Fields::new(Goal::Words, false);
        for (text, quoted) in pieces {
            match quoted {
                true => fields.quoted(text),
                false => at_once(fields.result(text, &Ifs::new(ifs), &mut Pace::default())),
            }
        }
        fields.end();
        fields.words
    }

    #[test]
    fn fields_are_split_as_ifs_says() {
        let blanks = " \t\n";
        assert_eq!(split(blanks, &[("  a \n b ", false)]), ["a", "b"]);
        assert_eq!(split(blanks, &[("", false)]), [""; 0]);
        assert_eq!(split(blanks, &[("", true)]), [""]);
        assert_eq!(split(blanks, &[("q", true), (" a ", false), ("r", true)]), ["q", "a", "r"]);
        assert_eq!(split(":", &[(":a::b:", false)]), ["", "a", "", "b"]);
        assert_eq!(split(":", &[(":a::b:", false), ("q", true)]), ["", "a", "", "b", "q"]);
        assert_eq!(split(" :", &[("a : b", false)]), ["a", "b"]);
        assert_eq!(split(" :", &[(" :a: :b", false)]), ["", "a", "", "b"]);
        assert_eq!(split("", &[("a b", false)]), ["a b"]);
        assert_eq!(split("ä", &[("xäy", false)]), ["x", "y"]);
    }
}
