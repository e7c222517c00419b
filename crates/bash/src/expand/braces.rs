//! Brace expansion: `a{b,c}d`, `{1..10..2}`, `{a..z}`. It works on what was written, before anything else is expanded.
//!
//! The text of a word is expanded; each part that is no plain text stands in it as one character of a private range.

use super::sequence::{TooLong, sequence};
use crate::state::{Flow, Shell, Unwind};
use crate::syntax::{ParameterName, Part, Word};

/// How much brace expansion of one word may make, in bytes.
const MAX_BYTES: usize = 128 << 20;

/// How deep braces may lie in one another; what is deeper stands for itself.
const MAX_DEPTH: usize = 200;

/// The character that stands for the first part; those of the others follow.
const FIRST: u32 = 0xf_0000;

/// The character after the last that can stand for a part.
const END: u32 = 0xf_fffe;

/// What a word becomes by brace expansion.
pub(super) enum Expanded {
    /// Plain texts.
    Texts(Vec<String>),
    /// Words with other parts in them, or with characters that have a meaning.
    Words(Vec<Word>),
}

/// Whether a word holds what may be a brace expansion.
pub(super) fn may_expand(word: &Word) -> bool {
    word.parts.iter().any(|part| matches!(part, Part::Literal(text) if text.contains('{')))
}

impl Shell {
    /// What a word becomes by brace expansion.
    pub(super) fn expand_braces(&mut self, word: &Word) -> Flow<Expanded> {
        let template = Template::new(word);
        let Ok(texts) = expand(&template.text, &mut Budget(MAX_BYTES), 0) else {
            self.complain(format!("brace expansion: cannot allocate memory for {}", word.source));
            return Err(Unwind::Discard(1));
        };
        let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_./,:%^".contains(&byte);
        if template.parts.is_empty() && texts.iter().all(|text| text.bytes().all(is_plain)) {
            // An empty text is no argument: `{,a}`.
            return Ok(Expanded::Texts(texts.into_iter().filter(|text| !text.is_empty()).collect()));
        }
        let words = texts.iter().map(|text| template.word(text, word));
        Ok(Expanded::Words(words.filter(|word| !word.parts.is_empty()).collect()))
    }
}

/// A word as a text with characters for its parts.
struct Template {
    text: String,
    parts: Vec<Part>,
}

impl Template {
    fn new(word: &Word) -> Self {
        let mut template = Self { text: String::new(), parts: Vec::new() };
        for part in &word.parts {
            match part {
                Part::Literal(text) => {
                    for character in text.chars() {
                        match (FIRST..END).contains(&u32::from(character)) {
                            true => template.push(Part::Literal(character.to_string())),
                            false => template.text.push(character),
                        }
                    }
                }
                part => template.push(part.clone()),
            }
        }
        template
    }

    fn push(&mut self, part: Part) {
        // A word of so many parts that there is no character left is too long for any line.
        let place = u32::try_from(self.parts.len()).unwrap_or(END).saturating_add(FIRST);
        if let Some(stand_in) = char::from_u32(place).filter(|_| place < END) {
            self.text.push(stand_in);
            self.parts.push(part);
        }
    }

    fn word(&self, text: &str, written: &Word) -> Word {
        let mut parts: Vec<Part> = Vec::new();
        for character in text.chars() {
            let place = u32::from(character).wrapping_sub(FIRST) as usize;
            if let Some(part) = self.parts.get(place) {
                parts.push(part.clone());
                continue;
            }
            match parts.last_mut() {
                // A backslash that a sequence of letters made quotes nothing, and leaves nothing.
                _ if character == NOTHING => parts.push(Part::Quoted(String::new())),
                Some(Part::Literal(text)) => text.push(character),
                Some(part) if may_continue_name(part, character) => continue_name(part, character),
                _ => parts.push(Part::Literal(character.to_string())),
            }
        }
        let mut word = Word { parts, source: written.source.clone() };
        find_tilde(&mut word);
        word
    }
}

/// Stands for quotes with nothing in them.
pub(super) const NOTHING: char = '\u{fffff}';

/// Whether `$x` that comes before `{1,2}` becomes `$x1` and `$x2`: braces are expanded before anything is read as a name.
fn may_continue_name(part: &Part, character: char) -> bool {
    matches!(part, Part::Parameter(parameter) if !parameter.source.starts_with("${")
        && matches!(parameter.name, ParameterName::Variable(_)))
        && (character.is_ascii_alphanumeric() || character == '_')
}

fn continue_name(part: &mut Part, character: char) {
    if let Part::Parameter(parameter) = part
        && let ParameterName::Variable(name) = &mut parameter.name
    {
        name.push(character);
    }
}

/// A tilde that has come to the beginning of a word is one that is expanded.
fn find_tilde(word: &mut Word) {
    let is_whole = word.parts.len() == 1;
    let Some(Part::Literal(text)) = word.parts.first_mut() else { return };
    let Some(rest) = text.strip_prefix('~') else { return };
    let name = match rest.split_once('/') {
        Some((name, _)) => name.to_owned(),
        None if is_whole => rest.to_owned(),
        None => return,
    };
    if name.chars().any(|character| !character.is_ascii_alphanumeric() && !"-_+.".contains(character)) {
        return;
    }
    let rest = rest[name.len()..].to_owned();
    match rest.is_empty() {
        true => word.parts[0] = Part::Tilde(name),
        false => {
            word.parts[0] = Part::Literal(rest);
            word.parts.insert(0, Part::Tilde(name));
        }
    }
}

/// What may still be made.
struct Budget(usize);

impl Budget {
    /// Takes `count` texts of `bytes` bytes in all.
    fn take(&mut self, count: usize, bytes: usize) -> Result<(), TooLong> {
        let needed = count.saturating_mul(size_of::<String>()).saturating_add(bytes);
        self.0 = self.0.checked_sub(needed).ok_or(TooLong)?;
        Ok(())
    }
}

fn expand(text: &str, budget: &mut Budget, depth: usize) -> Result<Vec<String>, TooLong> {
    let mut made = vec![String::new()];
    let mut at = 0;
    while at < text.len() {
        let begin = text[at..].find('{').map_or(text.len(), |place| at + place);
        let braces = match begin < text.len() && depth < MAX_DEPTH {
            true => brace(text, begin, budget, depth)?,
            false => None,
        };
        // What is no brace expansion stands for itself.
        let plain_end = if braces.is_some() { begin } else { (begin + 1).min(text.len()) };
        let plain = &text[at..plain_end];
        budget.take(0, plain.len().saturating_mul(made.len()))?;
        made.iter_mut().for_each(|made| made.push_str(plain));
        at = plain_end;
        if let Some((alternatives, end)) = braces {
            made = product(made, alternatives, budget)?;
            at = end;
        }
    }
    Ok(made)
}

fn product(
    made: Vec<String>,
    alternatives: Vec<String>,
    budget: &mut Budget,
) -> Result<Vec<String>, TooLong> {
    if made.len() == 1 && made[0].is_empty() {
        return Ok(alternatives);
    }
    let bytes = |texts: &[String]| texts.iter().map(String::len).sum::<usize>();
    let count = made.len().saturating_mul(alternatives.len());
    let of_made = bytes(&made).saturating_mul(alternatives.len());
    budget.take(count, of_made.saturating_add(bytes(&alternatives).saturating_mul(made.len())))?;
    let mut texts = Vec::with_capacity(count);
    for made in &made {
        texts.extend(alternatives.iter().map(|alternative| [made.as_str(), alternative].concat()));
    }
    Ok(texts)
}

/// The texts of the brace that begins at `at`, and where it ends. `None`: it is none.
fn brace(
    text: &str,
    at: usize,
    budget: &mut Budget,
    depth: usize,
) -> Result<Option<(Vec<String>, usize)>, TooLong> {
    let Some((end, commas)) = closing(text, at) else { return Ok(None) };
    if commas.is_empty() {
        let most = budget.0 / size_of::<String>();
        let Some(texts) = sequence(&text[at + 1..end], most)? else { return Ok(None) };
        budget.take(texts.len(), texts.iter().map(String::len).sum())?;
        return Ok(Some((texts, end + 1)));
    }
    let mut alternatives = Vec::new();
    let mut start = at + 1;
    for stop in commas.into_iter().chain([end]) {
        alternatives.extend(expand(&text[start..stop], budget, depth + 1)?);
        start = stop + 1;
    }
    Ok(Some((alternatives, end + 1)))
}

/// Where the brace ends that begins at `at`, and its commas.
fn closing(text: &str, at: usize) -> Option<(usize, Vec<usize>)> {
    let mut commas = Vec::new();
    let mut depth = 0usize;
    for (place, byte) in text.bytes().enumerate().skip(at) {
        match byte {
            b'{' => depth += 1,
            b'}' if depth == 1 => return Some((place, commas)),
            b'}' => depth -= 1,
            b',' if depth == 1 => commas.push(place),
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn expanded(text: &str) -> String {
        match expand(text, &mut Budget(1 << 20), 0) {
            Ok(texts) => texts.join(" "),
            Err(TooLong) => "too long".to_owned(),
        }
    }

    #[test]
    fn braces_expand_as_in_bash() {
        for (text, words) in [
            ("{a,b}{c,d}", "ac ad bc bd"),
            ("a{b{c,d},e}f", "abcf abdf aef"),
            ("{{1..3},x}", "1 2 3 x"),
            ("{1..3,x}", "1..3 x"),
            ("{a}", "{a}"),
            ("{}", "{}"),
            ("{a,b}}", "a} b}"),
            ("{{a,b}", "{a {b"),
            ("{a,b", "{a,b"),
            ("{x,}", "x "),
            ("{a,{b,c}}", "a b c"),
            ("{1..1000000000}", "too long"),
        ] {
            assert_eq!(expanded(text), words, "{text}");
        }
        assert_eq!(expanded(&"{a,b}".repeat(40)), "too long");
        assert_eq!(expanded(&"{".repeat(300)), "{".repeat(300));
    }
}
