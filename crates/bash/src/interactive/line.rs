//! The line that is being edited.

/// Changes that can be undone.
const MAX_UNDO: usize = 200;

/// Pieces that were killed and can be yanked.
const MAX_KILLED: usize = 10;

/// A line and the place in it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Line {
    pub(super) text: Vec<char>,
    /// The character before which the cursor stands.
    pub(super) at: usize,
    before: Vec<(Vec<char>, usize)>,
    /// Whether the last change was a character typed: many of them are one step back.
    is_typing: bool,
}

/// What was killed, the last of it at the end.
#[derive(Debug, Clone, Default)]
pub(super) struct Killed {
    pieces: Vec<Vec<char>>,
    /// Whether the key before killed too: then the pieces become one.
    pub(super) goes_on: bool,
}

impl Killed {
    fn add(&mut self, piece: Vec<char>, in_front: bool) {
        if piece.is_empty() {
            return;
        }
        match self.pieces.last_mut().filter(|_| self.goes_on) {
            Some(last) if in_front => *last = [piece, std::mem::take(last)].concat(),
            Some(last) => last.extend(piece),
            None => self.pieces.push(piece),
        }
        if self.pieces.len() > MAX_KILLED {
            self.pieces.remove(0);
        }
        self.goes_on = true;
    }

    /// The last of it.
    pub(super) fn last(&self) -> Option<&Vec<char>> {
        self.pieces.last()
    }

    /// Turns the ring, so that another piece is the last.
    pub(super) fn turn(&mut self) {
        if let Some(last) = self.pieces.pop() {
            self.pieces.insert(0, last);
        }
    }
}

impl Line {
    pub(super) fn of(text: &str) -> Self {
        let text: Vec<char> = text.chars().collect();
        Self { at: text.len(), text, ..Self::default() }
    }

    pub(super) fn text(&self) -> String {
        self.text.iter().collect()
    }

    fn note(&mut self, is_typing: bool) {
        if !(is_typing && self.is_typing) {
            if self.before.len() >= MAX_UNDO {
                self.before.remove(0);
            }
            self.before.push((self.text.clone(), self.at));
        }
        self.is_typing = is_typing;
    }

    /// Goes one change back; false where there is none.
    pub(super) fn undo(&mut self) -> bool {
        self.is_typing = false;
        match self.before.pop() {
            Some((text, at)) => {
                (self.text, self.at) = (text, at);
                true
            }
            None => false,
        }
    }

    pub(super) fn insert(&mut self, character: char) {
        self.note(true);
        self.text.insert(self.at, character);
        self.at += 1;
    }

    pub(super) fn insert_all(&mut self, characters: &[char]) {
        self.replace(self.at..self.at, characters);
    }

    /// Puts characters in the place of others; the cursor stands after them.
    pub(super) fn replace(&mut self, range: std::ops::Range<usize>, characters: &[char]) {
        self.note(false);
        let start = range.start;
        self.text.splice(range, characters.iter().copied());
        self.at = start + characters.len();
    }

    /// Takes a range out.
    pub(super) fn delete(&mut self, from: usize, to: usize) -> Vec<char> {
        let to = to.min(self.text.len());
        if from >= to {
            return Vec::new();
        }
        self.note(false);
        self.at = from;
        self.text.drain(from..to).collect()
    }

    /// Takes a range out and keeps it to be yanked.
    pub(super) fn kill(&mut self, from: usize, to: usize, killed: &mut Killed) {
        let in_front = to == self.at;
        let piece = self.delete(from, to);
        killed.add(piece, in_front);
    }

    /// Changes places of the characters around the cursor; at the end of the line of the last two.
    pub(super) fn transpose(&mut self) -> bool {
        if self.text.len() < 2 || self.at == 0 {
            return false;
        }
        self.note(false);
        let at = self.at.min(self.text.len() - 1);
        self.text.swap(at - 1, at);
        self.at = at + 1;
        true
    }

    /// The begin of the word before the cursor: letters and digits.
    pub(super) fn word_left(&self) -> usize {
        let at = back_while(&self.text, self.at, |character| !character.is_alphanumeric());
        back_while(&self.text, at, char::is_alphanumeric)
    }

    /// The end of the word after the cursor.
    pub(super) fn word_right(&self) -> usize {
        let at = on_while(&self.text, self.at, |character| !character.is_alphanumeric());
        on_while(&self.text, at, char::is_alphanumeric)
    }

    /// The begin of what stands between blanks before the cursor.
    pub(super) fn blank_left(&self) -> usize {
        let at = back_while(&self.text, self.at, char::is_whitespace);
        back_while(&self.text, at, |character| !character.is_whitespace())
    }

    /// Changes the word after the cursor and goes behind it.
    pub(super) fn change_word(&mut self, change: fn(usize, char) -> char) {
        let (from, to) = (self.at, self.word_right());
        let start = on_while(&self.text, from, |character| !character.is_alphanumeric());
        let word: Vec<char> =
            self.text[start..to].iter().enumerate().map(|(place, it)| change(place, *it)).collect();
        if !word.is_empty() {
            self.replace(start..to, &word);
        }
    }
}

fn back_while(text: &[char], mut at: usize, is_meant: impl Fn(char) -> bool) -> usize {
    while at > 0 && is_meant(text[at - 1]) {
        at -= 1;
    }
    at
}

fn on_while(text: &[char], mut at: usize, is_meant: impl Fn(char) -> bool) -> usize {
    while at < text.len() && is_meant(text[at]) {
        at += 1;
    }
    at
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_killed_and_come_back() {
        let mut killed = Killed::default();
        let mut line = Line::of("echo one/two three");
        line.kill(line.blank_left(), line.at, &mut killed);
        line.kill(line.blank_left(), line.at, &mut killed);
        assert_eq!(line.text(), "echo ");
        assert_eq!(killed.last().unwrap().iter().collect::<String>(), "one/two three");
        assert!(line.undo());
        assert_eq!(line.text(), "echo one/two ");
        line.at = line.word_left();
        assert_eq!(line.at, 9);
        line.change_word(|_, character| character.to_ascii_uppercase());
        assert_eq!(line.text(), "echo one/TWO ");
    }

    #[test]
    fn what_was_typed_is_one_step() {
        let mut line = Line::default();
        "abc".chars().for_each(|character| line.insert(character));
        assert!(line.transpose());
        assert_eq!(line.text(), "acb");
        assert!(line.undo() && line.text() == "abc" && line.undo() && line.text().is_empty());
        assert!(!line.undo());
    }
}
