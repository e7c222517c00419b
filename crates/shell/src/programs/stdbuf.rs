//! `stdbuf`: runs a command. Nothing here holds output back.

use async_trait::async_trait;

use super::command::{Command, CommandContext, CommandStatus, ExecResult, Result};
use super::getopt::{Known, missing_operand};
use super::quoting::value;
use super::usage::{self, Ended};
use super::{handover, quantity};

pub(super) struct Stdbuf;

const KNOWN: Known = Known { letters: "+e:i:o:", long: &[("error", 'e'), ("input", 'i'), ("output", 'o')] };

#[async_trait]
impl Command for Stdbuf {
    async fn execute(&self, ctx: CommandContext<'_>) -> Result<CommandStatus> {
        let argv = match command(ctx.args) {
            Ok(argv) => argv,
            Err(ended) => return Ok(ended.tell(&ctx).await),
        };
        let name = value(&argv[0]);
        Ok(handover::to(&ctx, argv, |reason| format!("failed to run command {name}: {reason}")).await)
    }
}

fn command(args: &[String]) -> std::result::Result<Vec<String>, Ended> {
    let misused = |problem: &str| Ended::from(usage::error("stdbuf", problem));
    if let Some(result) = usage::asked_before_command(args, &KNOWN, "stdbuf", "stdbuf OPTION... COMMAND") {
        return Err(result.into());
    }
    let given = KNOWN.read(args).map_err(|problem| misused(&problem))?;
    for (letter, mode) in &given.options {
        match mode.as_str() {
            "L" if *letter == 'i' => return Err(misused("line buffering stdin is meaningless")),
            "L" => {}
            size if quantity::parse(size).is_some() => {}
            wrong => {
                return Err(ExecResult::err(format!("stdbuf: invalid mode {}\n", value(wrong)), 125).into());
            }
        }
    }
    if given.operands.is_empty() {
        return Err(misused(&missing_operand(&[])));
    }
    if given.options.is_empty() {
        return Err(misused("you must specify a buffering mode option"));
    }
    Ok(given.operands)
}
