//! `tail`: the last lines or bytes of files and pipes, piece by piece, and with `-f` what is added to files later.

use std::time::Duration;

use crate::programs::command::{Command, CommandContext, CommandStatus, Result};
use async_trait::async_trait;

use super::getopt::{Given, Known};
use super::head::{header, with_counts_spelled};
use super::interval;
use super::live::{Stop, complain, read_options, stopped, write};
use super::part::{self, Held, Unit};
use super::quoting;
use super::source::Source;
use crate::limits::PIECE_BYTES;
use crate::programs::command::Run;
use sandbox_kernel::Pid;
use sandbox_kernel::pause;

pub(super) struct Tail;

const KNOWN: Known = Known {
    letters: "c:n:qvzfFs:",
    long: &[
        ("bytes", 'c'),
        ("lines", 'n'),
        ("quiet", 'q'),
        ("silent", 'q'),
        ("verbose", 'v'),
        ("zero-terminated", 'z'),
        ("follow", 'f'),
        ("retry", 'F'),
        ("sleep-interval", 's'),
        ("pid=", 'p'),
    ],
};

struct Wish {
    unit: Unit,
    count: u64,
    /// From unit `count` on, instead of the last `count` units.
    from: bool,
    end: u8,
    headers: Option<bool>,
    follow: bool,
    interval: Duration,
    /// Following ends with the last of them.
    pids: Vec<Pid>,
}

fn wish(given: &Given) -> std::result::Result<Wish, String> {
    let interval = Duration::from_secs(1);
    let (unit, end) = (Unit::Lines, b'\n');
    let mut wish =
        Wish { unit, count: 10, from: false, end, headers: None, follow: false, interval, pids: Vec::new() };
    for (letter, value) in &given.options {
        match letter {
            'c' | 'n' => {
                wish.unit = if *letter == 'c' { Unit::Bytes } else { Unit::Lines };
                let (sign, count) = part::count(value)
                    .ok_or_else(|| format!("invalid number of {}: '{value}'", wish.unit.name()))?;
                (wish.count, wish.from) = (count, sign == Some('+'));
            }
            'q' => wish.headers = Some(false),
            'v' => wish.headers = Some(true),
            'f' | 'F' => wish.follow = true,
            's' => {
                let seconds = interval::parse(value);
                wish.interval = seconds.ok_or_else(|| format!("invalid number of seconds: '{value}'"))?;
            }
            'p' => {
                let pid = value.parse().map_err(|_| format!("invalid PID: '{value}'"))?;
                wish.pids.push(pid);
            }
            _ => wish.end = b'\0',
        }
    }
    Ok(wish)
}

#[async_trait]
impl Command for Tail {
    async fn execute(&self, ctx: CommandContext<'_>) -> Result<CommandStatus> {
        let run = ctx.run.clone();
        let args = with_counts_spelled(ctx.args);
        let given = match read_options(&ctx, &args, &KNOWN, "tail [OPTION]... [FILE]...").await? {
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
        if !wish.follow && !wish.pids.is_empty() {
            complain(&ctx, "warning: PID ignored; --pid=PID is useful only when following").await;
        }
        let mut operands = given.operands;
        if operands.is_empty() {
            operands.push("-".to_owned());
        }
        let headers = wish.headers.unwrap_or(operands.len() > 1);
        let (mut failed, mut shown) = (false, false);
        let mut followed = Vec::new();
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
            if let (Source::File(part), true) = (source, wish.follow) {
                let path = run.process.absolute(operand);
                followed.push(Followed { operand, path, at: part.end });
            }
        }
        if wish.follow && followed.is_empty() && failed {
            complain(&ctx, "no files remaining").await;
        }
        if !followed.is_empty()
            && let Err(stop) = follow(&ctx, &run, &wish, headers, followed).await
        {
            return stopped(&ctx, "error writing 'standard output'", stop).await;
        }
        Ok(CommandStatus::with_code(i32::from(failed)))
    }
}

async fn copy(ctx: &CommandContext<'_>, source: &mut Source, wish: &Wish) -> std::result::Result<(), Stop> {
    if wish.from {
        return copy_from(ctx, source, wish).await;
    }
    match part::start_of_last(source, wish.count, wish.unit, wish.end).await? {
        Some(start) => {
            source.skip(start);
            copy_rest(ctx, source).await
        }
        None => {
            let mut held = Held::new(wish.count, wish.unit, wish.end);
            loop {
                let bytes = source.read(PIECE_BYTES).await?;
                if bytes.is_empty() {
                    return write(ctx, &held.finish().1).await;
                }
                held.push(&bytes)?;
                pause().await;
            }
        }
    }
}

async fn copy_from(
    ctx: &CommandContext<'_>,
    source: &mut Source,
    wish: &Wish,
) -> std::result::Result<(), Stop> {
    // Units are counted from 1.
    let mut left = wish.count.saturating_sub(1);
    if wish.unit == Unit::Bytes {
        left = source.skip(left);
    }
    while left > 0 {
        let bytes = source.read(PIECE_BYTES).await?;
        if bytes.is_empty() {
            return Ok(());
        }
        let (len, units) = part::first(&bytes, left, wish.unit, wish.end);
        write(ctx, &bytes[len..]).await?;
        left -= units;
        pause().await;
    }
    copy_rest(ctx, source).await
}

async fn copy_rest(ctx: &CommandContext<'_>, source: &mut Source) -> std::result::Result<(), Stop> {
    loop {
        let bytes = source.read(PIECE_BYTES).await?;
        if bytes.is_empty() {
            return Ok(());
        }
        write(ctx, &bytes).await?;
    }
}

/// A file that is watched for what is added to it.
struct Followed<'a> {
    operand: &'a str,
    path: String,
    at: u64,
}

/// Writes what is added to files, for ever.
async fn follow(
    ctx: &CommandContext<'_>,
    run: &Run,
    wish: &Wish,
    headers: bool,
    mut followed: Vec<Followed<'_>>,
) -> std::result::Result<(), Stop> {
    let files = run.files.clone();
    let watches = !wish.pids.is_empty();
    let mut last_shown = followed.last().map(|followed| followed.path.clone());
    loop {
        // What was written before the last of them ended is still to be shown.
        let all_gone = watches && !wish.pids.iter().any(|pid| run.kernel().signal(*pid, 0).is_ok());
        if !all_gone {
            run.sleep(wish.interval).await;
        }
        for file in &mut followed {
            // One that is gone may come again.
            let Ok(stat) = files.stat(&file.path) else { continue };
            if stat.size < file.at {
                complain(ctx, format!("{}: file truncated", quoting::name(file.operand))).await;
                file.at = 0;
            }
            if stat.size == file.at {
                continue;
            }
            if headers && last_shown.as_ref() != Some(&file.path) {
                write(ctx, header(file.operand, true).as_bytes()).await?;
                last_shown = Some(file.path.clone());
            }
            let Ok(opened) = run.open(&file.path) else { continue };
            copy_rest(ctx, &mut Source::part(&ctx.run, opened, file.at, stat.size)).await?;
            file.at = stat.size;
        }
        if all_gone {
            return Ok(());
        }
        pause().await;
    }
}
