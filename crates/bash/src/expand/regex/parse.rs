//! From a regular expression's text to its tree.

use crate::expand::pattern::{Class, Set};

/// How deep groups may lie in one another, and how often one thing may be repeated.
const MAX_DEPTH: usize = 200;

/// Most repetitions that can be asked for.
const MAX_REPEAT: u32 = 32_767;

#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::expand) enum Tree {
    Char(char),
    Any,
    Set(Set),
    Assert(Assertion),
    /// A group that is remembered, by its number.
    Group(usize, Box<Tree>),
    Sequence(Vec<Tree>),
    Alternatives(Vec<Tree>),
    /// How often at least, and at most.
    Repeat(Box<Tree>, u32, Option<u32>),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::expand) enum Assertion {
    TextStart,
    TextEnd,
    WordStart,
    WordEnd,
    WordBoundary,
    NoWordBoundary,
}

/// The tree of an expression, and how many groups it has. `None`: it is wrong.
pub(super) fn parse(text: &str) -> Option<(Tree, usize)> {
    let chars: Vec<char> = text.chars().collect();
    let mut parser = Parser { chars: &chars, at: 0, groups: 0 };
    let tree = parser.alternatives(0)?;
    (parser.at == chars.len()).then_some((tree, parser.groups))
}

struct Parser<'a> {
    chars: &'a [char],
    at: usize,
    groups: usize,
}

impl Parser<'_> {
    fn peek(&self) -> Option<char> {
        self.chars.get(self.at).copied()
    }

    fn takes(&mut self, wanted: char) -> bool {
        let is_there = self.peek() == Some(wanted);
        self.at += usize::from(is_there);
        is_there
    }

    fn alternatives(&mut self, depth: usize) -> Option<Tree> {
        let mut all = vec![self.sequence(depth)?];
        while self.takes('|') {
            all.push(self.sequence(depth)?);
        }
        if all.len() == 1 { all.pop() } else { Some(Tree::Alternatives(all)) }
    }

    fn sequence(&mut self, depth: usize) -> Option<Tree> {
        let mut items = Vec::new();
        while let Some(character) = self.peek() {
            // A lone `)` stands for itself.
            if character == '|' || character == ')' && depth > 0 {
                break;
            }
            self.at += 1;
            let mut item = self.item(character, depth)?;
            let mut repetitions = 0;
            while let Some((least, most)) = self.repetition()? {
                repetitions += 1;
                if matches!(item, Tree::Assert(_)) || repetitions > MAX_DEPTH {
                    return None;
                }
                item = Tree::Repeat(Box::new(item), least, most);
            }
            items.push(item);
        }
        Some(Tree::Sequence(items))
    }

    fn item(&mut self, character: char, depth: usize) -> Option<Tree> {
        Some(match character {
            '*' | '+' | '?' | '{' => return None,
            '.' => Tree::Any,
            '^' => Tree::Assert(Assertion::TextStart),
            '$' => Tree::Assert(Assertion::TextEnd),
            '[' => Tree::Set(self.set()?),
            '(' => {
                if depth == MAX_DEPTH {
                    return None;
                }
                self.groups += 1;
                let number = self.groups;
                let inside = self.alternatives(depth + 1)?;
                if !self.takes(')') {
                    return None;
                }
                Tree::Group(number, Box::new(inside))
            }
            '\\' => {
                let escaped = self.peek()?;
                self.at += 1;
                escape(escaped)
            }
            character => Tree::Char(character),
        })
    }

    /// The repetition that stands here, if one does. The outer `None`: it is wrong.
    #[expect(clippy::option_option, reason = "wrong, absent and there are three things")]
    fn repetition(&mut self) -> Option<Option<(u32, Option<u32>)>> {
        let found = match self.peek() {
            Some('*') => (0, None),
            Some('+') => (1, None),
            Some('?') => (0, Some(1)),
            Some('{') => {
                self.at += 1;
                return self.interval().map(Some);
            }
            _ => return Some(None),
        };
        self.at += 1;
        Some(Some(found))
    }

    /// What stands after `{`.
    fn interval(&mut self) -> Option<(u32, Option<u32>)> {
        let least = self.number();
        let (least, most) = match self.takes(',') {
            true => (least.unwrap_or(0), self.number()),
            false => (least?, least),
        };
        let is_right = self.takes('}')
            && least <= MAX_REPEAT
            && most.is_none_or(|most| (least..=MAX_REPEAT).contains(&most));
        is_right.then_some((least, most))
    }

    fn number(&mut self) -> Option<u32> {
        let start = self.at;
        let mut value = 0u32;
        while let Some(digit) = self.peek().and_then(|character| character.to_digit(10)) {
            value = value.saturating_mul(10).saturating_add(digit);
            self.at += 1;
        }
        (self.at > start).then_some(value)
    }

    /// The set whose `[` was just read.
    fn set(&mut self) -> Option<Set> {
        let mut set = Set { negated: self.takes('^'), ..Set::default() };
        let first = self.at;
        loop {
            let character = self.peek()?;
            if character == ']' && self.at > first {
                self.at += 1;
                return Some(set);
            }
            if character == '[' && self.chars.get(self.at + 1) == Some(&':') {
                let name = self.named(':')?;
                match Class::by_name(&name) {
                    Class::Nothing => return None,
                    class => set.classes.push(class),
                }
                continue;
            }
            let from = self.member()?;
            let is_range =
                self.peek() == Some('-') && self.chars.get(self.at + 1).is_some_and(|next| *next != ']');
            let to = match is_range {
                true => {
                    self.at += 1;
                    self.member()?
                }
                false => from,
            };
            if from > to {
                return None;
            }
            set.ranges.push((from, to));
        }
    }

    fn member(&mut self) -> Option<char> {
        let character = self.peek()?;
        if character == '['
            && let Some(kind @ ('.' | '=')) = self.chars.get(self.at + 1).copied()
        {
            let name = self.named(kind)?;
            let mut name = name.chars();
            return name.next().filter(|_| name.next().is_none());
        }
        self.at += 1;
        Some(character)
    }

    /// What stands in the `[:…:]` that begins here.
    fn named(&mut self, kind: char) -> Option<String> {
        let inside = &self.chars[self.at + 2..];
        let len = inside.windows(2).position(|pair| pair == [kind, ']'])?;
        self.at += len + 4;
        Some(inside[..len].iter().collect())
    }
}

/// What a character after a backslash means.
fn escape(escaped: char) -> Tree {
    let class = |class, negated| Tree::Set(Set { negated, ranges: Vec::new(), classes: vec![class] });
    match escaped {
        'w' => class(Class::Word, false),
        'W' => class(Class::Word, true),
        's' => class(Class::Space, false),
        'S' => class(Class::Space, true),
        '`' => Tree::Assert(Assertion::TextStart),
        '\'' => Tree::Assert(Assertion::TextEnd),
        '<' => Tree::Assert(Assertion::WordStart),
        '>' => Tree::Assert(Assertion::WordEnd),
        'b' => Tree::Assert(Assertion::WordBoundary),
        'B' => Tree::Assert(Assertion::NoWordBoundary),
        other => Tree::Char(other),
    }
}
