//! Expanding words for what they are used for.

use super::braces::{self, Expanded};
use super::fields::{Fields, Goal};
use super::marked::Marked;
use super::parts::Quoting;
use super::pattern::{Pattern, PatternOptions};
use crate::state::{Flow, SetOption, Shell, ShoptOption};
use crate::syntax::{Part, Word};

/// How many words of a brace expansion are expanded before others have their turn.
const WORDS_AT_ONCE: usize = 1000;

impl Shell {
    /// The arguments that words become: all expansions are done.
    ///
    /// # Errors
    ///
    /// What was told already ends the command line or the shell.
    pub async fn expand_words(&mut self, words: &[Word]) -> Flow<Vec<String>> {
        let mut out = self.fields(Goal::Words);
        out.words.reserve(words.len());
        for word in words {
            if let [Part::Literal(text)] = &word.parts[..]
                && (!text.bytes().any(|byte| matches!(byte, b'*' | b'?' | b'[' | b'{' | b'(')) || text == "[")
            {
                out.words.push(text.clone());
                continue;
            }
            match self.options.has(SetOption::BRACEEXPAND) && braces::may_expand(word) {
                true => match self.expand_braces(word)? {
                    Expanded::Texts(texts) => out.words.extend(texts),
                    Expanded::Words(words) => {
                        for words in words.chunks(WORDS_AT_ONCE) {
                            for word in words {
                                self.expand_word(word, &mut out).await?;
                            }
                            self.process.kernel.breathe().await;
                        }
                    }
                },
                false => self.expand_word(word, &mut out).await?,
            }
        }
        let expanded = self.expand_pathnames(out);
        if expanded.as_ref().is_ok_and(|words| words.len() > WORDS_AT_ONCE) {
            self.process.kernel.breathe().await;
        }
        expanded
    }

    async fn expand_word(&mut self, word: &Word, out: &mut Fields) -> Flow<()> {
        match self.waits(word) {
            true => self.expand_waiting(&word.parts, Quoting::None, out).await?,
            false => self.expand_parts(&word.parts, Quoting::None, out)?,
        }
        out.end();
        let fits = out.fits().then_some(());
        self.roomy(fits)
    }

    /// The text that a word becomes where it is not split and no pathnames are looked for: in assignments, `case`,
    /// `[[`, here-strings.
    ///
    /// # Errors
    ///
    /// As [`Shell::expand_words`].
    pub async fn expand_text(&mut self, word: &Word) -> Flow<String> {
        if !self.waits(word) {
            return self.text_now(word, Quoting::None);
        }
        let mut out = self.fields(Goal::Text);
        self.expand_waiting(&word.parts, Quoting::None, &mut out).await?;
        self.roomy(out.into_text())
    }

    /// The text of a here-document: everything is as within double quotes.
    ///
    /// # Errors
    ///
    /// As [`Shell::expand_words`].
    pub async fn expand_here_document(&mut self, body: &Word) -> Flow<String> {
        if !self.waits(body) {
            return self.text_now(body, Quoting::Double);
        }
        let mut out = self.fields(Goal::Text);
        self.expand_waiting(&body.parts, Quoting::Double, &mut out).await?;
        self.roomy(out.into_text())
    }

    /// The text that a word becomes, and what of it was quoted.
    ///
    /// # Errors
    ///
    /// As [`Shell::expand_words`].
    pub async fn expand_marked(&mut self, word: &Word) -> Flow<Marked> {
        if !self.waits(word) {
            return self.marked_now(word);
        }
        let mut out = self.fields(Goal::Marked);
        self.expand_waiting(&word.parts, Quoting::None, &mut out).await?;
        self.roomy(out.into_marked())
    }

    /// The pattern that a word of `case` is.
    ///
    /// # Errors
    ///
    /// As [`Shell::expand_words`].
    pub async fn expand_pattern(&mut self, word: &Word) -> Flow<Pattern> {
        let marked = self.expand_marked(word).await?;
        let extglob = self.options.has_shopt(ShoptOption::EXTGLOB);
        let ignore_case = self.options.has_shopt(ShoptOption::NOCASEMATCH);
        Ok(Pattern::new(&marked, PatternOptions { extglob, ignore_case }))
    }

    /// The pattern that the right side of `[[ a == b ]]` is: extended patterns always are there.
    ///
    /// # Errors
    ///
    /// As [`Shell::expand_words`].
    pub async fn expand_test_pattern(&mut self, word: &Word) -> Flow<Pattern> {
        let marked = self.expand_marked(word).await?;
        let ignore_case = self.options.has_shopt(ShoptOption::NOCASEMATCH);
        Ok(Pattern::new(&marked, PatternOptions { extglob: true, ignore_case }))
    }

    /// The fields that the word of a redirection becomes; any number but one is ambiguous.
    ///
    /// # Errors
    ///
    /// As [`Shell::expand_words`].
    pub async fn expand_redirection(&mut self, word: &Word) -> Flow<Vec<String>> {
        self.expand_words(std::slice::from_ref(word)).await
    }
}
