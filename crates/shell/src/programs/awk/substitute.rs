//! `sub`, `gsub` and `gensub`.

use sandbox_kernel::Pace;

use super::super::posix_regex::Spans;
use super::code::Place;
use super::dialect::Dialect;
use super::machine::{Done, Machine, out_of_memory};
use crate::limits::MAX_WHOLE_BYTES;

/// A piece of what comes in the place of a match.
enum Piece {
    Text(Vec<u8>),
    /// What the group of that number fits; 0 is all.
    Group(usize),
}

impl Machine {
    /// Replaces the first or every match in a place.
    pub(super) async fn substitute(&mut self, all: bool, place: Place, pace: &mut Pace) -> Done {
        let operand = self.operand(place);
        let replacement = pieces(&self.pop_text(), self.dialect);
        let pattern = self.pop();
        let regex = self.pattern(&pattern)?;
        let text = self.get(place, &operand)?.text(&self.settings.conversion);
        self.spend(text.len());
        let mut out = Vec::new();
        let mut count = 0;
        let (mut copied, mut search) = (0, 0);
        while let Some((from, to)) = regex.find_at(&text, search, pace).await {
            // Right behind a match there is no empty one.
            let is_again = count > 0 && from == to && from == copied;
            if !is_again {
                out.extend_from_slice(&text[copied..from]);
                for piece in &replacement {
                    match piece {
                        Piece::Text(piece) => out.extend_from_slice(piece),
                        Piece::Group(_) => out.extend_from_slice(&text[from..to]),
                    }
                }
                copied = to;
                count += 1;
            }
            if !all || to >= text.len() {
                break;
            }
            if out.len() as u64 > MAX_WHOLE_BYTES {
                return Err(out_of_memory());
            }
            search = if from == to { to + 1 } else { to };
        }
        if count > 0 {
            out.extend_from_slice(&text[copied..]);
            let value = self.made(out)?;
            self.set(place, &operand, value)?;
        }
        self.push_number(f64::from(count));
        Ok(())
    }

    /// `gensub`: with groups, of the match that is asked for or all, and the text stays as it was.
    pub(super) async fn gensub(&mut self, values: usize, pace: &mut Pace) -> Done {
        let text = match values {
            4 => self.pop_text(),
            _ => self
                .record
                .whole(&self.settings.between_fields, &self.settings.conversion)
                .text(&self.settings.conversion),
        };
        let how = self.pop();
        let which = match how.text(&self.settings.conversion).first() {
            Some(b'g' | b'G') => None,
            _ => Some((how.number(self.dialect) as u32).max(1)),
        };
        let replacement = pieces_with_groups(&self.pop_text());
        let pattern = self.pop();
        let regex = self.pattern(&pattern)?;
        let mut out = Vec::new();
        let mut count = 0;
        let (mut copied, mut search) = (0, 0);
        let mut finder = regex.finder(&text);
        let mut groups = Spans::new();
        while finder.find_at(search, &mut groups, pace).await
            && let Some((from, to)) = groups.first().copied().flatten()
        {
            let is_again = count > 0 && from == to && from == copied;
            if !is_again {
                count += 1;
                out.extend_from_slice(&text[copied..from]);
                if which.is_none_or(|which| which == count) {
                    for piece in &replacement {
                        match piece {
                            Piece::Text(piece) => out.extend_from_slice(piece),
                            Piece::Group(group) => {
                                if let Some((from, to)) = groups.get(*group).copied().flatten() {
                                    out.extend_from_slice(&text[from..to]);
                                }
                            }
                        }
                    }
                } else {
                    out.extend_from_slice(&text[from..to]);
                }
                copied = to;
            }
            if which == Some(count) || to >= text.len() {
                break;
            }
            if out.len() as u64 > MAX_WHOLE_BYTES {
                return Err(out_of_memory());
            }
            search = if from == to { to + 1 } else { to };
        }
        out.extend_from_slice(&text[copied..]);
        let value = self.made(out)?;
        self.stack.push(value);
        Ok(())
    }
}

/// A replacement, in which `&` is the match and `\&` the letter. Two backslashes are one, for gawk before a `&` only.
fn pieces(text: &[u8], dialect: Dialect) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut plain = Vec::new();
    let mut rest = text;
    while let Some((&byte, after)) = rest.split_first() {
        rest = after;
        match byte {
            b'&' => {
                pieces.push(Piece::Text(std::mem::take(&mut plain)));
                pieces.push(Piece::Group(0));
            }
            b'\\' if after.first() == Some(&b'&') => {
                plain.push(b'&');
                rest = &after[1..];
            }
            b'\\' if after.first() == Some(&b'\\') && (dialect == Dialect::Mawk || leads_to_match(after)) => {
                plain.push(b'\\');
                rest = &after[1..];
            }
            _ => plain.push(byte),
        }
    }
    pieces.push(Piece::Text(plain));
    pieces
}

/// Whether a `&` comes behind the backslashes.
fn leads_to_match(text: &[u8]) -> bool {
    text.iter().find(|byte| **byte != b'\\') == Some(&b'&')
}

/// The same for `gensub`, where `\1` is what the first group fits.
fn pieces_with_groups(text: &[u8]) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut plain = Vec::new();
    let mut bytes = text.iter().copied().peekable();
    while let Some(byte) = bytes.next() {
        let group = match (byte, bytes.peek().copied()) {
            (b'&', _) => 0,
            (b'\\', Some(digit @ b'0'..=b'9')) => {
                bytes.next();
                usize::from(digit - b'0')
            }
            (b'\\', Some(escaped @ (b'&' | b'\\'))) => {
                bytes.next();
                plain.push(escaped);
                continue;
            }
            _ => {
                plain.push(byte);
                continue;
            }
        };
        pieces.push(Piece::Text(std::mem::take(&mut plain)));
        pieces.push(Piece::Group(group));
    }
    pieces.push(Piece::Text(plain));
    pieces
}
