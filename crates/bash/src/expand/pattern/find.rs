//! Looking for a pattern in a text, again and again.

use sandbox_kernel::Pace;

use super::{Group, Kind, Node, Pattern};
use crate::expand::regex::{Regex, Tree};

/// Bytes in which a text is looked for without a pause.
const WINDOW: usize = 256 << 10;

/// A pattern that is looked for.
pub struct Finder<'a> {
    pattern: &'a Pattern,
    /// The pattern as a regular expression, where it may reach far: one is followed from all places at once.
    regex: Option<Regex>,
}

impl Pattern {
    /// Begins to look for it.
    pub fn finder(&self) -> Finder<'_> {
        let regex = match &self.kind {
            Kind::Nodes(nodes) if nodes.iter().any(reaches_far) => {
                sequence(nodes).and_then(|tree| Regex::of_pattern(&tree, self.ignore_case))
            }
            _ => None,
        };
        Finder { pattern: self, regex }
    }
}

impl Finder<'_> {
    /// The first place at or after `from` where it fits, at its longest.
    pub async fn find(&self, text: &str, from: usize, pace: &mut Pace) -> Option<(usize, usize)> {
        let pattern = self.pattern;
        if let Kind::Literal(literal) = &pattern.kind
            && !pattern.ignore_case
        {
            return find_literal(text, from, literal, pace).await;
        }
        if let Some(regex) = &self.regex {
            return regex.span(text, from, pace).await;
        }
        let mut at = from;
        loop {
            if let Some(end) = pattern.prefix(&text[at..], true, pace).await {
                return Some((at, at + end));
            }
            pace.did(1).await;
            at += text[at..].chars().next()?.len_utf8();
        }
    }
}

async fn find_literal(text: &str, from: usize, literal: &str, pace: &mut Pace) -> Option<(usize, usize)> {
    let mut begin = from;
    loop {
        // What begins in this window ends in it or shortly behind.
        let mut end = text.len().min(begin + WINDOW + literal.len());
        while !text.is_char_boundary(end) {
            end += 1;
        }
        let found = text[begin..end].find(literal);
        pace.passed(found.unwrap_or(end - begin)).await;
        if let Some(len) = found {
            return Some((begin + len, begin + len + literal.len()));
        }
        if end == text.len() {
            return None;
        }
        begin += WINDOW;
        while !text.is_char_boundary(begin) {
            begin -= 1;
        }
    }
}

/// Whether what a node fits may be of any length.
fn reaches_far(node: &Node) -> bool {
    match node {
        Node::Star | Node::Group(Group::AnyTimes | Group::AtLeastOnce | Group::Not, _) => true,
        Node::Group(_, alternatives) => alternatives.iter().flatten().any(reaches_far),
        Node::Char(_) | Node::Any | Node::Set(_) => false,
    }
}

/// Nodes as a regular expression. `None`: `!(…)` is none.
fn sequence(nodes: &[Node]) -> Option<Tree> {
    nodes.iter().map(tree).collect::<Option<_>>().map(Tree::Sequence)
}

fn tree(node: &Node) -> Option<Tree> {
    Some(match node {
        Node::Char(character) => Tree::Char(*character),
        Node::Any => Tree::Any,
        Node::Set(set) => Tree::Set(set.clone()),
        Node::Star => Tree::Repeat(Box::new(Tree::Any), 0, None),
        Node::Group(group, alternatives) => {
            let alternatives = alternatives.iter().map(|nodes| sequence(nodes)).collect::<Option<_>>();
            let inside = Tree::Alternatives(alternatives?);
            match group {
                Group::Once => inside,
                Group::AtMostOnce => Tree::Repeat(Box::new(inside), 0, Some(1)),
                Group::AnyTimes => Tree::Repeat(Box::new(inside), 0, None),
                Group::AtLeastOnce => Tree::Repeat(Box::new(inside), 1, None),
                Group::Not => return None,
            }
        }
    })
}
