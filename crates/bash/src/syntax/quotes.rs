//! Quotes, and what is within double ones.

use super::{
    ast::*,
    error::{Outcome, SyntaxError},
    escapes,
    parser::Parser,
    words::Parts,
};

/// What is around text that is expanded as within double quotes; it decides where that ends.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Within {
    /// Nothing: backquotes in a word.
    Nothing,
    /// `"…"`
    Quotes,
    /// `"${x:-…}"`
    Brace,
    /// `"${x:-'…'}"`, all of it: the quotes are characters, but no `}` between them ends the word.
    BraceApostrophes,
    /// `"${x:-"…"}"`, the inner quotes: a backslash there quotes whatever follows.
    BraceQuotes,
    /// A here-document or another text that is all of it.
    Text,
    /// `$(( … ))`, all of it.
    Arithmetic,
    /// An expression up to a `;`.
    Semicolon,
    /// An expression up to a `:` that belongs to no `?`, or to a `}`.
    Colon,
    /// An expression up to a `}`.
    Offset,
}

impl Parser {
    /// `'…'`; the opening quote stands here.
    pub(super) fn single_quoted(&mut self) -> Outcome<String> {
        let start = self.pos;
        self.pos += 1;
        let Some(length) = self.rest().bytes().position(|byte| byte == b'\'') else {
            return Err(SyntaxError::unclosed(self.line_at(start), '\''));
        };
        let content = self.rest()[..length].to_owned();
        self.pos += length + 1;
        Ok(content)
    }

    /// `"…"`; the opening quote stands here.
    pub(super) fn double_quoted(&mut self) -> Outcome<Vec<Part>> {
        self.double_quoted_in(Within::Quotes)
    }

    fn double_quoted_in(&mut self, within: Within) -> Outcome<Vec<Part>> {
        let start = self.pos;
        self.pos += 1;
        let parts = self.quoted_parts(within)?;
        if self.peek() != Some(b'"') {
            return Err(SyntaxError::unclosed(self.line_at(start), '"'));
        }
        self.pos += 1;
        Ok(parts)
    }

    /// The parts of text as within double quotes, to before what ends it.
    pub(super) fn quoted_parts(&mut self, within: Within) -> Outcome<Vec<Part>> {
        self.nested(|parser| parser.quoted_parts_here(within))
    }

    fn quoted_parts_here(&mut self, within: Within) -> Outcome<Vec<Part>> {
        let mut parts = Parts::default();
        let mut run = self.pos;
        // Parentheses and `?` that are open, where an expression ends at a character.
        let (mut open, mut questions) = (0u32, 0u32);
        let expression = matches!(within, Within::Semicolon | Within::Colon | Within::Offset);
        while let Some(byte) = self.peek() {
            let at = self.pos;
            match byte {
                b'"' if matches!(within, Within::Quotes | Within::BraceQuotes) => break,
                b'}' if matches!(within, Within::Brace | Within::Colon | Within::Offset) => break,
                b';' if within == Within::Semicolon && open == 0 => break,
                b':' if within == Within::Colon && open == 0 => {
                    if questions == 0 {
                        break;
                    }
                    questions -= 1;
                    self.pos += 1;
                }
                b'?' if within == Within::Colon && open == 0 => {
                    questions += 1;
                    self.pos += 1;
                }
                b'(' if expression => {
                    open += 1;
                    self.pos += 1;
                }
                b')' if expression => {
                    open = open.saturating_sub(1);
                    self.pos += 1;
                }
                b'\'' if within == Within::Brace => {
                    parts.literal(&self.text[run..=at]);
                    self.between_apostrophes(&mut parts)?;
                    run = self.pos;
                }
                // A quote without a partner between apostrophes is dropped.
                b'"' if within == Within::BraceApostrophes && !self.rest()[1..].contains('"') => {
                    parts.literal(&self.text[run..at]);
                    self.pos += 1;
                    run = self.pos;
                }
                b'"' if within != Within::Text => {
                    parts.literal(&self.text[run..at]);
                    let inner = self.double_quoted_in(match within {
                        Within::Brace | Within::BraceApostrophes => Within::BraceQuotes,
                        _ => Within::Quotes,
                    })?;
                    parts.push(Part::DoubleQuoted(inner));
                    run = self.pos;
                }
                b'\\' => {
                    parts.literal(&self.text[run..at]);
                    self.quoted_backslash(within, &mut parts);
                    run = self.pos;
                }
                b'$' => {
                    parts.literal(&self.text[run..at]);
                    match self.quoted_dollar(within)? {
                        Some(part) => parts.push(part),
                        None => parts.literal("$"),
                    }
                    run = self.pos;
                }
                b'`' => {
                    parts.literal(&self.text[run..at]);
                    let part = self.backquoted(within)?;
                    parts.push(part);
                    run = self.pos;
                }
                _ => self.pos += 1,
            }
        }
        parts.literal(&self.text[run..self.pos]);
        Ok(parts.finish())
    }

    /// `'…'` in `"${x:-…}"`, which begins here; its first apostrophe is in `parts` already.
    fn between_apostrophes(&mut self, parts: &mut Parts) -> Outcome<()> {
        let start = self.pos;
        self.pos += 1;
        let Some(length) = self.rest().bytes().position(|byte| byte == b'\'') else {
            return Err(SyntaxError::unclosed(self.line_at(start), '\''));
        };
        let end = self.pos + length;
        let inner = self.until(end, |parser| parser.quoted_parts(Within::BraceApostrophes))?;
        for part in inner {
            match part {
                Part::Literal(text) => parts.literal(&text),
                other => parts.push(other),
            }
        }
        parts.literal("'");
        self.pos = end + 1;
        Ok(())
    }

    fn quoted_dollar(&mut self, within: Within) -> Outcome<Option<Part>> {
        match (within, self.peek_at(1)) {
            // `$'…'` is decoded in `"${x:-$'\t'}"` although other single quotes mean nothing there.
            (Within::Brace, Some(b'\'')) => Ok(Some(Part::Quoted(self.dollar_single_quoted(true)?))),
            (Within::Brace, Some(b'"')) => {
                self.edits.push((self.pos, self.pos + 1, String::new()));
                self.pos += 1;
                Ok(Some(Part::DoubleQuoted(self.double_quoted_in(Within::BraceQuotes)?)))
            }
            _ => self.dollar(true),
        }
    }

    fn quoted_backslash(&mut self, within: Within, parts: &mut Parts) {
        if self.take_continuation() {
            return;
        }
        let escaped = match self.peek_at(1) {
            Some(b'$' | b'`' | b'\\') => true,
            Some(b'"') => within != Within::Text,
            Some(b'}') => {
                matches!(within, Within::Brace | Within::BraceApostrophes | Within::BraceQuotes)
            }
            // Such an apostrophe opens nothing.
            Some(b'\'') if within == Within::Brace => {
                self.pos += 2;
                return parts.literal("\\'");
            }
            _ => within == Within::BraceQuotes,
        };
        self.pos += 1;
        match self.take_char() {
            Some(character) if escaped => parts.literal(character.encode_utf8(&mut [0; 4])),
            Some(character) => {
                self.pos -= character.len_utf8();
                parts.literal("\\");
            }
            None => parts.literal("\\"),
        }
    }

    /// `` `…` ``; the opening one stands here.
    pub(super) fn backquoted(&mut self, within: Within) -> Outcome<Part> {
        let start = self.pos;
        self.pos += 1;
        let mut body = String::new();
        loop {
            match self.take_char() {
                None => return Err(SyntaxError::unclosed(self.line_at(start), '`')),
                Some('`') => return Ok(Part::Backquote(body.into())),
                Some('\\') => match self.take_char() {
                    Some(character @ ('$' | '`' | '\\')) => body.push(character),
                    Some('"') if !matches!(within, Within::Nothing | Within::Text) => body.push('"'),
                    Some('\n') => self.edits.push((self.pos - 2, self.pos, String::new())),
                    Some(character) => body.extend(['\\', character]),
                    None => body.push('\\'),
                },
                Some(character) => body.push(character),
            }
        }
    }

    /// `$'…'`; the `$` stands here. bash shows it decoded, in plain single quotes unless within double ones.
    pub(super) fn dollar_single_quoted(&mut self, quoted: bool) -> Outcome<String> {
        let start = self.pos;
        self.pos += 2;
        let mut length = 0;
        let bytes = self.rest().as_bytes();
        loop {
            match bytes.get(length) {
                None => return Err(SyntaxError::unclosed(self.line_at(start), '\'')),
                Some(b'\'') => break,
                Some(b'\\') => length += 2,
                Some(_) => length += 1,
            }
        }
        let decoded = escapes::decode(&self.rest()[..length]);
        self.pos += length + 1;
        let shown = match quoted {
            true => decoded.clone(),
            false => in_single_quotes(&decoded),
        };
        self.edit(start, self.pos, shown);
        Ok(decoded)
    }
}

/// A text in single quotes.
pub(super) fn in_single_quotes(text: &str) -> String {
    match text {
        "'" => "\\'".to_owned(),
        _ => format!("'{}'", text.replace('\'', "'\\''")),
    }
}
