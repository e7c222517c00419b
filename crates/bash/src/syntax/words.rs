//! Words, outside of double quotes.

use super::{
    ast::*,
    error::{Outcome, SyntaxError},
    parser::Parser,
    quotes::Within,
};

/// Where a piece of text outside of double quotes ends.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Until {
    /// At a blank, a newline or an operator.
    Break,
    /// The same, but `|` and what is in parentheses belongs to it: a regular expression of `[[`.
    RegexBreak,
    /// At the `}` of `${`.
    Brace,
    /// At a `/` or the `}` of `${`.
    Slash,
    /// At the `]` of a subscript.
    Bracket,
    /// Where the text ends.
    End,
}

/// What of a word is an assignment, which decides where tildes are expanded.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Tildes {
    /// At its start, and after `=` and `:` when it looks like an assignment.
    Word,
    /// At its start and after each `:`: an assignment's value.
    Value,
    /// At its start.
    Start,
    /// Nowhere.
    No,
}

/// Parts in the making: literal text is collected, and becomes a part when another kind follows.
#[derive(Default)]
pub(super) struct Parts {
    done: Vec<Part>,
    literal: String,
}

impl Parts {
    pub(super) fn literal(&mut self, text: &str) {
        self.literal.push_str(text);
    }

    pub(super) fn push(&mut self, part: Part) {
        self.flush();
        self.done.push(part);
    }

    fn flush(&mut self) {
        if !self.literal.is_empty() {
            // Most words have one part.
            self.done.reserve_exact(usize::from(self.done.is_empty()));
            self.done.push(Part::Literal(std::mem::take(&mut self.literal)));
        }
    }

    pub(super) fn finish(mut self) -> Vec<Part> {
        self.flush();
        self.done
    }
}

/// Whether a byte ends a word.
pub(super) fn is_break(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | b'|' | b'&' | b';' | b'(' | b')' | b'<' | b'>')
}

/// Bytes that mean nothing anywhere in a word.
static PLAIN: [bool; 256] = {
    let special = b" \t\n|&;()<>$`\\\"'~}]/?*+@![=:";
    let mut plain = [true; 256];
    let mut index = 0;
    while index < special.len() {
        plain[special[index] as usize] = false;
        index += 1;
    }
    plain
};

impl Parser {
    /// A word of a command. The caller has seen that one begins here.
    pub(super) fn word(&mut self) -> Outcome<Word> {
        self.word_as(Until::Break, Tildes::Word)
    }

    pub(super) fn word_as(&mut self, until: Until, tildes: Tildes) -> Outcome<Word> {
        let start = self.pos;
        let parts = self.parts(until, tildes, start)?;
        Ok(Word { parts, source: self.source(start, self.pos) })
    }

    /// A word whose text up to `solid` belongs to it whatever it is.
    pub(super) fn word_with_solid_start(&mut self, solid: usize) -> Outcome<Word> {
        let start = self.pos;
        let parts = self.parts(Until::Break, Tildes::Word, solid)?;
        Ok(Word { parts, source: self.source(start, self.pos) })
    }

    /// The parts of text outside of double quotes, to before what ends it.
    pub(super) fn parts(&mut self, until: Until, tildes: Tildes, solid: usize) -> Outcome<Vec<Part>> {
        self.nested(|parser| parser.parts_here(until, tildes, solid))
    }

    fn parts_here(&mut self, until: Until, tildes: Tildes, solid: usize) -> Outcome<Vec<Part>> {
        let start = self.pos;
        let mut parts = Parts::default();
        // From where the text is literal and not yet in `parts`.
        let mut run = start;
        let mut tilde_at = (tildes != Tildes::No).then_some(start);
        let mut value = tildes == Tildes::Value;
        // Parentheses of extglob patterns, or brackets of a subscript, that are open.
        let mut open = 0u32;
        let mut open_line = 0;
        while let Some(byte) = self.peek() {
            if PLAIN[usize::from(byte)] {
                self.pos += 1;
                continue;
            }
            let at = self.pos;
            match byte {
                b'\\' | b'\'' | b'"' | b'$' | b'`' => {
                    parts.literal(&self.text[run..at]);
                    self.quotation(byte, &mut parts)?;
                    // bash shows what is in a pattern's parentheses as it was written.
                    if open > 0 && byte == b'$' {
                        self.forget_edits(at);
                    }
                    run = self.pos;
                }
                b'~' if tilde_at == Some(at) => {
                    if let Some(name) = self.tilde(until, value) {
                        parts.literal(&self.text[run..at]);
                        parts.push(Part::Tilde(name));
                        run = self.pos;
                    } else {
                        self.pos += 1;
                    }
                }
                b'<' | b'>' if self.peek_at(1) == Some(b'(') && until != Until::Bracket => {
                    parts.literal(&self.text[run..at]);
                    let part = self.process_substitution()?;
                    parts.push(part);
                    run = self.pos;
                }
                b':' if value => {
                    self.pos += 1;
                    tilde_at = Some(self.pos);
                }
                b'=' if tildes == Tildes::Word && !value && self.is_assigned(start) => {
                    self.pos += 1;
                    value = true;
                    tilde_at = Some(self.pos);
                }
                b'(' if open > 0 && matches!(until, Until::Break | Until::RegexBreak) => {
                    open += 1;
                    self.pos += 1;
                }
                b'(' if until == Until::RegexBreak => {
                    open_line = self.line();
                    open = 1;
                    self.pos += 1;
                }
                b')' if open > 0 && until != Until::Bracket => {
                    open -= 1;
                    self.pos += 1;
                }
                b'?' | b'*' | b'+' | b'@' | b'!' if self.begins_pattern(until) => {
                    open_line = if open == 0 { self.line() } else { open_line };
                    open += 1;
                    self.pos += 2;
                }
                b'|' if until == Until::RegexBreak => self.pos += 1,
                b'[' if until == Until::Bracket => {
                    open += 1;
                    self.pos += 1;
                }
                b']' if until == Until::Bracket => {
                    if open == 0 {
                        break;
                    }
                    open -= 1;
                    self.pos += 1;
                }
                b'}' if matches!(until, Until::Brace | Until::Slash) => break,
                b'/' if until == Until::Slash => break,
                _ if is_break(byte) && open == 0 && at >= solid => match until {
                    Until::Break | Until::RegexBreak => break,
                    _ => self.pos += 1,
                },
                _ => self.pos += 1,
            }
        }
        if open > 0 && matches!(until, Until::Break | Until::RegexBreak) {
            return Err(SyntaxError::unclosed(open_line, ')'));
        }
        parts.literal(&self.text[run..self.pos]);
        Ok(parts.finish())
    }

    /// What begins with a backslash, a quote, `$` or a backquote.
    fn quotation(&mut self, byte: u8, parts: &mut Parts) -> Outcome<()> {
        match byte {
            b'\\' => {
                if self.take_continuation() {
                    return Ok(());
                }
                self.pos += 1;
                match self.take_char() {
                    Some(character) => parts.push(Part::Quoted(character.into())),
                    None => parts.push(Part::Quoted("\\".into())),
                }
            }
            b'\'' => {
                let text = self.single_quoted()?;
                parts.push(Part::Quoted(text));
            }
            b'"' => {
                let inner = self.double_quoted()?;
                parts.push(Part::DoubleQuoted(inner));
            }
            b'`' => {
                let part = self.backquoted(Within::Nothing)?;
                parts.push(part);
            }
            _ => match self.dollar(false)? {
                Some(part) => parts.push(part),
                None => parts.literal("$"),
            },
        }
        Ok(())
    }

    /// Whether the text from `start` to the `=` here names a variable.
    fn is_assigned(&self, start: usize) -> bool {
        let before = self.text.get(start..self.pos).unwrap_or_default();
        let before = before.strip_suffix('+').unwrap_or(before);
        let name = match before.split_once('[') {
            Some((name, subscript)) if subscript.ends_with(']') => name,
            _ => before,
        };
        is_name(name)
    }

    fn begins_pattern(&self, until: Until) -> bool {
        self.peek_at(1) == Some(b'(')
            && (self.options.extglob || self.in_test)
            && matches!(until, Until::Break)
    }

    /// A tilde and the name after it, if it is one that is expanded.
    fn tilde(&mut self, until: Until, value: bool) -> Option<String> {
        let rest = &self.rest()[1..];
        let length = rest.bytes().position(|byte| !(byte.is_ascii_alphanumeric() || b"_.+-".contains(&byte)));
        let length = length.unwrap_or(rest.len());
        let ends = match rest.as_bytes().get(length) {
            None | Some(b'/') => true,
            Some(b':') => value,
            Some(b'}') => matches!(until, Until::Brace | Until::Slash),
            Some(byte) => is_break(*byte) && until != Until::Bracket,
        };
        if !ends {
            return None;
        }
        let name = rest[..length].to_owned();
        self.pos += 1 + length;
        Some(name)
    }

    /// `<( … )` and `>( … )`
    fn process_substitution(&mut self) -> Outcome<Part> {
        let start = self.pos;
        let output = self.peek() == Some(b'>');
        self.pos += 2;
        let body = self.substituted_list()?;
        if self.verbatim {
            self.forget_edits(start);
        }
        Ok(Part::Process { output, body: body.into() })
    }
}

/// Whether a text may name a variable.
pub fn is_name(text: &str) -> bool {
    let mut bytes = text.bytes();
    bytes.next().is_some_and(|byte| byte.is_ascii_alphabetic() || byte == b'_')
        && bytes.all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}
