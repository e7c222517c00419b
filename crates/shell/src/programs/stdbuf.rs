//! `stdbuf`: runs a command. Nothing here holds output back.

use async_trait::async_trait;
use bashkit::{Builtin, BuiltinContext, ExecResult, ExecutionPlan, Result, SubCommand};

use super::getopt::{Known, missing_operand};
use super::handover;
use super::quoting::value;
use super::usage::{self, Ended};
use super::{no_surroundings, quantity, surroundings};

pub(super) struct Stdbuf;

const KNOWN: Known = Known { letters: "+e:i:o:", long: &[("error", 'e'), ("input", 'i'), ("output", 'o')] };

#[async_trait]
impl Builtin for Stdbuf {
    async fn execute(&self, ctx: BuiltinContext<'_>) -> Result<ExecResult> {
        Ok(command(&ctx).err().map_or_else(no_surroundings, |ended| *ended))
    }

    /// No plan means that [`execute`](Self::execute) is asked, which the engine does next.
    async fn execution_plan(&self, ctx: &BuiltinContext<'_>) -> Result<Option<ExecutionPlan>> {
        Ok(command(ctx).ok().map(|command| ExecutionPlan::Batch { commands: vec![command] }))
    }
}

fn command(ctx: &BuiltinContext<'_>) -> std::result::Result<SubCommand, Ended> {
    let run = surroundings(ctx).ok_or_else(no_surroundings)?;
    let misused = |problem: &str| Ended::from(usage::error("stdbuf", problem));
    if let Some(result) = usage::asked_before_command(ctx.args, &KNOWN, "stdbuf", "stdbuf OPTION... COMMAND")
    {
        return Err(result.into());
    }
    let given = KNOWN.read(ctx.args).map_err(|problem| misused(&problem))?;
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
    let Some((name, args)) = given.operands.split_first() else { return Err(misused(&missing_operand(&[]))) };
    if given.options.is_empty() {
        return Err(misused("you must specify a buffering mode option"));
    }
    handover::to(ctx, &run, name, args, |reason| {
        format!("stdbuf: failed to run command {}: {reason}\n", value(name))
    })
}
