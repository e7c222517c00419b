//! Where a regular expression fits.

use sandbox_kernel::Pace;

use super::parse::Assertion;
use super::program::{Regex, Step};
use crate::expand::pattern::lower;

/// Where the whole and each group fit.
pub(super) type Groups = Vec<Option<(usize, usize)>>;

/// How many pairs of a step and a place are remembered to find the groups; of more they stay empty.
const MAX_VISITED: usize = 1 << 28;

impl Regex {
    /// The first place where it fits, at its longest.
    pub(super) async fn find(&self, text: &str, pace: &mut Pace) -> Option<Groups> {
        let (start, end) = self.span(text, 0, pace).await?;
        let mut groups = vec![None; self.groups + 1];
        groups[0] = Some((start, end));
        if self.groups > 0 {
            self.find_groups(text, start, end, &mut groups, pace).await;
        }
        Some(groups)
    }

    /// The first place at or after `from`, at its longest. All ways are followed at once; each step knows from how far
    /// left it was reached.
    pub(in crate::expand) async fn span(
        &self,
        text: &str,
        from: usize,
        pace: &mut Pace,
    ) -> Option<(usize, usize)> {
        let mut now = Threads::new(self.steps.len());
        let mut next = Threads::new(self.steps.len());
        let mut best: Option<(usize, usize)> = None;
        let mut at = from;
        loop {
            if best.is_none() {
                self.follow(text, at, 0, at, &mut now);
            }
            let character = text[at..].chars().next();
            let after = at + character.map_or(0, char::len_utf8);
            pace.did(1 + now.order.len()).await;
            for place in 0..now.order.len() {
                let step = now.order[place];
                let start = now.starts[step];
                if best.is_some_and(|(best, _)| start > best) {
                    continue;
                }
                if self.steps[step] == Step::Found {
                    if best.is_none_or(|(best, _)| start <= best) {
                        best = Some((start, at));
                    }
                } else if character.is_some_and(|character| self.accepts(step, character)) {
                    self.follow(text, after, step + 1, start, &mut next);
                }
            }
            std::mem::swap(&mut now, &mut next);
            next.clear();
            if character.is_none() || best.is_some() && now.order.is_empty() {
                return best;
            }
            at = after;
        }
    }

    /// Adds a step, and all to which it leads without a character.
    fn follow(&self, text: &str, at: usize, step: usize, start: usize, threads: &mut Threads) {
        let mut waiting = vec![step];
        while let Some(step) = waiting.pop() {
            if !threads.add(step, start) {
                continue;
            }
            match &self.steps[step] {
                Step::Fork(first, second) => waiting.extend([*second, *first]),
                Step::Jump(to) => waiting.push(*to),
                Step::Save(_) | Step::Mark(_) | Step::Moved(_) => waiting.push(step + 1),
                Step::Assert(assertion) if holds(*assertion, text, at) => waiting.push(step + 1),
                _ => {}
            }
        }
    }

    fn accepts(&self, step: usize, character: char) -> bool {
        match &self.steps[step] {
            Step::Char(wanted) => {
                *wanted == character || self.ignore_case && lower(*wanted) == lower(character)
            }
            Step::Any => true,
            Step::Set(set) if self.ignore_case && !self.is_pattern => set.has_in_any_case(character),
            Step::Set(set) => set.has(character, self.ignore_case),
            _ => false,
        }
    }

    /// Finds a way from the start to the end, and notes where it goes through groups. Earlier alternatives and more
    /// repetitions are tried first.
    async fn find_groups(&self, text: &str, start: usize, end: usize, groups: &mut Groups, pace: &mut Pace) {
        let width = end - start + 1;
        if width.saturating_mul(self.steps.len()) > MAX_VISITED {
            return;
        }
        let mut visited = vec![0u64; width * self.steps.len() / 64 + 1];
        let mut slots = vec![None; (self.groups + 1) * 2 + self.marks];
        let marks = (self.groups + 1) * 2;
        let mut waiting = vec![Task::Go(0, start)];
        while let Some(task) = waiting.pop() {
            let (mut step, mut at) = match task {
                Task::Restore(slot, value) => {
                    slots[slot] = value;
                    continue;
                }
                Task::Go(step, at) => (step, at),
            };
            loop {
                pace.did(1).await;
                let bit = step * width + (at - start);
                if visited[bit / 64] >> (bit % 64) & 1 == 1 {
                    break;
                }
                visited[bit / 64] |= 1 << (bit % 64);
                let mut save = |slot: usize| {
                    waiting.push(Task::Restore(slot, slots[slot]));
                    slots[slot] = Some(at);
                };
                match &self.steps[step] {
                    Step::Found if at == end => {
                        for (number, group) in groups.iter_mut().enumerate().skip(1) {
                            *group = slots[number * 2].zip(slots[number * 2 + 1]);
                        }
                        return;
                    }
                    Step::Found => break,
                    Step::Save(slot) => save(*slot),
                    Step::Mark(mark) => save(marks + mark),
                    Step::Moved(mark) if slots[marks + mark] == Some(at) => break,
                    Step::Moved(_) => {}
                    Step::Assert(assertion) if !holds(*assertion, text, at) => break,
                    Step::Assert(_) => {}
                    Step::Jump(to) => {
                        step = *to;
                        continue;
                    }
                    Step::Fork(first, second) => {
                        waiting.push(Task::Go(*second, at));
                        step = *first;
                        continue;
                    }
                    Step::Char(_) | Step::Any | Step::Set(_) => match text[at..end].chars().next() {
                        Some(character) if self.accepts(step, character) => at += character.len_utf8(),
                        _ => break,
                    },
                }
                step += 1;
            }
        }
    }
}

enum Task {
    Go(usize, usize),
    Restore(usize, Option<usize>),
}

/// Steps that are reached, each once.
struct Threads {
    order: Vec<usize>,
    /// From where each was reached; the furthest left counts.
    starts: Vec<usize>,
}

impl Threads {
    fn new(steps: usize) -> Self {
        Self { order: Vec::new(), starts: vec![usize::MAX; steps] }
    }

    fn add(&mut self, step: usize, start: usize) -> bool {
        if start >= self.starts[step] {
            return false;
        }
        if self.starts[step] == usize::MAX {
            self.order.push(step);
        }
        self.starts[step] = start;
        true
    }

    fn clear(&mut self) {
        for step in self.order.drain(..) {
            self.starts[step] = usize::MAX;
        }
    }
}

fn holds(assertion: Assertion, text: &str, at: usize) -> bool {
    let is_word = |character: Option<char>| character.is_some_and(|c| c.is_alphanumeric() || c == '_');
    let (before, after) = (|| is_word(text[..at].chars().next_back()), || is_word(text[at..].chars().next()));
    match assertion {
        Assertion::TextStart => at == 0,
        Assertion::TextEnd => at == text.len(),
        Assertion::WordStart => !before() && after(),
        Assertion::WordEnd => before() && !after(),
        Assertion::WordBoundary => before() != after(),
        Assertion::NoWordBoundary => before() == after(),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use sandbox_kernel::at_once;

    use super::*;

    proptest! {
        #[test]
        fn groups_lie_within_the_whole(regex in "[ab.*+?()|{}0-2,^$é\\\\\\[\\]-]{0,12}", text in "[abé]{0,8}") {
            let groups = Regex::new(&regex, false).and_then(|regex| at_once(regex.find(&text, &mut Pace::default()))).unwrap_or_default();
            let Some(Some((start, end))) = groups.first().copied() else { return Ok(()) };
            for (from, to) in groups.into_iter().flatten() {
                prop_assert!(start <= from && from <= to && to <= end);
                prop_assert!(text.get(from..to).is_some());
            }
        }
    }

    fn found(regex: &str, text: &str) -> Option<Vec<String>> {
        let groups = at_once(Regex::new(regex, false)?.find(text, &mut Pace::default()));
        let text = |group: Option<(usize, usize)>| {
            group.map_or(String::new(), |(from, to)| text[from..to].to_owned())
        };
        Some(groups.map_or(Vec::new(), |groups| groups.into_iter().map(text).collect()))
    }

    #[test]
    fn the_first_and_longest_place_is_found() {
        for (regex, text, groups) in [
            ("(a|ab)(c|bcd)?", "abc", &["abc", "ab", "c"][..]),
            ("(foo|foobar)$", "foobar", &["foobar", "foobar"]),
            ("b(x)?", "xabc", &["b", ""]),
            ("(a*)+", "ab", &["a", "a"]),
            ("(a)(b)?", "ab", &["ab", "a", "b"]),
            ("^.b$", "äb", &["äb"]),
            ("[[:digit:]]+", "ab12c", &["12"]),
            ("[]x]", "a]", &["]"]),
            ("a{2}", "baaa", &["aa"]),
            ("a{,2}b", "aaab", &["aab"]),
            ("x*", "aax", &[""]),
            ("\\w+", "..ab.", &["ab"]),
            ("\\.", "a.b", &["."]),
            ("a.b", "a\nb", &["a\nb"]),
            ("^b", "a\nb", &[]),
            ("a|b|", "c", &[""]),
            ("()", "c", &["", ""]),
            ("([a-z]+)=([0-9]*)", "x key=42;", &["key=42", "key", "42"]),
            (
                "^(([^:/?#]+):)?(//([^/?#]*))?",
                "http://a.b/c",
                &["http://a.b", "http:", "http", "//a.b", "a.b"],
            ),
        ] {
            let wanted: Vec<String> = groups.iter().map(|group| (*group).to_owned()).collect();
            assert_eq!(found(regex, text), Some(wanted), "{regex}");
        }
    }

    #[test]
    fn wrong_expressions_are_none() {
        for regex in [
            "*a",
            "(",
            "{",
            "a{",
            "+a",
            "x|*",
            "[z-a]",
            "[[:foo:]]",
            "a{1",
            "a{2,1}",
            "a{99999}",
            "^*a",
            "[a",
            "\\",
        ] {
            assert_eq!(found(regex, "a"), None, "{regex}");
        }
        assert_eq!(found(&"(".repeat(10_000), ""), None);
        assert_eq!(found(&("a".to_owned() + &"*".repeat(100_000)), ""), None);
        assert_eq!(found("((a{1000}){1000}){1000}", ""), None);
    }

    #[test]
    fn no_expression_takes_long() {
        let text = "a".repeat(10_000);
        assert_eq!(found("(a*)*b", &text), Some(Vec::new()));
        assert_eq!(found("(a|aa)*c|(a*)", &text).map(|groups| groups[2].len()), Some(10_000));
    }
}
