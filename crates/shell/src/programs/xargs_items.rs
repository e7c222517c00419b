//! The items in the input of `xargs`, as they come in.

use super::live::Stop;
use super::source::Source;
use crate::limits::{MAX_WHOLE_BYTES, PIECE_BYTES};

/// Where one item ends and the next begins.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Splitting {
    /// At a delimiter, whatever stands between.
    At(char),
    /// At blanks and line ends, with quotes and backslashes.
    Blanks,
    /// At line ends only.
    Lines,
}

/// The items, one after another.
pub(super) struct Items<'a> {
    source: Source,
    /// What was read of it and is in no item yet.
    text: String,
    at: usize,
    /// The beginning of a letter whose end is still to be read.
    part: Vec<u8>,
    /// Whether nothing more is read.
    is_read: bool,
    splitting: Splitting,
    /// The item after which nothing counts.
    end: Option<&'a str>,
    place: Place,
}

/// Where in the input one is.
#[derive(Clone, Copy, Default)]
struct Place {
    line: usize,
    line_of_item: usize,
    has_nul: bool,
}

/// What the text that is there begins with.
enum Found {
    /// An item, and how much of the text is done with it.
    Item(String, usize),
    Problem(String),
    /// Nothing but what separates items.
    Nothing,
    /// What only the text that follows can tell.
    More,
}

impl<'a> Items<'a> {
    pub(super) fn new(source: Source, splitting: Splitting, end: Option<&'a str>) -> Self {
        let (text, part, place) = (String::new(), Vec::new(), Place::default());
        Self { source, text, at: 0, part, is_read: false, splitting, end, place }
    }

    /// The line that the last item began in, from 0. One that ends with a blank goes on in the next.
    pub(super) fn line_of_item(&self) -> usize {
        self.place.line_of_item
    }

    /// Whether there was a NUL in one of them.
    pub(super) fn has_nul(&self) -> bool {
        self.place.has_nul
    }

    /// The next item; the inner error is the problem that ends the input.
    pub(super) async fn next(&mut self) -> Result<Option<Result<String, String>>, Stop> {
        loop {
            let mut place = self.place;
            let rest = &self.text[self.at..];
            let found = match self.splitting {
                Splitting::At(delimiter) => place.delimited(rest, delimiter, self.is_read),
                splitting => place.quoted(rest, splitting, self.is_read),
            };
            match found {
                Found::More => self.read().await?,
                Found::Nothing => {
                    self.at = self.text.len();
                    return Ok(None);
                }
                Found::Problem(problem) => {
                    self.place = place;
                    (self.at, self.is_read) = (self.text.len(), true);
                    return Ok(Some(Err(problem)));
                }
                Found::Item(item, len) => {
                    self.place = place;
                    self.at += len;
                    if matches!(self.splitting, Splitting::At(_)) {
                        return Ok(Some(Ok(item)));
                    }
                    let item = match item.split_once('\0') {
                        Some((before, _)) => before.to_owned(),
                        None => item,
                    };
                    if self.end == Some(&item) {
                        (self.at, self.is_read) = (self.text.len(), true);
                        return Ok(None);
                    }
                    return Ok(Some(Ok(item)));
                }
            }
        }
    }

    async fn read(&mut self) -> Result<(), Stop> {
        let piece = self.source.read(PIECE_BYTES).await?;
        self.text.drain(..self.at);
        self.at = 0;
        if self.text.len() as u64 > MAX_WHOLE_BYTES {
            return Err(Stop::out_of_memory());
        }
        self.is_read = piece.is_empty();
        self.part.extend_from_slice(&piece);
        let whole = if self.is_read { self.part.len() } else { whole_letters(&self.part) };
        self.text.push_str(&String::from_utf8_lossy(&self.part[..whole]));
        self.part.drain(..whole);
        Ok(())
    }
}

/// How many of the bytes are no beginning of a letter that ends beyond them.
fn whole_letters(bytes: &[u8]) -> usize {
    let last = bytes.utf8_chunks().last().map_or(&b""[..], |chunk| chunk.invalid());
    let is_part = std::str::from_utf8(last).is_err_and(|error| error.error_len().is_none());
    if is_part { bytes.len() - last.len() } else { bytes.len() }
}

fn is_blank(letter: char) -> bool {
    letter == ' ' || letter == '\t'
}

impl Place {
    fn delimited(&mut self, rest: &str, delimiter: char, is_all: bool) -> Found {
        let (item, len) = match rest.split_once(delimiter) {
            Some((item, _)) => (item, item.len() + delimiter.len_utf8()),
            None if !is_all => return Found::More,
            None if rest.is_empty() => return Found::Nothing,
            None => (rest, rest.len()),
        };
        self.line_of_item = self.line;
        self.line += 1;
        Found::Item(item.to_owned(), len)
    }

    fn quoted(&mut self, rest: &str, splitting: Splitting, is_all: bool) -> Found {
        let mut item: Option<String> = None;
        let mut quote = None;
        let mut letters = rest.char_indices().peekable();
        let mut previous = '\n';
        while let Some((at, letter)) = letters.next() {
            if let Some(open) = quote {
                match letter {
                    '\n' => return unmatched(open),
                    letter if letter == open => quote = None,
                    letter => self.add(&mut item, letter),
                }
                previous = letter;
                continue;
            }
            let ends = letter == '\n' || splitting == Splitting::Blanks && is_blank(letter);
            if letter == '\n' && !is_blank(previous) && (item.is_some() || previous != '\n') {
                self.line += 1;
            }
            match letter {
                _ if ends && item.is_some() => {
                    let mut after = &rest[at + 1..];
                    // A blank before the end of the line goes with it: then the line goes on.
                    if is_blank(letter) {
                        after = after.trim_start_matches(is_blank);
                        if after.is_empty() && !is_all {
                            return Found::More;
                        }
                        after = after.strip_prefix('\n').unwrap_or(after);
                    }
                    return Found::Item(item.unwrap_or_default(), rest.len() - after.len());
                }
                _ if ends || item.is_none() && letter.is_ascii_whitespace() => {}
                '\\' => {
                    if let Some((_, escaped)) = letters.next() {
                        self.add(&mut item, escaped);
                    }
                }
                '\'' | '"' => {
                    quote = Some(letter);
                    if item.is_none() {
                        self.line_of_item = self.line;
                        item = Some(String::new());
                    }
                }
                letter => self.add(&mut item, letter),
            }
            previous = letter;
        }
        match (quote, item) {
            _ if !is_all => Found::More,
            (Some(open), _) => unmatched(open),
            (None, Some(item)) => Found::Item(item, rest.len()),
            (None, None) => Found::Nothing,
        }
    }

    fn add(&mut self, item: &mut Option<String>, letter: char) {
        if item.is_none() {
            self.line_of_item = self.line;
        }
        self.has_nul |= letter == '\0';
        item.get_or_insert_default().push(letter);
    }
}

fn unmatched(quote: char) -> Found {
    let kind = if quote == '"' { "double" } else { "single" };
    Found::Problem(format!(
        "unmatched {kind} quote; by default quotes are special to xargs unless you use the -0 option"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_are_cut_only_where_they_end() {
        assert_eq!(whole_letters("a\u{e9}".as_bytes()), 3);
        assert_eq!(whole_letters(&"a\u{20ac}".as_bytes()[..3]), 1);
        assert_eq!(whole_letters(b"a\xff"), 2);
        assert_eq!(whole_letters(b""), 0);
    }
}
