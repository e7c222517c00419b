//! `rev`: the bytes of each line from the last to the first.

use super::super::getopt::{Given, Known};
use super::tool::{Input, Io, Worked, files, without_end};

pub(super) const KNOWN: Known = Known { letters: "0", long: &[("zero", '0')] };

pub(super) async fn run(io: &mut Io<'_>, given: Given) -> Worked {
    let end = if given.has('0') { 0 } else { b'\n' };
    for operand in files(given.operands) {
        match io.open(&operand).await? {
            Ok(mut input) => {
                let worked = reverse(io, &mut input, end).await;
                io.unless_input_fails(&operand, worked).await?;
            }
            Err(reason) => io.complain(format!("cannot open {operand}: {reason}")).await?,
        }
    }
    Ok(io.code())
}

async fn reverse(io: &mut Io<'_>, input: &mut Input, end: u8) -> Worked<()> {
    let mut line = Vec::new();
    while input.line(io, end, &mut line).await? {
        let text = without_end(&line, end);
        io.out.extend(text.iter().rev());
        io.out.extend_from_slice(&line[text.len()..]);
    }
    Ok(())
}
