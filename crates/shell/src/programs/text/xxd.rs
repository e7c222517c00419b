//! `xxd`: bytes as hexadecimal or binary digits, and back.

use super::super::getopt::Given;
use super::super::live::Stop;
use super::tool::{End, Input, Io, Worked};

/// How bytes are shown.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    Lines,
    Bits,
    Plain,
    Include,
    LittleEndian,
}

struct Wish {
    form: Form,
    columns: Option<usize>,
    group: Option<usize>,
    upper: bool,
    reverse: bool,
    decimal: bool,
    /// What is added to the offsets.
    offset: i64,
    seek: i64,
    length: Option<u64>,
    capitals: bool,
    name: Option<String>,
}

const USAGE: &str = "\
Usage:
       xxd [options] [infile [outfile]]
    or
       xxd -r [-s [-]offset] [-c cols] [-ps] [infile [outfile]]
Options:
    -a          toggle autoskip: A single '*' replaces nul-lines. Default off.
    -b          binary digit dump (incompatible with -ps,-i,-r). Default hex.
    -C          capitalize variable names in C include file style (-i).
    -c cols     format <cols> octets per line. Default 16 (-i: 12, -ps: 30).
    -E          show characters in EBCDIC. Default ASCII.
    -e          little-endian dump (incompatible with -ps,-i,-r).
    -g bytes    number of octets per group in normal output. Default 2 (-e: 4).
    -h          print this summary.
    -i          output in C include file style.
    -l len      stop after <len> octets.
    -n name     set the variable name used in C include output (-i).
    -o off      add <off> to the displayed file position.
    -ps         output in postscript plain hexdump style.
    -r          reverse operation: convert (or patch) hexdump into binary.
    -r -s off   revert with <off> added to file positions found in hexdump.
    -d          show offset in decimal instead of hex.
    -s [+][-]seek  start at <seek> bytes abs. (or +: rel.) infile offset.
    -u          use upper case hex letters.
    -v          show version: \"xxd 2022-01-14 by Juergen Weigert et al.\".
";

/// A number in C's notation, with an optional sign.
fn number(text: &str) -> Option<i64> {
    let text = text.strip_prefix('+').unwrap_or(text);
    let (sign, digits) = match text.strip_prefix('-') {
        Some(digits) => (-1, digits),
        None => (1, text),
    };
    let value = match digits.strip_prefix("0x").or_else(|| digits.strip_prefix("0X")) {
        Some(hex) => i64::from_str_radix(hex, 16).ok()?,
        None if digits.len() > 1 && digits.starts_with('0') => i64::from_str_radix(digits, 8).ok()?,
        None => digits.parse().ok()?,
    };
    Some(sign * value)
}

/// Reads its options, which have names of one or more letters behind one dash, with values attached or apart.
fn wish(args: &[String]) -> Option<(Wish, Vec<String>)> {
    let mut wish = Wish {
        form: Form::Lines,
        columns: None,
        group: None,
        upper: false,
        reverse: false,
        decimal: false,
        offset: 0,
        seek: 0,
        length: None,
        capitals: false,
        name: None,
    };
    let mut operands = Vec::new();
    let mut args = args.iter();
    while let Some(arg) = args.next() {
        let Some(option) = arg.strip_prefix('-').filter(|option| !option.is_empty()) else {
            operands.push(arg.clone());
            operands.extend(args.by_ref().cloned());
            break;
        };
        let option = option.strip_prefix('-').unwrap_or(option);
        if option.is_empty() {
            operands.extend(args.by_ref().cloned());
            break;
        }
        match option {
            "ps" | "p" | "plain" | "postscript" => wish.form = Form::Plain,
            "b" | "bits" => wish.form = Form::Bits,
            "i" | "include" => wish.form = Form::Include,
            "e" => wish.form = Form::LittleEndian,
            "u" | "uppercase" => wish.upper = true,
            "r" | "revert" => wish.reverse = true,
            "d" => wish.decimal = true,
            "C" | "capitalize" => wish.capitals = true,
            "a" | "autoskip" | "E" => {}
            _ => {
                let (letter, attached) = option.split_at(1);
                let attached = match option {
                    "cols" | "groupsize" | "len" | "seek" | "offset" | "name" => "",
                    _ => attached,
                };
                let letter = if option == "seek" || option.starts_with("skip") { "s" } else { letter };
                if !"cglson".contains(letter) {
                    return None;
                }
                let value = if attached.is_empty() { args.next()?.clone() } else { attached.to_owned() };
                if letter == "n" {
                    wish.name = Some(value);
                    continue;
                }
                let value = number(&value)?;
                match letter {
                    "c" => wish.columns = usize::try_from(value).ok(),
                    "g" => wish.group = usize::try_from(value).ok(),
                    "l" => wish.length = u64::try_from(value).ok(),
                    "s" => wish.seek = value,
                    _ => wish.offset = value,
                }
            }
        }
    }
    (operands.len() <= 2).then_some((wish, operands))
}

pub(super) async fn run(io: &mut Io<'_>, given: Given) -> Worked {
    let args = given.operands;
    let asked = args.first().map(String::as_str);
    if matches!(asked, Some("-v" | "--version")) {
        io.out.extend_from_slice(b"xxd 2022-01-14 by Juergen Weigert et al.\n");
        return Ok(0);
    }
    let Some((wish, operands)) = wish(&args).filter(|_| !matches!(asked, Some("-h" | "-help" | "--help")))
    else {
        super::super::live::say(&io.ctx.stderr, USAGE.to_owned()).await;
        return Ok(1);
    };
    let operand = operands.first().map_or("-", String::as_str);
    let mut input = match io.open(operand).await? {
        Ok(input) => input,
        Err(reason) => {
            io.say(format!("{operand}: {reason}")).await?;
            return Ok(2);
        }
    };
    if let Some(target) = operands.get(1).filter(|target| *target != "-") {
        if let Err(reason) = io.create(target).await? {
            io.say(format!("{target}: {reason}")).await?;
            return Ok(3);
        }
        io.target = Some(target.clone());
    }
    let worked = match (wish.reverse, wish.form) {
        (true, Form::Plain) => back_from_plain(io, &mut input).await,
        (true, _) => back(io, &mut input, &wish).await,
        (false, _) => dump(io, &mut input, &wish).await,
    };
    match worked {
        Err(End::Stop(Stop::Input(reason))) => {
            io.say(reason).await?;
            Ok(2)
        }
        worked => worked.map(|()| 0),
    }
}

async fn dump(io: &mut Io<'_>, input: &mut Input, wish: &Wish) -> Worked<()> {
    let columns = match wish.columns {
        Some(columns) if columns > 0 => columns,
        _ => match wish.form {
            Form::Plain => 30,
            Form::Include => 12,
            Form::Bits => 6,
            Form::Lines | Form::LittleEndian => 16,
        },
    };
    let group = match (wish.group, wish.form) {
        (Some(0), _) => columns,
        (Some(group), _) => group,
        (None, Form::Bits) => 1,
        (None, Form::LittleEndian) => 4,
        (None, _) => 2,
    };
    let mut at = match (wish.seek < 0, input.left()) {
        (true, Some(size)) => size.saturating_sub(wish.seek.unsigned_abs()),
        _ => wish.seek.unsigned_abs(),
    };
    let mut skip = input.skip(at);
    let mut left = wish.length.unwrap_or(u64::MAX);
    let mut line: Vec<u8> = Vec::new();
    let named = wish.form == Form::Include && input.name != "-" || wish.name.is_some();
    let mut total = 0_u64;
    let variable: String = wish
        .name
        .as_deref()
        .unwrap_or(&input.name)
        .chars()
        .map(|letter| if letter.is_ascii_alphanumeric() { letter } else { '_' })
        .map(|letter| if wish.capitals { letter.to_ascii_uppercase() } else { letter })
        .collect();
    if wish.form == Form::Include && named {
        let under = if variable.starts_with(|letter: char| letter.is_ascii_digit()) { "__" } else { "" };
        io.out.extend_from_slice(format!("unsigned char {under}{variable}[] = {{\n").as_bytes());
    }
    loop {
        let mut bytes = if left == 0 { Default::default() } else { input.piece(io).await? };
        let ended = bytes.is_empty();
        let dropped = (bytes.len() as u64).min(skip);
        skip -= dropped;
        let _ = bytes.split_to(dropped as usize);
        bytes.truncate(usize::try_from(left).unwrap_or(usize::MAX));
        left -= bytes.len() as u64;
        for &byte in bytes.iter() {
            line.push(byte);
            if line.len() == columns {
                show(io, wish, &line, at, total, columns, group);
                (at, total) = (at + columns as u64, total + columns as u64);
                line.clear();
            }
        }
        if ended {
            break;
        }
        io.turn().await?;
    }
    if !line.is_empty() {
        show(io, wish, &line, at, total, columns, group);
        total += line.len() as u64;
    }
    if wish.form == Form::Include {
        if total > 0 {
            io.out.push(b'\n');
        }
        if named {
            let under = if variable.starts_with(|letter: char| letter.is_ascii_digit()) { "__" } else { "" };
            let len = if wish.capitals { "LEN" } else { "len" };
            io.out.extend_from_slice(
                format!("}};\nunsigned int {under}{variable}_{len} = {total};\n").as_bytes(),
            );
        }
    }
    Ok(())
}

fn hex(byte: u8, upper: bool) -> String {
    if upper { format!("{byte:02X}") } else { format!("{byte:02x}") }
}

fn show(io: &mut Io<'_>, wish: &Wish, line: &[u8], at: u64, before: u64, columns: usize, group: usize) {
    let mut text = String::new();
    match wish.form {
        Form::Plain => {
            line.iter().for_each(|byte| text.push_str(&hex(*byte, wish.upper)));
            text.push('\n');
        }
        Form::Include => {
            if before > 0 {
                text.push_str(",\n");
            }
            let zero = if wish.upper { "0X" } else { "0x" };
            let bytes: Vec<String> =
                line.iter().map(|byte| format!("{zero}{}", hex(*byte, wish.upper))).collect();
            text.push_str("  ");
            text.push_str(&bytes.join(", "));
        }
        Form::Lines | Form::Bits | Form::LittleEndian => {
            let offset = at.wrapping_add_signed(wish.offset);
            text = if wish.decimal { format!("{offset:08}:") } else { format!("{offset:08x}:") };
            for start in (0..columns).step_by(group) {
                text.push(' ');
                let end = (start + group).min(columns);
                let order: Vec<usize> = match wish.form {
                    Form::LittleEndian => (start..start + group).rev().filter(|at| *at < end).collect(),
                    _ => (start..end).collect(),
                };
                for place in order {
                    match (line.get(place), wish.form) {
                        (Some(byte), Form::Bits) => text.push_str(&format!("{byte:08b}")),
                        (Some(byte), _) => text.push_str(&hex(*byte, wish.upper)),
                        (None, Form::Bits) => text.push_str("        "),
                        (None, _) => text.push_str("  "),
                    }
                }
            }
            text.push_str("  ");
            let shown = |byte: &u8| if matches!(byte, b' '..=b'~') { char::from(*byte) } else { '.' };
            text.extend(line.iter().map(shown));
            text.push('\n');
        }
    }
    io.out.extend_from_slice(text.as_bytes());
}

async fn back_from_plain(io: &mut Io<'_>, input: &mut Input) -> Worked<()> {
    let mut high: Option<u32> = None;
    loop {
        let bytes = input.piece(io).await?;
        if bytes.is_empty() {
            return Ok(());
        }
        for byte in bytes.iter() {
            let Some(digit) = char::from(*byte).to_digit(16) else {
                if !byte.is_ascii_whitespace() {
                    high = None;
                }
                continue;
            };
            match high.take() {
                Some(high) => io.out.push((high * 16 + digit) as u8),
                None => high = Some(digit),
            }
        }
    }
}

async fn back(io: &mut Io<'_>, input: &mut Input, wish: &Wish) -> Worked<()> {
    let columns = wish.columns.filter(|columns| *columns > 0).unwrap_or(16);
    let mut line = Vec::new();
    let mut written = 0_u64;
    while input.line(io, b'\n', &mut line).await? {
        let text = String::from_utf8_lossy(&line).into_owned();
        let Some((offset, rest)) = text.split_once(':') else { continue };
        let Ok(offset) = u64::from_str_radix(offset.trim(), 16) else { continue };
        let offset = offset.saturating_add_signed(wish.seek);
        while written < offset {
            io.out.push(0);
            written += 1;
            if written.is_multiple_of(65536) {
                io.turn().await?;
            }
        }
        let digits: &str = rest.split("  ").next().unwrap_or_default();
        let digits: Vec<u32> = digits.chars().filter_map(|letter| letter.to_digit(16)).collect();
        for pair in digits.chunks_exact(2).take(columns) {
            io.out.push((pair[0] * 16 + pair[1]) as u8);
            written += 1;
        }
    }
    Ok(())
}
