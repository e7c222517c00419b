//! `pgrep` and `pkill`: processes of the sandbox by name.

use crate::programs::command::{Builtin, BuiltinContext, ExecResult, Result};
use async_trait::async_trait;
use regex::Regex;
use sandbox_kernel::{Pid, SIGTERM, Signal};

use super::listing::{Row, rows};
use super::signal;
use super::usage;

pub(super) struct Pgrep {
    /// `pkill`: send a signal instead of printing.
    pub(super) kill: bool,
}

#[derive(Default)]
struct Wish {
    full: bool,
    exact: bool,
    list: bool,
    list_full: bool,
    count: bool,
    newest: bool,
    oldest: bool,
    invert: bool,
    ignore_case: bool,
    echo: bool,
    delimiter: Option<String>,
    parent: Option<Pid>,
    signal: Option<Signal>,
    pattern: Option<String>,
}

/// Long options and the letters they stand for.
const LONG: &[(&str, &str)] = &[
    ("-full", "f"),
    ("-exact", "x"),
    ("-list-name", "l"),
    ("-list-full", "a"),
    ("-count", "c"),
    ("-newest", "n"),
    ("-oldest", "o"),
    ("-inverse", "v"),
    ("-ignore-case", "i"),
    ("-echo", "e"),
    ("-delimiter", "d"),
    ("-parent", "P"),
    ("-signal", "s"),
];

impl Pgrep {
    fn name(&self) -> &'static str {
        if self.kill { "pkill" } else { "pgrep" }
    }

    fn wish(&self, args: &[String]) -> std::result::Result<Wish, String> {
        let mut wish = Wish::default();
        let mut args = args.iter();
        while let Some(arg) = args.next() {
            let letters = match arg.strip_prefix('-') {
                Some(letters) if !letters.is_empty() => letters,
                _ => {
                    if wish.pattern.replace(arg.clone()).is_some() {
                        return Err("only one pattern can be provided".to_owned());
                    }
                    continue;
                }
            };
            if self.kill
                && let Some(signal) = signal::parse(letters)
            {
                wish.signal = Some(signal);
                continue;
            }
            let long = LONG.iter().find(|(name, _)| letters.split('=').next() == Some(name));
            let (letters, attached) = match (long, letters.split_once('=')) {
                (Some((_, letter)), Some((_, value))) => (*letter, Some(value)),
                (Some((_, letter)), None) => (*letter, None),
                (None, _) => (letters, None),
            };
            for (at, letter) in letters.char_indices() {
                let rest = Some(&letters[at + letter.len_utf8()..]).filter(|rest| !rest.is_empty());
                match letter {
                    'f' => wish.full = true,
                    'x' => wish.exact = true,
                    'l' => wish.list = true,
                    'a' => wish.list_full = true,
                    'c' => wish.count = true,
                    'n' => wish.newest = true,
                    'o' => wish.oldest = true,
                    'v' => wish.invert = true,
                    'i' => wish.ignore_case = true,
                    'e' if self.kill => wish.echo = true,
                    'd' | 'P' | 's' => {
                        let given = attached.or(rest).map(str::to_owned).or_else(|| args.next().cloned());
                        let value = given.ok_or_else(|| usage::missing_value(&format!("-{letter}")))?;
                        match letter {
                            'd' => wish.delimiter = Some(value),
                            'P' => {
                                let parent = value.parse();
                                wish.parent = Some(parent.map_err(|_| format!("invalid pid: {value}"))?);
                            }
                            _ => {
                                let signal = signal::parse(&value);
                                wish.signal = Some(signal.ok_or(format!("Unknown signal \"{value}\"."))?);
                            }
                        }
                        break;
                    }
                    _ => return Err(usage::unknown_option(&format!("-{letter}"))),
                }
            }
        }
        Ok(wish)
    }
}

#[async_trait]
impl Builtin for Pgrep {
    async fn execute(&self, ctx: &BuiltinContext<'_>) -> Result<ExecResult> {
        let run = ctx.run.clone();
        let wish = match self.wish(ctx.args) {
            Ok(wish) => wish,
            Err(problem) => return Ok(usage::error(self.name(), problem)),
        };
        // Without a pattern any name will do, where something else is asked for.
        let any = wish.parent.map(|_| String::new());
        let Some(pattern) = wish.pattern.as_ref().or(any.as_ref()) else {
            let name = self.name();
            let text = format!(
                "{name}: no matching criteria specified\nTry `{name} --help' for more information.\n"
            );
            return Ok(ExecResult::err(text, 2));
        };
        let anchored = if wish.exact { format!("^(?:{pattern})$") } else { pattern.clone() };
        let source = if wish.ignore_case { format!("(?i){anchored}") } else { anchored };
        let Ok(regex) = Regex::new(&source) else {
            return Ok(ExecResult::err(format!("{}: regex error\n", self.name()), 2));
        };
        let all = rows(&run);
        let matches = |row: &&Row| {
            let text = if wish.full { row.line() } else { row.name() };
            let is_meant = regex.is_match(&text) && wish.parent.is_none_or(|parent| row.parent == parent);
            row.pid != run.process.pid && is_meant != wish.invert
        };
        let mut found: Vec<&Row> = all.iter().filter(matches).collect();
        if wish.newest {
            found.drain(..found.len().saturating_sub(1));
        } else if wish.oldest {
            found.truncate(1);
        }
        let code = i32::from(found.is_empty());
        if self.kill && !wish.count {
            let mut told = String::new();
            for row in found {
                // One that has ended meanwhile needs no signal.
                let _ = run.kernel().signal(row.pid, wish.signal.unwrap_or(SIGTERM));
                if wish.echo {
                    told += &format!("{} killed (pid {})\n", row.name(), row.pid);
                }
            }
            return Ok(ExecResult::with_code(told, code));
        }
        Ok(ExecResult::with_code(listing(&wish, &found), code))
    }
}

fn listing(wish: &Wish, found: &[&Row]) -> String {
    if wish.count {
        return format!("{}\n", found.len());
    }
    let lines: Vec<String> = found
        .iter()
        .map(|row| match (wish.list_full, wish.list) {
            (true, _) => format!("{} {}", row.pid, row.command()),
            (false, true) => format!("{} {}", row.pid, row.name()),
            (false, false) => row.pid.to_string(),
        })
        .collect();
    if lines.is_empty() {
        return String::new();
    }
    lines.join(wish.delimiter.as_deref().unwrap_or("\n")) + "\n"
}
