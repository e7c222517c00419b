//! `uuidgen`, from the seeded source.

use crate::programs::command::{Builtin, BuiltinContext, ExecResult, Result};
use async_trait::async_trait;

use super::usage;
use sandbox_kernel::uuid_v4;

pub(super) struct Uuidgen;

#[async_trait]
impl Builtin for Uuidgen {
    async fn execute(&self, ctx: &BuiltinContext<'_>) -> Result<ExecResult> {
        let run = ctx.run.clone();
        match ctx.args.iter().find(|arg| *arg != "-r" && *arg != "--random") {
            Some(other) => Ok(usage::error("uuidgen", usage::unknown_option(other))),
            None => Ok(ExecResult::ok(format!("{}\n", uuid_v4(&*run.host)))),
        }
    }
}
