//! What is shown of a line that is being edited: the prompt, the line over as many rows as it needs, the cursor.

use crate::width;

/// The rows that the prompt and the line take, and where the cursor was left.
#[derive(Debug, Clone, Default)]
pub(super) struct Screen {
    columns: usize,
    /// The last row of the prompt, as it is written.
    prompt: String,
    /// The columns that it takes.
    indent: usize,
    /// The row of the cursor, from the prompt's.
    row: usize,
    /// The column of the cursor and whether nothing is to its right, so that a character can simply be written.
    end: Option<usize>,
}

impl Screen {
    /// Shows a prompt on a row of its own.
    pub(super) fn begin(columns: u16, prompt: &str, out: &mut String) -> Self {
        let (above, last) = prompt.rsplit_once('\n').map_or(("", prompt), |(above, last)| (above, last));
        if prompt.contains('\n') {
            let above = above.replace(['\u{1}', '\u{2}'], "").replace('\n', "\r\n");
            out.push_str(&above);
            out.push_str("\r\n");
        }
        let mut screen = Self { columns: usize::from(columns).max(1), ..Self::default() };
        screen.set_prompt(last);
        screen
    }

    /// Another prompt in its place.
    pub(super) fn set_prompt(&mut self, prompt: &str) {
        (self.prompt, self.indent) = measured(prompt);
        self.end = None;
    }

    /// Whether another prompt is shown than this.
    pub(super) fn prompt_differs(&self, prompt: &str) -> bool {
        self.prompt != measured(prompt).0
    }

    /// The terminal has another width: it has broken its rows anew.
    pub(super) fn resize(&mut self, columns: u16, line: &[char], at: usize) {
        self.columns = usize::from(columns).max(1);
        self.row = self.place(line, at).0;
        self.end = None;
    }

    /// Nothing is shown any more: the screen was cleared, or something else was written.
    pub(super) fn restart(&mut self) {
        (self.row, self.end) = (0, None);
    }

    /// Shows a character that was typed at the end of the line, if that is all there is to do.
    pub(super) fn append(&mut self, character: char, out: &mut String) -> bool {
        let wide = width::of_char(character);
        match self.end {
            Some(column) if character >= ' ' && wide > 0 && column + wide < self.columns => {
                out.push(character);
                self.end = Some(column + wide);
                true
            }
            _ => false,
        }
    }

    /// Shows all of it anew.
    pub(super) fn draw(&mut self, line: &[char], at: usize, out: &mut String) {
        if self.row > 0 {
            out.push_str(&format!("\x1b[{}A", self.row));
        }
        out.push_str("\r\x1b[J");
        out.push_str(&self.prompt);
        let mut column = self.indent % self.columns;
        for character in line {
            match character {
                '\n' => {
                    out.push_str("\r\n");
                    column = 0;
                    continue;
                }
                character if (*character as u32) < 32 || *character == '\x7f' => {
                    out.extend(['^', ((*character as u8) ^ 64) as char]);
                }
                character => out.push(*character),
            }
            let wide = width::of_char(*character);
            column = if column + wide > self.columns { wide } else { column + wide };
        }
        let (end_row, end_column) = self.place(line, line.len());
        if column == self.columns || line.is_empty() && self.indent > 0 && column == 0 {
            // The terminal waits at the edge; a blank takes it to the next row.
            out.push_str(" \r");
        }
        let (row, column) = self.place(line, at);
        if end_row > row {
            out.push_str(&format!("\x1b[{}A", end_row - row));
        }
        if (row, column) != (end_row, end_column) {
            out.push('\r');
            if column > 0 {
                out.push_str(&format!("\x1b[{column}C"));
            }
        }
        self.row = row;
        self.end = (at == line.len()).then_some(column);
    }

    /// Goes behind the line.
    pub(super) fn leave(&mut self, line: &[char], out: &mut String) {
        let end = self.place(line, line.len()).0;
        if end > self.row {
            out.push_str(&format!("\x1b[{}B", end - self.row));
        }
        out.push_str("\r\n");
        self.restart();
    }

    /// The row and the column of a place in the line.
    fn place(&self, line: &[char], at: usize) -> (usize, usize) {
        let (mut row, mut column) = (self.indent / self.columns, self.indent % self.columns);
        for character in &line[..at.min(line.len())] {
            if *character == '\n' {
                (row, column) = (row + 1, 0);
                continue;
            }
            let wide = width::of_char(*character);
            if column + wide > self.columns {
                (row, column) = (row + 1, 0);
            }
            column += wide;
            if column == self.columns {
                (row, column) = (row + 1, 0);
            }
        }
        // A wide character that does not fit any more begins the next row.
        if let Some(next) = line.get(at).filter(|next| **next != '\n')
            && column + width::of_char(*next) > self.columns
        {
            (row, column) = (row + 1, 0);
        }
        (row, column)
    }
}

/// A prompt without the marks around what is not seen, and the columns of what is seen.
fn measured(prompt: &str) -> (String, usize) {
    let (mut shown, mut columns, mut hidden) = (String::new(), 0, false);
    let mut rest = prompt.chars().peekable();
    while let Some(character) = rest.next() {
        match character {
            '\u{1}' => hidden = true,
            '\u{2}' => hidden = false,
            '\u{1b}' if !hidden => {
                shown.push(character);
                // A colour without the marks is not seen either.
                for next in rest.by_ref() {
                    shown.push(next);
                    if next.is_ascii_alphabetic() || next == '\u{7}' {
                        break;
                    }
                }
            }
            character => {
                shown.push(character);
                columns += if hidden || character < ' ' { 0 } else { width::of_char(character) };
            }
        }
    }
    (shown, columns)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_wrap_at_the_edge() {
        let mut out = String::new();
        let screen = Screen::begin(10, "\u{1}\x1b[1m\u{2}$ ", &mut out);
        let line: Vec<char> = "12345678漢ab".chars().collect();
        assert_eq!(screen.place(&line, 7), (0, 9));
        assert_eq!(screen.place(&line, 8), (1, 0));
        assert_eq!(screen.place(&line, 9), (1, 2));
        let line: Vec<char> = "1234567漢".chars().collect();
        assert_eq!(screen.place(&line, 7), (1, 0));
    }
}
