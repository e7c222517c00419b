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
mod wish;

use futures_util::future::BoxFuture;

pub(crate) use completion::Spec as CompletionSpec;
pub(crate) use generate::{variable_names, words as completion_words};
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

#[cfg(test)]
mod tests {
    use futures_util::FutureExt as _;
    use proptest::prelude::*;

    use super::table::ENTRIES;
    use super::testing::Fixture;
    use super::*;

    /// Words that options, numbers, names and formats are read from.
    const WORDS: &[&str] = &[
        "",
        "-",
        "--",
        "+",
        "-é",
        "+é",
        "é",
        "-n",
        "-p",
        "-a",
        "-d",
        "-1",
        "+1",
        "0",
        "7",
        "-9223372036854775808",
        "9223372036854775807",
        "99999999999999999999",
        "x",
        "a",
        "a[",
        "a[]",
        "a[é]",
        "a[@]",
        "a[-1]",
        "=",
        "x=é",
        "x+=1",
        "a=(1 [é]=2 3",
        "a=(1 2)",
        "\u{10feff}('1')",
        "(",
        ")",
        "!",
        "-f",
        "-eq",
        "[",
        "]",
        "%",
        "%é",
        "%-é",
        "%*.*d",
        "%(%é)T",
        "%(",
        "\\",
        "\\é",
        "\\x",
        "\\u",
        "'é",
        "\"",
        "$x",
        "$(x",
        "`",
        "u=rwx,é",
        "/tmp",
        "..",
        "~",
        "e5",
        "0x",
        "1e99999",
        "-nan",
        ":a:b",
        "*",
        "[é",
        "\u{10ffff}",
        "name",
        "declare",
        "echo",
    ];

    proptest! {
        #[test]
        fn no_builtin_panics(calls in prop::collection::vec(
            (0..ENTRIES.len(), prop::collection::vec(prop::sample::select(WORDS), 0..6)), 1..6))
        {
            let mut fixture = Fixture::new();
            for (place, words) in calls {
                let entry = &ENTRIES[place];
                let args: Vec<String> = [entry.name].into_iter().chain(words).map(str::to_owned).collect();
                let mut out = Vec::new();
                match entry.builtin {
                    Builtin::Now(run) => drop(run(&mut fixture.shell, &args, &mut out)),
                    Builtin::Waiting(run) => drop(run(&mut fixture.shell, &args, &mut out).now_or_never()),
                    Builtin::Interpreter => {}
                }
            }
        }
    }
}
