//! `join`: lines of two sorted files that have a field in common.

use super::super::getopt::{Given, Known, extra_operand};
use super::super::live::Stop;
use super::super::quoting;
use super::tool::{End, Input, Io, Worked, without_end};
use crate::limits::MAX_WHOLE_BYTES;

pub(super) const KNOWN: Known = Known {
    letters: "a:e:i1:2:j:o:t:v:z",
    long: &[
        ("ignore-case", 'i'),
        ("check-order", 'C'),
        ("nocheck-order", 'N'),
        ("zero-terminated", 'z'),
        ("header", 'H'),
    ],
};

/// A column of the output: the field in common, or one of a file.
#[derive(Clone, Copy)]
enum Column {
    Common,
    Of(usize, usize),
}

struct Wish {
    /// The field to join by, from 0, of each file.
    fields: [usize; 2],
    unpaired: [bool; 2],
    paired: bool,
    empty: Option<Vec<u8>>,
    ignore_case: bool,
    columns: Option<Vec<Column>>,
    /// `-o auto`: as many fields as the first line of each file has.
    automatic: bool,
    /// Nothing: blanks; an empty one: the whole line is one field.
    separator: Option<Option<u8>>,
    order: Option<char>,
    header: bool,
    end: u8,
}

fn field(text: &str) -> Result<usize, String> {
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    match text.parse::<usize>() {
        Ok(number) if number > 0 => Ok(number - 1),
        Err(_) if digits => Ok(usize::MAX - 1),
        _ => Err(format!("invalid field number: {}", quoting::value(text))),
    }
}

fn column(text: &str) -> Result<Column, String> {
    if text == "0" {
        return Ok(Column::Common);
    }
    match text.split_once('.') {
        Some((file @ ("1" | "2"), number)) => Ok(Column::Of(usize::from(file == "2"), field(number)?)),
        _ if text.starts_with('0') => Err(format!("invalid field specifier: {}", quoting::value(text))),
        _ if text.starts_with(['1', '2']) && !text[1..].starts_with('.') => {
            Err(format!("invalid field specifier: {}", quoting::value(text)))
        }
        _ => Err(format!("invalid file number in field spec: {}", quoting::value(text))),
    }
}

fn wish(given: &mut Given) -> Result<Wish, String> {
    let mut wish = Wish {
        fields: [0; 2],
        unpaired: [false; 2],
        paired: true,
        empty: None,
        ignore_case: given.has('i'),
        columns: None,
        automatic: false,
        separator: None,
        order: None,
        header: given.has('H'),
        end: if given.has('z') { 0 } else { b'\n' },
    };
    let mut set: [Option<usize>; 2] = [None; 2];
    for (letter, value) in &given.options {
        match letter {
            'a' | 'v' => {
                let nth = match value.as_str() {
                    "1" => 0,
                    "2" => 1,
                    other => return Err(format!("invalid field number: {}", quoting::value(other))),
                };
                wish.unpaired[nth] = true;
                wish.paired &= *letter == 'a';
            }
            'e' => {
                if wish.empty.as_ref().is_some_and(|empty| empty != value.as_bytes()) {
                    return Err("conflicting empty-field replacement strings".to_owned());
                }
                wish.empty = Some(value.clone().into_bytes());
            }
            '1' | '2' | 'j' => {
                let number = field(value)?;
                for nth in if *letter == 'j' {
                    0..2
                } else {
                    usize::from(*letter == '2')..usize::from(*letter == '2') + 1
                } {
                    if set[nth].is_some_and(|before| before != number) {
                        let before = set[nth].unwrap_or(0) + 1;
                        return Err(format!("incompatible join fields {before}, {}", number + 1));
                    }
                    set[nth] = Some(number);
                    wish.fields[nth] = number;
                }
            }
            'o' if value == "auto" => wish.automatic = true,
            'o' => {
                let columns = wish.columns.get_or_insert_default();
                for text in value.split([',', ' ', '\t']) {
                    columns.push(column(text)?);
                }
            }
            't' => {
                let separator = match value.as_bytes() {
                    [] => None,
                    [byte] => Some(*byte),
                    b"\\0" => Some(0),
                    _ => return Err(format!("multi-character tab {}", quoting::value(value))),
                };
                if wish.separator.is_some_and(|before| before != separator) {
                    return Err("incompatible tabs".to_owned());
                }
                wish.separator = Some(separator);
            }
            'C' | 'N' => wish.order = Some(*letter),
            _ => {}
        }
    }
    Ok(wish)
}

/// A line and where its fields are.
#[derive(Default, Clone)]
struct Line {
    text: Vec<u8>,
    fields: Vec<(usize, usize)>,
}

impl Line {
    fn split(&mut self, separator: Option<Option<u8>>) {
        self.fields.clear();
        let text = &self.text;
        match separator {
            Some(Some(byte)) => {
                let mut at = 0;
                for field in text.split(|other| *other == byte) {
                    self.fields.push((at, at + field.len()));
                    at += field.len() + 1;
                }
                if text.is_empty() {
                    self.fields.clear();
                }
            }
            Some(None) => self.fields.push((0, text.len())),
            None => {
                let blank = |byte: u8| matches!(byte, b' ' | b'\t' | b'\n');
                let mut at = 0;
                while at < text.len() {
                    at += text[at..].iter().take_while(|byte| blank(**byte)).count();
                    let len = text[at..].iter().take_while(|byte| !blank(**byte)).count();
                    // Blanks at the end leave an empty last field, unless there is nothing else.
                    if len == 0 && self.fields.is_empty() {
                        break;
                    }
                    self.fields.push((at, at + len));
                    at += len;
                }
            }
        }
    }

    fn field(&self, number: usize) -> Option<&[u8]> {
        self.fields.get(number).map(|&(start, end)| &self.text[start..end])
    }
}

/// One of the files: the lines that have the same key.
struct Side {
    nth: usize,
    input: Input,
    /// The next line, if there is one.
    next: Option<Line>,
    number: u64,
    told: bool,
}

fn compare(wish: &Wish, one: &[u8], other: &[u8]) -> std::cmp::Ordering {
    if !wish.ignore_case {
        return one.cmp(other);
    }
    one.to_ascii_uppercase().cmp(&other.to_ascii_uppercase())
}

impl Side {
    fn key(&self, wish: &Wish) -> &[u8] {
        self.next.as_ref().and_then(|line| line.field(wish.fields[self.nth])).unwrap_or_default()
    }

    /// Goes on to the next line; gives the one before. `unpaired`: disorder may matter.
    async fn advance(&mut self, io: &mut Io<'_>, wish: &Wish, unpaired: bool) -> Worked<Option<Line>> {
        let mut line = Line::default();
        let read = match self.input.line(io, wish.end, &mut line.text).await {
            Ok(read) => read,
            Err(Stop::Input(reason)) if reason == "Is a directory" => {
                return Err(io.fatal(format!("read error: {reason}")).await);
            }
            Err(stop) => return Err(End::Stop(stop)),
        };
        let before = self.next.take();
        if read {
            line.text.truncate(without_end(&line.text, wish.end).len());
            line.split(wish.separator);
            self.number += 1;
            self.next = Some(line);
            let check = wish.order == Some('C') || wish.order.is_none() && unpaired;
            if let Some(before) = before.as_ref().filter(|_| check && !self.told) {
                let key = before.field(wish.fields[self.nth]).unwrap_or_default();
                if compare(wish, key, self.key(wish)).is_gt() {
                    let text = self.next.as_ref().map_or(&[][..], |line| &line.text);
                    let problem = format!(
                        "{}:{}: is not sorted: {}",
                        quoting::name(&self.input.name),
                        self.number,
                        String::from_utf8_lossy(text)
                    );
                    self.told = true;
                    if wish.order == Some('C') {
                        return Err(io.fatal(problem).await);
                    }
                    io.complain(problem).await?;
                }
            }
        }
        Ok(before)
    }
}

fn show(out: &mut Vec<u8>, wish: &Wish, columns: Option<&[Column]>, lines: [Option<&Line>; 2]) {
    let separator = wish.separator.flatten().unwrap_or(b' ');
    let separator = if wish.separator == Some(None) { b'\n' } else { separator };
    let empty = wish.empty.as_deref().unwrap_or_default();
    let filled = |field: Option<&[u8]>, out: &mut Vec<u8>| match field {
        Some(field) if !field.is_empty() => out.extend_from_slice(field),
        _ => out.extend_from_slice(empty),
    };
    let common = || {
        let of = |nth: usize| lines[nth].and_then(|line| line.field(wish.fields[nth]));
        if lines[0].is_some() { of(0) } else { of(1) }
    };
    match columns {
        Some(columns) => {
            for (nth, column) in columns.iter().enumerate() {
                if nth > 0 {
                    out.push(separator);
                }
                match column {
                    Column::Common => filled(common(), out),
                    Column::Of(file, number) => {
                        filled(lines[*file].and_then(|line| line.field(*number)), out);
                    }
                }
            }
        }
        None => {
            filled(common(), out);
            for (nth, line) in lines.iter().enumerate() {
                let Some(line) = line else { continue };
                for number in (0..line.fields.len()).filter(|number| *number != wish.fields[nth]) {
                    out.push(separator);
                    filled(line.field(number), out);
                }
            }
        }
    }
    out.push(wish.end);
}

pub(super) async fn run(io: &mut Io<'_>, mut given: Given) -> Worked {
    let mut wish = match wish(&mut given) {
        Ok(wish) => wish,
        Err(problem) => return Err(io.fatal(problem).await),
    };
    // After `-o 1.1` further columns may stand as operands, as long as two more follow.
    while given.operands.len() > 2
        && let Some(columns) = &mut wish.columns
        && let Ok(column) = column(&given.operands[0])
    {
        columns.push(column);
        given.operands.remove(0);
    }
    if let Some(extra) = given.operands.get(2) {
        return Err(io.misused(extra_operand(extra)).await);
    }
    io.operands(&given.operands, 2, 2).await?;
    if given.operands.iter().all(|operand| operand == "-") {
        return Err(io.fatal("both files cannot be standard input").await);
    }
    let mut sides = Vec::new();
    for (nth, operand) in given.operands.iter().enumerate() {
        match io.open(operand).await? {
            Ok(input) => sides.push(Side { nth, input, next: None, number: 0, told: false }),
            Err(reason) => {
                return Err(io.fatal(format!("{}: {reason}", quoting::name(operand))).await);
            }
        }
    }
    let (Some(mut second), Some(mut first)) = (sides.pop(), sides.pop()) else { return Ok(1) };
    join(io, &mut wish, &mut first, &mut second).await?;
    if first.told || second.told {
        return Err(io.fatal("input is not in sorted order").await);
    }
    Ok(io.code())
}

async fn join(io: &mut Io<'_>, wish: &mut Wish, first: &mut Side, second: &mut Side) -> Worked<()> {
    let mut unpaired = false;
    first.advance(io, wish, unpaired).await?;
    second.advance(io, wish, unpaired).await?;
    if wish.automatic {
        let mut columns = vec![Column::Common];
        for (nth, side) in [&*first, &*second].into_iter().enumerate() {
            let count = side.next.as_ref().map_or(0, |line| line.fields.len());
            let others = (0..count).filter(|number| *number != wish.fields[nth]);
            columns.extend(others.map(|number| Column::Of(nth, number)));
        }
        wish.columns = Some(columns);
    }
    let columns = wish.columns.clone();
    let columns = columns.as_deref();
    if wish.header && (first.next.is_some() || second.next.is_some()) {
        show(&mut io.out, wish, columns, [first.next.as_ref(), second.next.as_ref()]);
        // The header is no line to be in order with.
        for side in [&mut *first, &mut *second] {
            side.next = None;
            side.advance(io, wish, false).await?;
        }
    }
    while first.next.is_some() && second.next.is_some() {
        match compare(wish, first.key(wish), second.key(wish)) {
            std::cmp::Ordering::Less => {
                unpaired = true;
                let line = first.advance(io, wish, unpaired).await?;
                if wish.unpaired[0] {
                    show(&mut io.out, wish, columns, [line.as_ref(), None]);
                }
            }
            std::cmp::Ordering::Greater => {
                unpaired = true;
                let line = second.advance(io, wish, unpaired).await?;
                if wish.unpaired[1] {
                    show(&mut io.out, wish, columns, [None, line.as_ref()]);
                }
            }
            std::cmp::Ordering::Equal => {
                let ones = same(io, wish, first, unpaired).await?;
                let others = same(io, wish, second, unpaired).await?;
                if wish.paired {
                    for one in &ones {
                        for other in &others {
                            show(&mut io.out, wish, columns, [Some(one), Some(other)]);
                            io.turn().await?;
                        }
                    }
                }
            }
        }
    }
    for nth in 0..2 {
        let side = if nth == 0 { &mut *first } else { &mut *second };
        let asked = wish.unpaired[nth] || wish.order != Some('N');
        let other_had_lines = side.next.is_some();
        while side.next.is_some() && asked {
            let line = side.advance(io, wish, other_had_lines).await?;
            if wish.unpaired[nth] {
                let lines = if nth == 0 { [line.as_ref(), None] } else { [None, line.as_ref()] };
                show(&mut io.out, wish, columns, lines);
            } else if side.told {
                break;
            }
        }
    }
    Ok(())
}

/// All lines from here on with the same key.
async fn same(io: &mut Io<'_>, wish: &Wish, side: &mut Side, unpaired: bool) -> Worked<Vec<Line>> {
    let mut lines: Vec<Line> = Vec::new();
    let mut held = 0;
    while side.next.is_some() {
        if let Some(first) = lines.first()
            && compare(wish, first.field(wish.fields[side.nth]).unwrap_or_default(), side.key(wish)).is_ne()
        {
            break;
        }
        if let Some(line) = side.advance(io, wish, unpaired).await? {
            held += line.text.len() + line.fields.len() * 16 + 64;
            lines.push(line);
        }
        if held as u64 > MAX_WHOLE_BYTES {
            return Err(Stop::out_of_memory().into());
        }
    }
    Ok(lines)
}
