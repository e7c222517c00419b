//! `expand` and `unexpand`: tabs to spaces, and back.

use super::super::getopt::{Given, Known};
use super::super::quoting;
use super::tool::{Input, Io, Worked, files};
use crate::limits::PIECE_BYTES;

pub(super) const EXPAND: Known =
    Known { letters: "it:0123456789,", long: &[("initial", 'i'), ("tabs", 't')] };

pub(super) const UNEXPAND: Known =
    Known { letters: "at:0123456789,", long: &[("all", 'a'), ("first-only", 'F'), ("tabs", 't')] };

/// The tab stops.
#[derive(Default)]
struct Tabs {
    stops: Vec<u64>,
    /// After the last of them: stops at multiples of this, or of this from the last.
    every: Option<u64>,
    from_last: Option<u64>,
}

impl Tabs {
    fn parse(lists: &[&str]) -> Result<Tabs, String> {
        let mut tabs = Tabs::default();
        let items =
            lists.iter().flat_map(|list| list.split([',', ' ', '\t'])).filter(|item| !item.is_empty());
        for item in items {
            let digits = item.trim_start_matches(['/', '+']);
            if let Some(wrong) = digits.find(|letter: char| !letter.is_ascii_digit()) {
                let shown = quoting::value(&digits[wrong..]);
                return Err(match digits.as_bytes()[wrong] {
                    mark @ (b'/' | b'+') => {
                        format!("'{}' specifier not at start of number: {shown}", char::from(mark))
                    }
                    _ => format!("tab size contains invalid character(s): {shown}"),
                });
            }
            let Ok(number) = digits.parse::<u64>() else {
                if digits.is_empty() {
                    continue;
                }
                return Err(format!("tab stop is too large {}", quoting::value(digits)));
            };
            for (mark, kept) in [('/', &mut tabs.every), ('+', &mut tabs.from_last)] {
                if item.starts_with(mark) {
                    if kept.is_some() {
                        return Err(format!("'{mark}' specifier only allowed with the last value"));
                    }
                    *kept = Some(number).filter(|number| *number > 0);
                }
            }
            if item.starts_with(['/', '+']) {
                continue;
            }
            if tabs.every.is_some() || tabs.from_last.is_some() {
                let mark = if tabs.every.is_some() { '/' } else { '+' };
                return Err(format!("'{mark}' specifier only allowed with the last value"));
            }
            tabs.stops.push(number);
        }
        if tabs.every.is_some() && tabs.from_last.is_some() {
            return Err("'/' specifier is mutually exclusive with '+'".to_owned());
        }
        let mut before = 0;
        for &stop in &tabs.stops {
            if stop == 0 {
                return Err("tab size cannot be 0".to_owned());
            }
            if stop <= before {
                return Err("tab sizes must be ascending".to_owned());
            }
            before = stop;
        }
        match tabs.stops[..] {
            [] if tabs.every.is_none() && tabs.from_last.is_none() => tabs.every = Some(8),
            [only] if tabs.every.is_none() && tabs.from_last.is_none() => {
                tabs = Tabs { every: Some(only), ..Tabs::default() };
            }
            _ => {}
        }
        Ok(tabs)
    }

    /// The first stop beyond `column`, if any.
    fn next(&self, column: u64) -> Option<u64> {
        let listed = self.stops.get(self.stops.partition_point(|stop| *stop <= column));
        let last = self.stops.last().copied().unwrap_or(0);
        listed.copied().or_else(|| match (self.every, self.from_last) {
            (Some(every), _) => Some(column + every - column % every),
            (None, Some(every)) => Some(column + every - (column - last) % every),
            (None, None) => None,
        })
    }
}

/// The tabs that were asked for: `-t LIST`, or the old `-4,8`.
fn tabs(given: &Given) -> Result<Tabs, String> {
    let digits: String = given
        .options
        .iter()
        .map(|(letter, _)| *letter)
        .filter(|letter| letter.is_ascii_digit() || *letter == ',')
        .collect();
    let mut lists: Vec<&str> =
        given.options.iter().filter(|(letter, _)| *letter == 't').map(|(_, list)| list.as_str()).collect();
    lists.push(&digits);
    Tabs::parse(&lists)
}

pub(super) async fn expand(io: &mut Io<'_>, given: Given) -> Worked {
    let tabs = match tabs(&given) {
        Ok(tabs) => tabs,
        Err(problem) => return Err(io.fatal(problem).await),
    };
    let initial = given.has('i');
    for operand in files(given.operands) {
        if let Some(mut input) = io.open_or_complain(&operand).await? {
            let worked = expand_one(io, &mut input, &tabs, initial).await;
            io.unless_input_fails(&operand, worked).await?;
        }
    }
    Ok(io.code())
}

async fn expand_one(io: &mut Io<'_>, input: &mut Input, tabs: &Tabs, initial: bool) -> Worked<()> {
    let (mut column, mut converting) = (0u64, true);
    loop {
        let piece = input.piece(io).await?;
        if piece.is_empty() {
            return Ok(());
        }
        for &byte in &piece {
            if byte == b'\n' {
                (column, converting) = (0, true);
                io.out.push(byte);
                continue;
            }
            if !converting {
                io.out.push(byte);
                continue;
            }
            match byte {
                b'\t' => {
                    let next = tabs.next(column).unwrap_or(column + 1);
                    while column < next {
                        let spaces = (next - column).min(PIECE_BYTES as u64);
                        io.out.extend(std::iter::repeat_n(b' ', spaces as usize));
                        column += spaces;
                        io.turn().await?;
                    }
                }
                b'\x08' => {
                    column = column.saturating_sub(1);
                    io.out.push(byte);
                }
                _ => {
                    column += 1;
                    io.out.push(byte);
                }
            }
            converting = !initial || matches!(byte, b' ' | b'\t');
        }
    }
}

pub(super) async fn unexpand(io: &mut Io<'_>, given: Given) -> Worked {
    let tabs = match tabs(&given) {
        Ok(tabs) => tabs,
        Err(problem) => return Err(io.fatal(problem).await),
    };
    let all = (given.has('a') || given.has('t')) && !given.has('F');
    for operand in files(given.operands) {
        if let Some(mut input) = io.open_or_complain(&operand).await? {
            let worked = unexpand_one(io, &mut input, &tabs, all).await;
            io.unless_input_fails(&operand, worked).await?;
        }
    }
    Ok(io.code())
}

async fn unexpand_one(io: &mut Io<'_>, input: &mut Input, tabs: &Tabs, all: bool) -> Worked<()> {
    // Blanks that wait: they become a tab where they reach a stop, unless it is one space alone.
    let mut pending: Vec<u8> = Vec::new();
    let (mut column, mut converting) = (0u64, true);
    let (mut before_stop, mut after_blank) = (false, true);
    loop {
        let piece = input.piece(io).await?;
        if piece.is_empty() {
            if pending.len() > 1 && before_stop {
                pending[0] = b'\t';
            }
            io.out.append(&mut pending);
            return Ok(());
        }
        for &byte in &piece {
            let mut byte = byte;
            let blank = matches!(byte, b' ' | b'\t');
            if converting {
                if blank {
                    match tabs.next(column) {
                        None => converting = false,
                        Some(stop) if byte == b'\t' => {
                            column = stop;
                            if let Some(first) = pending.first_mut() {
                                *first = b'\t';
                            }
                        }
                        Some(stop) => {
                            column += 1;
                            if !(after_blank && column == stop) {
                                before_stop |= column == stop;
                                pending.push(byte);
                                after_blank = true;
                                continue;
                            }
                            byte = b'\t';
                            if let Some(first) = pending.first_mut() {
                                *first = b'\t';
                            }
                        }
                    }
                    if converting {
                        pending.truncate(usize::from(before_stop));
                    }
                } else if byte == b'\x08' {
                    column = column.saturating_sub(1);
                } else {
                    column += 1;
                }
                if !pending.is_empty() {
                    if pending.len() > 1 && before_stop {
                        pending[0] = b'\t';
                    }
                    io.out.append(&mut pending);
                    before_stop = false;
                }
                after_blank = blank;
                converting &= all || blank;
            }
            io.out.push(byte);
            if byte == b'\n' {
                (column, converting, before_stop, after_blank) = (0, true, false, true);
            }
        }
    }
}
