//! Where keys go: words, lines, characters.

use super::buffer::{Buffer, Place};

#[derive(PartialEq, Eq, Clone, Copy)]
enum Kind {
    Blank,
    Word,
    Other,
}

fn kind(character: char, is_big: bool) -> Kind {
    match character {
        character if character.is_whitespace() => Kind::Blank,
        _ if is_big => Kind::Word,
        character if character.is_alphanumeric() || character == '_' => Kind::Word,
        _ => Kind::Other,
    }
}

fn kind_at(buffer: &Buffer, place: Place, is_big: bool) -> Kind {
    buffer.character(place).map_or(Kind::Blank, |character| kind(character, is_big))
}

fn after(buffer: &Buffer, (line, at): Place) -> Option<Place> {
    if at + 1 < buffer.line_len(line) {
        return Some((line, at + 1));
    }
    (line + 1 < buffer.lines.len()).then_some((line + 1, 0))
}

fn before(buffer: &Buffer, (line, at): Place) -> Option<Place> {
    if at > 0 {
        return Some((line, at - 1));
    }
    let line = line.checked_sub(1)?;
    Some((line, buffer.line_len(line).saturating_sub(1)))
}

/// `w`: the begin of the next word; an empty line is one.
pub(super) fn word(buffer: &Buffer, from: Place, is_big: bool) -> Place {
    let mut at = from;
    let begin = kind_at(buffer, at, is_big);
    while begin != Kind::Blank && kind_at(buffer, at, is_big) == begin {
        match after(buffer, at) {
            Some(next) if next.0 == at.0 => at = next,
            Some(next) => {
                at = next;
                break;
            }
            None => return (at.0, buffer.line_len(at.0)),
        }
    }
    while kind_at(buffer, at, is_big) == Kind::Blank && !(buffer.line_len(at.0) == 0 && at != from) {
        match after(buffer, at) {
            Some(next) => at = next,
            None => return (at.0, buffer.line_len(at.0)),
        }
    }
    at
}

/// `e`: the end of the word.
pub(super) fn word_end(buffer: &Buffer, from: Place, is_big: bool) -> Place {
    let Some(mut at) = after(buffer, from) else { return from };
    while kind_at(buffer, at, is_big) == Kind::Blank {
        match after(buffer, at) {
            Some(next) => at = next,
            None => return at,
        }
    }
    let own = kind_at(buffer, at, is_big);
    while let Some(next) = after(buffer, at).filter(|next| next.0 == at.0) {
        if kind_at(buffer, next, is_big) != own {
            break;
        }
        at = next;
    }
    at
}

/// `b`: the begin of the word, or of the one before.
pub(super) fn word_back(buffer: &Buffer, from: Place) -> Place {
    back(buffer, from, false)
}

pub(super) fn back(buffer: &Buffer, from: Place, is_big: bool) -> Place {
    let Some(mut at) = before(buffer, from) else { return from };
    while kind_at(buffer, at, is_big) == Kind::Blank && buffer.line_len(at.0) > 0 {
        match before(buffer, at) {
            Some(next) => at = next,
            None => return at,
        }
    }
    let own = kind_at(buffer, at, is_big);
    while at.1 > 0 && kind_at(buffer, (at.0, at.1 - 1), is_big) == own {
        at.1 -= 1;
    }
    at
}

/// `f`, `t`, `F`, `T`.
pub(super) fn to_character(buffer: &Buffer, (line, at): Place, how: char, wanted: char) -> Option<Place> {
    let characters = &buffer.lines[line];
    let found = match how {
        'f' | 't' => (at + 1..characters.len()).find(|place| characters[*place] == wanted)?,
        _ => (0..at.min(characters.len())).rev().find(|place| characters[*place] == wanted)?,
    };
    Some((
        line,
        match how {
            't' => found - 1,
            'T' => found + 1,
            _ => found,
        },
    ))
}

/// `%`: the bracket that belongs to the next one in the line.
pub(super) fn bracket(buffer: &Buffer, from: Place) -> Option<Place> {
    const PAIRS: [(char, char); 3] = [('(', ')'), ('[', ']'), ('{', '}')];
    let is_bracket =
        |character: &char| PAIRS.iter().any(|(open, close)| character == open || character == close);
    let begin = from.1 + buffer.lines[from.0].get(from.1..)?.iter().position(is_bracket)?;
    let own = buffer.character((from.0, begin))?;
    let (open, close) = *PAIRS.iter().find(|(open, close)| own == *open || own == *close)?;
    let (mut at, mut depth) = ((from.0, begin), 0);
    loop {
        match buffer.character(at) {
            Some(character) if character == own => depth += 1,
            Some(character) if character == open || character == close => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return Some(at);
        }
        at = if own == open { after(buffer, at)? } else { before(buffer, at)? };
    }
}

/// `}` and `{`: the next empty line.
pub(super) fn paragraph(buffer: &Buffer, line: usize, is_forward: bool) -> Place {
    let is_empty = |line: &usize| buffer.line_len(*line) == 0;
    match is_forward {
        true => {
            let last = buffer.lines.len() - 1;
            let text = (line..=last).find(|line| !is_empty(line)).unwrap_or(last);
            match (text..=last).find(is_empty) {
                Some(line) => (line, 0),
                None => (last, buffer.line_len(last).saturating_sub(1)),
            }
        }
        false => {
            let text = (0..=line).rev().find(|line| !is_empty(line)).unwrap_or(0);
            ((0..text).rev().find(is_empty).unwrap_or(0), 0)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_end_where_kinds_change() {
        let buffer = Buffer::of("foo.bar  baz\n\nqux\n");
        assert_eq!(word(&buffer, (0, 0), false), (0, 3));
        assert_eq!(word(&buffer, (0, 0), true), (0, 9));
        assert_eq!(word(&buffer, (0, 9), false), (1, 0));
        assert_eq!(word_end(&buffer, (0, 0), false), (0, 2));
        assert_eq!(word_back(&buffer, (0, 9)), (0, 4));
        assert_eq!(to_character(&buffer, (0, 0), 't', '.'), Some((0, 2)));
        assert_eq!(bracket(&Buffer::of("f(a[1], b)"), (0, 0)), Some((0, 9)));
    }
}
