//! Lists, pipelines and simple commands.

use super::{
    ast::*,
    error::{Outcome, SyntaxError},
    parser::Parser,
    words::is_break,
};

impl Parser {
    /// The next complete command line with the here-documents after it. None at the end of the script.
    pub(super) fn command_line(&mut self) -> Outcome<Option<List>> {
        self.edits.clear();
        self.newlines.clear();
        self.forget_aliases();
        self.skip_newlines()?;
        if self.peek().is_none() {
            return Ok(None);
        }
        let list = self.with_here_documents(|parser| {
            let list = parser.simple_list()?;
            match parser.peek() {
                Some(b'\n') => parser.take_newline()?,
                Some(_) => return Err(parser.unexpected()),
                None if parser.options.may_go_on => {
                    return Err(SyntaxError::incomplete(
                        parser.line(),
                        "syntax error: unexpected end of file",
                    ));
                }
                None => parser.read_here_documents()?,
            }
            Ok(list)
        })?;
        Ok(Some(list))
    }

    /// Commands up to the end of the line.
    fn simple_list(&mut self) -> Outcome<List> {
        let mut items = Vec::with_capacity(1);
        loop {
            let and_or = self.and_or()?;
            let separator = self.separator();
            items.push(Item { and_or, background: separator == Some(b'&') });
            self.skip_blanks();
            if separator.is_none() || matches!(self.peek(), None | Some(b'\n')) {
                return Ok(List { items });
            }
        }
    }

    /// Commands up to what may end a compound command's part; at least one.
    pub(super) fn list(&mut self) -> Outcome<List> {
        self.skip_to_command()?;
        match self.at_list_end() {
            true => Err(self.unexpected()),
            false => self.list_or_nothing(),
        }
    }

    /// The same, or none.
    pub(super) fn list_or_nothing(&mut self) -> Outcome<List> {
        let mut items = Vec::with_capacity(1);
        self.skip_to_command()?;
        while !self.at_list_end() {
            let and_or = self.and_or()?;
            let separator = self.separator();
            items.push(Item { and_or, background: separator == Some(b'&') });
            self.skip_blanks();
            let newline = self.peek() == Some(b'\n');
            if self.substitutions > 0 {
                self.newlines.push(newline && separator.is_none());
            }
            if separator.is_none() && !newline {
                break;
            }
            self.skip_to_command()?;
        }
        Ok(List { items })
    }

    /// Goes over newlines to where a command may begin, and puts the aliases there in their places.
    fn skip_to_command(&mut self) -> Outcome<()> {
        self.skip_newlines()?;
        while self.options.aliases.is_some() && self.reserved().is_none() && self.expand_alias() {
            self.skip_newlines()?;
        }
        Ok(())
    }

    /// `;` or `&` after a command.
    fn separator(&mut self) -> Option<u8> {
        self.skip_blanks();
        let separator = match (self.peek(), self.peek_at(1)) {
            (Some(b';'), Some(b';' | b'&')) | (Some(b'&'), Some(b'&')) => None,
            (Some(byte @ (b';' | b'&')), _) => Some(byte),
            _ => None,
        };
        if separator.is_some() {
            self.pos += 1;
        }
        separator
    }

    /// Whether what stands here can only come after a list.
    fn at_list_end(&self) -> bool {
        match self.peek() {
            None | Some(b')') => true,
            Some(b';') => matches!(self.peek_at(1), Some(b';' | b'&')),
            Some(_) => {
                matches!(
                    self.reserved(),
                    Some("then" | "do" | "done" | "fi" | "elif" | "else" | "esac" | "}")
                )
            }
        }
    }

    fn and_or(&mut self) -> Outcome<AndOr> {
        let first = self.pipeline()?;
        let mut rest = Vec::new();
        loop {
            self.skip_blanks();
            let connector = match (self.peek(), self.peek_at(1)) {
                (Some(b'&'), Some(b'&')) => Connector::And,
                (Some(b'|'), Some(b'|')) => Connector::Or,
                _ => return Ok(AndOr { first, rest }),
            };
            self.pos += 2;
            self.skip_newlines()?;
            rest.push((connector, self.pipeline()?));
        }
    }

    fn pipeline(&mut self) -> Outcome<Pipeline> {
        let mut pipeline = Pipeline { negated: false, timed: None, commands: Vec::with_capacity(1) };
        let mut prefixed = false;
        loop {
            self.skip_blanks();
            match self.reserved() {
                Some("!") => {
                    self.pos += 1;
                    pipeline.negated = !pipeline.negated;
                }
                Some("time") => {
                    self.pos += "time".len();
                    pipeline.timed = Some(self.time_options());
                }
                _ => break,
            }
            prefixed = true;
        }
        let alone = match self.peek() {
            None | Some(b'\n') => true,
            Some(b';') => !matches!(self.peek_at(1), Some(b';' | b'&')),
            Some(_) => false,
        };
        if prefixed && alone {
            return Ok(pipeline);
        }
        loop {
            let command = self.command()?;
            pipeline.commands.push(command);
            self.skip_blanks();
            match (self.peek(), self.peek_at(1)) {
                (Some(b'|'), Some(b'|')) => return Ok(pipeline),
                (Some(b'|'), Some(b'&')) => {
                    self.pos += 2;
                    pipe_errors_too(&mut pipeline.commands);
                }
                (Some(b'|'), _) => self.pos += 1,
                _ => return Ok(pipeline),
            }
            self.skip_newlines()?;
        }
    }

    /// `-p` and `--` after `time`.
    fn time_options(&mut self) -> Timed {
        let mut timed = Timed::Format;
        for (option, meaning) in [("-p", Timed::Posix), ("--", timed)] {
            self.skip_blanks();
            if self.word_is(option) {
                self.pos += option.len();
                timed = if option == "-p" { meaning } else { timed };
            }
        }
        timed
    }

    pub(super) fn command(&mut self) -> Outcome<Command> {
        self.skip_blanks();
        while self.options.aliases.is_some() && self.reserved().is_none() && self.expand_alias() {
            self.skip_blanks();
        }
        match self.peek() {
            Some(b'(') => return self.nested(Self::compound),
            Some(b'<' | b'>') => {}
            Some(b'&') if self.peek_at(1) == Some(b'>') => {}
            Some(byte) if !is_break(byte) => {}
            _ => return Err(self.unexpected()),
        }
        if self.reserved().is_some() {
            return self.nested(Self::compound);
        }
        let simple = self.simple()?;
        match (self.peek(), &*simple.words, simple.assignments.is_empty() && simple.redirections.is_empty()) {
            (Some(b'('), [name], true) => self.function_after_name(name, simple.line),
            _ => Ok(Command::Simple(simple)),
        }
    }

    /// Assignments, words and redirections up to what is none of them.
    fn simple(&mut self) -> Outcome<Simple> {
        let mut simple = Simple { line: self.line(), ..Simple::default() };
        let mut declares = false;
        loop {
            let before = self.pos;
            self.skip_blanks();
            if self.after_alias(before) && self.expand_alias() {
                continue;
            }
            if let Some(redirection) = self.redirection()? {
                simple.redirections.push(redirection);
            } else if !self.at_word() {
                return Ok(simple);
            } else if !simple.words.is_empty() {
                let array = if declares { self.array_argument()? } else { None };
                let word = array.map_or_else(|| self.word(), Ok)?;
                simple.words.push(word);
            } else if let Some(assignment) = self.assignment()? {
                simple.assignments.push(assignment);
            } else if !self.expand_alias() {
                let solid = self.solid_start()?;
                let word = self.word_with_solid_start(solid)?;
                declares = takes_assignments(&word);
                simple.words.push(word);
            }
        }
    }

    /// `name ()` and what follows it.
    fn function_after_name(&mut self, name: &Word, line: u32) -> Outcome<Command> {
        self.pos += 1;
        self.skip_blanks();
        if self.peek() != Some(b')') {
            return Err(self.unexpected());
        }
        self.pos += 1;
        self.function_body(name.source.to_string(), line)
    }
}

/// Whether a command takes `name=(…)` among its arguments.
fn takes_assignments(name: &Word) -> bool {
    matches!(
        &*name.source,
        "declare" | "typeset" | "local" | "export" | "readonly" | "alias" | "eval" | "let"
    )
}

/// What the `&` of `|&` adds to the command before it.
fn pipe_errors_too(commands: &mut [Command]) {
    let word = Word { parts: vec![Part::Literal("1".into())], source: "1".into() };
    let redirection =
        Redirection { target: RedirectionTarget::Number(2), kind: RedirectionKind::DuplicateOutput(word) };
    match commands.last_mut() {
        Some(Command::Simple(simple)) => simple.redirections.push(redirection),
        Some(Command::Compound(compound)) => add_redirection(compound, redirection),
        Some(Command::Function(function)) => add_redirection(&mut function.body, redirection),
        None => {}
    }
}

fn add_redirection(compound: &mut std::sync::Arc<Compound>, redirection: Redirection) {
    // Nobody else has it yet: it was made a moment ago.
    if let Some(compound) = std::sync::Arc::get_mut(compound) {
        compound.redirections.push(redirection);
    }
}
