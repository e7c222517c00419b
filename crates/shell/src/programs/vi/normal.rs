//! Normal mode: counts, operators, motions.

use sandbox_bash::keys::Key;

use super::buffer::Place;
use super::command::Wish;
use super::{Mode, Vi, motion};

/// The highest count that is understood.
const MAX_COUNT: usize = 100_000;

/// Bytes that one command may put in.
const MAX_PUT: usize = 32 << 20;

/// What is kept between keys.
#[derive(Debug, Clone, Default)]
pub(super) struct Normal {
    /// The keys of the command so far.
    keys: Vec<Key>,
    /// What was deleted or yanked last, and whether it is whole lines.
    register: (String, bool),
    /// The keys of the change that is under way, and of the last one.
    recorded: Vec<Key>,
    last_change: Vec<Key>,
    is_repeating: bool,
    last_find: Option<(char, char)>,
}

impl Normal {
    /// A key that was typed in insert mode belongs to the change.
    pub(super) fn record(&mut self, key: Key) {
        if !self.is_repeating {
            self.recorded.push(key);
        }
    }

    pub(super) fn end_insert(&mut self) {
        if !self.is_repeating {
            self.last_change = std::mem::take(&mut self.recorded);
        }
    }

    fn end_change(&mut self, keys: &[Key]) {
        if !self.is_repeating {
            self.last_change = keys.to_vec();
        }
    }

    fn begin_insert(&mut self, keys: &[Key]) {
        if !self.is_repeating {
            self.recorded = keys.to_vec();
        }
    }

    /// The keys of a command that waits for more.
    pub(super) fn shown(&self) -> String {
        self.keys
            .iter()
            .map(|key| match key {
                Key::Char(character) => *character,
                _ => ' ',
            })
            .collect()
    }
}

/// Where a motion leads.
struct Motion {
    to: Place,
    /// Whether the operator takes whole lines.
    by_lines: bool,
    /// Whether the character there belongs to it.
    is_inclusive: bool,
}

/// A count and what is left of the keys.
fn count(keys: &[Key]) -> (Option<usize>, &[Key]) {
    let mut number = None;
    let mut rest = keys;
    while let Some((Key::Char(digit @ '0'..='9'), after)) = rest.split_first() {
        if *digit == '0' && number.is_none() {
            break;
        }
        let value = *digit as usize - '0' as usize;
        number = Some((number.unwrap_or(0usize) * 10 + value).min(MAX_COUNT));
        rest = after;
    }
    (number, rest)
}

impl Vi {
    pub(super) fn press_normal(&mut self, key: Key) -> Option<Wish> {
        if matches!(key, Key::Escape | Key::Ctrl('c')) {
            self.normal.keys.clear();
            return None;
        }
        self.message.clear();
        self.normal.keys.push(key);
        let keys = std::mem::take(&mut self.normal.keys);
        let (times, rest) = count(&keys);
        let Some((first, rest)) = rest.split_first() else {
            self.normal.keys = keys;
            return None;
        };
        match self.run_keys(*first, rest, times, &keys) {
            Ran::Wants => self.normal.keys = keys,
            Ran::Wish(wish) => return Some(wish),
            Ran::Done | Ran::Nothing => {}
        }
        if self.mode == Mode::Normal {
            self.buffer.keep_in_line();
        }
        None
    }

    fn run_keys(&mut self, first: Key, rest: &[Key], times: Option<usize>, keys: &[Key]) -> Ran {
        let n = times.unwrap_or(1);
        if let Key::Char(operator @ ('d' | 'c' | 'y' | '>' | '<')) = first {
            return self.operate(operator, rest, n, keys);
        }
        match self.motion(first, rest, times) {
            Some(Some(motion)) => {
                let vertical = matches!(first, Key::Char('j' | 'k') | Key::Up | Key::Down);
                self.buffer.at = motion.to;
                if !vertical {
                    self.buffer
                        .settle_column(matches!(first, Key::Char('$') | Key::End).then_some(usize::MAX));
                }
                return Ran::Done;
            }
            Some(None) => return Ran::Nothing,
            None if matches!(first, Key::Char('g' | 'f' | 't' | 'F' | 'T')) && rest.is_empty() => {
                return Ran::Wants;
            }
            None => {}
        }
        let half = (self.rows / 2).max(1) as isize;
        let page = self.rows.saturating_sub(3).max(1) as isize;
        let here = self.buffer.at;
        let end = self.buffer.line_len(here.0);
        match first {
            Key::Char(':') => self.mode = Mode::Line(':', String::new()),
            Key::Char(sign @ ('/' | '?')) => self.mode = Mode::Line(sign, String::new()),
            Key::Char('n') => self.search_again(false),
            Key::Char('N') => self.search_again(true),
            Key::Ctrl('d') => return self.scroll(half),
            Key::Ctrl('u') => return self.scroll(-half),
            Key::Ctrl('f') | Key::PageDown => return self.scroll(page * n as isize),
            Key::Ctrl('b') | Key::PageUp => return self.scroll(-page * n as isize),
            Key::Ctrl('g') => {
                let name = self.file.clone().unwrap_or_else(|| "[No Name]".to_owned());
                let count = self.buffer.lines.len();
                self.message = format!("\"{name}\" {count} lines --{}%--", (here.0 + 1) * 100 / count);
            }
            Key::Char('u') => {
                if !self.buffer.undo() {
                    self.message = "Already at oldest change".to_owned();
                }
            }
            Key::Ctrl('r') => {
                if !self.buffer.redo() {
                    self.message = "Already at newest change".to_owned();
                }
            }
            Key::Char('Z') => match rest.first() {
                None => return Ran::Wants,
                Some(Key::Char('Z')) => {
                    return Ran::Wish(Wish::Write {
                        name: None,
                        forced: false,
                        quits: true,
                        only_changed: true,
                    });
                }
                Some(Key::Char('Q')) => return Ran::Wish(Wish::Quit { forced: true }),
                Some(_) => return Ran::Nothing,
            },
            Key::Char('.') => return self.repeat(),
            Key::Char('Y') => {
                let text = self.buffer.lines_text(here.0, here.0 + n - 1);
                self.normal.register = (text, true);
            }
            _ => return self.change(first, rest, n, keys, end),
        }
        Ran::Done
    }

    /// Keys that change something.
    fn change(&mut self, first: Key, rest: &[Key], n: usize, keys: &[Key], end: usize) -> Ran {
        let here = self.buffer.at;
        if matches!(first, Key::Char('r')) && rest.is_empty() {
            return Ran::Wants;
        }
        let Key::Char(letter) = (match first {
            Key::Delete => Key::Char('x'),
            first => first,
        }) else {
            return Ran::Nothing;
        };
        if !"xXDCsSpPJ~rRiIaAoO".contains(letter) {
            return Ran::Nothing;
        }
        self.buffer.note();
        let mut inserts = false;
        match letter {
            'x' | 's' => {
                let text = self.buffer.delete_range(here, (here.0, (here.1 + n).min(end)));
                if !text.is_empty() {
                    self.normal.register = (text, false);
                }
                inserts = letter == 's';
            }
            'X' => {
                let text = self.buffer.delete_range((here.0, here.1.saturating_sub(n)), here);
                self.normal.register = (text, false);
            }
            'D' | 'C' => {
                let text = self.buffer.delete_range(here, (here.0, end));
                self.normal.register = (text, false);
                inserts = letter == 'C';
            }
            'S' => {
                let text = self.buffer.delete_range((here.0, 0), (here.0, end));
                self.normal.register = (text, true);
                inserts = true;
            }
            'p' | 'P' => self.put(letter == 'p', n),
            'J' => {
                for _ in 0..n.max(2) - 1 {
                    self.join();
                }
            }
            '~' => {
                for _ in 0..n {
                    let Some(character) = self.buffer.character(self.buffer.at) else { break };
                    let other = match character.is_uppercase() {
                        true => character.to_lowercase().next(),
                        false => character.to_uppercase().next(),
                    };
                    self.buffer.overwrite(other.unwrap_or(character));
                }
            }
            'r' => match rest.first() {
                Some(Key::Char(character)) if here.1 + n <= end => {
                    for _ in 0..n {
                        self.buffer.overwrite(*character);
                    }
                    self.buffer.at.1 -= 1;
                }
                Some(Key::Enter) => {
                    self.buffer.delete_character();
                    self.buffer.split_line();
                }
                _ => {}
            },
            'R' => {
                self.normal.begin_insert(keys);
                self.mode = Mode::Insert { replaces: true };
                return Ran::Done;
            }
            'i' => inserts = true,
            'I' => {
                self.buffer.at.1 = self.buffer.first_in_line(here.0);
                inserts = true;
            }
            'a' => {
                self.buffer.at.1 = (here.1 + 1).min(end);
                inserts = true;
            }
            'A' => {
                self.buffer.at.1 = end;
                inserts = true;
            }
            _ => {
                self.buffer.put_lines("", letter == 'o');
                inserts = true;
            }
        }
        match inserts {
            true => {
                self.normal.begin_insert(keys);
                self.mode = Mode::Insert { replaces: false };
            }
            false => self.normal.end_change(keys),
        }
        Ran::Done
    }

    fn join(&mut self) {
        let line = self.buffer.at.0;
        if line + 1 >= self.buffer.lines.len() {
            return;
        }
        let blanks = self.buffer.lines[line + 1].iter().take_while(|it| it.is_whitespace()).count();
        self.buffer.delete_range((line + 1, 0), (line + 1, blanks));
        self.buffer.at = (line, self.buffer.line_len(line));
        let between =
            if self.buffer.line_len(line) == 0 || self.buffer.line_len(line + 1) == 0 { "" } else { " " };
        self.buffer.join_next(between);
    }

    fn put(&mut self, after: bool, times: usize) {
        let (text, by_lines) = self.normal.register.clone();
        if text.is_empty() {
            return;
        }
        let times = times.min((MAX_PUT / text.len()).max(1));
        if by_lines {
            return self.buffer.put_lines(&text.repeat(times), after);
        }
        if after {
            self.buffer.at.1 = (self.buffer.at.1 + 1).min(self.buffer.line_len(self.buffer.at.0));
        }
        self.buffer.put_text(&text.repeat(times));
        self.buffer.at.1 = self.buffer.at.1.saturating_sub(1);
    }

    fn repeat(&mut self) -> Ran {
        self.normal.is_repeating = true;
        for key in self.normal.last_change.clone() {
            self.press(key);
        }
        self.normal.is_repeating = false;
        Ran::Done
    }

    fn scroll(&mut self, lines: isize) -> Ran {
        self.buffer.go_vertically(lines, false);
        self.top = self.top.saturating_add_signed(lines).min(self.buffer.lines.len() - 1);
        Ran::Done
    }

    /// `d`, `c`, `y`, `>`, `<` with what they are for.
    fn operate(&mut self, operator: char, rest: &[Key], n: usize, keys: &[Key]) -> Ran {
        let (times, rest) = count(rest);
        let Some((first, rest)) = rest.split_first() else { return Ran::Wants };
        let all = n.saturating_mul(times.unwrap_or(1)).min(MAX_COUNT);
        let here = self.buffer.at;
        let last = self.buffer.lines.len() - 1;
        let motion = match first {
            Key::Char(again) if *again == operator => {
                Motion { to: ((here.0 + all - 1).min(last), 0), by_lines: true, is_inclusive: true }
            }
            Key::Char(what @ ('i' | 'a')) => match rest.first() {
                None => return Ran::Wants,
                Some(Key::Char('w')) => {
                    let begin = match here.1 > 0 {
                        true => motion::back(&self.buffer, (here.0, here.1 + 1), false),
                        false => here,
                    };
                    self.buffer.at = (here.0, begin.1);
                    let end = motion::word_end(&self.buffer, (here.0, here.1.saturating_sub(1)), false);
                    let to = if *what == 'a' {
                        motion::word(&self.buffer, here, false)
                    } else {
                        (end.0, end.1 + 1)
                    };
                    Motion { to, by_lines: false, is_inclusive: false }
                }
                Some(_) => return Ran::Nothing,
            },
            // `cw` goes to the end of the word.
            Key::Char(word @ ('w' | 'W')) if operator == 'c' => {
                let mut to = here;
                for _ in 0..all {
                    let from = if to.1 > 0 { (to.0, to.1 - 1) } else { to };
                    let single = motion::word_end(&self.buffer, from, *word == 'W');
                    to = if single == to && all > 1 {
                        motion::word_end(&self.buffer, to, *word == 'W')
                    } else {
                        single
                    };
                }
                if to < here {
                    to = here
                }
                Motion { to, by_lines: false, is_inclusive: true }
            }
            first => {
                let given = if times.is_some() || n > 1 { Some(all) } else { None };
                match self.motion(*first, rest, given) {
                    Some(Some(mut motion)) => {
                        // `dw` on the last word of a line leaves the line's end.
                        if matches!(first, Key::Char('w' | 'W')) && motion.to.0 > here.0 {
                            motion.to = (motion.to.0 - 1, self.buffer.line_len(motion.to.0 - 1));
                        }
                        motion
                    }
                    Some(None) => return Ran::Nothing,
                    None if matches!(first, Key::Char('g' | 'f' | 't' | 'F' | 'T')) && rest.is_empty() => {
                        return Ran::Wants;
                    }
                    None => return Ran::Nothing,
                }
            }
        };
        let start = self.buffer.at;
        let (from, mut to) = if motion.to < start { (motion.to, start) } else { (start, motion.to) };
        if motion.is_inclusive {
            to.1 += 1;
        }
        if operator != 'y' {
            self.buffer.at = here;
            self.buffer.note();
        }
        match (operator, motion.by_lines) {
            ('y', true) => {
                self.normal.register = (self.buffer.lines_text(from.0, to.0), true);
                self.buffer.at = (from.0, here.1);
            }
            ('y', false) => {
                self.normal.register = (self.buffer.range(from, to), false);
                self.buffer.at = from;
            }
            ('d', true) => self.normal.register = (self.buffer.delete_lines(from.0, to.0), true),
            ('c', true) => {
                let text = self.buffer.lines_text(from.0, to.0);
                self.buffer.delete_range((from.0, 0), (to.0, self.buffer.line_len(to.0)));
                self.normal.register = (text, true);
            }
            ('>' | '<', _) => self.shift(from.0, to.0, operator == '>'),
            _ => self.normal.register = (self.buffer.delete_range(from, to), false),
        }
        match operator {
            'c' => {
                self.normal.begin_insert(keys);
                self.mode = Mode::Insert { replaces: false };
            }
            'y' => {}
            _ => self.normal.end_change(keys),
        }
        Ran::Done
    }

    fn shift(&mut self, from: usize, to: usize, is_right: bool) {
        const WIDTH: usize = 8;
        for line in from..=to.min(self.buffer.lines.len() - 1) {
            self.buffer.at = (line, 0);
            match is_right {
                true if self.buffer.line_len(line) > 0 => self.buffer.insert('\t'),
                true => {}
                false => {
                    let characters = &self.buffer.lines[line];
                    let blanks = match characters.first() {
                        Some('\t') => 1,
                        _ => characters.iter().take(WIDTH).take_while(|it| **it == ' ').count(),
                    };
                    self.buffer.delete_range((line, 0), (line, blanks));
                }
            }
        }
        self.buffer.go_to_line(from);
    }

    /// Where a motion leads; the inner none for one that cannot go there, the outer for keys that are none.
    fn motion(&mut self, first: Key, rest: &[Key], times: Option<usize>) -> Option<Option<Motion>> {
        let n = times.unwrap_or(1);
        let here = self.buffer.at;
        let (end, last) = (self.buffer.line_len(here.0), self.buffer.lines.len() - 1);
        let plain = |to: Place| Some(Some(Motion { to, by_lines: false, is_inclusive: false }));
        let inclusive = |to: Place| Some(Some(Motion { to, by_lines: false, is_inclusive: true }));
        let lines = |to: Place| Some(Some(Motion { to, by_lines: true, is_inclusive: true }));
        let repeated = |step: &dyn Fn(Place) -> Place| (0..n).fold(here, |at, _| step(at));
        match first {
            Key::Char('h') | Key::Left | Key::Backspace => plain((here.0, here.1.saturating_sub(n))),
            Key::Char('l' | ' ') | Key::Right => plain((here.0, (here.1 + n).min(end))),
            Key::Char('j') | Key::Down | Key::Ctrl('n' | 'j') => self.vertical(n as isize),
            Key::Char('k') | Key::Up | Key::Ctrl('p') => self.vertical(-(n as isize)),
            Key::Char('+') | Key::Enter => {
                let line = (here.0 + n).min(last);
                lines((line, self.buffer.first_in_line(line)))
            }
            Key::Char('-') => {
                let line = here.0.saturating_sub(n);
                lines((line, self.buffer.first_in_line(line)))
            }
            Key::Char('0') | Key::Home => plain((here.0, 0)),
            Key::Char('^') => plain((here.0, self.buffer.first_in_line(here.0))),
            Key::Char('$') | Key::End => {
                let line = (here.0 + n - 1).min(last);
                inclusive((line, self.buffer.line_len(line).saturating_sub(1)))
            }
            Key::Char(word @ ('w' | 'W')) => {
                plain(repeated(&|at| motion::word(&self.buffer, at, word == 'W')))
            }
            Key::Char(word @ ('b' | 'B')) => {
                plain(repeated(&|at| motion::back(&self.buffer, at, word == 'B')))
            }
            Key::Char(word @ ('e' | 'E')) => {
                inclusive(repeated(&|at| motion::word_end(&self.buffer, at, word == 'E')))
            }
            Key::WordRight => plain(repeated(&|at| motion::word(&self.buffer, at, false))),
            Key::WordLeft => plain(repeated(&|at| motion::word_back(&self.buffer, at))),
            Key::Char('G') => {
                let line = times.map_or(last, |line| line - 1).min(last);
                lines((line, self.buffer.first_in_line(line)))
            }
            Key::Char('g') if rest.first() == Some(&Key::Char('g')) => {
                let line = (n - 1).min(last);
                lines((line, self.buffer.first_in_line(line)))
            }
            Key::Char('H') => {
                let line = self.top.min(last);
                lines((line, self.buffer.first_in_line(line)))
            }
            Key::Char('L') => {
                let line = (self.top + self.rows.saturating_sub(2)).min(last);
                lines((line, self.buffer.first_in_line(line)))
            }
            Key::Char('M') => {
                let line = (self.top + self.rows.saturating_sub(2) / 2).min(last);
                lines((line, self.buffer.first_in_line(line)))
            }
            Key::Char('}') => plain(motion::paragraph(&self.buffer, here.0, true)),
            Key::Char('{') => plain(motion::paragraph(&self.buffer, here.0, false)),
            Key::Char('%') => Some(motion::bracket(&self.buffer, here).map(|to| Motion {
                to,
                by_lines: false,
                is_inclusive: true,
            })),
            Key::Char(how @ ('f' | 't' | 'F' | 'T')) => match rest.first()? {
                Key::Char(wanted) => {
                    self.normal.last_find = Some((how, *wanted));
                    Some(self.find_character(how, *wanted, n))
                }
                _ => Some(None),
            },
            Key::Char(again @ (';' | ',')) => {
                let (how, wanted) = self.normal.last_find?;
                let turned =
                    if how.is_lowercase() { how.to_ascii_uppercase() } else { how.to_ascii_lowercase() };
                Some(self.find_character(if again == ';' { how } else { turned }, wanted, n))
            }
            _ => None,
        }
    }

    fn find_character(&self, how: char, wanted: char, times: usize) -> Option<Motion> {
        let mut to = self.buffer.at;
        for _ in 0..times {
            to = motion::to_character(&self.buffer, to, how, wanted)?;
        }
        Some(Motion { to, by_lines: false, is_inclusive: how.is_lowercase() })
    }

    fn vertical(&mut self, lines: isize) -> Option<Option<Motion>> {
        let here = self.buffer.at;
        let moved = self.buffer.go_vertically(lines, false);
        let to = std::mem::replace(&mut self.buffer.at, here);
        Some(moved.then_some(Motion { to, by_lines: true, is_inclusive: true }))
    }
}

/// What keys led to.
enum Ran {
    Done,
    Nothing,
    /// More keys are needed.
    Wants,
    Wish(Wish),
}
