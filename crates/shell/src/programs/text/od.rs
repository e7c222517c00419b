//! `od`: bytes as numbers and letters.

use super::super::float;
use super::super::getopt::{Given, Known};
use super::super::live::Stop;
use super::super::{quantity, quoting};
use super::tool::{End, Io, Worked, files, word};
use crate::limits::MAX_WHOLE_BYTES;

pub(super) const KNOWN: Known = Known {
    letters: "abBcdDeFfhHiIlLoOsxXvA:j:N:S:t:w::",
    long: &[
        ("address-radix", 'A'),
        ("endian=", 'W'),
        ("skip-bytes", 'j'),
        ("read-bytes", 'N'),
        ("strings?", 'S'),
        ("format", 't'),
        ("output-duplicates", 'v'),
        ("width?", 'w'),
        ("traditional", 'T'),
    ],
};

/// The two orders of bytes, and whether the last comes first.
const ENDS: &[(&str, bool)] = &[("little", false), ("big", true)];

/// How a value is shown.
#[derive(Clone, Copy, PartialEq, Eq)]
enum As {
    Named,
    Letter,
    Signed,
    Unsigned,
    Octal,
    Hex,
    Float,
}

struct Spec {
    shown: As,
    size: usize,
    width: usize,
    /// The text follows at the line's end.
    text: bool,
    pad: usize,
}

fn spec(shown: As, size: usize) -> Spec {
    let at = size.min(8);
    let width = match shown {
        As::Named | As::Letter => 3,
        As::Octal => [0, 3, 6, 8, 11, 14, 16, 19, 22][at],
        As::Signed => [0, 4, 6, 8, 11, 13, 16, 18, 20][at],
        As::Unsigned => [0, 3, 5, 8, 10, 13, 15, 17, 20][at],
        As::Hex => at * 2,
        As::Float => [15, 24][usize::from(size > 4)],
    };
    Spec { shown, size, width, text: false, pad: 0 }
}

fn specs(text: &str, specs: &mut Vec<Spec>) -> Result<(), String> {
    let shown_text = quoting::value(text);
    let mut rest = text;
    while let Some(letter) = rest.chars().next() {
        rest = &rest[letter.len_utf8()..];
        let shown = match letter {
            'a' => As::Named,
            'c' => As::Letter,
            'd' => As::Signed,
            'f' => As::Float,
            'o' => As::Octal,
            'u' => As::Unsigned,
            'x' => As::Hex,
            _ => return Err(format!("invalid character '{letter}' in type string {shown_text}")),
        };
        let mut size = match shown {
            As::Named | As::Letter => 1,
            As::Float => 8,
            _ => 4,
        };
        if size > 1 {
            let named = match (shown, rest.chars().next()) {
                (As::Float, Some('F')) => Some(4),
                (As::Float, Some('D')) => Some(8),
                (As::Float, Some('L')) => Some(16),
                (As::Float, _) => None,
                (_, Some('C')) => Some(1),
                (_, Some('S')) => Some(2),
                (_, Some('I')) => Some(4),
                (_, Some('L')) => Some(8),
                _ => None,
            };
            let digits = rest.len() - rest.trim_start_matches(|letter: char| letter.is_ascii_digit()).len();
            if let Some(named) = named {
                size = named;
                rest = &rest[1..];
            } else if digits > 0 {
                size = rest[..digits].parse().unwrap_or(usize::MAX);
                let known: &[usize] = if shown == As::Float { &[4, 8] } else { &[1, 2, 4, 8] };
                if !known.contains(&size) {
                    let kind = if shown == As::Float { "floating point" } else { "integral" };
                    return Err(format!(
                        "invalid type string {shown_text};\nthis system doesn't provide a {size}-byte {kind} type"
                    ));
                }
                rest = &rest[digits..];
            }
        }
        let mut new = spec(shown, size);
        if let Some(after) = rest.strip_prefix('z') {
            new.text = true;
            rest = after;
        }
        specs.push(new);
    }
    Ok(())
}

struct Wish {
    specs: Vec<Spec>,
    radix: char,
    skip: u64,
    most: u64,
    all: bool,
    width: usize,
    big_endian: bool,
    /// Shows runs of printed letters of this length instead.
    strings: Option<usize>,
}

fn wish(given: &Given) -> Result<(Wish, Option<String>), String> {
    let mut wish = Wish {
        specs: Vec::new(),
        radix: 'o',
        skip: 0,
        most: u64::MAX,
        all: given.has('v'),
        width: 0,
        big_endian: false,
        strings: None,
    };
    for (letter, value) in &given.options {
        let shown = quoting::value(value);
        let number = || {
            let number = match value.strip_prefix("0x").or(value.strip_prefix("0X")) {
                Some(digits) => u64::from_str_radix(digits, 16).ok(),
                None => quantity::parse(value),
            };
            number.ok_or_else(|| format!("invalid -{letter} argument {shown}"))
        };
        match letter {
            'A' => match value.as_str() {
                "o" | "d" | "x" | "n" => wish.radix = value.chars().next().unwrap_or('o'),
                other => {
                    let first = other.chars().next().unwrap_or_default();
                    return Err(format!(
                        "invalid output address radix '{first}'; it must be one character from [doxn]"
                    ));
                }
            },
            'j' => wish.skip = number()?,
            'N' => wish.most = number()?,
            'S' => wish.strings = Some(if value.is_empty() { 3 } else { number()? as usize }),
            'w' => wish.width = if value.is_empty() { 32 } else { number()? as usize },
            't' => specs(value, &mut wish.specs)?,
            'W' => wish.big_endian = word(value, "--endian", ENDS)?,
            'a' => specs("a", &mut wish.specs)?,
            'b' => specs("o1", &mut wish.specs)?,
            'c' => specs("c", &mut wish.specs)?,
            'd' => specs("u2", &mut wish.specs)?,
            'D' => specs("u4", &mut wish.specs)?,
            'e' | 'F' => specs("fD", &mut wish.specs)?,
            'f' => specs("fF", &mut wish.specs)?,
            'h' | 'x' => specs("x2", &mut wish.specs)?,
            'H' | 'X' => specs("x4", &mut wish.specs)?,
            'i' => specs("dI", &mut wish.specs)?,
            'I' | 'L' | 'l' => specs("dL", &mut wish.specs)?,
            'o' | 'B' => specs("o2", &mut wish.specs)?,
            'O' => specs("o4", &mut wish.specs)?,
            's' => specs("d2", &mut wish.specs)?,
            _ => {}
        }
    }
    if wish.specs.is_empty() {
        wish.specs.push(spec(As::Octal, 2));
    }
    let common = wish.specs.iter().map(|spec| spec.size).max().unwrap_or(1);
    let mut warning = None;
    if given.has('w') {
        if wish.width == 0 || !wish.width.is_multiple_of(common) {
            warning = Some(format!("warning: invalid width {}; using {common} instead", wish.width));
            wish.width = common;
        }
    } else {
        wish.width = if common < 16 { 16 / common * common } else { common };
    }
    let fields = |spec: &Spec, width: usize| width / spec.size;
    let widest = wish.specs.iter().map(|spec| (spec.width + 1) * fields(spec, wish.width)).max().unwrap_or(0);
    let width = wish.width;
    for spec in &mut wish.specs {
        spec.pad = widest - spec.width * fields(spec, width);
    }
    Ok((wish, warning))
}

const NAMES: [&str; 33] = [
    "nul", "soh", "stx", "etx", "eot", "enq", "ack", "bel", "bs", "ht", "nl", "vt", "ff", "cr", "so", "si",
    "dle", "dc1", "dc2", "dc3", "dc4", "nak", "syn", "etb", "can", "em", "sub", "esc", "fs", "gs", "rs",
    "us", "sp",
];

impl Spec {
    fn value(&self, bytes: &[u8], big_endian: bool) -> String {
        let byte = bytes[0];
        let number = |bytes: &[u8]| {
            let step = |number: u64, byte: &u8| number << 8 | u64::from(*byte);
            match big_endian {
                true => bytes.iter().fold(0, step),
                false => bytes.iter().rev().fold(0, step),
            }
        };
        match self.shown {
            As::Named => match byte & 0x7f {
                127 => "del".to_owned(),
                low @ 0..=32 => NAMES[usize::from(low)].to_owned(),
                letter => char::from(letter).to_string(),
            },
            As::Letter => match byte {
                0 => "\\0".to_owned(),
                7..=13 => format!("\\{}", char::from(b"abtnvfr"[usize::from(byte - 7)])),
                b' '..=b'~' => char::from(byte).to_string(),
                _ => format!("{byte:03o}"),
            },
            As::Octal => format!("{:0width$o}", number(bytes), width = self.width),
            As::Hex => format!("{:0width$x}", number(bytes), width = self.width),
            As::Unsigned => number(bytes).to_string(),
            As::Signed => {
                let unused = 64 - 8 * self.size as u32;
                ((number(bytes) << unused) as i64 >> unused).to_string()
            }
            As::Float if self.size == 4 => {
                let value = f32::from_bits(number(bytes) as u32);
                let least = if value.abs() < f32::MIN_POSITIVE { 1 } else { 6 };
                shortest(f64::from(value), least, |text| text.parse() == Ok(value))
            }
            As::Float if self.size == 8 => {
                let value = f64::from_bits(number(bytes));
                let least = if value.abs() < f64::MIN_POSITIVE { 1 } else { 15 };
                shortest(value, least, |text| text.parse() == Ok(value))
            }
            As::Float => "nan".to_owned(),
        }
    }

    /// A row of values, of which the last may be missing.
    fn row(&self, out: &mut Vec<u8>, block: &[u8], wish: &Wish) {
        let fields = wish.width / self.size;
        let mut padded = block.to_vec();
        padded.resize(block.len().next_multiple_of(self.size), 0);
        let blank = fields - padded.len() / self.size;
        let mut left = self.pad;
        for (field, bytes) in (blank + 1..=fields).rev().zip(padded.chunks(self.size)) {
            let next = self.pad * (field - 1) / fields;
            let width = left - next + self.width;
            out.extend_from_slice(format!("{:>width$}", self.value(bytes, wish.big_endian)).as_bytes());
            left = next;
        }
        if self.text {
            let width = blank * self.width + self.pad * blank / fields;
            out.extend(std::iter::repeat_n(b' ', width));
            out.extend_from_slice(b"  >");
            out.extend(block.iter().map(|byte| if matches!(byte, b' '..=b'~') { *byte } else { b'.' }));
            out.push(b'<');
        }
        out.push(b'\n');
    }
}

/// As few digits as say the number exactly.
fn shortest(value: f64, least: usize, exact: impl Fn(&str) -> bool) -> String {
    let sign = if value.is_sign_negative() { "-" } else { "" };
    if !value.is_finite() {
        return format!("{sign}{}", if value.is_nan() { "nan" } else { "inf" });
    }
    let written = |precision| format!("{sign}{}", float::general(value.abs(), precision, false));
    (least..17).map(written).find(|text| exact(text)).unwrap_or_else(|| written(17))
}

fn address(out: &mut Vec<u8>, radix: char, at: u64) {
    let text = match radix {
        'd' => format!("{at:07}"),
        'x' => format!("{at:06x}"),
        'o' => format!("{at:07o}"),
        _ => return,
    };
    out.extend_from_slice(text.as_bytes());
}

/// Writes blocks as they come, repeated ones once.
struct Writer {
    at: u64,
    before: Option<Vec<u8>>,
    repeated: bool,
}

impl Writer {
    fn block(&mut self, out: &mut Vec<u8>, wish: &Wish, block: &[u8]) {
        let full = block.len() == wish.width;
        if !wish.all && full && self.before.as_deref() == Some(block) {
            if !self.repeated {
                out.extend_from_slice(b"*\n");
            }
            self.repeated = true;
        } else {
            self.repeated = false;
            for (nth, spec) in wish.specs.iter().enumerate() {
                let before = out.len();
                address(out, wish.radix, self.at);
                if nth > 0 {
                    out[before..].fill(b' ');
                }
                spec.row(out, block, wish);
            }
            self.before = Some(block.to_vec());
        }
        self.at += block.len() as u64;
    }
}

pub(super) async fn run(io: &mut Io<'_>, given: Given) -> Worked {
    if let Some(Err(problem)) = given.value('W').map(|value| word(value, "--endian", ENDS)) {
        return Err(io.misused(problem).await);
    }
    let (wish, warning) = match wish(&given) {
        Ok(wish) => wish,
        Err(problem) => return Err(io.fatal(problem).await),
    };
    if let Some(warning) = warning {
        io.say(warning).await?;
    }
    let mut skip = wish.skip;
    let mut left = wish.most;
    let mut held: Vec<u8> = Vec::new();
    let mut writer = Writer { at: wish.skip, before: None, repeated: false };
    let mut any = false;
    for operand in files(given.operands) {
        if left == 0 && skip == 0 {
            break;
        }
        let Some(mut input) = io.open_or_complain(&operand).await? else { continue };
        any = true;
        if skip > 0 {
            skip = input.skip(skip);
        }
        loop {
            let mut piece = match input.piece(io).await {
                Ok(piece) => piece,
                Err(Stop::Input(reason)) => {
                    io.complain(format!("{}: {reason}", quoting::name(&operand))).await?;
                    break;
                }
                Err(stop) => return Err(End::Stop(stop)),
            };
            if piece.is_empty() {
                break;
            }
            let skipped = skip.min(piece.len() as u64);
            skip -= skipped;
            let _ = piece.split_to(skipped as usize);
            piece.truncate(usize::try_from(left).unwrap_or(usize::MAX));
            left -= piece.len() as u64;
            held.extend_from_slice(&piece);
            if wish.strings.is_none() {
                let whole = held.len() / wish.width * wish.width;
                for block in held[..whole].chunks(wish.width) {
                    writer.block(&mut io.out, &wish, block);
                }
                held.drain(..whole);
            } else if held.len() as u64 > MAX_WHOLE_BYTES {
                return Err(Stop::out_of_memory().into());
            }
            if left == 0 {
                break;
            }
        }
    }
    if !any && io.failed {
        return Ok(io.code());
    }
    if skip > 0 {
        return Err(io.fatal("cannot skip past end of combined input").await);
    }
    if let Some(least) = wish.strings {
        strings(&mut io.out, &wish, &held, least);
        return Ok(io.code());
    }
    if !held.is_empty() {
        writer.block(&mut io.out, &wish, &held);
    }
    if wish.radix != 'n' {
        address(&mut io.out, wish.radix, writer.at);
        io.out.push(b'\n');
    }
    Ok(io.code())
}

/// Runs of printed letters that a NUL ends.
fn strings(out: &mut Vec<u8>, wish: &Wish, bytes: &[u8], least: usize) {
    let mut at = 0;
    while at < bytes.len() {
        let len = bytes[at..].iter().take_while(|byte| matches!(byte, b' '..=b'~')).count();
        if len >= least && bytes.get(at + len) == Some(&0) {
            address(out, wish.radix, wish.skip + at as u64);
            if wish.radix != 'n' {
                out.push(b' ');
            }
            out.extend_from_slice(&bytes[at..at + len]);
            out.push(b'\n');
        }
        at += len + 1;
    }
}
