//! `sleep`, on the cloud's clock.

use std::time::Duration;

use crate::programs::command::{Builtin, BuiltinContext, ExecResult, Result};
use async_trait::async_trait;

use super::{interval, usage};

pub(super) struct Sleep;

#[async_trait]
impl Builtin for Sleep {
    async fn execute(&self, ctx: &BuiltinContext<'_>) -> Result<ExecResult> {
        let run = ctx.run.clone();
        if ctx.args.is_empty() {
            return Ok(usage::error("sleep", "missing operand"));
        }
        let mut total = Duration::ZERO;
        for arg in ctx.args.iter().filter(|arg| *arg != "--") {
            if arg.starts_with('-') {
                return Ok(usage::error("sleep", usage::unknown_option(arg)));
            }
            let Some(interval) = interval::parse(arg) else {
                return Ok(usage::error("sleep", format!("invalid time interval '{arg}'")));
            };
            total = total.saturating_add(interval);
        }
        run.sleep(total).await;
        Ok(ExecResult::ok(""))
    }
}
