//! What `grep` is asked to do.

use super::super::super::getopt::{Given, Known};
use super::colors::Colors;
use super::matcher::{Kind, Rules};

pub(in super::super) const KNOWN: Known = Known {
    letters: "0123456789A:B:C:D:EFGHILPTUVX:abcd:e:f:hiLlm:noqRrsuvwxyZz",
    long: &[
        ("basic-regexp", 'G'),
        ("extended-regexp", 'E'),
        ("fixed-regexp", 'F'),
        ("fixed-strings", 'F'),
        ("perl-regexp", 'P'),
        ("after-context", 'A'),
        ("before-context", 'B'),
        ("binary-files=", 'N'),
        ("binary", 'U'),
        ("byte-offset", 'b'),
        ("context", 'C'),
        ("color?", 'K'),
        ("colour?", 'K'),
        ("count", 'c'),
        ("devices", 'D'),
        ("directories", 'd'),
        ("exclude=", 'M'),
        ("exclude-from=", 'Q'),
        ("exclude-dir=", 'S'),
        ("file", 'f'),
        ("files-with-matches", 'l'),
        ("files-without-match", 'L'),
        ("group-separator=", 'g'),
        ("help", 'p'),
        ("include=", 'O'),
        ("ignore-case", 'i'),
        ("no-ignore-case", 'j'),
        ("initial-tab", 'T'),
        ("label=", 't'),
        ("line-buffered", 'W'),
        ("line-number", 'n'),
        ("line-regexp", 'x'),
        ("max-count", 'm'),
        ("no-filename", 'h'),
        ("no-group-separator", 'J'),
        ("no-messages", 's'),
        ("null", 'Z'),
        ("null-data", 'z'),
        ("only-matching", 'o'),
        ("quiet", 'q'),
        ("recursive", 'r'),
        ("dereference-recursive", 'R'),
        ("regexp", 'e'),
        ("invert-match", 'v'),
        ("silent", 'q'),
        ("text", 'a'),
        ("unix-byte-offsets", 'u'),
        ("version", 'V'),
        ("with-filename", 'H'),
        ("word-regexp", 'w'),
    ],
};

/// What is done with binary files.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Binary {
    /// It is told that they have matches.
    Reported,
    Text,
    Skipped,
}

/// What is done with directories.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Directories {
    Read,
    Recurse,
    Skip,
}

/// Which files are left out by their names.
#[derive(Clone)]
pub(super) struct NameRule {
    pub(super) pattern: String,
    /// Only those that match are taken, instead.
    pub(super) only: bool,
}

pub(super) struct Wish {
    pub(super) rules: Rules,
    pub(super) invert: bool,
    pub(super) count: bool,
    /// Only names: of files with selected lines, or of those without.
    pub(super) list: Option<bool>,
    pub(super) only_matching: bool,
    pub(super) quiet: bool,
    /// Errors of files are not told.
    pub(super) silent: bool,
    pub(super) numbers: bool,
    pub(super) offsets: bool,
    /// Whether names stand before lines, where that was said.
    pub(super) names: Option<bool>,
    pub(super) null: bool,
    pub(super) tab: bool,
    pub(super) before: Option<usize>,
    pub(super) after: Option<usize>,
    /// What stands between groups of lines.
    pub(super) separator: Option<String>,
    pub(super) max: Option<u64>,
    pub(super) binary: Binary,
    pub(super) colors: Option<Colors>,
    pub(super) label: Option<String>,
    pub(super) line_buffered: bool,
    pub(super) directories: Directories,
    pub(super) follow: bool,
    /// Devices and pipes are read or not, where that was said.
    pub(super) devices: Option<bool>,
    pub(super) files: Vec<NameRule>,
    pub(super) left_out_directories: Vec<NameRule>,
}

/// Why it does not come to a search.
pub(super) enum Wrong {
    /// The problem is told.
    Told(String),
    /// And how it is used, too.
    Directories(String),
    Help,
    Version,
}

impl Wish {
    /// Reads the options of the command `name`, whose environment is `variable`.
    pub(super) fn new(
        name: &str,
        given: &Given,
        variable: impl Fn(&str) -> Option<String>,
    ) -> Result<Self, Wrong> {
        let told = |problem: &str| Wrong::Told(problem.to_owned());
        let mut kind = match name {
            "egrep" => Some(Kind::Extended),
            "fgrep" => Some(Kind::Fixed),
            _ => None,
        };
        let mut wish = Self {
            rules: Rules { kind: Kind::Basic, ignore_case: false, words: false, lines: false, end: b'\n' },
            invert: false,
            count: false,
            list: None,
            only_matching: false,
            quiet: false,
            silent: false,
            numbers: false,
            offsets: false,
            names: None,
            null: false,
            tab: false,
            before: None,
            after: None,
            separator: Some("--".to_owned()),
            max: None,
            binary: Binary::Reported,
            colors: None,
            label: None,
            line_buffered: false,
            directories: Directories::Read,
            follow: false,
            devices: None,
            files: Vec::new(),
            left_out_directories: Vec::new(),
        };
        let (mut context, mut digits) = (None, String::new());
        let mut colored = false;
        for (letter, value) in &given.options {
            let asked = match letter {
                'E' => Some(Kind::Extended),
                'F' => Some(Kind::Fixed),
                'G' => Some(Kind::Basic),
                'P' => Some(Kind::Perl),
                'X' => Some(match value.as_str() {
                    "grep" => Kind::Basic,
                    "egrep" | "awk" | "gawk" | "posixawk" => Kind::Extended,
                    "fgrep" => Kind::Fixed,
                    "perl" => Kind::Perl,
                    _ => return Err(Wrong::Told(format!("invalid matcher {value}"))),
                }),
                _ => None,
            };
            if asked.is_some() {
                if kind.is_some() && kind != asked {
                    return Err(told("conflicting matchers specified"));
                }
                kind = asked;
            }
            match letter {
                '0'..='9' => digits.push(*letter),
                'A' => wish.after = Some(context_length(value)?),
                'B' => wish.before = Some(context_length(value)?),
                'C' => context = Some(context_length(value)?),
                'D' => {
                    wish.devices = Some(match value.as_str() {
                        "read" => true,
                        "skip" => false,
                        _ => return Err(told("unknown devices method")),
                    });
                }
                'd' => {
                    wish.directories = match value.as_str() {
                        "read" => Directories::Read,
                        "recurse" => Directories::Recurse,
                        "skip" => Directories::Skip,
                        _ => return Err(Wrong::Directories(value.clone())),
                    };
                }
                'r' | 'R' => {
                    wish.directories = Directories::Recurse;
                    wish.follow = *letter == 'R';
                }
                'H' => wish.names = Some(true),
                'h' => wish.names = Some(false),
                'I' => wish.binary = Binary::Skipped,
                'a' => wish.binary = Binary::Text,
                'N' => {
                    wish.binary = match value.as_str() {
                        "binary" => Binary::Reported,
                        "text" => Binary::Text,
                        "without-match" => Binary::Skipped,
                        _ => return Err(told("unknown binary-files type")),
                    };
                }
                'K' => {
                    colored = match value.as_str() {
                        "always" | "yes" | "force" => true,
                        // A command's output goes to no terminal.
                        "never" | "no" | "none" | "auto" | "tty" | "if-tty" | "" => false,
                        _ => return Err(Wrong::Help),
                    };
                }
                'L' => wish.list = Some(false),
                'l' => wish.list = Some(true),
                'M' | 'O' => {
                    wish.files.push(NameRule { pattern: value.clone(), only: *letter == 'O' });
                }
                'S' => {
                    let pattern = match value.trim_end_matches('/') {
                        "" if !value.is_empty() => "/",
                        trimmed => trimmed,
                    };
                    wish.left_out_directories.push(NameRule { pattern: pattern.to_owned(), only: false });
                }
                'T' => wish.tab = true,
                'V' => return Err(Wrong::Version),
                'p' => return Err(Wrong::Help),
                'W' => wish.line_buffered = true,
                'Z' => wish.null = true,
                'b' => wish.offsets = true,
                'c' => wish.count = true,
                'g' => wish.separator = Some(value.clone()),
                'J' => wish.separator = None,
                'i' | 'y' => wish.rules.ignore_case = true,
                'j' => wish.rules.ignore_case = false,
                'm' => wish.max = max_count(value)?,
                'n' => wish.numbers = true,
                'o' => wish.only_matching = true,
                'q' => wish.quiet = true,
                's' => wish.silent = true,
                't' => wish.label = Some(value.clone()),
                'v' => wish.invert = true,
                'w' => wish.rules.words = true,
                'x' => wish.rules.lines = true,
                'z' => wish.rules.end = 0,
                _ => {}
            }
        }
        if !digits.is_empty() {
            context = Some(digits.parse().unwrap_or(usize::MAX));
        }
        wish.before = wish.before.or(context);
        wish.after = wish.after.or(context);
        wish.rules.kind = kind.unwrap_or(Kind::Basic);
        if colored {
            let old = variable("GREP_COLOR").filter(|old| !old.is_empty());
            wish.colors = Some(Colors::new(old.as_deref(), variable("GREP_COLORS").as_deref()));
        }
        Ok(wish)
    }

    /// Whether only something about the lines is shown, or nothing at all.
    pub(super) fn shows_no_lines(&self) -> bool {
        self.quiet || self.count || self.list.is_some()
    }

    /// Whether one selected line says all.
    pub(super) fn stops_at_first(&self) -> bool {
        self.quiet || self.list.is_some()
    }
}

fn context_length(text: &str) -> Result<usize, Wrong> {
    let wrong = || Wrong::Told(format!("{text}: invalid context length argument"));
    match number(text) {
        Some(number) if number >= 0 => Ok(usize::try_from(number).unwrap_or(usize::MAX)),
        _ => Err(wrong()),
    }
}

/// The most lines of a file; none where there is no such limit.
fn max_count(text: &str) -> Result<Option<u64>, Wrong> {
    let number = number(text).ok_or_else(|| Wrong::Told("invalid max count".to_owned()))?;
    Ok(u64::try_from(number).ok())
}

/// A number as `strtol` reads it, as large as it may be where it is too large.
fn number(text: &str) -> Option<i64> {
    let text = text.trim_start();
    let (negative, digits) = match text.strip_prefix('-') {
        Some(digits) => (true, digits),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let number = digits.parse().unwrap_or(i64::MAX);
    Some(if negative { -number } else { number })
}
