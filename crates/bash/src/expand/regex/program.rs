//! Regular expressions as programs, which a search runs.

use super::parse::{Assertion, Tree, parse};
use crate::expand::pattern::Set;

/// How long a program may be: `(a{1000}){1000}` is none.
const MAX_STEPS: usize = 100_000;

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Step {
    Char(char),
    Any,
    Set(Set),
    Assert(Assertion),
    /// Remembers where a group begins or ends.
    Save(usize),
    /// Goes on at either; the first is tried first.
    Fork(usize, usize),
    Jump(usize),
    /// Remembers where a repeated part begins.
    Mark(usize),
    /// A repeated part must not have been empty.
    Moved(usize),
    Found,
}

/// A regular expression.
pub(in crate::expand) struct Regex {
    pub(super) steps: Vec<Step>,
    /// How many groups there are, besides the whole.
    pub(super) groups: usize,
    /// How many marks there are.
    pub(super) marks: usize,
    pub(super) ignore_case: bool,
    /// Whether it stands for a pattern, in which classes have a case.
    pub(super) is_pattern: bool,
}

impl Regex {
    /// Reads an expression. `None`: it is wrong, or too big.
    pub(super) fn new(text: &str, ignore_case: bool) -> Option<Self> {
        let (tree, groups) = parse(text)?;
        Self::of(&tree, groups, ignore_case, false)
    }

    /// Makes an expression of the tree of a pattern. `None`: it is too big.
    pub(in crate::expand) fn of_pattern(tree: &Tree, ignore_case: bool) -> Option<Self> {
        Self::of(tree, 0, ignore_case, true)
    }

    fn of(tree: &Tree, groups: usize, ignore_case: bool, is_pattern: bool) -> Option<Self> {
        let mut regex = Self { steps: Vec::new(), groups, marks: 0, ignore_case, is_pattern };
        regex.add(tree)?;
        regex.steps.push(Step::Found);
        Some(regex)
    }

    fn add(&mut self, tree: &Tree) -> Option<()> {
        if self.steps.len() > MAX_STEPS {
            return None;
        }
        match tree {
            Tree::Char(character) => self.steps.push(Step::Char(*character)),
            Tree::Any => self.steps.push(Step::Any),
            Tree::Set(set) => self.steps.push(Step::Set(set.clone())),
            Tree::Assert(assertion) => self.steps.push(Step::Assert(*assertion)),
            Tree::Group(number, inside) => {
                self.steps.push(Step::Save(number * 2));
                self.add(inside)?;
                self.steps.push(Step::Save(number * 2 + 1));
            }
            Tree::Sequence(items) => items.iter().try_for_each(|item| self.add(item))?,
            Tree::Alternatives(all) => self.add_alternatives(all)?,
            Tree::Repeat(part, least, most) => {
                for _ in 0..*least {
                    self.add(part)?;
                }
                match most {
                    None => self.add_loop(part)?,
                    Some(most) => self.add_optional(part, most - least)?,
                }
            }
        }
        Some(())
    }

    fn add_alternatives(&mut self, all: &[Tree]) -> Option<()> {
        let mut ends = Vec::new();
        for (place, alternative) in all.iter().enumerate() {
            if place + 1 == all.len() {
                self.add(alternative)?;
                break;
            }
            let fork = self.steps.len();
            self.steps.push(Step::Fork(fork + 1, 0));
            self.add(alternative)?;
            ends.push(self.steps.len());
            self.steps.push(Step::Jump(0));
            self.steps[fork] = Step::Fork(fork + 1, self.steps.len());
        }
        let end = self.steps.len();
        for jump in ends {
            self.steps[jump] = Step::Jump(end);
        }
        Some(())
    }

    /// Any number of a part. One that is empty does not come again.
    fn add_loop(&mut self, part: &Tree) -> Option<()> {
        let fork = self.steps.len();
        let mark = self.marks;
        self.marks += 1;
        self.steps.push(Step::Fork(fork + 1, 0));
        self.steps.push(Step::Mark(mark));
        self.add(part)?;
        self.steps.push(Step::Moved(mark));
        self.steps.push(Step::Jump(fork));
        self.steps[fork] = Step::Fork(fork + 1, self.steps.len());
        Some(())
    }

    /// Up to `most` of a part.
    fn add_optional(&mut self, part: &Tree, most: u32) -> Option<()> {
        let mut forks = Vec::new();
        for _ in 0..most {
            forks.push(self.steps.len());
            self.steps.push(Step::Fork(self.steps.len() + 1, 0));
            self.add(part)?;
        }
        let end = self.steps.len();
        for fork in forks {
            self.steps[fork] = Step::Fork(fork + 1, end);
        }
        Some(())
    }
}
