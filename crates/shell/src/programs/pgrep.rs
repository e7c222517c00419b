//! `pgrep` and `pkill`: processes of the sandbox by name.

use async_trait::async_trait;
use bashkit::{Builtin, BuiltinContext, ExecResult, Result};
use regex::Regex;

use super::listing::{Row, rows};
use super::signal::{self, TERM};
use super::{no_surroundings, surroundings, usage};

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
    signal: Option<i32>,
    pattern: Option<String>,
}

impl Pgrep {
    fn name(&self) -> &'static str {
        if self.kill { "pkill" } else { "pgrep" }
    }

    fn wish(&self, args: &[String]) -> std::result::Result<Wish, String> {
        let mut wish = Wish::default();
        for arg in args {
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
            for letter in letters.chars() {
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
                    _ => return Err(usage::unknown_option(&format!("-{letter}"))),
                }
            }
        }
        Ok(wish)
    }
}

#[async_trait]
impl Builtin for Pgrep {
    async fn execute(&self, ctx: BuiltinContext<'_>) -> Result<ExecResult> {
        let Some(run) = surroundings(&ctx) else { return Ok(no_surroundings()) };
        let wish = match self.wish(ctx.args) {
            Ok(wish) => wish,
            Err(problem) => return Ok(usage::error(self.name(), problem)),
        };
        let Some(pattern) = &wish.pattern else {
            return Ok(usage::error(self.name(), "no matching criteria specified"));
        };
        let anchored = if wish.exact { format!("^(?:{pattern})$") } else { pattern.clone() };
        let source = if wish.ignore_case { format!("(?i){anchored}") } else { anchored };
        let Ok(regex) = Regex::new(&source) else {
            return Ok(ExecResult::err(format!("{}: regex error\n", self.name()), 2));
        };
        let all = rows(&run, "");
        let matches = |row: &&Row| {
            let text = if wish.full { row.command.as_str() } else { row.name() };
            row.pid != run.pid && regex.is_match(text) != wish.invert
        };
        let mut found: Vec<&Row> = all.iter().filter(matches).collect();
        if wish.newest {
            found.drain(..found.len().saturating_sub(1));
        } else if wish.oldest {
            found.truncate(1);
        }
        let code = i32::from(found.is_empty());
        if self.kill {
            for row in found {
                run.sandbox.processes.signal(row.pid, wish.signal.unwrap_or(TERM));
            }
            return Ok(ExecResult::with_code("", code));
        }
        Ok(ExecResult::with_code(listing(&wish, &found), code))
    }
}

fn listing(wish: &Wish, found: &[&Row]) -> String {
    if wish.count {
        return format!("{}\n", found.len());
    }
    found
        .iter()
        .map(|row| match (wish.list_full, wish.list) {
            (true, _) => format!("{} {}\n", row.pid, row.command),
            (false, true) => format!("{} {}\n", row.pid, row.name()),
            (false, false) => format!("{}\n", row.pid),
        })
        .collect()
}
