//! Text that may hold any byte.
//!
//! The shell works on characters, files and pipes hold bytes. A byte that is no part of valid UTF-8 is carried through
//! the shell as one character of a private range, and becomes the same byte again when it leaves.

use std::borrow::Cow;

/// The character that carries byte 0; the bytes 0x80 to 0xff follow at their distance.
const FIRST: u32 = 0x10_ff00;

/// The text of `bytes`.
pub fn decode(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        text.extend(chunk.invalid().iter().map(|byte| carrier(*byte)));
    }
    text
}

/// The bytes of `text`.
pub fn encode(text: &str) -> Cow<'_, [u8]> {
    // Every carrier begins with this byte in UTF-8, and hardly anything else does.
    if !text.as_bytes().contains(&0xf4) {
        return Cow::Borrowed(text.as_bytes());
    }
    let mut bytes = Vec::with_capacity(text.len());
    for character in text.chars() {
        match carried(character) {
            Some(byte) => bytes.push(byte),
            None => bytes.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes()),
        }
    }
    Cow::Owned(bytes)
}

/// The text as programs get it, which know nothing of carriers: bytes that are no UTF-8 become U+FFFD.
pub fn plain(text: String) -> String {
    match encode(&text) {
        Cow::Borrowed(_) => text,
        Cow::Owned(bytes) => String::from_utf8_lossy(&bytes).into_owned(),
    }
}

/// The character that carries a byte; ASCII carries itself.
pub fn carrier(byte: u8) -> char {
    match byte.is_ascii() {
        true => char::from(byte),
        false => char::from_u32(FIRST + u32::from(byte)).unwrap_or(char::REPLACEMENT_CHARACTER),
    }
}

/// The byte that a character carries, if it is one that does.
pub fn carried(character: char) -> Option<u8> {
    u8::try_from(u32::from(character).wrapping_sub(FIRST)).ok().filter(|byte| !byte.is_ascii())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_bytes_come_back() {
        let all: Vec<u8> = (0..=255).chain("äöü€😀".bytes()).chain([0xf4, 0x8f, 0xbf]).collect();
        assert_eq!(encode(&decode(&all)).as_ref(), all);
        assert_eq!(decode(b"a\xffb").chars().count(), 3);
        assert!(matches!(encode("plain"), Cow::Borrowed(_)));
    }
}
