//! Commands that the shell is itself: `cd`, `read`, `declare` and the others.
//!
//! A builtin gets its words, its own name first, and gives its status. What it writes to standard output it puts into a
//! buffer, which its caller writes: so a builtin never waits for a reader, and a failure to write is told in one place.

mod alias;
mod arithmetic;
mod calendar;
mod caller;
pub(crate) mod completion;
pub(crate) mod conditions;
mod declare;
pub(crate) mod describe;
pub(crate) mod directory;
mod echo;
mod enable;
mod escapes;
mod export;
mod files;
pub(crate) mod generate;
mod getopts;
mod hash;
mod help;
mod history;
mod input;
pub(crate) mod listing;
pub(crate) mod locale;
mod mapfile;
mod memory;
pub(crate) mod naming;
pub(crate) mod numbers;
mod options;
mod outcome;
mod printf;
pub(crate) mod quoting;
mod read;
mod set;
mod shift;
mod shopt;
mod splitting;
mod stack;
mod table;
mod target;
mod test;
#[cfg(test)]
pub(crate) mod testing;
mod ulimit;
mod umask;
mod unset;

use futures_util::future::BoxFuture;

pub(crate) use memory::Memory;
pub(crate) use options::{Options, help, no_options, usage};
pub(crate) use outcome::{Outcome, settled};
pub(crate) use printf::now_as;
pub(crate) use table::builtin;

use crate::state::{Flow, Shell};

/// A builtin that may wait.
pub(crate) type Waiting =
    for<'a> fn(&'a mut Shell, &'a [String], &'a mut Vec<u8>) -> BoxFuture<'a, Flow<i32>>;

/// How a builtin runs.
#[derive(Clone, Copy)]
pub(crate) enum Builtin {
    /// At once: it does not wait for anything.
    Now(fn(&mut Shell, &[String], &mut Vec<u8>) -> Flow<i32>),
    /// It may wait.
    Waiting(Waiting),
    /// The interpreter runs it itself: `eval`, `trap`, `wait` and others.
    Interpreter,
}

/// One builtin.
pub(crate) struct Entry {
    /// Its name.
    pub(crate) name: &'static str,
    /// What it does.
    pub(crate) builtin: Builtin,
    /// Whether POSIX calls it special.
    pub(crate) special: bool,
    /// Whether its arguments expand as assignments.
    pub(crate) declaration: bool,
    /// Its name and arguments, as in a usage line.
    pub(crate) synopsis: &'static str,
    /// What it does, in a sentence.
    pub(crate) help: &'static str,
}
