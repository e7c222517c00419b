//! Patterns: of `case`, `[[ a == b ]]`, parameter expansions and pathnames.

mod class;
mod find;
mod matching;
mod parse;

use super::marked::Marked;
pub(super) use class::{Class, Set, lower, upper};

/// How a pattern is read.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct PatternOptions {
    /// Whether `@(a|b)` and its like are operators.
    pub extglob: bool,
    /// Whether upper and lower case are the same.
    pub ignore_case: bool,
}

/// A pattern.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pattern {
    kind: Kind,
    ignore_case: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Kind {
    /// Text that stands for itself.
    Literal(String),
    Nodes(Vec<Node>),
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Node {
    Char(char),
    /// `?`
    Any,
    /// `*`
    Star,
    /// `[…]`
    Set(Set),
    /// `@(…|…)`
    Group(Group, Vec<Vec<Node>>),
}

/// How often the alternatives of a group come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Group {
    /// `@(…)`
    Once,
    /// `?(…)`
    AtMostOnce,
    /// `*(…)`
    AnyTimes,
    /// `+(…)`
    AtLeastOnce,
    /// `!(…)`: anything else.
    Not,
}

impl Pattern {
    /// Reads a pattern. Any text is one: what is no operator stands for itself.
    pub fn new(text: &Marked, options: PatternOptions) -> Self {
        let kind = match parse::is_plain(text, options.extglob) {
            true => Kind::Literal(text.text.clone()),
            false => parse::parse(text, options.extglob),
        };
        Self { kind, ignore_case: options.ignore_case }
    }

    /// The text that it is, when it has no operators.
    pub fn literal(&self) -> Option<&str> {
        match &self.kind {
            Kind::Literal(text) => Some(text),
            Kind::Nodes(_) => None,
        }
    }

    /// Whether a text may begin with a dot by this pattern, as names of hidden files do.
    pub(super) fn begins_with_dot(&self) -> bool {
        match &self.kind {
            Kind::Literal(text) => text.starts_with('.'),
            Kind::Nodes(nodes) => begins_with_dot(nodes),
        }
    }
}

fn begins_with_dot(nodes: &[Node]) -> bool {
    match nodes.first() {
        Some(Node::Char('.')) => true,
        Some(Node::Group(Group::Not, _)) => false,
        Some(Node::Group(_, alternatives)) => alternatives.iter().any(|nodes| begins_with_dot(nodes)),
        _ => false,
    }
}
