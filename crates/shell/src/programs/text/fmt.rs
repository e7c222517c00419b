//! `fmt`: paragraphs broken anew, where it costs least (Knuth's way, with GNU's costs).

use super::super::getopt::{Given, Known};
use super::super::live::Stop;
use super::super::quoting;
use super::tool::{End, Io, Worked, files};

pub(super) const KNOWN: Known = Known {
    letters: "0123456789cstuw:p:g:",
    long: &[
        ("crown-margin", 'c'),
        ("prefix", 'p'),
        ("split-only", 's'),
        ("tagged-paragraph", 't'),
        ("uniform-spacing", 'u'),
        ("width", 'w'),
        ("goal", 'g'),
    ],
};

const TAB: usize = 8;
/// Words that are broken into lines together.
const MAX_WORDS: usize = 1000;
/// The widest line.
const MAX_WIDTH: usize = 2500;

const LINE_COST: i64 = 70 * 70;
const LINE_CREDIT: i64 = 3 * 3;
const SENTENCE_BONUS: i64 = 50 * 50;
const NO_BREAK_COST: i64 = 600 * 600;
const PAREN_BONUS: i64 = 40 * 40;
const PUNCT_BONUS: i64 = 40 * 40;

/// Of a line that is that much shorter than it should be.
fn short_cost(columns: i64) -> i64 {
    columns * columns * 100
}

/// Of neighbours that differ in length.
fn ragged_cost(columns: i64) -> i64 {
    short_cost(columns) / 2
}

#[derive(Clone, Default)]
struct Word {
    text: Vec<u8>,
    /// Columns after it.
    space: usize,
    paren: bool,
    period: bool,
    punct: bool,
    last_of_sentence: bool,
    line_length: i64,
    best_cost: i64,
    next_break: usize,
}

impl Word {
    fn of(text: Vec<u8>) -> Word {
        let mut finish = text.len() - 1;
        while finish > 0 && b")]'\"".contains(&text[finish]) {
            finish -= 1;
        }
        Word {
            paren: b"(['`\"".contains(&text[0]),
            punct: text[text.len() - 1].is_ascii_punctuation(),
            period: b".?!".contains(&text[finish]),
            text,
            ..Word::default()
        }
    }
}

struct Wish {
    crown: bool,
    tagged: bool,
    split: bool,
    uniform: bool,
    width: usize,
    goal: usize,
    prefix: Vec<u8>,
    /// Blanks before and after the prefix.
    lead: usize,
    full_len: usize,
}

fn wish(given: &Given) -> Result<Wish, String> {
    let digits: String =
        given.options.iter().map(|(letter, _)| *letter).filter(char::is_ascii_digit).collect();
    let typed = given.value('w').or(Some(&*digits).filter(|digits| !digits.is_empty()));
    let number = |text: &str, most: usize| {
        let shown = quoting::value(text);
        match text.parse::<usize>() {
            Ok(number) if number <= most => Ok(number),
            Ok(_) => Err(format!("invalid width: {shown}: Numerical result out of range")),
            Err(_) => Err(format!("invalid width: {shown}")),
        }
    };
    let mut width = typed.map_or(Ok(75), |text| number(text, MAX_WIDTH))?;
    let goal = match given.value('g') {
        Some(text) => {
            let goal = number(text, if typed.is_some() { width } else { 75 })?;
            if typed.is_none() {
                width = goal + 10;
            }
            goal
        }
        None => width * 187 / 200,
    };
    let prefix = given.value('p').unwrap_or_default();
    let bare = prefix.trim_start_matches(' ');
    Ok(Wish {
        crown: given.has('c'),
        tagged: given.has('t'),
        split: given.has('s'),
        uniform: given.has('u'),
        width,
        goal,
        prefix: bare.trim_end_matches(' ').as_bytes().to_vec(),
        lead: prefix.len() - bare.len(),
        full_len: bare.len(),
    })
}

pub(super) async fn run(io: &mut Io<'_>, given: Given) -> Worked {
    let wish = match wish(&given) {
        Ok(wish) => wish,
        Err(problem) => return Err(io.fatal(problem).await),
    };
    for operand in files(given.operands) {
        let mut input = match io.open(&operand).await? {
            Ok(input) => input,
            Err(reason) => {
                let shown = quoting::quoted_name(&operand);
                io.complain(format!("cannot open {shown} for reading: {reason}")).await?;
                continue;
            }
        };
        let text = match input.rest(io).await {
            Ok(text) => text,
            Err(Stop::Input(reason)) if reason == "Is a directory" => {
                io.complain("read error").await?;
                continue;
            }
            Err(Stop::Input(reason)) => {
                io.complain(format!("read error: {reason}")).await?;
                continue;
            }
            Err(stop) => return Err(End::Stop(stop)),
        };
        let mut work = Work { wish: &wish, text: &text, ..Work::new(&wish) };
        work.get_prefix();
        while work.get_paragraph(&mut io.out) {
            work.break_lines();
            work.put(&mut io.out, work.words.len());
            io.turn().await?;
        }
    }
    Ok(io.code())
}

/// A text that is read, and the paragraph that is made of it.
struct Work<'w> {
    wish: &'w Wish,
    text: &'w [u8],
    at: usize,
    /// Where the input stands in its line.
    column: usize,
    /// Whether the input has tabs, so that the output may.
    tabs: bool,
    words: Vec<Word>,
    prefix_indent: usize,
    next_prefix_indent: usize,
    first_indent: usize,
    other_indent: usize,
    last_line_length: i64,
    out_column: usize,
}

impl<'w> Work<'w> {
    fn new(wish: &'w Wish) -> Self {
        Work {
            wish,
            text: &[],
            at: 0,
            column: 0,
            tabs: false,
            words: Vec::new(),
            prefix_indent: 0,
            next_prefix_indent: 0,
            first_indent: 0,
            other_indent: 0,
            last_line_length: 0,
            out_column: 0,
        }
    }

    fn next(&self) -> Option<u8> {
        self.text.get(self.at).copied()
    }

    fn at_line_end(&self) -> bool {
        matches!(self.next(), None | Some(b'\n'))
    }

    fn skip_space(&mut self) {
        while let Some(byte @ (b' ' | b'\t')) = self.next() {
            self.tabs |= byte == b'\t';
            self.column = if byte == b' ' { self.column + 1 } else { (self.column / TAB + 1) * TAB };
            self.at += 1;
        }
    }

    /// Goes over what begins a line.
    fn get_prefix(&mut self) {
        self.column = 0;
        self.skip_space();
        if self.wish.prefix.is_empty() {
            self.next_prefix_indent = self.wish.lead.min(self.column);
            return;
        }
        self.next_prefix_indent = self.column;
        for &byte in &self.wish.prefix {
            if self.next() != Some(byte) {
                return;
            }
            self.column += 1;
            self.at += 1;
        }
        self.skip_space();
    }

    fn same_paragraph(&self) -> bool {
        self.next_prefix_indent == self.prefix_indent
            && self.column >= self.next_prefix_indent + self.wish.full_len
            && !self.at_line_end()
    }

    fn set_other_indent(&mut self, same: bool) {
        if self.wish.split {
            self.other_indent = self.first_indent;
        } else if self.wish.crown {
            self.other_indent = if same { self.column } else { self.first_indent };
        } else if self.wish.tagged {
            if same && self.column != self.first_indent {
                self.other_indent = self.column;
            } else if self.other_indent == self.first_indent {
                self.other_indent = if self.first_indent == 0 { 3 } else { 0 };
            }
        } else {
            self.other_indent = self.first_indent;
        }
    }

    /// Copies a line that belongs to no paragraph.
    fn copy_rest(&mut self, out: &mut Vec<u8>) {
        self.out_column = 0;
        if self.column > self.next_prefix_indent || !self.at_line_end() {
            self.put_space(out, self.next_prefix_indent);
            for &byte in &self.wish.prefix {
                if self.out_column == self.column {
                    break;
                }
                out.push(byte);
                self.out_column += 1;
            }
            if !self.at_line_end() {
                self.put_space(out, self.column.saturating_sub(self.out_column));
            }
            if self.next().is_none() && self.column >= self.next_prefix_indent + self.wish.prefix.len() {
                out.push(b'\n');
            }
        }
        while let Some(byte) = self.next().filter(|byte| *byte != b'\n') {
            out.push(byte);
            self.at += 1;
        }
    }

    /// Reads a paragraph; false at the end.
    fn get_paragraph(&mut self, out: &mut Vec<u8>) -> bool {
        self.last_line_length = 0;
        while self.at_line_end()
            || self.next_prefix_indent < self.prefix_indent
            || self.column < self.next_prefix_indent + self.wish.full_len
        {
            self.copy_rest(out);
            if self.next().is_none() {
                return false;
            }
            out.push(b'\n');
            self.at += 1;
            self.get_prefix();
        }
        self.prefix_indent = self.next_prefix_indent;
        self.first_indent = self.column;
        self.words.clear();
        self.get_line(out);
        self.set_other_indent(self.same_paragraph());
        let goes_on = match () {
            () if self.wish.split => false,
            () if self.wish.crown => self.same_paragraph(),
            () if self.wish.tagged => self.same_paragraph() && self.column != self.first_indent,
            () => self.same_paragraph() && self.column == self.other_indent,
        };
        if goes_on {
            loop {
                self.get_line(out);
                if !(self.same_paragraph() && self.column == self.other_indent) {
                    break;
                }
            }
        }
        if let Some(last) = self.words.last_mut() {
            (last.period, last.last_of_sentence) = (true, true);
        }
        true
    }

    /// Reads the words of a line, and what begins the next.
    fn get_line(&mut self, out: &mut Vec<u8>) {
        loop {
            let rest = &self.text[self.at..];
            let len = rest.iter().take_while(|byte| !matches!(byte, b' ' | 9..=13)).count();
            // Other blanks than those between words make up words of their own.
            let len = len.max(1).min(rest.len());
            let mut word = Word::of(rest[..len].to_vec());
            self.at += len;
            self.column += len;
            let start = self.column;
            self.skip_space();
            word.space = self.column - start;
            let wide = word.space > 1 || self.next() == Some(b'\n');
            word.last_of_sentence = self.next().is_none() || word.period && wide;
            if self.at_line_end() || self.wish.uniform {
                word.space = if word.last_of_sentence { 2 } else { 1 };
            }
            self.words.push(word);
            if self.words.len() == MAX_WORDS {
                self.set_other_indent(true);
                self.flush(out);
            }
            if self.at_line_end() {
                break;
            }
        }
        if self.next().is_some() {
            self.at += 1;
            self.get_prefix();
        } else {
            self.column = 0;
        }
    }

    /// Writes the first part of a very long paragraph, up to its best break.
    fn flush(&mut self, out: &mut Vec<u8>) {
        self.break_lines();
        let (mut split, mut best) = (self.words.len(), i64::MAX);
        let mut at = self.words[0].next_break;
        while at != self.words.len() {
            let next = self.words[at].next_break;
            let after = self.words.get(next).map_or(0, |word| word.best_cost);
            let cost = self.words[at].best_cost - after;
            if cost < best {
                (split, best) = (at, cost);
            }
            if best <= i64::MAX - LINE_CREDIT {
                best += LINE_CREDIT;
            }
            at = next;
        }
        self.put(out, split);
        self.words.drain(..split);
    }

    /// Finds the breaks that cost least, from the end.
    fn break_lines(&mut self) {
        let count = self.words.len();
        for start in (0..count).rev() {
            let indent = if start == 0 { self.first_indent } else { self.other_indent };
            let mut len = (indent + self.words[start].text.len()) as i64;
            let mut best = i64::MAX;
            let mut next = start;
            loop {
                next += 1;
                let mut cost = self.line_cost(next, len);
                cost += self.words.get(next).map_or(0, |word| word.best_cost);
                if start == 0 && self.last_line_length > 0 {
                    cost += ragged_cost(len - self.last_line_length);
                }
                if cost < best {
                    best = cost;
                    self.words[start].next_break = next;
                    self.words[start].line_length = len;
                }
                if next == count {
                    break;
                }
                len += (self.words[next - 1].space + self.words[next].text.len()) as i64;
                if len >= self.wish.width as i64 {
                    break;
                }
            }
            self.words[start].best_cost = best + self.base_cost(start);
        }
    }

    fn line_cost(&self, next: usize, len: i64) -> i64 {
        let Some(word) = self.words.get(next) else { return 0 };
        let cost = short_cost(self.wish.goal as i64 - len);
        match word.next_break == self.words.len() {
            true => cost,
            false => cost + ragged_cost(len - word.line_length),
        }
    }

    fn base_cost(&self, at: usize) -> i64 {
        let word = &self.words[at];
        let mut cost = LINE_COST;
        if at > 0 {
            let before = &self.words[at - 1];
            if before.period {
                cost += if before.last_of_sentence { -SENTENCE_BONUS } else { NO_BREAK_COST };
            } else if before.punct {
                cost -= PUNCT_BONUS;
            } else if at > 1 && self.words[at - 2].last_of_sentence {
                cost += 200 * 200 / before.text.len() as i64;
            }
        }
        if word.paren {
            cost -= PAREN_BONUS;
        } else if word.last_of_sentence {
            cost += 150 * 150 / word.text.len() as i64;
        }
        cost
    }

    fn put(&mut self, out: &mut Vec<u8>, finish: usize) {
        let (mut at, mut indent) = (0, self.first_indent);
        while at != finish {
            let end = self.words[at].next_break;
            self.out_column = 0;
            self.put_space(out, self.prefix_indent);
            out.extend_from_slice(&self.wish.prefix);
            self.out_column += self.wish.prefix.len();
            self.put_space(out, indent.saturating_sub(self.out_column));
            for word in at..end {
                let text = std::mem::take(&mut self.words[word].text);
                out.extend_from_slice(&text);
                self.out_column += text.len();
                if word + 1 < end {
                    self.put_space(out, self.words[word].space);
                }
            }
            self.last_line_length = self.out_column as i64;
            out.push(b'\n');
            (at, indent) = (end, self.other_indent);
        }
    }

    fn put_space(&mut self, out: &mut Vec<u8>, space: usize) {
        let target = self.out_column + space;
        let tab_target = target / TAB * TAB;
        if self.tabs && self.out_column + 1 < tab_target {
            while self.out_column < tab_target {
                out.push(b'\t');
                self.out_column = (self.out_column / TAB + 1) * TAB;
            }
        }
        while self.out_column < target {
            out.push(b' ');
            self.out_column += 1;
        }
    }
}
