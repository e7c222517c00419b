//! Reckoning with numbers, and comparing.

use std::cmp::Ordering;

use super::code::{Arithmetic, Comparison};
use super::dialect::Dialect;
use super::machine::{Done, Failure, Machine};
use super::number;
use super::value::Value;

impl Machine {
    pub(super) fn calculate(&self, operator: Arithmetic, a: f64, b: f64) -> Done<f64> {
        let outcome = match operator {
            Arithmetic::Add => a + b,
            Arithmetic::Subtract => a - b,
            Arithmetic::Multiply => a * b,
            Arithmetic::Divide | Arithmetic::Modulo if b == 0.0 && self.dialect == Dialect::Gawk => {
                let shown = if operator == Arithmetic::Modulo { " in `%'" } else { "" };
                return Err(Failure::Plain(format!("fatal: division by zero attempted{shown}")));
            }
            Arithmetic::Divide => a / b,
            Arithmetic::Modulo => a % b,
            Arithmetic::Power => power(a, b),
        };
        Ok(number::settled(outcome, a, b))
    }

    pub(super) fn compare(&self, comparison: Comparison, left: &Value, right: &Value) -> bool {
        holds(comparison, left.compare(right, &self.settings.conversion))
    }
}

pub(super) fn holds(comparison: Comparison, order: Ordering) -> bool {
    match comparison {
        Comparison::Less => order.is_lt(),
        Comparison::LessEqual => order.is_le(),
        Comparison::Equal => order.is_eq(),
        Comparison::NotEqual => order.is_ne(),
        Comparison::Greater => order.is_gt(),
        Comparison::GreaterEqual => order.is_ge(),
    }
}

/// The outcome of what is reckoned at once; none where more is to be looked at.
pub(super) fn simple(operator: Arithmetic, a: f64, b: f64) -> Option<f64> {
    /// Integers up to here are exact.
    const EXACT: f64 = 9e15;
    let outcome = match operator {
        Arithmetic::Add => a + b,
        Arithmetic::Subtract => a - b,
        Arithmetic::Multiply => a * b,
        Arithmetic::Divide if b != 0.0 => a / b,
        Arithmetic::Modulo if b != 0.0 && a.abs() < EXACT && b.abs() < EXACT => {
            let (whole, by) = (a as i64, b as i64);
            if whole as f64 != a || by as f64 != b {
                return None;
            }
            (whole % by) as f64
        }
        _ => return None,
    };
    (!outcome.is_nan()).then_some(outcome)
}

/// Integer powers by multiplication, which is exact for what fits.
fn power(a: f64, b: f64) -> f64 {
    if b.trunc() == b && (0.0..1024.0).contains(&b) { a.powi(b as i32) } else { a.powf(b) }
}
