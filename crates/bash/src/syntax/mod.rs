//! From text to meaning, and back: the grammar of bash.
//!
//! A [`Parser`] reads a script command line by command line, as bash does: what is wrong in line 3 is told after
//! lines 1 and 2 ran. It makes the tree of [`List`] in one pass; [`declaration`] and its like show a tree again.

mod alias;
mod assignment;
mod ast;
mod commands;
mod compound;
mod dollar;
mod error;
mod escapes;
mod heredoc;
mod loops;
mod matching;
mod parameter;
mod parser;
mod print;
mod quotes;
mod redirection;
mod reserved;
mod test;
mod unexpected;
mod words;

pub use ast::*;
pub use error::{SyntaxError, Warning};
pub use parser::{AliasLookup, Options, Parser};
pub use print::{declaration, exported_function, head};

use error::Outcome;
pub(crate) use escapes::decode as decode_escapes;
use quotes::Within;
pub use words::is_name;
use words::{Tildes, Until};

impl Parser {
    /// The next complete command line: all up to a newline, with the bodies of its here-documents. None at the end.
    ///
    /// After an error the parser stands somewhere in the line that is wrong: nothing more can be read.
    ///
    /// # Errors
    /// The line means nothing.
    #[allow(
        clippy::should_implement_trait,
        reason = "options change between two calls, which no iterator allows"
    )]
    pub fn next(&mut self) -> Result<Option<List>, SyntaxError> {
        self.command_line().map_err(|error| *error)
    }
}

/// All commands of a script.
///
/// # Errors
/// A line means nothing; those before it are not told.
pub fn parse(source: &str) -> Result<List, SyntaxError> {
    let mut parser = Parser::new(source, Options::default());
    let mut list = List::default();
    while let Some(line) = parser.next()? {
        list.items.extend(line.items);
    }
    Ok(list)
}

/// Text that is expanded as within double quotes: prompts, `PS4`, arithmetic made at run time. `line` is that of its
/// beginning.
///
/// # Errors
/// An expansion in it is not closed, or means nothing.
pub fn within_double_quotes(text: &str, line: u32) -> Result<Word, SyntaxError> {
    let mut parser = Parser::of_text(text, line);
    let parts = parser.quoted_parts(Within::Text).map_err(|error| *error)?;
    Ok(Word { parts, source: text.into() })
}

/// Text that is one word, whatever blanks are in it.
///
/// # Errors
/// A quote or expansion in it is not closed, or means nothing.
pub fn word(text: &str) -> Result<Word, SyntaxError> {
    whole_word(text).map_err(|error| *error)
}

fn whole_word(text: &str) -> Outcome<Word> {
    let mut parser = Parser::of_text(text, 1);
    let parts = parser.parts(Until::End, Tildes::Start, 0)?;
    Ok(Word { parts, source: text.into() })
}

/// The elements of `( … )`, for `declare -a x='(1 [3]=2)'`. The text has its parentheses.
///
/// # Errors
/// It is no list of words in parentheses.
pub fn array_elements(text: &str) -> Result<Vec<Element>, SyntaxError> {
    let mut parser = Parser::of_text(text, 1);
    match text.starts_with('(') {
        true => parser.array().map_err(|error| *error),
        false => Err(*parser.unexpected()),
    }
}

/// The name and the subscript of `name[subscript]`, for `unset 'a[$i]'`, `read 'a[1]'`, `printf -v`. None: the text
/// is no such thing.
///
/// # Errors
/// A quote or expansion in it is not closed, or means nothing.
pub fn subscript(text: &str) -> Result<Option<(String, Word)>, SyntaxError> {
    let mut parser = Parser::of_text(text, 1);
    let Some(name) = parser.variable_name() else { return Ok(None) };
    if parser.peek() != Some(b'[') {
        return Ok(None);
    }
    let subscript = parser.subscript_here().map_err(|error| *error)?;
    Ok(subscript.filter(|_| parser.peek().is_none()).map(|subscript| (name, subscript)))
}
