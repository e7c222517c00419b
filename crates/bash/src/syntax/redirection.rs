//! Redirections.

use super::{ast::*, error::Outcome, parser::Parser, words::is_name};

impl Parser {
    /// The redirections after a compound command.
    pub(super) fn redirections(&mut self) -> Outcome<Vec<Redirection>> {
        let mut redirections = Vec::new();
        loop {
            self.skip_blanks();
            match self.redirection()? {
                Some(redirection) => redirections.push(redirection),
                None => return Ok(redirections),
            }
        }
    }

    /// The redirection that stands here, if one does.
    pub(super) fn redirection(&mut self) -> Outcome<Option<Redirection>> {
        let target = match self.peek() {
            Some(b'<' | b'>' | b'&') => RedirectionTarget::Default,
            Some(b'0'..=b'9' | b'{') => match self.redirection_target() {
                Some((target, length)) => {
                    self.pos += length;
                    target
                }
                None => return Ok(None),
            },
            _ => return Ok(None),
        };
        let kind = self.redirection_kind()?;
        Ok(kind.map(|kind| Redirection { target, kind }))
    }

    /// `3` or `{name}` right before `<` or `>`, and its length. (`3<(…)` is a word.)
    fn redirection_target(&self) -> Option<(RedirectionTarget, usize)> {
        let bytes = self.rest().as_bytes();
        let named = bytes.first() == Some(&b'{');
        let length = match named {
            true => bytes.iter().position(|byte| *byte == b'}')? + 1,
            false => bytes.iter().take_while(|byte| byte.is_ascii_digit()).count(),
        };
        if !matches!(bytes.get(length), Some(b'<' | b'>')) || bytes.get(length + 1) == Some(&b'(') {
            return None;
        }
        let text = &self.rest()[..length];
        let target = match named {
            true => {
                let name = &text[1..length - 1];
                let variable = name.split_once('[').map_or(name, |(variable, _)| variable);
                is_name(variable).then(|| RedirectionTarget::Variable(name.to_owned()))?
            }
            false => RedirectionTarget::Number(text.parse().ok()?),
        };
        Some((target, length))
    }

    fn redirection_kind(&mut self) -> Outcome<Option<RedirectionKind>> {
        use RedirectionKind as Kind;
        let rest = self.rest().as_bytes();
        let (length, kind): (usize, fn(Word) -> Kind) = match (rest.first(), rest.get(1), rest.get(2)) {
            (Some(b'<'), Some(b'<'), Some(b'<')) => (3, Kind::HereString),
            (Some(b'<'), Some(b'<'), third) => {
                let strip_tabs = third == Some(&b'-');
                self.pos += if strip_tabs { 3 } else { 2 };
                return Ok(Some(Kind::HereDocument(self.here_document(strip_tabs)?)));
            }
            (Some(b'<'), Some(b'&'), _) => (2, Kind::DuplicateInput),
            (Some(b'<'), Some(b'>'), _) => (2, Kind::ReadWrite),
            (Some(b'<' | b'>'), Some(b'('), _) => return Ok(None),
            (Some(b'<'), ..) => (1, Kind::Read),
            (Some(b'>'), Some(b'>'), _) => (2, Kind::Append),
            (Some(b'>'), Some(b'&'), _) => (2, Kind::DuplicateOutput),
            (Some(b'>'), Some(b'|'), _) => (2, Kind::Clobber),
            (Some(b'>'), ..) => (1, Kind::Write),
            (Some(b'&'), Some(b'>'), Some(b'>')) => (3, Kind::AppendBoth),
            (Some(b'&'), Some(b'>'), _) => (2, Kind::WriteBoth),
            _ => return Ok(None),
        };
        let duplicates = rest.get(1) == Some(&b'&');
        self.pos += length;
        self.skip_blanks();
        // `> 2> f`: a number before an operator is no word, but after `>&` it is one.
        if !duplicates && self.redirection_target().is_some() {
            return Err(self.unexpected());
        }
        Ok(Some(kind(self.redirection_word()?)))
    }

    /// The word after a redirection's operator.
    pub(super) fn redirection_word(&mut self) -> Outcome<Word> {
        self.skip_blanks();
        match self.at_word() {
            true => self.word(),
            false => Err(self.unexpected()),
        }
    }
}
