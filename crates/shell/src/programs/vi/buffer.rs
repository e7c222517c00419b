//! The lines of a file and the place in them, with what can be undone.

use std::sync::Arc;

use regex::Regex;

/// A line and a character in it.
pub(super) type Place = (usize, usize);

/// Changes that can be undone.
const MAX_UNDO: usize = 200;

#[derive(Debug, Clone)]
struct Snapshot {
    lines: Vec<Arc<Vec<char>>>,
    at: Place,
}

/// There is always at least one line.
#[derive(Debug, Clone)]
pub(super) struct Buffer {
    pub(super) lines: Vec<Arc<Vec<char>>>,
    pub(super) at: Place,
    pub(super) is_changed: bool,
    /// The column that up and down keep.
    column: Option<usize>,
    undone: Vec<Snapshot>,
    done: Vec<Snapshot>,
}

impl Default for Buffer {
    fn default() -> Self {
        Self::of("")
    }
}

impl Buffer {
    pub(super) fn of(text: &str) -> Self {
        let body = text.strip_suffix('\n').unwrap_or(text);
        let lines = body.split('\n').map(|line| Arc::new(line.chars().collect())).collect();
        Self { lines, at: (0, 0), is_changed: false, column: None, undone: Vec::new(), done: Vec::new() }
    }

    pub(super) fn text(&self) -> String {
        let mut text = String::new();
        for line in &self.lines {
            text.extend(line.iter());
            text.push('\n');
        }
        text
    }

    pub(super) fn line_len(&self, line: usize) -> usize {
        self.lines.get(line).map_or(0, |line| line.len())
    }

    pub(super) fn character(&self, place: Place) -> Option<char> {
        self.lines.get(place.0)?.get(place.1).copied()
    }

    fn line_mut(&mut self) -> &mut Vec<char> {
        self.is_changed = true;
        self.column = None;
        let last = self.lines.len() - 1;
        self.at.0 = self.at.0.min(last);
        Arc::make_mut(&mut self.lines[self.at.0])
    }

    /// Notes how it is now: a change follows.
    pub(super) fn note(&mut self) {
        if self.done.len() >= MAX_UNDO {
            self.done.remove(0);
        }
        self.done.push(Snapshot { lines: self.lines.clone(), at: self.at });
        self.undone.clear();
    }

    /// Goes a change back; false where there is none.
    pub(super) fn undo(&mut self) -> bool {
        let Some(before) = self.done.pop() else { return false };
        self.undone.push(Snapshot { lines: std::mem::replace(&mut self.lines, before.lines), at: self.at });
        self.at = before.at;
        self.is_changed = true;
        true
    }

    /// Goes a change forward again.
    pub(super) fn redo(&mut self) -> bool {
        let Some(after) = self.undone.pop() else { return false };
        self.done.push(Snapshot { lines: std::mem::replace(&mut self.lines, after.lines), at: self.at });
        self.at = after.at;
        self.is_changed = true;
        true
    }

    pub(super) fn insert(&mut self, character: char) {
        let at = self.at.1;
        let line = self.line_mut();
        let at = at.min(line.len());
        line.insert(at, character);
        self.at.1 = at + 1;
    }

    pub(super) fn overwrite(&mut self, character: char) {
        let at = self.at.1;
        let line = self.line_mut();
        match line.get_mut(at) {
            Some(place) => *place = character,
            None => line.push(character),
        }
        self.at.1 += 1;
    }

    pub(super) fn split_line(&mut self) {
        let at = self.at.1;
        let line = self.line_mut();
        let rest = line.split_off(at.min(line.len()));
        self.lines.insert(self.at.0 + 1, Arc::new(rest));
        self.at = (self.at.0 + 1, 0);
    }

    pub(super) fn backspace(&mut self) {
        match self.at {
            (0, 0) => {}
            (line, 0) => {
                self.at = (line - 1, self.line_len(line - 1));
                self.join_next("");
            }
            (_, at) => {
                self.line_mut().remove(at - 1);
                self.at.1 = at - 1;
            }
        }
    }

    /// Takes out the character under the cursor; at a line's end the line's end.
    pub(super) fn delete_character(&mut self) {
        let at = self.at.1;
        if at < self.line_len(self.at.0) {
            self.line_mut().remove(at);
        } else {
            self.join_next("");
        }
    }

    /// Adds the next line to this one, with something between.
    pub(super) fn join_next(&mut self, between: &str) {
        if self.at.0 + 1 < self.lines.len() {
            let next = self.lines.remove(self.at.0 + 1);
            let line = self.line_mut();
            line.extend(between.chars());
            line.extend(next.iter());
        }
    }

    /// Takes out what is between two places.
    pub(super) fn delete_range(&mut self, from: Place, to: Place) -> String {
        let text = self.range(from, to);
        self.at = from;
        if from.0 == to.0 {
            let line = self.line_mut();
            let end = to.1.min(line.len());
            line.drain(from.1.min(end)..end);
        } else {
            let rest: Vec<char> = self.lines[to.0][to.1.min(self.lines[to.0].len())..].to_vec();
            let line = self.line_mut();
            line.truncate(from.1);
            line.extend(rest);
            self.lines.drain(from.0 + 1..=to.0);
        }
        text
    }

    /// What is between two places.
    pub(super) fn range(&self, from: Place, to: Place) -> String {
        let mut text = String::new();
        for line in from.0..=to.0.min(self.lines.len() - 1) {
            let characters = &self.lines[line];
            let begin = if line == from.0 { from.1.min(characters.len()) } else { 0 };
            let end = if line == to.0 { to.1.min(characters.len()) } else { characters.len() };
            text.extend(&characters[begin..end.max(begin)]);
            if line < to.0 {
                text.push('\n');
            }
        }
        text
    }

    /// Takes out whole lines.
    pub(super) fn delete_lines(&mut self, from: usize, to: usize) -> String {
        let to = to.min(self.lines.len() - 1);
        let text = self.lines_text(from, to);
        self.lines.drain(from..=to);
        if self.lines.is_empty() {
            self.lines.push(Arc::default());
        }
        self.is_changed = true;
        self.at = (from.min(self.lines.len() - 1), 0);
        self.at.1 = self.first_in_line(self.at.0);
        text
    }

    /// Whole lines, each with its newline.
    pub(super) fn lines_text(&self, from: usize, to: usize) -> String {
        let mut text = String::new();
        for line in &self.lines[from..=to.min(self.lines.len() - 1)] {
            text.extend(line.iter());
            text.push('\n');
        }
        text
    }

    /// Puts whole lines below the cursor's, or above it.
    pub(super) fn put_lines(&mut self, text: &str, below: bool) {
        let lines = text.strip_suffix('\n').unwrap_or(text).split('\n');
        let place = self.at.0 + usize::from(below);
        let lines: Vec<_> = lines.map(|line| Arc::new(line.chars().collect::<Vec<_>>())).collect();
        self.lines.splice(place..place, lines);
        self.is_changed = true;
        self.at = (place, self.first_in_line(place));
    }

    pub(super) fn put_lines_below(&mut self, text: &str) {
        self.note();
        self.put_lines(text, true);
    }

    /// Puts text in at a place.
    pub(super) fn put_text(&mut self, text: &str) {
        for character in text.chars() {
            match character {
                '\n' => self.split_line(),
                character => self.insert(character),
            }
        }
    }

    /// The first character of a line that is no blank.
    pub(super) fn first_in_line(&self, line: usize) -> usize {
        self.lines[line].iter().position(|character| !character.is_whitespace()).unwrap_or(0)
    }

    pub(super) fn go_to_line(&mut self, line: usize) {
        let line = line.min(self.lines.len() - 1);
        self.at = (line, self.first_in_line(line));
        self.column = None;
    }

    /// Goes up or down and keeps the column where it can; false at the edge.
    pub(super) fn go_vertically(&mut self, lines: isize, inserting: bool) -> bool {
        let column = *self.column.get_or_insert(self.at.1);
        let line = self.at.0.saturating_add_signed(lines).min(self.lines.len() - 1);
        let moved = line != self.at.0;
        let len = self.line_len(line);
        self.at = (line, column.min(if inserting { len } else { len.saturating_sub(1) }));
        moved
    }

    /// Forgets the column that up and down keep.
    pub(super) fn settle_column(&mut self, column: Option<usize>) {
        self.column = column;
    }

    /// Keeps the cursor on a character.
    pub(super) fn keep_in_line(&mut self) {
        self.at.0 = self.at.0.min(self.lines.len() - 1);
        self.at.1 = self.at.1.min(self.line_len(self.at.0).saturating_sub(1));
    }

    /// The next place of a pattern, around the end if it must be.
    pub(super) fn find(&self, pattern: &Regex, is_backward: bool) -> Option<Place> {
        let places = |line: usize| -> Vec<usize> {
            let text: String = self.lines[line].iter().collect();
            pattern.find_iter(&text).map(|found| text[..found.start()].chars().count()).collect()
        };
        let (count, here) = (self.lines.len(), self.at);
        for step in 0..=count {
            let line = match is_backward {
                true => (here.0 + count - step % count) % count,
                false => (here.0 + step) % count,
            };
            let found = places(line);
            let found = match (step, is_backward) {
                (0, false) => found.into_iter().find(|at| *at > here.1),
                (0, true) => found.into_iter().rfind(|at| *at < here.1),
                (_, false) => found.first().copied(),
                (_, true) => found.last().copied(),
            };
            if let Some(at) = found {
                return Some((line, at));
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_go_and_come_back() {
        let mut buffer = Buffer::of("one two\nthree\nfour\n");
        buffer.note();
        assert_eq!(buffer.delete_range((0, 4), (2, 1)), "two\nthree\nf");
        assert_eq!(buffer.text(), "one our\n");
        assert!(buffer.undo());
        assert_eq!(buffer.text(), "one two\nthree\nfour\n");
        assert!(buffer.redo() && !buffer.redo());
        assert_eq!(buffer.text(), "one our\n");
    }

    #[test]
    fn patterns_are_found_around_the_end() {
        let mut buffer = Buffer::of("ab\ncab\n");
        let pattern = Regex::new("ab").unwrap();
        assert_eq!(buffer.find(&pattern, false), Some((1, 1)));
        buffer.at = (1, 1);
        assert_eq!(buffer.find(&pattern, false), Some((0, 0)));
        assert_eq!(buffer.find(&pattern, true), Some((0, 0)));
    }
}
