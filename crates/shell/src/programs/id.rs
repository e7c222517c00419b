//! `id`: everything in a sandbox runs as root.

use crate::programs::command::{Builtin, BuiltinContext, ExecResult, Result};
use async_trait::async_trait;

use super::usage;

pub(super) struct Id;

#[async_trait]
impl Builtin for Id {
    async fn execute(&self, ctx: &BuiltinContext<'_>) -> Result<ExecResult> {
        let (mut number, mut name) = (false, false);
        for arg in ctx.args {
            match arg.as_str() {
                "--user" | "--group" | "--groups" => number = true,
                "--name" => name = true,
                "--real" | "root" => {}
                short if short.len() > 1 && short.starts_with('-') && !short.starts_with("--") => {
                    for letter in short.chars().skip(1) {
                        match letter {
                            'u' | 'g' | 'G' => number = true,
                            'n' => name = true,
                            'r' => {}
                            _ => return Ok(usage::error("id", usage::unknown_option(&format!("-{letter}")))),
                        }
                    }
                }
                option if option.starts_with('-') => {
                    return Ok(usage::error("id", usage::unknown_option(option)));
                }
                user => return Ok(ExecResult::err(format!("id: '{user}': no such user\n"), 1)),
            }
        }
        Ok(match (number, name) {
            (true, true) => ExecResult::ok("root\n"),
            (true, false) => ExecResult::ok("0\n"),
            (false, true) => usage::error("id", "printing only names or real IDs requires -u, -g, or -G"),
            (false, false) => ExecResult::ok("uid=0(root) gid=0(root) groups=0(root)\n"),
        })
    }
}
