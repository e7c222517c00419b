//! `truncate`: sets lengths of files. What it adds is a hole, of any size.

use crate::programs::command::{Command, CommandContext, CommandStatus, Result};
use async_trait::async_trait;
use sandbox_fs::{BLOCK_SIZE, Errno};

use super::getopt::{Given, Known};
use super::live::{complain, misused, read_options};
use super::quantity;

pub(super) struct Truncate;

const KNOWN: Known = Known {
    letters: "cor:s:",
    long: &[("no-create", 'c'), ("io-blocks", 'o'), ("reference", 'r'), ("size", 's')],
};

/// How a new length follows from the old one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Size {
    Exactly(u64),
    Longer(u64),
    Shorter(u64),
    AtMost(u64),
    AtLeast(u64),
    RoundedDown(u64),
    RoundedUp(u64),
}

impl Size {
    fn parse(text: &str, unit: u64) -> std::result::Result<Self, String> {
        let text = text.trim_start();
        let (kind, number): (fn(u64) -> Self, &str) = match text.chars().next() {
            Some('+') => (Self::Longer, &text[1..]),
            Some('-') => (Self::Shorter, &text[1..]),
            Some('<') => (Self::AtMost, &text[1..]),
            Some('>') => (Self::AtLeast, &text[1..]),
            Some('/') => (Self::RoundedDown, &text[1..]),
            Some('%') => (Self::RoundedUp, &text[1..]),
            _ => (Self::Exactly, text),
        };
        let number = quantity::parse(number.trim_start()).filter(|number| *number <= i64::MAX as u64);
        let number = number.and_then(|number| number.checked_mul(unit));
        let number = number.ok_or_else(|| format!("Invalid number: '{text}'"))?;
        match kind(number) {
            Self::RoundedDown(0) | Self::RoundedUp(0) => Err("division by zero".to_owned()),
            size => Ok(size),
        }
    }

    /// The new length; `None` where it is beyond all numbers.
    fn of(self, old: u64) -> Option<u64> {
        match self {
            Self::Exactly(size) => Some(size),
            Self::Longer(by) => old.checked_add(by),
            Self::Shorter(by) => Some(old.saturating_sub(by)),
            Self::AtMost(size) => Some(old.min(size)),
            Self::AtLeast(size) => Some(old.max(size)),
            Self::RoundedDown(to) => Some(old - old % to),
            Self::RoundedUp(to) => old.checked_next_multiple_of(to),
        }
    }
}

struct Wish {
    no_create: bool,
    size: Option<Size>,
    reference: Option<String>,
}

fn wish(given: &Given) -> std::result::Result<Wish, String> {
    let mut wish = Wish { no_create: false, size: None, reference: None };
    let in_blocks = given.options.iter().any(|(letter, _)| *letter == 'o');
    for (letter, value) in &given.options {
        match letter {
            'c' => wish.no_create = true,
            'r' => wish.reference = Some(value.clone()),
            's' => wish.size = Some(Size::parse(value, if in_blocks { BLOCK_SIZE } else { 1 })?),
            _ => {}
        }
    }
    Ok(wish)
}

#[async_trait]
impl Command for Truncate {
    async fn execute(&self, ctx: CommandContext<'_>) -> Result<CommandStatus> {
        let run = ctx.run.clone();
        let given = match read_options(&ctx, ctx.args, &KNOWN, "truncate OPTION... FILE...").await? {
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
        match (&wish.size, &wish.reference) {
            (None, None) => return misused(&ctx, "you must specify either '--size' or '--reference'").await,
            (Some(Size::Exactly(_)), Some(_)) => {
                return misused(&ctx, "you must specify a relative '--size' with '--reference'").await;
            }
            _ if given.operands.is_empty() => return misused(&ctx, "missing file operand").await,
            _ => {}
        }
        let files = &run.files;
        let path = |operand: &str| ctx.cwd.join(operand).to_string_lossy().into_owned();
        let mut reference = None;
        if let Some(operand) = &wish.reference {
            match files.stat(&path(operand)) {
                Ok(stat) => reference = Some(stat.size),
                Err(error) => {
                    complain(&ctx, format!("cannot stat '{operand}': {error}")).await;
                    return Ok(CommandStatus::with_code(1));
                }
            }
        }
        let mut failed = false;
        for operand in &given.operands {
            let (path, now) = (path(operand), run.host.now());
            let old = match files.stat(&path) {
                Ok(stat) => Ok(stat.size),
                Err(error) if error.errno == Errno::ENOENT && wish.no_create => continue,
                Err(error) if error.errno == Errno::ENOENT => files.append(&path, "", now).map(|()| 0),
                Err(error) => Err(error),
            };
            let opened = old.and_then(|old| files.read_range(&path, 0, 0).map(|_| old));
            let problem = match opened {
                Err(error) => Some(format!("cannot open '{operand}' for writing: {error}")),
                Ok(old) => {
                    let base = reference.unwrap_or(old);
                    match wish.size.map_or(Some(base), |size| size.of(base)) {
                        None => Some(format!("overflow extending size of file '{operand}'")),
                        Some(size) => files
                            .truncate(&path, size, now)
                            .err()
                            .map(|error| format!("failed to truncate '{operand}' at {size} bytes: {error}")),
                    }
                }
            };
            if let Some(problem) = problem {
                complain(&ctx, problem).await;
                failed = true;
            }
        }
        Ok(CommandStatus::with_code(i32::from(failed)))
    }
}

#[cfg(test)]
mod tests {
    use super::Size;

    #[test]
    fn sizes_follow_from_the_old_one() {
        for (text, old, new) in [
            ("5", 9, 5),
            ("2K", 0, 2048),
            ("+3", 9, 12),
            ("-3", 2, 0),
            ("<5", 9, 5),
            (">5", 9, 9),
            ("/4", 9, 8),
            ("%4", 9, 12),
            ("%4K", 1, 4096),
            (" +1", 1, 2),
        ] {
            assert_eq!(Size::parse(text, 1).map(|size| size.of(old)), Ok(Some(new)), "{text}");
        }
        assert_eq!(Size::parse("2", 4096), Ok(Size::Exactly(8192)));
        assert_eq!(Size::Longer(u64::MAX).of(1), None);
        assert_eq!(Size::RoundedUp(1 << 63).of(u64::MAX), None);
        for text in ["", "x", "+", "1x", "/0", "99999999999999999999"] {
            assert!(Size::parse(text, 1).is_err(), "{text}");
        }
    }
}
