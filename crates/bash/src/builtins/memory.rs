//! What builtins remember that hardly any script touches.

use std::collections::{BTreeMap, BTreeSet};

/// What builtins remember. Empty, it costs nothing to make or to copy.
#[derive(Debug, Clone, Default)]
pub(crate) struct Memory {
    /// Builtins that `enable -n` has turned off.
    pub(crate) disabled: BTreeSet<&'static str>,
    /// What `ulimit` has set, by its letter: soft and hard, `None` for no limit.
    pub(crate) limits: BTreeMap<char, [Option<u64>; 2]>,
    /// What `complete` was told, by command.
    pub(crate) completions: BTreeMap<String, super::completion::Spec>,
    /// The directory by the names through which `cd` came there, and the same without links.
    pub(crate) directory: Option<(String, String)>,
    /// Where a `cd` that is under way came from.
    pub(crate) came_from: Option<String>,
    /// The options that `local -` keeps, with the depth of the function that gets them back.
    pub(crate) options_before: Vec<(usize, crate::state::Options)>,
    /// The lines of `history`.
    pub(crate) history: Vec<String>,
    /// How many of them came from the file of earlier shells.
    pub(crate) history_begin: usize,
    /// Whether it was told that there are stopped jobs when the shell was to end.
    pub(crate) was_warned_of_jobs: bool,
}
