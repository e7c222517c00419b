//! Whether and where a pattern fits.
//!
//! Positions in the text are followed as sets, node by node: no pattern takes more than time proportional to its length
//! times that of the text, but for `!(…)`, which is looked at from each position on its own.

use super::class::lower;
use super::{Group, Kind, Node, Pattern};

impl Pattern {
    /// Whether the whole text fits.
    pub fn matches(&self, text: &str) -> bool {
        match &self.kind {
            Kind::Literal(literal) if !self.ignore_case => literal == text,
            Kind::Literal(literal) => same_without_case(literal, text),
            Kind::Nodes(nodes) => match nodes.iter().any(|node| matches!(node, Node::Group(..))) {
                true => self.ends(nodes, text, vec![0]).last() == Some(&text.len()),
                false => self.matches_simply(nodes, text),
            },
        }
    }

    /// How many bytes at the beginning of the text fit, at most or at least. `None`: it does not fit there.
    pub fn prefix(&self, text: &str, longest: bool) -> Option<usize> {
        match &self.kind {
            Kind::Literal(literal) if !self.ignore_case => {
                text.starts_with(&**literal).then_some(literal.len())
            }
            Kind::Literal(literal) => self.ends(&literal_nodes(literal), text, vec![0]).first().copied(),
            Kind::Nodes(nodes) => {
                let ends = self.ends(nodes, text, vec![0]);
                if longest { ends.last().copied() } else { ends.first().copied() }
            }
        }
    }

    /// Where the end of the text begins that fits, at its longest or its shortest.
    pub fn suffix(&self, text: &str, longest: bool) -> Option<usize> {
        if let Kind::Literal(literal) = &self.kind
            && !self.ignore_case
        {
            return text.ends_with(&**literal).then(|| text.len() - literal.len());
        }
        let mut starts = (0..=text.len()).filter(|at| text.is_char_boundary(*at));
        let mut fits = |at: &usize| self.matches(&text[*at..]);
        if longest { starts.find(&mut fits) } else { starts.rev().find(&mut fits) }
    }

    /// The first place at or after `from` where it fits, at its longest.
    pub fn find(&self, text: &str, from: usize) -> Option<(usize, usize)> {
        if let Kind::Literal(literal) = &self.kind
            && !self.ignore_case
        {
            let start = from + text[from..].find(&**literal)?;
            return Some((start, start + literal.len()));
        }
        (from..=text.len())
            .filter(|at| text.is_char_boundary(*at))
            .find_map(|at| Some((at, at + self.prefix(&text[at..], true)?)))
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
    fn matches_simply(&self, nodes: &[Node], text: &str) -> bool {
        let (mut node, mut at) = (0, 0);
        let mut star: Option<(usize, usize)> = None;
        loop {
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

    /// Where the nodes can end when they begin at one of `starts`; both in order.
    fn ends(&self, nodes: &[Node], text: &str, starts: Vec<usize>) -> Vec<usize> {
        let mut places = starts;
        for node in nodes {
            if places.is_empty() {
                return places;
            }
            places = match node {
                Node::Star => boundaries(text, places[0]),
                Node::Group(group, alternatives) => self.group_ends(*group, alternatives, text, places),
                node => {
                    places.retain_mut(|at| match text[*at..].chars().next() {
                        Some(character) if self.is(node, character) => {
                            *at += character.len_utf8();
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

    fn group_ends(
        &self,
        group: Group,
        alternatives: &[Vec<Node>],
        text: &str,
        starts: Vec<usize>,
    ) -> Vec<usize> {
        let once = |starts: &[usize]| {
            let ends = alternatives.iter().map(|nodes| self.ends(nodes, text, starts.to_vec()));
            united(ends.flatten().collect())
        };
        match group {
            Group::Once => once(&starts),
            Group::AtMostOnce => united([once(&starts), starts].concat()),
            Group::AnyTimes | Group::AtLeastOnce => {
                let mut reached = if group == Group::AnyTimes { starts.clone() } else { Vec::new() };
                let mut new = starts;
                while !new.is_empty() {
                    new = once(&new);
                    new.retain(|at| reached.binary_search(at).is_err());
                    reached = united([reached, new.clone()].concat());
                }
                reached
            }
            Group::Not => {
                let from = |start: usize| {
                    let taken = once(&[start]);
                    let others = boundaries(text, start).into_iter();
                    others.filter(move |at| taken.binary_search(at).is_err()).collect::<Vec<_>>()
                };
                united(starts.into_iter().flat_map(from).collect())
            }
        }
    }
}

fn boundaries(text: &str, from: usize) -> Vec<usize> {
    (from..=text.len()).filter(|at| text.is_char_boundary(*at)).collect()
}

fn united(mut places: Vec<usize>) -> Vec<usize> {
    places.sort_unstable();
    places.dedup();
    places
}

fn literal_nodes(literal: &str) -> Vec<Node> {
    literal.chars().map(Node::Char).collect()
}

fn same_without_case(a: &str, b: &str) -> bool {
    a.chars().map(lower).eq(b.chars().map(lower))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use crate::expand::marked::Marked;
    use crate::expand::pattern::{Pattern, PatternOptions};

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
                if let Some(end) = pattern.prefix(&text, longest) {
                    prop_assert!(pattern.matches(&text[..end]));
                }
                if let Some(start) = pattern.suffix(&text, longest) {
                    prop_assert!(pattern.matches(&text[start..]));
                }
            }
            if let Some((start, end)) = pattern.find(&text, 0) {
                prop_assert!(pattern.matches(&text[start..end]));
            }
            if pattern.matches(&text) {
                prop_assert_eq!(pattern.prefix(&text, true), Some(text.len()));
                prop_assert_eq!(pattern.suffix(&text, true), Some(0));
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
            assert_eq!(pattern(glob).matches(text), fits, "{glob} {text}");
        }
    }

    #[test]
    fn many_stars_take_no_time() {
        let text = "a".repeat(3000);
        assert!(!pattern(&("*a".repeat(30) + "b")).matches(&text));
        assert!(!pattern(&("*(a)".repeat(20) + "b")).matches(&text));
        assert_eq!(pattern(&"@(".repeat(5000)).literal().map(str::len), Some(10_000));
    }

    #[test]
    fn ends_and_places_are_found() {
        assert_eq!(pattern("*b").prefix("abab", false), Some(2));
        assert_eq!(pattern("*b").prefix("abab", true), Some(4));
        assert_eq!(pattern("b*").suffix("abab", false), Some(3));
        assert_eq!(pattern("b*").suffix("abab", true), Some(1));
        assert_eq!(pattern("[bä]").find("aäb", 0), Some((1, 3)));
        assert_eq!(pattern("x").find("aäb", 0), None);
        let without_case = PatternOptions { ignore_case: true, extglob: false };
        assert!(Pattern::new(&Marked::from("ÄB[c]"), without_case).matches("äbC"));
    }
}
