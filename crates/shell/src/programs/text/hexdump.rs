//! `hexdump`: bytes in the formats of its options and of its little language.

mod format;

use super::super::getopt::{Given, Known};
use super::super::live::Stop;
use super::super::quantity;
use super::tool::{End, Io, Worked, files};
use crate::limits::PIECE_BYTES;
use format::{Format, Place};

pub(super) const KNOWN: Known = Known {
    letters: "bcCde:f:L::n:os:vxV",
    long: &[
        ("canonical", 'C'),
        ("color", 'L'),
        ("format", 'e'),
        ("format-file", 'f'),
        ("length", 'n'),
        ("no-squeezing", 'v'),
        ("one-byte-char", 'c'),
        ("one-byte-octal", 'b'),
        ("skip", 's'),
        ("two-bytes-decimal", 'd'),
        ("two-bytes-hex", 'x'),
        ("two-bytes-octal", 'o'),
    ],
};

/// The formats that letters stand for.
fn named(letter: char) -> &'static [&'static str] {
    match letter {
        'b' => &["\"%07.7_ax \" 16/1 \"%03o \" \"\\n\""],
        'c' => &["\"%07.7_ax \" 16/1 \"%3_c \" \"\\n\""],
        'C' => &[
            "\"%08.8_Ax\\n\"",
            "\"%08.8_ax  \" 8/1 \"%02x \" \"  \" 8/1 \"%02x \"",
            "\"  |\" 16/1 \"%_p\" \"|\\n\"",
        ],
        'd' => &["\"%07.7_ax \" 8/2 \"  %05u \" \"\\n\""],
        'o' => &["\"%07.7_ax \" 8/2 \" %06o \" \"\\n\""],
        'x' => &["\"%07.7_ax \" 8/2 \"   %04x \" \"\\n\""],
        _ => &["\"%07.7_ax \" 8/2 \"%04x \" \"\\n\""],
    }
}

pub(super) async fn run(io: &mut Io<'_>, given: Given) -> Worked {
    if given.has('V') {
        io.out.extend_from_slice(b"hexdump from util-linux 2.38.1\n");
        return Ok(0);
    }
    let mut texts: Vec<String> = Vec::new();
    for (letter, value) in &given.options {
        match letter {
            'b' | 'c' | 'C' | 'd' | 'o' | 'x' => {
                texts.extend(named(*letter).iter().map(|text| (*text).to_owned()))
            }
            'e' => texts.push(value.clone()),
            'f' => {
                let text = match io.open(value).await? {
                    Ok(mut input) => input.rest(io).await?,
                    Err(reason) => return Err(io.fatal(format!("can't read {value}: {reason}")).await),
                };
                let lines = String::from_utf8_lossy(&text).into_owned();
                texts.extend(lines.lines().filter(|line| !line.trim().is_empty()).map(str::to_owned));
            }
            _ => {}
        }
    }
    if texts.is_empty() {
        texts.extend(named('x').iter().map(|_| named(' ')[0].to_owned()));
    }
    if given.options.iter().any(|(letter, _)| "bcdox".contains(*letter)) || texts[0] == named(' ')[0] {
        texts.push("\"%07.7_Ax\\n\"".to_owned());
    }
    let format = match Format::new(&texts) {
        Ok(format) => format,
        Err(problem) => return Err(io.fatal(problem).await),
    };
    let amount = |letter: char| given.value(letter).map(quantity::parse);
    let (skip, length) = match (amount('s'), amount('n')) {
        (Some(None), _) => return Err(unparsed(io, "offset", given.value('s')).await),
        (_, Some(None)) => return Err(unparsed(io, "length", given.value('n')).await),
        (skip, length) => (skip.flatten().unwrap_or(0), length.flatten().unwrap_or(u64::MAX)),
    };
    let shows_all = given.has('v');
    dump(io, &format, files(given.operands), skip, length, shows_all).await
}

/// The end by a number that is none.
async fn unparsed(io: &mut Io<'_>, what: &str, text: Option<&str>) -> End {
    let text = text.unwrap_or_default();
    io.fatal(format!("failed to parse {what}: '{text}': Invalid argument")).await
}

async fn dump(
    io: &mut Io<'_>,
    format: &Format,
    operands: Vec<String>,
    mut skip: u64,
    mut left: u64,
    shows_all: bool,
) -> Worked {
    let size = format.block;
    let (mut block, mut last): (Vec<u8>, Vec<u8>) = (Vec::new(), Vec::new());
    let (mut at, mut squeezed, mut opened) = (skip, false, false);
    for operand in &operands {
        let mut input = match io.open(operand).await? {
            Ok(input) => input,
            Err(reason) => {
                io.complain(format!("{operand}: {reason}")).await?;
                continue;
            }
        };
        opened = true;
        while left > 0 {
            let mut bytes = match input.piece(io).await {
                Ok(bytes) => bytes,
                Err(Stop::Input(reason)) => {
                    io.complain(format!("{operand}: {reason}")).await?;
                    break;
                }
                Err(stop) => return Err(End::Stop(stop)),
            };
            if bytes.is_empty() {
                break;
            }
            let dropped = usize::try_from(skip).map_or(bytes.len(), |skip| skip.min(bytes.len()));
            skip -= dropped as u64;
            let _ = bytes.split_to(dropped);
            bytes.truncate(usize::try_from(left).unwrap_or(usize::MAX));
            left -= bytes.len() as u64;
            let mut rest = &bytes[..];
            while !rest.is_empty() {
                let taken = rest.len().min(size - block.len());
                block.extend_from_slice(&rest[..taken]);
                rest = &rest[taken..];
                if block.len() < size {
                    break;
                }
                if !shows_all && block == last {
                    if !std::mem::replace(&mut squeezed, true) {
                        io.out.extend_from_slice(b"*\n");
                    }
                } else {
                    squeezed = false;
                    format.block(&mut io.out, Place { block: &block, size, at });
                }
                std::mem::swap(&mut last, &mut block);
                block.clear();
                at += size as u64;
                if io.out.len() >= PIECE_BYTES {
                    io.turn().await?;
                }
            }
        }
    }
    if !opened {
        return Err(io.fatal("all input file arguments failed").await);
    }
    if !block.is_empty() {
        let given = block.len();
        block.resize(size, 0);
        format.block(&mut io.out, Place { block: &block, size: given, at });
        at += given as u64;
    }
    if at > 0 {
        format.end(&mut io.out, at);
    }
    Ok(io.code())
}
