//! `mknod`: the checks of the real one. There are no pipes with names and no new devices, which it then says.

use crate::programs::command::{Builtin, BuiltinContext, ExecResult, Result};
use async_trait::async_trait;
use sandbox_fs::Errno;

use super::getopt::{Known, extra_operand, missing_operand};
use super::quoting::{name, value};
use super::usage;

pub(super) struct Mknod;

const KNOWN: Known = Known { letters: "m:Z", long: &[("mode", 'm'), ("context?", 'c')] };

#[async_trait]
impl Builtin for Mknod {
    async fn execute(&self, ctx: &BuiltinContext<'_>) -> Result<ExecResult> {
        if let Some(result) = usage::asked(ctx.args, "mknod", "mknod [OPTION]... NAME TYPE [MAJOR MINOR]") {
            return Ok(result);
        }
        Ok(match asked(ctx.args) {
            Ok(path) => ExecResult::err(format!("mknod: {}: {}\n", name(&path), Errno::EPERM.message()), 1),
            Err(problem) => usage::error("mknod", problem),
        })
    }
}

/// The path of what is to be made.
fn asked(args: &[String]) -> std::result::Result<String, String> {
    let operands = KNOWN.read(args)?.operands;
    let is_pipe = operands.get(1).is_some_and(|kind| kind.starts_with('p'));
    let wanted = if is_pipe { 2 } else { 4 };
    match (operands.len(), wanted) {
        (2, 4) => Err(missing_operand(&operands) + "\nSpecial files require major and minor device numbers."),
        (given, _) if given < wanted => Err(missing_operand(&operands)),
        (4, 2) => Err(extra_operand(&operands[2]) + "\nFifos do not have major and minor device numbers."),
        (given, _) if given > wanted => Err(extra_operand(&operands[wanted])),
        _ if !operands[1].starts_with(['p', 'b', 'c', 'u']) => {
            Err(format!("invalid device type {}", value(&operands[1])))
        }
        _ => Ok(operands[0].clone()),
    }
}
