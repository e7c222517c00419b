//! Backslash escapes of `echo -e` and `printf`.

use crate::text;

/// Whose escapes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Style {
    /// `echo -e`: octal numbers begin with 0.
    Echo,
    /// The format of `printf`: no `\c`, and a backslash before quotes goes away.
    Format,
    /// An argument of `%b`.
    Argument,
}

/// What a backslash turned out to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Escape {
    /// It was written, together with so many bytes after the backslash.
    Written(usize),
    /// `\c`: nothing more is written.
    End,
    /// Nothing: it stands for itself, and what follows is read as it is.
    None,
    /// `\x`, `\u` or `\U` without a digit.
    NoDigit(char),
}

/// Writes what an escape means; `rest` follows the backslash.
pub(super) fn escape(rest: &str, style: Style, is_utf8: bool, out: &mut Vec<u8>) -> Escape {
    let Some(letter) = rest.chars().next() else { return Escape::None };
    let after = &rest[letter.len_utf8()..];
    let byte = match letter {
        'a' => 7,
        'b' => 8,
        'e' | 'E' => 27,
        'f' => 12,
        'n' => b'\n',
        'r' => b'\r',
        't' => b'\t',
        'v' => 11,
        '\\' => b'\\',
        '\'' | '"' | '?' if style == Style::Format => letter as u8,
        'c' if style != Style::Format => return Escape::End,
        '0'..='7' => {
            let (text, most) = match (letter, style) {
                ('0', Style::Echo | Style::Argument) => (after, 3),
                (_, Style::Echo) => return Escape::None,
                _ => (rest, 3),
            };
            let (value, used) = digits(text, 8, most);
            out.push(value as u8);
            return Escape::Written(used + text.as_ptr() as usize - rest.as_ptr() as usize);
        }
        'x' | 'u' | 'U' => {
            let most = match letter {
                'x' => 2,
                'u' => 4,
                _ => 8,
            };
            let (value, used) = digits(after, 16, most);
            match (used, letter) {
                (0, _) => return Escape::NoDigit(letter),
                (_, 'x') => out.push(value as u8),
                _ => push_character(value, is_utf8, out),
            }
            return Escape::Written(1 + used);
        }
        _ => return Escape::None,
    };
    out.push(byte);
    Escape::Written(1)
}

/// The number at the beginning of a text, and how many digits it has.
fn digits(text: &str, base: u32, most: usize) -> (u32, usize) {
    let mut value = 0u32;
    let mut used = 0;
    for digit in text.chars().take(most).map_while(|character| character.to_digit(base)) {
        value = value.wrapping_mul(base).wrapping_add(digit);
        used += 1;
    }
    (value, used)
}

/// A character by its number. What the locale does not have is written as an escape again.
pub(crate) fn push_character(value: u32, is_utf8: bool, out: &mut Vec<u8>) {
    match value {
        0..=0x7f => out.push(value as u8),
        0x80..=0xffff if !is_utf8 => out.extend_from_slice(format!("\\u{value:04X}").as_bytes()),
        _ if !is_utf8 => out.extend_from_slice(format!("\\U{value:08X}").as_bytes()),
        _ => {
            // As UTF-8 once was: any number of 31 bits, in up to six bytes.
            let extra: u32 = match value {
                0..=0x7ff => 1,
                0x800..=0xffff => 2,
                0x1_0000..=0x1f_ffff => 3,
                0x20_0000..=0x3ff_ffff => 4,
                0x400_0000..=0x7fff_ffff => 5,
                _ => return,
            };
            let marker = 0xff00u32 >> (extra + 1) & 0xff;
            out.push((marker | value >> (6 * extra)) as u8);
            out.extend((0..extra).rev().map(|place| (0x80 | value >> (6 * place) & 0x3f) as u8));
        }
    }
}

/// Writes a text with its escapes; false when it ended in `\c`. `missing` learns of escapes that lack their digits.
pub(super) fn expand(
    text: &str,
    style: Style,
    is_utf8: bool,
    out: &mut Vec<u8>,
    mut missing: impl FnMut(char),
) -> bool {
    let mut rest = text;
    while let Some(at) = rest.find('\\') {
        out.extend_from_slice(&text::encode(&rest[..at]));
        rest = &rest[at + 1..];
        match escape(rest, style, is_utf8, out) {
            Escape::Written(used) => rest = &rest[used..],
            Escape::End => return false,
            Escape::None => out.push(b'\\'),
            Escape::NoDigit(letter) => {
                missing(letter);
                out.push(b'\\');
            }
        }
    }
    out.extend_from_slice(&text::encode(rest));
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_of_echo() {
        let echo = |text| {
            let mut out = Vec::new();
            expand(text, Style::Echo, true, &mut out, |_| {});
            String::from_utf8(out).unwrap()
        };
        assert_eq!(echo(r"a\tb\\\0101\x41\u00e9\'\101\q\x\"), "a\tb\\AAé\\'\\101\\q\\x\\");
        assert_eq!(echo(r"a\cb"), "a");
    }
}
