//! History expansion: `!!`, `!n`, `!name`, `!$`, `^old^new^`.

use crate::state::{SetOption, Shell};

impl Shell {
    /// A line with its history expanded; it is shown when that changed it. None: it was told why it cannot be.
    pub(super) fn expand_history(&mut self, line: &str) -> Option<String> {
        if !self.options.has(SetOption::HISTEXPAND) || !line.contains(['!', '^']) {
            return Some(line.to_owned());
        }
        match expanded(line, &self.memory.history) {
            Ok(Expanded { text, .. }) if text == line => Some(text),
            Ok(Expanded { text, only_shown }) => {
                self.say(&format!("{text}\n"));
                if only_shown {
                    self.memory.history.push(text);
                    return None;
                }
                Some(text)
            }
            Err(problem) => {
                self.complain(problem);
                None
            }
        }
    }
}

#[derive(Debug, PartialEq, Eq)]
struct Expanded {
    text: String,
    /// `:p`
    only_shown: bool,
}

fn expanded(line: &str, history: &[String]) -> Result<Expanded, String> {
    let line = match line.strip_prefix('^') {
        Some(rest) => {
            let mut parts = rest.splitn(3, '^');
            let (old, new) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
            format!("!!:s^{old}^{new}^{}", parts.next().unwrap_or_default())
        }
        None => line.to_owned(),
    };
    let characters: Vec<char> = line.chars().collect();
    let mut out = Expanded { text: String::new(), only_shown: false };
    let (mut at, mut quote) = (0, None);
    while at < characters.len() {
        let character = characters[at];
        let next = characters.get(at + 1).copied();
        match (character, quote) {
            ('\\', None | Some('"')) => {
                out.text.push(character);
                out.text.extend(next);
                at += 2;
                continue;
            }
            ('\'', None) => quote = Some('\''),
            ('\'', Some('\'')) => quote = None,
            ('"', None) => quote = Some('"'),
            ('"', Some('"')) => quote = None,
            ('!', None | Some('"'))
                if next.is_some_and(|next| !" \t\n=(".contains(next))
                    && !(quote == Some('"') && next == Some('"'))
                    && !out.text.ends_with(['$', '[', '{']) =>
            {
                let mut event = Event { characters: &characters, at: at + 1, history, line: &out.text };
                let text = event.read(&mut out.only_shown)?;
                at = event.at;
                out.text.push_str(&text);
                continue;
            }
            _ => {}
        }
        out.text.push(character);
        at += 1;
    }
    Ok(out)
}

/// An event that is being read, and its words and changes.
struct Event<'a> {
    characters: &'a [char],
    at: usize,
    history: &'a [String],
    /// The line before it, for `!#`.
    line: &'a str,
}

impl Event<'_> {
    fn peek(&self) -> Option<char> {
        self.characters.get(self.at).copied()
    }

    fn take_while(&mut self, is_meant: impl Fn(char) -> bool) -> String {
        let start = self.at;
        while self.peek().is_some_and(&is_meant) {
            self.at += 1;
        }
        self.characters[start..self.at].iter().collect()
    }

    fn read(&mut self, only_shown: &mut bool) -> Result<String, String> {
        let start = self.at;
        let event = self.event(start)?;
        let mut text = self.words(&event, start)?;
        while self.peek() == Some(':') {
            let change = self.characters.get(self.at + 1).copied();
            self.at += 2;
            match change {
                Some('p') => *only_shown = true,
                Some('h') => text = text.rsplit_once('/').map_or(text.clone(), |(head, _)| head.to_owned()),
                Some('t') => text = text.rsplit('/').next().unwrap_or_default().to_owned(),
                Some('r') => text = text.rsplit_once('.').map_or(text.clone(), |(root, _)| root.to_owned()),
                Some('e') => text = text.rsplit_once('.').map_or(String::new(), |(_, end)| format!(".{end}")),
                Some('q') => text = format!("'{}'", text.replace('\'', "'\\''")),
                Some('s') => text = self.substituted(&text, false, start)?,
                Some('g') if self.peek() == Some('s') => {
                    self.at += 1;
                    text = self.substituted(&text, true, start)?;
                }
                Some(other) => return Err(format!("{other}: unrecognized history modifier")),
                None => {
                    self.at -= 1;
                    text.push(':');
                    break;
                }
            }
        }
        Ok(text)
    }

    /// The line that is meant.
    fn event(&mut self, start: usize) -> Result<String, String> {
        let last = self.history.last().cloned();
        let found = match self.peek() {
            Some('!') => {
                self.at += 1;
                last
            }
            Some('#') => {
                self.at += 1;
                Some(self.line.to_owned())
            }
            Some('$' | '^' | '*' | ':') => last,
            Some('?') => {
                self.at += 1;
                let part = self.take_while(|character| character != '?' && character != '\n');
                self.at += usize::from(self.peek() == Some('?'));
                self.history.iter().rev().find(|line| line.contains(&part)).cloned()
            }
            Some('-' | '0'..='9') => {
                let is_back = self.peek() == Some('-');
                self.at += usize::from(is_back);
                let number =
                    self.take_while(|character| character.is_ascii_digit()).parse().unwrap_or(0usize);
                let place = match is_back {
                    true => self.history.len().checked_sub(number).filter(|_| number > 0),
                    false => number.checked_sub(1),
                };
                place.and_then(|place| self.history.get(place)).cloned()
            }
            _ => {
                let name = self.take_while(|character| !" \t\n:;&|()<>^$*\"'".contains(character));
                self.history.iter().rev().find(|line| line.starts_with(&name)).cloned()
            }
        };
        found.ok_or_else(|| format!("{}: event not found", self.written(start)))
    }

    fn written(&self, start: usize) -> String {
        self.characters[start - 1..self.at.min(self.characters.len())].iter().collect()
    }

    /// Those of its words that are asked for.
    fn words(&mut self, event: &str, start: usize) -> Result<String, String> {
        let designator = match (self.peek(), self.characters.get(self.at + 1)) {
            (Some('$' | '^' | '*'), _) => true,
            (Some(':'), Some('0'..='9' | '$' | '^' | '*' | '-')) => {
                self.at += 1;
                true
            }
            _ => false,
        };
        if !designator {
            return Ok(event.to_owned());
        }
        let words: Vec<&str> = split(event);
        let last = words.len().saturating_sub(1);
        let (from, to) = match self.peek() {
            Some('$') => {
                self.at += 1;
                (last, last)
            }
            Some('^') => {
                self.at += 1;
                (1, 1)
            }
            Some('*') => {
                self.at += 1;
                if last == 0 {
                    return Ok(String::new());
                }
                (1, last)
            }
            _ => {
                let from = self.take_while(|character| character.is_ascii_digit()).parse().unwrap_or(0);
                match self.peek() {
                    Some('-') => {
                        self.at += 1;
                        if self.peek() == Some('$') {
                            self.at += 1;
                            (from, last)
                        } else {
                            let to = self.take_while(|character| character.is_ascii_digit());
                            (from, to.parse().unwrap_or(last.saturating_sub(1)))
                        }
                    }
                    Some('*') => {
                        self.at += 1;
                        (from, last)
                    }
                    _ => (from, from),
                }
            }
        };
        match words.get(from..=to) {
            Some(words) => Ok(words.join(" ")),
            None => Err(format!("{}: bad word specifier", self.written(start))),
        }
    }

    /// `:s/old/new/`
    fn substituted(&mut self, text: &str, everywhere: bool, start: usize) -> Result<String, String> {
        let Some(mark) = self.peek() else { return Ok(text.to_owned()) };
        self.at += 1;
        let old = self.take_while(|character| character != mark);
        self.at += 1;
        let new = self.take_while(|character| character != mark).replace('&', &old);
        self.at = (self.at + 1).min(self.characters.len());
        if old.is_empty() || !text.contains(&old) {
            return Err(format!("{}: substitution failed", self.written(start).trim_start_matches("!!")));
        }
        Ok(if everywhere { text.replace(&old, &new) } else { text.replacen(&old, &new, 1) })
    }
}

/// The words of a line: quotes keep blanks together.
fn split(line: &str) -> Vec<&str> {
    let (mut words, mut begin, mut quote) = (Vec::new(), None, None);
    for (at, character) in line.char_indices() {
        match (character, quote) {
            (' ' | '\t' | '\n', None) => {
                if let Some(begin) = begin.take() {
                    words.push(&line[begin..at]);
                }
                continue;
            }
            ('\'' | '"', None) => quote = Some(character),
            (character, Some(open)) if character == open => quote = None,
            _ => {}
        }
        begin.get_or_insert(at);
    }
    words.extend(begin.map(|begin| &line[begin..]));
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    fn expand(line: &str) -> Result<String, String> {
        let history = ["ls -l /tmp", "echo one 'two three'", "cat /etc/os-release"].map(str::to_owned);
        expanded(line, &history).map(|expanded| expanded.text)
    }

    #[test]
    fn events_words_and_changes() {
        assert_eq!(expand("!!").unwrap(), "cat /etc/os-release");
        assert_eq!(expand("sudo !-3").unwrap(), "sudo ls -l /tmp");
        assert_eq!(expand("!1 x").unwrap(), "ls -l /tmp x");
        assert_eq!(expand("head !$").unwrap(), "head /etc/os-release");
        assert_eq!(expand("!ec:$").unwrap(), "'two three'");
        assert_eq!(expand("!ec:1-2").unwrap(), "one 'two three'");
        assert_eq!(expand("!?one?").unwrap(), "echo one 'two three'");
        assert_eq!(expand("dirname !$:h").unwrap(), "dirname /etc");
        assert_eq!(expand("^cat^less^").unwrap(), "less /etc/os-release");
        assert_eq!(expand("^nope^x^"), Err(":s^nope^x^: substitution failed".to_owned()));
        assert_eq!(expand("!foo"), Err("!foo: event not found".to_owned()));
    }

    #[test]
    fn what_is_no_event_stays() {
        for line in
            ["echo hi!", "if ! true", "[ a != b ]", "echo '!!'", "echo \\!x", "echo $!", "echo \"hi!\""]
        {
            assert_eq!(expand(line).unwrap(), line);
        }
    }
}
