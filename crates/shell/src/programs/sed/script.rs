//! What a script of `sed` says.

use std::sync::Arc;

use super::super::posix_regex::Pattern;

/// A line that an address means.
pub(super) enum Address {
    Line(u64),
    /// A line, and every so many after it.
    Step(u64, u64),
    Last,
    /// `None` is the last pattern that was used.
    Pattern(Option<Arc<Pattern>>),
    /// So many lines after the first.
    More(u64),
    /// Up to a multiple of it.
    Multiple(u64),
}

/// Where in its range a command is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Range {
    Outside,
    /// Inside, to a line or a pattern.
    Inside(Option<u64>),
    /// At its last line.
    Closed,
}

pub(super) struct Command {
    pub(super) first: Option<Address>,
    pub(super) last: Option<Address>,
    /// Whether it is for the lines that are not meant.
    pub(super) not: bool,
    pub(super) range: Range,
    pub(super) action: Action,
}

pub(super) enum Action {
    /// Goes on at a command when the line is not meant.
    Block(usize),
    Nothing,
    Append(Vec<u8>),
    Insert(Vec<u8>),
    Change(Vec<u8>),
    /// To a command, or to the end.
    Branch(Option<usize>),
    BranchIfReplaced(Option<usize>),
    BranchUnlessReplaced(Option<usize>),
    Delete,
    DeleteFirstLine,
    Execute(Vec<u8>),
    FileName,
    LineNumber,
    Get,
    GetAppend,
    Hold,
    HoldAppend,
    Exchange,
    List(Option<usize>),
    Next,
    NextAppend,
    Print,
    PrintFirstLine,
    Quit {
        code: i32,
        prints: bool,
    },
    ReadFile(String),
    ReadLine(String),
    Substitute(Box<Substitution>),
    /// To an output by its number.
    Write(usize),
    WriteFirstLine(usize),
    Translate(Box<[u8; 256]>),
    Empty,
}

pub(super) struct Substitution {
    pub(super) pattern: Option<Arc<Pattern>>,
    pub(super) parts: Vec<Part>,
    pub(super) global: bool,
    pub(super) prints: u8,
    /// Which of the matches is the first to be replaced.
    pub(super) number: usize,
    pub(super) executes: bool,
    pub(super) output: Option<usize>,
}

/// A piece of a replacement.
pub(super) enum Part {
    Text(Vec<u8>),
    Group(usize),
    Case(Case),
}

/// How letters that follow are written.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Case {
    Upper,
    Lower,
    NextUpper,
    NextLower,
    End,
}

/// A script, ready to run.
pub(super) struct Script {
    pub(super) commands: Vec<Command>,
    /// The files that it writes to.
    pub(super) outputs: Vec<String>,
    /// Whether its first line is `#n`.
    pub(super) quiet: bool,
}
