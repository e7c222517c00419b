//! Assignments and the elements of arrays.

use super::{
    ast::*,
    error::{Outcome, SyntaxError},
    parser::Parser,
    words::{Tildes, Until},
};

impl Parser {
    /// The assignment that begins here, if one does.
    pub(super) fn assignment(&mut self) -> Outcome<Option<Assignment>> {
        let start = self.pos;
        if self.assignment_length(true).is_none() {
            return Ok(None);
        }
        let Some((name, subscript, append)) = self.assigned()? else {
            self.pos = start;
            self.forget_edits(start);
            return Ok(None);
        };
        let value = match self.peek() {
            Some(b'(') => AssignmentValue::Array(self.array()?),
            _ => AssignmentValue::Scalar(self.word_as(Until::Break, Tildes::Value)?),
        };
        Ok(Some(Assignment { name, subscript, append, value }))
    }

    /// An argument `name=( … )`, if one begins here.
    pub(super) fn array_argument(&mut self) -> Outcome<Option<Word>> {
        let start = self.pos;
        let Some(length) = self.assignment_length(false) else { return Ok(None) };
        if self.peek_at(length) != Some(b'(') {
            return Ok(None);
        }
        let Some(assignment) = self.assignment()? else { return Ok(None) };
        let source = self.source(start, self.pos);
        Ok(Some(Word { parts: vec![Part::ArrayAssignment(Box::new(assignment))], source }))
    }

    /// How long `name=`, `name+=` or `name[…]=` is that begins here.
    fn assignment_length(&self, blanks: bool) -> Option<usize> {
        let name = self.name_length();
        let mut length = name;
        if name == 0 {
            return None;
        }
        if self.peek_at(length) == Some(b'[') {
            let end = self.matching(self.pos + length + 1, self.pos, b'[', b']').ok()?;
            let inner = self.text.get(self.pos + length..end)?;
            if !blanks && inner.contains([' ', '\t', '\n']) {
                return None;
            }
            length = end + 1 - self.pos;
        }
        if self.peek_at(length) == Some(b'+') {
            length += 1;
        }
        (self.peek_at(length) == Some(b'=')).then_some(length + 1)
    }

    /// `name[subscript]+=`, and past it.
    fn assigned(&mut self) -> Outcome<Option<(String, Option<Word>, bool)>> {
        let Some(name) = self.variable_name() else { return Ok(None) };
        let mut subscript = None;
        if self.peek() == Some(b'[') {
            subscript = self.subscript_here()?;
            if subscript.is_none() {
                return Ok(None);
            }
        }
        let append = self.take("+");
        Ok(self.take("=").then_some((name, subscript, append)))
    }

    /// How far the word that begins here reaches at least: bash reads `a[1 + 2]` as one where a command begins.
    pub(super) fn solid_start(&self) -> Outcome<usize> {
        let name = self.name_length();
        if name == 0 || self.peek_at(name) != Some(b'[') {
            return Ok(self.pos);
        }
        self.matching(self.pos + name + 1, self.pos, b'[', b']')
    }

    /// `( … )`; the parenthesis stands here.
    pub(super) fn array(&mut self) -> Outcome<Vec<Element>> {
        let start = self.pos;
        self.pos += 1;
        let mut elements = Vec::new();
        let mut shown = String::from("(");
        loop {
            self.skip_newlines()?;
            if self.peek() == Some(b')') {
                break;
            }
            if self.peek().is_none() {
                return Err(SyntaxError::unclosed(self.line_at(start), ')'));
            }
            if !self.at_word() {
                return Err(self.unexpected());
            }
            let from = self.pos;
            // bash goes on to the end of the script when something in an element is not closed, and tells that too.
            let element =
                self.element().map_err(|error| match error.incomplete && error.detail.is_none() {
                    true => error
                        .with_detail(self.line_at(self.end()), "syntax error: unexpected end of file".into()),
                    false => error,
                })?;
            elements.push(element);
            if shown.len() > 1 {
                shown.push(' ');
            }
            shown.push_str(&self.source(from, self.pos));
        }
        self.pos += 1;
        shown.push(')');
        if !self.verbatim {
            self.edit(start, self.pos, shown);
        }
        Ok(elements)
    }

    fn element(&mut self) -> Outcome<Element> {
        let start = self.pos;
        if self.peek() == Some(b'[') {
            self.matching(start + 1, start, b'[', b']')?;
            if let Some(subscript) = self.subscript_here()? {
                let append = self.take("+");
                if self.take("=") {
                    let value = self.word_as(Until::Break, Tildes::Value)?;
                    return Ok(Element { subscript: Some(subscript), append, value });
                }
            }
            self.pos = start;
            self.forget_edits(start);
        }
        Ok(Element { subscript: None, append: false, value: self.word_as(Until::Break, Tildes::Start)? })
    }
}
