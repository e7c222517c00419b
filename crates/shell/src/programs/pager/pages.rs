//! Text as rows of a screen, read as far as it is looked at.

use sandbox_bash::width;

use super::super::live::Stop;
use super::super::text::tool::{Input, Io};
use crate::limits::MAX_WHOLE_BYTES;

/// The lines of the inputs so far.
pub(super) struct Pages {
    pub(super) lines: Vec<String>,
    inputs: Vec<Input>,
    bytes: u64,
    /// Columns of the screen.
    pub(super) columns: usize,
    /// Whether long lines are cut and not folded.
    pub(super) chops: bool,
    pub(super) numbers: bool,
}

impl Pages {
    /// `inputs` are read from the last to the first.
    pub(super) fn of(mut inputs: Vec<Input>, columns: usize) -> Self {
        inputs.reverse();
        Self { lines: Vec::new(), inputs, bytes: 0, columns, chops: false, numbers: false }
    }

    /// Whether everything was read.
    pub(super) fn is_whole(&self) -> bool {
        self.inputs.is_empty()
    }

    /// Reads until there is a line of that place; false where there is none.
    pub(super) async fn reach(&mut self, place: usize, io: &mut Io<'_>) -> Result<bool, Stop> {
        let mut line = Vec::new();
        while self.lines.len() <= place {
            let Some(input) = self.inputs.last_mut() else { return Ok(false) };
            if !input.line(io, b'\n', &mut line).await? {
                self.inputs.pop();
                continue;
            }
            self.bytes += line.len() as u64;
            if self.bytes > MAX_WHOLE_BYTES {
                // What is beyond cannot be shown.
                self.inputs.clear();
                return Ok(false);
            }
            let text = line.strip_suffix(b"\n").unwrap_or(&line);
            self.lines.push(sandbox_bash::text::decode(text));
        }
        Ok(true)
    }

    /// The rows that a line takes. `emphasis` tells which of its bytes stand out.
    pub(super) fn rows(&self, place: usize, emphasis: &[std::ops::Range<usize>]) -> Vec<String> {
        let Some(line) = self.lines.get(place) else { return Vec::new() };
        let mut rows = vec![String::new()];
        let mut column = 0;
        if self.numbers {
            rows[0] = format!("{:>7} ", place + 1);
            column = 8;
        }
        let mut rest = line.char_indices().peekable();
        let mut stands_out = false;
        while let Some((at, character)) = rest.next() {
            let is_meant = emphasis.iter().any(|range| range.contains(&at));
            if is_meant != stands_out {
                stands_out = is_meant;
                add(&mut rows, if is_meant { "\x1b[7m" } else { "\x1b[27m" });
            }
            let shown = match character {
                '\u{1b}' => {
                    // Colours are passed on and take no room.
                    let mut sequence = String::from(character);
                    for (_, next) in rest.by_ref() {
                        sequence.push(next);
                        if next.is_ascii_alphabetic() {
                            break;
                        }
                    }
                    add(&mut rows, &sequence);
                    continue;
                }
                '\t' => " ".repeat(8 - column % 8),
                '\r' if rest.peek().is_none() => continue,
                character if character < ' ' || character == '\u{7f}' => {
                    format!("^{}", ((character as u8) ^ 64) as char)
                }
                character => character.to_string(),
            };
            let wide = width::of_text(&shown);
            if column + wide > self.columns {
                if self.chops {
                    break;
                }
                rows.push(String::new());
                column = 0;
            }
            column += wide;
            add(&mut rows, &shown);
        }
        if stands_out {
            add(&mut rows, "\x1b[27m");
        }
        rows
    }
}

fn add(rows: &mut [String], text: &str) {
    if let Some(last) = rows.last_mut() {
        last.push_str(text);
    }
}
