//! The numbers that `seq` writes.

use super::float::{self, Directive};
use super::getopt::{Given, Known, extra_operand, missing_operand};
use super::quoting;

pub(super) const KNOWN: Known =
    Known { letters: "+f:s:w", long: &[("equal-width", 'w'), ("format", 'f'), ("separator", 's')] };

/// A row of numbers and how they are written.
pub(super) struct Sequence {
    numbers: Numbers,
    count: u64,
    /// Digits after the point.
    precision: usize,
    /// Zeros are put in front up to this width.
    width: usize,
    format: Option<Format>,
    pub(super) separator: String,
}

/// First and step: exactly where that is possible, as multiples of a power of ten.
enum Numbers {
    Decimal(i128, i128),
    Float(f64, f64),
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
    /// Digits without the point, and how many of them are behind it. Nothing: too large, or no decimal.
    decimal: Option<(i128, usize)>,
    float: f64,
    /// Digits after the point that were typed.
    precision: usize,
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
        if format.is_some() && given.has('w') {
            let problem = "format string may not be specified when printing equal width strings";
            return Err(Wrong::Usage(problem.to_owned()));
        }
        let step_typed = step;
        let (first, step, last) = (Number::parse(first)?, Number::parse(step)?, Number::parse(last)?);
        if step.float == 0.0 {
            let shown = quoting::value(step_typed);
            return Err(Wrong::Usage(format!("invalid Zero increment value: {shown}")));
        }
        let precision = first.precision.max(step.precision);
        let (numbers, count) = exact(&first, &step, &last, precision).unwrap_or_else(|| {
            // A little over, so that 0.1 steps reach their end in spite of binary fractions.
            let steps = ((last.float - first.float) / step.float + 1e-9).floor();
            let count = if steps < 0.0 { 0 } else { (steps as u64).saturating_add(1) };
            (Numbers::Float(first.float, step.float), count)
        });
        let separator = given.value('s').unwrap_or("\n").to_owned();
        let mut sequence = Self { numbers, count, precision, width: 0, format, separator };
        if given.has('w') && count > 0 {
            let last = match last.decimal {
                Some((digits, scale)) if scale >= precision => {
                    decimal(digits / 10i128.pow((scale - precision) as u32), precision)
                }
                Some((digits, scale)) => decimal(
                    digits.saturating_mul(10i128.saturating_pow((precision - scale) as u32)),
                    precision,
                ),
                None => format!("{:.precision$}", last.float),
            };
            sequence.width = sequence.text(0).len().max(last.len());
        }
        Ok(sequence)
    }

    /// The numbers as they are written.
    pub(super) fn texts(&self) -> impl Iterator<Item = String> {
        (0..self.count).map(|at| self.text(at))
    }

    fn text(&self, at: u64) -> String {
        let plain = match self.numbers {
            Numbers::Decimal(first, step) => {
                let value = first + step * i128::from(at);
                if let Some(format) = &self.format {
                    return format.text_of_decimal(value, self.precision);
                }
                decimal(value, self.precision)
            }
            Numbers::Float(first, step) => {
                let value = first + step * at as f64;
                if let Some(format) = &self.format {
                    return format.text(value);
                }
                format!("{value:.precision$}", precision = self.precision)
            }
        };
        match plain.strip_prefix('-') {
            Some(digits) => format!("-{digits:0>width$}", width = self.width.saturating_sub(1)),
            None => format!("{plain:0>width$}", width = self.width),
        }
    }
}

/// The numbers without any rounding, where they fit.
fn exact(first: &Number, step: &Number, last: &Number, precision: usize) -> Option<(Numbers, u64)> {
    let scaled = |number: &Number, to: usize| {
        let (digits, scale) = number.decimal?;
        digits.checked_mul(10i128.checked_pow(u32::try_from(to.checked_sub(scale)?).ok()?)?)
    };
    let numbers = Numbers::Decimal(scaled(first, precision)?, scaled(step, precision)?);
    if last.float.is_infinite() {
        let endless = (last.float > 0.0) == (step.float > 0.0);
        return Some((numbers, if endless { u64::MAX } else { 0 }));
    }
    let finest = precision.max(last.decimal?.1);
    let (from, by, to) = (scaled(first, finest)?, scaled(step, finest)?, scaled(last, finest)?);
    let way = to.checked_sub(from)?;
    let count = if (way < 0) != (by < 0) && way != 0 { 0 } else { way / by + 1 };
    Some((numbers, u64::try_from(count).unwrap_or(u64::MAX)))
}

fn decimal(value: i128, precision: usize) -> String {
    let sign = if value < 0 { "-" } else { "" };
    let digits = format!("{:0>width$}", value.unsigned_abs(), width = precision + 1);
    let (whole, fraction) = digits.split_at(digits.len() - precision);
    let point = if precision > 0 { "." } else { "" };
    format!("{sign}{whole}{point}{fraction}")
}

impl Number {
    fn parse(text: &str) -> Result<Number, Wrong> {
        let shown = || quoting::value(text);
        let float = float::parse(text)
            .ok_or_else(|| Wrong::Usage(format!("invalid floating point argument: {}", shown())))?;
        if float.is_nan() {
            return Err(Wrong::Usage(format!("invalid 'not-a-number' argument: {}", shown())));
        }
        let lower = text.trim_start().to_ascii_lowercase();
        let (digits, exponent) = match lower.split_once('e') {
            Some((digits, exponent)) if !lower.contains('x') => (digits, exponent.parse().unwrap_or(0)),
            _ => (&*lower, 0i32),
        };
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
        let precision = (fraction.len() as i32 - exponent).max(0) as usize;
        let decimal = || {
            let digits: i128 = format!("{whole}{fraction}").parse().ok()?;
            let zeros = (exponent - fraction.len() as i32).max(0) as u32;
            Some((digits.checked_mul(10i128.checked_pow(zeros)?)?, precision))
        };
        Ok(Number { decimal: decimal(), float, precision })
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

    fn text(&self, value: f64) -> String {
        format!("{}{}{}", self.before, self.directive.write(value), self.after)
    }

    fn text_of_decimal(&self, value: i128, scale: usize) -> String {
        let precision = self.directive.precision.unwrap_or(6);
        if self.directive.letter.eq_ignore_ascii_case(&'f') && precision >= scale {
            let mut digits = decimal(value.unsigned_abs() as i128, scale);
            if scale == 0 && precision > 0 {
                digits.push('.');
            }
            digits.push_str(&"0".repeat(precision - scale));
            let number = self.directive.pad(value < 0, &digits, true);
            return format!("{}{number}{}", self.before, self.after);
        }
        self.text(decimal(value, scale).parse().unwrap_or(f64::NAN))
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
