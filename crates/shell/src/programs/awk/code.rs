//! A program as the machine runs it: steps that work on a stack, with every name resolved to its place.
//!
//! Steps instead of a tree, because the machine can stop between any two of them: to read, to write, to run a
//! command, or to give others their turn.

use std::sync::Arc;

use super::regex::Regex;
use super::value::Value;

/// Something that can be assigned to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    Global(u32),
    /// A parameter of the function that runs.
    Local(u32),
    Special(Special),
    /// The field whose number is on the stack.
    Field,
    /// The element whose index is on the stack.
    Element(ArrayAt),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ArrayAt {
    Global(u32),
    Local(u32),
}

/// Variables that do something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Special {
    Convfmt,
    Fnr,
    Fs,
    Nf,
    Nr,
    Ofmt,
    Ofs,
    Ors,
    Rs,
    Subsep,
    Ignorecase,
}

impl Special {
    pub(super) const COUNT: usize = Special::Ignorecase as usize + 1;

    /// The one of that name.
    pub(super) fn named(name: &str, is_gawk: bool) -> Option<Special> {
        Some(match name {
            "CONVFMT" => Special::Convfmt,
            "FNR" => Special::Fnr,
            "FS" => Special::Fs,
            "NF" => Special::Nf,
            "NR" => Special::Nr,
            "OFMT" => Special::Ofmt,
            "OFS" => Special::Ofs,
            "ORS" => Special::Ors,
            "RS" => Special::Rs,
            "SUBSEP" => Special::Subsep,
            "IGNORECASE" if is_gawk => Special::Ignorecase,
            _ => return None,
        })
    }
}

/// Variables that every program has, in this order, before its own.
pub(super) const KNOWN: [&str; 6] = ["FILENAME", "RSTART", "RLENGTH", "ARGC", "ENVIRON", "ARGV"];
pub(super) const FILENAME: usize = 0;
pub(super) const RSTART: usize = 1;
pub(super) const RLENGTH: usize = 2;
pub(super) const ARGC: usize = 3;
pub(super) const ENVIRON: usize = 4;
pub(super) const ARGV: usize = 5;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Arithmetic {
    Add,
    Subtract,
    Multiply,
    Divide,
    Modulo,
    Power,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Comparison {
    Less,
    LessEqual,
    Equal,
    NotEqual,
    Greater,
    GreaterEqual,
}

/// Where `getline` reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum From {
    Main,
    File,
    Command,
}

/// Where `print` writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum To {
    Standard,
    File,
    Append,
    Command,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Builtin {
    Atan2,
    Cos,
    Exp,
    Gensub,
    Index,
    Int,
    Length,
    Log,
    Mktime,
    Rand,
    Sin,
    Sprintf,
    Sqrt,
    Srand,
    Strftime,
    Substr,
    Systime,
    Tolower,
    Toupper,
    And,
    Or,
    Xor,
    Lshift,
    Rshift,
    Compl,
    Strtonum,
}

#[derive(Clone, Debug)]
pub(super) enum Step {
    Constant(u32),
    Get(Place),
    /// The field of that number.
    GetField(u32),
    /// The array itself, for a function's parameter.
    Array(ArrayAt),
    Set(Place),
    Update(Place, Arithmetic),
    /// `++` and `--`; whether the value from before is wanted.
    Bump(Place, i8, bool),
    Pop,
    /// Makes an index of so many values.
    Index(u32),
    In(ArrayAt),
    Delete(ArrayAt),
    DeleteAll(ArrayAt),
    Arithmetic(Arithmetic),
    Negate,
    Plus,
    Not,
    Truth,
    Concat,
    Compare(Comparison),
    /// Whether the record fits.
    FitsRecord(u32),
    /// Whether a value fits; `true` where it shall not.
    Fits(u32, bool),
    /// The same by a pattern on the stack.
    FitsDynamic(bool),
    Jump(u32),
    JumpIf(u32),
    JumpUnless(u32),
    /// Begins to go through the indexes of an array.
    Each(ArrayAt),
    /// The next index, or a jump when there is none.
    Next(u32),
    /// Ends going through the indexes.
    EachEnd,
    /// Jumps into the action of a range that has begun: the range and where.
    WithinRange(u32, u32),
    Range(u32, bool),
    Call(u32, u32),
    Return,
    Builtin(Builtin, u32),
    LengthOf(ArrayAt),
    /// How many values, where to. The target's name is above them.
    Print(u32, To),
    Printf(u32, To),
    Getline(From, Option<Place>),
    /// Whether for all matches, and where the text is.
    Substitute(bool, Place),
    /// `match`; the pattern is above the text. The array takes what the groups fit.
    Match(Option<ArrayAt>),
    /// `split`; whether a separator is above the text.
    Split(ArrayAt, bool),
    /// A pattern as the argument of a function.
    Pattern(u32),
    System,
    Close,
    Flush(bool),
    NextRecord,
    NextFile,
    Exit(bool),
    /// The end of a part of the program.
    End,
}

pub(super) struct Function {
    pub(super) start: u32,
    /// For each parameter, whether it is an array.
    pub(super) arrays: Vec<bool>,
}

/// A whole program.
pub(super) struct Program {
    pub(super) steps: Vec<Step>,
    pub(super) constants: Vec<Value>,
    pub(super) regexes: Vec<Arc<Regex>>,
    pub(super) functions: Vec<Function>,
    /// The names of variables and arrays.
    pub(super) names: Vec<String>,
    pub(super) ranges: usize,
    /// Where the parts begin; those that are missing do nothing.
    pub(super) begin: Option<u32>,
    pub(super) main: Option<u32>,
    pub(super) end: Option<u32>,
}
