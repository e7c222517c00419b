//! From a pattern's text to its operators.

use super::class::{Class, Set};
use super::{Group, Kind, Node};
use crate::expand::marked::Marked;

/// How deep groups may lie in one another; what is deeper stands for itself.
const MAX_DEPTH: usize = 100;

/// Whether nothing in a text is an operator.
pub(super) fn is_plain(text: &Marked, extglob: bool) -> bool {
    let is_operator = |byte: u8| matches!(byte, b'*' | b'?' | b'[' | b'\\') || extglob && byte == b'(';
    !text.text.bytes().any(is_operator)
}

pub(super) fn parse(text: &Marked, extglob: bool) -> Kind {
    let chars: Vec<_> = text.chars().map(|(_, character, quoted)| (character, quoted)).collect();
    let mut parser = Parser { chars: &chars, at: 0, extglob };
    let nodes = parser.sequence(0);
    let literal: Option<String> = nodes
        .iter()
        .map(|node| match node {
            Node::Char(character) => Some(*character),
            _ => None,
        })
        .collect();
    literal.map_or(Kind::Nodes(nodes), Kind::Literal)
}

struct Parser<'a> {
    chars: &'a [(char, bool)],
    at: usize,
    extglob: bool,
}

impl Parser<'_> {
    /// The operator that stands at a place: a character outside of quotes.
    fn operator(&self, at: usize) -> Option<char> {
        self.chars.get(at).filter(|(_, quoted)| !quoted).map(|(character, _)| *character)
    }

    /// Up to the end, or in a group up to `|` or `)`.
    fn sequence(&mut self, depth: usize) -> Vec<Node> {
        let mut nodes = Vec::new();
        while let Some((character, quoted)) = self.chars.get(self.at).copied() {
            if quoted {
                self.at += 1;
                nodes.push(Node::Char(character));
                continue;
            }
            if depth > 0 && matches!(character, '|' | ')') {
                break;
            }
            if let Some(group) = self.group(character, depth) {
                nodes.push(group);
                continue;
            }
            self.at += 1;
            match character {
                '?' => nodes.push(Node::Any),
                '*' if nodes.last() == Some(&Node::Star) => {}
                '*' => nodes.push(Node::Star),
                '[' => nodes.push(self.set().map_or(Node::Char('['), Node::Set)),
                character => nodes.push(Node::Char(character)),
            }
        }
        nodes
    }

    /// The group that begins here.
    fn group(&mut self, character: char, depth: usize) -> Option<Node> {
        let kind = match character {
            '@' => Group::Once,
            '?' => Group::AtMostOnce,
            '*' => Group::AnyTimes,
            '+' => Group::AtLeastOnce,
            '!' => Group::Not,
            _ => return None,
        };
        if !self.extglob || depth == MAX_DEPTH || self.operator(self.at + 1) != Some('(') {
            return None;
        }
        let begin = self.at;
        self.at += 2;
        let mut alternatives = vec![self.sequence(depth + 1)];
        while self.operator(self.at) == Some('|') {
            self.at += 1;
            alternatives.push(self.sequence(depth + 1));
        }
        if self.operator(self.at) != Some(')') {
            self.at = begin;
            // Without this, a text of nothing but openings would be read again and again.
            self.extglob = false;
            return None;
        }
        self.at += 1;
        Some(Node::Group(kind, alternatives))
    }

    /// The set whose `[` was just read. Without a `]` it is none.
    fn set(&mut self) -> Option<Set> {
        let mut set = Set::default();
        let mut at = self.at;
        if matches!(self.operator(at), Some('!' | '^')) {
            set.negated = true;
            at += 1;
        }
        let first = at;
        loop {
            let (character, quoted) = self.chars.get(at).copied()?;
            if character == ']' && !quoted && at > first {
                self.at = at + 1;
                return Some(set);
            }
            if character == '['
                && !quoted
                && self.operator(at + 1) == Some(':')
                && let Some((name, after)) = self.named(at, ':')
            {
                set.classes.push(Class::by_name(&name));
                at = after;
                continue;
            }
            let (from, after) = self.member(at)?;
            at = after;
            if self.operator(at) == Some('-')
                && self.operator(at + 1) != Some(']')
                && at + 1 < self.chars.len()
            {
                let (to, after) = self.member(at + 1)?;
                at = after;
                // A range that ends before it begins holds nothing.
                if from <= to {
                    set.ranges.push((from, to));
                }
            } else {
                set.ranges.push((from, from));
            }
        }
    }

    /// One character of a set: itself, or `[.x.]`, `[=x=]`.
    fn member(&self, at: usize) -> Option<(char, usize)> {
        let (character, quoted) = self.chars.get(at).copied()?;
        if character == '['
            && !quoted
            && let Some(kind @ ('.' | '=')) = self.operator(at + 1)
            && let Some((name, after)) = self.named(at, kind)
            && let (Some(character), true) = (name.chars().next(), name.chars().count() == 1)
        {
            return Some((character, after));
        }
        Some((character, at + 1))
    }

    /// What stands in `[:…:]` that begins at a place, and where it ends.
    fn named(&self, at: usize, kind: char) -> Option<(String, usize)> {
        let inside = &self.chars[at + 2..];
        let len = inside.windows(2).position(|pair| pair[0].0 == kind && pair[1].0 == ']')?;
        Some((inside[..len].iter().map(|(character, _)| *character).collect(), at + 2 + len + 2))
    }
}
