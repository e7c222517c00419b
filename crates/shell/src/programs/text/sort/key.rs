//! The keys of `sort`: which part of a line is compared, and how.

use std::cmp::Ordering;
use std::hash::{DefaultHasher, Hasher};

use super::super::super::{quoting, version};
use super::number;

/// What a key is compared as.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Text,
    Numeric,
    General,
    Human,
    Month,
    Random,
    Version,
}

/// Bytes that do not count.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Ignored {
    /// All but letters, digits and blanks.
    NonDictionary,
    NonPrinting,
}

/// One key.
#[derive(Clone)]
pub(super) struct Key {
    /// The field in which it starts, and the byte in it. Nothing: at the line's start.
    start: Option<(usize, usize)>,
    /// The fields before its end, and bytes of the next. Nothing: at the line's end.
    end: Option<(usize, usize)>,
    skip_start_blanks: bool,
    skip_end_blanks: bool,
    ignored: Option<Ignored>,
    fold_case: bool,
    pub(super) kinds: Vec<Kind>,
    pub(super) reverse: bool,
}

/// Which end of a key blanks are skipped at.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Blanks {
    Start,
    End,
    Both,
}

fn blank(byte: &u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n')
}

impl Key {
    /// A key of the whole line, compared as text.
    pub(super) fn line() -> Key {
        Key {
            start: None,
            end: None,
            skip_start_blanks: false,
            skip_end_blanks: false,
            ignored: None,
            fold_case: false,
            kinds: Vec::new(),
            reverse: false,
        }
    }

    /// Reads what follows `-k`.
    pub(super) fn parse(text: &str) -> Result<Key, String> {
        let wrong = |what: &str| format!("{what}: invalid field specification {}", quoting::value(text));
        let mut key = Key::line();
        let (field, mut rest) = count(text, "invalid number at field start")?;
        let mut byte = 1;
        if field == 0 {
            return Err(wrong("field number is zero"));
        }
        if let Some(after) = rest.strip_prefix('.') {
            (byte, rest) = count(after, "invalid number after '.'")?;
            if byte == 0 {
                return Err(wrong("character offset is zero"));
            }
        }
        key.start = Some((field - 1, byte - 1)).filter(|start| *start != (0, 0));
        rest = key.take_letters(rest, Blanks::Start);
        if let Some(after) = rest.strip_prefix(',') {
            let (field, after) = count(after, "invalid number after ','")?;
            if field == 0 {
                return Err(wrong("field number is zero"));
            }
            let mut bytes = 0;
            rest = after;
            if let Some(after) = rest.strip_prefix('.') {
                (bytes, rest) = count(after, "invalid number after '.'")?;
            }
            key.end = Some(if bytes == 0 { (field, 0) } else { (field - 1, bytes) });
            rest = key.take_letters(rest, Blanks::End);
        }
        if rest.is_empty() { Ok(key) } else { Err(wrong("stray character in field spec")) }
    }

    fn take_letters<'t>(&mut self, text: &'t str, blanks: Blanks) -> &'t str {
        text.trim_start_matches(|letter| self.set(letter, blanks))
    }

    /// Sets the ordering that a letter stands for; false if it stands for none.
    pub(super) fn set(&mut self, letter: char, blanks: Blanks) -> bool {
        let kind = match letter {
            'b' => {
                self.skip_start_blanks |= blanks != Blanks::End;
                self.skip_end_blanks |= blanks != Blanks::Start;
                return true;
            }
            'd' => {
                self.ignored = Some(Ignored::NonDictionary);
                return true;
            }
            'i' => {
                self.ignored = self.ignored.or(Some(Ignored::NonPrinting));
                return true;
            }
            'f' => {
                self.fold_case = true;
                return true;
            }
            'r' => {
                self.reverse = true;
                return true;
            }
            'g' => Kind::General,
            'h' => Kind::Human,
            'M' => Kind::Month,
            'n' => Kind::Numeric,
            'R' => Kind::Random,
            'V' => Kind::Version,
            _ => return false,
        };
        if !self.kinds.contains(&kind) {
            self.kinds.push(kind);
        }
        true
    }

    /// Whether no ordering was asked for.
    pub(super) fn is_plain(&self) -> bool {
        self.kinds.is_empty()
            && self.ignored.is_none()
            && !(self.fold_case || self.skip_start_blanks || self.skip_end_blanks)
    }

    /// Takes over the orderings of another key.
    pub(super) fn inherit(&mut self, other: &Key) {
        *self = Key { start: self.start, end: self.end, ..other.clone() };
    }

    /// The letters of orderings that exclude each other.
    pub(super) fn conflict(&self) -> Option<String> {
        let has = |kind: Kind| self.kinds.contains(&kind);
        let texts = has(Kind::Version) || has(Kind::Random) || self.ignored.is_some();
        let numbers = [Kind::Numeric, Kind::General, Kind::Human, Kind::Month];
        let count = numbers.into_iter().filter(|kind| has(*kind)).count() + usize::from(texts);
        if count < 2 {
            return None;
        }
        let letters = [
            ('d', self.ignored == Some(Ignored::NonDictionary)),
            ('f', self.fold_case),
            ('g', has(Kind::General)),
            ('h', has(Kind::Human)),
            ('i', self.ignored == Some(Ignored::NonPrinting)),
            ('M', has(Kind::Month)),
            ('n', has(Kind::Numeric)),
            ('R', has(Kind::Random)),
            ('V', has(Kind::Version)),
        ];
        Some(letters.into_iter().filter(|(_, set)| *set).map(|(letter, _)| letter).collect())
    }

    /// The part of a line that is the key.
    pub(super) fn part<'l>(&self, line: &'l [u8], separator: Option<u8>) -> &'l [u8] {
        let start = self.start.map_or(0, |(fields, _)| fields_end(line, separator, fields, true));
        let start = if self.skip_start_blanks { start + leading_blanks(&line[start..]) } else { start };
        let start = start.saturating_add(self.start.map_or(0, |(_, bytes)| bytes)).min(line.len());
        let end = match self.end {
            None => line.len(),
            Some((fields, bytes)) => {
                let mut end = fields_end(line, separator, fields, bytes > 0);
                if bytes > 0 {
                    if self.skip_end_blanks {
                        end += leading_blanks(&line[end..]);
                    }
                    end = end.saturating_add(bytes).min(line.len());
                }
                end
            }
        };
        &line[start..end.max(start)]
    }

    /// Compares two keys, as they were cut out of their lines.
    pub(super) fn compare(&self, one: &[u8], other: &[u8], seed: u64) -> Ordering {
        let compared = match self.kinds.first() {
            Some(Kind::Numeric) => number::numeric(one, other),
            Some(Kind::General) => number::general(one, other),
            Some(Kind::Human) => number::human(one, other),
            Some(Kind::Month) => month(one).cmp(&month(other)),
            kind => {
                let kind = kind.copied().unwrap_or(Kind::Text);
                if self.ignored.is_none() && !self.fold_case {
                    compare_text(kind, one, other, seed)
                } else {
                    compare_text(kind, &self.translated(one), &self.translated(other), seed)
                }
            }
        };
        if self.reverse { compared.reverse() } else { compared }
    }

    fn translated(&self, key: &[u8]) -> Vec<u8> {
        let kept = |byte: &&u8| match self.ignored {
            Some(Ignored::NonDictionary) => byte.is_ascii_alphanumeric() || blank(byte),
            Some(Ignored::NonPrinting) => matches!(byte, b' '..=b'~'),
            None => true,
        };
        let upper = |byte: &u8| if self.fold_case { byte.to_ascii_uppercase() } else { *byte };
        key.iter().filter(kept).map(upper).collect()
    }
}

fn compare_text(kind: Kind, one: &[u8], other: &[u8], seed: u64) -> Ordering {
    match kind {
        Kind::Version => version::compare(one, other),
        Kind::Random if one != other => hash(one, seed).cmp(&hash(other, seed)).then_with(|| one.cmp(other)),
        _ => one.cmp(other),
    }
}

fn hash(key: &[u8], seed: u64) -> u64 {
    let mut hasher = DefaultHasher::new();
    hasher.write_u64(seed);
    hasher.write(key);
    hasher.finish()
}

/// Reads a count; one too large is as large as any.
fn count<'t>(text: &'t str, problem: &str) -> Result<(usize, &'t str), String> {
    let digits = text.len() - text.trim_start_matches(|letter: char| letter.is_ascii_digit()).len();
    if digits == 0 {
        return Err(format!("{problem}: invalid count at start of {}", quoting::value(text)));
    }
    Ok((text[..digits].parse().unwrap_or(usize::MAX >> 1), &text[digits..]))
}

fn leading_blanks(text: &[u8]) -> usize {
    text.iter().take_while(|byte| blank(byte)).count()
}

/// Where the first `fields` fields end; behind the separator where `beyond` says so.
fn fields_end(line: &[u8], separator: Option<u8>, fields: usize, beyond: bool) -> usize {
    let mut at = 0;
    for left in (0..fields).rev() {
        if at >= line.len() {
            break;
        }
        match separator {
            Some(separator) => {
                at += line[at..].iter().take_while(|byte| **byte != separator).count();
                if at < line.len() && (left > 0 || beyond) {
                    at += 1;
                }
            }
            None => {
                at += leading_blanks(&line[at..]);
                at += line[at..].iter().take_while(|byte| !blank(byte)).count();
            }
        }
    }
    at
}

fn month(key: &[u8]) -> usize {
    const NAMES: &[u8; 36] = b"JANFEBMARAPRMAYJUNJULAUGSEPOCTNOVDEC";
    let key = &key[leading_blanks(key)..];
    let named = |name: &[u8]| key.len() >= 3 && key[..3].eq_ignore_ascii_case(name);
    NAMES.chunks(3).position(named).map_or(0, |at| at + 1)
}
