//! The numbers that `seq` writes.

use super::float::Directive;
use super::getopt::{Given, Known, extra_operand, missing_operand};
use super::number::LongDouble;
use super::quoting;

pub(super) const KNOWN: Known =
    Known { letters: "+f:s:w", long: &[("equal-width", 'w'), ("format", 'f'), ("separator", 's')] };

/// A row of numbers and how they are written.
pub(super) struct Sequence {
    numbers: Numbers,
    format: Format,
    pub(super) separator: String,
}

#[derive(Clone, Copy)]
enum Numbers {
    /// First, step and how many, where no rounding can come in.
    Integers(i128, i128, u64),
    /// First, step and last.
    Rounded(LongDouble, LongDouble, LongDouble),
}

/// A format such as `file-%03g.txt`.
struct Format {
    before: String,
    directive: Directive,
    after: String,
}

/// What is wrong with the arguments.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Wrong {
    Usage(String),
    Format(String),
}

/// A number as it was typed.
struct Number {
    value: LongDouble,
    /// Columns that it takes.
    width: i64,
    /// Digits after the point; nothing where they cannot be told.
    precision: Option<i64>,
    /// Its value where it is a plain integer.
    integer: Option<i128>,
}

/// Ends the options before a number that begins with a minus.
pub(super) fn with_numbers_apart(args: &[String]) -> Vec<String> {
    let mut at = 0;
    while let Some(arg) = args.get(at) {
        let negative =
            arg.starts_with('-') && arg[1..].starts_with(|next: char| next.is_ascii_digit() || next == '.');
        if negative {
            let mut apart = args.to_vec();
            apart.insert(at, "--".to_owned());
            return apart;
        }
        if !arg.starts_with('-') || arg == "--" {
            break;
        }
        at += if matches!(arg.as_str(), "-s" | "-f" | "--separator" | "--format") { 2 } else { 1 };
    }
    args.to_vec()
}

/// Steps up to this are added without rounding, however long the numbers are.
const MAX_EXACT_STEP: i128 = 200;

impl Sequence {
    pub(super) fn new(given: &Given) -> Result<Self, Wrong> {
        let (first, step, last) = match &given.operands[..] {
            [] => return Err(Wrong::Usage(missing_operand(&[]))),
            [last] => ("1", "1", last.as_str()),
            [first, last] => (first.as_str(), "1", last.as_str()),
            [first, step, last] => (first.as_str(), step.as_str(), last.as_str()),
            [_, _, _, extra, ..] => return Err(Wrong::Usage(extra_operand(extra))),
        };
        let format = given.value('f').map(Format::parse).transpose()?;
        let equal_width = given.has('w');
        if format.is_some() && equal_width {
            let problem = "format string may not be specified when printing equal width strings";
            return Err(Wrong::Usage(problem.to_owned()));
        }
        let step_typed = step;
        let (first, step, last) = (Number::parse(first)?, Number::parse(step)?, Number::parse(last)?);
        if step.value.is_zero() {
            let shown = quoting::value(step_typed);
            return Err(Wrong::Usage(format!("invalid Zero increment value: {shown}")));
        }
        let separator = given.value('s').unwrap_or("\n").to_owned();
        let exact = integers(&first, &step, &last).filter(|_| format.is_none() && !equal_width);
        let numbers = exact.unwrap_or(Numbers::Rounded(first.value, step.value, last.value));
        let format = format.unwrap_or_else(|| default_format(&first, &step, &last, equal_width));
        Ok(Self { numbers, format, separator })
    }

    /// The numbers as they are written.
    pub(super) fn texts(&self) -> impl Iterator<Item = String> {
        Texts { sequence: self, at: 0, shown: None, ended: false }
    }
}

/// The numbers one after another.
struct Texts<'s> {
    sequence: &'s Sequence,
    at: u64,
    /// The number before, as it was written.
    shown: Option<String>,
    ended: bool,
}

impl Iterator for Texts<'_> {
    type Item = String;

    fn next(&mut self) -> Option<String> {
        let (first, step, last) = match self.sequence.numbers {
            Numbers::Integers(first, step, count) => {
                let at = self.at;
                self.at += 1;
                return (at < count).then(|| (first + step * i128::from(at)).to_string());
            }
            Numbers::Rounded(first, step, last) => (first, step, last),
        };
        if self.ended {
            return None;
        }
        let value = first.plus(LongDouble::from_integer(self.at).times(step));
        let order = last.compare(value)?;
        let beyond = if step.negative { order.is_gt() } else { order.is_lt() };
        let format = &self.sequence.format;
        let digits = format.directive.write_long(value);
        if beyond {
            // Shown all the same where rounding alone brought it past the last, and it reads as the last.
            self.ended = true;
            let reads_as_last =
                LongDouble::read(&digits).value.compare(last).is_some_and(|order| order.is_eq());
            let another = self.shown.as_ref().is_some_and(|shown| *shown != digits);
            if !(reads_as_last && another) {
                return None;
            }
        }
        self.at += 1;
        let text = format!("{}{digits}{}", format.before, format.after);
        self.shown = Some(digits);
        Some(text)
    }
}

/// The numbers without any rounding, where all are integers that allow it.
fn integers(first: &Number, step: &Number, last: &Number) -> Option<Numbers> {
    let (from, by) = (first.integer?, step.integer?);
    let small = |value: i128| value.unsigned_abs() < 1 << 63;
    let endless = !last.value.is_finite();
    let counted = match last.integer {
        Some(to)
            if (1..=MAX_EXACT_STEP).contains(&by) && from >= 0 || small(from) && small(by) && small(to) =>
        {
            to
        }
        None if endless && small(from) && small(by) => {
            let reached = last.value.negative == (by < 0);
            return Some(Numbers::Integers(from, by, if reached { u64::MAX } else { 0 }));
        }
        _ => return None,
    };
    let way = counted.checked_sub(from)?;
    let count = if (way < 0) != (by < 0) && way != 0 { 0 } else { way / by + 1 };
    Some(Numbers::Integers(from, by, u64::try_from(count).unwrap_or(u64::MAX)))
}

fn default_format(first: &Number, step: &Number, last: &Number, equal_width: bool) -> Format {
    let mut directive = Directive { letter: 'g', ..Directive::default() };
    if let (Some(start), Some(by), Some(end)) = (first.precision, step.precision, last.precision) {
        let precision = start.max(by);
        directive.letter = 'f';
        directive.precision = Some(precision as usize);
        if equal_width {
            let point =
                |had: i64| i64::from(had == 0 && precision > 0) - i64::from(had > 0 && precision == 0);
            let starts = first.width + (precision - start) + i64::from(start == 0 && precision > 0);
            let ends = last.width + (precision - end) + point(end);
            directive.width = starts.max(ends).max(0) as usize;
            directive.zeros = true;
        }
    }
    Format { before: String::new(), directive, after: String::new() }
}

impl Number {
    fn parse(text: &str) -> Result<Number, Wrong> {
        let shown = || quoting::value(text);
        let read = LongDouble::read(text);
        if read.len == 0 || read.len < text.len() {
            return Err(Wrong::Usage(format!("invalid floating point argument: {}", shown())));
        }
        if read.value.is_nan() {
            return Err(Wrong::Usage(format!("invalid 'not-a-number' argument: {}", shown())));
        }
        let text = text.trim_start_matches(|letter: char| letter.is_ascii_whitespace() || letter == '+');
        let point = text.find('.');
        let mut number = Number {
            value: read.value,
            width: 0,
            precision: (point.is_none() && !text.contains('p')).then_some(0),
            integer: text.parse().ok(),
        };
        if !text.contains(['x', 'X']) && read.value.is_finite() {
            number.measure(text, point);
        }
        Ok(number)
    }

    /// Tells width and precision of a decimal number.
    fn measure(&mut self, text: &str, point: Option<usize>) {
        self.width = text.len() as i64;
        let mut behind = 0;
        let mut precision = 0;
        if let Some(point) = point {
            let fraction = &text[point + 1..];
            behind = fraction.find(['e', 'E']).unwrap_or(fraction.len()) as i64;
            precision = behind;
            let before = text[..point].bytes().last();
            self.width += match behind {
                0 => -1,
                _ => i64::from(!before.is_some_and(|byte| byte.is_ascii_digit())),
            };
        }
        if let Some(at) = text.find(['e', 'E']) {
            let exponent = text[at + 1..].parse::<i64>().unwrap_or(0).clamp(-20_000, 20_000);
            precision += if exponent < 0 { -exponent } else { -precision.min(exponent) };
            self.width -= (text.len() - at) as i64;
            let more = if exponent < 0 {
                self.width += i64::from(point.is_none_or(|point| at == point + 1));
                -exponent
            } else {
                self.width -= i64::from(point.is_some() && precision == 0 && behind > 0);
                exponent - behind.min(exponent)
            };
            self.width += more;
        }
        self.precision = Some(precision);
    }
}

impl Format {
    fn parse(text: &str) -> Result<Self, Wrong> {
        let shown = quoting::value(text);
        let (before, rest) = until_directive(text);
        let Some(rest) = rest else {
            return Err(Wrong::Format(format!("format {shown} has no % directive")));
        };
        let (directive, rest) = Directive::parse(rest);
        let rest = rest.strip_prefix('L').unwrap_or(rest);
        let Some(letter) = rest.chars().next() else {
            return Err(Wrong::Format(format!("format {shown} ends in %")));
        };
        if !"efgaEFGA".contains(letter) {
            return Err(Wrong::Format(format!("format {shown} has unknown %{letter} directive")));
        }
        let (after, another) = until_directive(&rest[1..]);
        if another.is_some() {
            return Err(Wrong::Format(format!("format {shown} has too many % directives")));
        }
        Ok(Self { before, directive: Directive { letter, ..directive }, after })
    }
}

/// The text up to the first directive, with `%%` read as `%`, and what follows the directive's `%`.
fn until_directive(text: &str) -> (String, Option<&str>) {
    let mut before = String::new();
    let mut rest = text;
    while let Some((plain, after)) = rest.split_once('%') {
        before.push_str(plain);
        match after.strip_prefix('%') {
            Some(after) => {
                before.push('%');
                rest = after;
            }
            None => return (before, Some(after)),
        }
    }
    before.push_str(rest);
    (before, None)
}

#[cfg(test)]
mod tests {
    use super::{KNOWN, Sequence, with_numbers_apart};

    fn seq(line: &str) -> Result<String, String> {
        let args: Vec<String> = line.split_whitespace().map(str::to_owned).collect();
        let given = KNOWN.read(&with_numbers_apart(&args))?;
        match Sequence::new(&given) {
            Ok(sequence) => Ok(sequence.texts().collect::<Vec<_>>().join(" ")),
            Err(wrong) => Err(format!("{wrong:?}")),
        }
    }

    #[test]
    fn numbers_are_written_as_seq_does() {
        for (line, numbers) in [
            ("3", "1 2 3"),
            ("2 4", "2 3 4"),
            ("10 -5 0", "10 5 0"),
            ("0 0.1 0.3", "0.0 0.1 0.2 0.3"),
            ("-w 8 10", "08 09 10"),
            ("-w -1 1", "-1 00 01"),
            ("-f f%03g 1 2", "f001 f002"),
            ("-f %.2f 1", "1.00"),
            ("5 1", ""),
            ("-1 1", "-1 0 1"),
            ("18446744073709551616 18446744073709551617", "18446744073709551616 18446744073709551617"),
        ] {
            assert_eq!(seq(line).as_deref(), Ok(numbers), "{line}");
        }
        for line in ["", "x", "1 0 2", "1 2 3 4", "-q 1", "-f %d 1"] {
            assert!(seq(line).is_err(), "{line}");
        }
    }
}
