//! Decimal numbers of any length: what `bc` and `dc` compute with.

use std::cmp::Ordering;

use super::super::live::Stop;
use super::super::number::Natural;
use sandbox_kernel::pause;

/// Digits that one number may have.
const MAX_DIGITS: usize = 4 << 20;

/// `digits / 10^scale`. A zero is never negative.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Decimal {
    pub(super) negative: bool,
    digits: Natural,
    pub(super) scale: usize,
}

impl From<u64> for Decimal {
    fn from(value: u64) -> Self {
        Self::new(false, Natural::new(value), 0)
    }
}

impl Decimal {
    fn new(negative: bool, digits: Natural, scale: usize) -> Self {
        Self { negative: negative && !digits.is_zero(), digits, scale }
    }

    pub(super) fn is_zero(&self) -> bool {
        self.digits.is_zero()
    }

    pub(super) fn negated(self) -> Self {
        Self::new(!self.negative, self.digits, self.scale)
    }

    /// Its value where it is an integer of the machine; what is behind the point is left out.
    pub(super) fn integer(&self) -> Option<i64> {
        let size = i64::try_from(self.digits.lower(self.scale).value()?).ok()?;
        Some(if self.negative { -size } else { size })
    }

    /// How many digits it has, as `bc`'s `length` counts them.
    pub(super) fn length(&self) -> usize {
        self.digits.len().max(self.scale).max(1)
    }

    /// Digits before the point, none for a number below 1.
    pub(super) fn whole_digits(&self) -> usize {
        self.digits.len().saturating_sub(self.scale)
    }

    fn at_scale(&self, scale: usize) -> Natural {
        match scale.checked_sub(self.scale) {
            Some(more) => self.digits.raise(more),
            None => self.digits.lower(self.scale - scale),
        }
    }

    /// The same with another scale; digits that go are cut off.
    pub(super) fn scaled(&self, scale: usize) -> Self {
        Self::new(self.negative, self.at_scale(scale), scale)
    }

    pub(super) fn plus(&self, other: &Self) -> Self {
        let scale = self.scale.max(other.scale);
        let (one, two) = (self.at_scale(scale), other.at_scale(scale));
        if self.negative == other.negative {
            return Self::new(self.negative, one.plus(&two), scale);
        }
        match one.cmp(&two) {
            Ordering::Less => Self::new(other.negative, two.minus(&one), scale),
            _ => Self::new(self.negative, one.minus(&two), scale),
        }
    }

    pub(super) fn minus(&self, other: &Self) -> Self {
        self.plus(&other.clone().negated())
    }

    pub(super) fn compare(&self, other: &Self) -> Ordering {
        let difference = self.minus(other);
        match (difference.is_zero(), difference.negative) {
            (true, _) => Ordering::Equal,
            (false, true) => Ordering::Less,
            (false, false) => Ordering::Greater,
        }
    }

    /// The product; `scale` is the least scale that it is cut to.
    pub(super) async fn times(&self, other: &Self, scale: usize) -> Result<Self, Stop> {
        let whole = self.scale + other.scale;
        let kept = whole.min(scale.max(self.scale).max(other.scale));
        if self.digits.len() + other.digits.len() > MAX_DIGITS {
            return Err(Stop::out_of_memory());
        }
        let product = self.digits.times(&other.digits).await.lower(whole - kept);
        Ok(Self::new(self.negative != other.negative, product, kept))
    }

    /// The quotient, cut to `scale`. Nothing by 0.
    pub(super) async fn divided(&self, divisor: &Self, scale: usize) -> Result<Option<Self>, Stop> {
        if divisor.is_zero() {
            return Ok(None);
        }
        let zeros = (scale + divisor.scale).saturating_sub(self.scale);
        if self.digits.len() + zeros > MAX_DIGITS {
            return Err(Stop::out_of_memory());
        }
        let surplus = self.scale.saturating_sub(scale + divisor.scale);
        let (quotient, _) = self.digits.raise(zeros).lower(surplus).divided(&divisor.digits).await;
        Ok(Some(Self::new(self.negative != divisor.negative, quotient, scale)))
    }

    /// Quotient, cut to `scale`, and what then is left.
    pub(super) async fn parted(&self, divisor: &Self, scale: usize) -> Result<Option<(Self, Self)>, Stop> {
        let Some(quotient) = self.divided(divisor, scale).await? else { return Ok(None) };
        let rest_scale = self.scale.max(divisor.scale + scale);
        let product = quotient.times(divisor, rest_scale).await?;
        let rest = self.minus(&product);
        Ok(Some((quotient, rest.scaled(rest_scale))))
    }

    /// A power by an integer. Nothing where 0 would be divided by.
    pub(super) async fn power(&self, exponent: i64, scale: usize) -> Result<Option<Self>, Stop> {
        let times = usize::try_from(exponent.unsigned_abs()).map_err(|_| Stop::out_of_memory())?;
        let kept = match exponent < 0 {
            true => scale,
            false => self.scale.saturating_mul(times).min(scale.max(self.scale)),
        };
        if exponent == 0 {
            return Ok(Some(Self::from(1)));
        }
        if self.is_zero() {
            return Ok((exponent > 0).then(|| Self::new(false, Natural::default(), kept)));
        }
        let (mut power, mut left) = (self.clone(), times);
        let mut found: Option<Self> = None;
        loop {
            if left % 2 == 1 {
                found = Some(match found {
                    None => power.clone(),
                    Some(found) => found.times(&power, usize::MAX).await?,
                });
            }
            left /= 2;
            if left == 0 {
                break;
            }
            power = power.times(&power, usize::MAX).await?;
            pause().await;
        }
        let found = found.unwrap_or_default();
        match exponent < 0 {
            true => Self::from(1).divided(&found, kept).await,
            false => Ok(Some(if found.scale > kept { found.scaled(kept) } else { found })),
        }
    }

    /// `self^exponent` modulo `modulus`; `exponent` is not negative, `modulus` not 0.
    pub(super) async fn power_modulo(
        &self,
        exponent: &Self,
        modulus: &Self,
        scale: usize,
    ) -> Result<Self, Stop> {
        let modulus = modulus.scaled(0);
        let wide = scale.max(self.scale);
        let rest =
            async |number: Self| Ok::<_, Stop>(number.parted(&modulus, scale).await?.unwrap_or_default().1);
        let mut power = self.clone();
        let mut found = Self::from(1);
        let mut left = exponent.digits.lower(exponent.scale);
        while !left.is_zero() {
            if left.is_odd() {
                found = rest(found.times(&power, wide).await?).await?;
            }
            power = rest(power.times(&power, wide).await?).await?;
            left.shrink(2);
            pause().await;
        }
        Ok(found)
    }

    /// The root of a number that is not negative.
    pub(super) async fn root(&self, scale: usize) -> Self {
        let scale = scale.max(self.scale);
        Self::new(false, self.at_scale(2 * scale).root().await, scale)
    }

    /// The number that `text` spells in base `base`, where capital letters are digits. `strict`: digits too large for it
    /// are its largest, but for a single one, which keeps its own value.
    pub(super) async fn parse(text: &str, base: u32, strict: bool) -> Self {
        let value = |letter: char| letter.to_digit(36).unwrap_or(0);
        let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
        if base == 10 && !text.bytes().any(|byte| byte.is_ascii_uppercase()) {
            let digits = Natural::parse(format!("{whole}{fraction}").as_bytes());
            return Self::new(false, digits, fraction.len());
        }
        if let (Some(only), 1, "") = (whole.chars().next(), whole.len(), fraction) {
            return Self::from(u64::from(value(only)));
        }
        let digit = |letter: char| value(letter).min(if strict { base - 1 } else { 35 });
        let (mut digits, mut divisor) = (Natural::default(), Natural::new(1));
        for letter in whole.chars() {
            digits.scale(base, digit(letter));
        }
        let mut behind = Natural::default();
        for letter in fraction.chars() {
            behind.scale(base, digit(letter));
            divisor.scale(base, 0);
        }
        let scale = fraction.len();
        let (behind, _) = behind.raise(scale).divided(&divisor).await;
        Self::new(false, digits.raise(scale).plus(&behind), scale)
    }

    /// Writes the number in base `base`, as both programs do. `zero`: a 0 stands before the point of a fraction.
    pub(super) async fn write(&self, out: &mut String, base: u32, zero: bool) {
        if self.negative {
            out.push('-');
        }
        if self.is_zero() {
            out.push('0');
            return;
        }
        let whole = self.digits.lower(self.scale);
        if zero && whole.is_zero() {
            out.push('0');
        }
        if base == 10 {
            let digits = self.digits.digits();
            let digits = format!("{digits:0>width$}", width = self.scale);
            let (before, behind) = digits.split_at(digits.len() - self.scale);
            out.push_str(before);
            if self.scale > 0 {
                out.extend([".", behind]);
            }
            return;
        }
        let width = (base - 1).to_string().len();
        let digit = |out: &mut String, digit: u32, spaced: bool| match base {
            ..=16 => out.extend(char::from_digit(digit, 16).map(|digit| digit.to_ascii_uppercase())),
            _ => out.push_str(&format!("{}{digit:0width$}", if spaced { " " } else { "" })),
        };
        let mut digits = Vec::new();
        let mut left = whole;
        while !left.is_zero() {
            digits.push(left.shrink(base));
            if digits.len() % 256 == 0 {
                pause().await;
            }
        }
        for value in digits.into_iter().rev() {
            digit(out, value, true);
        }
        if self.scale > 0 {
            out.push('.');
            let mut fraction = self.scaled(self.scale);
            fraction.digits = self.digits.minus(&self.digits.lower(self.scale).raise(self.scale));
            let mut shown = Natural::new(1);
            let mut spaced = false;
            while shown.len() <= self.scale {
                fraction.digits.scale(base, 0);
                let whole = fraction.digits.lower(self.scale);
                digit(out, whole.value().unwrap_or(0) as u32, spaced);
                fraction.digits = fraction.digits.minus(&whole.raise(self.scale));
                shown.scale(base, 0);
                spaced = true;
                pause().await;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Decimal;

    async fn of(text: &str) -> Decimal {
        let number = Decimal::parse(text.trim_start_matches('-'), 10, true).await;
        if text.starts_with('-') { number.negated() } else { number }
    }

    async fn shown(number: &Decimal, base: u32) -> String {
        let mut out = String::new();
        number.write(&mut out, base, false).await;
        out
    }

    #[tokio::test]
    async fn scales_are_those_of_bc() {
        let (a, b) = (of("-7.25").await, of("2.5").await);
        assert_eq!(shown(&a.plus(&b), 10).await, "-4.75");
        let product = a.times(&b, 0).await.unwrap_or_default();
        assert_eq!(shown(&product, 10).await, "-18.12");
        let quotient = a.divided(&b, 5).await.unwrap_or_default().unwrap_or_default();
        assert_eq!(shown(&quotient, 10).await, "-2.90000");
        let (_, rest) = a.parted(&b, 0).await.unwrap_or_default().unwrap_or_default();
        assert_eq!(shown(&rest, 10).await, "-2.25");
        assert_eq!(shown(&of("2").await.root(10).await, 10).await, "1.4142135623");
        let power = of("1.1").await.power(10, 5).await.unwrap_or_default().unwrap_or_default();
        assert_eq!(shown(&power, 10).await, "2.59374");
        assert_eq!(shown(&of("-255.5").await, 16).await, "-FF.8");
        assert_eq!(shown(&of("1000.25").await, 100).await, " 10 00.25");
        assert_eq!(shown(&of("0.00").await, 10).await, "0");
    }
}
