//! `date`, on the cloud's clock.
//!
//! The engine's own `date` formats and parses well, but its clock stands still within one exec. Ours tells it
//! the time of this very moment and lets it do the rest.

use async_trait::async_trait;
use bashkit::{Builtin, BuiltinContext, ExecResult, ExecutionPlan, Result, SubCommand};

use sandbox_fs::Timestamp;

use super::{no_surroundings, surroundings};

/// Where the engine's own command is reached: by its file.
const ENGINES: &str = "/usr/bin/date";

pub(super) struct Date;

/// Options that already say which time is meant.
const NAMES_A_TIME: &[&str] =
    &["-d", "--date", "-r", "--reference", "-f", "--file", "-s", "--set", "--help", "--version"];

#[async_trait]
impl Builtin for Date {
    async fn execute(&self, _: BuiltinContext<'_>) -> Result<ExecResult> {
        Ok(no_surroundings())
    }

    async fn execution_plan(&self, ctx: &BuiltinContext<'_>) -> Result<Option<ExecutionPlan>> {
        let Some(run) = surroundings(ctx) else { return Ok(None) };
        let mut args = ctx.args.to_vec();
        if !args.iter().any(|arg| NAMES_A_TIME.iter().any(|option| names(arg, option))) {
            let now = run.sandbox.host.now();
            for format in args.iter_mut().filter(|arg| arg.starts_with('+')) {
                *format = with_nanos(format, now);
            }
            args.splice(0..0, ["-d".to_owned(), format!("@{}", now.as_secs())]);
        }
        let command = SubCommand { name: ENGINES.to_owned(), args, stdin: None, assignments: Vec::new() };
        Ok(Some(ExecutionPlan::Batch { commands: vec![command] }))
    }
}

/// Fills in `%N` and `%3N`, which the engine could not: it takes a time in whole seconds.
fn with_nanos(format: &str, now: Timestamp) -> String {
    let nanos = format!("{:09}", now.0.rem_euclid(1_000_000_000));
    let mut out = String::new();
    let mut rest = format;
    while let Some(at) = rest.find('%') {
        let (before, directive) = rest.split_at(at);
        out.push_str(before);
        let digits = directive[1..].bytes().take_while(u8::is_ascii_digit).count();
        let width = directive[1..1 + digits].parse::<usize>().map_or(9, |width| width.clamp(1, 9));
        match directive[1 + digits..].chars().next() {
            Some('N') => {
                out.push_str(&nanos[..width]);
                rest = &directive[2 + digits..];
            }
            // `%%` is one directive: its second half begins none.
            Some(letter) => {
                let end = 1 + digits + letter.len_utf8();
                out.push_str(&directive[..end]);
                rest = &directive[end..];
            }
            None => {
                out.push_str(directive);
                rest = "";
            }
        }
    }
    out.push_str(rest);
    out
}

/// Whether `arg` is `option`, with or without its value attached.
fn names(arg: &str, option: &str) -> bool {
    match arg.strip_prefix(option) {
        Some(rest) => rest.is_empty() || !option.starts_with("--") || rest.starts_with('='),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nanoseconds_are_filled_in() {
        let now = Timestamp(5_012_345_678);
        for (format, filled) in [
            ("+%s.%N", "+%s.012345678"),
            ("+%3N", "+012"),
            ("+%%N %Y", "+%%N %Y"),
            ("+%", "+%"),
            ("+é%6N", "+é012345"),
        ] {
            assert_eq!(with_nanos(format, now), filled);
        }
    }

    #[test]
    fn options_that_name_a_time_are_seen() {
        assert!(names("-d", "-d") && names("-dnow", "-d") && names("--date=now", "--date"));
        assert!(!names("-u", "-d") && !names("--dates", "--date") && !names("+%d", "-d"));
    }
}
