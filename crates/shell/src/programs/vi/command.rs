//! The line after `:`.

use regex::Regex;

use super::Vi;

/// What `:version` says.
pub(super) const VERSION: &str = "vi (simulated): a small stand-in of the sandbox, not Vim";

/// What concerns files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Wish {
    Quit { forced: bool },
    Write { name: Option<String>, forced: bool, quits: bool, only_changed: bool },
    Open { name: Option<String>, forced: bool },
    Read { name: String },
}

impl Vi {
    /// Does what a command says.
    pub(super) fn command(&mut self, text: &str) -> Option<Wish> {
        let text = text.trim();
        let Some((range, rest)) = self.range(text) else {
            self.message = "E16: Invalid range".to_owned();
            return None;
        };
        let rest = rest.trim_start();
        let letters = rest.find(|it: char| !it.is_ascii_alphabetic()).unwrap_or(rest.len());
        let (name, rest) = match rest.strip_prefix('s') {
            // `s/a/b/` has no blank after its name.
            Some(after) if after.starts_with(|it: char| it.is_ascii_punctuation() && it != '!') => {
                ("s", after)
            }
            _ => rest.split_at(letters),
        };
        let forced = rest.starts_with('!');
        let argument = rest.trim_start_matches('!').trim();
        let argument_or_none = Some(argument.to_owned()).filter(|argument| !argument.is_empty());
        match name {
            "" if range.is_some() => {
                let (_, to) = range?;
                self.buffer.go_to_line(to);
            }
            "" => {}
            "q" | "quit" | "qa" | "qall" => return Some(Wish::Quit { forced }),
            "w" | "write" => {
                return Some(Wish::Write {
                    name: argument_or_none,
                    forced,
                    quits: false,
                    only_changed: false,
                });
            }
            "wq" | "wqa" => {
                return Some(Wish::Write {
                    name: argument_or_none,
                    forced,
                    quits: true,
                    only_changed: false,
                });
            }
            "x" | "xit" | "xa" => {
                return Some(Wish::Write { name: argument_or_none, forced, quits: true, only_changed: true });
            }
            "e" | "edit" => return Some(Wish::Open { name: argument_or_none, forced }),
            "r" | "read" => match argument_or_none {
                Some(name) => return Some(Wish::Read { name }),
                None => self.message = "E32: No file name".to_owned(),
            },
            "f" | "file" => {
                if argument_or_none.is_some() {
                    self.file = argument_or_none;
                }
                self.message = format!("\"{}\"", self.file.as_deref().unwrap_or("[No Name]"));
            }
            "s" | "substitute" => self.substitute(range, rest),
            "d" | "delete" => {
                let (from, to) = range.unwrap_or((self.buffer.at.0, self.buffer.at.0));
                self.buffer.note();
                self.buffer.delete_lines(from, to);
            }
            "set" | "se" => match argument {
                "nu" | "number" => self.numbers = true,
                "nonu" | "nonumber" => self.numbers = false,
                "ro" | "readonly" => self.is_readonly = true,
                "noro" | "noreadonly" => self.is_readonly = false,
                other => self.message = format!("E518: Unknown option: {other} (simulated)"),
            },
            "noh" | "nohlsearch" => {}
            "u" | "undo" => {
                self.buffer.undo();
            }
            "ve" | "version" => self.message = VERSION.to_owned(),
            "h" | "help" => {
                self.message = "i insert  Esc normal  dd yy p u / n  :w :q :wq :q! :e (simulated)".to_owned();
            }
            other => self.message = format!("E492: Not an editor command: {other}"),
        }
        None
    }

    /// The lines that a command is for, and what follows them. None: there are no such lines.
    fn range<'a>(&self, text: &'a str) -> Option<(Option<(usize, usize)>, &'a str)> {
        let last = self.buffer.lines.len() - 1;
        if let Some(rest) = text.strip_prefix('%') {
            return Some((Some((0, last)), rest));
        }
        let Some((from, rest)) = self.address(text) else { return Some((None, text)) };
        match rest.strip_prefix(',') {
            Some(rest) => {
                let (to, rest) = self.address(rest)?;
                (from <= to && to <= last).then_some((Some((from, to)), rest))
            }
            None => Some((Some((from.min(last), from.min(last))), rest)),
        }
    }

    fn address<'a>(&self, text: &'a str) -> Option<(usize, &'a str)> {
        if let Some(rest) = text.strip_prefix('.') {
            return Some((self.buffer.at.0, rest));
        }
        if let Some(rest) = text.strip_prefix('$') {
            return Some((self.buffer.lines.len() - 1, rest));
        }
        let digits = text.find(|it: char| !it.is_ascii_digit()).unwrap_or(text.len());
        let number: usize = text[..digits].parse().ok()?;
        Some((number.saturating_sub(1), &text[digits..]))
    }

    fn substitute(&mut self, range: Option<(usize, usize)>, text: &str) {
        let Some(mark) = text.chars().next() else { return };
        let mut parts = text[mark.len_utf8()..].splitn(3, mark);
        let (pattern, new, flags) =
            (parts.next().unwrap_or(""), parts.next().unwrap_or(""), parts.next().unwrap_or(""));
        let written = if flags.contains('i') { format!("(?i){pattern}") } else { pattern.to_owned() };
        let Ok(found) = Regex::new(&written) else {
            self.message = format!("E486: Pattern not found: {pattern}");
            return;
        };
        let new = replacement(new);
        let (from, to) = range.unwrap_or((self.buffer.at.0, self.buffer.at.0));
        self.buffer.note();
        let mut count = 0;
        for line in from..=to {
            let before: String = self.buffer.lines[line].iter().collect();
            let matches = found.find_iter(&before).count();
            if matches == 0 {
                continue;
            }
            let limit = usize::from(!flags.contains('g'));
            let after = found.replacen(&before, limit, new.as_str()).into_owned();
            count += if limit == 1 { 1 } else { matches };
            let end = self.buffer.line_len(line);
            self.buffer.delete_range((line, 0), (line, end));
            self.buffer.put_text(&after);
            self.buffer.at = (line, 0);
        }
        self.message = match count {
            0 => format!("E486: Pattern not found: {pattern}"),
            1..3 => String::new(),
            count => format!("{count} substitutions"),
        };
    }
}

/// `&` and `\1` as the regular expressions here write them.
fn replacement(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text.chars();
    while let Some(character) = rest.next() {
        match character {
            '$' => out.push_str("$$"),
            '&' => out.push_str("${0}"),
            '\\' => match rest.next() {
                Some(digit @ '0'..='9') => out.push_str(&format!("${{{digit}}}")),
                Some('n') => out.push('\n'),
                Some('t') => out.push('\t'),
                Some(other) => out.push(other),
                None => out.push('\\'),
            },
            character => out.push(character),
        }
    }
    out
}
