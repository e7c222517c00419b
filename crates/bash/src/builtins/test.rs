//! `test` and `[`

use super::conditions::{compare_files, is_binary, is_file_comparison, is_unary, number_order, unary};
use super::numbers;
use super::outcome::{Outcome, Stop};
use crate::state::Shell;
use crate::text;

/// How deep parentheses and `!` may be nested.
const MOST_NESTED: u32 = 400;

/// `test` and `[`
pub(super) fn test(shell: &mut Shell, args: &[String], _: &mut Vec<u8>) -> Outcome {
    let mut words = &args[1..];
    if args[0] == "[" {
        match words {
            [before @ .., last] if last == "]" => words = before,
            _ => {
                shell.complain("[: missing `]'");
                return Ok(2);
            }
        }
    }
    let mut test = Test { shell, name: &args[0], words, at: 0, nested: 0 };
    Ok(if test.all()? { 0 } else { 1 })
}

/// A test that is read and judged at once.
struct Test<'s, 'a> {
    shell: &'s mut Shell,
    name: &'a str,
    words: &'a [String],
    /// The word that is read next.
    at: usize,
    nested: u32,
}

impl<'a> Test<'_, 'a> {
    fn wrong<T>(&mut self, message: &str) -> Outcome<T> {
        self.shell.complain(format!("{}: {message}", self.name));
        Err(Stop::Failed(2))
    }

    fn word(&self) -> Option<&'a str> {
        self.words.get(self.at).map(String::as_str)
    }

    /// What POSIX says of so many words; of more of them the grammar decides.
    fn all(&mut self) -> Outcome<bool> {
        let value = match self.words {
            [] => return Ok(false),
            [word] => return Ok(!word.is_empty()),
            [_, _] => return self.two(),
            [_, _, _] => return self.three(),
            [not, ..] if self.words.len() == 4 && not == "!" => {
                self.at = 1;
                return Ok(!self.three()?);
            }
            [open, .., close] if self.words.len() == 4 && open == "(" && close == ")" => {
                self.at = 1;
                return self.two();
            }
            _ => self.or()?,
        };
        match self.word() {
            None => Ok(value),
            Some(word) if word.starts_with('-') => self.wrong(&format!("syntax error: `{word}' unexpected")),
            Some(_) => self.wrong("too many arguments"),
        }
    }

    fn two(&mut self) -> Outcome<bool> {
        let (first, second) = (&self.words[self.at], &self.words[self.at + 1]);
        if first == "!" {
            return Ok(second.is_empty());
        }
        match unary_operator(first) {
            Some('t') => Ok(numbers::integer(second).is_some() && unary(self.shell, 't', second)),
            Some(letter) => Ok(unary(self.shell, letter, second)),
            None => self.wrong(&format!("{first}: unary operator expected")),
        }
    }

    fn three(&mut self) -> Outcome<bool> {
        let [first, second, third] = &self.words[self.at..] else { return self.or() };
        let is_true = |word: &String| !word.is_empty();
        match (first.as_str(), second.as_str(), third.as_str()) {
            (_, operator, _) if is_binary(operator) => self.binary(first, operator, third),
            (_, "-a", _) => Ok(is_true(first) && is_true(third)),
            (_, "-o", _) => Ok(is_true(first) || is_true(third)),
            ("!", ..) => {
                self.at += 1;
                Ok(!self.two()?)
            }
            ("(", _, ")") => Ok(is_true(second)),
            _ => self.wrong(&format!("{second}: binary operator expected")),
        }
    }

    fn or(&mut self) -> Outcome<bool> {
        let mut value = self.and()?;
        while self.word() == Some("-o") {
            self.at += 1;
            value |= self.and()?;
        }
        Ok(value)
    }

    fn and(&mut self) -> Outcome<bool> {
        let mut value = self.term()?;
        while self.word() == Some("-a") {
            self.at += 1;
            value &= self.term()?;
        }
        Ok(value)
    }

    fn term(&mut self) -> Outcome<bool> {
        let mut is_negated = false;
        while self.word() == Some("!") {
            self.at += 1;
            is_negated = !is_negated;
        }
        Ok(self.positive()? != is_negated)
    }

    fn positive(&mut self) -> Outcome<bool> {
        let Some(word) = self.word() else { return self.wrong("argument expected") };
        if word == "(" {
            return self.group();
        }
        if let [left, operator, right, ..] = &self.words[self.at..]
            && is_binary(operator)
        {
            self.at += 3;
            return self.binary(left, operator, right);
        }
        self.at += 1;
        if !(word.len() == 2 && word.starts_with('-')) {
            return Ok(!word.is_empty());
        }
        let Some(letter) = unary_operator(word) else {
            return self.wrong(&format!("{word}: unary operator expected"));
        };
        let Some(operand) = self.word() else {
            return if letter == 't' {
                Ok(unary(self.shell, 't', "1"))
            } else {
                self.wrong("argument expected")
            };
        };
        if letter == 't' && numbers::integer(operand).is_none() {
            return Ok(false);
        }
        self.at += 1;
        Ok(unary(self.shell, letter, operand))
    }

    fn group(&mut self) -> Outcome<bool> {
        self.at += 1;
        self.nested += 1;
        if self.word().is_none() || self.nested > MOST_NESTED {
            return self.wrong("argument expected");
        }
        let value = self.or()?;
        self.nested -= 1;
        match self.word() {
            Some(")") => self.at += 1,
            Some(found) => return self.wrong(&format!("`)' expected, found {found}")),
            None => return self.wrong("`)' expected"),
        }
        Ok(value)
    }

    fn binary(&mut self, left: &str, operator: &str, right: &str) -> Outcome<bool> {
        if let Some(is_true) = number_order(operator) {
            let (left, right) = (self.number(left)?, self.number(right)?);
            return Ok(is_true(left.cmp(&right)));
        }
        Ok(match operator {
            operator if is_file_comparison(operator) => compare_files(self.shell, left, operator, right),
            "!=" => left != right,
            "<" => text::encode(left) < text::encode(right),
            ">" => text::encode(left) > text::encode(right),
            _ => left == right,
        })
    }

    fn number(&mut self, text: &str) -> Outcome<i64> {
        match numbers::integer(text) {
            Some(number) => Ok(number),
            None => self.wrong(&format!("{text}: integer expression expected")),
        }
    }
}

/// The letter of `-f`.
fn unary_operator(word: &str) -> Option<char> {
    let mut letters = word.strip_prefix('-')?.chars();
    letters.next().filter(|letter| letters.next().is_none() && is_unary(*letter))
}
