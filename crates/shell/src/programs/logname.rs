//! `logname`: nobody has logged in.

use crate::programs::command::{Builtin, BuiltinContext, ExecResult, Result};
use async_trait::async_trait;

use super::{getopt, usage};

pub(super) struct Logname;

#[async_trait]
impl Builtin for Logname {
    async fn execute(&self, ctx: &BuiltinContext<'_>) -> Result<ExecResult> {
        if let Some(result) = usage::asked(ctx.args, "logname", "logname [OPTION]") {
            return Ok(result);
        }
        Ok(match ctx.args.first() {
            Some(option) if option.len() > 1 && option.starts_with('-') => {
                usage::error("logname", usage::unknown_option(option))
            }
            Some(operand) => usage::error("logname", getopt::extra_operand(operand)),
            None => ExecResult::err("logname: no login name\n", 1),
        })
    }
}
