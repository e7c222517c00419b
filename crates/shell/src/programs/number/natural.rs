//! Natural numbers of any length.

use std::cmp::Ordering;

use sandbox_kernel::pause;

const BASE: u64 = 1_000_000_000;
/// Decimal digits in one place.
const DIGITS: usize = 9;
/// Steps of a long computation between two turns of others.
const STEPS: usize = 1 << 19;

/// A natural number in base 10⁹, the lowest place first, without zeros at the end.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(in crate::programs) struct Natural(Vec<u32>);

impl Natural {
    pub(in crate::programs) fn new(value: u64) -> Self {
        let places = [value % BASE, value / BASE % BASE, value / BASE / BASE];
        Self(places.map(|place| place as u32).to_vec()).trimmed()
    }

    /// The number that decimal digits spell; anything else counts as 0.
    pub(in crate::programs) fn parse(digits: &[u8]) -> Self {
        let digit = |byte: &u8| if byte.is_ascii_digit() { u32::from(byte - b'0') } else { 0 };
        let place = |digits: &[u8]| digits.iter().fold(0, |place, byte| place * 10 + digit(byte));
        Self(digits.rchunks(DIGITS).map(place).collect()).trimmed()
    }

    fn trimmed(mut self) -> Self {
        while self.0.last() == Some(&0) {
            self.0.pop();
        }
        self
    }

    pub(in crate::programs) fn is_zero(&self) -> bool {
        self.0.is_empty()
    }

    pub(in crate::programs) fn is_odd(&self) -> bool {
        self.0.first().is_some_and(|place| place % 2 == 1)
    }

    /// Decimal digits without zeros in front; none for 0.
    pub(in crate::programs) fn digits(&self) -> String {
        let mut text = String::with_capacity(self.0.len() * DIGITS);
        for place in self.0.iter().rev() {
            match text.is_empty() {
                true => text.push_str(&place.to_string()),
                false => text.push_str(&format!("{place:09}")),
            }
        }
        text
    }

    /// How many decimal digits it has; none for 0.
    pub(in crate::programs) fn len(&self) -> usize {
        let Some(last) = self.0.last() else { return 0 };
        (self.0.len() - 1) * DIGITS + last.ilog10() as usize + 1
    }

    /// Its value where that fits.
    pub(in crate::programs) fn value(&self) -> Option<u64> {
        self.0
            .iter()
            .rev()
            .try_fold(0u64, |value, place| value.checked_mul(BASE)?.checked_add(u64::from(*place)))
    }

    pub(in crate::programs) fn plus(&self, other: &Self) -> Self {
        let mut sum = Vec::with_capacity(self.0.len().max(other.0.len()) + 1);
        let mut carry = 0;
        for at in 0..self.0.len().max(other.0.len()) {
            let place = self.place(at) + other.place(at) + carry;
            sum.push((place % BASE) as u32);
            carry = place / BASE;
        }
        sum.push(carry as u32);
        Self(sum).trimmed()
    }

    /// What is left when a smaller number is taken away.
    pub(in crate::programs) fn minus(&self, smaller: &Self) -> Self {
        let mut rest = Vec::with_capacity(self.0.len());
        let mut borrow = 0;
        for at in 0..self.0.len() {
            let place = self.place(at) + BASE - smaller.place(at) - borrow;
            rest.push((place % BASE) as u32);
            borrow = u64::from(place < BASE);
        }
        Self(rest).trimmed()
    }

    fn place(&self, at: usize) -> u64 {
        self.0.get(at).copied().map_or(0, u64::from)
    }

    /// Multiplies by a small number and adds one.
    pub(in crate::programs) fn scale(&mut self, factor: u32, plus: u32) {
        let mut carry = u64::from(plus);
        for place in &mut self.0 {
            let product = u64::from(*place) * u64::from(factor) + carry;
            *place = (product % BASE) as u32;
            carry = product / BASE;
        }
        while carry > 0 {
            self.0.push((carry % BASE) as u32);
            carry /= BASE;
        }
        *self = std::mem::take(self).trimmed();
    }

    /// Divides by a small number and gives the rest.
    pub(in crate::programs) fn shrink(&mut self, divisor: u32) -> u32 {
        let mut rest = 0;
        for place in self.0.iter_mut().rev() {
            let dividend = rest * BASE + u64::from(*place);
            *place = (dividend / u64::from(divisor)) as u32;
            rest = dividend % u64::from(divisor);
        }
        *self = std::mem::take(self).trimmed();
        rest as u32
    }

    /// Multiplies by a power of ten.
    pub(in crate::programs) fn raise(&self, zeros: usize) -> Self {
        if self.is_zero() {
            return Self::default();
        }
        let mut places = vec![0; zeros / DIGITS];
        let mut high = self.clone();
        high.scale(10u32.pow((zeros % DIGITS) as u32), 0);
        places.append(&mut high.0);
        Self(places)
    }

    /// Divides by a power of ten, without the rest.
    pub(in crate::programs) fn lower(&self, digits: usize) -> Self {
        let mut low = Self(self.0.get(digits / DIGITS..).unwrap_or_default().to_vec());
        low.shrink(10u32.pow((digits % DIGITS) as u32));
        low
    }

    pub(in crate::programs) async fn times(&self, other: &Self) -> Self {
        let mut product = vec![0u32; self.0.len() + other.0.len()];
        let mut steps = 0;
        for (at, one) in self.0.iter().enumerate() {
            let mut carry = 0;
            for (on, other) in other.0.iter().enumerate() {
                let place = u64::from(*one) * u64::from(*other) + u64::from(product[at + on]) + carry;
                product[at + on] = (place % BASE) as u32;
                carry = place / BASE;
            }
            product[at + other.0.len()] = carry as u32;
            turn(&mut steps, other.0.len()).await;
        }
        Self(product).trimmed()
    }

    /// Divides by `divisor`, which is not 0: the quotient and the rest.
    pub(in crate::programs) async fn divided(&self, divisor: &Self) -> (Self, Self) {
        if let [small] = divisor.0[..] {
            let mut quotient = self.clone();
            let rest = quotient.shrink(small);
            return (quotient, Self::new(u64::from(rest)));
        }
        if (*self).cmp(divisor).is_lt() || divisor.is_zero() {
            return (Self::default(), self.clone());
        }
        // Both times a factor that makes the divisor's first place large, so that the first two places tell the
        // quotient's place to within two.
        let factor = (BASE / (u64::from(divisor.0[divisor.0.len() - 1]) + 1)) as u32;
        let (mut rest, mut by) = (self.clone(), divisor.clone());
        rest.scale(factor, 0);
        by.scale(factor, 0);
        let (mut rest, by) = (rest.0, by.0);
        let n = by.len();
        rest.resize(rest.len().max(self.0.len()) + 1, 0);
        let mut quotient = vec![0u32; rest.len() - n];
        let mut steps = 0;
        for at in (0..rest.len() - n).rev() {
            let two = u64::from(rest[at + n]) * BASE + u64::from(rest[at + n - 1]);
            let mut guess = (two / u64::from(by[n - 1])).min(BASE - 1);
            let mut left = two - guess * u64::from(by[n - 1]);
            while left < BASE && guess * u64::from(by[n - 2]) > left * BASE + u64::from(rest[at + n - 2]) {
                guess -= 1;
                left += u64::from(by[n - 1]);
            }
            let mut borrow = 0u64;
            for on in 0..n {
                let product = guess * u64::from(by[on]) + borrow;
                let low = product % BASE;
                let place = u64::from(rest[at + on]);
                rest[at + on] = ((place + BASE - low) % BASE) as u32;
                borrow = product / BASE + u64::from(place < low);
            }
            let high = u64::from(rest[at + n]);
            rest[at + n] = high.saturating_sub(borrow) as u32;
            if high < borrow {
                guess -= 1;
                let mut carry = 0;
                for on in 0..n {
                    let place = u64::from(rest[at + on]) + u64::from(by[on]) + carry;
                    rest[at + on] = (place % BASE) as u32;
                    carry = place / BASE;
                }
            }
            quotient[at] = guess as u32;
            turn(&mut steps, n).await;
        }
        let mut rest = Self(rest).trimmed();
        rest.shrink(factor);
        (Self(quotient).trimmed(), rest)
    }

    /// The root, without what is behind the point.
    pub(in crate::programs) async fn root(&self) -> Self {
        if self.is_zero() {
            return Self::default();
        }
        // Newton's method from above: each guess is nearer, until the next is not.
        let mut guess = Self::new(1).raise(self.len().div_ceil(2));
        loop {
            let (quotient, _) = self.divided(&guess).await;
            let mut next = guess.plus(&quotient);
            next.shrink(2);
            if next.cmp(&guess).is_ge() {
                return guess;
            }
            guess = next;
        }
    }
}

impl Ord for Natural {
    fn cmp(&self, other: &Self) -> Ordering {
        let places = || self.0.iter().rev().cmp(other.0.iter().rev());
        self.0.len().cmp(&other.0.len()).then_with(places)
    }
}

impl PartialOrd for Natural {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// Gives others their turn when enough was done.
async fn turn(steps: &mut usize, done: usize) {
    *steps += done;
    if *steps > STEPS {
        *steps = 0;
        pause().await;
    }
}

#[cfg(test)]
mod tests {
    use super::Natural;

    fn natural(text: &str) -> Natural {
        Natural::parse(text.as_bytes())
    }

    #[tokio::test]
    async fn long_numbers_are_computed_exactly() {
        let a = natural("123456789012345678901234567890");
        let b = natural("987654321098765432109876543210");
        assert_eq!(a.plus(&b).digits(), "1111111110111111111011111111100");
        assert_eq!(b.minus(&a).digits(), "864197532086419753208641975320");
        let product = a.times(&b).await;
        assert_eq!(product.digits(), "121932631137021795226185032733622923332237463801111263526900");
        assert_eq!(product.divided(&a).await, (b.clone(), Natural::default()));
        assert_eq!(product.root().await.digits(), "349188532367576176715724425687");
        assert_eq!(a.raise(12).lower(12), a);
        assert_eq!(a.len(), 30);
    }

    /// Division is multiplication backwards, where places are at their ends too.
    #[tokio::test]
    async fn quotients_times_divisors_are_dividends() {
        let parts = ["0", "1", "000000000", "999999999", "000000001", "500000000", "999999998"];
        let mut seed = 1u32;
        let mut any = |places: usize| {
            let text: String = (0..places)
                .map(|_| {
                    seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                    parts[(seed >> 16) as usize % parts.len()]
                })
                .collect();
            natural(&text)
        };
        for round in 0..2000 {
            let (dividend, divisor) = (any(round % 9), any(1 + round % 5));
            if divisor.is_zero() {
                continue;
            }
            let (quotient, rest) = dividend.divided(&divisor).await;
            assert!(rest < divisor);
            assert_eq!(quotient.times(&divisor).await.plus(&rest), dividend);
        }
    }
}
