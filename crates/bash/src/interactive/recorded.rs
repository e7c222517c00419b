//! The history: what is remembered of what was typed, and its file.

use crate::state::{SetOption, Shell, ShoptOption, Variable};

/// Lines that are kept unless `HISTSIZE` says otherwise.
const LINES: usize = 500;

impl Shell {
    /// Reads the file of earlier shells.
    pub(super) fn begin_history(&mut self) {
        let file = self.home_file(".bash_history");
        for (name, value) in
            [("HISTFILE", file), ("HISTSIZE", LINES.to_string()), ("HISTFILESIZE", LINES.to_string())]
        {
            if self.variables.get(name).is_none() {
                self.variables.insert(name, Variable::text(value));
            }
        }
        let Some(path) = self.history_file() else { return };
        let contents = self.process.files().read(&path).unwrap_or_default();
        let contents = crate::text::decode(&contents);
        self.memory.history.extend(contents.lines().filter(|line| !line.is_empty()).map(str::to_owned));
        self.forget_the_oldest();
        self.memory.history_begin = self.memory.history.len();
    }

    fn history_file(&mut self) -> Option<String> {
        let file = self.value("HISTFILE").map(|file| file.into_owned()).filter(|file| !file.is_empty())?;
        Some(self.process.absolute(&file))
    }

    fn history_limit(&mut self, name: &str) -> usize {
        let limit = self.value(name).map(|limit| limit.into_owned()).unwrap_or_default();
        match limit.trim().parse::<i64>() {
            // A negative one is none.
            Ok(limit) => usize::try_from(limit).unwrap_or(usize::MAX),
            Err(_) => usize::MAX,
        }
    }

    fn forget_the_oldest(&mut self) {
        let limit = self.history_limit("HISTSIZE");
        let over = self.memory.history.len().saturating_sub(limit);
        self.memory.history.drain(..over);
        self.memory.history_begin = self.memory.history_begin.saturating_sub(over);
    }

    /// Remembers commands that were typed, as one line where that can be.
    pub(super) fn remember(&mut self, text: &str) {
        let text = one_line(text.trim_end_matches('\n'));
        if text.trim().is_empty() || !self.options.has(SetOption::HISTORY) {
            return;
        }
        let control = self.value("HISTCONTROL").map(|control| control.into_owned()).unwrap_or_default();
        let has = |what: &str| {
            control.split(':').any(|word| word == what || word == "ignoreboth" && what != "erasedups")
        };
        let is_again = self.memory.history.last() == Some(&text);
        if has("ignorespace") && text.starts_with(' ') || has("ignoredups") && is_again {
            return;
        }
        if has("erasedups") {
            self.memory.history.retain(|line| *line != text);
        }
        self.memory.history.push(text);
        self.forget_the_oldest();
    }

    /// Writes the lines of this shell behind those of others, as far as the file may grow.
    pub(super) fn write_history(&mut self) {
        if !self.options.has(SetOption::HISTORY) {
            return;
        }
        let Some(path) = self.history_file() else { return };
        let (files, now) = (self.process.files(), self.process.kernel.host.now());
        let begin = self.memory.history_begin.min(self.memory.history.len());
        let new = &self.memory.history[begin..];
        let before =
            match self.options.has_shopt(ShoptOption::HISTAPPEND) || new.len() < self.memory.history.len() {
                true => crate::text::decode(&files.read(&path).unwrap_or_default()),
                false => String::new(),
            };
        let mut lines: Vec<&str> = before.lines().collect();
        lines.extend(new.iter().map(String::as_str));
        let lines: Vec<String> = lines.into_iter().map(str::to_owned).collect();
        let limit = self.history_limit("HISTFILESIZE");
        let kept = &lines[lines.len().saturating_sub(limit)..];
        let contents: String = kept.iter().flat_map(|line| [line.as_str(), "\n"]).collect();
        let is_new = files.stat(&path).is_err();
        // A history that cannot be written is lost without a word, as bash's is.
        let _lost = files.write(&path, crate::text::encode(&contents).into_owned(), now);
        if is_new {
            let _lost = files.chmod(&path, 0o600, now);
        }
    }
}

/// Lines as one: newlines become `; ` where they end commands. In quotes and here-documents they stay.
fn one_line(text: &str) -> String {
    if !text.contains('\n') {
        return text.to_owned();
    }
    if text.contains("<<") {
        return text.to_owned();
    }
    let mut out = String::with_capacity(text.len());
    let mut quote = None;
    let mut escaped = false;
    for character in text.chars() {
        match (character, quote) {
            ('\n', None) if escaped => {
                out.pop();
                escaped = false;
                continue;
            }
            ('\n', None) => {
                let trimmed = out.trim_end();
                let last = trimmed.rsplit([' ', '\t', ';']).next().unwrap_or_default();
                let goes_on = trimmed.ends_with(['{', '(', '|', '&', ';'])
                    || matches!(last, "do" | "then" | "else" | "in" | "{" | "");
                out.push_str(if goes_on { " " } else { "; " });
                continue;
            }
            ('\'' | '"', None) if !escaped => quote = Some(character),
            (character, Some(open)) if character == open && !(escaped && open == '"') => quote = None,
            _ => {}
        }
        escaped = character == '\\' && !escaped && quote != Some('\'');
        out.push(character);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_over_several_lines_are_remembered_as_one() {
        assert_eq!(one_line("for i in 1 2\ndo\necho $i\ndone"), "for i in 1 2; do echo $i; done");
        assert_eq!(one_line("f() {\necho 'a\nb'\n}"), "f() { echo 'a\nb'; }");
        assert_eq!(one_line("echo a \\\nb"), "echo a b");
    }
}
