//! The language of `hexdump -e`: how often, how many bytes each, and as what.

/// Formats, all for the same block of bytes.
pub(super) struct Format {
    strings: Vec<Vec<Unit>>,
    /// Bytes of a block.
    pub(super) block: usize,
}

/// A part of a format string: `8/2 "%04x "`.
struct Unit {
    times: usize,
    /// Whether nobody said how often, so that the last of a string fills the block.
    fills: bool,
    parts: Vec<Part>,
}

/// Text, and what is shown after it.
struct Part {
    before: String,
    shown: Option<Shown>,
    after: String,
}

struct Shown {
    flags: String,
    width: usize,
    precision: Option<usize>,
    kind: Kind,
    bytes: usize,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// Where in the input, in this base; at the end of all or always.
    Address {
        base: u32,
        last: bool,
    },
    /// As C writes it.
    Named,
    Printable,
    Control,
    Letter,
    Text,
    Signed,
    Unsigned(u32, bool),
}

/// A block, how much of it is input, and where it stands.
pub(super) struct Place<'a> {
    pub(super) block: &'a [u8],
    pub(super) size: usize,
    pub(super) at: u64,
}

impl Unit {
    fn bytes(&self) -> usize {
        self.parts.iter().filter_map(|part| part.shown.as_ref()).map(|shown| shown.bytes).sum()
    }
}

impl Format {
    pub(super) fn new(texts: &[String]) -> Result<Self, String> {
        let mut strings = Vec::new();
        for text in texts {
            strings.push(units(text)?);
        }
        let sizes = |units: &Vec<Unit>| units.iter().map(|unit| unit.times * unit.bytes()).sum::<usize>();
        let block = strings.iter().map(sizes).max().unwrap_or(0);
        for units in &mut strings {
            let used = sizes(units);
            if let Some(last) = units.last_mut()
                && last.fills
                && last.bytes() > 0
                && used < block
            {
                last.times += (block - used) / last.bytes();
            }
        }
        Ok(Self { strings, block: block.clamp(1, 1 << 20) })
    }

    /// Shows a block.
    pub(super) fn block(&self, out: &mut Vec<u8>, place: Place<'_>) {
        for units in &self.strings {
            let mut offset = 0;
            for unit in units {
                for time in 0..unit.times {
                    for (nth, part) in unit.parts.iter().enumerate() {
                        if matches!(
                            part.shown.as_ref().map(|shown| shown.kind),
                            Some(Kind::Address { last: true, .. })
                        ) {
                            continue;
                        }
                        // The blank behind the last of several is none.
                        let is_last = unit.times > 1 && time + 1 == unit.times && nth + 1 == unit.parts.len();
                        let after = match part.after.strip_suffix(|letter: char| letter.is_ascii_whitespace())
                        {
                            Some(trimmed) if is_last => trimmed,
                            _ => &part.after,
                        };
                        out.extend_from_slice(part.before.as_bytes());
                        if let Some(shown) = &part.shown {
                            let text = match shown.kind {
                                Kind::Address { .. } => shown.address(place.at + offset as u64),
                                _ if offset >= place.size => shown.padded(""),
                                _ => shown
                                    .bytes(place.block.get(offset..offset + shown.bytes).unwrap_or_default()),
                            };
                            out.extend(text.chars().map(|letter| letter as u8));
                            offset += shown.bytes;
                        }
                        out.extend_from_slice(after.as_bytes());
                    }
                }
            }
        }
    }

    /// Shows what is for the end.
    pub(super) fn end(&self, out: &mut Vec<u8>, at: u64) {
        let parts = self.strings.iter().flatten().flat_map(|unit| &unit.parts);
        for part in parts {
            if let Some(shown) = &part.shown
                && matches!(shown.kind, Kind::Address { last: true, .. })
            {
                let text = format!("{}{}{}", part.before, shown.address(at), part.after);
                out.extend_from_slice(text.as_bytes());
            }
        }
    }
}

impl Shown {
    /// The text in the width that was asked for.
    fn padded(&self, text: &str) -> String {
        let width = self.width;
        if self.flags.contains('-') { format!("{text:<width$}") } else { format!("{text:>width$}") }
    }

    fn number(&self, digits: String, sign: &str) -> String {
        let least = self.precision.unwrap_or(0);
        let digits = format!("{digits:0>least$}");
        if self.flags.contains('0') && !self.flags.contains('-') && self.precision.is_none() {
            let width = self.width.saturating_sub(sign.len());
            return format!("{sign}{digits:0>width$}");
        }
        self.padded(&format!("{sign}{digits}"))
    }

    fn address(&self, at: u64) -> String {
        let Kind::Address { base, .. } = self.kind else { return String::new() };
        self.number(in_base(at, base, false), "")
    }

    fn bytes(&self, bytes: &[u8]) -> String {
        let first = bytes.first().copied().unwrap_or(0);
        let value = bytes.iter().rev().take(8).fold(0_u64, |sum, byte| sum << 8 | u64::from(*byte));
        match self.kind {
            Kind::Unsigned(base, upper) => self.number(in_base(value, base, upper), ""),
            Kind::Signed => {
                let unused = 64 - 8 * bytes.len().clamp(1, 8) as u32;
                let value = (value << unused) as i64 >> unused;
                self.number(value.unsigned_abs().to_string(), if value < 0 { "-" } else { "" })
            }
            Kind::Letter => self.padded(&char::from(first).to_string()),
            Kind::Text => self.padded(&bytes.iter().map(|byte| char::from(*byte)).collect::<String>()),
            Kind::Printable => self.padded(
                if matches!(first, b' '..=b'~') { char::from(first) } else { '.' }.encode_utf8(&mut [0; 4]),
            ),
            Kind::Named => self.padded(&match first {
                0 => "\\0".to_owned(),
                7..=13 => format!("\\{}", char::from(b"abtnvfr"[usize::from(first - 7)])),
                b' '..=b'~' => char::from(first).to_string(),
                _ => format!("{first:03o}"),
            }),
            Kind::Control => {
                const NAMES: [&str; 33] = [
                    "nul", "soh", "stx", "etx", "eot", "enq", "ack", "bel", "bs", "ht", "lf", "vt", "ff",
                    "cr", "so", "si", "dle", "dcl", "dc2", "dc3", "dc4", "nak", "syn", "etb", "can", "em",
                    "sub", "esc", "fs", "gs", "rs", "us", " ",
                ];
                self.padded(&match first {
                    0..=31 => NAMES[usize::from(first)].to_owned(),
                    0x7f => "del".to_owned(),
                    b' '..=b'~' => char::from(first).to_string(),
                    _ => format!("{first:02x}"),
                })
            }
            Kind::Address { .. } => String::new(),
        }
    }
}

fn in_base(value: u64, base: u32, upper: bool) -> String {
    match (base, upper) {
        (8, _) => format!("{value:o}"),
        (16, true) => format!("{value:X}"),
        (16, false) => format!("{value:x}"),
        _ => value.to_string(),
    }
}

/// The units of one format string.
fn units(text: &str) -> Result<Vec<Unit>, String> {
    let bad = || format!("bad format {{{text}}}");
    let mut units = Vec::new();
    let mut rest = text.trim_start();
    while !rest.is_empty() {
        let number = |rest: &mut &str| {
            let digits = rest.len() - rest.trim_start_matches(|letter: char| letter.is_ascii_digit()).len();
            let number = rest[..digits].parse::<usize>().ok();
            *rest = rest[digits..].trim_start();
            number.map(|number| number.min(1 << 16))
        };
        let times = number(&mut rest);
        let mut size = None;
        if let Some(after) = rest.strip_prefix('/') {
            rest = after.trim_start();
            size = Some(number(&mut rest).filter(|size| *size > 0).ok_or_else(bad)?);
        }
        let inside = rest.strip_prefix('"').ok_or_else(bad)?;
        let end = inside.find('"').ok_or_else(bad)?;
        units.push(Unit {
            times: times.unwrap_or(1),
            fills: times.is_none(),
            parts: parts(&inside[..end], size)?,
        });
        rest = inside[end + 1..].trim_start();
    }
    Ok(units)
}

/// What one quoted format shows, in pieces of `size` bytes where that was said.
fn parts(text: &str, size: Option<usize>) -> Result<Vec<Part>, String> {
    let text = unescaped(text);
    let mut parts: Vec<Part> = Vec::new();
    let mut before = String::new();
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        if letter != '%' {
            match parts.last_mut() {
                Some(part) => part.after.push(letter),
                None => before.push(letter),
            }
            continue;
        }
        if letters.next_if_eq(&'%').is_some() {
            match parts.last_mut() {
                Some(part) => part.after.push('%'),
                None => before.push('%'),
            }
            continue;
        }
        let mut shown = Shown {
            flags: String::new(),
            width: 0,
            precision: None,
            kind: Kind::Text,
            bytes: size.unwrap_or(0),
        };
        while let Some(flag) = letters.next_if(|letter| "#-+ 0".contains(*letter)) {
            shown.flags.push(flag);
        }
        let digits = |letters: &mut std::iter::Peekable<std::str::Chars<'_>>| {
            let mut value = 0_usize;
            while let Some(digit) = letters.peek().and_then(|letter| letter.to_digit(10)) {
                value = (value * 10 + digit as usize).min(1 << 12);
                letters.next();
            }
            value
        };
        shown.width = digits(&mut letters);
        if letters.next_if_eq(&'.').is_some() {
            shown.precision = Some(digits(&mut letters));
        }
        let kind = letters.next().unwrap_or(' ');
        let (kind, usual) = match kind {
            '_' => match (letters.next(), letters.peek()) {
                (Some(which @ ('a' | 'A')), Some(base)) => {
                    let base = match base {
                        'd' => 10,
                        'o' => 8,
                        'x' => 16,
                        _ => return Err(format!("bad conversion character %_{which}")),
                    };
                    letters.next();
                    (Kind::Address { base, last: which == 'A' }, 0)
                }
                (Some('c'), _) => (Kind::Named, 1),
                (Some('p'), _) => (Kind::Printable, 1),
                (Some('u'), _) => (Kind::Control, 1),
                (other, _) => return Err(format!("bad conversion character %_{}", other.unwrap_or(' '))),
            },
            'c' => (Kind::Letter, 1),
            's' => (Kind::Text, shown.precision.unwrap_or(1)),
            'd' | 'i' => (Kind::Signed, 4),
            'u' => (Kind::Unsigned(10, false), 4),
            'o' => (Kind::Unsigned(8, false), 4),
            'x' => (Kind::Unsigned(16, false), 4),
            'X' => (Kind::Unsigned(16, true), 4),
            other => return Err(format!("bad conversion character %{other}")),
        };
        shown.kind = kind;
        shown.bytes = match kind {
            Kind::Address { .. } => 0,
            _ => size.unwrap_or(usual),
        };
        parts.push(Part { before: std::mem::take(&mut before), shown: Some(shown), after: String::new() });
    }
    if !before.is_empty() {
        parts.push(Part { before, shown: None, after: String::new() });
    }
    Ok(parts)
}

fn unescaped(text: &str) -> String {
    let mut out = String::new();
    let mut letters = text.chars();
    while let Some(letter) = letters.next() {
        out.push(match (letter, letter == '\\') {
            (_, false) => letter,
            _ => match letters.next() {
                Some('0') => '\0',
                Some('a') => '\x07',
                Some('b') => '\x08',
                Some('f') => '\x0c',
                Some('n') => '\n',
                Some('r') => '\r',
                Some('t') => '\t',
                Some('v') => '\x0b',
                Some(other) => other,
                None => '\\',
            },
        });
    }
    out
}

#[cfg(test)]
mod tests {
    use super::{Format, Place};

    fn shown(texts: &[&str], bytes: &[u8]) -> String {
        let texts: Vec<String> = texts.iter().map(|text| (*text).to_owned()).collect();
        let format = Format::new(&texts).unwrap();
        let mut out = Vec::new();
        for (nth, block) in bytes.chunks(format.block).enumerate() {
            let mut whole = block.to_vec();
            whole.resize(format.block, 0);
            let at = (nth * format.block) as u64;
            format.block(&mut out, Place { block: &whole, size: block.len(), at });
        }
        format.end(&mut out, bytes.len() as u64);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn formats_read_as_those_of_hexdump() {
        assert_eq!(shown(&["1/1 \"%02x\""], b"abc"), "616263");
        assert_eq!(shown(&["2/2 \"%04x \" \"\\n\""], b"abcdef"), "6261 6463\n6665     \n");
        assert_eq!(
            shown(&["\"%08_ax|\" 4/1 \"%3d \" \"|\"", "\"%_p\" \"\\n\""], b"abcdef"),
            "00000000| 97  98  99 100|a\n00000004|101 102        |e\n"
        );
        assert!(Format::new(&["%".to_owned()]).is_err());
    }
}
