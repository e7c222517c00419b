//! `shift`

use super::numbers::count;
use super::options::help;
use super::outcome::{Outcome, Stop, failed};
use crate::state::{Shell, ShoptOption};

/// `shift`
pub(super) fn shift(shell: &mut Shell, args: &[String], out: &mut Vec<u8>) -> Outcome {
    let operands = match &args[1..] {
        [first, ..] if first == "--help" => {
            help("shift", out);
            return Err(Stop::Failed(2));
        }
        [first, rest @ ..] if first == "--" => rest,
        operands => operands,
    };
    let by = count(shell, "shift", operands)?;
    match usize::try_from(by) {
        Ok(by) if by <= shell.positional.len() => {
            shell.positional.drain(..by);
            Ok(0)
        }
        Ok(_) if !shell.options.has_shopt(ShoptOption::SHIFT_VERBOSE) => Ok(1),
        _ => {
            let text = operands.first().map(|text| format!("{text}: ")).unwrap_or_default();
            Err(failed(shell, format!("shift: {text}shift count out of range")))
        }
    }
}
