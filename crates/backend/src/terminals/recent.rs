//! What a terminal has shown last, for those who connect later.

/// Bytes of text that are kept: several screens of any usual size, with their colours.
const KEPT: usize = 64 << 10;

/// The end of a text that goes on.
#[derive(Default)]
pub(crate) struct Recent {
    text: String,
}

impl Recent {
    /// Adds text, and lets go of the oldest lines where it becomes too much.
    pub(crate) fn push(&mut self, text: &str) {
        self.text.push_str(text);
        // Cut at twice the size, so that each byte is moved once.
        if self.text.len() > 2 * KEPT {
            let at_least = self.text.len() - KEPT;
            self.text.drain(..line_start(&self.text, at_least));
        }
    }

    /// The text.
    pub(crate) fn as_str(&self) -> &str {
        let at_least = self.text.len().saturating_sub(KEPT);
        &self.text[line_start(&self.text, at_least)..]
    }
}

/// Where the first line begins that begins at `at_least` or later; of one endless line, its next character.
pub(crate) fn line_start(text: &str, at_least: usize) -> usize {
    if at_least == 0 {
        return 0;
    }
    let newline = text.as_bytes()[at_least - 1..].iter().position(|byte| *byte == b'\n');
    match newline {
        Some(offset) => at_least + offset,
        None => (at_least..=text.len()).find(|at| text.is_char_boundary(*at)).unwrap_or(text.len()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_oldest_lines_go_first() {
        let mut recent = Recent::default();
        for number in 0..100_000 {
            recent.push(&format!("line {number}\r\n"));
        }
        assert!(recent.as_str().len() <= KEPT);
        assert!(recent.as_str().starts_with("line "));
        assert!(recent.as_str().ends_with("line 99999\r\n"));
    }

    #[test]
    fn a_line_without_end_is_cut_between_characters() {
        let mut recent = Recent::default();
        for _ in 0..KEPT {
            recent.push("aé😀");
        }
        assert!(recent.as_str().len() > KEPT - 4 && recent.as_str().len() <= KEPT);
    }

    #[test]
    fn little_is_kept_whole() {
        let mut recent = Recent::default();
        recent.push("$ ");
        assert_eq!(recent.as_str(), "$ ");
        assert_eq!(line_start("a\nb", 1), 2);
        assert_eq!(line_start("a\nb", 2), 2);
        assert_eq!(line_start("a\n", 2), 2);
    }
}
