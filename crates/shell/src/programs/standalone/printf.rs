//! `printf`: a format, again and again until its arguments are used up.

use super::super::float::Directive;
use super::super::getopt::{Given, missing_operand};
use super::super::number::LongDouble;
use super::super::quoting;
use super::super::text::tool::{End, Io, Worked};
use crate::limits::PIECE_BYTES;

/// Widths and precisions beyond this are an error, as those beyond `int` are.
const MAX_WIDTH: usize = 64 << 20;

/// Rounds through the format between two turns of others.
const ROUNDS: u32 = 64;

pub(super) async fn run(io: &mut Io<'_>, given: Given) -> Worked {
    let mut args = given.operands.as_slice();
    match args {
        [only] if only == "--version" => {
            io.out.extend_from_slice(b"printf (GNU coreutils) 9.1\n");
            return Ok(0);
        }
        [only] if only == "--help" => {
            io.out.extend_from_slice(b"Usage: printf FORMAT [ARGUMENT]...\n  or:  printf OPTION\n");
            return Ok(0);
        }
        [first, rest @ ..] if first == "--" => args = rest,
        _ => {}
    }
    let Some((format, args)) = args.split_first() else {
        return Err(io.misused(missing_operand(&[])).await);
    };
    let is_utf8 = ["LC_ALL", "LC_CTYPE", "LANG"]
        .iter()
        .find_map(|name| io.ctx.env.get(*name).filter(|locale| !locale.is_empty()))
        .is_some_and(|locale| locale.to_ascii_lowercase().contains("utf"));
    let (mut left, mut rounds) = (args, 0u32);
    loop {
        let before = left.len();
        let mut round = Round { io: &mut *io, args: &mut left, is_utf8, problems: Vec::new(), failed: false };
        let written = round.write(format).await;
        let (problems, failed) = (round.problems, round.failed);
        io.failed |= failed;
        for problem in problems {
            io.say(problem).await?;
        }
        match written? {
            Written::Enough => return Ok(io.code()),
            Written::Broken(problem) => return Err(io.fatal(problem).await),
            Written::All => {}
        }
        if left.is_empty() || left.len() == before {
            break;
        }
        rounds += 1;
        if rounds % ROUNDS == 0 || io.out.len() > PIECE_BYTES {
            io.turn().await?;
        }
    }
    if let Some(first) = left.first() {
        let shown = quoting::value(first);
        io.say(format!("warning: ignoring excess arguments, starting with {shown}")).await?;
    }
    Ok(io.code())
}

/// How one round through the format ended.
enum Written {
    All,
    /// By `\c`.
    Enough,
    Broken(String),
}

/// What an escape is.
enum Escape {
    Done,
    Enough,
    Broken(String),
}

struct Round<'r, 'c, 'a> {
    io: &'r mut Io<'c>,
    args: &'r mut &'a [String],
    is_utf8: bool,
    problems: Vec<String>,
    failed: bool,
}

impl<'a> Round<'_, '_, 'a> {
    fn next(&mut self) -> Option<&'a str> {
        let (first, rest) = self.args.split_first()?;
        *self.args = rest;
        Some(first)
    }

    async fn write(&mut self, format: &str) -> Result<Written, End> {
        let mut rest = format;
        while let Some(at) = rest.find(['%', '\\']) {
            self.io.out.extend_from_slice(&rest.as_bytes()[..at]);
            let directive = &rest[at..];
            rest = &directive[1..];
            if directive.starts_with('\\') {
                let mut bytes = rest.as_bytes();
                let escape = escape(&mut self.io.out, &mut bytes, false, self.is_utf8);
                rest = &rest[rest.len() - bytes.len()..];
                match escape {
                    Escape::Done => continue,
                    Escape::Enough => return Ok(Written::Enough),
                    Escape::Broken(problem) => return Ok(Written::Broken(problem)),
                }
            }
            match rest.as_bytes().first() {
                Some(b'%') => self.io.out.push(b'%'),
                Some(b'b') => {
                    let mut text = self.next().unwrap_or_default().as_bytes();
                    while let [first, after @ ..] = text {
                        text = after;
                        if *first != b'\\' {
                            self.io.out.push(*first);
                            continue;
                        }
                        match escape(&mut self.io.out, &mut text, true, self.is_utf8) {
                            Escape::Done => {}
                            Escape::Enough => return Ok(Written::Enough),
                            Escape::Broken(problem) => return Ok(Written::Broken(problem)),
                        }
                    }
                }
                Some(b'q') => {
                    if let Some(arg) = self.next() {
                        self.io.out.extend_from_slice(quoting::name(arg).as_bytes());
                    }
                }
                _ => {
                    let len = match self.convert(directive) {
                        Ok(len) => len,
                        Err(problem) => return Ok(Written::Broken(problem)),
                    };
                    rest = &directive[len..];
                    continue;
                }
            }
            rest = &rest[1..];
        }
        self.io.out.extend_from_slice(rest.as_bytes());
        Ok(Written::All)
    }

    /// Writes what a directive stands for, and gives its length.
    fn convert(&mut self, text: &str) -> Result<usize, String> {
        let bytes = text.as_bytes();
        let mut directive = Directive::default();
        // Letters that what came before does not allow.
        let mut barred: Vec<u8> = Vec::new();
        let mut at = 1;
        loop {
            match bytes.get(at) {
                Some(b'I') => barred.extend_from_slice(b"aAceEosuxX"),
                Some(b'\'') => barred.extend_from_slice(b"aAceEosxX"),
                Some(b'-') => directive.left = true,
                Some(b'+') => directive.plus = true,
                Some(b' ') => directive.space = true,
                Some(b'#') => {
                    directive.alternative = true;
                    barred.extend_from_slice(b"cdisu");
                }
                Some(b'0') => {
                    directive.zeros = true;
                    barred.extend_from_slice(b"cs");
                }
                _ => break,
            }
            at += 1;
        }
        let digits = |at: usize| bytes[at..].iter().take_while(|byte| byte.is_ascii_digit()).count();
        let invalid = |what: &str, value: &str| Err(format!("invalid {what}: {}", quoting::value(value)));
        if bytes.get(at) == Some(&b'*') {
            at += 1;
            if let Some(arg) = self.next() {
                let width = self.integer(arg);
                match usize::try_from(width.unsigned_abs()) {
                    Ok(size) if size <= MAX_WIDTH => directive.width = size,
                    _ => return invalid("field width", arg),
                }
                directive.left |= width < 0;
            }
        } else {
            let len = digits(at);
            match text[at..at + len].parse() {
                Ok(width) if width <= MAX_WIDTH => directive.width = width,
                _ if len == 0 => {}
                _ => return invalid("field width", &text[at..at + len]),
            }
            at += len;
        }
        if bytes.get(at) == Some(&b'.') {
            at += 1;
            barred.extend_from_slice(b"c");
            directive.precision = Some(0);
            if bytes.get(at) == Some(&b'*') {
                at += 1;
                if let Some(arg) = self.next() {
                    let precision = self.integer(arg);
                    directive.precision = match usize::try_from(precision) {
                        Ok(size) if size <= MAX_WIDTH => Some(size),
                        Err(_) if precision < 0 => None,
                        _ => return invalid("precision", arg),
                    };
                }
            } else {
                let len = digits(at);
                match text[at..at + len].parse() {
                    Ok(precision) if precision <= MAX_WIDTH => directive.precision = Some(precision),
                    _ if len == 0 => {}
                    _ => return invalid("precision", &text[at..at + len]),
                }
                at += len;
            }
        }
        while bytes.get(at).is_some_and(|byte| b"lLhjtz".contains(byte)) {
            at += 1;
        }
        let letter = bytes.get(at).copied().unwrap_or(0);
        if barred.contains(&letter) || !b"diouxXaAeEfFgGsc".contains(&letter) {
            let end = text[at..].chars().next().map_or(at, |letter| at + letter.len_utf8());
            return Err(format!("{}: invalid conversion specification", &text[..end]));
        }
        directive.letter = char::from(letter);
        let arg = self.next();
        self.put(&directive, arg.unwrap_or_default());
        Ok(at + 1)
    }

    fn put(&mut self, directive: &Directive, arg: &str) {
        match directive.letter {
            'c' => self.put_text(directive, arg.as_bytes().get(..1).unwrap_or(b"\0")),
            's' => {
                let most = directive.precision.unwrap_or(usize::MAX).min(arg.len());
                self.put_text(directive, &arg.as_bytes()[..most]);
            }
            'd' | 'i' => {
                let value = self.integer(arg);
                let digits = value.unsigned_abs().to_string();
                self.put_digits(directive, value < 0, &digits, "");
            }
            'o' | 'u' | 'x' | 'X' => {
                let value = self.unsigned(arg);
                let unsigned = Directive { plus: false, space: false, ..directive.clone() };
                let (digits, prefix) = match (directive.letter, directive.alternative && value != 0) {
                    ('o', false) => (format!("{value:o}"), ""),
                    ('o', true) => (format!("0{value:o}"), ""),
                    ('x', prefixed) => (format!("{value:x}"), if prefixed { "0x" } else { "" }),
                    ('X', prefixed) => (format!("{value:X}"), if prefixed { "0X" } else { "" }),
                    _ => (value.to_string(), ""),
                };
                self.put_digits(&unsigned, false, &digits, prefix);
            }
            _ => {
                let value = self.float(arg);
                self.io.out.extend_from_slice(directive.write_long(value).as_bytes());
            }
        }
    }

    fn put_text(&mut self, directive: &Directive, text: &[u8]) {
        let blanks = directive.width.saturating_sub(text.len());
        let out = &mut self.io.out;
        if !directive.left {
            out.resize(out.len() + blanks, b' ');
        }
        out.extend_from_slice(text);
        if directive.left {
            out.resize(out.len() + blanks, b' ');
        }
    }

    fn put_digits(&mut self, directive: &Directive, negative: bool, digits: &str, prefix: &str) {
        let digits = match directive.precision {
            Some(0) if digits == "0" && !(directive.letter == 'o' && directive.alternative) => String::new(),
            Some(precision) => format!("{digits:0>precision$}"),
            None => digits.to_owned(),
        };
        let signs = prefix.len() + usize::from(negative || directive.plus || directive.space);
        let digits = match directive.zeros && !directive.left && directive.precision.is_none() {
            true => format!("{prefix}{digits:0>width$}", width = directive.width.saturating_sub(signs)),
            false => format!("{prefix}{digits}"),
        };
        self.io.out.extend_from_slice(directive.pad(negative, &digits, false).as_bytes());
    }

    /// The value of a letter after a quote, which stands for its byte.
    fn quoted(&mut self, arg: &str) -> Option<u8> {
        let [b'"' | b'\'', byte, rest @ ..] = arg.as_bytes() else { return None };
        if !rest.is_empty() && !self.is_utf8 {
            let rest = String::from_utf8_lossy(rest);
            self.problems.push(format!(
                "warning: {rest}: character(s) following character constant have been ignored"
            ));
        }
        Some(*byte)
    }

    /// Says what is wrong with a number of which only the first `len` bytes were one.
    fn verify(&mut self, arg: &str, len: usize, out_of_range: bool) {
        let shown = quoting::value(arg);
        let problem = match () {
            () if out_of_range => format!("{shown}: Numerical result out of range"),
            () if len == arg.len() => return,
            () if len == 0 => format!("{shown}: expected a numeric value"),
            () => format!("{shown}: value not completely converted"),
        };
        self.failed = true;
        self.problems.push(problem);
    }

    fn integer(&mut self, arg: &str) -> i64 {
        if let Some(byte) = self.quoted(arg) {
            return i64::from(byte);
        }
        let (negative, size, len) = digits(arg);
        let value = match (negative, size) {
            (false, size) => size.and_then(|size| i64::try_from(size).ok()).ok_or(i64::MAX),
            (true, size) => size.and_then(|size| 0i64.checked_sub_unsigned(size)).ok_or(i64::MIN),
        };
        self.verify(arg, len, value.is_err());
        value.unwrap_or_else(|limit| limit)
    }

    fn unsigned(&mut self, arg: &str) -> u64 {
        if let Some(byte) = self.quoted(arg) {
            return u64::from(byte);
        }
        let (negative, size, len) = digits(arg);
        self.verify(arg, len, size.is_none());
        match size {
            Some(size) if negative => size.wrapping_neg(),
            Some(size) => size,
            None => u64::MAX,
        }
    }

    fn float(&mut self, arg: &str) -> LongDouble {
        if let Some(byte) = self.quoted(arg) {
            return LongDouble::from_integer(u64::from(byte));
        }
        let read = LongDouble::read(arg);
        self.verify(arg, read.len, read.out_of_range);
        read.value
    }
}

/// Sign, size (nothing where it is too large) and length of the number at the beginning of a text, as `strtol` finds it.
fn digits(text: &str) -> (bool, Option<u64>, usize) {
    let bytes = text.as_bytes();
    let mut at = bytes.iter().take_while(|byte| matches!(byte, b' ' | b'\t'..=b'\r')).count();
    let negative = bytes.get(at) == Some(&b'-');
    at += usize::from(matches!(bytes.get(at), Some(b'-' | b'+')));
    let radix = match bytes.get(at..) {
        Some([b'0', b'x' | b'X', digit, ..]) if digit.is_ascii_hexdigit() => {
            at += 2;
            16
        }
        Some([b'0', ..]) => 8,
        _ => 10,
    };
    let (mut size, mut seen) = (Some(0u64), false);
    while let Some(digit) = bytes.get(at).and_then(|byte| char::from(*byte).to_digit(radix)) {
        size = size.and_then(|size| size.checked_mul(u64::from(radix))?.checked_add(u64::from(digit)));
        (at, seen) = (at + 1, true);
    }
    (negative, size, if seen { at } else { 0 })
}

/// The byte that `\letter` means, of those that have names.
pub(super) fn named(letter: u8) -> Option<u8> {
    Some(match letter {
        b'a' => 7,
        b'b' => 8,
        b'e' => 27,
        b'f' => 12,
        b'n' => b'\n',
        b'r' => b'\r',
        b't' => b'\t',
        b'v' => 11,
        _ => return None,
    })
}

/// Takes octal digits off the front, at most `most` of them.
pub(super) fn octal(rest: &mut &[u8], most: usize) -> u8 {
    let len = rest.iter().take(most).take_while(|byte| matches!(byte, b'0'..=b'7')).count();
    let value = rest[..len].iter().fold(0u32, |value, byte| value << 3 | u32::from(byte - b'0'));
    *rest = &rest[len..];
    value as u8
}

/// Writes the escape that follows a backslash, and takes it off `rest`. `zero_first`: octal ones begin with a 0.
fn escape(out: &mut Vec<u8>, rest: &mut &[u8], zero_first: bool, is_utf8: bool) -> Escape {
    const MISSING: &str = "missing hexadecimal number in escape";
    let Some(&letter) = rest.first() else {
        out.push(b'\\');
        return Escape::Done;
    };
    let hexadecimal = |bytes: &[u8], most: usize| {
        let len = bytes.iter().take(most).take_while(|byte| byte.is_ascii_hexdigit()).count();
        let digit = |byte: &u8| char::from(*byte).to_digit(16).unwrap_or(0);
        (bytes[..len].iter().fold(0u32, |value, byte| value << 4 | digit(byte)), len)
    };
    match letter {
        b'x' => {
            let (value, len) = hexadecimal(&rest[1..], 2);
            if len == 0 {
                return Escape::Broken(MISSING.to_owned());
            }
            out.push(value as u8);
            *rest = &rest[1 + len..];
        }
        b'0'..=b'7' => {
            if zero_first && letter == b'0' {
                *rest = &rest[1..];
            }
            out.push(octal(rest, 3));
        }
        b'u' | b'U' => {
            let most = if letter == b'u' { 4 } else { 8 };
            let (code, len) = hexadecimal(&rest[1..], most);
            if len < most {
                return Escape::Broken(MISSING.to_owned());
            }
            *rest = &rest[1 + len..];
            let is_control = code <= 0x9f && !matches!(code, 0x24 | 0x40 | 0x60);
            if is_control || matches!(code, 0xd800..=0xdfff) {
                let letter = char::from(letter);
                return Escape::Broken(format!("invalid universal character name \\{letter}{code:0most$x}"));
            }
            match char::from_u32(code) {
                Some(letter) if is_utf8 || code < 128 => {
                    out.extend_from_slice(letter.encode_utf8(&mut [0; 4]).as_bytes());
                }
                _ if code < 0x1_0000 => out.extend_from_slice(format!("\\u{code:04X}").as_bytes()),
                _ => out.extend_from_slice(format!("\\U{code:08X}").as_bytes()),
            }
        }
        b'c' => return Escape::Enough,
        letter => {
            match (named(letter), letter) {
                (Some(byte), _) => out.push(byte),
                (None, b'"' | b'\\') => out.push(letter),
                (None, _) => out.extend_from_slice(&[b'\\', letter]),
            }
            *rest = &rest[1..];
        }
    }
    Escape::Done
}

#[cfg(test)]
mod tests {
    use super::{Escape, digits, escape};

    #[test]
    fn integers_are_read_as_c_does() {
        for (text, value) in [
            ("12", (false, Some(12), 2)),
            (" -0x1Fg", (true, Some(31), 6)),
            ("010", (false, Some(8), 3)),
            ("0x", (false, Some(0), 1)),
            ("09", (false, Some(0), 1)),
            ("x", (false, Some(0), 0)),
            ("99999999999999999999", (false, None, 20)),
        ] {
            assert_eq!(digits(text), value, "{text}");
        }
    }

    #[test]
    fn letters_beyond_ascii_stay_escapes_in_the_c_locale() {
        for (text, utf8, shown) in [
            ("u03a3b", false, "\\u03A3b"),
            ("u03a3b", true, "\u{3a3}b"),
            ("U0001F600", false, "\\U0001F600"),
            ("q", false, "\\q"),
        ] {
            let (mut out, mut rest) = (Vec::new(), text.as_bytes());
            assert!(matches!(escape(&mut out, &mut rest, false, utf8), Escape::Done));
            out.extend_from_slice(rest);
            assert_eq!(out, shown.as_bytes(), "{text}");
        }
    }
}
