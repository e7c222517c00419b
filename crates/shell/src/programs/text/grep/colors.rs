//! The colours of `grep`'s output, as `GREP_COLORS` sets them.

/// What each part is shown in; empty where it is shown plainly.
pub(super) struct Colors {
    /// Matches in selected lines, and in the lines around them.
    pub(super) selected_match: String,
    pub(super) context_match: String,
    pub(super) selected_line: String,
    pub(super) context_line: String,
    pub(super) file: String,
    pub(super) number: String,
    pub(super) offset: String,
    pub(super) separator: String,
    /// `-v` swaps the colours of lines.
    pub(super) reversed: bool,
    /// Whether the rest of the terminal's line is left alone.
    keeps_rest: bool,
}

impl Colors {
    /// The usual ones, changed by what the two variables say.
    pub(super) fn new(old: Option<&str>, new: Option<&str>) -> Self {
        let mut colors = Self {
            selected_match: "01;31".to_owned(),
            context_match: "01;31".to_owned(),
            selected_line: String::new(),
            context_line: String::new(),
            file: "35".to_owned(),
            number: "32".to_owned(),
            offset: "32".to_owned(),
            separator: "36".to_owned(),
            reversed: false,
            keeps_rest: false,
        };
        if let Some(old) = old {
            colors.set("mt", old);
        }
        for setting in new.unwrap_or_default().split(':') {
            let (name, value) = setting.split_once('=').unwrap_or((setting, ""));
            let is_code = |letter: char| letter == ';' || letter.is_ascii_digit();
            if !value.chars().all(is_code) {
                break;
            }
            match name {
                "ne" => colors.keeps_rest = true,
                "rv" => colors.reversed = true,
                _ => colors.set(name, value),
            }
        }
        colors
    }

    fn set(&mut self, name: &str, value: &str) {
        if name == "mt" {
            self.context_match = value.to_owned();
        }
        let color = match name {
            "mt" | "ms" => &mut self.selected_match,
            "mc" => &mut self.context_match,
            "sl" => &mut self.selected_line,
            "cx" => &mut self.context_line,
            "fn" => &mut self.file,
            "ln" => &mut self.number,
            "bn" => &mut self.offset,
            "se" => &mut self.separator,
            _ => return,
        };
        *color = value.to_owned();
    }

    /// Begins a colour.
    pub(super) fn start(&self, out: &mut Vec<u8>, color: &str) {
        if !color.is_empty() {
            let rest = if self.keeps_rest { "" } else { "\x1b[K" };
            out.extend_from_slice(format!("\x1b[{color}m{rest}").as_bytes());
        }
    }

    /// Ends it.
    pub(super) fn end(&self, out: &mut Vec<u8>, color: &str) {
        if !color.is_empty() {
            out.extend_from_slice(if self.keeps_rest { b"\x1b[m" } else { b"\x1b[m\x1b[K" });
        }
    }
}
