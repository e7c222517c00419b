//! What is seen of the buffer.

use sandbox_bash::width;

use super::{Mode, Vi};
use crate::programs::terminal::{HOME, Keyboard};

/// Columns between tab stops.
const TAB: usize = 8;

impl Vi {
    /// Draws the whole screen.
    pub(super) fn draw(&mut self, keyboard: &Keyboard) {
        let room = self.rows - 1;
        self.scroll_to_cursor(room);
        let mut shown = format!("\x1b[?25l{HOME}");
        let (mut used, mut line) = (0, self.top);
        let mut cursor = (0, 0);
        while used < room {
            let rows = match self.buffer.lines.get(line) {
                Some(_) => self.rows_of(line),
                None => vec!["~".to_owned()],
            };
            if line == self.buffer.at.0 {
                let (row, column) = self.place_of_cursor();
                cursor = (used + row, column);
            }
            let fits = used + rows.len() <= room;
            for row in rows {
                if used < room {
                    // A line that does not fit whole is not shown at all, as vi has it.
                    shown.push_str(if fits { &row } else { "@" });
                    shown.push_str("\x1b[K\r\n");
                    used += 1;
                }
            }
            line += 1;
        }
        let (status, at) = self.status();
        shown.push_str(&format!("{status}\x1b[K"));
        match at {
            Some(column) => shown.push_str(&format!("\x1b[{};{}H", self.rows, column + 1)),
            None => shown.push_str(&format!("\x1b[{};{}H", cursor.0 + 1, cursor.1 + 1)),
        }
        shown.push_str("\x1b[?25h");
        keyboard.show(&shown);
    }

    /// The bottom line, and the column of the cursor where it is there.
    fn status(&self) -> (String, Option<usize>) {
        let left = match &self.mode {
            Mode::Line(sign, text) => {
                let text = format!("{sign}{text}");
                let column = width::of_text(&text);
                return (text, Some(column.min(self.columns - 1)));
            }
            Mode::Insert { replaces: true } => "-- REPLACE --".to_owned(),
            Mode::Insert { replaces: false } => "-- INSERT --".to_owned(),
            Mode::Normal => self.message.clone(),
        };
        let place = format!("{},{}", self.buffer.at.0 + 1, self.buffer.at.1 + 1);
        let right = format!("{:<10} {place:<14}", self.normal.shown());
        let left: String = left.chars().take(self.columns - 1).collect();
        let room = self.columns.saturating_sub(width::of_text(&left) + 1);
        match room >= right.len() {
            true => (format!("{left}{right:>room$}"), None),
            false => (left, None),
        }
    }

    fn indent(&self) -> usize {
        if self.numbers { TAB } else { 0 }
    }

    /// Moves the window so that the cursor is in it.
    fn scroll_to_cursor(&mut self, room: usize) {
        let line = self.buffer.at.0;
        if line < self.top {
            self.top = line;
        }
        // From the cursor's line upwards as many as fit.
        let mut used = self.rows_of(line).len();
        let mut first = line;
        while first > 0 && first > self.top {
            used += self.rows_of(first - 1).len();
            if used > room {
                break;
            }
            first -= 1;
        }
        self.top = self.top.max(first);
    }

    fn rows_of(&self, line: usize) -> Vec<String> {
        let mut rows = vec![String::new()];
        let mut column = self.indent();
        if self.numbers {
            rows[0] = format!("{:>7} ", line + 1);
        }
        for character in self.buffer.lines[line].iter() {
            let shown = seen(*character, column);
            let wide = width::of_text(&shown);
            if column + wide > self.columns {
                rows.push(String::new());
                column = 0;
            }
            column += wide;
            if let Some(last) = rows.last_mut() {
                last.push_str(&shown);
            }
        }
        rows
    }

    /// The row within its line, and the column.
    fn place_of_cursor(&self) -> (usize, usize) {
        let (line, at) = self.buffer.at;
        let (mut row, mut column) = (0, self.indent());
        let characters = &self.buffer.lines[line];
        for (place, character) in characters.iter().enumerate() {
            let wide = width::of_text(&seen(*character, column));
            if column + wide > self.columns {
                (row, column) = (row + 1, 0);
            }
            if place == at {
                // The cursor stands at the end of a tab, unless one inserts before it.
                let is_tab = *character == '\t' && self.mode == Mode::Normal;
                return (row, if is_tab { column + wide - 1 } else { column });
            }
            column += wide;
        }
        (row, column.min(self.columns - 1))
    }
}

fn seen(character: char, column: usize) -> String {
    match character {
        '\t' => " ".repeat(TAB - column % TAB),
        character if character < ' ' || character == '\u{7f}' => {
            format!("^{}", ((character as u8) ^ 64) as char)
        }
        character => character.to_string(),
    }
}
