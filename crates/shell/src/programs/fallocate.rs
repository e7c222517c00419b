//! `fallocate`: takes space for files without writing them.

use crate::programs::command::{Command, CommandContext, CommandStatus, Result};
use async_trait::async_trait;

use super::getopt::{Given, Known};
use super::live::{complain, read_options};
use super::quantity;

pub(super) struct Fallocate;

const KNOWN: Known = Known {
    letters: "l:o:vxncdipz",
    long: &[
        ("length", 'l'),
        ("offset", 'o'),
        ("verbose", 'v'),
        ("posix", 'x'),
        ("keep-size", 'n'),
        ("collapse-range", 'c'),
        ("dig-holes", 'd'),
        ("insert-range", 'i'),
        ("punch-hole", 'p'),
        ("zero-range", 'z'),
    ],
};

/// Taking space beyond the end, and taking parts out, are things that the filesystem here cannot do.
const UNSUPPORTED: &[char] = &['n', 'c', 'd', 'i', 'p', 'z'];

struct Wish {
    offset: u64,
    length: u64,
    verbose: bool,
}

fn wish(given: &Given) -> std::result::Result<Wish, String> {
    let (mut offset, mut length, mut verbose) = (0, None, false);
    for (letter, value) in &given.options {
        match letter {
            'l' => {
                let parsed = quantity::parse(value);
                length = Some(parsed.ok_or_else(|| format!("failed to parse length: '{value}'"))?);
            }
            'o' => {
                offset =
                    quantity::parse(value).ok_or_else(|| format!("failed to parse offset: '{value}'"))?;
            }
            'v' => verbose = true,
            letter if UNSUPPORTED.contains(letter) => {
                return Err("fallocate failed: Operation not supported".to_owned());
            }
            _ => {}
        }
    }
    match length {
        None => Err("no length argument specified".to_owned()),
        Some(0) => Err("invalid length value specified".to_owned()),
        Some(length) => Ok(Wish { offset, length, verbose }),
    }
}

#[async_trait]
impl Command for Fallocate {
    async fn execute(&self, ctx: CommandContext<'_>) -> Result<CommandStatus> {
        let run = ctx.run.clone();
        let given = match read_options(&ctx, ctx.args, &KNOWN, "fallocate -l LENGTH FILE").await? {
            Ok(given) => given,
            Err(ended) => return Ok(ended),
        };
        let done = match (wish(&given), &given.operands[..]) {
            (Err(problem), _) => Err(problem),
            (Ok(_), []) => Err("no filename specified".to_owned()),
            (Ok(_), [_, _, ..]) => Err("unexpected number of arguments".to_owned()),
            (Ok(wish), [operand]) => {
                let (files, now) = (&run.files, run.host.now());
                let path = ctx.cwd.join(operand).to_string_lossy().into_owned();
                match files.append(&path, "", now) {
                    Err(error) => Err(format!("cannot open {operand}: {error}")),
                    Ok(()) => files
                        .allocate(&path, wish.offset, wish.length, now)
                        .map(|()| wish.verbose.then(|| report(operand, &wish)))
                        .map_err(|error| format!("fallocate failed: {error}")),
                }
            }
        };
        match done {
            Ok(Some(report)) => {
                ctx.stdout.write_all(report.as_bytes()).await.map(|()| CommandStatus::success())
            }
            Ok(None) => Ok(CommandStatus::success()),
            Err(problem) => {
                complain(&ctx, problem).await;
                Ok(CommandStatus::with_code(1))
            }
        }
    }
}

fn report(operand: &str, wish: &Wish) -> String {
    let size = super::df::human_size(wish.length);
    format!("{operand}: {size} ({} bytes) allocated.\n", wish.length)
}
