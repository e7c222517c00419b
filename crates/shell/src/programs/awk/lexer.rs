//! The words of a program.

use super::code::Builtin;
use super::dialect::Dialect;
use super::number;

#[derive(Clone, Debug, PartialEq)]
pub(super) enum Token {
    End,
    Newline,
    /// Punctuation and operators.
    Sign(&'static str),
    Number(f64),
    Text(Vec<u8>),
    Name(String),
    /// A name right before a parenthesis.
    Called(String),
    Builtin(Builtin),
    Word(&'static str),
    /// Nothing that a program may have.
    Unexpected(u8),
    /// A text without an end.
    Runaway(Vec<u8>),
}

const WORDS: &[&str] = &[
    "BEGIN", "END", "break", "close", "continue", "delete", "do", "else", "exit", "fflush", "for",
    "function", "getline", "gsub", "if", "in", "match", "next", "nextfile", "print", "printf", "return",
    "split", "sub", "system", "while",
];

/// The longer ones first.
const SIGNS: &[&str] = &[
    "+=", "-=", "*=", "/=", "%=", "^=", "==", "<=", ">=", "!=", "++", "--", "&&", "||", ">>", "!~", "{", "}",
    "(", ")", "[", "]", ";", ",", "+", "-", "*", "/", "%", "^", "!", ">", "<", "|", "?", ":", "~", "$", "=",
];

const GAWK_SIGNS: &[(&str, &str)] = &[("**=", "^="), ("**", "^")];

const BUILTINS: &[(&str, Builtin)] = &[
    ("atan2", Builtin::Atan2),
    ("cos", Builtin::Cos),
    ("exp", Builtin::Exp),
    ("index", Builtin::Index),
    ("int", Builtin::Int),
    ("length", Builtin::Length),
    ("log", Builtin::Log),
    ("rand", Builtin::Rand),
    ("sin", Builtin::Sin),
    ("sprintf", Builtin::Sprintf),
    ("sqrt", Builtin::Sqrt),
    ("srand", Builtin::Srand),
    ("substr", Builtin::Substr),
    ("tolower", Builtin::Tolower),
    ("toupper", Builtin::Toupper),
];

/// Both have these.
const TIMES: &[(&str, Builtin)] =
    &[("mktime", Builtin::Mktime), ("strftime", Builtin::Strftime), ("systime", Builtin::Systime)];

const GAWK_BUILTINS: &[(&str, Builtin)] = &[
    ("and", Builtin::And),
    ("compl", Builtin::Compl),
    ("gensub", Builtin::Gensub),
    ("lshift", Builtin::Lshift),
    ("or", Builtin::Or),
    ("rshift", Builtin::Rshift),
    ("strtonum", Builtin::Strtonum),
    ("xor", Builtin::Xor),
];

/// Reads words one after the other. It can be copied, to look ahead.
#[derive(Clone)]
pub(super) struct Lexer<'a> {
    text: &'a [u8],
    dialect: Dialect,
    at: usize,
    /// Where the last word began.
    start: usize,
    pub(super) line: usize,
}

impl<'a> Lexer<'a> {
    pub(super) fn new(text: &'a [u8], dialect: Dialect) -> Self {
        Self { text, dialect, at: 0, start: 0, line: 1 }
    }

    /// The last word as it stands in the program.
    pub(super) fn shown(&self) -> String {
        let shown = match &self.text[self.start..self.at] {
            [b'"', inside @ .., b'"'] => inside,
            shown => shown,
        };
        String::from_utf8_lossy(shown).into_owned()
    }

    fn peek(&self, offset: usize) -> Option<u8> {
        self.text.get(self.at + offset).copied()
    }

    /// The next word.
    pub(super) fn token(&mut self) -> Token {
        self.skip_blanks();
        self.start = self.at;
        let Some(byte) = self.peek(0) else {
            return Token::End;
        };
        match byte {
            b'\n' => {
                self.at += 1;
                self.line += 1;
                Token::Newline
            }
            b'"' => self.string(),
            b'0'..=b'9' => self.number(),
            b'.' if self.peek(1).is_some_and(|next| next.is_ascii_digit()) => self.number(),
            b'a'..=b'z' | b'A'..=b'Z' | b'_' => self.name(),
            _ => self.sign(),
        }
    }

    fn skip_blanks(&mut self) {
        loop {
            match self.peek(0) {
                Some(b' ' | b'\t' | b'\r' | 11 | 12) => self.at += 1,
                Some(b'\\') if self.peek(1) == Some(b'\n') => {
                    self.at += 2;
                    self.line += 1;
                }
                Some(b'\\') if self.peek(1) == Some(b'\r') && self.peek(2) == Some(b'\n') => {
                    self.at += 3;
                    self.line += 1;
                }
                Some(b'#') => {
                    let rest = &self.text[self.at..];
                    self.at += rest.iter().position(|byte| *byte == b'\n').unwrap_or(rest.len());
                }
                _ => return,
            }
        }
    }

    fn sign(&mut self) -> Token {
        let rest = &self.text[self.at..];
        if self.dialect == Dialect::Gawk
            && let Some((sign, meant)) = GAWK_SIGNS.iter().find(|(sign, _)| rest.starts_with(sign.as_bytes()))
        {
            self.at += sign.len();
            return Token::Sign(meant);
        }
        match SIGNS.iter().find(|sign| rest.starts_with(sign.as_bytes())) {
            Some(sign) => {
                self.at += sign.len();
                Token::Sign(sign)
            }
            None => {
                self.at += 1;
                Token::Unexpected(rest[0])
            }
        }
    }

    fn number(&mut self) -> Token {
        let (number, len) = number::constant(&self.text[self.at..], self.dialect);
        self.at += len.max(1);
        Token::Number(number)
    }

    fn name(&mut self) -> Token {
        let rest = &self.text[self.at..];
        let len = rest.iter().take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'_').count();
        self.at += len;
        let name = String::from_utf8_lossy(&rest[..len]).into_owned();
        let name = if name == "func" { "function".to_owned() } else { name };
        if let Some(word) = WORDS.iter().find(|word| **word == name) {
            return Token::Word(word);
        }
        let more = if self.dialect == Dialect::Gawk { GAWK_BUILTINS } else { &[] };
        let mut known = BUILTINS.iter().chain(TIMES).chain(more);
        if let Some((_, builtin)) = known.find(|(known, _)| *known == name) {
            return Token::Builtin(*builtin);
        }
        if rest.get(len) == Some(&b'(') { Token::Called(name) } else { Token::Name(name) }
    }

    fn string(&mut self) -> Token {
        self.at += 1;
        let begin = self.at;
        loop {
            match self.peek(0) {
                None | Some(b'\n') => {
                    let rest = &self.text[begin - 1..];
                    let len = rest.iter().position(|byte| *byte == b'\n').unwrap_or(rest.len());
                    return Token::Runaway(rest[..len].to_vec());
                }
                Some(b'"') => break,
                Some(b'\\') => {
                    self.line += usize::from(self.peek(1) == Some(b'\n'));
                    self.at = (self.at + 2).min(self.text.len());
                }
                Some(_) => self.at += 1,
            }
        }
        let text = unescaped(&self.text[begin..self.at], self.dialect);
        self.at += 1;
        Token::Text(text)
    }

    /// Reads on as a pattern, when the last word was the slash that begins it. The error is what stands there.
    pub(super) fn pattern(&mut self) -> Result<Vec<u8>, Vec<u8>> {
        self.at = self.start + 1;
        let mut bracket = None;
        loop {
            match self.peek(0) {
                None | Some(b'\n') => {
                    return Err(self.text[self.start..self.at].to_vec());
                }
                Some(b'/') if bracket.is_none() => break,
                Some(b'\\') if self.peek(1).is_some_and(|next| next != b'\n') => self.at += 1,
                // A `]` that comes first is one of the set.
                Some(b'[') if bracket.is_none() => {
                    let first = self.at + 1 + usize::from(self.peek(1) == Some(b'^'));
                    bracket = Some(first);
                }
                Some(b'[') if matches!(self.peek(1), Some(b':')) => {
                    let class = &self.text[self.at + 2..];
                    if let Some(len) = class.windows(2).take(12).position(|pair| pair == b":]") {
                        self.at += 3 + len;
                    }
                }
                Some(b']') if bracket.is_some_and(|first| self.at > first) => bracket = None,
                Some(_) => {}
            }
            self.at += 1;
        }
        let pattern = self.text[self.start + 1..self.at].to_vec();
        self.at += 1;
        Ok(pattern)
    }
}

/// The text that is meant by one with escapes.
pub(super) fn unescaped(text: &[u8], dialect: Dialect) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    let mut at = 0;
    while at < text.len() {
        let byte = text[at];
        at += 1;
        let Some(next) = text.get(at).copied().filter(|_| byte == b'\\') else {
            out.push(byte);
            continue;
        };
        at += 1;
        match next {
            b'\n' => {}
            b'"' | b'\\' => out.push(next),
            b'/' if dialect == Dialect::Gawk => out.push(next),
            b'0'..=b'7' => {
                let digits =
                    text[at - 1..].iter().take(3).take_while(|digit| matches!(digit, b'0'..=b'7')).count();
                let value = text[at - 1..at - 1 + digits]
                    .iter()
                    .fold(0u32, |v, digit| v * 8 + u32::from(digit - b'0'));
                out.push(value as u8);
                at += digits - 1;
            }
            b'x' if text.get(at).is_some_and(u8::is_ascii_hexdigit) => {
                let digits = text[at..].iter().take(2).take_while(|digit| digit.is_ascii_hexdigit()).count();
                let value = text[at..at + digits].iter().filter_map(|digit| char::from(*digit).to_digit(16));
                out.push(value.fold(0, |v, digit| v * 16 + digit) as u8);
                at += digits;
            }
            _ => match letter(next) {
                Some(meant) => out.push(meant),
                None => out.extend([b'\\', next]),
            },
        }
    }
    out
}

/// What a letter after a backslash means.
pub(super) fn letter(letter: u8) -> Option<u8> {
    Some(match letter {
        b'a' => 7,
        b'b' => 8,
        b't' => b'\t',
        b'n' => b'\n',
        b'v' => 11,
        b'f' => 12,
        b'r' => b'\r',
        _ => return None,
    })
}
