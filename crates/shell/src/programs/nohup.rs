//! `nohup`: runs a command. Nothing here hangs up.

use async_trait::async_trait;
use bashkit::{Builtin, BuiltinContext, ExecResult, ExecutionPlan, Result, SubCommand};

use super::getopt::{Known, missing_operand};
use super::quoting::value;
use super::usage::{self, Ended};
use super::{handover, no_surroundings, surroundings};

pub(super) struct Nohup;

const KNOWN: Known = Known { letters: "+", long: &[] };

#[async_trait]
impl Builtin for Nohup {
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
    let first = &ctx.args[..ctx.args.len().min(1)];
    if let Some(result) = usage::asked(first, "nohup", "nohup COMMAND [ARG]...\n  or:  nohup OPTION") {
        return Err(result.into());
    }
    let misused = |problem: &str| Ended::from(usage::error("nohup", problem));
    let given = KNOWN.read(ctx.args).map_err(|problem| misused(&problem))?;
    let Some((name, args)) = given.operands.split_first() else { return Err(misused(&missing_operand(&[]))) };
    handover::to(ctx, &run, name, args, |reason| {
        format!("nohup: failed to run command {}: {reason}\n", value(name))
    })
}
