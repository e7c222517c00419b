//! What begins with `$`: parameters, substitutions of commands, arithmetic.

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
        self.pos = start + 2;
        Ok(Part::Command(self.substituted_list()?.into()))
    }

    /// The expression from here to `))`, and past that. None: these are parentheses within parentheses.
    pub(super) fn double_parenthesized(&mut self, start: usize) -> Outcome<Option<Arithmetic>> {
        let end = self.matching(self.pos, start, b'(', b')')?;
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
        let end = self.matching(self.pos, start, b'[', b']')?;
        let expression = self.arithmetic_to(end)?;
        self.pos = end + 1;
        Ok(Part::Arithmetic(expression.into()))
    }

    /// The commands from here to a `)`, and past that.
    pub(super) fn substituted_list(&mut self) -> Outcome<List> {
        let start = self.pos;
        // It could be `((`: bash looks for the parenthesis that closes it first of all.
        // Then it shows it as it was written, but for quotes and what is substituted in it.
        let verbatim = self.peek() == Some(b'(');
        if verbatim {
            self.matching(start, start, b'(', b')')?;
        }
        let outer = std::mem::replace(&mut self.verbatim, verbatim);
        let mark = self.newlines.len();
        let in_test = std::mem::take(&mut self.in_test);
        self.substitutions += 1;
        let list = self.nested(|parser| parser.with_here_documents(Self::list_to_parenthesis));
        self.substitutions -= 1;
        self.in_test = in_test;
        self.verbatim = outer;
        let list = list?;
        if !verbatim {
            let mut shown = print::substituted(&list, &self.newlines[mark..]);
            if shown.starts_with('(') {
                shown.insert(0, ' ');
            }
            self.edit(start, self.pos - 1, shown);
        }
        self.newlines.truncate(mark);
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
}
