//! `uniq`: repeated lines next to each other once, counted, or by groups.

use super::super::getopt::{Given, Known};
use super::super::live::Stop;
use super::super::quoting;
use super::tool::{End, Io, Worked, without_end, word};

pub(super) const KNOWN: Known = Known {
    letters: "0123456789cdDf:is:uw:z",
    long: &[
        ("count", 'c'),
        ("repeated", 'd'),
        ("all-repeated?", 'A'),
        ("group?", 'G'),
        ("ignore-case", 'i'),
        ("unique", 'u'),
        ("skip-fields", 'f'),
        ("skip-chars", 's'),
        ("check-chars", 'w'),
        ("zero-terminated", 'z'),
    ],
};

/// Where empty lines stand between groups.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Between {
    Nowhere,
    Before,
    Separate,
    After,
    Both,
}

struct Wish {
    count: bool,
    /// What is shown of groups of one line, of the first line of others, and of their further lines.
    unique: bool,
    repeated: bool,
    further: bool,
    all_repeated: Option<Between>,
    group: Option<Between>,
    ignore_case: bool,
    skip_fields: usize,
    skip_chars: usize,
    check_chars: usize,
    end: u8,
}

enum Problem {
    Misuse(String),
    Fatal(String),
}

fn wish(given: &Given) -> Result<Wish, Problem> {
    let mut wish = Wish {
        count: given.has('c'),
        unique: true,
        repeated: true,
        further: false,
        all_repeated: None,
        group: None,
        ignore_case: given.has('i'),
        skip_fields: 0,
        skip_chars: 0,
        check_chars: usize::MAX,
        end: if given.has('z') { 0 } else { b'\n' },
    };
    let mut old_fields = String::new();
    for (letter, value) in &given.options {
        let number = |what: &str| {
            let digits = value.trim_start().trim_start_matches('+');
            if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
                return Err(Problem::Fatal(format!("{value}: invalid number of {what}")));
            }
            Ok(digits.parse().unwrap_or(usize::MAX))
        };
        match letter {
            'f' => wish.skip_fields = number("fields to skip")?,
            's' => wish.skip_chars = number("bytes to skip")?,
            'w' => wish.check_chars = number("bytes to compare")?,
            'd' => wish.unique = false,
            'u' => wish.repeated = false,
            'D' | 'A' => {
                wish.unique = false;
                wish.further = true;
                let words = [
                    ("none", Between::Nowhere),
                    ("prepend", Between::Before),
                    ("separate", Between::Separate),
                ];
                let between = match value.as_str() {
                    "" => Ok(Between::Nowhere),
                    value => word(value, "--all-repeated", &words),
                };
                wish.all_repeated = Some(between.map_err(Problem::Misuse)?);
            }
            'G' => {
                let words = [
                    ("prepend", Between::Before),
                    ("append", Between::After),
                    ("separate", Between::Separate),
                    ("both", Between::Both),
                ];
                let between = match value.as_str() {
                    "" => Ok(Between::Separate),
                    value => word(value, "--group", &words),
                };
                wish.group = Some(between.map_err(Problem::Misuse)?);
            }
            digit if digit.is_ascii_digit() => old_fields.push(*digit),
            _ => {}
        }
    }
    if !old_fields.is_empty() {
        wish.skip_fields = old_fields.parse().unwrap_or(usize::MAX);
    }
    let shows_less = given.options.iter().any(|(letter, _)| "cdDAu".contains(*letter));
    if wish.group.is_some() && shows_less {
        return Err(Problem::Misuse("--group is mutually exclusive with -c/-d/-D/-u".to_owned()));
    }
    if wish.count && wish.further {
        return Err(Problem::Misuse(
            "printing all duplicated lines and repeat counts is meaningless".to_owned(),
        ));
    }
    Ok(wish)
}

impl Wish {
    /// The part of a line that is compared.
    fn key<'l>(&self, line: &'l [u8]) -> &'l [u8] {
        let mut at = 0;
        let blank = |byte: &u8| matches!(byte, b' ' | b'\t' | b'\n');
        for _ in 0..self.skip_fields {
            if at == line.len() {
                break;
            }
            at += line[at..].iter().take_while(|byte| blank(byte)).count();
            at += line[at..].iter().take_while(|byte| !blank(byte)).count();
        }
        at += self.skip_chars.min(line.len() - at);
        &line[at..at + self.check_chars.min(line.len() - at)]
    }

    fn same(&self, one: &[u8], other: &[u8]) -> bool {
        let (one, other) = (self.key(one), self.key(other));
        if self.ignore_case { one.eq_ignore_ascii_case(other) } else { one == other }
    }

    fn show(&self, out: &mut Vec<u8>, line: &[u8], count: u64) {
        if self.count {
            out.extend_from_slice(format!("{count:>7} ").as_bytes());
        }
        out.extend_from_slice(line);
        out.push(self.end);
    }
}

pub(super) async fn run(io: &mut Io<'_>, mut given: Given) -> Worked {
    // The old way to skip characters: `uniq +2`.
    if let Some(at) = given.operands.iter().position(|operand| {
        operand.len() > 1
            && operand.starts_with('+')
            && operand[1..].bytes().all(|byte| byte.is_ascii_digit())
    }) {
        let old = given.operands.remove(at);
        given.options.push(('s', old[1..].to_owned()));
    }
    let wish = match wish(&given) {
        Ok(wish) => wish,
        Err(Problem::Misuse(problem)) => return Err(io.misused(problem).await),
        Err(Problem::Fatal(problem)) => return Err(io.fatal(problem).await),
    };
    io.operands(&given.operands, 0, 2).await?;
    let name = given.operands.first().map_or("-", String::as_str);
    let mut input = match io.open(name).await? {
        Ok(input) => input,
        Err(reason) => return Err(io.fatal(format!("{}: {reason}", quoting::name(name))).await),
    };
    let target = given.operands.get(1).map(String::as_str).filter(|target| *target != "-");
    if let Some(target) = target {
        if let Err(reason) = io.create(target).await? {
            return Err(io.fatal(format!("{}: {reason}", quoting::name(target))).await);
        }
        io.target = Some(target.to_owned());
    }
    let (mut line, mut held, mut count) = (Vec::new(), Vec::new(), 0u64);
    let mut groups_shown = false;
    loop {
        let read = match input.line(io, wish.end, &mut line).await {
            Ok(read) => read,
            Err(Stop::Input(reason)) => {
                return Err(match reason.as_str() {
                    "Is a directory" => io.fatal(format!("error reading {}", quoting::value(name))).await,
                    _ => io.fatal(reason).await,
                });
            }
            Err(stop) => return Err(End::Stop(stop)),
        };
        line.truncate(without_end(&line, wish.end).len());
        let again = read && count > 0 && wish.same(&line, &held);
        if let Some(between) = wish.group {
            if read && !again {
                let before = matches!(between, Between::Before | Between::Both);
                if before || groups_shown {
                    io.out.push(wish.end);
                }
                groups_shown = true;
            }
            if read {
                wish.show(&mut io.out, &line, 1);
            } else if groups_shown && matches!(between, Between::After | Between::Both) {
                io.out.push(wish.end);
            }
        } else if wish.further {
            if again && count == 1 {
                let between = wish.all_repeated.unwrap_or(Between::Nowhere);
                if between == Between::Before || between == Between::Separate && groups_shown {
                    io.out.push(wish.end);
                }
                groups_shown = true;
            }
            if again || count > 1 && wish.repeated {
                wish.show(&mut io.out, &held, count);
            }
        } else if !again && count > 0 && (if count == 1 { wish.unique } else { wish.repeated }) {
            wish.show(&mut io.out, &held, count);
        }
        if !read {
            return Ok(io.code());
        }
        count = if again { count + 1 } else { 1 };
        if !again || wish.further {
            std::mem::swap(&mut line, &mut held);
        }
    }
}
