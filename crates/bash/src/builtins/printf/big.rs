//! Whole numbers of any size: as much of them as exact decimals of floating point numbers need.

use std::cmp::Ordering;

/// A whole number; its lowest 32 bits first, without zeros at the end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Big(Vec<u32>);

impl Big {
    pub(super) fn new(value: u64) -> Self {
        let mut big = Self(vec![value as u32, (value >> 32) as u32]);
        big.trim();
        big
    }

    fn trim(&mut self) {
        while self.0.last() == Some(&0) {
            self.0.pop();
        }
    }

    pub(super) fn is_zero(&self) -> bool {
        self.0.is_empty()
    }

    /// How many bits it has.
    pub(super) fn bits(&self) -> i64 {
        self.0.last().map_or(0, |top| self.0.len() as i64 * 32 - i64::from(top.leading_zeros()))
    }

    /// Times `factor`, and `carry` added.
    pub(super) fn multiply(&mut self, factor: u32, carry: u32) {
        let mut carry = u64::from(carry);
        for digit in &mut self.0 {
            carry += u64::from(*digit) * u64::from(factor);
            *digit = carry as u32;
            carry >>= 32;
        }
        if carry > 0 {
            self.0.push(carry as u32);
        }
    }

    /// Times `base` to the power of `exponent`.
    pub(super) fn multiply_power(&mut self, base: u32, exponent: u64) {
        // The greatest power that fits is taken as often as it can be.
        let (mut step, mut factor) = (1, base);
        while let Some(next) = factor.checked_mul(base) {
            (step, factor) = (step + 1, next);
        }
        for _ in 0..exponent / step {
            self.multiply(factor, 0);
        }
        self.multiply(base.pow((exponent % step) as u32), 0);
    }

    /// Times 2 to the power of `bits`.
    pub(super) fn shift_left(&mut self, bits: u64) {
        self.multiply(1 << (bits % 32), 0);
        if !self.is_zero() {
            self.0.splice(0..0, std::iter::repeat_n(0, (bits / 32) as usize));
        }
    }

    fn halve(&mut self) {
        let mut carry = 0;
        for digit in self.0.iter_mut().rev() {
            (*digit, carry) = (*digit >> 1 | carry, *digit << 31);
        }
        self.trim();
    }

    fn compare(&self, other: &Self) -> Ordering {
        self.0.len().cmp(&other.0.len()).then_with(|| self.0.iter().rev().cmp(other.0.iter().rev()))
    }

    /// Takes a number away that is not greater.
    fn subtract(&mut self, other: &Self) {
        let mut borrow = 0i64;
        for (at, digit) in self.0.iter_mut().enumerate() {
            let difference = i64::from(*digit) - i64::from(other.0.get(at).copied().unwrap_or(0)) + borrow;
            *digit = difference as u32;
            borrow = difference >> 32;
        }
        self.trim();
    }

    /// The quotient, which must have at most `bits` bits, and whether something is left.
    pub(super) fn divide(mut self, mut by: Self, bits: u32) -> (u128, bool) {
        by.shift_left(u64::from(bits));
        let mut quotient = 0;
        for _ in 0..bits {
            by.halve();
            quotient <<= 1;
            if self.compare(&by) != Ordering::Less {
                self.subtract(&by);
                quotient |= 1;
            }
        }
        (quotient, !self.is_zero())
    }

    /// Its decimal digits; none for zero.
    pub(super) fn digits(mut self) -> Vec<u8> {
        const STEP: u64 = 1_000_000_000;
        let mut reversed = Vec::with_capacity(self.0.len() * 10);
        while !self.is_zero() {
            let mut rest = 0;
            for digit in self.0.iter_mut().rev() {
                rest = rest << 32 | u64::from(*digit);
                *digit = (rest / STEP) as u32;
                rest %= STEP;
            }
            self.trim();
            for _ in 0..9 {
                reversed.push((rest % 10) as u8);
                rest /= 10;
            }
        }
        while reversed.last() == Some(&0) {
            reversed.pop();
        }
        reversed.reverse();
        reversed
    }
}
