//! `let`

use super::options::help;
use super::outcome::{Outcome, failed};
use crate::arithmetic::ArithmeticError;
use crate::state::Shell;

/// `let`
pub(super) fn evaluate(shell: &mut Shell, args: &[String], out: &mut Vec<u8>) -> Outcome {
    let expressions = match &args[1..] {
        [first, ..] if first == "--help" => {
            help("let", out);
            return Ok(2);
        }
        [first, rest @ ..] if first == "--" => rest,
        expressions => expressions,
    };
    if expressions.is_empty() {
        return Err(failed(shell, "let: expression expected"));
    }
    let mut last = 0;
    for expression in expressions {
        last = match shell.evaluate(expression) {
            Ok(value) => value,
            Err(ArithmeticError::Unwind(unwind)) => return Err(unwind.into()),
            Err(error) => return Err(failed(shell, format!("let: {error}"))),
        };
    }
    Ok(i32::from(last == 0))
}
