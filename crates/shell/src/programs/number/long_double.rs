//! The long double of x86: 64 bits before an exponent, which is what coreutils reads and writes numbers with.

use std::cmp::Ordering;

use super::natural::Natural;

/// Exponents of the lowest bit: of numbers too small for a full mantissa, and of the largest.
const LOWEST: i32 = -16445;
const HIGHEST: i32 = 16383 - 63;
/// More digits of a number than this tell nothing but that they are not all 0.
const MAX_DIGITS: usize = 12_000;

/// A number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::programs) struct LongDouble {
    pub(in crate::programs) negative: bool,
    kind: Kind,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// `bits × 2^exponent`; 0 has no bits.
    Finite {
        bits: u64,
        exponent: i32,
    },
    Infinite,
    NotANumber,
}

/// What `strtold` made of a text.
pub(in crate::programs) struct Read {
    pub(in crate::programs) value: LongDouble,
    /// Bytes that belong to the number; none where the text is none.
    pub(in crate::programs) len: usize,
    pub(in crate::programs) out_of_range: bool,
}

impl LongDouble {
    pub(in crate::programs) const ZERO: Self =
        Self { negative: false, kind: Kind::Finite { bits: 0, exponent: 0 } };

    pub(in crate::programs) fn is_finite(self) -> bool {
        matches!(self.kind, Kind::Finite { .. })
    }

    pub(in crate::programs) fn is_nan(self) -> bool {
        self.kind == Kind::NotANumber
    }

    pub(in crate::programs) fn is_zero(self) -> bool {
        matches!(self.kind, Kind::Finite { bits: 0, .. })
    }

    pub(in crate::programs) fn from_integer(value: u64) -> Self {
        Self::rounded(false, u128::from(value), 0, false)
    }

    /// The nearest number to `bits × 2^exponent`, of which a bit more may be left.
    fn rounded(negative: bool, bits: u128, exponent: i32, more: bool) -> Self {
        if bits == 0 {
            return Self { negative, ..Self::ZERO };
        }
        let surplus = (128 - bits.leading_zeros() as i32 - 64).max(LOWEST - exponent);
        let (mut mantissa, mut exponent) = match surplus {
            ..=0 => (bits << -surplus.max(-(bits.leading_zeros() as i32)), exponent + surplus),
            1..128 => {
                let (kept, cut) = (bits >> surplus, bits & ((1 << surplus) - 1));
                let half = 1u128 << (surplus - 1);
                let up = cut > half || cut == half && (more || kept % 2 == 1);
                (kept + u128::from(up), exponent + surplus)
            }
            _ => return Self { negative, ..Self::ZERO },
        };
        if mantissa >> 64 != 0 {
            (mantissa, exponent) = (mantissa >> 1, exponent + 1);
        }
        let kind = match exponent > HIGHEST {
            true => Kind::Infinite,
            false => Kind::Finite { bits: mantissa as u64, exponent },
        };
        Self { negative, kind }
    }

    /// Reads the number at the beginning of `text`, as `strtold` does in the C locale.
    pub(in crate::programs) fn read(text: &str) -> Read {
        let bytes = text.as_bytes();
        let mut at = bytes.iter().take_while(|byte| matches!(byte, b' ' | b'\t'..=b'\r')).count();
        let negative = bytes.get(at) == Some(&b'-');
        at += usize::from(matches!(bytes.get(at), Some(b'-' | b'+')));
        let rest = &bytes[at..];
        let begins =
            |word: &str| rest.len() >= word.len() && rest[..word.len()].eq_ignore_ascii_case(word.as_bytes());
        let named = |kind, len| Read { value: Self { negative, kind }, len: at + len, out_of_range: false };
        if begins("infinity") {
            return named(Kind::Infinite, 8);
        }
        if begins("inf") {
            return named(Kind::Infinite, 3);
        }
        if begins("nan") {
            return named(Kind::NotANumber, 3);
        }
        let hexadecimal = begins("0x").then(|| Digits::read(&rest[2..], true)).flatten();
        let (digits, prefix) = match hexadecimal {
            Some(digits) => (digits, 2),
            None => match Digits::read(rest, false) {
                Some(digits) => (digits, 0),
                None => return Read { value: Self::ZERO, len: 0, out_of_range: false },
            },
        };
        let value = digits.value(negative);
        let out_of_range = !value.is_finite() || value.is_zero() && digits.any;
        Read { value, len: at + prefix + digits.len, out_of_range }
    }

    pub(in crate::programs) fn plus(self, other: Self) -> Self {
        let (Kind::Finite { bits, exponent }, Kind::Finite { bits: others, exponent: low }) =
            (self.kind, other.kind)
        else {
            return match (self.kind, other.kind) {
                (Kind::Finite { .. }, _) => other,
                (Kind::Infinite, Kind::Infinite) if self.negative != other.negative => {
                    Self { negative: true, kind: Kind::NotANumber }
                }
                _ => self,
            };
        };
        if bits == 0 || others != 0 && exponent < low {
            return if bits == 0 { other } else { other.plus(self) };
        }
        // The larger one stands 62 bits higher, where the smaller's bits are below it.
        let apart = (exponent - low).clamp(0, 127);
        let raised = apart.min(62);
        let lost = apart - raised;
        let small = if lost > 64 { 0 } else { u128::from(others) >> lost };
        let more = lost > 0 && small << lost != u128::from(others);
        let (big, exponent) = (u128::from(bits) << raised, exponent - raised);
        let (negative, sum) = match self.negative == other.negative {
            true => (self.negative, big + small),
            false if big >= small => (self.negative, big - small - u128::from(more)),
            false => (other.negative, small - big),
        };
        // What cancels out is 0 without a sign.
        let negative = negative && (sum > 0 || self.negative && other.negative);
        Self::rounded(negative, sum, exponent, more)
    }

    pub(in crate::programs) fn times(self, other: Self) -> Self {
        let negative = self.negative != other.negative;
        match (self.kind, other.kind) {
            (Kind::Finite { bits, exponent }, Kind::Finite { bits: others, exponent: more }) => {
                Self::rounded(negative, u128::from(bits) * u128::from(others), exponent + more, false)
            }
            (Kind::NotANumber, _) | (_, Kind::NotANumber) => Self { negative, kind: Kind::NotANumber },
            _ if self.is_zero() || other.is_zero() => Self { negative, kind: Kind::NotANumber },
            _ => Self { negative, kind: Kind::Infinite },
        }
    }

    /// Its order, where both are numbers.
    pub(in crate::programs) fn compare(self, other: Self) -> Option<Ordering> {
        if self.is_nan() || other.is_nan() {
            return None;
        }
        if self == other || self.is_zero() && other.is_zero() {
            return Some(Ordering::Equal);
        }
        let difference = self.plus(Self { negative: !other.negative, ..other });
        Some(match (difference.is_zero(), difference.negative) {
            (true, _) => Ordering::Equal,
            (false, true) => Ordering::Less,
            (false, false) => Ordering::Greater,
        })
    }

    /// Its digits without a sign, and how many of them are behind the point.
    fn decimal(self) -> (String, usize) {
        let Kind::Finite { bits, exponent } = self.kind else { return (String::new(), 0) };
        let zeros = bits.trailing_zeros().min(63) as i32;
        let (bits, exponent) = if bits == 0 { (0, 0) } else { (bits >> zeros, exponent + zeros) };
        let mut number = Natural::new(bits);
        let (factor, most) = if exponent < 0 { (5u32, 12) } else { (2, 28) };
        let mut left = exponent.unsigned_abs();
        while left > 0 {
            let step = left.min(most);
            number.scale(factor.pow(step), 0);
            left -= step;
        }
        (number.digits(), exponent.min(0).unsigned_abs() as usize)
    }

    /// `%f` without a sign.
    pub(in crate::programs) fn fixed(self, precision: usize) -> String {
        let (digits, behind) = self.decimal();
        let text = cut(&digits, digits.len() as i64 - behind as i64 + precision as i64);
        let text = format!("{text:0>width$}", width = precision + 1);
        let (whole, fraction) = text.split_at(text.len() - precision);
        if precision == 0 { whole.to_owned() } else { format!("{whole}.{fraction}") }
    }

    /// `%e` without a sign.
    pub(in crate::programs) fn exponential(self, precision: usize) -> String {
        let (digits, behind) = self.decimal();
        let mut exponent = digits.len() as i64 - 1 - behind as i64;
        let mut text = cut(&digits, precision as i64 + 1);
        if digits.is_empty() {
            (text, exponent) = ("0".repeat(precision + 1), 0);
        } else if text.len() > precision + 1 {
            text.pop();
            exponent += 1;
        }
        let point = if precision > 0 { "." } else { "" };
        let sign = if exponent < 0 { '-' } else { '+' };
        format!("{}{point}{}e{sign}{:02}", &text[..1], &text[1..], exponent.abs())
    }

    /// Digits and exponent of `%a`: four bits before the point.
    pub(in crate::programs) fn hexadecimal(self, precision: Option<usize>) -> String {
        let Kind::Finite { bits, exponent } = self.kind else { return String::new() };
        if bits == 0 {
            let zeros = "0".repeat(precision.unwrap_or(0));
            return format!("0x0{}{zeros}p+0", if zeros.is_empty() { "" } else { "." });
        }
        let shift = bits.leading_zeros();
        let (mut bits, mut exponent) = (u128::from(bits << shift), exponent - shift as i32 + 60);
        let mut digits = 15;
        if let Some(precision) = precision.filter(|precision| *precision < 15) {
            let cut = 4 * (15 - precision);
            let (half, low) = (1u128 << (cut - 1), bits & ((1 << cut) - 1));
            bits >>= cut;
            bits += u128::from(low > half || low == half && bits % 2 == 1);
            digits = precision;
            if bits >> (4 * (digits + 1)) != 0 {
                (bits, exponent) = (bits >> 1, exponent + 1);
            }
        }
        let text = format!("{bits:0width$x}", width = digits + 1);
        let (first, rest) = text.split_at(1);
        let rest = match precision {
            None => rest.trim_end_matches('0').to_owned(),
            Some(precision) => format!("{rest:0<precision$}"),
        };
        format!("0x{first}{}{rest}p{exponent:+}", if rest.is_empty() { "" } else { "." })
    }
}

/// The first `keep` digits, rounded to even; with a digit more where that carries.
fn cut(digits: &str, keep: i64) -> String {
    let Ok(keep) = usize::try_from(keep) else { return String::new() };
    if keep >= digits.len() {
        return format!("{digits:0<keep$}");
    }
    let (kept, rest) = digits.split_at(keep);
    let tail_is_zero = rest[1..].bytes().all(|byte| byte == b'0');
    let odd = kept.bytes().last().is_some_and(|last| last % 2 == 1);
    let up = match rest.as_bytes()[0] {
        b'5' => !tail_is_zero || odd,
        digit => digit > b'5',
    };
    if !up {
        return kept.to_owned();
    }
    let mut bytes = kept.as_bytes().to_vec();
    for byte in bytes.iter_mut().rev() {
        if *byte != b'9' {
            *byte += 1;
            return String::from_utf8(bytes).unwrap_or_default();
        }
        *byte = b'0';
    }
    format!("1{}", "0".repeat(keep))
}

/// Digits and exponent of a number.
struct Digits {
    /// Without zeros in front.
    digits: Vec<u8>,
    hexadecimal: bool,
    /// By ten, or by two for hexadecimal ones.
    exponent: i64,
    /// Whether any is not 0.
    any: bool,
    /// Whether some were left out that are not 0.
    more: bool,
    len: usize,
}

impl Digits {
    fn read(bytes: &[u8], hexadecimal: bool) -> Option<Self> {
        let mut read = Self { digits: Vec::new(), hexadecimal, exponent: 0, any: false, more: false, len: 0 };
        let per_digit = if hexadecimal { 4 } else { 1 };
        let (mut seen, mut behind) = (false, false);
        for &byte in bytes {
            match byte {
                b'.' if !behind => behind = true,
                _ if byte.is_ascii_digit() || hexadecimal && byte.is_ascii_hexdigit() => {
                    seen = true;
                    read.any |= byte != b'0';
                    if read.digits.len() < MAX_DIGITS {
                        if read.any {
                            read.digits.push(byte);
                        }
                        read.exponent -= if behind { per_digit } else { 0 };
                    } else {
                        read.more |= byte != b'0';
                        read.exponent += if behind { 0 } else { per_digit };
                    }
                }
                _ => break,
            }
            read.len += 1;
        }
        if !seen {
            return None;
        }
        let mark = if hexadecimal { b'p' } else { b'e' };
        if bytes.get(read.len).is_some_and(|byte| byte.to_ascii_lowercase() == mark) {
            let mut at = read.len + 1;
            let negative = bytes.get(at) == Some(&b'-');
            at += usize::from(matches!(bytes.get(at), Some(b'-' | b'+')));
            let digits = bytes[at.min(bytes.len())..].iter().take_while(|byte| byte.is_ascii_digit());
            let (count, exponent) = digits.fold((0, 0i64), |(count, exponent), digit| {
                (count + 1, (exponent * 10 + i64::from(digit - b'0')).min(1_000_000))
            });
            if count > 0 {
                read.exponent += if negative { -exponent } else { exponent };
                read.len = at + count;
            }
        }
        Some(read)
    }

    fn value(&self, negative: bool) -> LongDouble {
        if self.digits.is_empty() {
            return LongDouble { negative, ..LongDouble::ZERO };
        }
        let infinite = LongDouble { negative, kind: Kind::Infinite };
        let size = self.digits.len() as i64 * if self.hexadecimal { 4 } else { 1 } + self.exponent;
        if size > 20_000 {
            return infinite;
        }
        if size < -20_000 {
            return LongDouble { negative, ..LongDouble::ZERO };
        }
        let mut more = self.more;
        if self.hexadecimal {
            let mut bits = 0u128;
            let mut exponent = self.exponent;
            for digit in &self.digits {
                let digit = u128::from(char::from(*digit).to_digit(16).unwrap_or(0));
                match bits >> 120 {
                    0 => bits = bits << 4 | digit,
                    _ => (exponent, more) = (exponent + 4, more || digit != 0),
                }
            }
            return LongDouble::rounded(negative, bits, exponent as i32, more);
        }
        let mut number = Natural::parse(&self.digits);
        let mut exponent = 0i32;
        let mut up = self.exponent.max(0);
        while up > 0 {
            let step = up.min(9);
            number.scale(10u32.pow(step as u32), 0);
            up -= step;
        }
        let mut down = self.exponent.min(0).unsigned_abs();
        // What is divided has enough bits for all that can be kept.
        let wanted = down as usize * 10 / 3 + 140;
        let has = number.len() * 3;
        let mut shift = wanted.saturating_sub(has);
        while shift > 0 && down > 0 {
            let step = shift.min(28);
            number.scale(1 << step, 0);
            (shift, exponent) = (shift - step, exponent - step as i32);
        }
        while down > 0 {
            let step = down.min(9);
            more |= number.shrink(10u32.pow(step as u32)) != 0;
            down -= step;
        }
        loop {
            // Down to what 128 bits hold.
            if number.len() <= 38 {
                let digits = number.digits();
                let bits = digits.bytes().fold(0u128, |bits, digit| bits * 10 + u128::from(digit - b'0'));
                return LongDouble::rounded(negative, bits, exponent, more);
            }
            let step = ((number.len() - 38) * 3).clamp(1, 28) as u32;
            more |= number.shrink(1 << step) != 0;
            exponent += step as i32;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::LongDouble;

    fn of(text: &str) -> LongDouble {
        LongDouble::read(text).value
    }

    #[test]
    fn numbers_are_read_and_written_as_x86_does() {
        assert_eq!(of("0.1").fixed(25), "0.1000000000000000000013553");
        assert_eq!(of("1e30").fixed(0), "1000000000000000000024696061952");
        assert_eq!(of("2.5").fixed(0), "2");
        assert_eq!(of("0.5").fixed(0), "0");
        assert_eq!(of("1.5").fixed(0), "2");
        assert_eq!(of("0.006").fixed(2), "0.01");
        assert_eq!(of("9.99").exponential(1), "1.0e+01");
        assert_eq!(of("0").exponential(2), "0.00e+00");
        assert_eq!(of("1e-4000").exponential(3), "1.000e-4000");
        assert_eq!(of("1e4900").exponential(3), "1.000e+4900");
        assert_eq!(of("0x1.8p1").fixed(1), "3.0");
        assert_eq!(of("1").hexadecimal(None), "0x8p-3");
        assert_eq!(of("0.1").hexadecimal(None), "0xc.ccccccccccccccdp-7");
        assert_eq!(of("1").hexadecimal(Some(2)), "0x8.00p-3");
        assert!(!of("1e5000").is_finite() && of("1e-5000").is_zero());
        for (text, len) in
            [("1e", 1), ("1e+", 1), ("0x", 1), ("0xg", 1), (" 1.5x", 4), ("x", 0), (".", 0), ("infinityx", 8)]
        {
            assert_eq!(LongDouble::read(text).len, len, "{text}");
        }
    }

    #[test]
    fn sums_and_products_are_rounded() {
        let step = of("0.0000000000000000001");
        let sum = of("1").plus(LongDouble::from_integer(6).times(step));
        assert_eq!(sum.fixed(19), "1.0000000000000000007");
        assert_eq!(of("1").plus(of("-1")).fixed(0), "0");
        assert_eq!(of("-3").plus(of("1")).fixed(0), "2");
        assert!(of("-3").plus(of("1")).negative);
        assert!(of("1").compare(of("1.0000001")).is_some_and(std::cmp::Ordering::is_lt));
    }
}
