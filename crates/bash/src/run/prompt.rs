//! Prompts: `PS1`, `PS2`, `PS4` and `${x@P}`.

use std::fmt::Write as _;

use crate::state::Shell;

impl Shell {
    /// A prompt as it is shown: its backslashes decoded, then expanded as within double quotes.
    pub(crate) async fn expand_prompt(&mut self, prompt: &str) -> String {
        let decoded = match prompt.contains('\\') {
            true => self.decode_prompt(prompt),
            false => prompt.to_owned(),
        };
        if !decoded.contains(['$', '`', '\\']) {
            return decoded;
        }
        let Ok(word) = crate::syntax::within_double_quotes(&decoded, self.line) else { return decoded };
        // What a prompt runs leaves no trace.
        let (status, substituted) = (self.status, self.substitution_status);
        let traced = self.options;
        self.options.set(crate::state::SetOption::XTRACE, false);
        let expanded = Box::pin(self.expand_text(&word)).await;
        self.options = traced;
        (self.status, self.substitution_status) = (status, substituted);
        expanded.unwrap_or(decoded)
    }

    /// Decodes the backslashes of a prompt. `\[` and `\]` become bytes that the line editor leaves out of its count.
    fn decode_prompt(&self, prompt: &str) -> String {
        let mut out = String::new();
        let mut rest = prompt.chars();
        while let Some(character) = rest.next() {
            if character != '\\' {
                out.push(character);
                continue;
            }
            match rest.next() {
                Some('a') => out.push('\u{7}'),
                Some('e') => out.push('\u{1b}'),
                Some('n') => out.push('\n'),
                Some('r') => out.push('\r'),
                Some('[') => out.push('\u{1}'),
                Some(']') => out.push('\u{2}'),
                Some('\\') => out.push_str("\\\\"),
                Some('$') => out.push(if self.process.credentials().uid == 0 { '#' } else { '$' }),
                Some('u') => out.push_str(&self.user_name()),
                Some('h') => out.push_str(self.process.kernel.hostname.split('.').next().unwrap_or("")),
                Some('H') => out.push_str(&self.process.kernel.hostname),
                Some('s') => out.push_str(self.name.rsplit('/').next().unwrap_or("bash")),
                Some('w') => out.push_str(&self.shown_directory()),
                Some('W') => {
                    let shown = self.shown_directory();
                    let last = shown.rsplit('/').next().filter(|last| !last.is_empty());
                    out.push_str(last.unwrap_or(&shown));
                }
                Some('j') => {
                    let _ = write!(out, "{}", self.jobs.list().len());
                }
                Some('l') => match self.terminal() {
                    Some(terminal) => out.push_str(&format!("pts/{}", terminal.number)),
                    None => out.push_str("tty"),
                },
                Some('v') => out.push_str("5.2"),
                Some('V') => out.push_str("5.2.15"),
                Some(clock @ ('t' | 'T' | '@' | 'A' | 'd')) => out.push_str(&self.clock_for_prompt(clock)),
                Some('!' | '#') => {
                    let _ = write!(out, "{}", self.memory.history.len() + 1);
                }
                Some(digit @ '0'..='7') => {
                    let mut value = digit.to_digit(8).unwrap_or(0);
                    for _ in 0..2 {
                        let Some(next) = rest.clone().next().and_then(|next| next.to_digit(8)) else { break };
                        value = value * 8 + next;
                        rest.next();
                    }
                    out.push(crate::text::carrier(value as u8));
                }
                Some(other) => out.extend(['\\', other]),
                None => out.push('\\'),
            }
        }
        out
    }

    /// The directory with `~` for the home.
    fn shown_directory(&self) -> String {
        let value = |name| self.variables.get(name).and_then(|variable| variable.scalar());
        let directory = value("PWD").map_or_else(|| self.process.cwd(), str::to_owned);
        match value("HOME").filter(|home| home.len() > 1).and_then(|home| directory.strip_prefix(home)) {
            Some(rest) if rest.is_empty() || rest.starts_with('/') => format!("~{rest}"),
            _ => directory,
        }
    }

    /// The name of the shell's user.
    pub(crate) fn user_name(&self) -> String {
        let uid = self.process.credentials().uid.to_string();
        let passwd = self.process.kernel.root.read("/etc/passwd").unwrap_or_default();
        let passwd = String::from_utf8_lossy(&passwd);
        let line = passwd.lines().find(|line| line.split(':').nth(2) == Some(&uid));
        line.and_then(|line| line.split(':').next()).unwrap_or("I have no name!").to_owned()
    }

    fn clock_for_prompt(&self, kind: char) -> String {
        let format = match kind {
            't' => "%H:%M:%S",
            'T' => "%I:%M:%S",
            '@' => "%I:%M %p",
            'A' => "%H:%M",
            _ => "%a %b %d",
        };
        crate::builtins::now_as(self, format)
    }
}
