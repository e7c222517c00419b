//! A pattern as an automaton whose ways through a text are all followed at once, byte by byte.
//!
//! It finds what the `regex` crate does not tell: the longest of the matches that begin at one place. And it pauses,
//! so that it also finds the groups of a match that is long, in which the `regex` crate would take seconds.

use std::mem::swap;

use regex_automata::nfa::thompson::{self, NFA, State};
use regex_automata::util::look::LookMatcher;
use regex_automata::util::primitives::StateID;
use regex_automata::util::syntax;
use sandbox_kernel::Pace;

use super::Spans;

/// A pattern that is followed through a text.
pub(in crate::programs) struct Automaton {
    nfa: NFA,
    now: Threads,
    next: Threads,
    waiting: Vec<Follow>,
}

/// Which match is wanted of those that begin at one place.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Wanted {
    /// The one that the pattern prefers.
    First,
    Longest,
}

/// The states that are reached, in the order of the pattern's preference.
struct Threads {
    order: Vec<StateID>,
    /// Whether a state is among them.
    reached: Vec<bool>,
    /// Where the groups of each begin and end; as many places for each state.
    slots: Vec<Option<usize>>,
}

impl Threads {
    fn new(states: usize) -> Self {
        Self { order: Vec::new(), reached: vec![false; states], slots: Vec::new() }
    }

    fn clear(&mut self) {
        for state in self.order.drain(..) {
            self.reached[state] = false;
        }
    }
}

/// What is to be done before the states that follow are complete.
enum Follow {
    State(StateID),
    /// Behind a group: what was noted of it before.
    Restore(usize, Option<usize>),
}

impl Automaton {
    /// Compiles a pattern in the syntax of the `regex` crate; none where that is too big.
    pub(in crate::programs) fn new(pattern: &str, line_end: u8) -> Option<Self> {
        let mut looks = LookMatcher::new();
        looks.set_line_terminator(line_end);
        let nfa = NFA::compiler()
            .syntax(syntax::Config::new().unicode(false).utf8(false).line_terminator(line_end))
            .configure(thompson::Config::new().utf8(false).look_matcher(looks))
            .build(pattern)
            .ok()?;
        let (now, next) = (Threads::new(nfa.states().len()), Threads::new(nfa.states().len()));
        Some(Self { nfa, now, next, waiting: Vec::new() })
    }

    /// Where the longest match ends that begins at `start`.
    pub(in crate::programs) async fn longest_end(
        &mut self,
        text: &[u8],
        start: usize,
        pace: &mut Pace,
    ) -> Option<usize> {
        self.run(text, (start, text.len()), &mut [], Wanted::Longest, pace).await
    }

    /// The groups of the match that is known to begin and to end there.
    pub(in crate::programs) async fn groups(
        &mut self,
        text: &[u8],
        (start, end): (usize, usize),
        pace: &mut Pace,
    ) -> Option<Spans> {
        let mut slots = vec![None; self.nfa.group_info().slot_len()];
        self.run(text, (start, end), &mut slots, Wanted::First, pace).await?;
        let mut spans: Spans = slots.chunks(2).map(|ends| ends[0].zip(*ends.get(1)?)).collect();
        if let Some(all) = spans.first_mut() {
            *all = Some((start, end));
        }
        Some(spans)
    }

    /// Follows the text from `start` to `end` at most. Gives where the match ends, and puts where its groups begin and
    /// end into `found`.
    async fn run(
        &mut self,
        text: &[u8],
        (start, end): (usize, usize),
        found: &mut [Option<usize>],
        wanted: Wanted,
        pace: &mut Pace,
    ) -> Option<usize> {
        let slots = found.len();
        for threads in [&mut self.now, &mut self.next] {
            threads.clear();
            threads.slots.resize(self.nfa.states().len() * slots, None);
        }
        let mut found_end = None;
        let mut noted = vec![None; slots];
        follow(
            &self.nfa,
            &mut self.now,
            &mut self.waiting,
            &mut noted,
            (text, start),
            self.nfa.start_anchored(),
        );
        for at in start..=end {
            let byte = text.get(at).filter(|_| at < end);
            for &state in &self.now.order {
                let slots_of = state.as_usize() * slots;
                let to = match self.nfa.state(state) {
                    State::Match { .. } => {
                        found.copy_from_slice(&self.now.slots[slots_of..slots_of + slots]);
                        found_end = Some(at);
                        if wanted == Wanted::First {
                            break;
                        }
                        continue;
                    }
                    State::ByteRange { trans } => {
                        byte.and_then(|byte| trans.matches_byte(*byte).then_some(trans.next))
                    }
                    State::Sparse(sparse) => byte.and_then(|byte| sparse.matches_byte(*byte)),
                    State::Dense(dense) => byte.and_then(|byte| dense.matches_byte(*byte)),
                    _ => None,
                };
                if let Some(to) = to {
                    noted.copy_from_slice(&self.now.slots[slots_of..slots_of + slots]);
                    follow(&self.nfa, &mut self.next, &mut self.waiting, &mut noted, (text, at + 1), to);
                }
            }
            pace.did(1 + self.now.order.len()).await;
            swap(&mut self.now, &mut self.next);
            self.next.clear();
            if self.now.order.is_empty() {
                break;
            }
        }
        found_end
    }
}

/// Adds a state, and all to which it leads without a byte.
fn follow(
    nfa: &NFA,
    threads: &mut Threads,
    waiting: &mut Vec<Follow>,
    noted: &mut [Option<usize>],
    (text, at): (&[u8], usize),
    state: StateID,
) {
    waiting.push(Follow::State(state));
    while let Some(follow) = waiting.pop() {
        let mut state = match follow {
            Follow::Restore(slot, before) => {
                noted[slot] = before;
                continue;
            }
            Follow::State(state) => state,
        };
        loop {
            if std::mem::replace(&mut threads.reached[state], true) {
                break;
            }
            threads.order.push(state);
            match nfa.state(state) {
                State::Fail => break,
                State::ByteRange { .. } | State::Sparse(_) | State::Dense(_) | State::Match { .. } => {
                    let slots = state.as_usize() * noted.len();
                    threads.slots[slots..slots + noted.len()].copy_from_slice(noted);
                    break;
                }
                State::Look { look, next } => {
                    if !nfa.look_matcher().matches(*look, text, at) {
                        break;
                    }
                    state = *next;
                }
                State::Union { alternates } => {
                    let Some((first, others)) = alternates.split_first() else { break };
                    waiting.extend(others.iter().rev().map(|other| Follow::State(*other)));
                    state = *first;
                }
                State::BinaryUnion { alt1, alt2 } => {
                    waiting.push(Follow::State(*alt2));
                    state = *alt1;
                }
                State::Capture { next, slot, .. } => {
                    if let Some(noted) = noted.get_mut(slot.as_usize()) {
                        waiting.push(Follow::Restore(slot.as_usize(), *noted));
                        *noted = Some(at);
                    }
                    state = *next;
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use sandbox_kernel::at_once;

    use super::*;

    proptest! {
        #[test]
        fn groups_are_those_of_the_regex_crate(
            pattern in "(\\(?[ab.](\\*|\\+|\\?|\\||\\)|\\\\b|\\*\\?)?){0,8}",
            text in "[abc]{0,10}",
        ) {
            let pattern = format!("(?s-u){pattern}");
            let Ok(regex) = regex::bytes::Regex::new(&pattern) else { return Ok(()) };
            let mut automaton = Automaton::new(&pattern, b'\n').unwrap();
            let Some(found) = regex.captures(text.as_bytes()) else { return Ok(()) };
            let spans: Spans = found.iter().map(|group| group.map(|g| (g.start(), g.end()))).collect();
            let all = spans[0].unwrap();
            let groups = at_once(automaton.groups(text.as_bytes(), all, &mut Pace::default()));
            prop_assert_eq!(groups, Some(spans));
        }
    }

    #[test]
    fn the_longest_match_is_found() {
        for (pattern, text, end) in [
            ("a|ab", "abc", Some(2)),
            ("(a|ab)(c|bcd)?", "abcd", Some(4)),
            ("a*?", "aaa", Some(3)),
            ("b", "a", None),
            ("a$|a", "a", Some(1)),
        ] {
            let mut automaton = Automaton::new(pattern, b'\n').unwrap();
            let found = at_once(automaton.longest_end(text.as_bytes(), 0, &mut Pace::default()));
            assert_eq!(found, end, "{pattern}");
        }
    }
}
