//! Floating point numbers as C's `printf` writes them.

use super::number::LongDouble;

/// One directive: `%`, flags, width, precision and what kind of number.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Directive {
    pub(super) left: bool,
    pub(super) plus: bool,
    pub(super) space: bool,
    pub(super) alternative: bool,
    pub(super) zeros: bool,
    /// Thousands apart, where the locale does so.
    pub(super) grouped: bool,
    pub(super) width: usize,
    pub(super) precision: Option<usize>,
    /// The letter of the conversion.
    pub(super) letter: char,
}

impl Directive {
    /// Reads flags, width and precision after a `%`; gives what follows, which the letter begins.
    pub(super) fn parse(text: &str) -> (Directive, &str) {
        let mut directive = Directive::default();
        let mut rest = text;
        while let Some(flag) = rest.chars().next() {
            match flag {
                '-' => directive.left = true,
                '+' => directive.plus = true,
                ' ' => directive.space = true,
                '#' => directive.alternative = true,
                '0' => directive.zeros = true,
                '\'' => directive.grouped = true,
                _ => break,
            }
            rest = &rest[1..];
        }
        let digits =
            |text: &str| text.len() - text.trim_start_matches(|letter: char| letter.is_ascii_digit()).len();
        let len = digits(rest);
        directive.width = rest[..len].parse().unwrap_or(0);
        rest = &rest[len..];
        if let Some(after) = rest.strip_prefix('.') {
            let len = digits(after);
            directive.precision = Some(after[..len].parse().unwrap_or(0));
            rest = &after[len..];
        }
        directive.letter = rest.chars().next().unwrap_or_default();
        (directive, rest)
    }

    /// A number by this directive.
    pub(super) fn write(&self, value: f64) -> String {
        let size = value.abs();
        let precision = self.precision.unwrap_or(6);
        let upper = self.letter.is_ascii_uppercase();
        let digits = match self.letter.to_ascii_lowercase() {
            _ if value.is_nan() => "nan".to_owned(),
            _ if value.is_infinite() => "inf".to_owned(),
            'f' => format!("{size:.precision$}"),
            'e' => exponential(size, precision),
            'a' => hexadecimal(size, self.precision),
            _ => general(size, precision, self.alternative),
        };
        let digits = if upper { digits.to_ascii_uppercase() } else { digits };
        self.pad(value.is_sign_negative() && !value.is_nan(), &digits, value.is_finite())
    }

    /// A long double by this directive.
    pub(super) fn write_long(&self, value: LongDouble) -> String {
        let precision = self.precision.unwrap_or(6);
        let digits = match self.letter.to_ascii_lowercase() {
            _ if value.is_nan() => "nan".to_owned(),
            _ if !value.is_finite() => "inf".to_owned(),
            'f' => value.fixed(precision),
            'e' => value.exponential(precision),
            'a' => value.hexadecimal(self.precision),
            _ => shorter(precision, self.alternative, |way| match way {
                Way::Fixed(decimals) => value.fixed(decimals),
                Way::Exponential(decimals) => value.exponential(decimals),
            }),
        };
        let bare = self.alternative && !digits.contains(['.', 'n']) && !matches!(self.letter, 'g' | 'G');
        let digits = match digits.find(['e', 'p']) {
            Some(exponent) if bare => format!("{}.{}", &digits[..exponent], &digits[exponent..]),
            None if bare => digits + ".",
            _ => digits,
        };
        let upper = self.letter.is_ascii_uppercase();
        let digits = if upper { digits.to_ascii_uppercase() } else { digits };
        match digits.strip_prefix("0x").or(digits.strip_prefix("0X")) {
            // Zeros stand between the prefix and the digits.
            Some(rest) if self.zeros && !self.left => {
                let signs = 2 + usize::from(value.negative || self.plus || self.space);
                let width = self.width.saturating_sub(signs);
                self.pad(value.negative, &format!("{}{rest:0>width$}", &digits[..2]), false)
            }
            _ => self.pad(value.negative, &digits, value.is_finite()),
        }
    }

    /// Digits with their sign, as wide as asked for.
    pub(super) fn pad(&self, negative: bool, digits: &str, zeros_allowed: bool) -> String {
        let sign = match (negative, self.plus, self.space) {
            (true, ..) => "-",
            (_, true, _) => "+",
            (.., true) => " ",
            _ => "",
        };
        let missing = self.width.saturating_sub(sign.len() + digits.len());
        match (self.left, self.zeros && zeros_allowed) {
            (true, _) => format!("{sign}{digits}{}", " ".repeat(missing)),
            (_, true) => format!("{sign}{}{digits}", "0".repeat(missing)),
            _ => format!("{}{sign}{digits}", " ".repeat(missing)),
        }
    }
}

/// `1.500000e+03`.
fn exponential(size: f64, precision: usize) -> String {
    let text = format!("{size:.precision$e}");
    let Some((digits, exponent)) = text.split_once('e') else { return text };
    let exponent: i32 = exponent.parse().unwrap_or(0);
    let sign = if exponent < 0 { '-' } else { '+' };
    format!("{digits}e{sign}{:02}", exponent.abs())
}

/// `%g`: the shorter of both ways, without zeros at the end.
pub(super) fn general(size: f64, precision: usize, keep_zeros: bool) -> String {
    shorter(precision, keep_zeros, |way| match way {
        Way::Fixed(decimals) => format!("{size:.decimals$}"),
        Way::Exponential(decimals) => exponential(size, decimals),
    })
}

/// One of the two ways to write a number, with so many decimals.
enum Way {
    Fixed(usize),
    Exponential(usize),
}

fn shorter(precision: usize, keep_zeros: bool, write: impl Fn(Way) -> String) -> String {
    let precision = precision.max(1);
    let text = write(Way::Exponential(precision - 1));
    let exponent: i32 = text.split_once('e').and_then(|(_, exponent)| exponent.parse().ok()).unwrap_or(0);
    let trimmed = |text: &str| match text.contains('.') && !keep_zeros {
        true => text.trim_end_matches('0').trim_end_matches('.').to_owned(),
        false => text.to_owned(),
    };
    if exponent < -4 || exponent >= precision as i32 {
        let (digits, exponent) = text.split_once('e').unwrap_or((&text, "+00"));
        return format!("{}e{exponent}", trimmed(digits));
    }
    let decimals = (precision as i32 - 1 - exponent).max(0) as usize;
    trimmed(&write(Way::Fixed(decimals)))
}

/// `%a`, as x86's long double shows it: four bits before the point.
fn hexadecimal(size: f64, precision: Option<usize>) -> String {
    if size == 0.0 {
        return "0x0p+0".to_owned();
    }
    let exponent = size.log2().floor() as i32;
    let mut digits = size / 2f64.powi(exponent) * 8.0;
    let mut text = String::new();
    let most = precision.map_or(16, |precision| precision + 1);
    while (digits != 0.0 || precision.is_some()) && text.len() < most {
        text.push(char::from_digit(digits as u32, 16).unwrap_or('0'));
        digits = digits.fract() * 16.0;
    }
    let (first, rest) = text.split_at(1);
    let point = if rest.is_empty() { "" } else { "." };
    format!("0x{first}{point}{rest}p{:+}", exponent - 3)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_as_printf_does() {
        for (format, value, expected) in [
            ("g", 0.1, "0.1"),
            ("g", 1e6, "1e+06"),
            ("g", 123456.0, "123456"),
            ("g", 0.00001, "1e-05"),
            (".3f", 2.0, "2.000"),
            ("08.2f", -1.5, "-0001.50"),
            ("E", 12345.678, "1.234568E+04"),
            ("-6g|", 5.0, "5     "),
            ("+g", 5.0, "+5"),
            ("a", 1.0, "0x8p-3"),
            ("f", f64::INFINITY, "inf"),
        ] {
            assert_eq!(Directive::parse(format).0.write(value), expected, "%{format}");
        }
    }
}
