//! `for` and `select`, and the bodies of all loops.

use super::{
    ast::*,
    error::{Outcome, SyntaxError},
    parser::Parser,
    quotes::Within,
    words::is_break,
};

impl Parser {
    /// `do …; done`
    pub(super) fn do_group(&mut self) -> Outcome<List> {
        self.expect("do")?;
        let body = self.list()?;
        self.expect("done")?;
        Ok(body)
    }

    /// The same, or `{ …; }`, which bash takes after `for` and `select`.
    fn loop_body(&mut self) -> Outcome<List> {
        self.skip_newlines()?;
        if !self.word_is("{") {
            return self.do_group();
        }
        self.pos += 1;
        let body = self.list()?;
        self.expect("}")?;
        Ok(body)
    }

    pub(super) fn for_command(&mut self) -> Outcome<CompoundKind> {
        self.skip_blanks();
        if self.looking_at("((") {
            return self.arithmetic_for();
        }
        let (name, words, body) = self.loop_over_words()?;
        Ok(CompoundKind::For { name, words, body })
    }

    /// What follows `for` and `select`.
    pub(super) fn loop_over_words(&mut self) -> Outcome<(String, Option<Vec<Word>>, List)> {
        let name = self.name_word()?;
        self.skip_blanks();
        if self.peek() == Some(b';') && self.peek_at(1) != Some(b';') {
            self.pos += 1;
            return Ok((name, None, self.loop_body()?));
        }
        self.skip_newlines()?;
        if !self.word_is("in") {
            return Ok((name, None, self.loop_body()?));
        }
        self.pos += "in".len();
        let words = self.word_list()?;
        match (self.peek(), self.peek_at(1)) {
            (Some(b';'), Some(b';' | b'&')) => return Err(self.unexpected()),
            (Some(b';'), _) => self.pos += 1,
            (Some(b'\n'), _) => {}
            _ => return Err(self.unexpected()),
        }
        Ok((name, Some(words), self.loop_body()?))
    }

    /// A word that names something; bash checks what it is when it is used.
    pub(super) fn name_word(&mut self) -> Outcome<String> {
        self.skip_blanks();
        match self.peek() {
            Some(byte) if !is_break(byte) => Ok(self.word()?.source.to_string()),
            _ => Err(self.unexpected()),
        }
    }

    /// Words up to what is none.
    fn word_list(&mut self) -> Outcome<Vec<Word>> {
        let mut words = Vec::new();
        loop {
            self.skip_blanks();
            if !self.at_word() {
                return Ok(words);
            }
            words.push(self.word()?);
        }
    }

    /// Whether a word begins here.
    pub(super) fn at_word(&self) -> bool {
        match self.peek() {
            Some(b'<' | b'>') => self.peek_at(1) == Some(b'('),
            Some(byte) => !is_break(byte),
            None => false,
        }
    }

    fn arithmetic_for(&mut self) -> Outcome<CompoundKind> {
        let start = self.pos;
        self.pos += 2;
        let end = self.matching(self.pos, start, b'(', b')')?;
        if self.text.as_bytes().get(end + 1) != Some(&b')') {
            self.pos = start;
            return Err(self.unexpected());
        }
        let mut expressions = Vec::with_capacity(3);
        self.until(end, |parser| {
            loop {
                while matches!(parser.peek(), Some(b' ' | b'\t' | b'\n')) {
                    parser.pos += 1;
                }
                expressions.push(parser.arithmetic(Within::Semicolon)?);
                if parser.peek().is_none() {
                    return Ok(());
                }
                parser.pos += 1;
            }
        })?;
        self.pos = end + 2;
        let count = expressions.len();
        let Ok([init, condition, step]) = <[Arithmetic; 3]>::try_from(expressions) else {
            let message = if count < 3 { "arithmetic expression required" } else { "`;' unexpected" };
            let detail = format!("syntax error: `{}'", self.source(start, self.pos));
            let error = SyntaxError::new(self.line(), format!("syntax error: {message}"));
            return Err(error.with_detail(self.line(), detail));
        };
        self.skip_blanks();
        if self.peek() == Some(b';') {
            self.pos += 1;
        }
        let body = self.loop_body()?;
        Ok(CompoundKind::ArithmeticFor { init, condition, step, body })
    }
}
