//! `date`, on the cloud's clock.
//!
//! The engine's own `date` formats and parses well, but its clock stands still within one exec. Ours tells it
//! the time of this very moment and lets it do the rest.

use async_trait::async_trait;
use bashkit::{Builtin, BuiltinContext, ExecResult, ExecutionPlan, Result, SubCommand};

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
            let nanos = now.0.rem_euclid(1_000_000_000);
            args.splice(0..0, ["-d".to_owned(), format!("@{}.{nanos:09}", now.as_secs())]);
        }
        let command = SubCommand { name: ENGINES.to_owned(), args, stdin: None, assignments: Vec::new() };
        Ok(Some(ExecutionPlan::Batch { commands: vec![command] }))
    }
}

/// Whether `arg` is `option`, with or without its value attached.
fn names(arg: &str, option: &str) -> bool {
    match arg.strip_prefix(option) {
        Some(rest) => rest.is_empty() || !option.starts_with("--") || rest.starts_with('='),
        None => false,
    }
}
