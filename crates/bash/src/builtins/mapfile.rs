//! `mapfile` and `readarray`

use super::input::{Input, delimiter, descriptor};
use super::numbers::integer;
use super::options::Options;
use super::outcome::{Outcome, Stop, failed, is_identifier, not_an_identifier};
use super::{quoting, target};
use crate::state::Shell;
use crate::text;

/// What the options ask for.
struct Wish<'a> {
    delimiter: u8,
    /// At most so many lines; 0 for all.
    count: u64,
    origin: Option<i64>,
    skip: u64,
    strips: bool,
    callback: Option<&'a str>,
    quantum: u64,
    descriptor: i32,
}

/// `mapfile` and `readarray`
pub(super) async fn mapfile(shell: &mut Shell, args: &[String], out: &mut Vec<u8>) -> Outcome {
    let builtin = &args[0];
    let (wish, operands) = options(shell, args, out)?;
    let name = operands.first().map_or("MAPFILE", String::as_str);
    if name.is_empty() {
        return Err(failed(shell, format!("{builtin}: empty array variable name")));
    }
    if !is_identifier(name) {
        not_an_identifier(shell, builtin, name);
        return Err(Stop::Failed(1));
    }
    if wish.origin.is_none() || shell.variables.get(name).is_none() {
        target::clear_array(shell, builtin, name).map_err(|stop| match stop {
            // Nothing but the builtin ends.
            Stop::Unwind(crate::state::Unwind::Discard(status)) => Stop::Failed(status),
            stop => stop,
        })?;
    }
    let mut input = Input::open(shell, wish.descriptor).map_err(|errno| {
        failed(shell, format!("{builtin}: {}: invalid file descriptor: {errno}", wish.descriptor))
    })?;
    for _ in 0..wish.skip {
        if next(shell, builtin, &mut input, wish.delimiter).await?.is_empty() {
            break;
        }
    }
    let mut lines = 0;
    let origin = wish.origin.unwrap_or(0);
    while wish.count == 0 || lines < wish.count {
        let mut line = next(shell, builtin, &mut input, wish.delimiter).await?;
        if line.is_empty() {
            break;
        }
        if wish.strips && line.last() == Some(&wish.delimiter) {
            line.pop();
        }
        let index = origin.saturating_add_unsigned(lines);
        let line = text::decode(&line).replace('\0', "");
        lines += 1;
        if let Some(callback) = wish.callback
            && lines.is_multiple_of(wish.quantum)
        {
            let command = format!("{callback} {index} {}", quoting::single(&line));
            shell.run_text(&command, shell.line, "mapfile").await?;
        }
        shell
            .assign(name, Some(&index.to_string()), line, false)
            .map_err(|error| target::refused(shell, "", &error))?;
        shell.process.kernel.breathe().await;
    }
    Ok(0)
}

async fn next(shell: &mut Shell, builtin: &str, input: &mut Input, delimiter: u8) -> Outcome<Vec<u8>> {
    input.until(delimiter).await.map_err(|errno| failed(shell, format!("{builtin}: read error: {errno}")))
}

fn options<'a>(
    shell: &mut Shell,
    args: &'a [String],
    out: &mut Vec<u8>,
) -> Outcome<(Wish<'a>, &'a [String])> {
    const QUANTUM: u64 = 5000;
    let builtin = &args[0];
    let mut options = Options::new(args, "d:u:n:O:tC:c:s:");
    let mut wish = Wish {
        delimiter: b'\n',
        count: 0,
        origin: None,
        skip: 0,
        strips: false,
        callback: None,
        quantum: QUANTUM,
        descriptor: 0,
    };
    while let Some(option) = options.next(shell, out)? {
        let text = option.argument.unwrap_or_default();
        let number = integer(text).and_then(|number| u64::try_from(number).ok());
        let what = match (option.letter, number) {
            ('d', _) => {
                wish.delimiter = delimiter(text);
                continue;
            }
            ('t', _) => {
                wish.strips = true;
                continue;
            }
            ('C', _) => {
                wish.callback = Some(text);
                continue;
            }
            ('u', _) => {
                wish.descriptor = descriptor(shell, builtin, text)?;
                continue;
            }
            ('n', Some(count)) => {
                wish.count = count;
                continue;
            }
            ('s', Some(skip)) => {
                wish.skip = skip;
                continue;
            }
            ('O', Some(origin)) => {
                wish.origin = Some(i64::try_from(origin).unwrap_or(i64::MAX));
                continue;
            }
            ('c', Some(quantum)) if quantum > 0 => {
                wish.quantum = quantum;
                continue;
            }
            ('O', _) => "array origin",
            ('c', _) => "callback quantum",
            _ => "line count",
        };
        return Err(failed(shell, format!("{builtin}: {text}: invalid {what}")));
    }
    Ok((wish, options.operands()))
}
