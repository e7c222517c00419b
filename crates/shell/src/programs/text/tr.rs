//! `tr`: bytes to other bytes, removed, or squeezed.

use super::super::getopt::{Given, Known, extra_operand};
use super::super::quoting;
use super::tool::{Io, Worked};

pub(super) const KNOWN: Known = Known {
    letters: "+cCdst",
    long: &[("complement", 'c'), ("delete", 'd'), ("squeeze-repeats", 's'), ("truncate-set1", 't')],
};

/// A piece of a set as it is written.
enum Piece {
    Byte(u8),
    Range(u8, u8),
    Class(&'static str),
    /// `[=x=]`.
    Like(u8),
    /// `[x*n]`; zero: as often as needed.
    Repeat(u8, u64),
}

/// A class of bytes, with the test for it.
type Class = (&'static str, fn(u8) -> bool);

const CLASSES: &[Class] = &[
    ("alnum", |byte| byte.is_ascii_alphanumeric()),
    ("alpha", |byte| byte.is_ascii_alphabetic()),
    ("blank", |byte| matches!(byte, b' ' | b'\t')),
    ("cntrl", |byte| byte.is_ascii_control()),
    ("digit", |byte| byte.is_ascii_digit()),
    ("graph", |byte| byte.is_ascii_graphic()),
    ("lower", |byte| byte.is_ascii_lowercase()),
    ("print", |byte| matches!(byte, b' '..=b'~')),
    ("punct", |byte| byte.is_ascii_punctuation()),
    ("space", |byte| matches!(byte, b' ' | 9..=13)),
    ("upper", |byte| byte.is_ascii_uppercase()),
    ("xdigit", |byte| byte.is_ascii_hexdigit()),
];

/// The bytes of a set with its escapes read; the flag says that a byte was escaped.
fn unescaped(text: &str) -> (Vec<(u8, bool)>, Option<String>) {
    let bytes = text.as_bytes();
    let (mut out, mut warning, mut at) = (Vec::new(), None, 0);
    while at < bytes.len() {
        if bytes[at] != b'\\' {
            out.push((bytes[at], false));
            at += 1;
            continue;
        }
        at += 1;
        let escaped = match bytes.get(at) {
            None => {
                warning = Some("warning: an unescaped backslash at end of string is not portable".to_owned());
                out.push((b'\\', false));
                continue;
            }
            Some(b'a') => 7,
            Some(b'b') => 8,
            Some(b'f') => 12,
            Some(b'n') => b'\n',
            Some(b'r') => b'\r',
            Some(b't') => b'\t',
            Some(b'v') => 11,
            Some(b'0'..=b'7') => {
                let digits =
                    bytes[at..].iter().take(3).take_while(|byte| matches!(byte, b'0'..=b'7')).count();
                let from = at;
                let value = |digits: usize| {
                    bytes[from..from + digits]
                        .iter()
                        .fold(0u32, |value, byte| value * 8 + u32::from(byte - b'0'))
                };
                let used = if value(digits) > 255 { digits - 1 } else { digits };
                if used < digits {
                    let written = String::from_utf8_lossy(&bytes[at..at + 3]).into_owned();
                    warning = Some(format!(
                        "warning: the ambiguous octal escape \\{written} is being\n\tinterpreted as the 2-byte sequence \\0{}, {}",
                        &written[..2],
                        &written[2..]
                    ));
                }
                at += used - 1;
                value(used) as u8
            }
            Some(other) => *other,
        };
        out.push((escaped, true));
        at += 1;
    }
    (out, warning)
}

/// A byte as messages show it.
fn shown(byte: u8) -> String {
    match byte {
        b'\\' => "\\".to_owned(),
        7..=13 => format!("\\{}", char::from(b"abtnvfr"[usize::from(byte - 7)])),
        b' '..=b'~' => char::from(byte).to_string(),
        _ => format!("\\{byte:03o}"),
    }
}

fn pieces(bytes: &[(u8, bool)]) -> Result<Vec<Piece>, String> {
    let mut pieces = Vec::new();
    let mut at = 0;
    let plain = |at: usize, byte: u8| bytes.get(at) == Some(&(byte, false));
    while at < bytes.len() {
        if plain(at, b'[')
            && let Some((piece, len)) = bracket(&bytes[at..])?
        {
            pieces.push(piece);
            at += len;
            continue;
        }
        let first = bytes[at].0;
        if plain(at + 1, b'-')
            && let Some(&(last, _)) = bytes.get(at + 2)
        {
            if last < first {
                return Err(format!(
                    "range-endpoints of '{}-{}' are in reverse collating sequence order",
                    shown(first),
                    shown(last)
                ));
            }
            pieces.push(Piece::Range(first, last));
            at += 3;
            continue;
        }
        pieces.push(Piece::Byte(first));
        at += 1;
    }
    Ok(pieces)
}

/// What begins with a bracket, and its length; nothing where the bracket is only itself.
fn bracket(bytes: &[(u8, bool)]) -> Result<Option<(Piece, usize)>, String> {
    let kind = bytes.get(1).copied();
    if let Some((mark @ (b':' | b'='), false)) = kind {
        let close = (3..bytes.len()).find(|at| bytes[at - 1] == (mark, false) && bytes[*at] == (b']', false));
        if let Some(close) = close {
            let name: Vec<u8> = bytes[2..close - 1].iter().map(|(byte, _)| *byte).collect();
            // `[:*]` and `[=*5]` repeat the mark.
            let repeats = bytes.get(2) == Some(&(b'*', false)) && repeat(bytes)?.is_some();
            if name.is_empty() {
                return Err(match mark {
                    b':' => "missing character class name '[::]'".to_owned(),
                    _ => "missing equivalence class character '[==]'".to_owned(),
                });
            }
            if mark == b':' {
                let text = String::from_utf8_lossy(&name).into_owned();
                match CLASSES.iter().find(|(class, _)| *class == text) {
                    Some((class, _)) => return Ok(Some((Piece::Class(class), close + 1))),
                    None if repeats => {}
                    None => {
                        return Err(format!("invalid character class {}", quoting::value_of_bytes(&name)));
                    }
                }
            } else {
                match name[..] {
                    [only] => return Ok(Some((Piece::Like(only), close + 1))),
                    _ if repeats => {}
                    _ => {
                        return Err(format!(
                            "{}: equivalence class operand must be a single character",
                            String::from_utf8_lossy(&name)
                        ));
                    }
                }
            }
        }
    }
    repeat(bytes)
}

fn repeat(bytes: &[(u8, bool)]) -> Result<Option<(Piece, usize)>, String> {
    if bytes.get(2) != Some(&(b'*', false)) {
        return Ok(None);
    }
    let Some(close) = (3..bytes.len()).find(|at| bytes[*at] == (b']', false)) else { return Ok(None) };
    let digits: String = bytes[3..close].iter().map(|(byte, _)| char::from(*byte)).collect();
    let radix = if digits.starts_with('0') { 8 } else { 10 };
    let count = match digits.as_str() {
        "" => Ok(0),
        digits => u64::from_str_radix(digits, radix),
    };
    match count {
        Ok(count) => Ok(Some((Piece::Repeat(bytes[1].0, count), close + 1))),
        Err(_) => {
            let shown = quoting::value(&digits);
            Err(format!("invalid repeat count {shown} in [c*n] construct"))
        }
    }
}

/// A set in its order, as long as `fill` says where a repeat fills up.
fn expand(pieces: &[Piece], fill: usize) -> Vec<u8> {
    let mut out = Vec::new();
    for piece in pieces {
        match piece {
            Piece::Byte(byte) | Piece::Like(byte) => out.push(*byte),
            Piece::Range(first, last) => out.extend(*first..=*last),
            Piece::Class(name) => {
                let class = CLASSES.iter().find(|(class, _)| class == name);
                out.extend((0..=255).filter(|byte| class.is_some_and(|(_, holds)| holds(*byte))));
            }
            // No set ever takes more than 256 of them.
            Piece::Repeat(byte, count) if *count > 0 => {
                out.extend(std::iter::repeat_n(*byte, (*count).min(1 << 16) as usize));
            }
            Piece::Repeat(byte, _) => out.extend(std::iter::repeat_n(*byte, fill)),
        }
    }
    out
}

struct Sets {
    map: [u8; 256],
    delete: [bool; 256],
    squeeze: [bool; 256],
}

enum Problem {
    Misuse(String),
    Fatal(String),
}

fn sets(given: &Given, warnings: &mut Vec<String>) -> Result<Sets, Problem> {
    let (complement, delete) = (given.has('c') || given.has('C'), given.has('d'));
    let (squeeze, truncate) = (given.has('s'), given.has('t'));
    let operands = &given.operands;
    let least = 1 + usize::from(delete == squeeze);
    let most = 1 + usize::from(!delete || squeeze);
    let more = |problem: String, why: &str| Problem::Misuse(format!("{problem}\n{why}"));
    match operands.len() {
        0 => return Err(Problem::Misuse("missing operand".to_owned())),
        1 if least > 1 => {
            let why = match squeeze {
                true => "Two strings must be given when both deleting and squeezing repeats.",
                false => "Two strings must be given when translating.",
            };
            return Err(more(format!("missing operand after {}", quoting::value(&operands[0])), why));
        }
        count if count > most => {
            let problem = extra_operand(&operands[most]);
            let one_only = count == 2 && most == 1;
            return Err(match one_only {
                true => {
                    more(problem, "Only one string may be given when deleting without squeezing repeats.")
                }
                false => Problem::Misuse(problem),
            });
        }
        _ => {}
    }
    let mut read = |text: &str| {
        let (bytes, warning) = unescaped(text);
        warnings.extend(warning);
        pieces(&bytes).map_err(Problem::Fatal)
    };
    let first = read(&operands[0])?;
    let second = operands.get(1).map(|text| read(text)).transpose()?;
    let fatal = |problem: &str| Err(Problem::Fatal(problem.to_owned()));
    let fills = |pieces: &[Piece]| pieces.iter().filter(|piece| matches!(piece, Piece::Repeat(_, 0))).count();
    if fills(&first) > 0 {
        return fatal("the [c*] repeat construct may not appear in string1");
    }
    let mut one = expand(&first, 0);
    if complement {
        let within = one.clone();
        one = (0..=255).filter(|byte| !within.contains(byte)).collect();
    }
    let mut sets =
        Sets { map: std::array::from_fn(|at| at as u8), delete: [false; 256], squeeze: [false; 256] };
    let translating = second.is_some() && !delete;
    if let Some(second) = &second {
        if fills(second) > 1 {
            return fatal("only one [c*] repeat construct may appear in string2");
        }
        if translating {
            if second.iter().any(|piece| matches!(piece, Piece::Like(_))) {
                return fatal("[=c=] expressions may not appear in string2 when translating");
            }
            let other =
                |piece: &Piece| matches!(piece, Piece::Class(name) if !["lower", "upper"].contains(name));
            if second.iter().any(other) {
                return fatal(
                    "when translating, the only character classes that may appear in\nstring2 are 'upper' and 'lower'",
                );
            }
        } else if fills(second) > 0 {
            return fatal("the [c*] construct may appear in string2 only when translating");
        }
        let fill = one.len().saturating_sub(expand(second, 0).len());
        let mut two = expand(second, fill);
        if translating {
            check_cases(&first, second, fill, one.len(), complement)?;
            if two.is_empty() && !truncate && !one.is_empty() {
                return fatal("when not truncating set1, string2 must be non-empty");
            }
            if truncate {
                one.truncate(two.len());
            } else if two.len() < one.len() {
                if matches!(second.last(), Some(Piece::Class(_))) {
                    return fatal(
                        "when translating with string1 longer than string2,\nthe latter string must not end with a character class",
                    );
                }
                let last = two[two.len() - 1];
                two.resize(one.len(), last);
            }
            let classes = first.iter().any(|piece| matches!(piece, Piece::Class(_)));
            if complement && classes && two.iter().take(one.len()).any(|byte| *byte != two[0]) {
                return fatal(
                    "when translating with complemented character classes,\nstring2 must map all characters in the domain to one",
                );
            }
            for (from, to) in one.iter().zip(&two) {
                sets.map[usize::from(*from)] = *to;
            }
        }
        if squeeze {
            two.iter().for_each(|byte| sets.squeeze[usize::from(*byte)] = true);
        }
    } else if squeeze {
        one.iter().for_each(|byte| sets.squeeze[usize::from(*byte)] = true);
    }
    if delete {
        one.iter().for_each(|byte| sets.delete[usize::from(*byte)] = true);
    }
    Ok(sets)
}

/// A class of letters in the second set must stand where the first has one.
fn check_cases(
    first: &[Piece],
    second: &[Piece],
    fill: usize,
    count: usize,
    complement: bool,
) -> Result<(), Problem> {
    let places = |pieces: &[Piece]| {
        let mut at = 0;
        let mut places = Vec::new();
        for piece in pieces {
            if matches!(piece, Piece::Class("lower" | "upper")) {
                places.push(at);
            }
            at += expand(std::slice::from_ref(piece), fill).len();
        }
        places
    };
    let within = if complement { Vec::new() } else { places(first) };
    // That classes end a second set which is too short is told first.
    if expand(second, fill).len() < count && matches!(second.last(), Some(Piece::Class(_))) {
        return Ok(());
    }
    if places(second).iter().any(|place| !within.contains(place)) {
        return Err(Problem::Fatal("misaligned [:upper:] and/or [:lower:] construct".to_owned()));
    }
    Ok(())
}

pub(super) async fn run(io: &mut Io<'_>, given: Given) -> Worked {
    let mut warnings = Vec::new();
    let sets = sets(&given, &mut warnings);
    for warning in warnings {
        io.say(warning).await?;
    }
    let sets = match sets {
        Ok(sets) => sets,
        Err(Problem::Misuse(problem)) => return Err(io.misused(problem).await),
        Err(Problem::Fatal(problem)) => return Err(io.fatal(problem).await),
    };
    let Ok(mut input) = io.open("-").await? else { return Ok(1) };
    let mut before = None;
    loop {
        let piece = match input.piece(io).await {
            Err(super::super::live::Stop::Input(reason)) => {
                return Err(io.fatal(format!("read error: {reason}")).await);
            }
            piece => piece?,
        };
        if piece.is_empty() {
            return Ok(io.code());
        }
        for byte in &piece {
            if sets.delete[usize::from(*byte)] {
                continue;
            }
            let byte = sets.map[usize::from(*byte)];
            if sets.squeeze[usize::from(byte)] && before == Some(byte) {
                continue;
            }
            before = Some(byte);
            io.out.push(byte);
        }
    }
}
