//! How `pr` sets one row of a page.

use super::options::{Controls, Wish};

/// A row on the way, with white space that was not written yet: it may become tabs.
pub(super) struct Line<'a> {
    wish: &'a Wish,
    pub(super) out: Vec<u8>,
    at: usize,
    spaces: usize,
}

impl<'a> Line<'a> {
    pub(super) fn new(wish: &'a Wish) -> Self {
        Self { wish, out: Vec::new(), at: 0, spaces: 0 }
    }

    /// Writes the cells of a row; what follows the last of them stays empty.
    pub(super) fn row(&mut self, cells: &[Option<(u64, Vec<u8>)>]) {
        let wish = self.wish;
        let last = cells.iter().rposition(Option::is_some);
        let width = wish.column_width();
        for _ in 0..wish.margin {
            self.put(b' ');
        }
        for (column, cell) in cells.iter().enumerate() {
            if last.is_none_or(|last| column > last) {
                break;
            }
            let start = wish.margin + column * (width + wish.separator.len());
            if column > 0 {
                if wish.aligned {
                    self.pad_to(start - wish.separator.len());
                }
                for byte in wish.separator.bytes() {
                    self.put(byte);
                }
                self.write_spaces();
            }
            if let Some((number, text)) = cell {
                self.cell(*number, text, width, column);
            }
        }
        if wish.tabs_out.is_none() {
            self.write_spaces();
        }
    }

    fn cell(&mut self, number: u64, text: &[u8], width: usize, column: usize) {
        let wish = self.wish;
        let start = self.at + self.spaces;
        let is_alone = wish.count <= 1;
        if let Some((separator, digits)) = wish.numbers
            && (column == 0 || wish.columns != super::Columns::Files)
        {
            let shown = format!("{number:>digits$}");
            // Of a long number the last digits.
            for byte in shown.bytes().skip(shown.len() - digits) {
                self.put(byte);
            }
            if separator == b'\t' && !is_alone && wish.aligned {
                let goal = digits + (8 - digits % 8);
                for _ in digits..goal {
                    self.put(b' ');
                }
            } else {
                self.put(separator);
            }
        }
        let end = if wish.truncated { start + width } else { usize::MAX };
        let begin = self.at + self.spaces;
        for &byte in text {
            let shown = self.shown(byte, self.at + self.spaces - begin);
            for byte in shown {
                if self.at + self.spaces >= end {
                    return;
                }
                self.put(byte);
            }
        }
    }

    /// A byte as it is shown at that place of its column.
    fn shown(&self, byte: u8, at: usize) -> Vec<u8> {
        if let Some((letter, width)) = self.wish.tabs_in
            && byte == letter
        {
            return vec![b' '; width - at % width];
        }
        match (self.wish.controls, byte) {
            (Controls::Plain, _) | (_, b' '..=b'~' | b'\t') => vec![byte],
            (Controls::Carets, 0..0x20 | 0x7f) => vec![b'^', byte ^ 0x40],
            _ => format!("\\{byte:03o}").into_bytes(),
        }
    }

    fn put(&mut self, byte: u8) {
        if byte == b' ' && self.wish.tabs_out.is_some() {
            self.spaces += 1;
            return;
        }
        self.write_spaces();
        self.out.push(byte);
        self.at += match byte {
            b'\t' => 8 - self.at % 8,
            _ => 1,
        };
    }

    fn pad_to(&mut self, goal: usize) {
        while self.at + self.spaces < goal {
            self.spaces += 1;
        }
        if self.wish.tabs_out.is_none() {
            self.write_spaces();
        }
    }

    fn write_spaces(&mut self) {
        let goal = self.at + std::mem::take(&mut self.spaces);
        if let Some((letter, width)) = self.wish.tabs_out {
            while goal - self.at > 1 {
                let next = self.at + width - self.at % width;
                if next > goal {
                    break;
                }
                self.out.push(letter);
                self.at = next;
            }
        }
        while self.at < goal {
            self.out.push(b' ');
            self.at += 1;
        }
    }
}
