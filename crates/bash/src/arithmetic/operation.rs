//! What operators do.

use super::evaluate::{Evaluator, Value};
use super::lexer::Operator;

impl Evaluator<'_> {
    /// The result of an operation. `divisor_at`: where its right side begins.
    pub(super) fn apply(
        &self,
        operator: Operator,
        left: i64,
        right: i64,
        divisor_at: Option<usize>,
    ) -> Value {
        Ok(match operator {
            Operator::Or => i64::from(left != 0 || right != 0),
            Operator::And => i64::from(left != 0 && right != 0),
            Operator::BitOr => left | right,
            Operator::BitXor => left ^ right,
            Operator::BitAnd => left & right,
            Operator::Equal => i64::from(left == right),
            Operator::Unequal => i64::from(left != right),
            Operator::LessOrEqual => i64::from(left <= right),
            Operator::GreaterOrEqual => i64::from(left >= right),
            Operator::Less => i64::from(left < right),
            Operator::Greater => i64::from(left > right),
            Operator::ShiftLeft => left.wrapping_shl(right as u32),
            Operator::ShiftRight => left.wrapping_shr(right as u32),
            Operator::Plus => left.wrapping_add(right),
            Operator::Minus => left.wrapping_sub(right),
            Operator::Times => left.wrapping_mul(right),
            Operator::Divide | Operator::Modulo if right == 0 => {
                if self.skipping == 0 {
                    let at = divisor_at.unwrap_or(self.token_at);
                    let blanks =
                        self.text[at..].bytes().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
                    return Err(self.wrong_from("division by 0", at + blanks));
                }
                0
            }
            Operator::Divide => left.wrapping_div(right),
            Operator::Modulo => left.wrapping_rem(right),
            Operator::Power if right < 0 => return Err(self.wrong("exponent less than 0")),
            Operator::Power => power(left, right),
        })
    }
}

fn power(base: i64, exponent: i64) -> i64 {
    let (mut base, mut exponent, mut value) = (base, exponent, 1i64);
    while exponent > 0 {
        if exponent & 1 == 1 {
            value = value.wrapping_mul(base);
        }
        base = base.wrapping_mul(base);
        exponent >>= 1;
    }
    value
}
