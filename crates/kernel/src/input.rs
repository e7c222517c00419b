//! What was typed at a terminal and waits to be read.

use std::collections::VecDeque;

use bytes::Bytes;

/// Bytes, and the places where a read gives nothing because Ctrl-D was typed there.
#[derive(Debug, Default)]
pub(crate) struct Input {
    bytes: VecDeque<u8>,
    /// How many bytes stand before each of them, ascending.
    ends: VecDeque<usize>,
}

impl Input {
    /// Whether there is nothing to be read, not even an end.
    pub(crate) fn is_empty(&self) -> bool {
        self.bytes.is_empty() && self.ends.is_empty()
    }

    /// How much room it takes: its bytes and its ends.
    pub(crate) fn len(&self) -> usize {
        self.bytes.len() + self.ends.len()
    }

    /// Forgets all of it.
    pub(crate) fn clear(&mut self) {
        *self = Self::default();
    }

    /// Adds bytes.
    pub(crate) fn extend(&mut self, bytes: &[u8]) {
        self.bytes.extend(bytes);
    }

    /// Adds an end.
    pub(crate) fn end(&mut self) {
        self.ends.push_back(self.bytes.len());
    }

    /// Puts bytes back in front.
    pub(crate) fn unread(&mut self, bytes: &[u8]) {
        bytes.iter().rev().for_each(|byte| self.bytes.push_front(*byte));
        self.ends.iter_mut().for_each(|end| *end += bytes.len());
    }

    /// At most `max` bytes up to an end, and with `by_lines` of one line; `None` where there is nothing.
    pub(crate) fn read(&mut self, max: usize, by_lines: bool) -> Option<Bytes> {
        if self.ends.front() == Some(&0) {
            self.ends.pop_front();
            return Some(Bytes::new());
        }
        if self.bytes.is_empty() {
            return None;
        }
        let end = self.ends.front().copied().unwrap_or(self.bytes.len());
        let newline = self.bytes.iter().position(|byte| by_lines && *byte == b'\n');
        let len = newline.map_or(end, |newline| end.min(newline + 1)).min(max);
        self.ends.iter_mut().for_each(|end| *end -= len);
        Some(self.bytes.drain(..len).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_end_comes_after_what_was_typed_before_it_and_before_what_came_after() {
        let mut input = Input::default();
        input.extend(b"one\n");
        input.end();
        input.extend(b"two\nthree\n");
        assert_eq!(input.read(2, true).unwrap(), "on");
        input.unread(b"on");
        assert_eq!(input.read(9, true).unwrap(), "one\n");
        assert_eq!(input.read(9, true).unwrap(), "");
        assert_eq!(input.read(99, false).unwrap(), "two\nthree\n");
        assert_eq!(input.read(9, true), None);
        assert!(input.is_empty());
    }
}
