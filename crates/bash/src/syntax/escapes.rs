//! The escapes of `$'…'`.

use crate::text;

/// The text that `$'…'` means.
pub(crate) fn decode(source: &str) -> String {
    let mut out = Vec::with_capacity(source.len());
    let mut rest = source;
    while let Some(at) = rest.find('\\') {
        out.extend_from_slice(&text::encode(&rest[..at]));
        rest = &rest[at + 1..];
        match escape(&mut rest, &mut out) {
            true => {}
            // The byte 0 ends the text.
            false => return text::decode(&out),
        }
    }
    out.extend_from_slice(&text::encode(rest));
    text::decode(&out)
}

/// One escape, without its backslash, from `rest` to `out`. Whether the text goes on.
fn escape(rest: &mut &str, out: &mut Vec<u8>) -> bool {
    let Some(kind) = rest.chars().next() else {
        out.push(b'\\');
        return true;
    };
    let whole = *rest;
    *rest = &rest[kind.len_utf8()..];
    let byte = match kind {
        'a' => 0x07,
        'b' => 0x08,
        'e' | 'E' => 0x1b,
        'f' => 0x0c,
        'n' => b'\n',
        'r' => b'\r',
        't' => b'\t',
        'v' => 0x0b,
        '\\' | '\'' | '"' | '?' => kind as u8,
        '0'..='7' => {
            *rest = whole;
            digits(rest, 8, 3).unwrap_or_default() as u8
        }
        'x' => match digits(rest, 16, 2) {
            Some(value) => value as u8,
            None => {
                out.extend_from_slice(b"\\x");
                return true;
            }
        },
        'u' | 'U' => match digits(rest, 16, if kind == 'u' { 4 } else { 8 }) {
            Some(0) => 0,
            Some(value) => {
                let character = char::from_u32(value).unwrap_or(char::REPLACEMENT_CHARACTER);
                out.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes());
                return true;
            }
            None => {
                out.extend_from_slice(&[b'\\', kind as u8]);
                return true;
            }
        },
        'c' => match rest.bytes().next().filter(u8::is_ascii) {
            Some(letter) => {
                *rest = &rest[1..];
                match letter {
                    b'?' => 0x7f,
                    _ => letter.to_ascii_uppercase() & 0x1f,
                }
            }
            None => {
                out.extend_from_slice(b"\\c");
                return true;
            }
        },
        other => {
            out.push(b'\\');
            out.extend_from_slice(&text::encode(other.encode_utf8(&mut [0; 4])));
            return true;
        }
    };
    if byte != 0 {
        out.push(byte);
    }
    byte != 0
}

/// A number of at most `most` digits.
fn digits(rest: &mut &str, radix: u32, most: usize) -> Option<u32> {
    let length = rest.chars().take(most).take_while(|digit| digit.is_digit(radix)).count();
    let value = u32::from_str_radix(&rest[..length], radix).ok();
    *rest = &rest[length..];
    value
}

#[cfg(test)]
mod tests {
    use super::decode;

    #[test]
    fn every_escape_is_decoded() {
        assert_eq!(decode(r#"\\\'\"\?\a\b\e\E\f\n\r\t\v"#), "\\'\"?\x07\x08\x1b\x1b\x0c\n\r\t\x0b");
        assert_eq!(decode(r"\101\x41\u41\U00000041\cA\c?"), "AAAA\x01\x7f");
        assert_eq!(decode(r"\xe2\x82\xac \u20ac \342\202\254"), "€ € €");
        assert_eq!(decode(r"a\0b"), "a");
        assert_eq!(decode(r"\z \é \x \u"), r"\z \é \x \u");
        assert_eq!(decode(r"\xff"), crate::text::decode(b"\xff"));
    }
}
