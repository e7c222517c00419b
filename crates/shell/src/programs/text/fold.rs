//! `fold`: lines broken at a width.

use super::super::getopt::{Given, Known};
use super::super::quoting;
use super::tool::{Input, Io, Worked, files};

pub(super) const KNOWN: Known =
    Known { letters: "bsw:0123456789", long: &[("bytes", 'b'), ("spaces", 's'), ("width", 'w')] };

struct Wish {
    bytes: bool,
    at_spaces: bool,
    width: usize,
}

fn column_after(column: usize, byte: u8, bytes: bool) -> usize {
    match byte {
        _ if bytes => column + 1,
        b'\x08' => column.saturating_sub(1),
        b'\r' => 0,
        b'\t' => column + 8 - column % 8,
        _ => column + 1,
    }
}

pub(super) async fn run(io: &mut Io<'_>, given: Given) -> Worked {
    let mut wish = Wish { bytes: given.has('b'), at_spaces: given.has('s'), width: 80 };
    let digits: String =
        given.options.iter().map(|(letter, _)| *letter).filter(char::is_ascii_digit).collect();
    if let Some(text) = given.value('w').or(Some(&*digits).filter(|digits| !digits.is_empty())) {
        match text.trim_start().trim_start_matches('+').parse() {
            Ok(width) if width > 0 => wish.width = width,
            parsed => {
                let shown = quoting::value(text);
                let why = if parsed.is_ok() { ": Numerical result out of range" } else { "" };
                return Err(io.fatal(format!("invalid number of columns: {shown}{why}")).await);
            }
        }
    }
    for operand in files(given.operands) {
        if let Some(mut input) = io.open_or_complain(&operand).await? {
            let worked = fold(io, &wish, &mut input).await;
            io.unless_input_fails(&operand, worked).await?;
        }
    }
    Ok(io.code())
}

async fn fold(io: &mut Io<'_>, wish: &Wish, input: &mut Input) -> Worked<()> {
    let (mut line, mut column) = (Vec::new(), 0);
    loop {
        let piece = input.piece(io).await?;
        if piece.is_empty() {
            io.out.append(&mut line);
            return Ok(());
        }
        for &byte in &piece {
            if byte == b'\n' {
                line.push(byte);
                io.out.append(&mut line);
                column = 0;
                continue;
            }
            loop {
                let next = column_after(column, byte, wish.bytes);
                if next <= wish.width || line.is_empty() {
                    column = next;
                    break;
                }
                let blank = line.iter().rposition(|byte| matches!(byte, b' ' | b'\t'));
                let rest = match blank.filter(|_| wish.at_spaces) {
                    Some(blank) => line.split_off(blank + 1),
                    None => Vec::new(),
                };
                line.push(b'\n');
                io.out.append(&mut line);
                column = rest.iter().fold(0, |column, byte| column_after(column, *byte, wish.bytes));
                line = rest;
            }
            line.push(byte);
        }
    }
}
