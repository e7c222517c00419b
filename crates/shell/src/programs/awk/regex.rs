//! Patterns as `awk` writes them: extended POSIX ones, in which escapes count within brackets too.

use std::sync::{Mutex, PoisonError};

use regex::bytes;
use sandbox_kernel::Pace;

use super::super::posix_regex::{Automaton, GroupFinder, Syntax, TOO_BIG, translate};
use super::dialect::Dialect;
use super::lexer::letter;

/// A compiled pattern.
pub(super) struct Regex {
    source: Vec<u8>,
    first: bytes::Regex,
    /// The text of `first`, where its first match need not be its longest.
    ambiguous: Option<String>,
    /// Made of it when one asks where a match ends.
    longest: Mutex<Option<Automaton>>,
}

impl Regex {
    /// Compiles a pattern, or says what is wrong with it.
    pub(super) fn new(pattern: &[u8], dialect: Dialect, ignore_case: bool) -> Result<Self, &'static str> {
        let mut translator = Translator { pattern, at: 0, dialect, out: Vec::new() };
        translator.translate()?;
        let syntax = Syntax { extended: true, ..Syntax::default() };
        let translated = translate(&translator.out, syntax).map_err(|problem| match problem {
            "Unmatched ( or \\(" => "missing ')'",
            "Invalid preceding regular expression" => "missing operand",
            "Invalid character class name" => BAD_CLASS,
            problem => problem,
        })?;
        let text = format!("(?s{}-u){}", if ignore_case { "i" } else { "" }, translated.text);
        let first = bytes::Regex::new(&text).map_err(|_| TOO_BIG)?;
        let ambiguous = (translated.choices > 1).then_some(text);
        Ok(Self { source: pattern.to_vec(), first, ambiguous, longest: Mutex::new(None) })
    }

    /// How it is written.
    pub(super) fn source(&self) -> &[u8] {
        &self.source
    }

    pub(super) fn is_match(&self, text: &[u8]) -> bool {
        self.first.is_match(text)
    }

    /// The first place at or after `start` where it fits, and of several there the longest.
    pub(super) async fn find_at(&self, text: &[u8], start: usize, pace: &mut Pace) -> Option<(usize, usize)> {
        let found = self.first.find_at(text, start);
        let searched = found.map_or(text.len(), |found| found.end());
        pace.did(1 + searched.saturating_sub(start) / 32).await;
        let found = found?;
        let longest = self.longest_end(text, found.start(), pace).await;
        Some((found.start(), longest.unwrap_or(found.end())))
    }

    async fn longest_end(&self, text: &[u8], start: usize, pace: &mut Pace) -> Option<usize> {
        let ambiguous = self.ambiguous.as_ref()?;
        let kept = self.longest.lock().unwrap_or_else(PoisonError::into_inner).take();
        let mut longest = kept.or_else(|| Automaton::new(ambiguous, b'\n'))?;
        let end = longest.longest_end(text, start, pace).await;
        *self.longest.lock().unwrap_or_else(PoisonError::into_inner) = Some(longest);
        end
    }

    /// Looks for it in a text, with its groups.
    pub(super) fn finder<'a>(&'a self, text: &'a [u8]) -> GroupFinder<'a> {
        GroupFinder::new(&self.first, text)
    }
}

const BAD_CLASS: &str = "bad class -- [], [^] or [";

/// Makes a pattern of POSIX of one of `awk`.
struct Translator<'a> {
    pattern: &'a [u8],
    at: usize,
    dialect: Dialect,
    out: Vec<u8>,
}

impl Translator<'_> {
    fn next(&mut self) -> Option<u8> {
        let byte = *self.pattern.get(self.at)?;
        self.at += 1;
        Some(byte)
    }

    fn translate(&mut self) -> Result<(), &'static str> {
        let mut depth = 0usize;
        let mut wants_operand = false;
        while let Some(byte) = self.next() {
            let begins = wants_operand || self.at == 1;
            wants_operand = false;
            match byte {
                b'\\' => self.escape(),
                b'[' => self.bracket()?,
                b'(' => {
                    depth += 1;
                    wants_operand = true;
                    self.out.push(byte);
                }
                b'|' => {
                    if begins && self.dialect == Dialect::Mawk {
                        return Err("missing operand");
                    }
                    wants_operand = true;
                    self.out.push(byte);
                }
                b')' if depth == 0 => self.literal(byte),
                b')' => {
                    depth -= 1;
                    self.out.push(byte);
                }
                b'*' | b'+' | b'?' if begins && self.dialect == Dialect::Gawk => self.literal(byte),
                b'{' | b'}' if self.dialect == Dialect::Mawk => self.literal(byte),
                b'^' => {
                    wants_operand = begins;
                    self.out.push(byte);
                }
                _ => self.out.push(byte),
            }
        }
        if wants_operand && self.dialect == Dialect::Mawk && self.out.last() == Some(&b'|') {
            return Err("missing operand");
        }
        Ok(())
    }

    fn literal(&mut self, byte: u8) {
        if b"\\[](){}.*+?|^$".contains(&byte) {
            self.out.push(b'\\');
        }
        self.out.push(byte);
    }

    fn escape(&mut self) {
        match self.escaped() {
            Some(byte) => self.literal(byte),
            None => {
                let operator = self.next().unwrap_or(b'\\');
                self.out.extend([b'\\', if operator == b'y' { b'b' } else { operator }]);
            }
        }
    }

    /// The byte that is meant by what follows a backslash; none where it is an operator.
    fn escaped(&mut self) -> Option<u8> {
        let Some(byte) = self.next() else { return Some(b'\\') };
        if byte.is_ascii_digit() && byte < b'8' {
            let mut value = u32::from(byte - b'0');
            for _ in 0..2 {
                match self.pattern.get(self.at) {
                    Some(digit @ b'0'..=b'7') => value = value * 8 + u32::from(digit - b'0'),
                    _ => break,
                }
                self.at += 1;
            }
            return Some(value as u8);
        }
        if self.dialect == Dialect::Gawk && b"wWsS<>`'By".contains(&byte) {
            self.at -= 1;
            return None;
        }
        Some(letter(byte).unwrap_or(byte))
    }

    fn bracket(&mut self) -> Result<(), &'static str> {
        let start = self.out.len();
        self.out.push(b'[');
        let negated = self.pattern.get(self.at) == Some(&b'^');
        if negated {
            self.at += 1;
            self.out.push(b'^');
        }
        let begin = self.at;
        let empty = self.out.len();
        loop {
            let byte = self.next().ok_or(BAD_CLASS)?;
            match byte {
                b']' if self.at - 1 > begin => break,
                b'[' if matches!(self.pattern.get(self.at), Some(b':' | b'.' | b'=')) => {
                    let rest = &self.pattern[self.at..];
                    let kind = rest[0];
                    match rest[1..].windows(2).position(|pair| pair == [kind, b']']) {
                        Some(len) => {
                            self.out.push(b'[');
                            self.out.extend_from_slice(&rest[..len + 3]);
                            self.at += len + 3;
                        }
                        None => self.member(b'['),
                    }
                    continue;
                }
                b'\\' => {
                    let member = match self.escaped() {
                        Some(member) => member,
                        None => self.next().unwrap_or(b'\\'),
                    };
                    self.member_or_range(member);
                }
                member => self.member_or_range(member),
            }
        }
        if self.out.len() == empty {
            // Of ranges that hold nothing.
            self.out.truncate(start);
            self.out.extend_from_slice(if negated { b"." } else { b"[^\x00-\xff]" });
            return Ok(());
        }
        self.out.push(b']');
        Ok(())
    }

    fn member_or_range(&mut self, from: u8) {
        let is_range = self.pattern.get(self.at) == Some(&b'-')
            && !matches!(self.pattern.get(self.at + 1), None | Some(b']'));
        if !is_range {
            return self.member(from);
        }
        self.at += 1;
        let to = match self.next() {
            Some(b'\\') => match self.escaped() {
                Some(to) => to,
                None => self.next().unwrap_or(b'\\'),
            },
            to => to.unwrap_or(b'-'),
        };
        if from <= to {
            self.member(from);
            self.out.push(b'-');
            self.member(to);
        }
    }

    /// One byte of a set, so that it is nothing but itself wherever it stands.
    fn member(&mut self, byte: u8) {
        match byte {
            b']' | b'-' | b'^' | b'[' => self.out.extend([b'[', b'.', byte, b'.', b']']),
            _ => self.out.push(byte),
        }
    }
}

#[cfg(test)]
mod tests {
    use sandbox_kernel::at_once;

    use super::*;

    fn found(regex: &Regex, text: &str) -> Option<(usize, usize)> {
        at_once(regex.find_at(text.as_bytes(), 0, &mut Pace::default()))
    }

    #[test]
    fn escapes_count_within_brackets_too() {
        for (pattern, text, span) in [
            ("a\\/b", "a/b", Some((0, 3))),
            ("[\\]x]+", "a]x", Some((1, 3))),
            ("[]]", "]", Some((0, 1))),
            ("[a\\-z]", "b-", Some((1, 2))),
            ("[^\\t]+", "\tab\t", Some((1, 3))),
            ("[[:digit:]-]+", "a1-2", Some((1, 4))),
            ("a{2}", "aa{2}", Some((1, 5))),
            ("a)", "a)", Some((0, 2))),
            ("\\101", "xA", Some((1, 2))),
            ("\\.\\\\", ".\\", Some((0, 2))),
            ("[b-a]", "ab", None),
            ("x*", "aaa", Some((0, 0))),
            ("^[+-]?[0-9]+$", "-12", Some((0, 3))),
            ("[a^]", "^", Some((0, 1))),
            ("\\w", "-w", Some((1, 2))),
        ] {
            let regex = Regex::new(pattern.as_bytes(), Dialect::Mawk, false)
                .unwrap_or_else(|p| panic!("{pattern}: {p}"));
            assert_eq!(found(&regex, text), span, "{pattern}");
        }
        let regex = Regex::new(b"a{2}\\y", Dialect::Gawk, false).ok();
        assert_eq!(regex.and_then(|regex| found(&regex, "aaa aa")), Some((1, 3)));
    }

    #[test]
    fn wrong_patterns_are_told_as_mawk_does() {
        for (pattern, problem) in [
            ("(", "missing ')'"),
            ("*a", "missing operand"),
            ("||", "missing operand"),
            ("[[:foo:]]", BAD_CLASS),
            ("[", BAD_CLASS),
        ] {
            assert_eq!(
                Regex::new(pattern.as_bytes(), Dialect::Mawk, false).err(),
                Some(problem),
                "{pattern}"
            );
        }
    }
}
