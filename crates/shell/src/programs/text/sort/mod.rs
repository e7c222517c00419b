//! `sort`: lines in order, by keys. All of them are held while they are sorted, as much as fits; checking and merging
//! hold one line of each file.

mod key;
mod number;

use std::cmp::Ordering;

use super::super::getopt::{Given, Known};
use super::super::live::Stop;
use super::super::quoting;
use super::tool::{End, Input, Io, Worked, files, without_end, word};
use crate::limits::MAX_WEIGHT;
use key::{Blanks, Key};

pub(super) const KNOWN: Known = Known {
    letters: "bcCdfghik:mMno:rRsS:t:T:uVz",
    long: &[
        ("ignore-leading-blanks", 'b'),
        ("check?", 'K'),
        ("compress-program=", 'P'),
        ("dictionary-order", 'd'),
        ("ignore-case", 'f'),
        ("files0-from=", 'F'),
        ("general-numeric-sort", 'g'),
        ("ignore-nonprinting", 'i'),
        ("key", 'k'),
        ("merge", 'm'),
        ("month-sort", 'M'),
        ("numeric-sort", 'n'),
        ("human-numeric-sort", 'h'),
        ("version-sort", 'V'),
        ("random-sort", 'R'),
        ("random-source=", 'P'),
        ("sort=", 'W'),
        ("output", 'o'),
        ("reverse", 'r'),
        ("stable", 's'),
        ("batch-size=", 'P'),
        ("buffer-size", 'S'),
        ("field-separator", 't'),
        ("temporary-directory", 'T'),
        ("unique", 'u'),
        ("zero-terminated", 'z'),
        ("parallel=", 'P'),
    ],
};

/// What a line costs beside its bytes.
const LINE_COST: usize = 64;

/// Lines that are sorted without a turn in between.
const RUN: usize = 1024;

struct Wish {
    keys: Vec<Key>,
    separator: Option<u8>,
    reverse: bool,
    stable: bool,
    unique: bool,
    /// `c`: tells the first line that is out of order. `C`: only whether there is one.
    check: Option<char>,
    merge: bool,
    output: Option<String>,
    names_from: Option<String>,
    end: u8,
    seed: u64,
}

enum Problem {
    Misuse(String),
    Fatal(String),
}

impl From<String> for Problem {
    fn from(problem: String) -> Self {
        Problem::Fatal(problem)
    }
}

fn wish(given: &Given, seed: u64) -> Result<Wish, Problem> {
    let mut all = Key::line();
    let mut wish = Wish {
        keys: Vec::new(),
        separator: None,
        reverse: false,
        stable: given.has('s'),
        unique: given.has('u'),
        check: None,
        merge: given.has('m'),
        output: None,
        names_from: given.value('F').map(str::to_owned),
        end: if given.has('z') { 0 } else { b'\n' },
        seed,
    };
    for (letter, value) in &given.options {
        match letter {
            'c' | 'C' | 'K' => {
                let check = match (*letter, value.as_str()) {
                    ('K', "") => 'c',
                    ('K', value) => {
                        let words = [("quiet", 'C'), ("silent", 'C'), ("diagnose-first", 'c')];
                        word(value, "--check", &words).map_err(Problem::Misuse)?
                    }
                    (letter, _) => letter,
                };
                if wish.check.is_some_and(|before| before != check) {
                    return Err(Problem::Fatal("options '-cC' are incompatible".to_owned()));
                }
                wish.check = Some(check);
            }
            'k' => wish.keys.push(Key::parse(value)?),
            'W' => {
                let words = [
                    ("general-numeric", 'g'),
                    ("human-numeric", 'h'),
                    ("month", 'M'),
                    ("numeric", 'n'),
                    ("random", 'R'),
                    ("version", 'V'),
                ];
                all.set(word(value, "--sort", &words).map_err(Problem::Misuse)?, Blanks::Both);
            }
            'o' => {
                if wish.output.as_ref().is_some_and(|before| before != value) {
                    return Err(Problem::Fatal("multiple output files specified".to_owned()));
                }
                wish.output = Some(value.clone());
            }
            'S' => buffer_size(value)?,
            't' => {
                let separator = match value.as_bytes() {
                    [] => return Err(Problem::Fatal("empty tab".to_owned())),
                    [byte] => *byte,
                    b"\\0" => 0,
                    _ => {
                        return Err(Problem::Fatal(format!("multi-character tab {}", quoting::value(value))));
                    }
                };
                if wish.separator.is_some_and(|before| before != separator) {
                    return Err(Problem::Fatal("incompatible tabs".to_owned()));
                }
                wish.separator = Some(separator);
            }
            letter => {
                all.set(*letter, Blanks::Both);
            }
        }
    }
    for key in &mut wish.keys {
        if key.is_plain() && !key.reverse {
            key.inherit(&all);
        }
    }
    if wish.keys.is_empty() && !all.is_plain() {
        wish.keys.push(all.clone());
    }
    wish.reverse = all.reverse;
    if let Some(letters) = wish.keys.iter().find_map(Key::conflict) {
        return Err(Problem::Fatal(format!("options '-{letters}' are incompatible")));
    }
    if let Some(check) = wish.check {
        if let Some(extra) = given.operands.get(1) {
            let shown = quoting::value(extra);
            return Err(Problem::Fatal(format!("extra operand {shown} not allowed with -{check}")));
        }
        if wish.output.is_some() {
            return Err(Problem::Fatal(format!("options '-{check}o' are incompatible")));
        }
    }
    Ok(wish)
}

/// `-S` is looked at, and has no use here.
fn buffer_size(text: &str) -> Result<(), String> {
    let suffix = text.trim_start_matches(|letter: char| letter.is_ascii_digit());
    let shown = quoting::value(text);
    match suffix {
        _ if suffix.len() == text.len() => Err(format!("invalid -S argument {shown}")),
        "" | "%" | "b" | "K" | "k" | "M" | "G" | "T" | "P" | "E" | "Z" | "Y" => Ok(()),
        _ => Err(format!("invalid suffix in -S argument {shown}")),
    }
}

impl Wish {
    /// The order of two lines, without the last resort.
    fn by_keys(&self, one: &[u8], other: &[u8]) -> Ordering {
        let mut compared = Ordering::Equal;
        for key in &self.keys {
            let (one, other) = (key.part(one, self.separator), key.part(other, self.separator));
            compared = compared.then_with(|| key.compare(one, other, self.seed));
        }
        compared
    }

    fn compare(&self, one: &[u8], other: &[u8]) -> Ordering {
        if !self.keys.is_empty() {
            let by_keys = self.by_keys(one, other);
            if by_keys.is_ne() || self.unique || self.stable {
                return by_keys;
            }
        }
        let compared = one.cmp(other);
        if self.reverse { compared.reverse() } else { compared }
    }
}

pub(super) async fn run(io: &mut Io<'_>, given: Given) -> Worked {
    let wish = match wish(&given, io.run.host.random_u64()) {
        Ok(wish) => wish,
        // A wrong word has the exit code of most tools.
        Err(Problem::Misuse(problem)) => {
            io.misused(problem).await;
            return Ok(1);
        }
        Err(Problem::Fatal(problem)) => return Err(io.fatal(problem).await),
    };
    let mut operands = given.operands;
    if let Some(names) = &wish.names_from {
        if let Some(extra) = operands.first() {
            let problem = format!(
                "extra operand {}\nfile operands cannot be combined with --files0-from",
                quoting::value(extra)
            );
            return Err(io.misused(problem).await);
        }
        let mut input = match io.open(names).await? {
            Ok(input) => input,
            Err(reason) => {
                return Err(io.fatal(format!("open failed: {}: {reason}", quoting::name(names))).await);
            }
        };
        let text = read(&mut input, io).await?;
        let text = String::from_utf8_lossy(&text);
        operands = text.split_terminator('\0').map(str::to_owned).collect();
    }
    let mut inputs = Vec::new();
    for operand in files(operands) {
        inputs.push(opened(io, &operand).await?);
    }
    if wish.check.is_some() {
        return check(io, &wish, &mut inputs[0]).await;
    }
    // A file that is also merged must be read whole before it is written.
    let into_itself = inputs.iter().any(|input| Some(&input.name) == wish.output.as_ref());
    if wish.merge && !into_itself {
        begin_output(io, &wish).await?;
        merge(io, &wish, inputs).await?;
    } else {
        sort(io, &wish, inputs).await?;
    }
    Ok(io.code())
}

async fn opened(io: &mut Io<'_>, operand: &str) -> Worked<Input> {
    match io.open(operand).await? {
        Ok(input) => Ok(input),
        Err(reason) => Err(io.fatal(format!("cannot read: {}: {reason}", quoting::name(operand))).await),
    }
}

async fn failed(io: &mut Io<'_>, name: &str, stop: Stop) -> End {
    match stop {
        Stop::Input(reason) => io.fatal(format!("read failed: {}: {reason}", quoting::name(name))).await,
        stop => End::Stop(stop),
    }
}

async fn read(input: &mut Input, io: &mut Io<'_>) -> Worked<Vec<u8>> {
    match input.rest(io).await {
        Ok(text) => Ok(text),
        Err(stop) => Err(failed(io, &input.name.clone(), stop).await),
    }
}

async fn next_line(input: &mut Input, io: &mut Io<'_>, end: u8, line: &mut Vec<u8>) -> Worked<bool> {
    match input.line(io, end, line).await {
        Ok(read) => {
            line.truncate(without_end(line, end).len());
            Ok(read)
        }
        Err(stop) => Err(failed(io, &input.name.clone(), stop).await),
    }
}

async fn begin_output(io: &mut Io<'_>, wish: &Wish) -> Worked<()> {
    if let Some(output) = &wish.output {
        if let Err(reason) = io.create(output).await? {
            return Err(io.fatal(format!("open failed: {}: {reason}", quoting::name(output))).await);
        }
        io.target = Some(output.clone());
    }
    Ok(())
}

async fn check(io: &mut Io<'_>, wish: &Wish, input: &mut Input) -> Worked {
    let (mut line, mut before) = (Vec::new(), Vec::new());
    let mut number = 0u64;
    while next_line(input, io, wish.end, &mut line).await? {
        number += 1;
        if number > 1 {
            let compared = wish.compare(&before, &line);
            if compared.is_gt() || wish.unique && compared.is_eq() {
                if wish.check == Some('c') {
                    let name = quoting::name(&input.name);
                    let text = String::from_utf8_lossy(&line);
                    io.say(format!("{name}:{number}: disorder: {text}")).await?;
                }
                return Ok(1);
            }
        }
        std::mem::swap(&mut line, &mut before);
    }
    Ok(0)
}

async fn merge(io: &mut Io<'_>, wish: &Wish, mut inputs: Vec<Input>) -> Worked<()> {
    let mut lines = Vec::new();
    for input in &mut inputs {
        let mut line = Vec::new();
        lines.push(next_line(input, io, wish.end, &mut line).await?.then_some(line));
    }
    let mut last: Option<Vec<u8>> = None;
    loop {
        let mut least: Option<usize> = None;
        for (nth, line) in lines.iter().enumerate() {
            let Some(line) = line else { continue };
            let before = least.and_then(|least| lines[least].as_ref());
            if before.is_none_or(|before| wish.compare(line, before).is_lt()) {
                least = Some(nth);
            }
        }
        let Some(nth) = least else { return Ok(()) };
        let mut next = Vec::new();
        let next = next_line(&mut inputs[nth], io, wish.end, &mut next).await?.then_some(next);
        let Some(line) = std::mem::replace(&mut lines[nth], next) else { return Ok(()) };
        if !(wish.unique && last.as_ref().is_some_and(|last| wish.compare(last, &line).is_eq())) {
            io.out.extend_from_slice(&line);
            io.out.push(wish.end);
            last = Some(line);
        }
    }
}

/// Where a line is in the text.
type Span = (usize, usize);

async fn sort(io: &mut Io<'_>, wish: &Wish, inputs: Vec<Input>) -> Worked<()> {
    let (mut text, mut lines, mut line) = (Vec::new(), Vec::<Span>::new(), Vec::new());
    for mut input in inputs {
        while next_line(&mut input, io, wish.end, &mut line).await? {
            lines.push((text.len(), text.len() + line.len()));
            text.extend_from_slice(&line);
            if (text.len() + lines.len() * LINE_COST) as u64 > MAX_WEIGHT / 2 {
                let stop = Stop::out_of_memory();
                return Err(failed(io, &input.name, stop).await);
            }
        }
    }
    let of = |span: &Span| &text[span.0..span.1];
    let compare = |one: &Span, other: &Span| wish.compare(of(one), of(other));
    for run in lines.chunks_mut(RUN) {
        run.sort_by(compare);
        io.turn().await?;
    }
    let (mut width, mut merged) = (RUN, Vec::with_capacity(lines.len()));
    while width < lines.len() {
        for pair in lines.chunks(width * 2) {
            let (mut one, mut other) = pair.split_at(width.min(pair.len()));
            while let (Some(first), Some(second)) = (one.first(), other.first()) {
                if compare(first, second).is_le() {
                    merged.push(*first);
                    one = &one[1..];
                } else {
                    merged.push(*second);
                    other = &other[1..];
                }
                if merged.len() % RUN == 0 {
                    io.turn().await?;
                }
            }
            merged.extend_from_slice(one);
            merged.extend_from_slice(other);
        }
        std::mem::swap(&mut lines, &mut merged);
        merged.clear();
        width *= 2;
    }
    begin_output(io, wish).await?;
    let mut last: Option<&Span> = None;
    for (nth, line) in lines.iter().enumerate() {
        if wish.unique && last.is_some_and(|last| compare(last, line).is_eq()) {
            continue;
        }
        last = Some(line);
        io.out.extend_from_slice(of(line));
        io.out.push(wish.end);
        if nth % RUN == 0 {
            io.turn().await?;
        }
    }
    Ok(())
}
