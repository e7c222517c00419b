//! Operations that change each text of a parameter: `${x#p}`, `${x/p/r}`, `${x^}`.

use super::fields::Goal;
use super::marked::Marked;
use super::parts::Quoting;
use super::pattern::{Pattern, PatternOptions, lower, upper};
use super::room::MAX_TEXT;
use super::subject::Subject;
use crate::state::{Flow, Shell, ShoptOption};
use crate::syntax::{Operation, ParameterName, Part, Place, Word};

impl Shell {
    /// What an operation makes of a value.
    pub(super) fn changed(
        &mut self,
        name: &ParameterName,
        subject: Subject,
        operation: &Operation,
        quoting: Quoting,
    ) -> Flow<Subject> {
        if subject == Subject::Text(None) && !matches!(operation, Operation::Transform(_)) {
            return Ok(subject);
        }
        Ok(match operation {
            Operation::Substring { offset, length } => {
                self.substring(name, subject, offset, length.as_ref())?
            }
            Operation::Remove { suffix, longest, pattern } => {
                let pattern = self.pattern_now(pattern, false)?;
                subject.map(|text| removed(text, &pattern, *suffix, *longest))
            }
            Operation::Replace { place, pattern, replacement } => {
                let ignore_case = self.options.has_shopt(ShoptOption::NOCASEMATCH);
                let pattern = self.pattern_now(pattern, ignore_case)?;
                let replacement = match replacement {
                    Some(word) => self.marked_now(word)?,
                    None => Marked::default(),
                };
                let with_matches = self.options.has_shopt(ShoptOption::PATSUB_REPLACEMENT);
                let replacement = Replacement::new(&replacement, with_matches);
                subject.map(|text| replaced(text, &pattern, *place, &replacement))
            }
            Operation::Case { change, all, pattern } => {
                let pattern = match pattern {
                    Some(word) => {
                        let pattern = self.pattern_now(word, false)?;
                        // What expanded to nothing is as if nothing were written.
                        let is_any = pattern.literal() == Some("") && !word.parts.iter().any(is_quoted);
                        Some(pattern).filter(|_| !is_any)
                    }
                    None => None,
                };
                subject.map(|text| with_case(text, *change, *all, pattern.as_ref()))
            }
            Operation::Transform(transformation) => {
                self.transformed(name, subject, *transformation, quoting)?
            }
            _ => subject,
        })
    }

    /// The pattern of a word in which no command has to run.
    pub(super) fn pattern_now(&mut self, word: &Word, ignore_case: bool) -> Flow<Pattern> {
        let marked = self.marked_now(word)?;
        let extglob = self.options.has_shopt(ShoptOption::EXTGLOB);
        Ok(Pattern::new(&marked, PatternOptions { extglob, ignore_case }))
    }

    pub(super) fn marked_now(&mut self, word: &Word) -> Flow<Marked> {
        let mut out = self.fields(Goal::Marked);
        self.expand_parts(&word.parts, Quoting::None, &mut out)?;
        self.roomy(out.into_marked())
    }
}

fn is_quoted(part: &Part) -> bool {
    matches!(part, Part::Quoted(_) | Part::DoubleQuoted(_))
}

fn removed(text: &str, pattern: &Pattern, suffix: bool, longest: bool) -> String {
    let kept = match suffix {
        true => pattern.suffix(text, longest).map(|at| &text[..at]),
        false => pattern.prefix(text, longest).map(|at| &text[at..]),
    };
    kept.unwrap_or(text).to_owned()
}

/// What a match is replaced by: texts between which the match itself stands.
struct Replacement(Vec<String>);

impl Replacement {
    fn new(marked: &Marked, with_matches: bool) -> Self {
        if !with_matches || !marked.text.contains('&') {
            return Self(vec![marked.text.clone()]);
        }
        let mut texts = vec![String::new()];
        let mut chars = marked.all_chars().peekable();
        while let Some((_, character, quoted)) = chars.next() {
            if character == '&' && !quoted {
                texts.push(String::new());
                continue;
            }
            let mut shown = character;
            if character == '\\' && !quoted {
                // Before these two it is gone.
                shown = chars
                    .next_if(|(_, next, _)| matches!(next, '&' | '\\'))
                    .map_or('\\', |(_, next, _)| next);
            }
            if let Some(text) = texts.last_mut() {
                text.push(shown);
            }
        }
        Self(texts)
    }

    fn put(&self, matched: &str, out: &mut String) {
        for (place, text) in self.0.iter().enumerate() {
            // Too long already: who gets it refuses it.
            if out.len() > MAX_TEXT {
                return;
            }
            if place > 0 {
                out.push_str(matched);
            }
            out.push_str(text);
        }
    }
}

fn replaced(text: &str, pattern: &Pattern, place: Place, replacement: &Replacement) -> String {
    let mut out = String::with_capacity(text.len());
    let is_empty = pattern.literal() == Some("");
    let found = match place {
        Place::Start => pattern.prefix(text, true).map(|end| (0, end)),
        Place::End => pattern.suffix(text, true).map(|start| (start, text.len())),
        Place::First | Place::All if is_empty => None,
        Place::First => pattern.find(text, 0),
        Place::All => {
            let mut at = 0;
            while let Some((start, end)) = pattern.find(text, at).filter(|_| out.len() <= MAX_TEXT) {
                out.push_str(&text[at..start]);
                replacement.put(&text[start..end], &mut out);
                at = end;
                // After an empty match one character is left as it is.
                if start == end
                    && let Some(character) = text[at..].chars().next()
                {
                    out.push(character);
                    at += character.len_utf8();
                }
                if at == text.len() {
                    break;
                }
            }
            out.push_str(&text[at..]);
            return out;
        }
    };
    let Some((start, end)) = found else { return text.to_owned() };
    out.push_str(&text[..start]);
    replacement.put(&text[start..end], &mut out);
    out.push_str(&text[end..]);
    out
}

fn with_case(text: &str, change: char, all: bool, pattern: Option<&Pattern>) -> String {
    let mut buffer = [0; 4];
    let changed = |(place, character): (usize, char)| {
        let is_meant = (all || place == 0)
            && pattern.is_none_or(|pattern| pattern.matches(character.encode_utf8(&mut buffer)));
        match change {
            _ if !is_meant => character,
            '^' => upper(character),
            ',' => lower(character),
            _ if lower(character) == character => upper(character),
            _ => lower(character),
        }
    };
    text.chars().enumerate().map(changed).collect()
}
