//! `head`: the first lines or bytes of files, devices and pipes, piece by piece.

use crate::programs::command::{Command, CommandContext, CommandStatus, Result};
use async_trait::async_trait;

use super::getopt::{Given, Known};
use super::live::{Stop, complain, read_options, stopped, write};
use super::part::{self, Held, Unit};
use super::quoting;
use super::source::Source;
use crate::limits::PIECE_BYTES;

pub(super) struct Head;

const KNOWN: Known = Known {
    letters: "c:n:qvz",
    long: &[
        ("bytes", 'c'),
        ("lines", 'n'),
        ("quiet", 'q'),
        ("silent", 'q'),
        ("verbose", 'v'),
        ("zero-terminated", 'z'),
    ],
};

struct Wish {
    unit: Unit,
    count: u64,
    /// All but the last `count` units, instead of the first.
    all_but: bool,
    end: u8,
    headers: Option<bool>,
}

fn wish(given: &Given) -> std::result::Result<Wish, String> {
    let mut wish = Wish { unit: Unit::Lines, count: 10, all_but: false, end: b'\n', headers: None };
    for (letter, value) in &given.options {
        match letter {
            'c' | 'n' => {
                wish.unit = if *letter == 'c' { Unit::Bytes } else { Unit::Lines };
                let (sign, count) = part::count(value)
                    .ok_or_else(|| format!("invalid number of {}: '{value}'", wish.unit.name()))?;
                (wish.count, wish.all_but) = (count, sign == Some('-'));
            }
            'q' => wish.headers = Some(false),
            'v' => wish.headers = Some(true),
            _ => wish.end = b'\0',
        }
    }
    Ok(wish)
}

#[async_trait]
impl Command for Head {
    async fn execute(&self, ctx: CommandContext<'_>) -> Result<CommandStatus> {
        let args = with_counts_spelled(ctx.args);
        let given = match read_options(&ctx, &args, &KNOWN, "head [OPTION]... [FILE]...").await? {
            Ok(given) => given,
            Err(ended) => return Ok(ended),
        };
        let wish = match wish(&given) {
            Ok(wish) => wish,
            Err(problem) => {
                complain(&ctx, problem).await;
                return Ok(CommandStatus::with_code(1));
            }
        };
        let mut operands = given.operands;
        if operands.is_empty() {
            operands.push("-".to_owned());
        }
        let headers = wish.headers.unwrap_or(operands.len() > 1);
        let (mut failed, mut shown) = (false, false);
        for operand in &operands {
            let opened = match operand.as_str() {
                "-" => Ok(Source::stdin(&ctx)),
                path => Source::open(&ctx, path),
            };
            let mut source = match opened {
                Ok(source) => source,
                Err(reason) => {
                    complain(
                        &ctx,
                        format!("cannot open {} for reading: {reason}", quoting::quoted_name(operand)),
                    )
                    .await;
                    failed = true;
                    continue;
                }
            };
            let copied = async {
                if headers {
                    write(&ctx, header(operand, shown).as_bytes()).await?;
                }
                copy(&ctx, &mut source, &wish).await
            };
            match copied.await {
                Ok(()) => {}
                Err(Stop::Input(reason)) => {
                    complain(&ctx, format!("error reading {}: {reason}", quoting::quoted_name(operand)))
                        .await;
                    failed = true;
                }
                Err(stop) => return stopped(&ctx, "error writing 'standard output'", stop).await,
            }
            shown = true;
        }
        Ok(CommandStatus::with_code(i32::from(failed)))
    }
}

async fn copy(ctx: &CommandContext<'_>, source: &mut Source, wish: &Wish) -> std::result::Result<(), Stop> {
    let mut left = wish.count;
    let mut unit = wish.unit;
    if wish.all_but {
        match part::start_of_last(source, wish.count, wish.unit, wish.end).await? {
            Some(start) => (left, unit) = (start, Unit::Bytes),
            None => return copy_all_but(ctx, source, wish).await,
        }
    }
    while left > 0 {
        let most = match unit {
            Unit::Bytes => usize::try_from(left).unwrap_or(PIECE_BYTES),
            Unit::Lines => PIECE_BYTES,
        };
        let bytes = source.read(most).await?;
        if bytes.is_empty() {
            break;
        }
        let (len, units) = part::first(&bytes, left, unit, wish.end);
        write(ctx, &bytes[..len]).await?;
        left -= units;
        // Whoever reads the same file next goes on where this ends.
        source.give_back(bytes.slice(len..));
    }
    Ok(())
}

async fn copy_all_but(
    ctx: &CommandContext<'_>,
    source: &mut Source,
    wish: &Wish,
) -> std::result::Result<(), Stop> {
    let mut held = Held::new(wish.count, wish.unit, wish.end);
    loop {
        let bytes = source.read(PIECE_BYTES).await?;
        if bytes.is_empty() {
            return write(ctx, &held.finish().0).await;
        }
        write(ctx, &held.push(&bytes)?).await?;
        sandbox_kernel::pause().await;
    }
}

/// What stands before each of several files.
pub(super) fn header(operand: &str, shown: bool) -> String {
    let name = if operand == "-" { "standard input" } else { operand };
    format!("{}==> {name} <==\n", if shown { "\n" } else { "" })
}

/// The old way to name a count, `-5`, in the new one, unless it is an option's value.
pub(super) fn with_counts_spelled(args: &[String]) -> Vec<String> {
    let mut out: Vec<String> = Vec::with_capacity(args.len());
    let mut operands_only = false;
    for arg in args {
        operands_only |= arg == "--";
        let is_value = out.last().is_some_and(|last| {
            matches!(last.as_str(), "--lines" | "--bytes")
                || !last.starts_with("--") && last.starts_with('-') && last.ends_with(['c', 'n'])
        });
        match arg.strip_prefix('-') {
            Some(digits)
                if !operands_only
                    && !is_value
                    && !digits.is_empty()
                    && digits.bytes().all(|byte| byte.is_ascii_digit()) =>
            {
                out.push(format!("-n{digits}"));
            }
            _ => out.push(arg.clone()),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_old_way_to_count_is_understood() {
        let spelled = |line: &str| {
            let args: Vec<String> = line.split_whitespace().map(str::to_owned).collect();
            with_counts_spelled(&args).join(" ")
        };
        assert_eq!(spelled("-3 f"), "-n3 f");
        assert_eq!(spelled("-n -3 -qc -2 -- -1"), "-n -3 -qc -2 -- -1");
    }
}
