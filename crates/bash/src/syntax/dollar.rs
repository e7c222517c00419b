//! What begins with `$`: parameters, substitutions of commands, arithmetic.

use std::sync::Arc;

use super::{
    ast::*,
    error::{Outcome, SyntaxError},
    parser::Parser,
    print,
    quotes::Within,
};

impl Parser {
    /// The part that begins with the `$` here. None: it stands for itself, and is passed.
    pub(super) fn dollar(&mut self, quoted: bool) -> Outcome<Option<Part>> {
        let part = match self.peek_at(1) {
            Some(b'{') => self.braced_parameter(quoted)?,
            Some(b'(') => self.parenthesized()?,
            Some(b'[') => self.bracketed_arithmetic()?,
            Some(b'\'') if !quoted => Part::Quoted(self.dollar_single_quoted(false)?),
            Some(b'"') if !quoted => {
                // Nothing is translated, and bash shows it without the `$`.
                self.edits.push((self.pos, self.pos + 1, String::new()));
                self.pos += 1;
                Part::DoubleQuoted(self.double_quoted()?)
            }
            Some(byte) if byte.is_ascii_alphanumeric() || b"_@*#?-$!".contains(&byte) => {
                self.plain_parameter()
            }
            _ => {
                self.pos += 1;
                return Ok(None);
            }
        };
        Ok(Some(part))
    }

    /// `$name`, `$1`, `$@`
    fn plain_parameter(&mut self) -> Part {
        let start = self.pos;
        self.pos += 1;
        let name = match self.variable_name() {
            Some(name) => ParameterName::Variable(name),
            None => {
                let character = self.take_char().unwrap_or('$');
                match character.to_digit(10) {
                    Some(digit) => ParameterName::Positional(digit as usize),
                    None => ParameterName::Special(character),
                }
            }
        };
        let source = self.source(start, self.pos);
        Part::Parameter(Box::new(Parameter { name, indirect: false, operation: Operation::Value, source }))
    }

    /// A name of letters, digits and `_`, if one begins here.
    pub(super) fn variable_name(&mut self) -> Option<String> {
        let length = self.name_length();
        let name = self.rest()[..length].to_owned();
        self.pos += length;
        (length > 0).then_some(name)
    }

    /// The length of the name that begins here.
    pub(super) fn name_length(&self) -> usize {
        match self.peek() {
            Some(byte) if byte.is_ascii_alphabetic() || byte == b'_' => {}
            _ => return 0,
        }
        let rest = self.rest();
        rest.bytes().position(|byte| !(byte.is_ascii_alphanumeric() || byte == b'_')).unwrap_or(rest.len())
    }

    /// `$( … )` or `$(( … ))`; the `$` stands here.
    fn parenthesized(&mut self) -> Outcome<Part> {
        let start = self.pos;
        if self.peek_at(2) != Some(b'(') {
            self.pos += 2;
            return Ok(Part::Command(self.substituted_list()?.into()));
        }
        self.pos += 3;
        if let Some(expression) = self.double_parenthesized(start)? {
            return Ok(Part::Arithmetic(expression.into()));
        }
        self.pos = start;
        // bash looks for the outer parenthesis first of all.
        if self.matching(start + 2, b'(', b')').is_none() {
            return Err(SyntaxError::unclosed(self.line(), ')'));
        }
        self.pos += 2;
        Ok(Part::Command(self.substituted_list()?.into()))
    }

    /// The expression from here to `))`, and past that. None: these are parentheses within parentheses.
    pub(super) fn double_parenthesized(&mut self, start: usize) -> Outcome<Option<Arithmetic>> {
        let Some(end) = self.matching(self.pos, b'(', b')') else {
            return Err(SyntaxError::unclosed(self.line_at(start), ')'));
        };
        if end + 1 >= self.end() {
            return Err(SyntaxError::unclosed(self.line_at(start), ')'));
        }
        if self.text.as_bytes().get(end + 1) != Some(&b')') {
            return Ok(None);
        }
        let expression = self.arithmetic_to(end)?;
        self.pos = end + 2;
        Ok(Some(expression))
    }

    /// The expression that is all of the text from here to `end`.
    pub(super) fn arithmetic_to(&mut self, end: usize) -> Outcome<Arithmetic> {
        self.until(end, |parser| parser.arithmetic(Within::Arithmetic))
    }

    /// The expression from here to what ends it.
    pub(super) fn arithmetic(&mut self, within: Within) -> Outcome<Arithmetic> {
        let start = self.pos;
        let parts = self.quoted_parts(within)?;
        Ok(Arithmetic { text: Word { parts, source: self.source(start, self.pos) } })
    }

    /// `$[ … ]`
    fn bracketed_arithmetic(&mut self) -> Outcome<Part> {
        let start = self.pos;
        self.pos += 2;
        let Some(end) = self.matching(self.pos, b'[', b']') else {
            return Err(SyntaxError::unclosed(self.line_at(start), ']'));
        };
        let expression = self.arithmetic_to(end)?;
        self.pos = end + 1;
        Ok(Part::Arithmetic(expression.into()))
    }

    /// The commands from here to a `)`, and past that.
    pub(super) fn substituted_list(&mut self) -> Outcome<List> {
        let start = self.pos;
        let mark = self.newlines.len();
        let in_test = std::mem::take(&mut self.in_test);
        self.substitutions += 1;
        let list = self.nested(|parser| parser.with_here_documents(Self::list_to_parenthesis));
        self.substitutions -= 1;
        self.in_test = in_test;
        let list = list?;
        let mut shown = print::substituted(&list, &self.newlines[mark..]);
        if shown.starts_with('(') {
            shown.insert(0, ' ');
        }
        self.newlines.truncate(mark);
        match self.text.as_bytes().get(start) {
            // It could have been `((`, so bash shows it as it was written.
            Some(b'(') => self.forget_edits(start),
            _ => self.edit(start, self.pos - 1, shown),
        }
        Ok(list)
    }

    fn list_to_parenthesis(&mut self) -> Outcome<List> {
        let list = self.list_or_nothing()?;
        match self.peek() {
            Some(b')') => {
                self.pos += 1;
                Ok(list)
            }
            _ => Err(self.unexpected()),
        }
    }

    /// Where the `close` stands that belongs to an `open` before `from`.
    pub(super) fn matching(&self, from: usize, open: u8, close: u8) -> Option<usize> {
        Matcher { bytes: self.text.as_bytes().get(..self.end())? }.close(from, open, close, 0)
    }

    pub(super) fn share(&self, start: usize) -> Arc<str> {
        self.source(start, self.pos)
    }
}

/// Finds the ends of things without reading what is in them.
struct Matcher<'a> {
    bytes: &'a [u8],
}

impl Matcher<'_> {
    fn close(&self, from: usize, open: u8, close: u8, depth: u32) -> Option<usize> {
        let mut at = from;
        let mut count = 1u32;
        loop {
            let byte = *self.bytes.get(at)?;
            at = match byte {
                b'\\' => at + 2,
                b'\'' => self.find(at + 1, b'\'')? + 1,
                b'"' => self.quoted(at + 1, depth)? + 1,
                b'`' => self.find_unescaped(at + 1, b'`')? + 1,
                b'$' if self.bytes.get(at + 1) == Some(&b'{') && open != b'{' => {
                    self.nested(at + 2, b'{', b'}', depth)? + 1
                }
                _ if byte == close => {
                    count -= 1;
                    if count == 0 {
                        return Some(at);
                    }
                    at + 1
                }
                _ if byte == open => {
                    count += 1;
                    at + 1
                }
                _ => at + 1,
            };
        }
    }

    fn nested(&self, from: usize, open: u8, close: u8, depth: u32) -> Option<usize> {
        match depth < 100 {
            true => self.close(from, open, close, depth + 1),
            false => None,
        }
    }

    /// Where a double-quoted text ends.
    fn quoted(&self, from: usize, depth: u32) -> Option<usize> {
        let mut at = from;
        loop {
            at = match (*self.bytes.get(at)?, self.bytes.get(at + 1)) {
                (b'"', _) => return Some(at),
                (b'\\', _) => at + 2,
                (b'`', _) => self.find_unescaped(at + 1, b'`')? + 1,
                (b'$', Some(b'(')) => self.nested(at + 2, b'(', b')', depth)? + 1,
                (b'$', Some(b'{')) => self.nested(at + 2, b'{', b'}', depth)? + 1,
                _ => at + 1,
            };
        }
    }

    fn find(&self, from: usize, wanted: u8) -> Option<usize> {
        self.bytes.get(from..)?.iter().position(|byte| *byte == wanted).map(|at| from + at)
    }

    fn find_unescaped(&self, from: usize, wanted: u8) -> Option<usize> {
        let mut at = from;
        loop {
            at = match *self.bytes.get(at)? {
                b'\\' => at + 2,
                byte if byte == wanted => return Some(at),
                _ => at + 1,
            };
        }
    }
}
