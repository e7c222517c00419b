//! What an expression of `find` is made of.

use regex::Regex;
use sandbox_fs::Timestamp;

use super::printf::Piece;
use crate::programs::tree::Follow;

/// A whole command line.
pub(super) struct Expression {
    pub(super) starts: Vec<String>,
    pub(super) follow: Follow,
    pub(super) steps: Vec<Step>,
    pub(super) depth_first: bool,
    pub(super) one_device: bool,
    pub(super) min_depth: usize,
    pub(super) max_depth: usize,
    pub(super) warnings: Vec<String>,
    pub(super) outputs: Vec<Output>,
}

/// A file that is written to.
pub(super) struct Output {
    pub(super) path: String,
    pub(super) shown: String,
    pub(super) waiting: Vec<u8>,
}

/// One step. There is one value, true or false, at any time.
pub(super) enum Step {
    /// Sets the value.
    Do(Primary),
    Not,
    /// Goes on at another step where the value is this.
    JumpIf(bool, usize),
}

/// A number that is compared with.
#[derive(Clone, Copy)]
pub(super) enum Count {
    Less(u64),
    Exactly(u64),
    More(u64),
}

impl Count {
    pub(super) fn is(self, number: u64) -> bool {
        match self {
            Count::Less(limit) => number < limit,
            Count::Exactly(wanted) => number == wanted,
            Count::More(limit) => number > limit,
        }
    }
}

/// Which time of a file is meant.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Time {
    Accessed,
    Born,
    Changed,
    Modified,
}

/// Where something is written.
#[derive(Clone, Copy)]
pub(super) enum To {
    Stdout,
    /// One of the files, by number.
    File(usize),
}

/// How permission bits are compared.
#[derive(Clone, Copy)]
pub(super) enum Bits {
    Exactly,
    All,
    Any,
}

/// A test or an action.
pub(super) enum Primary {
    Constant(bool),
    Name(String, bool),
    Path(String, bool),
    LinkName(String, bool),
    Matches(Regex),
    /// Kinds, of the file itself or of what a link leads to.
    Type(String, bool),
    Links(Count),
    Number(Count),
    User(Count),
    Group(Count),
    NoUser,
    NoGroup,
    /// Blocks of so many bytes, rounded up.
    Size(Count, u64),
    Empty,
    /// Bits for files and for directories.
    Permissions(Bits, u32, u32),
    Newer(Time, Timestamp),
    /// Age in units of so many seconds; whether whole ones are counted; from the end of today or from now.
    Age(Time, Count, i64, bool),
    SameFile(u32, u64),
    Executable,
    FileSystem(String),
    Prune,
    Quit,
    Print(To, char),
    Printf(To, Vec<Piece>),
    List(To),
    Delete,
    Exec(Exec),
}

/// A command for what was found.
pub(super) struct Exec {
    pub(super) words: Vec<String>,
    /// Many names at once (`+`).
    pub(super) batched: bool,
    /// In the directory of the file.
    pub(super) in_directory: bool,
    pub(super) asks: bool,
    /// What waits for a batch, and the directory that it is for.
    pub(super) waiting: Vec<String>,
    pub(super) directory: Option<String>,
}
