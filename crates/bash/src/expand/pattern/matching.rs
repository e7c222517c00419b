//! Whether and where a pattern fits.
//!
//! Positions in the text are followed as sets, node by node: no pattern takes more than time proportional to its length
//! times that of the text, but for `!(…)`, which is looked at from each position on its own.

use futures_util::future::{BoxFuture, FutureExt as _};
use rustc_hash::FxHashSet;
use sandbox_kernel::{Pace, at_once};

use super::class::lower;
use super::{Group, Kind, Node, Pattern};

/// Which way a text is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    Forward,
    Backward,
}

impl Way {
    /// The character that comes next at a place, and the place behind it.
    fn next(self, text: &str, at: usize) -> Option<(char, usize)> {
        match self {
            Self::Forward => text[at..].chars().next().map(|next| (next, at + next.len_utf8())),
            Self::Backward => text[..at].chars().next_back().map(|next| (next, at - next.len_utf8())),
        }
    }

    /// Nodes in the order in which they are met.
    fn order(self, nodes: &[Node]) -> impl Iterator<Item = &Node> {
        let (first, last) = match self {
            Self::Forward => (nodes, &[][..]),
            Self::Backward => (&[][..], nodes),
        };
        first.iter().chain(last.iter().rev())
    }
}

impl Pattern {
    /// Whether the whole text fits.
    pub async fn matches(&self, text: &str, pace: &mut Pace) -> bool {
        match &self.kind {
            Kind::Literal(literal) if !self.ignore_case => literal == text,
            Kind::Literal(literal) => same_without_case(literal, text, pace).await,
            Kind::Nodes(nodes) => match nodes.iter().any(|node| matches!(node, Node::Group(..))) {
                true => self.ends(nodes, text, vec![0], Way::Forward, pace).await.last() == Some(&text.len()),
                false => self.matches_simply(nodes, text, pace).await,
            },
        }
    }

    /// The same of a text that is short, such as a name.
    pub fn matches_name(&self, name: &str) -> bool {
        at_once(self.matches(name, &mut Pace::default()))
    }

    /// How many bytes at the beginning of the text fit, at most or at least. `None`: it does not fit there.
    pub async fn prefix(&self, text: &str, longest: bool, pace: &mut Pace) -> Option<usize> {
        let ends = match &self.kind {
            Kind::Literal(literal) if !self.ignore_case => {
                return text.starts_with(&**literal).then_some(literal.len());
            }
            Kind::Literal(literal) => {
                self.ends(&literal_nodes(literal), text, vec![0], Way::Forward, pace).await
            }
            Kind::Nodes(nodes) => self.ends(nodes, text, vec![0], Way::Forward, pace).await,
        };
        if longest { ends.last().copied() } else { ends.first().copied() }
    }

    /// Where the end of the text begins that fits, at its longest or its shortest.
    pub async fn suffix(&self, text: &str, longest: bool, pace: &mut Pace) -> Option<usize> {
        let starts = match &self.kind {
            Kind::Literal(literal) if !self.ignore_case => {
                return text.ends_with(&**literal).then(|| text.len() - literal.len());
            }
            Kind::Literal(literal) => {
                self.ends(&literal_nodes(literal), text, vec![text.len()], Way::Backward, pace).await
            }
            Kind::Nodes(nodes) => self.ends(nodes, text, vec![text.len()], Way::Backward, pace).await,
        };
        if longest { starts.first().copied() } else { starts.last().copied() }
    }

    fn is(&self, node: &Node, character: char) -> bool {
        match node {
            Node::Char(wanted) => {
                *wanted == character || self.ignore_case && lower(*wanted) == lower(character)
            }
            Node::Any => true,
            Node::Set(set) => set.has(character, self.ignore_case),
            Node::Star | Node::Group(..) => false,
        }
    }

    /// Without groups it is enough to come back to the last star.
    async fn matches_simply(&self, nodes: &[Node], text: &str, pace: &mut Pace) -> bool {
        let (mut node, mut at) = (0, 0);
        let mut star: Option<(usize, usize)> = None;
        loop {
            pace.did(1).await;
            let character = text[at..].chars().next();
            match (nodes.get(node), character) {
                (Some(Node::Star), _) => {
                    star = Some((node + 1, at));
                    node += 1;
                    continue;
                }
                (Some(wanted), Some(character)) if self.is(wanted, character) => {
                    node += 1;
                    at += character.len_utf8();
                    continue;
                }
                (None, None) => return true,
                _ => {}
            }
            let Some((after, taken)) = star else { return false };
            let Some(character) = text[taken..].chars().next() else { return false };
            star = Some((after, taken + character.len_utf8()));
            (node, at) = (after, taken + character.len_utf8());
        }
    }

    /// Where the nodes can end when they begin at one of `starts`; both in order. Backward, where they can begin when
    /// they end there.
    async fn ends(
        &self,
        nodes: &[Node],
        text: &str,
        starts: Vec<usize>,
        way: Way,
        pace: &mut Pace,
    ) -> Vec<usize> {
        let mut places = starts;
        for node in way.order(nodes) {
            let (Some(first), Some(last)) = (places.first().copied(), places.last().copied()) else {
                return places;
            };
            pace.did(1 + places.len() / 8).await;
            places = match node {
                Node::Star if way == Way::Forward => boundaries(text, first, text.len(), pace).await,
                Node::Star => boundaries(text, 0, last, pace).await,
                Node::Group(group, alternatives) => {
                    self.group_ends(*group, alternatives, text, places, way, pace).await
                }
                node => {
                    places.retain_mut(|at| match way.next(text, *at) {
                        Some((character, after)) if self.is(node, character) => {
                            *at = after;
                            true
                        }
                        _ => false,
                    });
                    places
                }
            };
        }
        places
    }

    fn group_ends<'a>(
        &'a self,
        group: Group,
        alternatives: &'a [Vec<Node>],
        text: &'a str,
        starts: Vec<usize>,
        way: Way,
        pace: &'a mut Pace,
    ) -> BoxFuture<'a, Vec<usize>> {
        async move {
            match group {
                Group::Once => self.once(alternatives, text, &starts, way, pace).await,
                Group::AtMostOnce => {
                    united([self.once(alternatives, text, &starts, way, pace).await, starts].concat())
                }
                Group::AnyTimes | Group::AtLeastOnce => {
                    let mut reached: FxHashSet<usize> = FxHashSet::default();
                    if group == Group::AnyTimes {
                        reached.extend(&starts);
                    }
                    let mut new = starts;
                    while !new.is_empty() {
                        new = self.once(alternatives, text, &new, way, pace).await;
                        new.retain(|at| reached.insert(*at));
                        pace.did(2 * new.len()).await;
                    }
                    united(reached.into_iter().collect())
                }
                Group::Not => {
                    let mut reached = vec![false; text.len() + 1];
                    for start in starts {
                        let taken = self.once(alternatives, text, &[start], way, pace).await;
                        let (from, to) = if way == Way::Forward { (start, text.len()) } else { (0, start) };
                        for at in boundaries(text, from, to, pace).await {
                            reached[at] |= taken.binary_search(&at).is_err();
                            pace.did(1).await;
                        }
                    }
                    (0..).zip(reached).filter_map(|(at, is_reached)| is_reached.then_some(at)).collect()
                }
            }
        }
        .boxed()
    }

    /// Where one of the alternatives can end.
    async fn once(
        &self,
        alternatives: &[Vec<Node>],
        text: &str,
        starts: &[usize],
        way: Way,
        pace: &mut Pace,
    ) -> Vec<usize> {
        let mut all = Vec::new();
        for nodes in alternatives {
            all.extend(self.ends(nodes, text, starts.to_vec(), way, pace).await);
        }
        united(all)
    }
}

async fn boundaries(text: &str, from: usize, to: usize, pace: &mut Pace) -> Vec<usize> {
    let mut places = Vec::with_capacity(to - from + 1);
    for begin in (from..=to).step_by(Pace::AT_ONCE) {
        let end = to.min(begin + Pace::AT_ONCE - 1);
        places.extend((begin..=end).filter(|at| text.is_char_boundary(*at)));
        pace.did((end - begin) / 8).await;
    }
    places
}

fn united(mut places: Vec<usize>) -> Vec<usize> {
    if !places.is_sorted_by(|one, other| one < other) {
        places.sort_unstable();
        places.dedup();
    }
    places
}

fn literal_nodes(literal: &str) -> Vec<Node> {
    literal.chars().map(Node::Char).collect()
}

async fn same_without_case(a: &str, b: &str, pace: &mut Pace) -> bool {
    let mut others = b.chars().map(lower);
    for character in a.chars() {
        if others.next() != Some(lower(character)) {
            return false;
        }
        pace.did(1).await;
    }
    others.next().is_none()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use sandbox_kernel::{Pace, at_once};

    use crate::expand::marked::Marked;
    use crate::expand::pattern::{Pattern, PatternOptions};

    fn prefix(pattern: &Pattern, text: &str, longest: bool) -> Option<usize> {
        at_once(pattern.prefix(text, longest, &mut Pace::default()))
    }

    fn suffix(pattern: &Pattern, text: &str, longest: bool) -> Option<usize> {
        at_once(pattern.suffix(text, longest, &mut Pace::default()))
    }

    fn find(pattern: &Pattern, text: &str) -> Option<(usize, usize)> {
        at_once(pattern.finder().find(text, 0, &mut Pace::default()))
    }

    fn pattern(text: &str) -> Pattern {
        Pattern::new(&Marked::from(text), PatternOptions { extglob: true, ignore_case: false })
    }

    proptest! {
        #[test]
        fn parts_of_a_text_fit_as_the_whole_of_them_does(
            glob in "[-ab!^*?@+()|\\[\\]:.é\\\\]{0,12}",
            text in "[abé.\\[]{0,8}",
        ) {
            let pattern = pattern(&glob);
            for longest in [false, true] {
                if let Some(end) = prefix(&pattern, &text, longest) {
                    prop_assert!(pattern.matches_name(&text[..end]));
                }
                if let Some(start) = suffix(&pattern, &text, longest) {
                    prop_assert!(pattern.matches_name(&text[start..]));
                }
            }
            if let Some((start, end)) = find(&pattern, &text) {
                prop_assert!(pattern.matches_name(&text[start..end]));
            }
            let places = (0..=text.len()).filter(|at| text.is_char_boundary(*at));
            let first = places.clone().find(|at| {
                places.clone().any(|end| end >= *at && pattern.matches_name(&text[*at..end]))
            });
            prop_assert_eq!(find(&pattern, &text).map(|(start, _)| start), first);
            let shortest = places.clone().rev().find(|at| pattern.matches_name(&text[*at..]));
            prop_assert_eq!(suffix(&pattern, &text, false), shortest);
            if pattern.matches_name(&text) {
                prop_assert_eq!(prefix(&pattern, &text, true), Some(text.len()));
                prop_assert_eq!(suffix(&pattern, &text, true), Some(0));
            }
        }
    }

    #[test]
    fn whole_texts_fit() {
        for (glob, text, fits) in [
            ("a*c", "abbc", true),
            ("a*c", "abb", false),
            ("*", "", true),
            ("?", "ä", true),
            ("[a-c]x", "bx", true),
            ("[!a-c]x", "bx", false),
            ("[]a]", "]", true),
            ("[a", "[a", true),
            ("[[:digit:]]*", "1a", true),
            ("[[.-.]]", "-", true),
            ("[a-]", "-", true),
            ("\\*", "*", true),
            ("\\*", "a", false),
            ("@(a|bc)d", "bcd", true),
            ("*(ab)", "ababab", true),
            ("+(ab)", "", false),
            ("?(a)b", "b", true),
            ("!(a)", "b", true),
            ("!(a)", "a", false),
            ("!(*.c|*.h)", "x.o", true),
            ("a!(b)c", "abc", false),
            ("a!(b)c", "abbc", true),
            ("@(a", "@(a", true),
            ("*(a|*(b))c", "abbac", true),
        ] {
            assert_eq!(pattern(glob).matches_name(text), fits, "{glob} {text}");
        }
    }

    #[test]
    fn many_stars_take_no_time() {
        let text = "a".repeat(3000);
        assert!(!pattern(&("*a".repeat(30) + "b")).matches_name(&text));
        assert!(!pattern(&("*(a)".repeat(20) + "b")).matches_name(&text));
        assert_eq!(pattern(&"@(".repeat(5000)).literal().map(str::len), Some(10_000));
    }

    #[test]
    fn ends_and_places_are_found() {
        assert_eq!(prefix(&pattern("*b"), "abab", false), Some(2));
        assert_eq!(prefix(&pattern("*b"), "abab", true), Some(4));
        assert_eq!(suffix(&pattern("b*"), "abab", false), Some(3));
        assert_eq!(suffix(&pattern("b*"), "abab", true), Some(1));
        assert_eq!(find(&pattern("[bä]"), "aäb"), Some((1, 3)));
        assert_eq!(find(&pattern("x"), "aäb"), None);
        let without_case = PatternOptions { ignore_case: true, extglob: false };
        assert!(Pattern::new(&Marked::from("ÄB[c]"), without_case).matches_name("äbC"));
    }
}
