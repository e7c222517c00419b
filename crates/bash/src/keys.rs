//! From the bytes that a terminal sends to the keys that were pressed.

/// One key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Key {
    Char(char),
    /// With its letter in lower case: `Ctrl('a')`; `Ctrl('_')` and the like too.
    Ctrl(char),
    Alt(char),
    AltBackspace,
    Up,
    Down,
    Left,
    Right,
    WordLeft,
    WordRight,
    Home,
    End,
    PageUp,
    PageDown,
    Delete,
    Enter,
    Tab,
    Backspace,
    Escape,
    PasteBegin,
    PasteEnd,
    /// A sequence that means nothing here.
    Other,
}

/// Bytes that have come, as keys.
#[derive(Debug, Clone, Default)]
pub struct Keys {
    bytes: Vec<u8>,
    at: usize,
    /// Whether an escape that nothing follows is the key; else it is the begin of what is still to come.
    lone_escape: bool,
}

impl Keys {
    /// For programs in which the escape key means something by itself.
    pub fn with_escape() -> Self {
        Self { lone_escape: true, ..Self::default() }
    }

    /// Adds bytes that have come.
    pub fn push(&mut self, bytes: &[u8]) {
        self.bytes.drain(..self.at);
        self.at = 0;
        self.bytes.extend_from_slice(bytes);
    }

    /// Takes what is left as it came.
    pub fn take_rest(&mut self) -> Vec<u8> {
        let rest = self.bytes.split_off(self.at);
        self.bytes.clear();
        self.at = 0;
        rest
    }

    /// The next key; none until more bytes have come.
    #[expect(clippy::should_implement_trait, reason = "more may come after the end")]
    pub fn next(&mut self) -> Option<Key> {
        let (key, len) = decode(&self.bytes[self.at..], self.lone_escape)?;
        self.at += len;
        Some(key)
    }
}

fn decode(bytes: &[u8], lone_escape: bool) -> Option<(Key, usize)> {
    let first = *bytes.first()?;
    match first {
        b'\r' | b'\n' => Some((Key::Enter, 1)),
        b'\t' => Some((Key::Tab, 1)),
        8 | 127 => Some((Key::Backspace, 1)),
        27 => match bytes.get(1) {
            None if lone_escape => Some((Key::Escape, 1)),
            None => None,
            Some(b'[') if bytes.len() == 2 && lone_escape => Some((Key::Escape, 1)),
            Some(b'[') => sequence(bytes),
            Some(b'O') if bytes.len() > 2 => Some((named(bytes[2], &[]), 3)),
            Some(b'O') if !lone_escape => None,
            Some(_) if lone_escape => Some((Key::Escape, 1)),
            Some(8 | 127) => Some((Key::AltBackspace, 2)),
            Some(27) => Some((Key::Escape, 1)),
            Some(_) => character(&bytes[1..]).map(|(character, len)| (Key::Alt(character), len + 1)),
        },
        0 => Some((Key::Ctrl('@'), 1)),
        1..27 => Some((Key::Ctrl((first + b'a' - 1) as char), 1)),
        28..32 => Some((Key::Ctrl((first + b'@') as char), 1)),
        _ => character(bytes).map(|(character, len)| (Key::Char(character), len)),
    }
}

/// `ESC [ 1 ; 5 D` and its like.
fn sequence(bytes: &[u8]) -> Option<(Key, usize)> {
    let end = bytes.iter().skip(2).position(|byte| (0x40..0x7f).contains(byte))? + 2;
    let numbers = std::str::from_utf8(&bytes[2..end]).unwrap_or_default();
    let numbers: Vec<u32> = numbers.split(';').filter_map(|number| number.parse().ok()).collect();
    Some((named(bytes[end], &numbers), end + 1))
}

fn named(last: u8, numbers: &[u32]) -> Key {
    let by_words = numbers.get(1).is_some_and(|modifier| matches!(modifier, 3 | 5));
    match (last, numbers.first()) {
        (b'A', _) => Key::Up,
        (b'B', _) => Key::Down,
        (b'C', _) if by_words => Key::WordRight,
        (b'D', _) if by_words => Key::WordLeft,
        (b'C', _) => Key::Right,
        (b'D', _) => Key::Left,
        (b'H', _) | (b'~', Some(1 | 7)) => Key::Home,
        (b'F', _) | (b'~', Some(4 | 8)) => Key::End,
        (b'~', Some(3)) => Key::Delete,
        (b'~', Some(5)) => Key::PageUp,
        (b'~', Some(6)) => Key::PageDown,
        (b'~', Some(200)) => Key::PasteBegin,
        (b'~', Some(201)) => Key::PasteEnd,
        (b'M', None) => Key::Enter,
        _ => Key::Other,
    }
}

/// A character of UTF-8; a byte that is none is carried as itself.
fn character(bytes: &[u8]) -> Option<(char, usize)> {
    let first = *bytes.first()?;
    let len = match first {
        0..0x80 => return Some((first as char, 1)),
        0xc2..0xe0 => 2,
        0xe0..0xf0 => 3,
        0xf0..0xf5 => 4,
        _ => return Some((crate::text::carrier(first), 1)),
    };
    let whole = &bytes[..len.min(bytes.len())];
    match std::str::from_utf8(whole) {
        Ok(text) => text.chars().next().map(|character| (character, len)),
        Err(error) if error.error_len().is_none() && whole.len() < len => None,
        Err(_) => Some((crate::text::carrier(first), 1)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(bytes: &[u8]) -> Vec<Key> {
        let mut keys = Keys::default();
        let mut found = Vec::new();
        // Byte by byte, as a slow line brings them.
        for byte in bytes {
            keys.push(&[*byte]);
            while let Some(key) = keys.next() {
                found.push(key);
            }
        }
        found
    }

    #[test]
    fn bytes_become_keys_however_they_come() {
        assert_eq!(keys("aä🙂".as_bytes()), [Key::Char('a'), Key::Char('ä'), Key::Char('🙂')]);
        assert_eq!(keys(b"\x1b[A\x1bOB\x1b[1;5C\x1b[3~"), [Key::Up, Key::Down, Key::WordRight, Key::Delete]);
        assert_eq!(
            keys(b"\x01\x7f\x1bb\x1b\x7f\r"),
            [Key::Ctrl('a'), Key::Backspace, Key::Alt('b'), Key::AltBackspace, Key::Enter]
        );
        assert_eq!(keys(b"\x1b[200~"), [Key::PasteBegin]);
        assert_eq!(keys(b"\xff"), [Key::Char(crate::text::carrier(255))]);
    }

    #[test]
    fn an_escape_alone_is_a_key_where_it_means_something() {
        let mut keys = Keys::with_escape();
        keys.push(b"\x1b");
        assert_eq!(keys.next(), Some(Key::Escape));
        keys.push(b"\x1b[B");
        assert_eq!(keys.next(), Some(Key::Down));
        keys.push(b"\x1b:");
        assert_eq!((keys.next(), keys.next()), (Some(Key::Escape), Some(Key::Char(':'))));
    }
}
