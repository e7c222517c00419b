//! The longest of the matches that begin at one place.

use regex_automata::nfa::thompson::{self, pikevm};
use regex_automata::util::look::LookMatcher;
use regex_automata::util::syntax;
use regex_automata::{Anchored, Input, MatchKind};

/// A pattern, asked where it ends.
pub(in crate::programs) struct Longest {
    machine: pikevm::PikeVM,
    cache: pikevm::Cache,
}

impl Longest {
    /// Compiles a pattern in the syntax of the `regex` crate; none where that is too big.
    pub(in crate::programs) fn new(pattern: &str, line_end: u8) -> Option<Self> {
        let mut looks = LookMatcher::new();
        looks.set_line_terminator(line_end);
        let machine = pikevm::Builder::new()
            .configure(pikevm::Config::new().match_kind(MatchKind::All))
            .syntax(syntax::Config::new().unicode(false).utf8(false).line_terminator(line_end))
            .thompson(thompson::Config::new().utf8(false).look_matcher(looks))
            .build(pattern)
            .ok()?;
        let cache = machine.create_cache();
        Some(Self { machine, cache })
    }

    /// Where the longest match ends that begins at `start`.
    pub(in crate::programs) fn end(&mut self, text: &[u8], start: usize) -> Option<usize> {
        let input = Input::new(text).span(start..text.len()).anchored(Anchored::Yes);
        let mut slots = [None; 2];
        self.machine.search_slots(&mut self.cache, &input, &mut slots)?;
        slots[1].map(|end| end.get())
    }
}
