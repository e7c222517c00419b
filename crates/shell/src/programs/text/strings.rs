//! `strings` of binutils: text among bytes.

use super::super::getopt::{Given, Known};
use super::super::live::Stop;
use super::super::quoting;
use super::tool::{End, Input, Io, Worked};

pub(super) const KNOWN: Known = Known {
    letters: "0123456789afn:ot:e:s:wdV",
    long: &[
        ("all", 'a'),
        ("data", 'd'),
        ("bytes", 'n'),
        ("encoding", 'e'),
        ("include-all-whitespace", 'w'),
        ("output-separator", 's'),
        ("print-file-name", 'f'),
        ("radix", 't'),
    ],
};

struct Wish {
    least: usize,
    radix: Option<char>,
    named: bool,
    /// Whether bytes above 127 are letters.
    eight_bits: bool,
    whitespace: bool,
    separator: String,
}

pub(super) async fn run(io: &mut Io<'_>, given: Given) -> Worked {
    let mut digits = String::new();
    let mut wish = Wish {
        least: 4,
        radix: None,
        named: given.has('f'),
        eight_bits: false,
        whitespace: given.has('w'),
        separator: given.value('s').unwrap_or("\n").to_owned(),
    };
    for (letter, value) in &given.options {
        match (letter, value.as_str()) {
            ('0'..='9', _) => digits.push(*letter),
            ('n', value) => match value.parse::<usize>() {
                Ok(least) if least > 0 => wish.least = least,
                Ok(least) => {
                    return Err(io.fatal(format!("invalid minimum string length {least}")).await);
                }
                Err(_) => return Err(io.fatal(format!("invalid integer argument {value}")).await),
            },
            ('o', _) => wish.radix = Some('o'),
            ('t', "o" | "x" | "d") => wish.radix = value.chars().next(),
            ('e', "s" | "S") => wish.eight_bits = value == "S",
            ('t' | 'e', _) => return Err(io.misused("").await),
            _ => {}
        }
    }
    if let Ok(least) = digits.parse() {
        wish.least = least;
    }
    let operands = if given.operands.is_empty() { vec!["-".to_owned()] } else { given.operands };
    for operand in &operands {
        let opened = match io.open(operand).await? {
            Err(reason) if reason.starts_with("No such file") => {
                io.failed = true;
                io.say(format!("'{operand}': No such file")).await?;
                continue;
            }
            opened => opened,
        };
        let mut input = match opened {
            Ok(input) => input,
            Err(reason) => {
                io.complain(format!("{}: {reason}", quoting::name(operand))).await?;
                continue;
            }
        };
        match search(io, &mut input, &wish).await {
            Err(End::Stop(Stop::Input(reason))) if reason.starts_with("Is a dir") => {
                io.complain(format!("Warning: '{operand}' is a directory")).await?;
            }
            worked => io.unless_input_fails(operand, worked).await?,
        }
    }
    Ok(io.code())
}

async fn search(io: &mut Io<'_>, input: &mut Input, wish: &Wish) -> Worked<()> {
    let mut run: Vec<u8> = Vec::new();
    let (mut at, mut start) = (0_u64, 0_u64);
    // Once a run is long enough it goes out as it comes.
    let mut shown = false;
    loop {
        let bytes = input.piece(io).await?;
        for &byte in bytes.iter() {
            let is_text = matches!(byte, b' '..=b'~' | b'\t')
                || wish.eight_bits && byte >= 0x80
                || wish.whitespace && matches!(byte, b'\n'..=b'\r');
            if is_text {
                if !shown {
                    if run.is_empty() {
                        start = at;
                    }
                    run.push(byte);
                    if run.len() >= wish.least {
                        head(io, &input.name, start, wish);
                        io.out.append(&mut run);
                        shown = true;
                    }
                } else {
                    io.out.push(byte);
                }
            } else {
                if shown {
                    io.out.extend_from_slice(wish.separator.as_bytes());
                }
                shown = false;
                run.clear();
            }
            at += 1;
        }
        if bytes.is_empty() {
            if shown {
                io.out.extend_from_slice(wish.separator.as_bytes());
            }
            return Ok(());
        }
    }
}

fn head(io: &mut Io<'_>, name: &str, start: u64, wish: &Wish) {
    if wish.named {
        let name = if name == "-" { "{standard input}" } else { name };
        io.out.extend_from_slice(format!("{name}: ").as_bytes());
    }
    let offset = match wish.radix {
        Some('o') => format!("{start:7o} "),
        Some('x') => format!("{start:7x} "),
        Some(_) => format!("{start:7} "),
        None => return,
    };
    io.out.extend_from_slice(offset.as_bytes());
}
