//! Where things end, found without reading what is in them: bash decides so whether `((` is arithmetic.

use super::{
    error::{Outcome, SyntaxError},
    parser::Parser,
};

/// How deep quotes and expansions may lie within one another here.
const DEPTH: u32 = 100;

impl Parser {
    /// Where the `close` stands that belongs to an `open` before `from`. `start` is what is told as unclosed.
    pub(super) fn matching(&self, from: usize, start: usize, open: u8, close: u8) -> Outcome<usize> {
        let matcher = Matcher { bytes: self.text.as_bytes().get(..self.end()).unwrap_or_default() };
        matcher.close(from, start, open, close, 0).map_err(|unclosed| {
            SyntaxError::unclosed(self.line_at(unclosed.start), char::from(unclosed.close))
        })
    }
}

/// Something that does not end.
struct Unclosed {
    start: usize,
    close: u8,
}

struct Matcher<'a> {
    bytes: &'a [u8],
}

impl Matcher<'_> {
    fn close(&self, from: usize, start: usize, open: u8, close: u8, depth: u32) -> Result<usize, Unclosed> {
        let mut at = from;
        let mut count = 1u32;
        loop {
            let byte = self.byte(at, start, close)?;
            at = match byte {
                b'\\' => at + 2,
                b'\'' => self.find(at, b'\'')? + 1,
                b'"' => self.quoted(at, depth)? + 1,
                b'`' => self.find_unescaped(at, b'`')? + 1,
                b'$' if open != b'{' && self.bytes.get(at + 1) == Some(&b'{') => {
                    self.nested(at, b'{', b'}', depth)? + 1
                }
                _ if byte == close => {
                    count -= 1;
                    if count == 0 {
                        return Ok(at);
                    }
                    at + 1
                }
                _ => {
                    count += u32::from(byte == open);
                    at + 1
                }
            };
        }
    }

    fn byte(&self, at: usize, start: usize, close: u8) -> Result<u8, Unclosed> {
        self.bytes.get(at).copied().ok_or(Unclosed { start, close })
    }

    /// The end of `${` or `$(` at `start`.
    fn nested(&self, start: usize, open: u8, close: u8, depth: u32) -> Result<usize, Unclosed> {
        match depth < DEPTH {
            true => self.close(start + 2, start, open, close, depth + 1),
            false => Err(Unclosed { start, close }),
        }
    }

    /// The end of the double-quoted text that begins at `start`.
    fn quoted(&self, start: usize, depth: u32) -> Result<usize, Unclosed> {
        let mut at = start + 1;
        loop {
            at = match (self.byte(at, start, b'"')?, self.bytes.get(at + 1)) {
                (b'"', _) => return Ok(at),
                (b'\\', _) => at + 2,
                (b'`', _) => self.find_unescaped(at, b'`')? + 1,
                (b'$', Some(b'(')) => self.nested(at, b'(', b')', depth)? + 1,
                (b'$', Some(b'{')) => self.nested(at, b'{', b'}', depth)? + 1,
                _ => at + 1,
            };
        }
    }

    fn find(&self, start: usize, close: u8) -> Result<usize, Unclosed> {
        let rest = self.bytes.get(start + 1..).unwrap_or_default();
        let distance = rest.iter().position(|byte| *byte == close);
        distance.map(|distance| start + 1 + distance).ok_or(Unclosed { start, close })
    }

    fn find_unescaped(&self, start: usize, close: u8) -> Result<usize, Unclosed> {
        let mut at = start + 1;
        loop {
            at = match self.byte(at, start, close)? {
                b'\\' => at + 2,
                byte if byte == close => return Ok(at),
                _ => at + 1,
            };
        }
    }
}
