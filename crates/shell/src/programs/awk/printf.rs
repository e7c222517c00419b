//! `printf` and `sprintf`, and numbers by `CONVFMT` and `OFMT`.

use super::super::float::Directive;
use super::dialect::Dialect;
use super::number;
use super::value::{Conversion, Value};
use crate::limits::MAX_WHOLE_BYTES;

/// Digits after the point beyond which a number has only zeros.
const MAX_PRECISION: usize = 1100;

/// What is wrong with a format.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Problem {
    NotEnoughArguments,
    /// The conversion of that number is none.
    Improper(usize),
    /// It would take too much memory.
    TooLong,
}

/// A number by a format that is meant for one, as `%.6g`.
pub(super) fn convert(number: f64, format: &[u8], dialect: Dialect, out: &mut Vec<u8>) {
    if format == b"%.6g" {
        let directive = Directive { precision: Some(6), letter: 'g', ..Directive::default() };
        return write_float(&directive, number, out);
    }
    // A number for each conversion: a format that asks for more than one is wrong, and no reason to stop.
    let args = [const { Value::Unset }; 4].map(|_| Value::Number(number));
    let _ = write(out, format, &args, &Conversion::new(dialect));
}

/// Writes `args` by `format`. What was written before something turns out wrong stays.
pub(super) fn write(
    out: &mut Vec<u8>,
    format: &[u8],
    args: &[Value],
    conversion: &Conversion,
) -> Result<(), Problem> {
    let mut args = args.iter();
    let mut rest = format;
    let mut number = 0;
    while let Some(at) = rest.iter().position(|byte| *byte == b'%') {
        out.extend_from_slice(&rest[..at]);
        rest = &rest[at + 1..];
        if let Some(after) = rest.strip_prefix(b"%") {
            out.push(b'%');
            rest = after;
            continue;
        }
        number += 1;
        let (directive, after) = directive(rest, &mut args, conversion.dialect)?;
        if directive.width as u64 > MAX_WHOLE_BYTES {
            return Err(Problem::TooLong);
        }
        let (letter, after) = match after {
            [letter, after @ ..] => (*letter, after),
            [] => return Err(Problem::NotEnoughArguments),
        };
        if !letter.is_ascii() || !"diouxXeEfFgGaAcs".contains(char::from(letter)) {
            return Err(Problem::Improper(number));
        }
        let directive = Directive { letter: char::from(letter), ..directive };
        let value = args.next().ok_or(Problem::NotEnoughArguments)?;
        one(out, &directive, value, conversion);
        rest = after;
    }
    out.extend_from_slice(rest);
    Ok(())
}

/// Reads flags, width and precision; `*` takes them from the arguments.
fn directive<'a, 'f>(
    format: &'f [u8],
    args: &mut impl Iterator<Item = &'a Value>,
    dialect: Dialect,
) -> Result<(Directive, &'f [u8]), Problem> {
    let mut directive = Directive::default();
    let mut rest = format;
    while let [flag, after @ ..] = rest {
        match flag {
            b'-' => directive.left = true,
            b'+' => directive.plus = true,
            b' ' => directive.space = true,
            b'#' => directive.alternative = true,
            b'0' => directive.zeros = true,
            _ => break,
        }
        rest = after;
    }
    let mut size = |rest: &mut &'f [u8]| match rest.strip_prefix(b"*") {
        Some(after) => {
            *rest = after;
            let value = args.next().ok_or(Problem::NotEnoughArguments)?;
            Ok(value.number(dialect) as i32)
        }
        None => {
            let len = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
            let (digits, after) = rest.split_at(len);
            *rest = after;
            let number = digits.iter().fold(0i64, |n, digit| (n * 10 + i64::from(digit - b'0')).min(1 << 31));
            Ok(i32::try_from(number).unwrap_or(i32::MAX))
        }
    };
    let width = size(&mut rest)?;
    directive.left |= width < 0;
    directive.width = width.unsigned_abs() as usize;
    if let Some(after) = rest.strip_prefix(b".") {
        rest = after;
        directive.precision = usize::try_from(size(&mut rest)?).ok();
    }
    while let [b'l' | b'h' | b'L', after @ ..] = rest {
        rest = after;
    }
    Ok((directive, rest))
}

fn one(out: &mut Vec<u8>, directive: &Directive, value: &Value, conversion: &Conversion) {
    let dialect = conversion.dialect;
    match directive.letter {
        'd' | 'i' => write_integer(directive, value.number(dialect), dialect, out),
        'o' | 'u' | 'x' | 'X' => write_unsigned(directive, value.number(dialect), dialect, out),
        'c' => match value {
            Value::Number(number) => pad(out, directive, &[*number as i64 as u8]),
            value => {
                pad(out, directive, &value.bytes().and_then(<[u8]>::first).copied().map_or([0], |b| [b]))
            }
        },
        's' => match value.bytes() {
            Some(bytes) => pad(out, directive, cut(directive, bytes)),
            None => pad(out, directive, cut(directive, &value.text(conversion))),
        },
        _ => write_float(directive, value.number(dialect), out),
    }
}

fn cut<'a>(directive: &Directive, bytes: &'a [u8]) -> &'a [u8] {
    &bytes[..directive.precision.unwrap_or(bytes.len()).min(bytes.len())]
}

fn pad(out: &mut Vec<u8>, directive: &Directive, bytes: &[u8]) {
    let missing = directive.width.saturating_sub(bytes.len());
    if directive.left {
        out.extend_from_slice(bytes);
    }
    out.resize(out.len() + missing, b' ');
    if !directive.left {
        out.extend_from_slice(bytes);
    }
}

fn write_float(directive: &Directive, number: f64, out: &mut Vec<u8>) {
    if number.is_nan() {
        let digits = if directive.letter.is_ascii_uppercase() { "NAN" } else { "nan" };
        let text = directive.pad(number.is_sign_negative(), digits, false);
        return out.extend_from_slice(text.as_bytes());
    }
    let precision = directive.precision.unwrap_or(6);
    if precision <= MAX_PRECISION {
        return out.extend_from_slice(directive.write(number).as_bytes());
    }
    let shorter = Directive { precision: Some(MAX_PRECISION), ..directive.clone() };
    out.extend_from_slice(shorter.write(number).as_bytes());
}

/// The whole part within what an integer of the dialect holds, as digits.
fn digits_of(number: f64, least: f64, most: f64) -> String {
    let whole = number.trunc();
    if whole.is_nan() { least.abs().to_string() } else { whole.clamp(least, most).abs().to_string() }
}

fn write_integer(directive: &Directive, number: f64, dialect: Dialect, out: &mut Vec<u8>) {
    if *directive == (Directive { letter: directive.letter, ..Directive::default() })
        && let Some(integer) = number::integer(number.trunc(), dialect)
    {
        return number::write_integer(out, integer);
    }
    let digits = match dialect {
        Dialect::Mawk => digits_of(number, f64::from(i32::MIN) + 1.0, f64::from(i32::MAX)),
        Dialect::Gawk if !number.is_finite() => return write_float(directive, number, out),
        Dialect::Gawk => digits_of(number, f64::MIN, f64::MAX),
    };
    let is_negative = number <= -1.0 || number.is_nan();
    out.extend_from_slice(by_digits(directive, is_negative, digits).as_bytes());
}

fn write_unsigned(directive: &Directive, number: f64, dialect: Dialect, out: &mut Vec<u8>) {
    let value = match dialect {
        Dialect::Mawk => u64::from(number as u32),
        Dialect::Gawk => number as i64 as u64,
    };
    let (prefix, digits) = match directive.letter {
        'o' => ("0", format!("{value:o}")),
        'x' => ("0x", format!("{value:x}")),
        'X' => ("0X", format!("{value:X}")),
        _ => ("", value.to_string()),
    };
    let plain = Directive { plus: false, space: false, ..directive.clone() };
    let digits = if directive.alternative && value != 0 { prefix.to_owned() + &digits } else { digits };
    out.extend_from_slice(by_digits(&plain, false, digits).as_bytes());
}

/// Digits with the zeros that the precision of an integer asks for.
fn by_digits(directive: &Directive, negative: bool, digits: String) -> String {
    let Some(precision) = directive.precision else { return directive.pad(negative, &digits, true) };
    let missing = precision.min(MAX_WHOLE_BYTES as usize).saturating_sub(digits.len());
    directive.pad(negative, &("0".repeat(missing) + &digits), false)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(format: &str, args: &[Value]) -> Result<String, Problem> {
        let mut out = Vec::new();
        write(&mut out, format.as_bytes(), args, &Conversion::new(Dialect::Mawk))?;
        Ok(String::from_utf8_lossy(&out).into_owned())
    }

    #[test]
    fn values_are_written_as_mawk_does() {
        let n = Value::Number;
        for (format, args, expected) in [
            ("%d|%5d|%-5d|%05d", vec![n(3.9), n(42.0), n(42.0), n(42.0)], "3|   42|42   |00042"),
            ("%+d % d %.3d %i", vec![n(1.0), n(2.0), n(3.0), n(-4.0)], "+1  2 003 -4"),
            ("%d %d", vec![n(1e30), n(-1e30)], "2147483647 -2147483647"),
            ("%u %x %o %X", vec![n(-5.0), n(255.0), n(8.0), n(1e15)], "0 ff 10 FFFFFFFF"),
            ("%c%c", vec![n(65.0), Value::text_of(b"xyz")], "Ax"),
            ("%.2s|%5s|%-5s|", vec![Value::text_of(b"abc"); 3], "ab|  abc|abc  |"),
            ("%*d|%-*d|%.*f", vec![n(4.0), n(1.0), n(4.0), n(2.0), n(1.0), n(2.55)], "   1|2   |2.5"),
            ("%s %%", vec![n(0.1)], "0.1 %"),
            ("%#x %#o", vec![n(255.0), n(8.0)], "0xff 010"),
        ] {
            assert_eq!(text(format, &args).as_deref(), Ok(expected), "{format}");
        }
        assert_eq!(text("%d", &[]), Err(Problem::NotEnoughArguments));
        assert_eq!(text("%s%z", &[n(1.0)]), Err(Problem::Improper(2)));
        assert_eq!(text("%", &[]), Err(Problem::NotEnoughArguments));
        assert_eq!(text("%999999999s", &[n(1.0)]), Err(Problem::TooLong));
    }
}
