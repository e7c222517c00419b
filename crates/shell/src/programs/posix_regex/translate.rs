//! The translation of POSIX's syntax into that of the `regex` crate.

use super::super::byte_set::{ByteSet, is_word};
use super::{Syntax, TOO_BIG};

/// A pattern in the syntax of the `regex` crate, and what is to be known of it.
pub(in crate::programs) struct Translated {
    pub(in crate::programs) text: String,
    pub(in crate::programs) groups: usize,
    pub(in crate::programs) refers_back: bool,
    /// In how many ways it can go on; with one at most, its first match is its longest.
    pub(in crate::programs) choices: usize,
    /// What of it means nothing where it stands.
    pub(in crate::programs) warnings: Vec<&'static str>,
}

/// Translates a pattern, or says what is wrong with it.
pub(in crate::programs) fn translate(pattern: &[u8], syntax: Syntax) -> Result<Translated, &'static str> {
    let mut translator = Translator { pattern, at: 0, syntax, ..Translator::default() };
    translator.translate()?;
    let Translator { out, groups, refers_back, choices, warnings, .. } = translator;
    Ok(Translated { text: out, groups, refers_back, choices, warnings })
}

#[derive(Default)]
pub(super) struct Translator<'a> {
    pub(super) pattern: &'a [u8],
    pub(super) at: usize,
    pub(super) syntax: Syntax,
    out: String,
    groups: usize,
    /// Groups that have begun: their numbers and where they begin in `out`.
    open: Vec<(usize, usize)>,
    closed: Vec<usize>,
    refers_back: bool,
    choices: usize,
    warnings: Vec<&'static str>,
    /// Where in `out` the last thing begins that can be repeated.
    atom: Option<usize>,
    /// Whether the pattern, a group or an alternative begins here.
    begins: bool,
}

impl Translator<'_> {
    pub(super) fn next(&mut self) -> Option<u8> {
        let byte = *self.pattern.get(self.at)?;
        self.at += 1;
        Some(byte)
    }

    pub(super) fn rest(&self) -> &[u8] {
        &self.pattern[self.at..]
    }

    fn translate(&mut self) -> Result<(), &'static str> {
        self.begins = true;
        while let Some(byte) = self.next() {
            let extended = self.syntax.extended;
            match byte {
                b'\\' => {
                    let escaped = self.next().ok_or("Trailing backslash")?;
                    match escaped {
                        b'(' | b')' | b'|' | b'+' | b'?' | b'{' if !extended => self.operator(escaped)?,
                        b'1'..=b'9' => {
                            let group = usize::from(escaped - b'0');
                            if !self.closed.contains(&group) {
                                return Err("Invalid back reference");
                            }
                            self.refers_back = true;
                            self.push(&format!("(?:\\{group})"));
                        }
                        _ => self.escape(escaped),
                    }
                }
                b'[' => self.bracket()?,
                b'.' => self.push_set(ByteSet::new(), true),
                b'*' if self.begins && !extended => self.literal(b'*'),
                b'*' => self.repeat("*", "* at start of expression")?,
                b'^' if extended || self.is_at_beginning() => {
                    self.assert(if self.has_lines() { "(?m:^)" } else { "\\A" });
                    // What follows begins as much as this did.
                    self.begins |= !self.is_grep();
                }
                b'$' if extended || self.ends() => {
                    self.assert(if self.has_lines() { "(?m:$)" } else { "\\z" })
                }
                b'(' | b')' | b'|' | b'+' | b'?' | b'{' if extended => self.operator(byte)?,
                _ => self.literal(byte),
            }
        }
        if self.open.is_empty() { Ok(()) } else { Err("Unmatched ( or \\(") }
    }

    /// Whether the `^` just read stands where a basic expression lets it be the beginning.
    fn is_at_beginning(&self) -> bool {
        let before = &self.pattern[..self.at - 1];
        self.begins && (before.is_empty() || before.ends_with(b"\\(") || before.ends_with(b"\\|"))
    }

    /// Whether `$` stands where a basic expression lets it be the end.
    fn ends(&self) -> bool {
        self.rest().is_empty() || self.rest().starts_with(b"\\)") || self.rest().starts_with(b"\\|")
    }

    /// Whether the text has more than one line.
    fn has_lines(&self) -> bool {
        self.syntax.multiline || self.syntax.line_end.is_some()
    }

    fn is_grep(&self) -> bool {
        self.syntax.line_end.is_some()
    }

    fn operator(&mut self, operator: u8) -> Result<(), &'static str> {
        match operator {
            b'(' => {
                self.groups += 1;
                self.open.push((self.groups, self.out.len()));
                self.out.push('(');
                (self.begins, self.atom) = (true, None);
            }
            b')' if self.is_grep() && self.syntax.extended && self.open.is_empty() => self.literal(b')'),
            b')' => {
                let (group, start) = self.open.pop().ok_or("Unmatched ) or \\)")?;
                self.closed.push(group);
                self.out.push(')');
                (self.begins, self.atom) = (false, Some(start));
            }
            b'|' => {
                self.choices += 2;
                self.out.push('|');
                (self.begins, self.atom) = (true, None);
            }
            b'{' => self.interval()?,
            b'+' | b'?' if self.begins && !self.syntax.extended => self.literal(operator),
            b'+' => self.repeat("+", "+ at start of expression")?,
            _ => self.repeat("?", "? at start of expression")?,
        }
        Ok(())
    }

    fn escape(&mut self, escaped: u8) {
        match escaped {
            b'w' => self.push_set(ByteSet::of(is_word), false),
            b'W' => self.push_set(ByteSet::of(is_word), true),
            b's' => self.push_set(ByteSet::of(is_space), false),
            b'S' => self.push_set(ByteSet::of(is_space), true),
            b'b' => self.assert("(?:(?:\\b{start})|(?:\\b{end}))"),
            b'B' => self.assert("\\B"),
            b'<' => self.assert("\\b{start}"),
            b'>' => self.assert("\\b{end}"),
            b'`' if self.is_grep() => self.assert("(?m:^)"),
            b'\'' if self.is_grep() => self.assert("(?m:$)"),
            b'`' => self.assert("\\A"),
            b'\'' => self.assert("\\z"),
            b'n' if !self.is_grep() => self.literal(b'\n'),
            literal => self.literal(literal),
        }
    }

    fn push(&mut self, atom: &str) {
        (self.begins, self.atom) = (false, Some(self.out.len()));
        self.out.push_str(atom);
    }

    /// Adds one place of the text that is one of these bytes, or of the others.
    pub(super) fn push_set(&mut self, mut set: ByteSet, others: bool) {
        match self.syntax.line_end {
            Some(end) if others => set.insert(end),
            Some(end) => set.remove(end),
            None => {}
        }
        self.push(&set.text(others));
    }

    fn assert(&mut self, assertion: &str) {
        let start = self.out.len();
        self.out.push_str(assertion);
        if self.is_grep() {
            self.atom = (!self.begins).then_some(start);
        } else {
            (self.begins, self.atom) = (false, None);
        }
    }

    fn literal(&mut self, byte: u8) {
        let shown = if byte.is_ascii_alphanumeric() {
            char::from(byte).to_string()
        } else {
            format!("\\x{byte:02x}")
        };
        self.push(&shown);
    }

    /// Repeats what is before; `nothing` says that nothing is, to somebody who lets it pass.
    fn repeat(&mut self, operator: &str, nothing: &'static str) -> Result<(), &'static str> {
        match self.atom {
            Some(start) => {
                self.choices += 1;
                self.out.insert_str(start, "(?:");
                self.out.push(')');
                self.out.push_str(operator);
                Ok(())
            }
            None if self.is_grep() => {
                self.warnings.push(nothing);
                if nothing.starts_with('{') {
                    self.push("(?:)");
                }
                Ok(())
            }
            None if self.begins => Err("Invalid preceding regular expression"),
            // Of an assertion, which is as true often as once.
            None => Ok(()),
        }
    }

    fn interval(&mut self) -> Result<(), &'static str> {
        let extended = self.syntax.extended;
        if self.is_grep() && !extended && self.begins {
            self.literal(b'{');
            return Ok(());
        }
        let begins = self.at;
        let numeric = self.rest().first().is_some_and(|byte| byte.is_ascii_digit() || *byte == b',');
        if extended && !numeric {
            self.literal(b'{');
            return Ok(());
        }
        let mut text = String::new();
        loop {
            let next = self.next();
            if self.is_grep() && extended && !matches!(next, Some(b'0'..=b'9' | b',' | b'}')) {
                self.at = begins;
                self.literal(b'{');
                return Ok(());
            }
            match next.ok_or("Unmatched \\{")? {
                b'}' if extended => break,
                b'\\' if !extended && self.rest().starts_with(b"}") => {
                    self.at += 1;
                    break;
                }
                byte => text.push(char::from(byte)),
            }
        }
        let invalid = "Invalid content of \\{\\}";
        let number = |text: &str, empty: u32| match text {
            "" => Ok(empty),
            text => text.parse::<u32>().map_err(|_| invalid),
        };
        let (least, most) = match text.split_once(',') {
            None => (number(&text, u32::MAX)?, number(&text, u32::MAX)?),
            Some((least, most)) => (number(least, 0)?, number(most, u32::MAX)?),
        };
        if least > most || least == u32::MAX {
            return Err(invalid);
        }
        if least > 32767 || (most != u32::MAX && most > 32767) {
            return Err(TOO_BIG);
        }
        let most = if most == u32::MAX { String::new() } else { most.to_string() };
        self.repeat(&format!("{{{least},{most}}}"), "{...} at start of expression")
    }
}

fn is_space(byte: &u8) -> bool {
    matches!(byte, 9..=13 | 32)
}
