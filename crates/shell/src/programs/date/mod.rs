//! `date`, on the cloud's clock.

mod civil;
mod format;
mod parse;
mod words;
mod zone;

pub(super) use civil::Civil;
use std::mem::discriminant;

use crate::programs::command::{Builtin, BuiltinContext, ExecResult, Result};
use async_trait::async_trait;
use sandbox_fs::Timestamp;

use super::getopt::{Given, Known, extra_operand};
use super::live::Stop;
use super::quoting::{name, value};
use super::source::Source;
use super::usage::{self, Ended};
use crate::programs::command::Run;
use format::Moment;
pub(super) use parse::parse;
pub(super) use zone::Zone;

/// A moment in that format, as `ls` and `find` show it.
pub(super) fn formatted(format: &str, time: Timestamp, zone: &Zone) -> String {
    let (seconds, nanos) = (time.as_secs(), time.0.rem_euclid(1_000_000_000));
    Moment { seconds, nanos, zone }.format(format)
}

pub(super) struct Date;

const KNOWN: Known = Known {
    letters: "d:f:I::r:Rs:u",
    long: &[
        ("date", 'd'),
        ("debug", 'D'),
        ("file", 'f'),
        ("iso-8601", 'I'),
        ("reference", 'r'),
        ("resolution", 'p'),
        ("rfc-2822", 'R'),
        ("rfc-3339=", '3'),
        ("rfc-822", 'R'),
        ("rfc-email", 'R'),
        ("set", 's'),
        ("uct", 'u'),
        ("universal", 'u'),
        ("utc", 'u'),
    ],
};

/// Where the times come from.
enum Times {
    Now,
    Text(String),
    /// Each line of a file.
    File(String),
    Lines(Vec<u8>),
    /// When a file was changed.
    Changed(String),
    /// What the machine's clock is to show, which nobody in a container may decide.
    Set(String),
    Resolution,
}

struct Wish {
    times: Times,
    format: String,
    zone: Zone,
}

const DEFAULT: &str = "%a %b %e %H:%M:%S %Z %Y";

const ISO: &[(&str, &str)] = &[
    ("hours", "%Y-%m-%dT%H%:z"),
    ("minutes", "%Y-%m-%dT%H:%M%:z"),
    ("date", "%Y-%m-%d"),
    ("seconds", "%Y-%m-%dT%H:%M:%S%:z"),
    ("ns", "%Y-%m-%dT%H:%M:%S,%N%:z"),
];

const RFC_3339: &[(&str, &str)] =
    &[("date", "%Y-%m-%d"), ("seconds", "%Y-%m-%d %H:%M:%S%:z"), ("ns", "%Y-%m-%d %H:%M:%S.%N%:z")];

#[async_trait]
impl Builtin for Date {
    async fn execute(&self, ctx: &BuiltinContext<'_>) -> Result<ExecResult> {
        let run = ctx.run.clone();
        Ok(match wish(ctx) {
            Ok(Wish { times: Times::File(file), format, zone }) => {
                let source = match file.as_str() {
                    "-" => Ok(Source::stdin(ctx)),
                    file => Source::open(ctx, file),
                };
                let bytes = match source {
                    Ok(mut source) => source.rest().await,
                    Err(reason) => Err(Stop::Input(reason)),
                };
                match bytes {
                    Ok(bytes) => Wish { times: Times::Lines(bytes), format, zone }.done(ctx, &run),
                    Err(Stop::Input(reason) | Stop::Output(reason)) => {
                        ExecResult::err(format!("date: {}: {reason}\n", name(&file)), 1)
                    }
                }
            }
            Ok(wish) => wish.done(ctx, &run),
            Err(result) => *result,
        })
    }
}

fn wish(ctx: &BuiltinContext<'_>) -> std::result::Result<Wish, Ended> {
    let misused = |problem: String| Ended::from(usage::error("date", problem));
    if let Some(result) = usage::asked(ctx.args, "date", HELP) {
        return Err(result.into());
    }
    let Given { options, operands, .. } = KNOWN.read(ctx.args).map_err(misused)?;
    let (mut times, mut set, mut format, mut utc) = (None, None, None, false);
    let mut formatted = |found: &str| match format.replace(found.to_owned()) {
        Some(_) => Err(Ended::from(ExecResult::err("date: multiple output formats specified\n", 1))),
        None => Ok(()),
    };
    for (letter, text) in options {
        let mut told = |found| match times.replace(found) {
            Some(former)
                if times.as_ref().is_some_and(|found| discriminant(found) != discriminant(&former)) =>
            {
                Err(misused("the options to specify dates for printing are mutually exclusive".to_owned()))
            }
            _ => Ok(()),
        };
        match letter {
            'd' => told(Times::Text(text))?,
            'f' => told(Times::File(text))?,
            'r' => told(Times::Changed(text))?,
            'p' => told(Times::Resolution)?,
            's' => set = Some(text),
            'I' => formatted(among(ISO, if text.is_empty() { "date" } else { &text }, "--iso-8601")?)?,
            '3' => formatted(among(RFC_3339, &text, "--rfc-3339")?)?,
            'R' => formatted("%a, %d %b %Y %H:%M:%S %z")?,
            'u' => utc = true,
            _ => {}
        }
    }
    if set.is_some() && times.is_some() {
        return Err(misused("the options to print and set the time may not be used together".to_owned()));
    }
    let has_date = times.is_some() || set.is_some();
    if let Some(extra) = operands.get(1) {
        return Err(misused(extra_operand(extra)));
    }
    match operands.first() {
        Some(operand) if operand.starts_with('+') => formatted(&operand[1..])?,
        Some(operand) if has_date => {
            return Err(misused(format!(
                "the argument {} lacks a leading '+';\nwhen using an option to specify date(s), any non-option\n\
                 argument must be a format string beginning with '+'",
                value(operand)
            )));
        }
        Some(operand) => set = Some(posix_date(operand).ok_or_else(|| Ended::from(invalid(operand)))?),
        None => {}
    }
    let zone = match ctx.env.get("TZ") {
        _ if utc => Zone::utc(),
        Some(text) => Zone::named(text),
        None => Zone::utc(),
    };
    let times = set.map(Times::Set).or(times).unwrap_or(Times::Now);
    Ok(Wish { times, format: format.unwrap_or_else(|| DEFAULT.to_owned()), zone })
}

/// The format that `word` names, or begins to.
fn among(
    formats: &[(&str, &'static str)],
    word: &str,
    option: &str,
) -> std::result::Result<&'static str, Ended> {
    if let Some((_, format)) = formats.iter().find(|(name, _)| !word.is_empty() && name.starts_with(word)) {
        return Ok(format);
    }
    let kind = if word.is_empty() { "ambiguous" } else { "invalid" };
    let mut problem = format!("{kind} argument {} for {}\nValid arguments are:", value(word), value(option));
    for (name, _) in formats {
        problem += &format!("\n  - '{name}'");
    }
    Err(usage::error("date", problem).into())
}

fn invalid(text: &str) -> ExecResult {
    ExecResult::err(format!("date: invalid date {}\n", value(text)), 1)
}

/// `MMDDhhmm[[CC]YY][.ss]` in words that [`parse`] reads.
fn posix_date(text: &str) -> Option<String> {
    let (digits, seconds) = text.split_once('.').unwrap_or((text, "00"));
    let fits = [8, 10, 12].contains(&digits.len()) && seconds.len() == 2;
    if !fits || !digits.bytes().chain(seconds.bytes()).all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let (date, year) = digits.split_at(8);
    let year = if year.is_empty() { String::new() } else { format!("/{year}") };
    let text = format!("{}/{}{year} {}:{}:{seconds}", &date[..2], &date[2..4], &date[4..6], &date[6..]);
    parse(&text, (0, 0), &Zone::utc()).map(|_| text)
}

impl Wish {
    fn done(&self, ctx: &BuiltinContext<'_>, run: &Run) -> ExecResult {
        let now = run.host.now();
        let now = (now.as_secs(), now.0.rem_euclid(1_000_000_000));
        let line = |(seconds, nanos)| {
            format!("{}\n", Moment { seconds, nanos, zone: &self.zone }.format(&self.format))
        };
        let read =
            |text: &str| parse(text, now, &self.zone).map(line).ok_or_else(|| Ended::from(invalid(text)));
        let whole =
            |lines: std::result::Result<String, Ended>| lines.map_or_else(|failed| *failed, ExecResult::ok);
        match &self.times {
            Times::Now => ExecResult::ok(line(now)),
            Times::Resolution => {
                let nanos = Moment { seconds: 0, nanos: 1, zone: &self.zone };
                let format = if self.format == DEFAULT { "%s.%N" } else { &self.format };
                ExecResult::ok(nanos.format(format) + "\n")
            }
            Times::Text(text) => whole(read(text)),
            Times::Set(text) => match read(text) {
                Ok(line) => {
                    let mut result = ExecResult::ok(line);
                    result.stderr = "date: cannot set date: Operation not permitted\n".into();
                    ExecResult { exit_code: 1, ..result }
                }
                Err(failed) => *failed,
            },
            Times::Changed(file) => match run.files.stat(&absolute(ctx, file)) {
                Ok(stat) => {
                    let (seconds, nanos) = (stat.mtime.as_secs(), stat.mtime.0.rem_euclid(1_000_000_000));
                    ExecResult::ok(line((seconds, nanos)))
                }
                Err(error) => ExecResult::err(format!("date: {}: {error}\n", name(file)), 1),
            },
            // Its file has been read by now.
            Times::File(_) => ExecResult::default(),
            Times::Lines(bytes) => {
                let (mut out, mut problems) = (String::new(), String::new());
                for text in String::from_utf8_lossy(bytes).lines() {
                    match parse(text, now, &self.zone) {
                        Some(moment) => out += &line(moment),
                        None => problems += &format!("date: invalid date {}\n", value(text)),
                    }
                }
                let mut result = ExecResult::ok(out);
                result.exit_code = i32::from(!problems.is_empty());
                result.stderr = problems.into();
                result
            }
        }
    }
}

fn absolute(ctx: &BuiltinContext<'_>, file: &str) -> String {
    ctx.cwd.join(file).to_string_lossy().into_owned()
}

const HELP: &str = "date [OPTION]... [+FORMAT]
  or:  date [-u|--utc|--universal] [MMDDhhmm[[CC]YY][.ss]]
Display date and time in the given FORMAT.
With -s, or with [MMDDhhmm[[CC]YY][.ss]], set the date and time.";
