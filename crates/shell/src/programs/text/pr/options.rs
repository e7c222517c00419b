//! What `pr` is asked to do.

use super::super::super::getopt::{Given, Known};
use super::super::super::quoting;

pub(in super::super) const KNOWN: Known = Known {
    letters: "0123456789abcdD:e::fFh:i::Jl:mn::N:o:rs::S::tTvw:W:",
    long: &[
        ("across", 'a'),
        ("columns=", 'C'),
        ("date-format", 'D'),
        ("double-space", 'd'),
        ("expand-tabs", 'e'),
        ("first-line-number", 'N'),
        ("form-feed", 'f'),
        ("header", 'h'),
        ("indent", 'o'),
        ("join-lines", 'J'),
        ("length", 'l'),
        ("merge", 'm'),
        ("no-file-warnings", 'r'),
        ("number-lines", 'n'),
        ("omit-header", 't'),
        ("omit-pagination", 'T'),
        ("output-tabs", 'i'),
        ("page-width", 'W'),
        ("pages=", 'P'),
        ("sep-string", 'S'),
        ("separator", 's'),
        ("show-control-chars", 'c'),
        ("show-nonprinting", 'v'),
        ("width", 'w'),
    ],
};

/// How lines come into columns.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Columns {
    Down,
    Across,
    /// A file each.
    Files,
}

/// How bytes that are no letters are shown.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Controls {
    Plain,
    Carets,
    Octal,
}

pub(super) struct Wish {
    pub(super) columns: Columns,
    pub(super) count: usize,
    /// The first and the last page.
    pub(super) pages: (u64, Option<u64>),
    pub(super) length: usize,
    pub(super) width: usize,
    pub(super) margin: usize,
    pub(super) title: Option<String>,
    pub(super) date: String,
    /// Neither headers nor trailers.
    omits: bool,
    pub(super) doubled: bool,
    pub(super) feeds: bool,
    pub(super) keeps_feeds: bool,
    pub(super) silent: bool,
    /// What separates a line's number from it, and how many digits it has.
    pub(super) numbers: Option<(u8, usize)>,
    pub(super) first_number: u64,
    /// Tabs of the input: the letter, and how far apart they lead.
    pub(super) tabs_in: Option<(u8, usize)>,
    pub(super) tabs_out: Option<(u8, usize)>,
    pub(super) separator: String,
    /// Whether columns begin at their places.
    pub(super) aligned: bool,
    pub(super) truncated: bool,
    pub(super) controls: Controls,
}

impl Wish {
    pub(super) fn new(given: &Given) -> Result<Self, String> {
        let mut wish = Self {
            columns: Columns::Down,
            count: 1,
            pages: (1, None),
            length: 66,
            width: 72,
            margin: 0,
            title: None,
            date: "%Y-%m-%d %H:%M".to_owned(),
            omits: false,
            doubled: false,
            feeds: false,
            keeps_feeds: true,
            silent: false,
            numbers: None,
            first_number: 1,
            tabs_in: None,
            tabs_out: None,
            separator: String::new(),
            aligned: true,
            truncated: false,
            controls: Controls::Plain,
        };
        let (mut digits, mut separator, mut joined) = (String::new(), None, false);
        let (mut wide, mut page_wide) = (false, false);
        let mut across = false;
        for (letter, value) in &given.options {
            match letter {
                '0'..='9' => digits.push(*letter),
                'C' => wish.count = count(value, "--columns", "columns")?,
                'a' => across = true,
                'c' => wish.controls = Controls::Carets,
                'v' => wish.controls = Controls::Octal,
                'd' => wish.doubled = true,
                'D' => wish.date = value.clone(),
                'e' => wish.tabs_in = Some(tabs(value, 'e')?),
                'i' => wish.tabs_out = Some(tabs(value, 'i')?),
                'f' | 'F' => wish.feeds = true,
                'h' => wish.title = Some(value.clone()),
                'J' => joined = true,
                'l' => wish.length = count(value, "-l PAGE_LENGTH", "lines")?,
                'm' => wish.columns = Columns::Files,
                'n' => {
                    let letter = value.bytes().next().filter(|byte| !byte.is_ascii_digit());
                    let rest = &value[usize::from(letter.is_some())..];
                    let digits = match rest {
                        "" => 5,
                        rest => rest.parse().ok().filter(|digits| *digits > 0).ok_or_else(|| {
                            format!(
                                "'-n' extra characters or invalid number in the argument: {}",
                                quoting::value(rest)
                            )
                        })?,
                    };
                    wish.numbers = Some((letter.unwrap_or(b'\t'), digits));
                }
                'N' => {
                    wish.first_number = value.parse().map_err(|_| {
                        format!("'-N NUMBER' invalid starting line number: {}", quoting::value(value))
                    })?;
                }
                'o' => {
                    wish.margin = value
                        .parse()
                        .map_err(|_| format!("'-o MARGIN' invalid line offset: {}", quoting::value(value)))?;
                }
                'P' => {
                    wish.pages = pages(value)
                        .ok_or_else(|| format!("invalid page range {}", quoting::value(value)))?;
                }
                'r' => wish.silent = true,
                's' | 'S' => separator = Some((*letter, value.clone())),
                't' => wish.omits = true,
                'T' => (wish.omits, wish.keeps_feeds) = (true, false),
                'w' => {
                    wish.width = count(value, "-w PAGE_WIDTH", "characters")?;
                    wide = true;
                }
                'W' => {
                    wish.width = count(value, "-W PAGE_WIDTH", "characters")?;
                    (page_wide, wide) = (true, true);
                }
                _ => {}
            }
        }
        if !digits.is_empty() {
            wish.count = count(&digits, "--columns", "columns")?;
        }
        if wish.columns == Columns::Files && (wish.count > 1 || across) {
            let other = if across { "printing across" } else { "number of columns" };
            return Err(match other {
                "printing across" => {
                    "cannot specify both printing across and printing in parallel".to_owned()
                }
                _ => "cannot specify number of columns when printing in parallel".to_owned(),
            });
        }
        if across && wish.count > 1 {
            wish.columns = Columns::Across;
        }
        let many = wish.count > 1 || wish.columns == Columns::Files;
        wish.truncated = many && !joined || page_wide;
        match separator {
            None if many => {
                wish.separator = if joined { "\t" } else { " " }.to_owned();
                wish.aligned = !joined;
                wish.tabs_out = wish.tabs_out.or(Some((b'\t', 8)));
                wish.tabs_in = wish.tabs_in.or((!joined).then_some((b'\t', 8)));
            }
            None => {}
            Some(('s', text)) => {
                wish.separator = if text.is_empty() && !wide { "\t".to_owned() } else { text };
                wish.truncated &= wide;
                wish.aligned = wide && many && !joined;
            }
            Some((_, text)) => {
                wish.separator = text;
                wish.aligned = !joined;
                wish.tabs_in = wish.tabs_in.or((many && !joined).then_some((b'\t', 8)));
                wish.tabs_out = wish.tabs_out.or(many.then_some((b'\t', 8)));
            }
        }
        Ok(wish)
    }

    /// Whether pages have headers and trailers.
    pub(super) fn framed(&self) -> bool {
        !self.omits && self.length > 10
    }

    /// Rows of a page.
    pub(super) fn body_rows(&self) -> usize {
        let rows = if self.framed() { self.length - 10 } else { self.length };
        if self.doubled { (rows / 2).max(1) } else { rows }
    }

    /// How wide a column is.
    pub(super) fn column_width(&self) -> usize {
        let count = self.count.max(1);
        let separators = (count - 1) * self.separator.len();
        self.width.saturating_sub(separators) / count
    }
}

fn count(text: &str, option: &str, what: &str) -> Result<usize, String> {
    match text.parse::<usize>() {
        Ok(count) if count > 0 && count <= 1 << 20 => Ok(count),
        Ok(_) => Err(format!(
            "'{option}' invalid number of {what}: {}: Numerical result out of range",
            quoting::value(text)
        )),
        Err(_) => Err(format!("'{option}' invalid number of {what}: {}", quoting::value(text))),
    }
}

/// A tab's letter and width, as `-e` and `-i` take them.
fn tabs(text: &str, option: char) -> Result<(u8, usize), String> {
    let letter = text.bytes().next().filter(|byte| !byte.is_ascii_digit() && byte.is_ascii());
    let rest = &text[usize::from(letter.is_some())..];
    let width = match rest {
        "" => 8,
        rest => rest.parse().ok().filter(|width| *width > 0).ok_or_else(|| {
            format!(
                "'-{option}' extra characters or invalid number in the argument: {}",
                quoting::value(rest)
            )
        })?,
    };
    Ok((letter.unwrap_or(b'\t'), width))
}

/// `FIRST[:LAST]`.
pub(super) fn pages(text: &str) -> Option<(u64, Option<u64>)> {
    let (first, last) = match text.split_once(':') {
        Some((first, last)) => (first, Some(last.parse::<u64>().ok()?)),
        None => (text, None),
    };
    let first = first.parse::<u64>().ok().filter(|first| *first > 0)?;
    last.is_none_or(|last| last >= first).then_some((first, last))
}
