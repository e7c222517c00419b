//! Floating point numbers as x86 has them in C's `long double`: 64 bits of precision, which is what bash's `printf` works
//! with.

use super::big::Big;

/// The exponent of the smallest number's lowest bit, and that of the greatest.
const LEAST: i64 = -16445;
const GREATEST: i64 = 16383 - 63;

/// Digits that are looked at; more can only say that a number is a little greater.
const MOST_DIGITS: usize = 12_000;

/// A floating point number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Float {
    pub(super) negative: bool,
    pub(super) size: Size,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Size {
    NotANumber,
    Infinite,
    /// The mantissa times 2 to the power of the exponent.
    Finite(u64, i64),
}

impl Float {
    /// A whole number.
    pub(super) fn whole(value: u64) -> Self {
        Self { negative: false, size: Size::Finite(value, 0) }
    }

    /// Its exact decimal digits without zeros at the beginning, and how many of them stand before the point: that may be
    /// less than none. No digits: zero.
    pub(super) fn decimal(mantissa: u64, exponent: i64) -> (Vec<u8>, i64) {
        let mut big = Big::new(mantissa);
        if exponent >= 0 {
            big.shift_left(exponent.unsigned_abs());
            let digits = big.digits();
            let point = digits.len() as i64;
            return (digits, point);
        }
        let zeros = i64::from(mantissa.trailing_zeros()).min(-exponent);
        let (mut big, places) =
            (Big::new(mantissa.checked_shr(zeros as u32).unwrap_or(0)), -exponent - zeros);
        big.multiply_power(5, places.unsigned_abs());
        let digits = big.digits();
        let point = digits.len() as i64 - places;
        (digits, point)
    }

    /// The number at the beginning of a text as `strtold` reads it; what follows; whether it was out of range.
    pub(super) fn parse(text: &str) -> (Self, &str, bool) {
        let trimmed = text.trim_start_matches([' ', '\t', '\n', '\x0b', '\x0c', '\r']);
        let unsigned = trimmed.strip_prefix(['+', '-']).unwrap_or(trimmed);
        let negative = trimmed.starts_with('-');
        let begins =
            |word: &str| unsigned.get(..word.len()).is_some_and(|start| start.eq_ignore_ascii_case(word));
        for (word, size) in [("infinity", Size::Infinite), ("inf", Size::Infinite), ("nan", Size::NotANumber)]
        {
            if begins(word) {
                return (Self { negative, size }, &unsigned[word.len()..], false);
            }
        }
        let base = if begins("0x") { 16 } else { 10 };
        let read = match base {
            16 => Digits::read(&unsigned[2..], 16, 'p').or_else(|| Digits::read(unsigned, 10, 'e')),
            _ => Digits::read(unsigned, 10, 'e'),
        };
        let Some((digits, rest)) = read else { return (Self { negative, ..Self::whole(0) }, text, false) };
        let (size, out_of_range) = digits.size();
        (Self { negative, size }, rest, out_of_range)
    }
}

/// Digits as they were written.
struct Digits {
    /// 10 or 16.
    base: u32,
    value: Big,
    /// Of the base, or of 2 where that is 16.
    exponent: i64,
}

impl Digits {
    fn read(text: &str, base: u32, mark: char) -> Option<(Self, &str)> {
        let mut value = Big::new(0);
        let (mut exponent, mut used, mut kept, mut seen, mut is_fraction) = (0i64, 0, 0, false, false);
        let each = if base == 16 { 4 } else { 1 };
        for character in text.chars() {
            match character.to_digit(base) {
                Some(digit) => {
                    seen = true;
                    exponent -= if is_fraction { each } else { 0 };
                    if kept > 0 || digit > 0 {
                        kept += 1;
                    }
                    if kept <= MOST_DIGITS {
                        if value.is_zero() {
                            value = Big::new(u64::from(digit))
                        } else {
                            value.multiply(base, digit)
                        }
                    } else {
                        exponent += each;
                    }
                }
                None if character == '.' && !is_fraction => is_fraction = true,
                None => break,
            }
            used += character.len_utf8();
        }
        if !seen {
            return None;
        }
        let rest = &text[used..];
        let (written, rest) = written_exponent(rest, mark).unwrap_or((0, rest));
        Some((Self { base, value, exponent: exponent.saturating_add(written) }, rest))
    }

    /// Rounded to what there is, and whether it is too great or too small for that.
    fn size(self) -> (Size, bool) {
        if self.value.is_zero() {
            return (Size::Finite(0, 0), false);
        }
        let (mut above, mut below) = (self.value, Big::new(1));
        let mut exponent = 0;
        if self.base == 16 {
            exponent = self.exponent;
        } else if self.exponent > 5_000 {
            return (Size::Infinite, true);
        } else if self.exponent < -5_000 - MOST_DIGITS as i64 {
            return (Size::Finite(0, 0), true);
        } else if self.exponent >= 0 {
            above.multiply_power(10, self.exponent.unsigned_abs());
        } else {
            below.multiply_power(10, self.exponent.unsigned_abs());
        }
        // The quotient gets 65 or 66 bits: the mantissa, and what tells how to round.
        let shift = 66 - (above.bits() - below.bits());
        match shift >= 0 {
            true => above.shift_left(shift.unsigned_abs()),
            false => below.shift_left(shift.unsigned_abs()),
        }
        exponent = exponent.saturating_sub(shift);
        let (quotient, is_inexact) = above.divide(below, 68);
        round(quotient, exponent, is_inexact)
    }
}

/// Rounds to 64 bits, of two equally near ones to the even one.
fn round(quotient: u128, exponent: i64, is_inexact: bool) -> (Size, bool) {
    let bits = 128 - i64::from(quotient.leading_zeros());
    let surplus = (bits - 64).max(LEAST.saturating_sub(exponent)).max(0);
    if surplus > 127 {
        return (Size::Finite(0, 0), true);
    }
    let half = 1u128 << surplus >> 1;
    let rest = quotient & ((1u128 << surplus) - 1);
    let mut mantissa = quotient >> surplus;
    let mut exponent = exponent + surplus;
    if rest > half || rest == half && half > 0 && (is_inexact || mantissa & 1 == 1) {
        mantissa += 1;
    }
    if mantissa > u128::from(u64::MAX) {
        (mantissa, exponent) = (mantissa >> 1, exponent + 1);
    }
    let too_great = exponent > GREATEST;
    let size = if too_great { Size::Infinite } else { Size::Finite(mantissa as u64, exponent) };
    // One that lost bits because it is so small is out of range too.
    (size, too_great || bits - surplus < 64 && (rest > 0 || is_inexact))
}

/// `e-5`
fn written_exponent(text: &str, mark: char) -> Option<(i64, &str)> {
    let first = text.chars().next().filter(|first| first.eq_ignore_ascii_case(&mark))?;
    let rest = &text[first.len_utf8()..];
    let unsigned = rest.strip_prefix(['+', '-']).unwrap_or(rest);
    let count = unsigned.bytes().take_while(u8::is_ascii_digit).count();
    let value = unsigned[..count].parse().unwrap_or(1_000_000_000i64).min(1_000_000_000);
    let sign = if rest.starts_with('-') { -1 } else { 1 };
    (count > 0).then(|| (sign * value, &unsigned[count..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_to_the_last_bit() {
        for (text, mantissa, exponent) in [
            ("1", 1 << 63, -63),
            ("0.1", 0xcccc_cccc_cccc_cccd, -67),
            ("0x1.8p1", 0xc000_0000_0000_0000, -62),
            ("1e22", 0x8786_7832_6eac_9000, 10),
            ("3.6e-4951", 1, LEAST),
        ] {
            let (Float { size, .. }, rest, _) = Float::parse(text);
            assert_eq!((size, rest), (Size::Finite(mantissa, exponent), ""), "{text}");
        }
        assert_eq!(Float::parse("1e5000").0.size, Size::Infinite);
        assert_eq!(Float::parse("1e").1, "e");
        assert_eq!(Float::parse("x").1, "x");
    }

    #[test]
    fn decimals_are_exact() {
        assert_eq!(Float::decimal(5, -3), (vec![6, 2, 5], 0));
        assert_eq!(Float::decimal(1, 10), (vec![1, 0, 2, 4], 4));
        assert_eq!(Float::decimal(1, -10).1, -3);
        assert_eq!(Float::decimal(0, 0), (vec![], 0));
    }
}
