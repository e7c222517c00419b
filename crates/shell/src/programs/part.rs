//! The part of an input that `head` and `tail` want.

use std::collections::VecDeque;

use super::live::Stop;
use super::quantity;
use super::source::Source;
use crate::limits::{MAX_WHOLE_BYTES, PIECE_BYTES};
use sandbox_kernel::pause;

/// What a part is counted in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unit {
    Lines,
    Bytes,
}

impl Unit {
    /// Its name in error messages.
    pub(super) fn name(self) -> &'static str {
        match self {
            Unit::Lines => "lines",
            Unit::Bytes => "bytes",
        }
    }
}

/// Reads a count with its sign, if it has one.
pub(super) fn count(text: &str) -> Option<(Option<char>, u64)> {
    let sign = text.chars().next().filter(|first| matches!(first, '+' | '-'));
    Some((sign, quantity::parse(&text[usize::from(sign.is_some())..])?))
}

/// How many bytes of `bytes` belong to the first `count` units, and how many units those are.
pub(super) fn first(bytes: &[u8], count: u64, unit: Unit, end: u8) -> (usize, u64) {
    match unit {
        Unit::Bytes => {
            let taken = usize::try_from(count).map_or(bytes.len(), |count| count.min(bytes.len()));
            (taken, taken as u64)
        }
        Unit::Lines => {
            let mut seen = 0;
            for (at, byte) in bytes.iter().enumerate() {
                if seen == count {
                    return (at, seen);
                }
                seen += u64::from(*byte == end);
            }
            (bytes.len(), seen)
        }
    }
}

/// Where the last `count` units of what is left of the source begin; `None` where only reading on can tell.
pub(super) async fn start_of_last(
    source: &Source,
    count: u64,
    unit: Unit,
    end: u8,
) -> Result<Option<u64>, Stop> {
    let Some(left) = source.left() else { return Ok(None) };
    if unit == Unit::Bytes || count == 0 {
        return Ok(Some(left - count.min(left)));
    }
    let (mut seen, mut high) = (0, left);
    while high > 0 {
        let low = high.saturating_sub(PIECE_BYTES as u64);
        let bytes = source.peek(low, (high - low) as usize)?;
        for (at, byte) in bytes.iter().enumerate().rev() {
            let at = low + at as u64;
            // The very last byte ends the last line and begins none.
            if *byte == end && at + 1 < left {
                seen += 1;
                if seen == count {
                    return Ok(Some(at + 1));
                }
            }
        }
        high = low;
        pause().await;
    }
    Ok(Some(0))
}

/// The end of a stream: as much of it as may belong to its last `count` units.
pub(super) struct Held {
    bytes: VecDeque<u8>,
    ends: u64,
    count: u64,
    unit: Unit,
    end: u8,
}

impl Held {
    pub(super) fn new(count: u64, unit: Unit, end: u8) -> Self {
        Self { bytes: VecDeque::new(), ends: 0, count, unit, end }
    }

    /// Takes the stream's next bytes, and gives those that do not belong to its end for certain.
    pub(super) fn push(&mut self, bytes: &[u8]) -> Result<Vec<u8>, Stop> {
        self.ends += bytes.iter().filter(|byte| **byte == self.end).count() as u64;
        self.bytes.extend(bytes);
        let before = match self.unit {
            Unit::Bytes => self.take_bytes(),
            Unit::Lines => self.take_lines(self.count),
        };
        if self.bytes.len() as u64 > MAX_WHOLE_BYTES {
            return Err(Stop::out_of_memory());
        }
        Ok(before)
    }

    /// At the stream's end: what comes before its last units, and those.
    pub(super) fn finish(mut self) -> (Vec<u8>, Vec<u8>) {
        let unfinished = self.bytes.back().is_some_and(|last| *last != self.end);
        let before = match self.unit {
            Unit::Lines if unfinished && self.count == 0 => self.bytes.drain(..).collect(),
            Unit::Lines if unfinished => self.take_lines(self.count - 1),
            Unit::Lines | Unit::Bytes => Vec::new(),
        };
        (before, self.bytes.into())
    }

    fn take_bytes(&mut self) -> Vec<u8> {
        let keep = usize::try_from(self.count).unwrap_or(usize::MAX);
        let excess = self.bytes.len().saturating_sub(keep);
        self.bytes.drain(..excess).collect()
    }

    /// Takes lines off the front until no more than `keep` ends are left.
    fn take_lines(&mut self, keep: u64) -> Vec<u8> {
        let mut excess = self.ends.saturating_sub(keep);
        self.ends -= excess;
        let mut len = 0;
        for byte in &self.bytes {
            if excess == 0 {
                break;
            }
            len += 1;
            excess -= u64::from(*byte == self.end);
        }
        self.bytes.drain(..len).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn split(pieces: &[&str], count: u64, unit: Unit) -> (String, String) {
        let mut held = Held::new(count, unit, b'\n');
        let mut before = Vec::new();
        for piece in pieces {
            before.extend(held.push(piece.as_bytes()).unwrap_or_default());
        }
        let (more, last) = held.finish();
        before.extend(more);
        (String::from_utf8(before).unwrap(), String::from_utf8(last).unwrap())
    }

    #[test]
    fn a_stream_is_split_before_its_last_units() {
        for (pieces, count, before, last) in [
            (&["a\nb\nc\n"][..], 2, "a\n", "b\nc\n"),
            (&["a\nb", "\nc"], 2, "a\n", "b\nc"),
            (&["a\nb\nc"], 1, "a\nb\n", "c"),
            (&["a\nb\nc"], 0, "a\nb\nc", ""),
            (&["a\n", "b\n"], 5, "", "a\nb\n"),
            (&[], 3, "", ""),
        ] {
            let expected = (before.to_owned(), last.to_owned());
            assert_eq!(split(pieces, count, Unit::Lines), expected, "{pieces:?} {count}");
        }
        assert_eq!(split(&["abc", "def"], 2, Unit::Bytes), ("abcd".into(), "ef".into()));
    }

    #[test]
    fn the_first_units_are_found() {
        assert_eq!(first(b"a\nb\nc", 2, Unit::Lines, b'\n'), (4, 2));
        assert_eq!(first(b"a\nb\nc", 9, Unit::Lines, b'\n'), (5, 2));
        assert_eq!(first(b"a\n", 0, Unit::Lines, b'\n'), (0, 0));
        assert_eq!(first(b"abc", 2, Unit::Bytes, b'\n'), (2, 2));
        assert_eq!(count("-3k"), Some((Some('-'), 3072)));
        assert_eq!(count("x"), None);
    }
}
