//! `nohup`: runs a command that a hangup does not end.

use async_trait::async_trait;
use sandbox_kernel::{Disposition, SIGHUP};

use super::command::{Command, CommandContext, CommandStatus, Result};
use super::getopt::{Known, missing_operand};
use super::handover;
use super::quoting::value;
use super::usage::{self, Ended};

pub(super) struct Nohup;

const KNOWN: Known = Known { letters: "+", long: &[] };

#[async_trait]
impl Command for Nohup {
    async fn execute(&self, ctx: CommandContext<'_>) -> Result<CommandStatus> {
        let argv = match command(ctx.args) {
            Ok(argv) => argv,
            Err(ended) => return Ok(ended.tell(&ctx).await),
        };
        ctx.run.process.dispose(SIGHUP, Disposition::Ignored);
        let name = value(&argv[0]);
        Ok(handover::to(&ctx, argv, |reason| format!("failed to run command {name}: {reason}")).await)
    }
}

fn command(args: &[String]) -> std::result::Result<Vec<String>, Ended> {
    let first = &args[..args.len().min(1)];
    if let Some(result) = usage::asked(first, "nohup", "nohup COMMAND [ARG]...\n  or:  nohup OPTION") {
        return Err(result.into());
    }
    let misused = |problem: &str| Ended::from(usage::error("nohup", problem));
    let given = KNOWN.read(args).map_err(|problem| misused(&problem))?;
    if given.operands.is_empty() { Err(misused(&missing_operand(&[]))) } else { Ok(given.operands) }
}
