//! Sets of bytes, as they stand in the brackets of a pattern.

/// The bytes that one place of a text may be.
#[derive(Clone)]
pub(super) struct ByteSet([bool; 256]);

impl ByteSet {
    pub(super) fn new() -> Self {
        Self([false; 256])
    }

    /// The bytes for which `is_in` says so.
    pub(super) fn of(is_in: impl Fn(&u8) -> bool) -> Self {
        let mut set = Self::new();
        set.add(is_in);
        set
    }

    /// Adds the bytes for which `is_in` says so.
    pub(super) fn add(&mut self, is_in: impl Fn(&u8) -> bool) {
        (0..=255).filter(|byte| is_in(byte)).for_each(|byte: u8| self.0[usize::from(byte)] = true);
    }

    pub(super) fn insert(&mut self, byte: u8) {
        self.0[usize::from(byte)] = true;
    }

    pub(super) fn remove(&mut self, byte: u8) {
        self.0[usize::from(byte)] = false;
    }

    pub(super) fn contains(&self, byte: u8) -> bool {
        self.0[usize::from(byte)]
    }

    /// All the others.
    pub(super) fn inverted(&self) -> Self {
        Self(self.0.map(|is_in| !is_in))
    }

    /// In the syntax of the `regex` crate: these bytes, or all others. It makes a difference to `i`, which adds to the
    /// set as it is written.
    pub(super) fn text(&self, others: bool) -> String {
        if self.0.iter().all(|is_in| !is_in) {
            return if others { "[\\x00-\\xff]" } else { "[^\\x00-\\xff]" }.to_owned();
        }
        let mut text = String::from(if others { "[^" } else { "[" });
        let mut byte = 0;
        while byte < 256 {
            let run = self.0[byte..].iter().take_while(|is_in| **is_in).count();
            if run > 0 {
                text.push_str(&format!("\\x{byte:02x}-\\x{:02x}", byte + run - 1));
            }
            byte += run + 1;
        }
        text + "]"
    }
}

/// Letters, digits and `_`.
pub(super) fn is_word(byte: &u8) -> bool {
    byte.is_ascii_alphanumeric() || *byte == b'_'
}

/// Whether a byte belongs to the class of that name.
pub(super) fn class(name: &[u8]) -> Option<fn(&u8) -> bool> {
    Some(match name {
        b"alpha" => u8::is_ascii_alphabetic,
        b"digit" => u8::is_ascii_digit,
        b"alnum" => u8::is_ascii_alphanumeric,
        b"upper" => u8::is_ascii_uppercase,
        b"lower" => u8::is_ascii_lowercase,
        b"space" => |byte| matches!(byte, 9..=13 | 32),
        b"blank" => |byte| matches!(byte, 9 | 32),
        b"punct" => u8::is_ascii_punctuation,
        b"print" => |byte| matches!(byte, 32..=126),
        b"graph" => u8::is_ascii_graphic,
        b"cntrl" => u8::is_ascii_control,
        b"xdigit" => u8::is_ascii_hexdigit,
        _ => return None,
    })
}
