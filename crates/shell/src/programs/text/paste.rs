//! `paste`: lines of several files side by side, or those of each one after the other.

use super::super::getopt::{Given, Known};
use super::super::live::Stop;
use super::super::quoting;
use super::tool::{End, Input, Io, Worked, files, without_end};

pub(super) const KNOWN: Known =
    Known { letters: "d:sz", long: &[("delimiters", 'd'), ("serial", 's'), ("zero-terminated", 'z')] };

/// The delimiters, taken in turn; `\0` is none. Nothing where the list ends in a backslash.
fn delimiters(list: &[u8]) -> Option<Vec<Option<u8>>> {
    let mut delimiters = Vec::new();
    let mut bytes = list.iter();
    while let Some(&byte) = bytes.next() {
        delimiters.push(match byte {
            b'\\' => match *bytes.next()? {
                b'0' => None,
                b'b' => Some(8),
                b'f' => Some(12),
                b'n' => Some(b'\n'),
                b'r' => Some(b'\r'),
                b't' => Some(b'\t'),
                b'v' => Some(11),
                other => Some(other),
            },
            byte => Some(byte),
        });
    }
    if delimiters.is_empty() {
        delimiters.push(None);
    }
    Some(delimiters)
}

pub(super) async fn run(io: &mut Io<'_>, given: Given) -> Worked {
    let list = given.value('d').unwrap_or("\t");
    let Some(delimiters) = delimiters(list.as_bytes()) else {
        return Err(io.fatal(format!("delimiter list ends with an unescaped backslash: {list}")).await);
    };
    let end = if given.has('z') { 0 } else { b'\n' };
    let operands = files(given.operands.clone());
    if given.has('s') {
        for operand in operands {
            if let Some(mut input) = io.open_or_complain(&operand).await? {
                let worked = serial(io, &mut input, &delimiters, end).await;
                io.unless_input_fails(&operand, worked).await?;
            }
        }
    } else {
        parallel(io, &operands, &delimiters, end).await?;
    }
    Ok(io.code())
}

async fn serial(io: &mut Io<'_>, input: &mut Input, delimiters: &[Option<u8>], end: u8) -> Worked<()> {
    let mut line = Vec::new();
    let mut row = 0;
    while input.line(io, end, &mut line).await? {
        if row > 0 {
            io.out.extend(delimiters[(row - 1) % delimiters.len()]);
        }
        io.out.extend_from_slice(without_end(&line, end));
        row += 1;
    }
    io.out.push(end);
    Ok(())
}

async fn parallel(io: &mut Io<'_>, operands: &[String], delimiters: &[Option<u8>], end: u8) -> Worked<()> {
    // Several `-` take turns on one standard input.
    let mut inputs: Vec<Input> = Vec::new();
    let mut columns = Vec::new();
    for operand in operands {
        let open = inputs.iter().position(|input| operand == "-" && input.name == "-");
        columns.push(open.unwrap_or(inputs.len()));
        if open.is_none() {
            match io.open(operand).await? {
                Ok(input) => inputs.push(input),
                Err(reason) => {
                    return Err(io.fatal(format!("{}: {reason}", quoting::name(operand))).await);
                }
            }
        }
    }
    let mut line = Vec::new();
    loop {
        let (mut any, mut row) = (false, Vec::new());
        for (nth, column) in columns.iter().enumerate() {
            if nth > 0 {
                row.extend(delimiters[(nth - 1) % delimiters.len()]);
            }
            let input = &mut inputs[*column];
            let read = match input.line(io, end, &mut line).await {
                Ok(read) => read,
                Err(Stop::Input(reason)) => {
                    io.complain(format!("{}: {reason}", quoting::name(&input.name))).await?;
                    input.close();
                    false
                }
                Err(stop) => return Err(End::Stop(stop)),
            };
            if read {
                any = true;
                row.extend_from_slice(without_end(&line, end));
            }
        }
        if !any {
            return Ok(());
        }
        io.out.extend_from_slice(&row);
        io.out.push(end);
    }
}
