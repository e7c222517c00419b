//! Aliases: words that stand for text.

use super::{parser::Parser, words::is_break};

/// Which aliases are being read.
#[derive(Default)]
pub(super) struct Aliases {
    /// Those whose text is being read, with where it ends; within it the same name means itself.
    active: Vec<(String, usize)>,
    /// Where a text ended in a blank: the next word may be an alias too.
    candidate: Option<usize>,
    /// How many bytes went into the script's text, and how many of it went.
    pub(super) inserted: usize,
    pub(super) removed: usize,
}

impl Parser {
    /// Puts the alias that stands here, if one does, in its place. Whether it did.
    pub(super) fn expand_alias(&mut self) -> bool {
        let Some(lookup) = self.options.aliases.clone() else { return false };
        let start = self.pos;
        let name: String = match self.rest().bytes().position(is_break) {
            Some(length) => self.rest()[..length].to_owned(),
            None => self.rest().to_owned(),
        };
        self.aliases.active.retain(|(_, end)| *end > start);
        if name.is_empty() || self.aliases.active.iter().any(|(active, _)| *active == name) {
            return false;
        }
        let Some(value) = lookup(&name) else { return false };
        self.text.replace_range(start..start + name.len(), &value);
        for (_, end) in &mut self.aliases.active {
            *end = (*end + value.len()).saturating_sub(name.len());
        }
        let end = start + value.len();
        self.aliases.inserted += value.len();
        self.aliases.removed += name.len();
        self.aliases.candidate = value.ends_with([' ', '\t']).then_some(end);
        // One more than its end, so that a text that ends in the name itself does not begin anew.
        self.aliases.active.push((name, end + 1));
        true
    }

    /// Whether an alias's text ended in a blank between `before` and here.
    pub(super) fn after_alias(&self, before: usize) -> bool {
        self.aliases.candidate.is_some_and(|end| before <= end && end <= self.pos)
    }

    /// Begins a new line, in which every alias may come again.
    pub(super) fn forget_aliases(&mut self) {
        self.aliases.active.clear();
        self.aliases.candidate = None;
    }
}
