//! What two runs may tell differently, by name. A case says which of these it needs.

use crate::outcome::Outcome;

/// One way to make two outcomes comparable.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Normaliser {
    /// The lines of standard output come in an order that is the filesystem's.
    Sorted,
    /// Numbers of two and more digits in both outputs are process ids or inode numbers.
    Numbers,
    /// A time of day, a date or a duration in standard output is that of the run.
    Times,
}

impl Normaliser {
    pub(crate) fn named(name: &str) -> Self {
        match name {
            "sorted" => Self::Sorted,
            "numbers" => Self::Numbers,
            "times" => Self::Times,
            _ => panic!("no normaliser {name}"),
        }
    }

    pub(crate) fn apply(self, outcome: &mut Outcome) {
        match self {
            Self::Sorted => {
                let mut lines: Vec<&[u8]> = outcome.stdout.split_inclusive(|byte| *byte == b'\n').collect();
                lines.sort();
                outcome.stdout = lines.concat();
            }
            Self::Numbers => {
                replace(&mut outcome.stdout, r"\b\d{2,}\b", "N");
                replace(&mut outcome.stderr, r"\b\d{2,}\b", "N");
            }
            Self::Times => {
                const TIMES: &str = r"\b\d{4}-\d\d-\d\d\b|\b[A-Z][a-z]{2} [ \d]\d\b|\b\d\d:\d\d(:\d\d)?(\.\d+)?\b|\b\d+(\.\d+)?s\b";
                replace(&mut outcome.stdout, TIMES, "T");
            }
        }
    }
}

fn replace(bytes: &mut Vec<u8>, pattern: &str, with: &str) {
    let pattern = regex::bytes::Regex::new(pattern).expect("a pattern");
    *bytes = pattern.replace_all(bytes, with.as_bytes()).into_owned();
}
