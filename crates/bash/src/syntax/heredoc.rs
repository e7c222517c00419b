//! Here-documents: their bodies stand after the line, and are put into the tree when it is read.

use std::{collections::VecDeque, sync::Arc};

use super::{
    ast::*,
    error::{Outcome, SyntaxError, Warning},
    parser::Parser,
    quotes::Within,
};

/// A here-document whose body is still to come.
struct Pending {
    /// The delimiter without its quotes.
    delimiter: String,
    quoted: bool,
    strip_tabs: bool,
    line: u32,
}

/// The here-documents of one line.
#[derive(Default)]
pub(super) struct HereDocuments {
    pending: Vec<Pending>,
    /// Bodies that were read, in the order in which their redirections stand.
    bodies: VecDeque<Word>,
    /// A newline after which the bodies were read before their turn, and where they end.
    jump: Option<(usize, usize)>,
}

impl HereDocuments {
    /// Where to go on after the newline at `pos`, if not right behind it.
    pub(super) fn after_newline(&mut self, pos: usize) -> Option<usize> {
        self.jump.take_if(|(newline, _)| *newline == pos).map(|(_, end)| end)
    }
}

impl Parser {
    /// Reads the word after `<<` and keeps in mind that a body comes.
    pub(super) fn here_document(&mut self, strip_tabs: bool) -> Outcome<HereDocument> {
        let line = self.line();
        let word = self.redirection_word()?;
        let delimiter = word.source.to_string();
        let quoted = delimiter.contains(['\'', '"', '\\']);
        let pending = Pending { delimiter: without_quotes(&delimiter), quoted, strip_tabs, line };
        self.heredocs.pending.push(pending);
        Ok(HereDocument { delimiter, strip_tabs, body: Word::default() })
    }

    /// Reads the bodies that begin here.
    pub(super) fn read_here_documents(&mut self) -> Outcome<()> {
        for pending in std::mem::take(&mut self.heredocs.pending) {
            let body = self.body(&pending)?;
            self.heredocs.bodies.push_back(body);
        }
        Ok(())
    }

    fn body(&mut self, pending: &Pending) -> Outcome<Word> {
        let first_line = self.line();
        let mut body = String::new();
        loop {
            if self.pos >= self.end() {
                self.cut(pending)?;
                break;
            }
            let line = self.body_line(!pending.quoted);
            let line = match pending.strip_tabs {
                true => line.trim_start_matches('\t'),
                false => &line,
            };
            if line.strip_suffix('\n').unwrap_or(line) == pending.delimiter {
                break;
            }
            body.push_str(line);
        }
        let source: Arc<str> = body.as_str().into();
        let parts = match pending.quoted {
            true => vec![Part::Literal(body)],
            false => self.body_parts(&body, first_line),
        };
        Ok(Word { parts, source })
    }

    fn body_parts(&mut self, body: &str, first_line: u32) -> Vec<Part> {
        let mut parser = self.inner(body, first_line);
        let parts = parser.quoted_parts(Within::Text);
        self.warnings.append(&mut parser.warnings);
        // bash finds out what is wrong when it expands the body.
        parts.unwrap_or_else(|_| vec![Part::BadSubstitution(body.to_owned())])
    }

    /// One line with its newline; where `join`, with those that it is continued by.
    fn body_line(&mut self, join: bool) -> String {
        let mut line = String::new();
        loop {
            let rest = self.rest();
            let length = rest.bytes().position(|byte| byte == b'\n').map_or(rest.len(), |at| at + 1);
            line.push_str(&rest[..length]);
            self.pos += length;
            if !join
                || !line.ends_with("\\\n")
                || line.trim_end_matches('\n').bytes().rev().take_while(|b| *b == b'\\').count() % 2 == 0
            {
                return line;
            }
            line.truncate(line.len() - 2);
        }
    }

    /// The text ends before the body does.
    fn cut(&mut self, pending: &Pending) -> Outcome<()> {
        let message = format!(
            "here-document at line {} delimited by end-of-file (wanted `{}')",
            pending.line, pending.delimiter
        );
        // The line that bash read last.
        let line = self.line_at(self.pos.saturating_sub(1));
        if self.options.may_go_on {
            let awaited = Some(pending.delimiter.clone());
            return Err(Box::new(SyntaxError { awaited, ..*SyntaxError::incomplete(line, message) }));
        }
        self.warnings.push(Warning { line, message });
        Ok(())
    }

    /// Runs `read` for a list of commands with here-documents of its own, and puts their bodies into it.
    pub(super) fn with_here_documents(
        &mut self,
        read: impl FnOnce(&mut Self) -> Outcome<List>,
    ) -> Outcome<List> {
        let outer = std::mem::take(&mut self.heredocs.pending);
        let outer_bodies = std::mem::take(&mut self.heredocs.bodies);
        let outcome = read(self);
        if outcome.is_ok() && !self.heredocs.pending.is_empty() {
            self.read_bodies_ahead()?;
        }
        let mut bodies = std::mem::replace(&mut self.heredocs.bodies, outer_bodies);
        self.heredocs.pending = outer;
        let mut list = outcome?;
        if !bodies.is_empty() {
            fill_list(&mut list, &mut bodies);
        }
        Ok(list)
    }

    /// Reads bodies that begin after this line although a `)` came before the line's end.
    fn read_bodies_ahead(&mut self) -> Outcome<()> {
        let line = self.line();
        let message =
            format!("command substitution: {} unterminated here-document", self.heredocs.pending.len());
        self.warnings.push(Warning { line, message });
        let here = self.pos;
        let mut newline = here;
        let bytes = self.text.as_bytes();
        while bytes.get(newline).is_some_and(|byte| *byte != b'\n' || bytes.get(newline - 1) == Some(&b'\\'))
        {
            newline += 1;
        }
        let tail = std::mem::take(&mut self.tail);
        self.pos = match self.heredocs.jump {
            Some((at, end)) if at == newline => end,
            _ => (newline + 1).min(self.text.len()),
        };
        self.read_here_documents()?;
        self.heredocs.jump = Some((newline, self.pos));
        self.pos = here;
        self.tail = tail;
        Ok(())
    }
}

impl HereDocument {
    /// The line that ends the body.
    pub(super) fn end(&self) -> String {
        without_quotes(&self.delimiter)
    }
}

/// The text of a delimiter: nothing in it is expanded.
fn without_quotes(written: &str) -> String {
    let mut text = String::new();
    let mut rest = written.chars().peekable();
    let mut quote = None;
    while let Some(character) = rest.next() {
        match (character, quote) {
            ('\'' | '"', None) => quote = Some(character),
            (_, Some(open)) if open == character => quote = None,
            ('\\', None) => text.extend(rest.next()),
            ('\\', Some('"')) if matches!(rest.peek(), Some('"' | '\\' | '$' | '`')) => {
                text.extend(rest.next())
            }
            ('$', None) if matches!(rest.peek(), Some('\'' | '"')) => {}
            _ => text.push(character),
        }
    }
    text
}

fn fill_list(list: &mut List, bodies: &mut VecDeque<Word>) {
    for item in &mut list.items {
        fill_pipeline(&mut item.and_or.first, bodies);
        for (_, pipeline) in &mut item.and_or.rest {
            fill_pipeline(pipeline, bodies);
        }
    }
}

fn fill_pipeline(pipeline: &mut Pipeline, bodies: &mut VecDeque<Word>) {
    for command in &mut pipeline.commands {
        fill_command(command, bodies);
    }
}

fn fill_command(command: &mut Command, bodies: &mut VecDeque<Word>) {
    match command {
        Command::Simple(simple) => fill_redirections(&mut simple.redirections, bodies),
        Command::Compound(compound) => fill_compound(compound, bodies),
        Command::Function(function) => fill_compound(&mut function.body, bodies),
    }
}

fn fill_compound(compound: &mut Arc<Compound>, bodies: &mut VecDeque<Word>) {
    // Nobody else has it yet: it was made a moment ago.
    let Some(compound) = Arc::get_mut(compound) else { return };
    match &mut compound.kind {
        CompoundKind::Group(list) => fill_list(list, bodies),
        CompoundKind::Subshell(list) => fill_list(Arc::make_mut(list), bodies),
        CompoundKind::If { branches, otherwise } => {
            for (condition, body) in branches {
                fill_list(condition, bodies);
                fill_list(body, bodies);
            }
            if let Some(list) = otherwise {
                fill_list(list, bodies);
            }
        }
        CompoundKind::While { condition, body, .. } => {
            fill_list(condition, bodies);
            fill_list(body, bodies);
        }
        CompoundKind::For { body, .. }
        | CompoundKind::ArithmeticFor { body, .. }
        | CompoundKind::Select { body, .. } => fill_list(body, bodies),
        CompoundKind::Case { arms, .. } => arms.iter_mut().for_each(|arm| fill_list(&mut arm.body, bodies)),
        CompoundKind::Arithmetic(_) | CompoundKind::Test(_) => {}
        CompoundKind::Coproc { body, .. } => fill_command(body, bodies),
    }
    fill_redirections(&mut compound.redirections, bodies);
}

fn fill_redirections(redirections: &mut [Redirection], bodies: &mut VecDeque<Word>) {
    for redirection in redirections {
        if let RedirectionKind::HereDocument(document) = &mut redirection.kind {
            document.body = bodies.pop_front().unwrap_or_default();
        }
    }
}
