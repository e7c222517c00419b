//! The items in the input of `xargs`.

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
    rest: &'a str,
    splitting: Splitting,
    /// The item after which nothing counts.
    end: Option<&'a str>,
    line: usize,
    line_of_item: usize,
    pub(super) has_nul: bool,
}

impl<'a> Items<'a> {
    pub(super) fn new(input: &'a str, splitting: Splitting, end: Option<&'a str>) -> Self {
        Self { rest: input, splitting, end, line: 0, line_of_item: 0, has_nul: false }
    }

    /// The line that the last item began in, from 0. One that ends with a blank goes on in the next.
    pub(super) fn line_of_item(&self) -> usize {
        self.line_of_item
    }

    /// The next item, or the problem that ends the input.
    pub(super) fn next(&mut self) -> Option<Result<String, String>> {
        let Splitting::At(delimiter) = self.splitting else {
            let item = self.quoted()?.map(|item| match item.split_once('\0') {
                Some((before, _)) => before.to_owned(),
                None => item,
            });
            if item.as_ref().is_ok_and(|item| self.end == Some(item)) {
                self.rest = "";
                return None;
            }
            return Some(item);
        };
        if self.rest.is_empty() {
            return None;
        }
        let (item, rest) = self.rest.split_once(delimiter).unwrap_or((self.rest, ""));
        self.rest = rest;
        self.line_of_item = self.line;
        self.line += 1;
        Some(Ok(item.to_owned()))
    }

    fn quoted(&mut self) -> Option<Result<String, String>> {
        let is_blank = |letter: char| letter == ' ' || letter == '\t';
        let mut item: Option<String> = None;
        let mut quote = None;
        let mut letters = self.rest.char_indices().peekable();
        let mut previous = '\n';
        while let Some((at, letter)) = letters.next() {
            if let Some(open) = quote {
                match letter {
                    '\n' => break,
                    letter if letter == open => quote = None,
                    letter => self.add(&mut item, letter),
                }
                previous = letter;
                continue;
            }
            let ends = letter == '\n' || self.splitting == Splitting::Blanks && is_blank(letter);
            if letter == '\n' && !is_blank(previous) && (item.is_some() || previous != '\n') {
                self.line += 1;
            }
            match letter {
                _ if ends && item.is_some() => {
                    self.rest = &self.rest[at + 1..];
                    // A blank before the end of the line goes with it: then the line goes on.
                    if is_blank(letter) {
                        let blanks = self.rest.len() - self.rest.trim_start_matches(is_blank).len();
                        self.rest = self.rest[blanks..].strip_prefix('\n').unwrap_or(&self.rest[blanks..]);
                    }
                    return item.map(Ok);
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
        self.rest = "";
        match quote {
            Some(open) => Some(Err(format!(
                "unmatched {} quote; by default quotes are special to xargs unless you use the -0 option",
                if open == '"' { "double" } else { "single" }
            ))),
            None => item.map(Ok),
        }
    }

    fn add(&mut self, item: &mut Option<String>, letter: char) {
        if item.is_none() {
            self.line_of_item = self.line;
        }
        let item = item.get_or_insert_default();
        if letter == '\0' {
            self.has_nul = true;
        }
        item.push(letter);
    }
}
