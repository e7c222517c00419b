//! From words to steps: the items of a program and its statements.

use std::collections::HashMap;
use std::sync::Arc;

use super::code::{Place, Program, Step, To};
use super::dialect::Dialect;
use super::expression::LOWEST;
use super::lexer::{Lexer, Token};
use super::names::Names;
use super::regex::Regex;
use super::statements::Loop;
use super::value::Value;

/// Problems after which the rest is not looked at.
const MAX_PROBLEMS: usize = 5;

/// How deep a program may nest.
const MAX_DEPTH: usize = 250;

/// What is wrong was told.
pub(super) struct Wrong;

pub(super) type Parsed<T = ()> = Result<T, Wrong>;

/// One text of a program, from a file or from the command line.
pub(super) struct Source {
    pub(super) file: Option<String>,
    pub(super) text: Vec<u8>,
}

/// What statements belong to.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    Begin,
    Main,
    End,
    Function,
}

/// Items of one kind, each of which goes on with the next.
#[derive(Default)]
struct Chain {
    first: Option<u32>,
    /// The jump at the end of the last one.
    last: Option<usize>,
}

pub(super) struct Parser<'a> {
    pub(super) lexer: Lexer<'a>,
    pub(super) token: Token,
    /// The line on which `token` stands.
    pub(super) line: usize,
    pub(super) dialect: Dialect,
    pub(super) steps: Vec<Step>,
    pub(super) constants: Vec<Value>,
    pub(super) regexes: Vec<Arc<Regex>>,
    pub(super) names: Names,
    pub(super) problems: Vec<String>,
    pub(super) file: Option<String>,
    pub(super) loops: Vec<Loop>,
    pub(super) part: Part,
    pub(super) ranges: u32,
    pub(super) parentheses: usize,
    /// Whether `>` is where `print` writes to.
    pub(super) prints: bool,
    pub(super) depth: usize,
    /// Blocks that have begun.
    pub(super) braces: usize,
    /// Whether what follows a problem makes no sense.
    pub(super) gives_up: bool,
}

/// Reads a program, or says what is wrong with it.
pub(super) fn parse(sources: &[Source], dialect: Dialect) -> Result<Program, Vec<String>> {
    let mut chains = [Chain::default(), Chain::default(), Chain::default()];
    let mut parser = Parser::new(&[], dialect);
    for source in sources {
        parser.lexer = Lexer::new(&source.text, dialect);
        parser.file = source.file.clone();
        parser.advance();
        parser.items(&mut chains);
    }
    parser.finish(chains)
}

impl<'a> Parser<'a> {
    fn new(text: &'a [u8], dialect: Dialect) -> Self {
        Self {
            lexer: Lexer::new(text, dialect),
            token: Token::End,
            line: 1,
            dialect,
            steps: Vec::new(),
            constants: Vec::new(),
            regexes: Vec::new(),
            names: Names::new(dialect),
            problems: Vec::new(),
            file: None,
            loops: Vec::new(),
            part: Part::Main,
            ranges: 0,
            parentheses: 0,
            prints: false,
            depth: 0,
            braces: 0,
            gives_up: false,
        }
    }

    pub(super) fn advance(&mut self) {
        self.line = self.lexer.line;
        self.token = self.lexer.token();
    }

    /// The word after this one.
    pub(super) fn ahead(&self) -> Token {
        self.lexer.clone().token()
    }

    pub(super) fn is(&self, sign: &str) -> bool {
        matches!(self.token, Token::Sign(found) if found == sign)
    }

    pub(super) fn is_word(&self, word: &str) -> bool {
        matches!(self.token, Token::Word(found) if found == word)
    }

    /// Goes on if the sign stands here.
    pub(super) fn takes(&mut self, sign: &str) -> bool {
        let found = self.is(sign);
        if found {
            self.advance();
        }
        found
    }

    pub(super) fn expect(&mut self, sign: &str) -> Parsed {
        if self.takes(sign) { Ok(()) } else { Err(self.unexpected()) }
    }

    pub(super) fn skip_newlines(&mut self) {
        while self.token == Token::Newline {
            self.advance();
        }
    }

    /// Tells a problem on the line of the word.
    pub(super) fn wrong(&mut self, problem: impl std::fmt::Display) -> Wrong {
        let file = self.file.as_ref().map(|file| format!("{file}: ")).unwrap_or_default();
        self.problems.push(format!("{file}line {}: {problem}", self.line));
        Wrong
    }

    /// Tells that the word should not be where it is.
    pub(super) fn unexpected(&mut self) -> Wrong {
        match &self.token {
            Token::End => self.wrong("missing } near end of file"),
            Token::Newline if self.parentheses > 0 => self.wrong("missing ) near end of line"),
            Token::Newline => self.wrong("syntax error at or near end of line"),
            Token::Sign("}" | ";") if self.parentheses > 0 => {
                let shown = self.lexer.shown();
                self.wrong(format!("missing ) near {shown}"))
            }
            Token::Sign(")") if self.parentheses == 0 => self.wrong("extra ')'"),
            Token::Unexpected(byte) => {
                let problem = format!("{}: unexpected character '{}'", self.line, char::from(*byte));
                self.problems.push(problem);
                Wrong
            }
            Token::Runaway(text) => {
                let shown: String = String::from_utf8_lossy(text).chars().take(10).collect();
                self.gives_up = true;
                self.wrong(format!("runaway string constant {shown} ..."))
            }
            _ => {
                let shown = self.lexer.shown();
                self.wrong(format!("syntax error at or near {shown}"))
            }
        }
    }

    /// Reads the pattern that begins here.
    pub(super) fn pattern(&mut self) -> Parsed<u32> {
        match self.lexer.pattern() {
            Ok(pattern) => {
                let at = self.regex(&pattern).map_err(|problem| {
                    let shown = String::from_utf8_lossy(&pattern).into_owned();
                    self.wrong(format!("regular expression compile failed ({problem})\n{shown}"))
                });
                self.advance();
                at
            }
            Err(begun) => {
                let shown: String = String::from_utf8_lossy(&begun).chars().take(10).collect();
                self.gives_up = true;
                Err(self.wrong(format!("runaway regular expression {shown} ...")))
            }
        }
    }

    pub(super) fn regex(&mut self, pattern: &[u8]) -> Result<u32, &'static str> {
        self.regexes.push(Arc::new(Regex::new(pattern, self.dialect, false)?));
        Ok(self.regexes.len() as u32 - 1)
    }

    pub(super) fn emit(&mut self, step: Step) -> usize {
        self.steps.push(step);
        self.steps.len() - 1
    }

    pub(super) fn constant(&mut self, value: Value) {
        self.constants.push(value);
        self.emit(Step::Constant(self.constants.len() as u32 - 1));
    }

    /// The text that the last step puts onto the stack, if it is one that never changes.
    pub(super) fn last_text(&self) -> Option<Vec<u8>> {
        match self.steps.last() {
            Some(Step::Constant(at)) => match &self.constants[*at as usize] {
                Value::Text(text) => Some(text.to_vec()),
                _ => None,
            },
            _ => None,
        }
    }

    pub(super) fn here(&self) -> u32 {
        self.steps.len() as u32
    }

    /// Lets a jump arrive at `target`.
    pub(super) fn patch(&mut self, at: usize, target: u32) {
        match &mut self.steps[at] {
            Step::Jump(to)
            | Step::JumpIf(to)
            | Step::JumpUnless(to)
            | Step::Next(to)
            | Step::WithinRange(_, to) => *to = target,
            _ => {}
        }
    }

    pub(super) fn patch_here(&mut self, at: usize) {
        self.patch(at, self.here());
    }

    fn items(&mut self, chains: &mut [Chain; 3]) {
        loop {
            while self.token == Token::Newline || self.is(";") {
                self.advance();
            }
            if self.token == Token::End || self.gives_up || self.problems.len() >= MAX_PROBLEMS {
                return;
            }
            if self.is("}") {
                self.wrong("extra '}'");
                self.advance();
                if self.token == Token::Newline {
                    self.unexpected();
                }
                continue;
            }
            if self.item(chains).is_err() {
                (self.depth, self.parentheses, self.prints) = (0, 0, false);
                self.loops.clear();
                self.names.leave_function();
                self.recover();
            }
        }
    }

    /// Skips what is left of an item with a problem.
    fn recover(&mut self) {
        let ended = self.token == Token::End || self.gives_up;
        while self.token != Token::End && (self.braces > 0 || self.token != Token::Newline) {
            match self.token {
                Token::Sign("{") => self.braces += 1,
                Token::Sign("}") => self.braces = self.braces.saturating_sub(1),
                _ => {}
            }
            self.advance();
        }
        if self.braces > 0 && !ended {
            self.unexpected();
        }
        self.braces = 0;
    }

    fn item(&mut self, chains: &mut [Chain; 3]) -> Parsed {
        if self.is_word("function") {
            self.part = Part::Function;
            return self.function();
        }
        self.part = match self.token {
            Token::Word("BEGIN") => Part::Begin,
            Token::Word("END") => Part::End,
            _ => Part::Main,
        };
        let start = self.here();
        let mut skips = Vec::new();
        if self.part == Part::Main {
            self.condition(&mut skips)?;
        } else {
            self.advance();
            if !self.is("{") {
                return Err(self.unexpected());
            }
        }
        if self.is("{") {
            self.block()?;
        } else {
            self.emit(Step::GetField(0));
            self.emit(Step::Print(1, To::Standard));
        }
        for skip in skips {
            self.patch_here(skip);
        }
        let chain = &mut chains[self.part as usize];
        let (first, last) = (chain.first.is_none(), chain.last);
        let jump = self.emit(Step::Jump(0));
        let chain = &mut chains[self.part as usize];
        chain.last = Some(jump);
        if first {
            chain.first = Some(start);
        }
        if let Some(last) = last {
            self.patch(last, start);
        }
        Ok(())
    }

    /// What a rule waits for. Jumps over its action are added to `skips`.
    fn condition(&mut self, skips: &mut Vec<usize>) -> Parsed {
        if self.is("{") {
            return Ok(());
        }
        let within = self.emit(Step::WithinRange(self.ranges, 0));
        self.value(LOWEST)?;
        skips.push(self.emit(Step::JumpUnless(0)));
        if !self.takes(",") {
            // No range: the step that would look into one goes on to the next.
            self.steps[within] = Step::Jump(within as u32 + 1);
            return Ok(());
        }
        self.skip_newlines();
        self.emit(Step::Range(self.ranges, true));
        self.patch_here(within);
        self.value(LOWEST)?;
        let goes_on = self.emit(Step::JumpUnless(0));
        self.emit(Step::Range(self.ranges, false));
        self.patch_here(goes_on);
        self.ranges += 1;
        Ok(())
    }

    fn function(&mut self) -> Parsed {
        self.advance();
        let name = match std::mem::replace(&mut self.token, Token::End) {
            Token::Name(name) | Token::Called(name) => name,
            token => {
                self.token = token;
                return Err(self.unexpected());
            }
        };
        let start = self.here();
        if let Err(problem) = self.names.begin_function(&name, start) {
            return Err(self.wrong(problem));
        }
        self.advance();
        self.expect("(")?;
        while !self.takes(")") {
            let Token::Name(parameter) = self.token.clone() else { return Err(self.unexpected()) };
            if self.names.is_function(&parameter) {
                return Err(self.unexpected());
            }
            if let Err(problem) = self.names.add_parameter(parameter) {
                return Err(self.wrong(problem));
            }
            self.advance();
            if !self.is(")") {
                self.expect(",")?;
                self.skip_newlines();
            }
        }
        self.skip_newlines();
        if !self.is("{") {
            return Err(self.unexpected());
        }
        self.block()?;
        self.emit_unset();
        self.emit(Step::Return);
        self.names.leave_function();
        Ok(())
    }

    pub(super) fn emit_unset(&mut self) {
        self.constant(Value::Unset);
    }

    /// Guards what nests.
    pub(super) fn deeper<T>(&mut self, parse: impl FnOnce(&mut Self) -> Parsed<T>) -> Parsed<T> {
        if self.depth >= MAX_DEPTH {
            return Err(self.wrong("program nests too deep"));
        }
        self.depth += 1;
        let parsed = parse(self)?;
        self.depth -= 1;
        Ok(parsed)
    }

    /// The place of a variable.
    pub(super) fn variable(&mut self, name: &str) -> Parsed<Place> {
        match self.names.variable(name) {
            Ok(place) => Ok(place),
            Err(problem) => Err(self.wrong(problem)),
        }
    }

    pub(super) fn array(&mut self, name: &str) -> Parsed<super::code::ArrayAt> {
        match self.names.array(name) {
            Ok(array) => Ok(array),
            Err(problem) => Err(self.wrong(problem)),
        }
    }

    fn finish(mut self, chains: [Chain; 3]) -> Result<Program, Vec<String>> {
        let end = self.emit(Step::End) as u32;
        for chain in &chains {
            if let Some(last) = chain.last {
                self.patch(last, end);
            }
        }
        if self.problems.is_empty() {
            let resolved = self.names.resolve(&mut self.steps);
            for problem in resolved {
                self.line = problem.line.unwrap_or(self.lexer.line);
                self.wrong(problem.text);
            }
        }
        if !self.problems.is_empty() {
            return Err(self.problems);
        }
        let (names, functions) = self.names.into_parts();
        let [begin, main, ended] = chains.map(|chain| chain.first);
        Ok(Program {
            steps: self.steps,
            constants: self.constants,
            regexes: self.regexes,
            functions,
            names,
            ranges: self.ranges as usize,
            begin,
            main,
            end: ended,
        })
    }
}

/// Numbers of names.
pub(super) type Numbers = HashMap<String, u32>;

#[cfg(test)]
mod tests {
    use super::*;

    fn problems(text: &str) -> Vec<String> {
        let text = format!("{text}\n").into_bytes();
        parse(&[Source { file: None, text }], Dialect::Mawk).err().unwrap_or_default()
    }

    #[test]
    fn programs_are_read_as_mawk_reads_them() {
        for right in [
            "{ print $1, $NF }",
            "/a/,/b/ { next }",
            "BEGIN { while ((\"cmd\" | getline line) > 0) n++; print n > \"f\" }",
            "function f(a, b) { return a[b] } { print f(x, 1) }",
            "{ if (a) print; else if (b) print b\n else { print c } }",
            "BEGIN { for (k in a) if ((k, 1) in b) delete a[k] }",
            "BEGIN { print length, length(a), -x ^ 2, a ? b : c, !x ~ y, x = y = 1; }",
        ] {
            assert_eq!(problems(right), [""; 0], "{right}");
        }
        for (wrong, problem) in [
            ("{ print $", "line 1: syntax error at or near end of line"),
            ("BEGIN { print 1", "line 2: missing } near end of file"),
            ("BEGIN { f() }", "line 2: function f never defined"),
            ("BEGIN { print (1 }", "line 1: missing ) near }"),
            ("BEGIN { break }", "line 1: break statement outside of loop"),
        ] {
            assert_eq!(problems(wrong).first().map(String::as_str), Some(problem), "{wrong}");
        }
    }

    #[test]
    fn what_nests_too_deep_is_refused() {
        for part in
            ["(", "!", "{", "$", "-", "++", "x = ", "if (1) ", "f(", "a[", "1 ? ", "getline < ", "x ? y : "]
        {
            assert!(!problems(&format!("BEGIN {{ {} 1 }}", part.repeat(20_000))).is_empty(), "{part}");
        }
        let long = format!("BEGIN {{ x = 1{} }}", " + 1".repeat(20_000));
        assert_eq!(problems(&long), [""; 0]);
    }

    /// Whatever stands in a program, it is read or refused.
    #[test]
    fn no_program_is_more_than_wrong() {
        const PARTS: &[&str] = &[
            "BEGIN",
            "END",
            "{",
            "}",
            "(",
            ")",
            "[",
            "]",
            ";",
            "\n",
            ",",
            "+",
            "-",
            "!",
            "$",
            "=",
            "+=",
            "==",
            "<",
            ">",
            ">>",
            "|",
            "?",
            ":",
            "~",
            "in",
            "x",
            "a",
            "f(",
            "function f(a, b)",
            "1",
            "\"s\"",
            "/re/",
            "getline",
            "print",
            "printf",
            "if",
            "else",
            "while",
            "for",
            "do",
            "delete",
            "return",
            "next",
            "exit",
            "split(",
            "sub(",
            "length",
            "match(",
            "++",
            "NF",
            "&&",
            "||",
            "substr(",
            "\"",
            "/",
            "\\",
            "#",
            "^",
            "%",
            "\u{e9}",
        ];
        let mut state = 1u64;
        for _ in 0..3_000 {
            let mut text = String::from("BEGIN { ");
            for _ in 0..20 {
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                text += PARTS[(state >> 33) as usize % PARTS.len()];
                text.push(' ');
            }
            problems(&text);
            problems(&(text + "}"));
        }
    }
}
