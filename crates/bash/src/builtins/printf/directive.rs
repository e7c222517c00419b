//! One directive of a format: `%-8.3f`, and how it writes what it gets.

use super::float::{Float, Size};

/// The greatest width and precision: what one directive may fill memory with.
pub(super) const MOST: i64 = 1 << 24;

/// Flags, width and precision.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Directive {
    pub(super) left: bool,
    pub(super) plus: bool,
    pub(super) space: bool,
    pub(super) alternative: bool,
    pub(super) zeros: bool,
    pub(super) width: usize,
    pub(super) precision: Option<usize>,
}

impl Directive {
    /// Notes a flag; false for what is none.
    pub(super) fn flag(&mut self, letter: char) -> bool {
        match letter {
            '-' => self.left = true,
            '+' => self.plus = true,
            ' ' => self.space = true,
            '#' => self.alternative = true,
            '0' => self.zeros = true,
            // Digits are in groups only in locales that no sandbox has.
            '\'' => {}
            _ => return false,
        }
        true
    }

    /// Notes a width that was an argument.
    pub(super) fn set_width(&mut self, width: i64) {
        self.left |= width < 0;
        self.width = width.saturating_abs().min(MOST) as usize;
    }

    /// Writes bytes: as many as the precision says, filled up to the width.
    pub(super) fn text(&self, bytes: &[u8], out: &mut Vec<u8>) {
        let bytes = &bytes[..self.precision.map_or(bytes.len(), |most| most.min(bytes.len()))];
        self.fill(bytes, out);
    }

    fn fill(&self, bytes: &[u8], out: &mut Vec<u8>) {
        let missing = self.width.saturating_sub(bytes.len());
        if !self.left {
            out.extend(std::iter::repeat_n(b' ', missing));
        }
        out.extend_from_slice(bytes);
        if self.left {
            out.extend(std::iter::repeat_n(b' ', missing));
        }
    }

    fn sign(&self, negative: bool) -> &'static str {
        match (negative, self.plus, self.space) {
            (true, ..) => "-",
            (_, true, _) => "+",
            (.., true) => " ",
            _ => "",
        }
    }

    /// Writes a sign or a prefix, then digits; zeros go between them.
    fn number(&self, prefix: &str, digits: &str, zeros: bool, out: &mut Vec<u8>) {
        let missing = match zeros && !self.left {
            true => self.width.saturating_sub(prefix.len() + digits.len()),
            false => 0,
        };
        self.fill(format!("{prefix}{}{digits}", "0".repeat(missing)).as_bytes(), out);
    }

    /// `%d`
    pub(super) fn signed(&self, value: i64, out: &mut Vec<u8>) {
        let digits = self.at_least(value.unsigned_abs().to_string(), value == 0);
        self.number(self.sign(value < 0), &digits, self.zeros && self.precision.is_none(), out);
    }

    /// `%u`, `%o`, `%x`, `%X`
    pub(super) fn unsigned(&self, letter: char, value: u64, out: &mut Vec<u8>) {
        let digits = match letter {
            'o' => format!("{value:o}"),
            'x' => format!("{value:x}"),
            'X' => format!("{value:X}"),
            _ => value.to_string(),
        };
        let mut digits = self.at_least(digits, value == 0);
        let mut prefix = "";
        match letter {
            'o' if self.alternative && !digits.starts_with('0') => digits.insert(0, '0'),
            'x' if self.alternative && value > 0 => prefix = "0x",
            'X' if self.alternative && value > 0 => prefix = "0X",
            _ => {}
        }
        self.number(prefix, &digits, self.zeros && self.precision.is_none(), out);
    }

    /// As many digits as the precision asks for; none of a zero where it asks for none.
    fn at_least(&self, digits: String, is_zero: bool) -> String {
        match self.precision {
            Some(0) if is_zero => String::new(),
            Some(least) if digits.len() < least => "0".repeat(least - digits.len()) + &digits,
            _ => digits,
        }
    }

    /// `%f`, `%e`, `%g`, `%a` and their capitals.
    pub(super) fn float(&self, letter: char, value: Float, out: &mut Vec<u8>) {
        let mut prefix = self.sign(value.negative).to_owned();
        let digits = match value.size {
            Size::NotANumber => "nan".to_owned(),
            Size::Infinite => "inf".to_owned(),
            Size::Finite(mantissa, exponent) if letter.eq_ignore_ascii_case(&'a') => {
                prefix.push_str("0x");
                self.hexadecimal(mantissa, exponent)
            }
            Size::Finite(mantissa, exponent) => {
                let (digits, point) = Float::decimal(mantissa, exponent);
                let precision = self.precision.unwrap_or(6);
                match letter.to_ascii_lowercase() {
                    'f' => self.fixed(digits, point, precision),
                    'e' => self.exponential(digits, point, precision),
                    _ => self.general(digits, point, precision.max(1)),
                }
            }
        };
        let zeros = self.zeros && matches!(value.size, Size::Finite(..));
        match letter.is_ascii_uppercase() {
            true => self.number(&prefix.to_uppercase(), &digits.to_uppercase(), zeros, out),
            false => self.number(&prefix, &digits, zeros, out),
        }
    }

    fn fixed(&self, mut digits: Vec<u8>, mut point: i64, precision: usize) -> String {
        let keep = point.saturating_add(precision as i64);
        round(&mut digits, &mut point, keep);
        let digit = |at: i64| {
            let digit = usize::try_from(at).ok().and_then(|at| digits.get(at)).copied();
            char::from(b'0' + digit.unwrap_or(0))
        };
        let mut text: String = (point.min(0)..point).map(digit).collect();
        if text.is_empty() {
            text.push('0');
        }
        if precision > 0 || self.alternative {
            text.push('.');
        }
        text.extend((0..precision as i64).map(|at| digit(point + at)));
        text
    }

    fn exponential(&self, mut digits: Vec<u8>, mut point: i64, precision: usize) -> String {
        round(&mut digits, &mut point, precision as i64 + 1);
        let exponent = if digits.is_empty() { 0 } else { point - 1 };
        let digit = |at: usize| char::from(b'0' + digits.get(at).copied().unwrap_or(0));
        let mut text = String::from(digit(0));
        if precision > 0 || self.alternative {
            text.push('.');
        }
        text.extend((1..=precision).map(digit));
        let sign = if exponent < 0 { '-' } else { '+' };
        text + &format!("e{sign}{:02}", exponent.abs())
    }

    /// The shorter of both ways, without zeros at the end.
    fn general(&self, mut digits: Vec<u8>, mut point: i64, precision: usize) -> String {
        round(&mut digits, &mut point, precision as i64);
        let exponent = if digits.is_empty() { 0 } else { point - 1 };
        let is_long = exponent < -4 || exponent >= precision as i64;
        let text = match is_long {
            true => self.exponential(digits, point, precision - 1),
            false => self.fixed(digits, point, (precision as i64 - 1 - exponent).max(0) as usize),
        };
        if self.alternative || !text.contains('.') {
            return text;
        }
        let (number, exponent) = text.split_once('e').map_or((&text[..], None), |(a, b)| (a, Some(b)));
        let number = number.trim_end_matches('0').trim_end_matches('.');
        exponent.map_or(number.to_owned(), |exponent| format!("{number}e{exponent}"))
    }

    fn hexadecimal(&self, mantissa: u64, exponent: i64) -> String {
        let (mut top, mut exponent) = match mantissa {
            0 => (0u128, 0),
            mantissa => {
                let shift = mantissa.leading_zeros();
                (u128::from(mantissa << shift), exponent - i64::from(shift) + 60)
            }
        };
        if let Some(precision) = self.precision.filter(|precision| *precision < 15) {
            let dropped = 4 * (15 - precision) as u32;
            let (half, rest) = (1u128 << dropped >> 1, top & ((1 << dropped) - 1));
            top >>= dropped;
            top += u128::from(rest > half || rest == half && top & 1 == 1);
            top <<= dropped;
            if top >> 64 > 0 {
                (top, exponent) = (top >> 4, exponent + 4);
            }
        }
        let digits = format!("{top:016x}");
        let fraction = match self.precision {
            None => digits[1..].trim_end_matches('0').to_owned(),
            Some(precision) => format!("{:0<precision$}", &digits[1..=precision.min(15)]),
        };
        let point = if fraction.is_empty() && !self.alternative { "" } else { "." };
        format!("{}{point}{fraction}p{exponent:+}", &digits[..1])
    }
}

/// Keeps so many digits, of two equally near numbers the one that ends in an even digit.
fn round(digits: &mut Vec<u8>, point: &mut i64, keep: i64) {
    if keep < 0 {
        digits.clear();
        return;
    }
    let keep = keep as usize;
    if keep >= digits.len() {
        return;
    }
    let rest = digits.split_off(keep);
    let is_odd = digits.last().is_some_and(|last| last % 2 == 1);
    let half = rest[0] == 5 && rest[1..].iter().all(|digit| *digit == 0);
    if rest[0] < 5 || half && !is_odd {
        if digits.iter().all(|digit| *digit == 0) {
            digits.clear();
        }
        return;
    }
    for digit in digits.iter_mut().rev() {
        *digit += 1;
        if *digit < 10 {
            return;
        }
        *digit = 0;
    }
    digits.insert(0, 1);
    *point += 1;
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(directive: &str, letter: char, value: &str) -> String {
        let mut parsed = Directive::default();
        let flags = directive.len() - directive.trim_start_matches(|letter| parsed.flag(letter)).len();
        let (width, precision) = directive[flags..].split_once('.').unwrap_or((&directive[flags..], ""));
        parsed.width = width.parse().unwrap_or(0);
        parsed.precision = directive.contains('.').then(|| precision.parse().unwrap_or(0));
        let mut out = Vec::new();
        parsed.float(letter, Float::parse(value).0, &mut out);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn numbers_are_written_as_bash_does() {
        for (directive, letter, value, expected) in [
            ("", 'g', "0.1", "0.1"),
            ("", 'g', "1e6", "1e+06"),
            ("", 'g', "123456", "123456"),
            ("", 'g', "0.00001", "1e-05"),
            (".3", 'f', "2", "2.000"),
            ("08.2", 'f', "-1.5", "-0001.50"),
            ("", 'E', "12345.678", "1.234568E+04"),
            ("-6", 'g', "5", "5     "),
            ("+", 'g', "5", "+5"),
            ("", 'a', "1", "0x8p-3"),
            ("", 'a', "3.14", "0xc.8f5c28f5c28f5c3p-2"),
            (".2", 'a', "3.14", "0xc.8fp-2"),
            ("5", 'f', "nan", "  nan"),
            ("05", 'F', "inf", "  INF"),
            (".20", 'f', "0.1", "0.10000000000000000000"),
            (".2", 'f', "2.675", "2.67"),
            (".1", 'f', "0.25", "0.2"),
            (".0", 'f', "0.5", "0"),
            (".0", 'f', "1.5", "2"),
            (".0", 'f', "0.51", "1"),
            (".2", 'f', "0.999", "1.00"),
            (".2", 'f', "0.001", "0.00"),
            (".0", 'e', "15", "2e+01"),
            ("#", 'g', "1", "1.00000"),
            ("#.0", 'f', "1", "1."),
            ("", 'e', "0", "0.000000e+00"),
            ("", 'f', "-0", "-0.000000"),
            ("", 'g', "0", "0"),
        ] {
            assert_eq!(written(directive, letter, value), expected, "%{directive}{letter} {value}");
        }
    }
}
