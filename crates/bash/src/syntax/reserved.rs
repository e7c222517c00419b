//! Reserved words.

use super::{error::Outcome, parser::Parser, words::is_break};

impl Parser {
    /// The reserved word that stands here.
    pub(super) fn reserved(&self) -> Option<&'static str> {
        const LONGEST: usize = "function".len();
        let rest = self.rest().as_bytes();
        if !matches!(rest.first(), Some(b'a'..=b'z' | b'{' | b'}' | b'!' | b'[' | b']')) {
            return None;
        }
        let length = (0..=LONGEST).find(|length| ends_word(rest.get(*length..)))?;
        Some(match rest.get(..length)? {
            b"if" => "if",
            b"then" => "then",
            b"elif" => "elif",
            b"else" => "else",
            b"fi" => "fi",
            b"while" => "while",
            b"until" => "until",
            b"for" => "for",
            b"select" => "select",
            b"in" => "in",
            b"do" => "do",
            b"done" => "done",
            b"case" => "case",
            b"esac" => "esac",
            b"function" => "function",
            b"time" => "time",
            b"coproc" => "coproc",
            b"{" => "{",
            b"}" => "}",
            b"!" => "!",
            b"[[" => "[[",
            b"]]" => "]]",
            _ => return None,
        })
    }

    /// Whether the word that stands here is `word`, without quotes.
    pub(super) fn word_is(&self, word: &str) -> bool {
        self.looking_at(word) && ends_word(self.rest().as_bytes().get(word.len()..))
    }

    /// Goes over a reserved word that must stand here.
    pub(super) fn expect(&mut self, word: &str) -> Outcome<()> {
        self.skip_blanks();
        if !self.word_is(word) {
            return Err(self.unexpected());
        }
        self.pos += word.len();
        Ok(())
    }
}

/// Whether a word without quotes ends before `rest`; a backslash and a newline are nothing.
fn ends_word(rest: Option<&[u8]>) -> bool {
    let Some(mut rest) = rest else { return false };
    while let [b'\\', b'\n', after @ ..] = rest {
        rest = after;
    }
    rest.first().is_none_or(|byte| is_break(*byte))
}
