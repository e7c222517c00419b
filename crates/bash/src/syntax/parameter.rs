//! `${ … }`

use super::{
    ast::*,
    error::{Outcome, SyntaxError},
    parser::Parser,
    quotes::Within,
    words::{Tildes, Until},
};

impl Parser {
    /// `${ … }`; the `$` stands here.
    pub(super) fn braced_parameter(&mut self, quoted: bool) -> Outcome<Part> {
        self.nested(|parser| parser.braced_parameter_here(quoted))
    }

    fn braced_parameter_here(&mut self, quoted: bool) -> Outcome<Part> {
        let start = self.pos;
        self.pos += 2;
        let inner = self.pos;
        let understood = self.parameter_in_braces(quoted)?;
        if let Some((name, indirect, operation)) = understood {
            match self.peek() {
                Some(b'}') => {
                    self.pos += 1;
                    let source = self.source(start, self.pos);
                    return Ok(Part::Parameter(Box::new(Parameter { name, indirect, operation, source })));
                }
                None => return Err(SyntaxError::unclosed(self.line_at(start), '}')),
                Some(_) => {}
            }
        }
        self.pos = inner;
        self.forget_edits(inner);
        match quoted {
            true => drop(self.quoted_parts(Within::Brace)?),
            false => drop(self.parts(Until::Brace, Tildes::No, inner)?),
        }
        if self.peek() != Some(b'}') {
            return Err(SyntaxError::unclosed(self.line_at(start), '}'));
        }
        self.pos += 1;
        Ok(Part::BadSubstitution(self.source(start, self.pos).to_string()))
    }

    /// What stands between the braces, to before the closing one. None: it means nothing.
    fn parameter_in_braces(&mut self, quoted: bool) -> Outcome<Option<(ParameterName, bool, Operation)>> {
        let start = self.pos;
        if self.peek() == Some(b'#') {
            self.pos += 1;
            if let Some(name) = self.parameter_name()?
                && self.peek() == Some(b'}')
            {
                return Ok(Some((name, false, Operation::Length)));
            }
            self.pos = start;
        }
        let indirect = self.peek() == Some(b'!')
            && self.peek_at(1).is_some_and(|byte| byte.is_ascii_alphanumeric() || b"_@*#?$!".contains(&byte));
        if indirect {
            self.pos += 1;
        }
        let Some(name) = self.parameter_name()? else { return Ok(None) };
        if indirect {
            match (&name, self.peek(), self.peek_at(1)) {
                (ParameterName::Variable(_), Some(sign @ (b'*' | b'@')), Some(b'}')) => {
                    self.pos += 1;
                    return Ok(Some((name, false, Operation::Names(sign == b'*'))));
                }
                (ParameterName::All(..), Some(b'}'), _) => return Ok(Some((name, false, Operation::Keys))),
                _ => {}
            }
        }
        let operation = self.operation(quoted)?;
        Ok(operation.map(|operation| (name, indirect, operation)))
    }

    /// The parameter that is named here.
    fn parameter_name(&mut self) -> Outcome<Option<ParameterName>> {
        if let Some(name) = self.variable_name() {
            if self.peek() != Some(b'[') {
                return Ok(Some(ParameterName::Variable(name)));
            }
            for (all, star) in [("[@]", false), ("[*]", true)] {
                if self.take(all) {
                    return Ok(Some(ParameterName::All(name, star)));
                }
            }
            let subscript = self.subscript_here()?.filter(|subscript| !subscript.source.is_empty());
            return Ok(subscript.map(|subscript| ParameterName::Element(name, subscript)));
        }
        let digits = self.rest().bytes().take_while(u8::is_ascii_digit).count();
        if digits > 0 {
            // No shell has that many parameters, so a number that is too large is as good as the largest.
            let number = self.rest()[..digits].parse().unwrap_or(usize::MAX);
            self.pos += digits;
            return Ok(Some(ParameterName::Positional(number)));
        }
        let special = self.peek().filter(|byte| b"@*#?-$!".contains(byte));
        if special.is_some() {
            self.pos += 1;
        }
        Ok(special.map(|byte| ParameterName::Special(char::from(byte))))
    }

    /// `[subscript]`, and past it. None: no `]` closes it.
    pub(super) fn subscript_here(&mut self) -> Outcome<Option<Word>> {
        let start = self.pos;
        self.pos += 1;
        let subscript = self.word_as(Until::Bracket, Tildes::No)?;
        if self.peek() != Some(b']') {
            self.pos = start;
            self.forget_edits(start);
            return Ok(None);
        }
        self.pos += 1;
        Ok(Some(subscript))
    }

    /// What is done with the value, to before the closing brace. None: it means nothing.
    fn operation(&mut self, quoted: bool) -> Outcome<Option<Operation>> {
        let Some(byte) = self.peek() else { return Ok(Some(Operation::Value)) };
        let or_empty = byte == b':' && matches!(self.peek_at(1), Some(b'-' | b'=' | b'?' | b'+'));
        if or_empty {
            self.pos += 1;
        }
        let sign = self.peek().unwrap_or(b'}');
        if sign != b'}' {
            // A sign that is not known may be a character of several bytes.
            self.take_char();
        }
        Ok(Some(match sign {
            b'}' => Operation::Value,
            b'-' => Operation::Default { or_empty, word: self.operand(quoted)? },
            b'=' => Operation::Assign { or_empty, word: self.operand(quoted)? },
            b'?' => Operation::Error { or_empty, word: self.operand(quoted)? },
            b'+' => Operation::Alternative { or_empty, word: self.operand(quoted)? },
            b':' if self.peek() == Some(b'}') => return Ok(None),
            b':' => self.substring()?,
            b'#' | b'%' => {
                let longest = self.peek() == Some(sign);
                if longest {
                    self.pos += 1;
                }
                let pattern = self.word_as(Until::Brace, Tildes::Start)?;
                Operation::Remove { suffix: sign == b'%', longest, pattern }
            }
            b'/' => self.replacement()?,
            b'^' | b',' | b'~' => {
                let all = self.peek() == Some(sign);
                if all {
                    self.pos += 1;
                }
                let pattern = match self.peek() {
                    Some(b'}') => None,
                    _ => Some(self.word_as(Until::Brace, Tildes::Start)?),
                };
                Operation::Case { change: char::from(sign), all, pattern }
            }
            b'@' => match self.peek().filter(|byte| b"QEPAKakUuL".contains(byte)) {
                Some(letter) => {
                    self.pos += 1;
                    Operation::Transform(char::from(letter))
                }
                None => return Ok(None),
            },
            _ => return Ok(None),
        }))
    }

    /// The word after `:-` and its like.
    fn operand(&mut self, quoted: bool) -> Outcome<Word> {
        if !quoted {
            return self.word_as(Until::Brace, Tildes::Start);
        }
        let start = self.pos;
        let parts = self.quoted_parts(Within::Brace)?;
        Ok(Word { parts, source: self.source(start, self.pos) })
    }

    fn substring(&mut self) -> Outcome<Operation> {
        let offset = self.arithmetic(Within::Colon)?;
        let length = match self.peek() {
            Some(b':') => {
                self.pos += 1;
                Some(self.arithmetic(Within::Offset)?)
            }
            _ => None,
        };
        Ok(Operation::Substring { offset, length })
    }

    /// After `//` a `/` may come first in the pattern.
    fn replaced_pattern(&mut self, place: Place) -> Outcome<Word> {
        let start = self.pos;
        if place != Place::All || !self.take("/") {
            return self.word_as(Until::Slash, Tildes::Start);
        }
        let mut parts = self.parts(Until::Slash, Tildes::No, start)?;
        match parts.first_mut() {
            Some(Part::Literal(text)) => text.insert(0, '/'),
            _ => parts.insert(0, Part::Literal("/".into())),
        }
        Ok(Word { parts, source: self.source(start, self.pos) })
    }

    fn replacement(&mut self) -> Outcome<Operation> {
        let place = match self.peek() {
            Some(b'/') => Place::All,
            Some(b'#') => Place::Start,
            Some(b'%') => Place::End,
            _ => Place::First,
        };
        if place != Place::First {
            self.pos += 1;
        }
        let pattern = self.replaced_pattern(place)?;
        let replacement = match self.peek() {
            Some(b'/') => {
                self.pos += 1;
                Some(self.word_as(Until::Brace, Tildes::Start)?)
            }
            _ => None,
        };
        Ok(Operation::Replace { place, pattern, replacement })
    }
}
