//! Compound commands and functions.

use std::sync::Arc;

use super::{ast::*, error::Outcome, parser::Parser};

impl Parser {
    /// The compound command or function that begins here, with the redirections after it.
    pub(super) fn compound(&mut self) -> Outcome<Command> {
        let line = self.line();
        if self.word_is("function") {
            return self.function(line);
        }
        let kind = self.compound_kind()?;
        let redirections = match kind {
            CompoundKind::Coproc { .. } => Vec::new(),
            _ => self.redirections()?,
        };
        Ok(Command::Compound(Arc::new(Compound { kind, redirections, line })))
    }

    fn compound_kind(&mut self) -> Outcome<CompoundKind> {
        if self.peek() == Some(b'(') {
            return self.parenthesis();
        }
        let Some(word) = self.reserved() else { return Err(self.unexpected()) };
        let start = self.pos;
        self.pos += word.len();
        match word {
            "{" => {
                let list = self.list()?;
                self.expect("}")?;
                Ok(CompoundKind::Group(list))
            }
            "if" => self.if_command(),
            "while" | "until" => {
                let condition = self.list()?;
                let body = self.do_group()?;
                Ok(CompoundKind::While { until: word == "until", condition, body })
            }
            "for" => self.for_command(),
            "select" => {
                let (name, words, body) = self.loop_over_words()?;
                Ok(CompoundKind::Select { name, words, body })
            }
            "case" => self.case_command(),
            "[[" => Ok(CompoundKind::Test(self.test_command()?)),
            "coproc" => self.coproc(),
            _ => {
                self.pos = start;
                Err(self.unexpected())
            }
        }
    }

    /// `(( … ))` or `( … )`
    fn parenthesis(&mut self) -> Outcome<CompoundKind> {
        let start = self.pos;
        if self.peek_at(1) == Some(b'(') {
            self.pos += 2;
            if let Some(expression) = self.double_parenthesized(start)? {
                return Ok(CompoundKind::Arithmetic(expression));
            }
        }
        self.pos = start + 1;
        let list = self.list()?;
        if self.peek() != Some(b')') {
            return Err(self.unexpected());
        }
        self.pos += 1;
        Ok(CompoundKind::Subshell(Arc::new(list)))
    }

    fn if_command(&mut self) -> Outcome<CompoundKind> {
        let mut branches = Vec::with_capacity(1);
        loop {
            let condition = self.list()?;
            self.expect("then")?;
            branches.push((condition, self.list()?));
            self.skip_blanks();
            if self.word_is("elif") {
                self.pos += "elif".len();
                continue;
            }
            let mut otherwise = None;
            if self.word_is("else") {
                self.pos += "else".len();
                otherwise = Some(self.list()?);
            }
            self.expect("fi")?;
            return Ok(CompoundKind::If { branches, otherwise });
        }
    }

    fn case_command(&mut self) -> Outcome<CompoundKind> {
        self.skip_blanks();
        if !self.at_word() {
            return Err(self.unexpected());
        }
        let word = self.word()?;
        self.skip_newlines()?;
        self.expect("in")?;
        let mut arms = Vec::new();
        loop {
            self.skip_newlines()?;
            if self.word_is("esac") {
                break;
            }
            let (arm, last) = self.arm()?;
            arms.push(arm);
            if last {
                self.expect("esac")?;
                return Ok(CompoundKind::Case { word, arms });
            }
        }
        self.pos += "esac".len();
        Ok(CompoundKind::Case { word, arms })
    }

    /// One arm, and whether no other may follow.
    fn arm(&mut self) -> Outcome<(Arm, bool)> {
        self.take("(");
        let mut patterns = Vec::with_capacity(1);
        loop {
            self.skip_blanks();
            if !self.at_word() {
                return Err(self.unexpected());
            }
            patterns.push(self.word()?);
            self.skip_blanks();
            match self.peek() {
                Some(b'|') if self.peek_at(1) != Some(b'|') => self.pos += 1,
                Some(b')') => break,
                _ => return Err(self.unexpected()),
            }
        }
        self.pos += 1;
        let body = self.list_or_nothing()?;
        for (text, end) in [(";;&", ArmEnd::TryNext), (";;", ArmEnd::Break), (";&", ArmEnd::FallThrough)] {
            if self.take(text) {
                return Ok((Arm { patterns, body, end }, false));
            }
        }
        Ok((Arm { patterns, body, end: ArmEnd::Break }, true))
    }

    fn coproc(&mut self) -> Outcome<CompoundKind> {
        self.skip_blanks();
        let start = self.pos;
        if !self.at_word() && self.peek() != Some(b'(') {
            // Redirections alone make a command too.
            let body = self.command()?;
            return Ok(CompoundKind::Coproc { name: "COPROC".into(), body });
        }
        if !self.at_compound() {
            let name = self.word()?.source.to_string();
            self.skip_blanks();
            if self.at_compound() {
                let body = self.compound()?;
                return Ok(CompoundKind::Coproc { name, body });
            }
            self.pos = start;
            self.forget_edits(start);
        }
        let body = self.command()?;
        Ok(CompoundKind::Coproc { name: "COPROC".into(), body })
    }

    /// Whether a compound command begins here.
    fn at_compound(&self) -> bool {
        self.peek() == Some(b'(')
            || matches!(
                self.reserved(),
                Some("{" | "if" | "while" | "until" | "for" | "select" | "case" | "[[")
            )
    }

    /// `function name` with or without `()`.
    fn function(&mut self, line: u32) -> Outcome<Command> {
        self.pos += "function".len();
        let name = self.name_word()?;
        self.skip_blanks();
        if self.peek() == Some(b'(') {
            let start = self.pos;
            self.pos += 1;
            self.skip_blanks();
            match self.peek() {
                Some(b')') => self.pos += 1,
                // `function f (subshell)`
                _ => self.pos = start,
            }
        }
        self.function_body(name, line)
    }

    /// The body of a function.
    pub(super) fn function_body(&mut self, name: String, line: u32) -> Outcome<Command> {
        self.skip_newlines()?;
        if !self.at_compound() {
            return Err(self.unexpected());
        }
        match self.nested(Self::compound)? {
            Command::Compound(body) => Ok(Command::Function(Function { name, body, line })),
            Command::Simple(_) | Command::Function(_) => Err(self.unexpected()),
        }
    }
}
