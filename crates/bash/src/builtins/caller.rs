//! `caller` and `times`

use super::numbers::integer;
use super::options::{no_options, usage};
use super::outcome::{Outcome, not_a_number};
use crate::state::Shell;
use crate::text;

/// `caller`
pub(super) fn caller(shell: &mut Shell, args: &[String], out: &mut Vec<u8>) -> Outcome {
    if shell.callers.is_empty() && shell.is_command_string {
        return Ok(1);
    }
    let operands = no_options(shell, args, out)?;
    let depth = match operands.first() {
        None => None,
        Some(written) => match integer(written) {
            Some(depth) => Some(depth),
            None => {
                not_a_number(shell, "caller", written);
                return Err(usage(shell, "caller"));
            }
        },
    };
    // A command string has no file that calls.
    let main = (!shell.is_command_string).then(|| shell.name.clone());
    let place = usize::try_from(depth.unwrap_or(0)).unwrap_or(usize::MAX);
    let callers: Vec<_> = shell.callers.iter().rev().collect();
    let line = match (callers.get(place), depth) {
        (Some(running), None) => {
            let source = callers.get(1).map(|caller| caller.source.clone()).or(main);
            format!("{} {}\n", running.called_from, source.as_deref().unwrap_or("NULL"))
        }
        (Some(running), Some(_)) => {
            let caller = callers.get(place.saturating_add(1));
            let Some(source) = caller.map(|caller| caller.source.clone()).or(main) else { return Ok(1) };
            let name = caller.map_or("main", |caller| &caller.name);
            format!("{} {name} {source}\n", running.called_from)
        }
        (None, None) if main.is_some() => "0 NULL\n".to_owned(),
        _ => return Ok(1),
    };
    out.extend_from_slice(&text::encode(&line));
    Ok(0)
}

/// `times`: nothing here takes time that is counted.
pub(super) fn times(shell: &mut Shell, args: &[String], out: &mut Vec<u8>) -> Outcome {
    no_options(shell, args, out)?;
    out.extend_from_slice(b"0m0.000s 0m0.000s\n0m0.000s 0m0.000s\n");
    Ok(0)
}
