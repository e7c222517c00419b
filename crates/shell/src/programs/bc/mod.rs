//! `bc` and `dc`: calculators for numbers of any length.

mod compile;
mod dc;
mod decimal;
mod lines;
mod machine;
mod token;

pub(super) use dc::{DC, run as run_dc};

use super::getopt::{Given, Known};
use super::live::say;
use super::quoting;
use super::text::tool::{End, Input, Io, Worked};
use compile::{Item, Problem};
use lines::Lines;
use machine::{Halt, Machine};

pub(super) const BC: Known = Known {
    letters: "hilqsvw",
    long: &[("interactive", 'i'), ("mathlib", 'l'), ("quiet", 'q'), ("standard", 's'), ("warn", 'w')],
};

/// Sine and the like, in the language itself.
const LIBRARY: &str = include_str!("library.bc");

/// Longest item that is read, in bytes.
const MAX_ITEM: usize = 1 << 20;

pub(super) async fn run(io: &mut Io<'_>, given: Given) -> Worked {
    let mut machine = Machine::new(Lines::of(io.ctx.env.get("BC_LINE_LENGTH").map(String::as_str)));
    if given.has('l') {
        let mut library = Reader { text: LIBRARY.as_bytes(), input: None, name: String::new(), line: 0 };
        read(io, &mut machine, &mut library).await?;
    }
    for operand in &given.operands {
        match io.open(operand).await? {
            Ok(input) => {
                let mut reader = Reader { text: b"", input: Some(input), name: operand.clone(), line: 0 };
                if read(io, &mut machine, &mut reader).await? == Left::Quit {
                    return Ok(0);
                }
            }
            Err(_) => {
                let text = format!("File {} is unavailable.\n", quoting::name(operand));
                io.flush().await?;
                say(&io.ctx.stderr, text).await;
                return Ok(1);
            }
        }
    }
    let input = io.open("-").await?.map_err(|_| End::Code(1))?;
    let mut reader = Reader { text: b"", input: Some(input), name: "(standard_in)".to_owned(), line: 0 };
    read(io, &mut machine, &mut reader).await?;
    Ok(0)
}

/// A text that is read line by line.
struct Reader<'t> {
    text: &'t [u8],
    input: Option<Input>,
    name: String,
    /// Lines before the one that is read.
    line: usize,
}

impl Reader<'_> {
    async fn line(&mut self, io: &mut Io<'_>, line: &mut Vec<u8>) -> Worked<bool> {
        match &mut self.input {
            Some(input) => Ok(input.line(io, b'\n', line).await?),
            None => {
                let end =
                    self.text.iter().position(|byte| *byte == b'\n').map_or(self.text.len(), |at| at + 1);
                let (first, rest) = self.text.split_at(end);
                self.text = rest;
                line.clear();
                line.extend_from_slice(first);
                Ok(!first.is_empty())
            }
        }
    }
}

/// How a text ended.
#[derive(PartialEq, Eq)]
enum Left {
    AtItsEnd,
    Quit,
}

async fn read(io: &mut Io<'_>, machine: &mut Machine, reader: &mut Reader<'_>) -> Worked<Left> {
    let (mut line, mut text, mut lines) = (Vec::new(), String::new(), 0);
    while reader.line(io, &mut line).await? {
        text.push_str(&String::from_utf8_lossy(&line));
        lines += 1;
        match compile::items(&text, &mut machine.names) {
            // What the last line holds counts with its end only.
            Ok(_) if !text.ends_with('\n') && reader.input.is_some() => break,
            Ok(items) => {
                for item in items {
                    match item {
                        Item::Quit => return Ok(Left::Quit),
                        Item::Function(function) => machine.define(function),
                        Item::Statements(code) => match machine.run(io, code, &mut reader.input).await {
                            Ok(()) | Err(Halt::Wrong(_)) => {}
                            Err(Halt::Halted) => return Ok(Left::Quit),
                            Err(Halt::Stop(stop)) => return Err(End::Stop(stop)),
                        },
                    }
                }
            }
            Err(Problem::Incomplete) if text.len() < MAX_ITEM => continue,
            Err(Problem::Incomplete) => complain(io, reader, lines, "input too long").await?,
            Err(Problem::Wrong(at, problem)) => complain(io, reader, at + 1, &problem).await?,
        }
        reader.line += lines;
        (text, lines) = (String::new(), 0);
    }
    if !text.trim().is_empty() {
        complain(io, reader, lines.max(1), "syntax error").await?;
    }
    Ok(Left::AtItsEnd)
}

async fn complain(io: &mut Io<'_>, reader: &Reader<'_>, line: usize, problem: &str) -> Worked<()> {
    io.flush().await?;
    let text = format!("{} {}: {problem}\n", reader.name, reader.line + line);
    say(&io.ctx.stderr, text).await;
    Ok(())
}
