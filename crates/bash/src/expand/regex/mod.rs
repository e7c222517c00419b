//! Extended regular expressions, for `[[ a =~ b ]]`.
//!
//! As POSIX has it, of all places where an expression fits the first one counts, and there the longest. Searching takes
//! time proportional to the lengths of the expression and the text.

mod parse;
mod program;
mod search;

use sandbox_kernel::Pace;

use super::fields::Goal;
use super::parts::Quoting;
use crate::state::{Flow, Shell, ShoptOption, Value};
use crate::syntax::Word;
pub(super) use parse::Tree;
pub(super) use program::Regex;

impl Shell {
    /// The regular expression that a word is: what was quoted stands for itself in it.
    ///
    /// # Errors
    ///
    /// As [`Shell::expand_words`].
    pub async fn expand_regex(&mut self, word: &Word) -> Flow<String> {
        let mut out = self.fields(Goal::Marked);
        match self.waits(word) {
            true => self.expand_waiting(&word.parts, Quoting::None, &mut out).await?,
            false => self.expand_parts(&word.parts, Quoting::None, &mut out)?,
        }
        let marked = self.roomy(out.into_marked())?;
        if !marked.has_quoted() {
            return Ok(marked.text);
        }
        let mut regex = String::with_capacity(marked.text.len() + 8);
        // Where the set begins that is being read: within it a backslash would stand for itself.
        let mut set: Option<usize> = None;
        for (_, character, quoted) in marked.all_chars() {
            match (set, quoted) {
                (None, true) if "\\^$.[]|()*+?{}".contains(character) => regex.push('\\'),
                (None, false) if character == '[' => set = Some(regex.len()),
                (Some(begin), false) if character == ']' && !matches!(&regex[begin..], "[" | "[^") => {
                    set = None
                }
                _ => {}
            }
            regex.push(character);
        }
        Ok(regex)
    }

    /// Whether a text fits a regular expression anywhere; `BASH_REMATCH` then tells where. `None`: it is none.
    ///
    /// # Errors
    ///
    /// None; tests all have one form.
    pub async fn matches_regex(&mut self, text: &str, regex: &str) -> Flow<Option<bool>> {
        let ignore_case = self.options.has_shopt(ShoptOption::NOCASEMATCH);
        let Some(regex) = Regex::new(regex, ignore_case) else { return Ok(None) };
        let groups = regex.find(text, &mut Pace::default()).await;
        let texts = groups.iter().flatten().map(|group| match group {
            Some((start, end)) => text[*start..*end].to_owned(),
            None => String::new(),
        });
        let elements = (0..).zip(texts).collect();
        self.variables.get_or_make("BASH_REMATCH").value = Value::Indexed(elements);
        Ok(Some(groups.is_some()))
    }
}
