//! Text that was written for a terminal: its colours and letters, without the codes for them.
//!
//! `anstyle-parse` takes the codes apart; here they get their meaning. What moves a cursor or names a window is dropped.

use anstyle_parse::{Params, Parser, Perform};

/// How a piece of text looks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Look {
    /// One of a terminal's eight colours; the bright ones and those of larger palettes are the nearest of them.
    colour: Option<u8>,
    background: Option<u8>,
    /// Bits by the codes that set them: 1 bold, 2 dim, 3 italic, 4 underlined, 7 inverse, 9 struck through.
    letters: u16,
}

impl Look {
    /// Its class names in the style sheet; empty for plain text.
    pub(crate) fn class(self) -> String {
        let mut names = Vec::new();
        names.extend(self.colour.map(|colour| format!("ansi-{colour}")));
        names.extend(self.background.map(|colour| format!("ansi-on-{colour}")));
        names
            .extend((1..=9).filter(|bit| self.letters & (1 << bit) != 0).map(|bit| format!("ansi-is-{bit}")));
        names.join(" ")
    }

    /// Follows the parameters of one `ESC [ … m`.
    fn follow(&mut self, params: &Params) {
        // `38;5;n` comes as parameters of their own, `38:5:n` as one with parts; both mean the same.
        let mut codes = params.iter().flatten().copied();
        while let Some(code) = codes.next() {
            match code {
                0 => *self = Self::default(),
                1..=4 | 7 | 9 => self.letters |= 1 << code,
                21 | 22 => self.letters &= !0b110,
                23 | 24 | 27 | 29 => self.letters &= !(1 << (code - 20)),
                30..=37 => self.colour = Some((code - 30) as u8),
                90..=97 => self.colour = Some((code - 90) as u8),
                39 => self.colour = None,
                40..=47 => self.background = Some((code - 40) as u8),
                100..=107 => self.background = Some((code - 100) as u8),
                49 => self.background = None,
                38 => self.colour = of_palette(&mut codes),
                48 => self.background = of_palette(&mut codes),
                _ => {}
            }
        }
    }
}

/// The nearest of the eight to a colour that is told as `5;n` or `2;red;green;blue`.
fn of_palette(codes: &mut impl Iterator<Item = u16>) -> Option<u8> {
    match codes.next()? {
        5 => match codes.next()? {
            n @ 0..=15 => Some((n % 8) as u8),
            n @ 16..=231 => nearest([(n - 16) / 36, (n - 16) / 6 % 6, (n - 16) % 6].map(|level| level * 51)),
            n => nearest([n * 10 - 2312; 3]),
        },
        2 => nearest([codes.next()?, codes.next()?, codes.next()?]),
        _ => None,
    }
}

/// Greys are no colour: they would vanish on a page that is as light or as dark.
fn nearest(parts: [u16; 3]) -> Option<u8> {
    let (most, least) = (parts.into_iter().max()?, parts.into_iter().min()?);
    if most - least < 48 {
        return None;
    }
    let bits = parts.into_iter().enumerate().filter(|(_, part)| *part > least + (most - least) / 2);
    Some(bits.map(|(place, _)| 1 << place).sum())
}

#[derive(Default)]
struct Screen {
    look: Look,
    pieces: Vec<(Look, String)>,
}

impl Perform for Screen {
    fn print(&mut self, letter: char) {
        match self.pieces.last_mut() {
            Some((look, text)) if *look == self.look => text.push(letter),
            _ => self.pieces.push((self.look, letter.to_string())),
        }
    }

    fn execute(&mut self, byte: u8) {
        if matches!(byte, b'\n' | b'\t' | b'\r') {
            self.print(char::from(byte));
        }
    }

    fn csi_dispatch(&mut self, params: &Params, intermediates: &[u8], ignore: bool, action: u8) {
        if action == b'm' && !ignore && intermediates.is_empty() {
            self.look.follow(params);
        }
    }
}

/// The text in pieces of one look each.
pub(crate) fn pieces(text: &str) -> Vec<(Look, String)> {
    // Most texts have no codes at all.
    if !text.bytes().any(is_control) {
        return vec![(Look::default(), text.to_owned())];
    }
    let mut screen = Screen::default();
    let mut parser = <Parser>::new();
    text.bytes().for_each(|byte| parser.advance(&mut screen, byte));
    screen.pieces
}

fn is_control(byte: u8) -> bool {
    (byte < 0x20 && !matches!(byte, b'\n' | b'\t' | b'\r')) || byte == 0x7f
}

/// The text alone.
pub(super) fn plain(text: &str) -> String {
    pieces(text).into_iter().map(|(_, text)| text).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> Vec<(String, String)> {
        pieces(text).into_iter().map(|(look, text)| (look.class(), text)).collect()
    }

    fn piece(class: &str, text: &str) -> (String, String) {
        (class.to_owned(), text.to_owned())
    }

    #[test]
    fn colours_and_letters_last_until_they_are_taken_back() {
        assert_eq!(
            shown("a\x1b[1;31mb\x1b[22mc\x1b[39md\x1b[42;3me\x1b[mf"),
            [
                piece("", "a"),
                piece("ansi-1 ansi-is-1", "b"),
                piece("ansi-1", "c"),
                piece("", "d"),
                piece("ansi-on-2 ansi-is-3", "e"),
                piece("", "f"),
            ]
        );
    }

    #[test]
    fn colours_of_larger_palettes_are_the_nearest_of_the_eight() {
        let of = |code: &str| shown(&format!("\x1b[{code}mx"))[0].0.clone();
        assert_eq!(["91", "38;5;196", "38;2;200;30;20", "38:2:200:30:20"].map(of), ["ansi-1"; 4]);
        assert_eq!(["38;5;244", "38;2;99;99;99", "38;9"].map(of), [""; 3]);
        assert_eq!(of("38;5;21;1"), "ansi-4 ansi-is-1");
    }

    #[test]
    fn what_is_no_look_is_dropped() {
        let text = "\x1b]0;title\x07\x1b[2J\x1b[1;1Hgr\u{fc}n\x1b[K\x1b[?25l\x07\n\tnext\u{2713}\x1b(B";
        assert_eq!(shown(text), [piece("", "gr\u{fc}n\n\tnext\u{2713}")]);
        assert_eq!(plain("\x1b[32mok\x1b[0m!"), "ok!");
    }
}
