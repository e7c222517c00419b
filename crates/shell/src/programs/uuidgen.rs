//! `uuidgen`, from the seeded source.

use async_trait::async_trait;
use bashkit::{Builtin, BuiltinContext, ExecResult, Result};

use super::{no_surroundings, surroundings, usage};
use crate::engine::uuid_v4;

pub(super) struct Uuidgen;

#[async_trait]
impl Builtin for Uuidgen {
    async fn execute(&self, ctx: BuiltinContext<'_>) -> Result<ExecResult> {
        let Some(run) = surroundings(&ctx) else { return Ok(no_surroundings()) };
        match ctx.args.iter().find(|arg| *arg != "-r" && *arg != "--random") {
            Some(other) => Ok(usage::error("uuidgen", usage::unknown_option(other))),
            None => Ok(ExecResult::ok(format!("{}\n", uuid_v4(&*run.sandbox.host)))),
        }
    }
}
