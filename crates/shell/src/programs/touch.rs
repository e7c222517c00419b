//! `touch`.

use crate::programs::command::{Command, CommandContext, CommandStatus, Result};
use async_trait::async_trait;
use sandbox_fs::{Errno, OpenFlags, Timestamp};

use super::date::{Zone, parse};
use super::getopt::{Given, Known};
use super::live::misused;
use super::quoting::{quoted_name, value};
use super::tool::{Tool, Worked, begin};

pub(super) struct Touch;

const KNOWN: Known = Known {
    letters: "acd:fhmr:t:",
    long: &[("date", 'd'), ("no-create", 'c'), ("no-dereference", 'h'), ("reference", 'r'), ("time=", 'w')],
};

const NANOS: i64 = 1_000_000_000;

/// The times that files get; `None` is now.
#[derive(Clone, Copy)]
struct Times {
    access: Option<Timestamp>,
    change: Option<Timestamp>,
}

#[async_trait]
impl Command for Touch {
    async fn execute(&self, ctx: CommandContext<'_>) -> Result<CommandStatus> {
        let (mut tool, given) = begin!(ctx, &KNOWN, "touch [OPTION]... FILE...");
        let (mut access, mut change) = (given.has('a'), given.has('m'));
        for (_, text) in given.options.iter().filter(|(letter, _)| *letter == 'w') {
            match text.as_str() {
                "atime" | "access" | "use" => access = true,
                "mtime" | "modify" => change = true,
                _ => {
                    return misused(
                        &tool.ctx,
                        format!(
                            "invalid argument {} for '--time'\nValid arguments are:\n  - 'atime', 'access', 'use'\n  \
                             - 'mtime', 'modify'",
                            value(text)
                        ),
                    )
                    .await;
                }
            }
        }
        if !access && !change {
            (access, change) = (true, true);
        }
        if given.has('t') && (given.has('d') || given.has('r')) {
            return misused(&tool.ctx, "cannot specify times from more than one source").await;
        }
        let times = match times(&tool, &given) {
            Ok(times) => times,
            Err(problem) => {
                let told = tool.problem(problem).await;
                return tool.end(told).await;
            }
        };
        if given.operands.is_empty() {
            return misused(&tool.ctx, "missing file operand").await;
        }
        let mut worked = Ok(());
        for operand in &given.operands {
            worked = touch(&mut tool, &given, operand, times, (access, change)).await;
            if worked.is_err() {
                break;
            }
        }
        tool.end(worked).await
    }
}

fn times(tool: &Tool<'_>, given: &Given) -> std::result::Result<Times, String> {
    let mut times = Times { access: None, change: None };
    if let Some(reference) = given.value('r') {
        let (files, path) = (tool.files(), tool.path(reference));
        let found = if given.has('h') { files.lstat(&path) } else { files.stat(&path) };
        let stat = found
            .map_err(|error| format!("failed to get attributes of {}: {error}", quoted_name(reference)))?;
        times = Times { access: Some(stat.atime), change: Some(stat.mtime) };
    }
    let zone = tool.ctx.env.get("TZ").map_or_else(Zone::utc, |name| Zone::named(name));
    if let Some(text) = given.value('d') {
        let invalid = || format!("invalid date format {}", quoted_name(text));
        let read = |from: Option<Timestamp>| {
            let from = from.unwrap_or_else(|| tool.now()).0;
            let (seconds, nanos) = parse(text, (from.div_euclid(NANOS), from.rem_euclid(NANOS)), &zone)?;
            seconds.checked_mul(NANOS)?.checked_add(nanos).map(Timestamp)
        };
        times.access = Some(read(times.access).ok_or_else(invalid)?);
        times.change = Some(read(times.change).ok_or_else(invalid)?);
    }
    if let Some(text) = given.value('t') {
        let now = (tool.now().as_secs(), 0);
        let stamp = posix_time(text, tool.now()).and_then(|date| parse(&date, now, &zone));
        let stamp = stamp.and_then(|(seconds, _)| seconds.checked_mul(NANOS)).map(Timestamp);
        let stamp = Some(stamp.ok_or_else(|| format!("invalid date format {}", quoted_name(text)))?);
        times = Times { access: stamp, change: stamp };
    }
    Ok(times)
}

/// `[[CC]YY]MMDDhhmm[.ss]` as a date that can be read.
fn posix_time(text: &str, now: Timestamp) -> Option<String> {
    let (digits, seconds) = match text.split_once('.') {
        Some((digits, seconds)) if seconds.len() == 2 => (digits, seconds),
        Some(_) => return None,
        None => (text, "00"),
    };
    if !digits.bytes().chain(seconds.bytes()).all(|digit| digit.is_ascii_digit()) {
        return None;
    }
    let (year, rest) = match digits.len() {
        8 => (super::inode::Moment::of(now).year, digits),
        10 => {
            let year: i64 = digits[..2].parse().ok()?;
            (year + if year < 69 { 2000 } else { 1900 }, &digits[2..])
        }
        12 => (digits[..4].parse().ok()?, &digits[4..]),
        _ => return None,
    };
    let seconds = if seconds == "60" { "59" } else { seconds };
    Some(format!("{year:04}-{}-{} {}:{}:{seconds}", &rest[..2], &rest[2..4], &rest[4..6], &rest[6..8]))
}

async fn touch(
    tool: &mut Tool<'_>,
    given: &Given,
    operand: &str,
    times: Times,
    (access, change): (bool, bool),
) -> Worked {
    tool.turn().await;
    let (files, now, path) = (tool.files(), tool.now(), tool.path(operand));
    let shown = quoted_name(operand);
    if operand == "-" {
        return Ok(());
    }
    let itself = given.has('h');
    let found = if itself { files.lstat(&path) } else { files.stat(&path) };
    if let Err(error) = found {
        if given.has('c') && error.errno == Errno::ENOENT {
            return Ok(());
        }
        if itself || error.errno == Errno::ENOTDIR && operand.ends_with('/') {
            return tool.problem(format!("setting times of {shown}: {error}")).await;
        }
        let flags = OpenFlags::WRITE | OpenFlags::CREATE;
        if let Err(error) = files.open(&path, flags, 0o666, now) {
            let errno = if error.errno == Errno::EISDIR { Errno::ENOENT } else { error.errno };
            let what = if error.errno == Errno::EISDIR { "setting times of" } else { "cannot touch" };
            return tool.problem(format!("{what} {shown}: {errno}")).await;
        }
    }
    let access = access.then(|| times.access.unwrap_or(now));
    let change = change.then(|| times.change.unwrap_or(now));
    let set = match itself {
        true => files.lset_times(&path, access, change, now),
        false => files.set_times(&path, access, change, now),
    };
    match set {
        Ok(()) => Ok(()),
        Err(error) => tool.problem(format!("setting times of {shown}: {error}")).await,
    }
}
