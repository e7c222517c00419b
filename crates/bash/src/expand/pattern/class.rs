//! `[…]`: sets of characters.

/// A set of characters.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(in crate::expand) struct Set {
    pub(in crate::expand) negated: bool,
    /// First and last of each.
    pub(in crate::expand) ranges: Vec<(char, char)>,
    pub(in crate::expand) classes: Vec<Class>,
}

/// `[:name:]`
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::expand) enum Class {
    Alnum,
    Alpha,
    Ascii,
    Blank,
    Cntrl,
    Digit,
    Graph,
    Lower,
    Print,
    Punct,
    Space,
    Upper,
    Word,
    Xdigit,
    /// A name that means nothing: it holds no character.
    Nothing,
}

impl Class {
    pub(in crate::expand) fn by_name(name: &str) -> Self {
        match name {
            "alnum" => Self::Alnum,
            "alpha" => Self::Alpha,
            "ascii" => Self::Ascii,
            "blank" => Self::Blank,
            "cntrl" => Self::Cntrl,
            "digit" => Self::Digit,
            "graph" => Self::Graph,
            "lower" => Self::Lower,
            "print" => Self::Print,
            "punct" => Self::Punct,
            "space" => Self::Space,
            "upper" => Self::Upper,
            "word" => Self::Word,
            "xdigit" => Self::Xdigit,
            _ => Self::Nothing,
        }
    }

    fn has(self, character: char) -> bool {
        let is_text = !character.is_control() && crate::text::carried(character).is_none();
        match self {
            Self::Alnum => character.is_alphanumeric(),
            Self::Alpha => character.is_alphabetic(),
            Self::Ascii => character.is_ascii(),
            Self::Blank => matches!(character, ' ' | '\t'),
            Self::Cntrl => character.is_control(),
            Self::Digit => character.is_ascii_digit(),
            Self::Graph => is_text && !character.is_whitespace(),
            Self::Lower => character.is_lowercase(),
            Self::Print => is_text,
            Self::Punct => is_text && !character.is_alphanumeric() && !character.is_whitespace(),
            Self::Space => character.is_whitespace(),
            Self::Upper => character.is_uppercase(),
            Self::Word => character.is_alphanumeric() || character == '_',
            Self::Xdigit => character.is_ascii_hexdigit(),
            Self::Nothing => false,
        }
    }
}

impl Set {
    /// Whether a character fits. Classes look at its case even where nothing else does.
    pub(in crate::expand) fn has(&self, character: char, ignore_case: bool) -> bool {
        let is_in = self.holds(character)
            || ignore_case && (self.holds(lower(character)) || self.holds(upper(character)))
            || self.classes.iter().any(|class| class.has(character));
        is_in != self.negated
    }

    /// Whether a character fits in upper or lower case: in regular expressions classes have no case either.
    pub(in crate::expand) fn has_in_any_case(&self, character: char) -> bool {
        let forms = [character, lower(character), upper(character)];
        let is_in = |form: &char| self.holds(*form) || self.classes.iter().any(|class| class.has(*form));
        forms.iter().any(is_in) != self.negated
    }

    fn holds(&self, character: char) -> bool {
        self.ranges.iter().any(|(first, last)| (*first..=*last).contains(&character))
    }
}

/// A character in lower case, where that is one character.
pub(in crate::expand) fn lower(character: char) -> char {
    let mut lower = character.to_lowercase();
    if lower.len() == 1 { lower.next().unwrap_or(character) } else { character }
}

/// A character in upper case, where that is one character.
pub(in crate::expand) fn upper(character: char) -> char {
    let mut upper = character.to_uppercase();
    if upper.len() == 1 { upper.next().unwrap_or(character) } else { character }
}
