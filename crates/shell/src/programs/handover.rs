//! What a program does that runs another in its own place.

use bashkit::{BuiltinContext, ExecResult, SubCommand};

use super::search::found;
use super::standalone::path_of;
use super::usage::Ended;
use crate::engine::Run;

/// The command to run instead, or the end where there is none of that name; `refused` says so for a reason.
pub(super) fn to(
    ctx: &BuiltinContext<'_>,
    run: &Run,
    name: &str,
    args: &[String],
    refused: impl Fn(&str) -> String,
) -> Result<SubCommand, Ended> {
    let path = ctx.env.get("PATH").map(String::as_str);
    let found = found(&run.sandbox.namespace, &ctx.cwd.to_string_lossy(), path, name);
    if let Some((reason, code)) = found.problem() {
        return Err(ExecResult::err(refused(reason), code).into());
    }
    let stdin = ctx.stdin.cloned();
    let name = path_of(name).unwrap_or(name).to_owned();
    Ok(SubCommand { name, args: args.to_vec(), stdin, assignments: Vec::new() })
}
