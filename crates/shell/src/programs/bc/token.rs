//! The words of `bc`.

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Token {
    Number(String),
    Text(String),
    Name(String),
    /// A reserved word.
    Word(&'static str),
    /// An operator or another mark.
    Mark(&'static str),
    Line,
    /// No word of the language.
    Illegal(char),
    End,
}

const WORDS: &[&str] = &[
    "define", "break", "quit", "length", "return", "for", "if", "while", "sqrt", "scale", "ibase", "obase",
    "auto", "else", "read", "random", "halt", "last", "print", "limits", "warranty", "continue", "void",
];

/// Longest first.
const MARKS: &[&str] = &[
    "&&", "||", "++", "--", "+=", "-=", "*=", "/=", "%=", "^=", "==", "!=", "<=", ">=", "+", "-", "*", "/",
    "%", "^", "=", "<", ">", "!", "(", ")", "[", "]", "{", "}", ",", ";", "&",
];

/// The words of a text and the line of each, from 0. `None` where a text or a comment does not end.
pub(super) fn tokens(text: &str) -> Option<Vec<(Token, usize)>> {
    let mut tokens = Vec::new();
    let (mut rest, mut line) = (text, 0);
    while let Some(first) = rest.chars().next() {
        let at = line;
        let after = &rest[first.len_utf8()..];
        let (token, left) = match first {
            ' ' | '\t' | '\r' => {
                rest = after;
                continue;
            }
            '\\' if after.starts_with('\n') => {
                line += 1;
                rest = &after[1..];
                continue;
            }
            '#' => {
                rest = &rest[rest.find('\n').unwrap_or(rest.len())..];
                continue;
            }
            '/' if after.starts_with('*') => {
                let end = after[1..].find("*/")?;
                line += after[1..=end].matches('\n').count();
                rest = &after[end + 3..];
                continue;
            }
            '\n' => {
                line += 1;
                (Token::Line, after)
            }
            '"' => {
                let end = after.find('"')?;
                line += after[..end].matches('\n').count();
                (Token::Text(after[..end].to_owned()), &after[end + 1..])
            }
            'a'..='z' => {
                let is_part =
                    |letter: char| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '_';
                let len = rest.find(|letter| !is_part(letter)).unwrap_or(rest.len());
                let name = &rest[..len];
                let token = match WORDS.iter().find(|word| **word == name) {
                    Some(word) => Token::Word(word),
                    None => Token::Name(name.to_owned()),
                };
                (token, &rest[len..])
            }
            '0'..='9' | 'A'..='Z' | '.' => number(rest, &mut line),
            letter => match MARKS.iter().find(|mark| rest.starts_with(**mark)) {
                Some(mark) => (Token::Mark(mark), &rest[mark.len()..]),
                None => (Token::Illegal(letter), after),
            },
        };
        tokens.push((token, at));
        rest = left;
    }
    tokens.push((Token::End, line));
    Some(tokens)
}

/// A number, which may go on after a backslash and the end of the line. A point alone is the last value.
fn number<'a>(text: &'a str, line: &mut usize) -> (Token, &'a str) {
    let mut digits = String::new();
    let mut rest = text;
    loop {
        match rest.chars().next() {
            Some(letter @ ('0'..='9' | 'A'..='Z')) => digits.push(letter),
            Some('.') if !digits.contains('.') => digits.push('.'),
            Some('\\') if rest[1..].starts_with('\n') => {
                *line += 1;
                rest = &rest[1..];
            }
            _ => break,
        }
        rest = &rest[1..];
    }
    match digits.as_str() {
        "." => (Token::Word("last"), rest),
        _ => (Token::Number(digits), rest),
    }
}
