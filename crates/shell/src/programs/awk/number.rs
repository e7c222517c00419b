//! Numbers as text and text as numbers.

use super::dialect::Dialect;

/// The number that a text begins with, and how many bytes it takes; zero bytes where it begins with none.
fn leading(text: &[u8], dialect: Dialect) -> (f64, usize) {
    let blanks = text.iter().take_while(|byte| is_blank(**byte)).count();
    let rest = &text[blanks..];
    let sign = usize::from(matches!(rest.first(), Some(b'+' | b'-')));
    let negative = rest.first() == Some(&b'-');
    let digits = &rest[sign..];
    let (size, len) = match digits.first() {
        Some(b'0'..=b'9' | b'.') => match dialect {
            Dialect::Mawk if digits.len() > 2 && digits[0] == b'0' && digits[1] | 32 == b'x' => {
                hexadecimal(digits)
            }
            _ => decimal(digits),
        },
        Some(b'i' | b'I' | b'n' | b'N') if dialect == Dialect::Mawk || sign == 1 => named(digits),
        _ => (0.0, 0),
    };
    match len {
        0 => (0.0, 0),
        len => (if negative { -size } else { size }, blanks + sign + len),
    }
}

fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | 9..=13)
}

fn decimal(text: &[u8]) -> (f64, usize) {
    let digits = |from: usize| text[from..].iter().take_while(|byte| byte.is_ascii_digit()).count();
    let whole = digits(0);
    let mut len = whole;
    let mut fraction = 0;
    if text.get(len) == Some(&b'.') {
        fraction = digits(len + 1);
        len += 1 + fraction;
    }
    if whole + fraction == 0 {
        return (0.0, 0);
    }
    if let Some(b'e' | b'E') = text.get(len) {
        let sign = usize::from(matches!(text.get(len + 1), Some(b'+' | b'-')));
        if text.get(len + 1 + sign).is_some_and(u8::is_ascii_digit) {
            len += 1 + sign + digits(len + 1 + sign);
        }
    }
    if len == whole && len <= 15 {
        let number = text[..len].iter().fold(0u64, |number, digit| number * 10 + u64::from(digit - b'0'));
        return (number as f64, len);
    }
    (std::str::from_utf8(&text[..len]).ok().and_then(|text| text.parse().ok()).unwrap_or(0.0), len)
}

fn hexadecimal(text: &[u8]) -> (f64, usize) {
    let digits = text[2..].iter().map_while(|byte| char::from(*byte).to_digit(16));
    let (number, len) =
        digits.fold((0.0, 0), |(number, len), digit| (number * 16.0 + f64::from(digit), len + 1));
    if len == 0 { (0.0, 1) } else { (number, 2 + len) }
}

fn named(text: &[u8]) -> (f64, usize) {
    let begins = |name: &[u8]| text.get(..name.len()).is_some_and(|start| start.eq_ignore_ascii_case(name));
    match () {
        () if begins(b"infinity") => (f64::INFINITY, 8),
        () if begins(b"inf") => (f64::INFINITY, 3),
        () if begins(b"nan") => (f64::NAN, 3),
        () => (0.0, 0),
    }
}

/// The number that a text stands for: what it begins with, or zero.
pub(super) fn of_text(text: &[u8], dialect: Dialect) -> f64 {
    leading(text, dialect).0
}

/// The number that a text from outside is, if it looks like one and nothing else.
pub(super) fn looked_at(text: &[u8], dialect: Dialect) -> Option<f64> {
    let end = text.iter().rposition(|byte| !is_blank(*byte))? + 1;
    if !matches!(text[end - 1], b'0'..=b'9' | b'.' | b'f' | b'F' | b'n' | b'N' | b'y' | b'Y') {
        return None;
    }
    let (number, len) = leading(&text[..end], dialect);
    let is_hexadecimal = text[..end].iter().any(|byte| byte | 32 == b'x');
    (len == end && !is_hexadecimal).then_some(number)
}

/// A number without a sign in the text of a program, and its length.
pub(super) fn constant(text: &[u8], dialect: Dialect) -> (f64, usize) {
    let is_hexadecimal =
        text.len() > 2 && text[0] == b'0' && text[1] | 32 == b'x' && text[2].is_ascii_hexdigit();
    match dialect {
        Dialect::Gawk if is_hexadecimal => hexadecimal(text),
        _ => decimal(text),
    }
}

/// The integer that a number is, where it is written as one.
pub(super) fn integer(number: f64, dialect: Dialect) -> Option<i64> {
    let most = match dialect {
        Dialect::Mawk => f64::from(i32::MAX),
        Dialect::Gawk => 9.2e18,
    };
    (number.abs() <= most && number.trunc() == number).then_some(number as i64)
}

/// Writes an integer.
pub(super) fn write_integer(out: &mut Vec<u8>, number: i64) {
    let mut digits = [0; 20];
    let mut at = digits.len();
    let mut rest = number.unsigned_abs();
    loop {
        at -= 1;
        digits[at] = b'0' + (rest % 10) as u8;
        rest /= 10;
        if rest == 0 {
            break;
        }
    }
    if number < 0 {
        out.push(b'-');
    }
    out.extend_from_slice(&digits[at..]);
}

/// The outcome of a calculation with `a` and `b`, whose sign, where it is no number, does not depend on the machine.
pub(super) fn settled(outcome: f64, a: f64, b: f64) -> f64 {
    match (outcome.is_nan(), a.is_nan(), b.is_nan()) {
        (false, ..) => outcome,
        (_, true, _) => a,
        (_, _, true) => b,
        _ => -f64::NAN.abs(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_a_number_as_far_as_it_goes() {
        for (text, number, looks) in [
            ("12", 12.0, true),
            (" +10 ", 10.0, true),
            ("-1.5e1x", -15.0, false),
            (".5", 0.5, true),
            ("5.", 5.0, true),
            (".", 0.0, false),
            ("1e", 1.0, false),
            ("0x1A", 26.0, false),
            ("inf", f64::INFINITY, true),
            ("abc", 0.0, false),
            ("", 0.0, false),
            ("12345678901234567890", 12345678901234567890.0, true),
        ] {
            assert_eq!(of_text(text.as_bytes(), Dialect::Mawk), number, "{text}");
            assert_eq!(looked_at(text.as_bytes(), Dialect::Mawk).is_some(), looks, "{text}");
        }
        assert_eq!(of_text(b"0x1A", Dialect::Gawk), 0.0);
        assert_eq!(of_text(b"nancy", Dialect::Gawk), 0.0);
    }
}
