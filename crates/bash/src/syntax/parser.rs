//! Where the parser stands: its text, its position, and the smallest steps over it.

use std::{cell::Cell, sync::Arc};

use super::{
    alias::Aliases,
    error::{Outcome, SyntaxError, Warning},
    heredoc::HereDocuments,
};

/// How deep constructs may lie within one another: a megabyte of stack suffices for it.
const DEPTH: u32 = 200;

/// The value of an alias, if there is one of that name.
pub type AliasLookup = Arc<dyn Fn(&str) -> Option<String> + Send + Sync>;

/// How a script is read. All of it may change between two lines.
#[derive(Clone)]
pub struct Options {
    /// The number of the first line.
    pub first_line: u32,
    /// Absent: no word is an alias.
    pub aliases: Option<AliasLookup>,
    /// Whether `@(…)` and its like are patterns outside of `[[ … ]]` too.
    pub extglob: bool,
    /// Whether more text may follow: a command line is whole only with the newline that ends it and the bodies of its
    /// here-documents; anything less is an incomplete error.
    pub may_go_on: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self { first_line: 1, aliases: None, extglob: false, may_go_on: false }
    }
}

/// Reads a script command line by command line.
pub struct Parser {
    /// The script; it ends in a newline, and aliases are replaced in it as they are met.
    pub(super) text: String,
    pub(super) pos: usize,
    /// How much of the text's end belongs to what is around the construct that is being read.
    pub(super) tail: usize,
    pub(super) options: Options,
    pub(super) heredocs: HereDocuments,
    pub(super) aliases: Aliases,
    /// Ranges of the text that bash writes differently when it shows a word again.
    pub(super) edits: Vec<(usize, usize, String)>,
    /// Within how many `$( )`, `<( )` we are.
    pub(super) substitutions: u32,
    /// For each command in them that another follows: whether a newline stood between.
    pub(super) newlines: Vec<bool>,
    pub(super) warnings: Vec<Warning>,
    /// Whether we are in `[[ … ]]`, where extglob is always on.
    pub(super) in_test: bool,
    /// Whether we are in a `$((` that is no arithmetic: arrays in it are shown as they were written.
    pub(super) verbatim: bool,
    depth: u32,
    /// A position whose line is known.
    known_line: Cell<(usize, u32)>,
    /// The length of the script as it was given.
    given: usize,
}

impl Parser {
    /// A parser at the start of `source`.
    pub fn new(source: &str, options: Options) -> Self {
        let mut text = String::with_capacity(source.len() + 1);
        text.push_str(source);
        // As bash does: the last line ends like every other, but a backslash at the very end stays one.
        if !source.is_empty() && !source.ends_with(['\n', '\\']) {
            text.push('\n');
        }
        Self::over(text, source.len(), options)
    }

    /// A parser of text that is no script: a word, a here-document's body.
    pub(super) fn of_text(text: &str, line: u32) -> Self {
        Self::over(text.to_owned(), text.len(), Options { first_line: line, ..Options::default() })
    }

    /// A parser of a here-document's body, which lies within what this one reads.
    pub(super) fn inner(&self, text: &str, line: u32) -> Self {
        let options = Options { first_line: line, may_go_on: false, ..self.options.clone() };
        Self { depth: self.depth + 1, ..Self::over(text.to_owned(), text.len(), options) }
    }

    fn over(text: String, given: usize, options: Options) -> Self {
        Self {
            known_line: Cell::new((0, options.first_line)),
            text,
            pos: 0,
            tail: 0,
            options,
            heredocs: HereDocuments::default(),
            aliases: Aliases::default(),
            edits: Vec::new(),
            substitutions: 0,
            newlines: Vec::new(),
            warnings: Vec::new(),
            in_test: false,
            verbatim: false,
            depth: 0,
            given,
        }
    }

    /// How the following lines are read.
    pub fn options_mut(&mut self) -> &mut Options {
        &mut self.options
    }

    /// How many bytes of the script are used up.
    pub fn position(&self) -> usize {
        (self.pos + self.aliases.removed).saturating_sub(self.aliases.inserted).min(self.given)
    }

    /// What was odd since this was last asked.
    pub fn take_warnings(&mut self) -> Vec<Warning> {
        std::mem::take(&mut self.warnings)
    }

    /// The line of the position where the parser stands.
    pub fn line(&self) -> u32 {
        self.line_at(self.pos)
    }

    pub(super) fn line_at(&self, pos: usize) -> u32 {
        let (known, line) = self.known_line.get();
        let bytes = self.text.as_bytes();
        let newlines = |from: usize, to: usize| {
            let part = bytes.get(from..to).unwrap_or_default();
            part.iter().filter(|byte| **byte == b'\n').count() as u32
        };
        let line = match pos >= known {
            true => line + newlines(known, pos),
            false => line.saturating_sub(newlines(pos, known)),
        };
        self.known_line.set((pos, line));
        line
    }

    /// Where the construct that is being read must end.
    pub(super) fn end(&self) -> usize {
        self.text.len() - self.tail
    }

    pub(super) fn peek(&self) -> Option<u8> {
        match self.pos < self.end() {
            true => Some(self.text.as_bytes()[self.pos]),
            false => None,
        }
    }

    pub(super) fn peek_at(&self, distance: usize) -> Option<u8> {
        match self.pos + distance < self.end() {
            true => Some(self.text.as_bytes()[self.pos + distance]),
            false => None,
        }
    }

    pub(super) fn rest(&self) -> &str {
        self.text.get(self.pos..self.end()).unwrap_or_default()
    }

    pub(super) fn looking_at(&self, text: &str) -> bool {
        self.rest().as_bytes().starts_with(text.as_bytes())
    }

    /// Goes over `text` if it stands here.
    pub(super) fn take(&mut self, text: &str) -> bool {
        let here = self.looking_at(text);
        if here {
            self.pos += text.len();
        }
        here
    }

    /// Goes over one character.
    pub(super) fn take_char(&mut self) -> Option<char> {
        let character = self.rest().chars().next()?;
        self.pos += character.len_utf8();
        Some(character)
    }

    /// Goes over a backslash and a newline, which mean nothing.
    pub(super) fn take_continuation(&mut self) -> bool {
        let here = self.looking_at("\\\n");
        if here {
            self.edits.push((self.pos, self.pos + 2, String::new()));
            self.pos += 2;
        }
        here
    }

    /// Goes over blanks and a comment.
    pub(super) fn skip_blanks(&mut self) {
        loop {
            match self.peek() {
                Some(b' ' | b'\t') => self.pos += 1,
                Some(b'\\') if self.peek_at(1) == Some(b'\n') => self.pos += 2,
                Some(b'#') => return self.skip_comment(),
                _ => return,
            }
        }
    }

    fn skip_comment(&mut self) {
        self.pos += self.rest().bytes().position(|byte| byte == b'\n').unwrap_or(self.rest().len());
    }

    /// Goes over blanks, comments, newlines, and the here-documents after them.
    pub(super) fn skip_newlines(&mut self) -> Outcome<()> {
        loop {
            self.skip_blanks();
            if self.peek() != Some(b'\n') {
                return Ok(());
            }
            self.take_newline()?;
        }
    }

    /// Goes over a newline that ends a command, and the here-documents after it.
    pub(super) fn take_newline(&mut self) -> Outcome<()> {
        self.pos = self.heredocs.after_newline(self.pos).unwrap_or(self.pos + 1);
        self.read_here_documents()
    }

    /// Runs `read` one level deeper.
    pub(super) fn nested<T>(&mut self, read: impl FnOnce(&mut Self) -> Outcome<T>) -> Outcome<T> {
        if self.depth >= DEPTH {
            return Err(SyntaxError::new(self.line(), "maximum nesting level exceeded"));
        }
        self.depth += 1;
        let outcome = read(self);
        self.depth -= 1;
        outcome
    }

    /// Runs `read` as if the text ended at `end`.
    pub(super) fn until<T>(&mut self, end: usize, read: impl FnOnce(&mut Self) -> Outcome<T>) -> Outcome<T> {
        let outer = std::mem::replace(&mut self.tail, self.text.len() - end);
        let outcome = read(self);
        self.tail = outer;
        outcome
    }

    /// The text of a range as bash shows it again.
    pub(super) fn source(&self, start: usize, end: usize) -> Arc<str> {
        match self.edits.last() {
            Some((_, last, _)) if *last > start => self.edited(start, end).into(),
            _ => self.text.get(start..end).unwrap_or_default().into(),
        }
    }

    fn edited(&self, start: usize, end: usize) -> String {
        let first = self.edits.partition_point(|(from, _, _)| *from < start);
        let mut out = String::new();
        let mut from = start;
        for (at, after, text) in self.edits[first..].iter().filter(|(_, after, _)| *after <= end) {
            out.push_str(self.text.get(from..*at).unwrap_or_default());
            out.push_str(text);
            from = *after;
        }
        out.push_str(self.text.get(from..end).unwrap_or_default());
        out
    }

    /// Says that bash shows this range as `text`.
    pub(super) fn edit(&mut self, start: usize, end: usize, text: String) {
        self.forget_edits(start);
        if self.text.get(start..end) != Some(text.as_str()) {
            self.edits.push((start, end, text));
        }
    }

    /// Forgets how bash shows what follows `start`: it is read again, or shown as a whole.
    pub(super) fn forget_edits(&mut self, start: usize) {
        let keep = self.edits.partition_point(|(from, _, _)| *from < start);
        self.edits.truncate(keep);
    }
}
