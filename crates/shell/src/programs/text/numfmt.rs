//! `numfmt`: numbers to and from forms such as `1.5K`.

use super::super::float::Directive;
use super::super::getopt::{Given, Known};
use super::super::live::Stop;
use super::super::{quantity, quoting};
use super::fields::{List, Of};
use super::tool::{End, Io, Worked, without_end, word};

pub(super) const KNOWN: Known = Known {
    letters: "d:z",
    long: &[
        ("debug", 'D'),
        ("delimiter", 'd'),
        ("field=", 'F'),
        ("format=", 'f'),
        ("from=", 'i'),
        ("from-unit=", 'u'),
        ("grouping", 'g'),
        ("header?", 'h'),
        ("invalid=", 'v'),
        ("padding=", 'p'),
        ("round=", 'r'),
        ("suffix=", 's'),
        ("to=", 't'),
        ("to-unit=", 'U'),
        ("zero-terminated", 'z'),
    ],
};

#[derive(Clone, Copy, PartialEq, Eq)]
enum Scale {
    None,
    Auto,
    Si,
    Iec,
    IecI,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Round {
    Up,
    Down,
    FromZero,
    TowardsZero,
    Nearest,
}

/// What happens at a number that is none.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Invalid {
    Abort,
    Fail,
    Warn,
    Ignore,
}

struct Wish {
    fields: List,
    delimiter: Option<u8>,
    from: Scale,
    to: Scale,
    from_unit: u64,
    to_unit: u64,
    round: Round,
    invalid: Invalid,
    header: u64,
    suffix: String,
    /// As wide as this; below zero, on the left.
    padding: i64,
    zero_width: usize,
    precision: Option<usize>,
    before: String,
    after: String,
    end: u8,
}

enum Problem {
    Misuse(String),
    Fatal(String),
}

const UNITS: &str = "KMGTPEZY";

fn wish(given: &Given) -> Result<Wish, Problem> {
    let mut wish = Wish {
        fields: List(vec![(1, 1)]),
        delimiter: None,
        from: Scale::None,
        to: Scale::None,
        from_unit: 1,
        to_unit: 1,
        round: Round::FromZero,
        invalid: Invalid::Abort,
        header: 0,
        suffix: String::new(),
        padding: 0,
        zero_width: 0,
        precision: None,
        before: String::new(),
        after: String::new(),
        end: if given.has('z') { 0 } else { b'\n' },
    };
    let scales = [
        ("none", Scale::None),
        ("auto", Scale::Auto),
        ("si", Scale::Si),
        ("iec", Scale::Iec),
        ("iec-i", Scale::IecI),
    ];
    let goals = [scales[0], scales[2], scales[3], scales[4]];
    for (letter, value) in &given.options {
        let shown = quoting::value(value);
        let fatal = |problem: &str| Problem::Fatal(format!("{problem}: {shown}"));
        let spaced = |problem: &str| Problem::Fatal(format!("{problem} {shown}"));
        match letter {
            'd' => match value.as_bytes() {
                [] => wish.delimiter = Some(0),
                [byte] => wish.delimiter = Some(*byte),
                _ => return Err(Problem::Fatal("the delimiter must be a single character".to_owned())),
            },
            'F' => wish.fields = List::parse(value, Of::Fields, true).map_err(Problem::Misuse)?,
            'i' => wish.from = word(value, "--from", &scales).map_err(Problem::Misuse)?,
            't' => wish.to = word(value, "--to", &goals).map_err(Problem::Misuse)?,
            'u' | 'U' => {
                // A unit of its own has `i` where it is one of 1024.
                let counted = value.starts_with(|first: char| first.is_ascii_digit());
                let value = if counted { value.clone() } else { format!("1{value}") };
                let unit = match value.strip_suffix('i') {
                    Some(rest) => quantity::parse(rest),
                    None if value.ends_with(|last: char| UNITS.contains(last)) => {
                        quantity::parse(&format!("{value}B"))
                    }
                    None => quantity::parse(&value),
                };
                let unit = unit.filter(|unit| *unit > 0).ok_or_else(|| fatal("invalid unit size"))?;
                if *letter == 'u' { wish.from_unit = unit } else { wish.to_unit = unit }
            }
            'r' => {
                let words = [
                    ("up", Round::Up),
                    ("down", Round::Down),
                    ("from-zero", Round::FromZero),
                    ("towards-zero", Round::TowardsZero),
                    ("nearest", Round::Nearest),
                ];
                wish.round = word(value, "--round", &words).map_err(Problem::Misuse)?;
            }
            'v' => {
                let words = [
                    ("abort", Invalid::Abort),
                    ("fail", Invalid::Fail),
                    ("warn", Invalid::Warn),
                    ("ignore", Invalid::Ignore),
                ];
                wish.invalid = word(value, "--invalid", &words).map_err(Problem::Misuse)?;
            }
            'h' => {
                let lines = if value.is_empty() { Ok(1) } else { value.parse() };
                wish.header =
                    lines.ok().filter(|lines| *lines > 0).ok_or_else(|| spaced("invalid header value"))?;
            }
            'p' => {
                let width = value.parse().ok().filter(|width: &i64| *width != 0 && width.abs() < 1 << 20);
                wish.padding = width.ok_or_else(|| spaced("invalid padding value"))?;
            }
            's' => wish.suffix.clone_from(value),
            _ => {}
        }
    }
    if let Some(format) = given.value('f') {
        if given.has('g') {
            return Err(Problem::Fatal("--grouping cannot be combined with --format".to_owned()));
        }
        read_format(&mut wish, format).map_err(Problem::Fatal)?;
        if wish.to != Scale::None && format.contains("%'") {
            return Err(Problem::Fatal("grouping cannot be combined with --to".to_owned()));
        }
    }
    if given.has('g') && wish.to != Scale::None {
        return Err(Problem::Fatal("grouping cannot be combined with --to".to_owned()));
    }
    Ok(wish)
}

fn read_format(wish: &mut Wish, format: &str) -> Result<(), String> {
    let shown = quoting::value(format);
    let mut rest = format;
    loop {
        let Some((plain, after)) = rest.split_once('%') else {
            return Err(format!("format {shown} has no % directive"));
        };
        wish.before.push_str(plain);
        rest = after;
        match after.strip_prefix('%') {
            Some(after) => {
                wish.before.push_str("%%");
                rest = after;
            }
            None => break,
        }
    }
    let (directive, rest) = Directive::parse(rest);
    if rest.is_empty() {
        return Err(format!("format {shown} ends in %"));
    }
    if directive.letter != 'f' || directive.plus || directive.alternative {
        return Err(format!("invalid format {shown}, directive must be %[0]['][-][N][.][N]f"));
    }
    let width = directive.width.min(1 << 20);
    if directive.left {
        wish.padding = -(width as i64);
    } else if directive.zeros {
        wish.zero_width = width;
    } else if width > 0 {
        wish.padding = width as i64;
    }
    wish.precision = directive.precision;
    let after = &rest[1..];
    let plain = after.replace("%%", "");
    if plain.contains('%') {
        return Err(format!("format {shown} has too many % directives"));
    }
    wish.after = after.to_owned();
    Ok(())
}

/// Whole numbers below this have all their digits.
const MAX_DIGITS: usize = 27;

impl Wish {
    /// Reads a number with its unit; gives its digits after the point too.
    fn parse(&self, text: &str) -> Result<(f64, usize), String> {
        let shown = quoting::value(text);
        let unsigned = text.strip_prefix('-').unwrap_or(text);
        let digits = |text: &str| text.bytes().take_while(u8::is_ascii_digit).count();
        let whole = digits(unsigned);
        let (mut end, mut precision) = (whole, 0);
        if let Some(fraction) = unsigned[whole..].strip_prefix('.') {
            precision = digits(fraction);
            if precision == 0 {
                return Err(format!("invalid number: {shown}"));
            }
            end += 1 + precision;
        }
        if end == 0 {
            return Err(format!("invalid number: {shown}"));
        }
        if unsigned[..whole].trim_start_matches('0').len() > MAX_DIGITS {
            return Err(format!("value too large to be converted: {shown}"));
        }
        let (number, mut rest) = unsigned.split_at(end);
        let mut value: f64 = number.parse().map_err(|_| format!("invalid number: {shown}"))?;
        if !rest.is_empty() {
            rest = rest.trim_start_matches([' ', '\t']);
            let letter = rest.chars().next().unwrap_or_default();
            let Some(power) = UNITS.find(letter) else {
                return Err(format!("invalid suffix in input: {shown}"));
            };
            if self.from == Scale::None {
                return Err(format!("rejecting suffix in input: {shown} (consider using --from)"));
            }
            rest = &rest[1..];
            let mut base = if matches!(self.from, Scale::Iec | Scale::IecI) { 1024f64 } else { 1000f64 };
            if matches!(self.from, Scale::Auto | Scale::IecI) {
                match rest.strip_prefix('i') {
                    Some(after) => (rest, base) = (after, 1024.0),
                    None if self.from == Scale::IecI => {
                        return Err(format!("missing 'i' suffix in input: {shown} (e.g Ki/Mi/Gi)"));
                    }
                    None => {}
                }
            }
            value *= base.powi(power as i32 + 1);
            precision = 0;
        }
        if !rest.is_empty() {
            return Err(format!("invalid suffix in input {shown}: {}", quoting::value(rest)));
        }
        let value = if text.starts_with('-') { -value } else { value };
        Ok((value, precision))
    }

    fn rounded(&self, value: f64) -> f64 {
        // What is off by a binary fraction is whole.
        let whole = value.round();
        if (value - whole).abs() <= whole.abs() * 1e-12 {
            return whole;
        }
        match self.round {
            Round::Up => value.ceil(),
            Round::Down => value.floor(),
            Round::FromZero => value.abs().ceil().copysign(value),
            Round::TowardsZero => value.trunc(),
            Round::Nearest => whole,
        }
    }

    /// A number in the form that was asked for.
    fn written(&self, value: f64, precision: usize) -> Result<String, String> {
        let value = value * self.from_unit as f64 / self.to_unit as f64;
        let padded = |value: f64, precision: usize, unit: &str| {
            let directive = Directive {
                zeros: self.zero_width > 0,
                width: self.zero_width.saturating_sub(unit.len()),
                precision: Some(precision),
                letter: 'f',
                ..Directive::default()
            };
            format!("{}{unit}", directive.write(value))
        };
        if self.to == Scale::None {
            let precision = self.precision.unwrap_or(precision);
            if value.abs() >= 1e18 {
                let value = Directive { letter: 'g', ..Directive::default() }.write(value);
                return Err(format!("value too large to be printed: '{value}' (consider using --to)"));
            }
            let unit = 10f64.powi(precision as i32);
            return Ok(padded(self.rounded(value * unit) / unit, precision, ""));
        }
        let base = if self.to == Scale::Si { 1000.0 } else { 1024.0 };
        let (mut value, mut power) = (value, 0usize);
        while value.abs() >= base && power < UNITS.len() {
            value /= base;
            power += 1;
        }
        let digits = match self.precision {
            Some(precision) => precision.min(power * 3),
            None => usize::from(value.abs() < 10.0),
        };
        let unit = 10f64.powi(digits as i32);
        value = self.rounded(value * unit) / unit;
        if value.abs() >= base && power < UNITS.len() {
            value /= base;
            power += 1;
        }
        let shown = usize::from(value != 0.0 && value.abs() < 10.0 && power > 0);
        let letter = if power > 0 { &UNITS[power - 1..power] } else { "" };
        let mark = if power > 0 && self.to == Scale::IecI { "i" } else { "" };
        Ok(padded(value, self.precision.unwrap_or(shown), letter) + mark)
    }

    /// One field: the number in it in its new form.
    fn field(&self, text: &str, number: u64) -> Result<String, String> {
        let bare = match text.strip_suffix(self.suffix.as_str()) {
            Some(rest) if !rest.is_empty() => rest,
            _ => text,
        };
        let trimmed = bare.trim_start_matches([' ', '\t']);
        let mut padding = self.padding;
        if padding == 0 && self.delimiter.is_none() && (trimmed.len() < bare.len() || number > 1) {
            padding = bare.len() as i64;
        }
        let (value, precision) = self.parse(trimmed)?;
        let written = self.written(value, precision)? + &self.suffix;
        let width = padding.unsigned_abs() as usize;
        let padded = if padding < 0 { format!("{written:<width$}") } else { format!("{written:>width$}") };
        Ok(format!("{}{padded}{}", self.before, self.after))
    }
}

/// The fields of a line; the blanks before a field belong to it.
fn split(line: &str, delimiter: Option<u8>) -> Vec<&str> {
    if let Some(delimiter) = delimiter {
        return line.split(char::from(delimiter)).collect();
    }
    let mut fields = Vec::new();
    let mut rest = line;
    loop {
        let blanks = rest.len() - rest.trim_start_matches([' ', '\t']).len();
        let len = rest[blanks..].find([' ', '\t']).map_or(rest.len(), |len| blanks + len);
        fields.push(&rest[..len]);
        match rest.get(len + 1..) {
            Some(after) => rest = after,
            None => return fields,
        }
    }
}

pub(super) async fn run(io: &mut Io<'_>, given: Given) -> Worked {
    let wish = match wish(&given) {
        Ok(wish) => wish,
        Err(Problem::Misuse(problem)) => return Err(io.misused(problem).await),
        Err(Problem::Fatal(problem)) => return Err(io.fatal(problem).await),
    };
    if given.has('D') && wish.from == Scale::None && wish.to == Scale::None && wish.padding == 0 {
        io.say("no conversion option specified").await?;
    }
    if !given.operands.is_empty() {
        for operand in &given.operands {
            line(io, &wish, operand).await?;
            io.out.push(wish.end);
        }
        return Ok(if io.failed { 2 } else { 0 });
    }
    let Ok(mut input) = io.open("-").await? else { return Ok(1) };
    let (mut text, mut header) = (Vec::new(), wish.header);
    loop {
        match input.line(io, wish.end, &mut text).await {
            Ok(true) => {}
            Ok(false) => return Ok(if io.failed { 2 } else { 0 }),
            Err(Stop::Input(reason)) => return Err(io.fatal(format!("error reading input: {reason}")).await),
            Err(stop) => return Err(End::Stop(stop)),
        }
        let whole = without_end(&text, wish.end);
        if header > 0 {
            header -= 1;
            io.out.extend_from_slice(&text);
            continue;
        }
        let ended = whole.len() < text.len();
        let shown = String::from_utf8_lossy(whole).into_owned();
        line(io, &wish, &shown).await?;
        if ended {
            io.out.push(wish.end);
        }
    }
}

async fn line(io: &mut Io<'_>, wish: &Wish, text: &str) -> Worked<()> {
    let delimiter = wish.delimiter.unwrap_or(b' ');
    for (number, field) in (1..).zip(split(text, wish.delimiter)) {
        if number > 1 {
            io.out.push(delimiter);
        }
        if !wish.fields.contains(number) {
            io.out.extend_from_slice(field.as_bytes());
            continue;
        }
        match wish.field(field, number) {
            Ok(written) => io.out.extend_from_slice(written.as_bytes()),
            Err(problem) => {
                match wish.invalid {
                    Invalid::Abort => {
                        io.say(problem).await?;
                        return Err(End::Code(2));
                    }
                    Invalid::Fail => io.complain(problem).await?,
                    Invalid::Warn => io.say(problem).await?,
                    Invalid::Ignore => {}
                }
                io.out.extend_from_slice(field.as_bytes());
            }
        }
    }
    Ok(())
}
