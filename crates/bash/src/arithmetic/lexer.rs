//! From an expression's text to its tokens.

/// A token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Token {
    End,
    Number,
    /// A variable, perhaps with a subscript.
    Name,
    /// An operator of one or two characters that is no assignment; `++` and `--` as [`Token::Step`].
    Operator(Operator),
    /// `=`
    Assign,
    /// `+=` and the like.
    Update(Operator),
    /// `++` and `--` before a name.
    PreStep(i64),
    /// `++` and `--` after a name.
    PostStep(i64),
    Open,
    Close,
    Question,
    Colon,
    Comma,
    Not,
    Complement,
    /// A character that is no part of an expression.
    Unknown,
}

/// An operator between two operands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Operator {
    Or,
    And,
    BitOr,
    BitXor,
    BitAnd,
    Equal,
    Unequal,
    LessOrEqual,
    GreaterOrEqual,
    Less,
    Greater,
    ShiftLeft,
    ShiftRight,
    Plus,
    Minus,
    Times,
    Divide,
    Modulo,
    Power,
}

impl Operator {
    /// How tightly it binds: `||` least.
    pub(super) fn level(self) -> u8 {
        match self {
            Self::Or => 1,
            Self::And => 2,
            Self::BitOr => 3,
            Self::BitXor => 4,
            Self::BitAnd => 5,
            Self::Equal | Self::Unequal => 6,
            Self::LessOrEqual | Self::GreaterOrEqual | Self::Less | Self::Greater => 7,
            Self::ShiftLeft | Self::ShiftRight => 8,
            Self::Plus | Self::Minus => 9,
            Self::Times | Self::Divide | Self::Modulo => 10,
            Self::Power => 11,
        }
    }
}

/// The token that begins with an operator's character at `at`, and where it ends.
pub(super) fn operator(text: &[u8], at: usize, before: Token) -> (Token, usize) {
    let byte = |distance: usize| text.get(at + distance).copied().unwrap_or(0);
    let pair = (byte(0), byte(1));
    let double = match pair {
        (b'=', b'=') => Some(Operator::Equal),
        (b'!', b'=') => Some(Operator::Unequal),
        (b'<', b'=') => Some(Operator::LessOrEqual),
        (b'>', b'=') => Some(Operator::GreaterOrEqual),
        (b'&', b'&') => Some(Operator::And),
        (b'|', b'|') => Some(Operator::Or),
        (b'*', b'*') => Some(Operator::Power),
        (b'<', b'<') => Some(Operator::ShiftLeft),
        (b'>', b'>') => Some(Operator::ShiftRight),
        _ => None,
    };
    if let Some(double) = double {
        let is_shift = matches!(double, Operator::ShiftLeft | Operator::ShiftRight);
        return match is_shift && byte(2) == b'=' {
            true => (Token::Update(double), at + 3),
            false => (Token::Operator(double), at + 2),
        };
    }
    if matches!(pair, (b'+', b'+') | (b'-', b'-')) {
        let step = if pair.0 == b'+' { 1 } else { -1 };
        if before == Token::Name {
            return (Token::PostStep(step), at + 2);
        }
        let rest = &text[at + 2..];
        let next = rest.iter().find(|byte| !is_blank(**byte)).copied().unwrap_or(0);
        if begins_name(next) {
            return (Token::PreStep(step), at + 2);
        }
    }
    let single = match pair.0 {
        b'|' => Operator::BitOr,
        b'^' => Operator::BitXor,
        b'&' => Operator::BitAnd,
        b'<' => Operator::Less,
        b'>' => Operator::Greater,
        b'+' => Operator::Plus,
        b'-' => Operator::Minus,
        b'*' => Operator::Times,
        b'/' => Operator::Divide,
        b'%' => Operator::Modulo,
        b'=' => return (Token::Assign, at + 1),
        b'(' => return (Token::Open, at + 1),
        b')' => return (Token::Close, at + 1),
        b'?' => return (Token::Question, at + 1),
        b':' => return (Token::Colon, at + 1),
        b',' => return (Token::Comma, at + 1),
        b'!' => return (Token::Not, at + 1),
        b'~' => return (Token::Complement, at + 1),
        _ => return (Token::Unknown, at + 1),
    };
    let can_update = !matches!(single, Operator::Less | Operator::Greater);
    match can_update && pair.1 == b'=' {
        true => (Token::Update(single), at + 2),
        false => (Token::Operator(single), at + 1),
    }
}

pub(super) fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n')
}

pub(super) fn begins_name(byte: u8) -> bool {
    byte.is_ascii_alphabetic() || byte == b'_'
}

pub(super) fn continues_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

/// Where the subscript ends that begins with the `[` at `at`: the place of its `]`.
pub(super) fn subscript_end(text: &[u8], at: usize) -> Option<usize> {
    let mut depth = 0usize;
    let mut place = at;
    while place < text.len() {
        match text[place] {
            b'\\' => place += 1,
            b'[' => depth += 1,
            b']' if depth == 1 => return Some(place),
            b']' => depth -= 1,
            quote @ (b'\'' | b'"') => {
                place += 1 + text[place + 1..].iter().position(|byte| *byte == quote)?;
            }
            _ => {}
        }
        place += 1;
    }
    None
}
