//! `cmp`: where two files first differ, or every byte that does.

use super::super::getopt::{Given, Known, extra_operand};
use super::super::live::Stop;
use super::super::{quantity, quoting};
use super::tool::{End, Io, Worked};

pub(super) const KNOWN: Known = Known {
    letters: "bi:ln:s",
    long: &[
        ("print-bytes", 'b'),
        ("ignore-initial", 'i'),
        ("verbose", 'l'),
        ("bytes", 'n'),
        ("quiet", 's'),
        ("silent", 's'),
    ],
};

/// A byte as `-b` shows it.
fn shown(byte: u8) -> String {
    let (meta, low) = if byte >= 128 { ("M-", byte - 128) } else { ("", byte) };
    match low {
        127 => format!("{meta}^?"),
        0..=31 => format!("{meta}^{}", char::from(low + 64)),
        _ => format!("{meta}{}", char::from(low)),
    }
}

pub(super) async fn run(io: &mut Io<'_>, given: Given) -> Worked {
    let (all, quiet, bytes) = (given.has('l'), given.has('s'), given.has('b'));
    let mut operands = given.operands.clone();
    let mut skips = [0u64; 2];
    let mut most = u64::MAX;
    for (letter, value) in &given.options {
        let invalid = |what: &str| format!("invalid {what} value {}", quoting::value(value));
        match letter {
            'i' => {
                let (one, other) = value.split_once(':').unwrap_or((value, value));
                match (quantity::parse(one), quantity::parse(other)) {
                    (Some(one), Some(other)) => skips = [one, other],
                    _ => return Err(io.misused(invalid("--ignore-initial")).await),
                }
            }
            'n' => match quantity::parse(value) {
                Some(count) => most = most.min(count),
                None => return Err(io.misused(invalid("--bytes")).await),
            },
            _ => {}
        }
    }
    if all && quiet {
        return Err(io.misused("options -l and -s are incompatible").await);
    }
    if operands.is_empty() {
        return Err(io.misused("missing operand after 'cmp'").await);
    }
    if operands.len() == 1 {
        operands.push("-".to_owned());
    }
    for initial in &mut skips {
        if operands.len() > 2 {
            let text = operands.remove(2);
            match quantity::parse(&text) {
                Some(skip) => *initial = skip,
                None => {
                    let problem = format!("invalid --ignore-initial value {}", quoting::value(&text));
                    return Err(io.misused(problem).await);
                }
            }
        }
    }
    if let Some(extra) = operands.get(2) {
        return Err(io.misused(extra_operand(extra)).await);
    }
    let mut inputs = Vec::new();
    for (operand, skip) in operands.iter().zip(skips) {
        match io.open(operand).await? {
            Ok(mut input) => {
                let left = input.skip(skip);
                inputs.push((input, left));
            }
            Err(_) if quiet => return Ok(2),
            Err(reason) => return Err(io.fatal(format!("{}: {reason}", quoting::name(operand))).await),
        }
    }
    if operands[0] == operands[1] && skips[0] == skips[1] {
        return Ok(0);
    }
    // Numbers are as wide as the last that can come.
    let known = inputs.iter().filter_map(|(input, _)| input.left()).min().unwrap_or(u64::MAX).min(most);
    let width = if known == u64::MAX { i64::MAX.to_string().len() } else { known.to_string().len() };
    let (mut at, mut line, mut differs) = (0u64, 1u64, false);
    let mut held: [Vec<u8>; 2] = [Vec::new(), Vec::new()];
    let mut last = None;
    loop {
        for (nth, (input, skip)) in inputs.iter_mut().enumerate() {
            while held[nth].is_empty() {
                let mut piece = match input.piece(io).await {
                    Ok(piece) => piece,
                    Err(Stop::Input(reason)) => {
                        return Err(io.fatal(format!("{}: {reason}", quoting::name(&input.name))).await);
                    }
                    Err(stop) => return Err(End::Stop(stop)),
                };
                if piece.is_empty() {
                    break;
                }
                let skipped = (*skip).min(piece.len() as u64);
                *skip -= skipped;
                let _ = piece.split_to(skipped as usize);
                held[nth] = piece.to_vec();
            }
        }
        let len = held[0].len().min(held[1].len());
        let len = usize::try_from(most - at).map_or(len, |left| len.min(left));
        for (one, other) in held[0][..len].iter().zip(&held[1][..len]) {
            at += 1;
            last = Some(*one);
            if one != other {
                differs = true;
                if quiet {
                    return Ok(1);
                }
                if !all {
                    let text = match bytes {
                        false => String::new(),
                        true => {
                            format!(" is {one:3o} {} {other:3o} {}", shown(*one), shown(*other))
                        }
                    };
                    // So in the C locale; others say `byte` in either case.
                    let unit = if bytes { "byte" } else { "char" };
                    let names = format!("{} {}", operands[0], operands[1]);
                    let text = format!("{names} differ: {unit} {at}, line {line}{text}\n");
                    io.out.extend_from_slice(text.as_bytes());
                    return Ok(1);
                }
                let text = match bytes {
                    false => format!("{at:>width$} {one:3o} {other:3o}\n"),
                    true => {
                        format!("{at:>width$} {one:3o} {:<4} {other:3o} {}\n", shown(*one), shown(*other))
                    }
                };
                io.out.extend_from_slice(text.as_bytes());
            }
            line += u64::from(*one == b'\n');
        }
        io.turn().await?;
        if at == most || held[0].len() == len && held[1].len() == len && len == 0 {
            return Ok(i32::from(differs));
        }
        if len == 0 {
            break;
        }
        held.iter_mut().for_each(|held| drop(held.drain(..len)));
    }
    // One of them has more.
    if !quiet {
        let short = if held[0].is_empty() { &operands[0] } else { &operands[1] };
        let name = quoting::name(short);
        let problem = match (at, all) {
            (0, _) => format!("EOF on {name} which is empty"),
            (_, true) => format!("EOF on {name} after byte {at}"),
            _ if last == Some(b'\n') => format!("EOF on {name} after byte {at}, line {}", line - 1),
            _ => format!("EOF on {name} after byte {at}, in line {line}"),
        };
        io.say(problem).await?;
    }
    Ok(1)
}
