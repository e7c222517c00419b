//! Output whose long lines go on after a backslash.

/// Where the output of numbers stands.
pub(super) struct Lines {
    /// Columns of a line with its backslash; 0 for no limit.
    width: usize,
    column: usize,
}

impl Lines {
    /// As wide as the variable says.
    pub(super) fn of(variable: Option<&str>) -> Self {
        const USUAL: usize = 70;
        let width = match variable.map(|text| text.trim().parse::<i64>()) {
            Some(Ok(0)) => 0,
            Some(Ok(width)) if width > 3 => usize::try_from(width - 1).unwrap_or(USUAL),
            _ => USUAL,
        };
        Self { width, column: 0 }
    }

    pub(super) fn write(&mut self, out: &mut Vec<u8>, text: &str) {
        for byte in text.bytes() {
            if byte == b'\n' {
                self.column = 0;
            } else {
                self.column += 1;
                if self.width > 0 && self.column == self.width {
                    out.extend_from_slice(b"\\\n");
                    self.column = 1;
                }
            }
            out.push(byte);
        }
    }
}
