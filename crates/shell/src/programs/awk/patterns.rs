//! The patterns of a program, and those that its texts spell.

use std::sync::Arc;

use super::code::Program;
use super::machine::{Done, Failure, Machine};
use super::regex::Regex;
use super::value::{Text, Value};

/// Patterns made from text that are kept.
const MAX_PATTERNS: usize = 500;

impl Machine {
    pub(super) fn fixed_pattern(&mut self, program: &Program, pattern: u32) -> Done<Arc<Regex>> {
        if self.settings.ignore_case {
            return self.pattern(&Value::Pattern(pattern));
        }
        Ok(Arc::clone(&program.regexes[pattern as usize]))
    }

    /// The pattern that a value is or spells.
    pub(super) fn pattern(&mut self, value: &Value) -> Done<Arc<Regex>> {
        match value {
            Value::Pattern(at) => {
                let regex = Arc::clone(&self.program.regexes[*at as usize]);
                if self.settings.ignore_case {
                    self.pattern_of(&Text::from(regex.source()))
                } else {
                    Ok(regex)
                }
            }
            value => {
                let text = value.text(&self.settings.conversion);
                self.pattern_of(&text)
            }
        }
    }

    pub(super) fn pattern_of(&mut self, text: &Text) -> Done<Arc<Regex>> {
        let key = (Text::clone(text), self.settings.ignore_case);
        if let Some(regex) = self.patterns.get(&key) {
            return Ok(Arc::clone(regex));
        }
        if self.patterns.len() >= MAX_PATTERNS {
            self.patterns.clear();
        }
        let regex = Regex::new(text, self.dialect, self.settings.ignore_case).map_err(|problem| {
            let shown = String::from_utf8_lossy(text);
            Failure::Run(format!("regular expression compile failed ({problem})\n{shown}"))
        })?;
        let regex = Arc::new(regex);
        self.patterns.insert(key, Arc::clone(&regex));
        Ok(regex)
    }

    pub(super) fn fits(&mut self, regex: &Regex, negated: bool) {
        let value = self.pop();
        let fits = match value.bytes() {
            Some(text) => {
                self.spend(text.len());
                regex.is_match(text)
            }
            None => regex.is_match(&value.text(&self.settings.conversion)),
        };
        self.push_number(f64::from(u8::from(fits != negated)));
    }
}
