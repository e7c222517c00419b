//! Numbers as `sort` compares them.

use std::cmp::Ordering;

/// A decimal number of any length, by its digits.
struct Decimal<'t> {
    negative: bool,
    /// Without zeros in front.
    whole: &'t [u8],
    /// Without zeros at the end.
    fraction: &'t [u8],
    /// What follows.
    rest: &'t [u8],
}

fn decimal(text: &[u8]) -> Decimal<'_> {
    let blanks = text.iter().take_while(|byte| matches!(byte, b' ' | b'\t' | b'\n')).count();
    let text = &text[blanks..];
    let negative = text.first() == Some(&b'-');
    let text = &text[usize::from(negative)..];
    let digits = |text: &[u8]| text.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let (whole, mut rest) = text.split_at(digits(text));
    let mut fraction: &[u8] = &[];
    if rest.first() == Some(&b'.') {
        (fraction, rest) = rest[1..].split_at(digits(&rest[1..]));
    }
    let zeros = whole.iter().take_while(|byte| **byte == b'0').count();
    let ending = fraction.iter().rev().take_while(|byte| **byte == b'0').count();
    let (whole, fraction) = (&whole[zeros..], &fraction[..fraction.len() - ending]);
    let zero = whole.is_empty() && fraction.is_empty();
    Decimal { negative: negative && !zero, whole, fraction, rest }
}

impl Decimal<'_> {
    fn is_zero(&self) -> bool {
        self.whole.is_empty() && self.fraction.is_empty()
    }

    fn compare(&self, other: &Decimal<'_>) -> Ordering {
        let size = || {
            self.whole
                .len()
                .cmp(&other.whole.len())
                .then_with(|| self.whole.cmp(other.whole))
                .then_with(|| self.fraction.cmp(other.fraction))
        };
        match (self.negative, other.negative) {
            (false, false) => size(),
            (true, true) => size().reverse(),
            (negative, _) => other.negative.cmp(&negative),
        }
    }
}

/// `-n`.
pub(super) fn numeric(one: &[u8], other: &[u8]) -> Ordering {
    decimal(one).compare(&decimal(other))
}

/// `-h`: by the unit first, then by the number.
pub(super) fn human(one: &[u8], other: &[u8]) -> Ordering {
    let (one, other) = (decimal(one), decimal(other));
    let unit = |number: &Decimal<'_>| {
        let at = match number.rest.first() {
            Some(b'k') => 1,
            Some(letter) => b"KMGTPEZY".iter().position(|unit| unit == letter).map_or(0, |at| at as i32 + 1),
            None => 0,
        };
        match (number.is_zero(), number.negative) {
            (true, _) => 0,
            (false, true) => -at,
            (false, false) => at,
        }
    };
    unit(&one).cmp(&unit(&other)).then_with(|| one.compare(&other))
}

/// `-g`: what is no number, then what is not a number, then the numbers.
pub(super) fn general(one: &[u8], other: &[u8]) -> Ordering {
    let (one, other) = (float(one), float(other));
    match (one, other) {
        (Some(one), Some(other)) => one.partial_cmp(&other).unwrap_or(other.is_nan().cmp(&one.is_nan())),
        (one, other) => one.is_some().cmp(&other.is_some()),
    }
}

/// The number that a text begins with, as `strtod` reads it.
fn float(text: &[u8]) -> Option<f64> {
    let text = std::str::from_utf8(text)
        .unwrap_or_else(|error| std::str::from_utf8(&text[..error.valid_up_to()]).unwrap_or_default());
    let text = text.trim_start_matches([' ', '\t', '\n', '\r', '\x0b', '\x0c']);
    let unsigned = text.trim_start_matches(['+', '-']);
    let mut end = text.len() - unsigned.len();
    if end > 1 {
        return None;
    }
    let negative = text.starts_with('-');
    let word = |word: &str| unsigned.get(..word.len()).is_some_and(|start| start.eq_ignore_ascii_case(word));
    if word("inf") {
        return Some(if negative { f64::NEG_INFINITY } else { f64::INFINITY });
    }
    if word("nan") {
        return Some(f64::NAN);
    }
    let bytes = text.as_bytes();
    if word("0x") {
        let digits = &unsigned[2..];
        let len = digits.bytes().take_while(u8::is_ascii_hexdigit).count();
        if len > 0 {
            let value = digits[..len]
                .chars()
                .fold(0.0, |value: f64, digit| value * 16.0 + f64::from(digit.to_digit(16).unwrap_or(0)));
            return Some(if negative { -value } else { value });
        }
    }
    let digits = |from: usize| bytes[from..].iter().take_while(|byte| byte.is_ascii_digit()).count();
    let mut any = digits(end);
    end += any;
    if bytes.get(end) == Some(&b'.') {
        let fraction = digits(end + 1);
        any += fraction;
        end += 1 + fraction;
    }
    if any == 0 {
        return None;
    }
    if matches!(bytes.get(end), Some(b'e' | b'E')) {
        let sign = usize::from(matches!(bytes.get(end + 1), Some(b'+' | b'-')));
        let exponent = digits((end + 1 + sign).min(bytes.len()));
        if exponent > 0 {
            end += 1 + sign + exponent;
        }
    }
    text[..end].parse().ok()
}
