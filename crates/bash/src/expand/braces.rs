//! Brace expansion: `a{b,c}d`, `{1..10..2}`, `{a..z}`. It works on what was written, before anything else is expanded.

use super::sequence::sequence;
use crate::state::{Flow, Shell, Unwind};
use crate::syntax::{ParameterName, Part, Word};

/// How much brace expansion of one word may make, in bytes or so.
const MAX_BYTES: usize = 256 << 20;

/// How deep braces may lie in one another; what is deeper stands for itself.
const MAX_DEPTH: usize = 200;

/// Whether a word holds what may be a brace expansion.
pub(super) fn may_expand(word: &Word) -> bool {
    word.parts.iter().any(|part| matches!(part, Part::Literal(text) if text.contains('{')))
}

/// One character outside of quotes, or a part that stands as it is.
#[derive(Clone, Copy)]
pub(super) enum Piece<'a> {
    Char(char),
    Part(&'a Part),
}

/// What was made so far, with how much more may be made.
struct Budget(usize);

struct TooMuch;

type Words<'a> = Vec<Vec<Piece<'a>>>;

impl Shell {
    /// The words that a word becomes by brace expansion.
    pub(super) fn expand_braces(&mut self, word: &Word) -> Flow<Vec<Word>> {
        let pieces: Vec<_> = word.parts.iter().flat_map(pieces_of).collect();
        match expand(&pieces, &mut Budget(MAX_BYTES), 0) {
            Ok(words) => Ok(words.iter().map(|pieces| word_of(pieces, word)).filter(is_something).collect()),
            Err(TooMuch) => {
                self.complain(format!("brace expansion: cannot allocate memory for {}", word.source));
                Err(Unwind::Discard(1))
            }
        }
    }
}

fn pieces_of(part: &Part) -> Vec<Piece<'_>> {
    match part {
        Part::Literal(text) => text.chars().map(Piece::Char).collect(),
        part => vec![Piece::Part(part)],
    }
}

/// A word of nothing is no argument: `{,a}`.
fn is_something(word: &Word) -> bool {
    !word.parts.is_empty()
}

fn word_of(pieces: &[Piece<'_>], written: &Word) -> Word {
    let mut parts: Vec<Part> = Vec::new();
    for piece in pieces {
        match piece {
            Piece::Part(part) => parts.push((*part).clone()),
            Piece::Char(character) => match parts.last_mut() {
                Some(Part::Literal(text)) => text.push(*character),
                Some(part) if may_continue_name(part, *character) => continue_name(part, *character),
                _ => parts.push(Part::Literal(character.to_string())),
            },
        }
    }
    let mut word = Word { parts, source: written.source.clone() };
    find_tilde(&mut word);
    word
}

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

fn expand<'a>(pieces: &[Piece<'a>], budget: &mut Budget, depth: usize) -> Result<Words<'a>, TooMuch> {
    let mut words: Words<'a> = vec![Vec::new()];
    let mut at = 0;
    while at < pieces.len() {
        let found = match pieces[at] {
            Piece::Char('{') if depth < MAX_DEPTH => brace(pieces, at, budget, depth)?,
            _ => None,
        };
        match found {
            Some((alternatives, end)) => {
                words = product(&words, &alternatives, budget)?;
                at = end;
            }
            None => {
                budget.take(words.len())?;
                words.iter_mut().for_each(|word| word.push(pieces[at]));
                at += 1;
            }
        }
    }
    Ok(words)
}

impl Budget {
    fn take(&mut self, pieces: usize) -> Result<(), TooMuch> {
        self.0 = self.0.checked_sub(pieces.saturating_mul(size_of::<Piece<'_>>())).ok_or(TooMuch)?;
        Ok(())
    }
}

fn product<'a>(
    words: &Words<'a>,
    alternatives: &Words<'a>,
    budget: &mut Budget,
) -> Result<Words<'a>, TooMuch> {
    let lengths = |words: &Words<'a>| words.iter().map(|word| word.len() + 3).sum::<usize>();
    budget.take((lengths(words) * alternatives.len()).saturating_add(lengths(alternatives) * words.len()))?;
    let each = |word: &Vec<Piece<'a>>| {
        alternatives.iter().map(|alternative| [&word[..], &alternative[..]].concat()).collect::<Vec<_>>()
    };
    Ok(words.iter().flat_map(each).collect())
}

/// The words of the brace that begins at `at`, and where it ends. `None`: it is none.
fn brace<'a>(
    pieces: &[Piece<'a>],
    at: usize,
    budget: &mut Budget,
    depth: usize,
) -> Result<Option<(Words<'a>, usize)>, TooMuch> {
    let Some((end, commas)) = closing(pieces, at) else { return Ok(None) };
    let inside = &pieces[at + 1..end];
    if commas.is_empty() {
        let text: Option<String> = inside
            .iter()
            .map(|piece| match piece {
                Piece::Char(character) => Some(*character),
                Piece::Part(_) => None,
            })
            .collect();
        return match text.as_deref().map(|text| sequence(text, budget.0 / size_of::<Vec<Piece<'_>>>())) {
            Some(Ok(Some(words))) => {
                let words: Words<'a> = words.iter().map(|word| sequence_pieces(word)).collect();
                budget.take(words.iter().map(|word| word.len() + 3).sum())?;
                Ok(Some((words, end + 1)))
            }
            Some(Err(_)) => Err(TooMuch),
            Some(Ok(None)) | None => Ok(None),
        };
    }
    let mut alternatives = Vec::new();
    let mut start = at + 1;
    for stop in commas.into_iter().chain([end]) {
        alternatives.extend(expand(&pieces[start..stop], budget, depth + 1)?);
        start = stop + 1;
    }
    Ok(Some((alternatives, end + 1)))
}

/// A word of a sequence is one even when it is empty.
fn sequence_pieces<'a>(word: &str) -> Vec<Piece<'a>> {
    const NOTHING: &Part = &Part::Quoted(String::new());
    match word.is_empty() {
        true => vec![Piece::Part(NOTHING)],
        false => word.chars().map(Piece::Char).collect(),
    }
}

/// Where the brace ends that begins at `at`, and its commas.
fn closing(pieces: &[Piece<'_>], at: usize) -> Option<(usize, Vec<usize>)> {
    let mut commas = Vec::new();
    let mut depth = 0usize;
    for (place, piece) in pieces.iter().enumerate().skip(at) {
        match piece {
            Piece::Char('{') => depth += 1,
            Piece::Char('}') => {
                depth -= 1;
                if depth == 0 {
                    return Some((place, commas));
                }
            }
            Piece::Char(',') if depth == 1 => commas.push(place),
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn expanded(text: &str) -> String {
        let part = Part::Literal(text.to_owned());
        let Ok(words) = expand(&pieces_of(&part), &mut Budget(1 << 20), 0) else {
            return "too much".to_owned();
        };
        let text = |pieces: &Vec<Piece<'_>>| {
            let char_of = |piece: &Piece<'_>| match piece {
                Piece::Char(character) => *character,
                Piece::Part(_) => '$',
            };
            pieces.iter().map(char_of).collect::<String>()
        };
        words.iter().map(text).collect::<Vec<_>>().join(" ")
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
            ("{1..1000000000}", "too much"),
        ] {
            assert_eq!(expanded(text), words, "{text}");
        }
        assert_eq!(expanded(&"{a,b}".repeat(40)), "too much");
        assert_eq!(expanded(&"{".repeat(300)), "{".repeat(300));
    }
}
