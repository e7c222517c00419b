//! `comm`: lines of two sorted files that are in one or in both.

use super::super::getopt::{Given, Known};
use super::super::live::Stop;
use super::super::quoting;
use super::tool::{End, Input, Io, Worked, without_end};

pub(super) const KNOWN: Known = Known {
    letters: "123z",
    long: &[
        ("check-order", 'C'),
        ("nocheck-order", 'N'),
        ("output-delimiter=", 'O'),
        ("total", 'T'),
        ("zero-terminated", 'z'),
    ],
};

/// One of the files, with its line and the two before.
struct Side {
    input: Input,
    line: Vec<u8>,
    before: Vec<u8>,
    earlier: Vec<u8>,
    /// How many lines were read.
    number: u64,
    open: bool,
    told: bool,
}

pub(super) async fn run(io: &mut Io<'_>, given: Given) -> Worked {
    let delimiters: Vec<&str> =
        given.options.iter().filter(|(letter, _)| *letter == 'O').map(|(_, text)| text.as_str()).collect();
    if delimiters.iter().any(|delimiter| *delimiter != delimiters[0]) {
        return Err(io.fatal("multiple output delimiters specified").await);
    }
    io.operands(&given.operands, 2, 2).await?;
    let end = if given.has('z') { 0 } else { b'\n' };
    let order = given.options.iter().rev().map(|(letter, _)| *letter).find(|letter| "CN".contains(*letter));
    let delimiter: &[u8] = match delimiters.first() {
        None => b"\t",
        Some(&"") => b"\0",
        Some(text) => text.as_bytes(),
    };
    let mut sides = Vec::new();
    for operand in &given.operands {
        match io.open(operand).await? {
            Ok(input) => sides.push(Side {
                input,
                line: Vec::new(),
                before: Vec::new(),
                earlier: Vec::new(),
                number: 0,
                open: true,
                told: false,
            }),
            Err(reason) => {
                return Err(io.fatal(format!("{}: {reason}", quoting::name(operand))).await);
            }
        }
    }
    let mut sides: [Side; 2] = match sides.try_into() {
        Ok(sides) => sides,
        Err(_) => return Ok(1),
    };
    let mut counts = [0u64; 3];
    let mut unpaired = false;
    for nth in 0..2 {
        advance(io, &mut sides, nth, end, order, unpaired).await?;
    }
    while sides[0].open || sides[1].open {
        let column = match (&sides[0], &sides[1]) {
            (first, second) if !second.open || first.open && first.line < second.line => 0,
            (first, second) if !first.open || second.line < first.line => 1,
            _ => 2,
        };
        counts[column] += 1;
        unpaired |= column < 2;
        let side = &sides[usize::from(column == 1)];
        let shown = |column: usize| !given.has(['1', '2', '3'][column]);
        if shown(column) {
            for _ in (0..column).filter(|before| shown(*before)) {
                io.out.extend_from_slice(delimiter);
            }
            io.out.extend_from_slice(&side.line);
            io.out.push(end);
        }
        if column != 1 {
            advance(io, &mut sides, 0, end, order, unpaired).await?;
        }
        if column != 0 {
            advance(io, &mut sides, 1, end, order, unpaired).await?;
        }
    }
    if given.has('T') {
        for count in counts {
            io.out.extend_from_slice(count.to_string().as_bytes());
            io.out.extend_from_slice(delimiter);
        }
        io.out.extend_from_slice(b"total");
        io.out.push(end);
    }
    if sides.iter().any(|side| side.told) {
        return Err(io.fatal("input is not in sorted order").await);
    }
    Ok(io.code())
}

/// Reads the next line of one side, and looks whether it is in order where that is to be told.
async fn advance(
    io: &mut Io<'_>,
    sides: &mut [Side; 2],
    nth: usize,
    end: u8,
    order: Option<char>,
    unpaired: bool,
) -> Worked<()> {
    let side = &mut sides[nth];
    std::mem::swap(&mut side.before, &mut side.earlier);
    std::mem::swap(&mut side.line, &mut side.before);
    side.open = match side.input.line(io, end, &mut side.line).await {
        Ok(open) => open,
        Err(Stop::Input(reason)) => {
            return Err(io.fatal(format!("{}: {reason}", quoting::name(&side.input.name))).await);
        }
        Err(stop) => return Err(End::Stop(stop)),
    };
    side.line.truncate(without_end(&side.line, end).len());
    // At the end once more for the last two: what was paired so far may have come to matter since.
    let (one, other) = match side.open {
        true => (&side.before, &side.line),
        false => (&side.earlier, &side.before),
    };
    let disordered = side.number > u64::from(!side.open) && other < one;
    side.number += u64::from(side.open);
    let checked = order == Some('C') || order.is_none() && unpaired;
    if checked && disordered && !side.told {
        side.told = true;
        let problem = format!("file {} is not in sorted order", nth + 1);
        if order == Some('C') {
            return Err(io.fatal(problem).await);
        }
        io.complain(problem).await?;
    }
    Ok(())
}
