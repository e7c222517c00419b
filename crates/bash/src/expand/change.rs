//! Changes to one text: what `${x#p}`, `${x/p/r}` and `${x^}` make of it.

use sandbox_kernel::Pace;

use super::marked::Marked;
use super::pattern::{Pattern, lower, upper};
use super::room::MAX_TEXT;
use crate::syntax::Place;

/// A change, ready to be made.
pub(super) enum Change {
    Remove { pattern: Pattern, suffix: bool, longest: bool },
    Replace { pattern: Pattern, place: Place, replacement: Replacement },
    Case { change: char, all: bool, pattern: Option<Pattern> },
}

impl Change {
    /// What a text becomes.
    pub(super) async fn apply(&self, text: &str, pace: &mut Pace) -> String {
        match self {
            Self::Remove { pattern, suffix, longest } => {
                removed(text, pattern, *suffix, *longest, pace).await
            }
            Self::Replace { pattern, place, replacement } => {
                replaced(text, pattern, *place, replacement, pace).await
            }
            Self::Case { change, all, pattern } => {
                with_case(text, *change, *all, pattern.as_ref(), pace).await
            }
        }
    }
}

async fn removed(text: &str, pattern: &Pattern, suffix: bool, longest: bool, pace: &mut Pace) -> String {
    let kept = match suffix {
        true => pattern.suffix(text, longest, pace).await.map(|at| &text[..at]),
        false => pattern.prefix(text, longest, pace).await.map(|at| &text[at..]),
    };
    kept.unwrap_or(text).to_owned()
}

/// What a match is replaced by: texts between which the match itself stands.
pub(super) struct Replacement(Vec<String>);

impl Replacement {
    pub(super) fn new(marked: &Marked, with_matches: bool) -> Self {
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

async fn replaced(
    text: &str,
    pattern: &Pattern,
    place: Place,
    replacement: &Replacement,
    pace: &mut Pace,
) -> String {
    let finder = pattern.finder();
    let mut out = String::with_capacity(text.len());
    let is_empty = pattern.literal() == Some("");
    let found = match place {
        Place::Start => pattern.prefix(text, true, pace).await.map(|end| (0, end)),
        Place::End => pattern.suffix(text, true, pace).await.map(|start| (start, text.len())),
        Place::First | Place::All if is_empty => None,
        Place::First => finder.find(text, 0, pace).await,
        Place::All => {
            let mut at = 0;
            while out.len() <= MAX_TEXT
                && let Some((start, end)) = finder.find(text, at, pace).await
            {
                pace.did(1).await;
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

async fn with_case(
    text: &str,
    change: char,
    all: bool,
    pattern: Option<&Pattern>,
    pace: &mut Pace,
) -> String {
    let mut out = String::with_capacity(text.len());
    let mut buffer = [0; 4];
    for (place, character) in text.char_indices() {
        let is_meant = (all || place == 0)
            && match pattern {
                Some(pattern) => pattern.matches(character.encode_utf8(&mut buffer), pace).await,
                None => true,
            };
        out.push(match change {
            _ if !is_meant => character,
            '^' => upper(character),
            ',' => lower(character),
            _ if lower(character) == character => upper(character),
            _ => lower(character),
        });
        pace.did(1).await;
    }
    out
}
