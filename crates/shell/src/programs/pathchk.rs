//! `pathchk`: whether names are possible, here or everywhere.

use crate::programs::command::{Builtin, BuiltinContext, ExecResult, Result};
use async_trait::async_trait;
use sandbox_fs::Errno;

use super::getopt::{Known, missing_operand};
use super::quoting::{name, quoted_name, value};
use super::usage;

pub(super) struct Pathchk;

const KNOWN: Known = Known { letters: "pP", long: &[("portability", 'b')] };

/// What POSIX promises of names and of paths, and what is possible here.
const PORTABLE: (usize, usize) = (14, 256);
const POSSIBLE: (usize, usize) = (255, 4096);

#[async_trait]
impl Builtin for Pathchk {
    async fn execute(&self, ctx: &BuiltinContext<'_>) -> Result<ExecResult> {
        let run = ctx.run.clone();
        if let Some(result) = usage::asked(ctx.args, "pathchk", "pathchk [OPTION]... NAME...") {
            return Ok(result);
        }
        let given = match KNOWN.read(ctx.args) {
            Ok(given) if given.operands.is_empty() => {
                return Ok(usage::error("pathchk", missing_operand(&given.operands)));
            }
            Ok(given) => given,
            Err(problem) => return Ok(usage::error("pathchk", problem)),
        };
        let (everywhere, dashes) = (given.has('p') || given.has('b'), given.has('P') || given.has('b'));
        let problem = |path: &String| {
            checked(path, everywhere, dashes).err().or_else(|| {
                let found = run.files.lstat(&ctx.cwd.join(path).to_string_lossy());
                let error = found.err().filter(|error| error.errno != Errno::ENOENT && !everywhere);
                error.map(|error| format!("{}: {error}", name(path)))
            })
        };
        let problems: String = given
            .operands
            .iter()
            .filter_map(problem)
            .map(|problem| format!("pathchk: {problem}\n"))
            .collect();
        let code = i32::from(!problems.is_empty());
        Ok(ExecResult::err(problems, code))
    }
}

fn checked(path: &str, everywhere: bool, dashes: bool) -> std::result::Result<(), String> {
    if dashes && path.split('/').any(|part| part.starts_with('-')) {
        return Err(format!("leading '-' in a component of file name {}", quoted_name(path)));
    }
    if path.is_empty() {
        let empty = if everywhere || dashes { "empty file name" } else { "'': No such file or directory" };
        return Err(empty.to_owned());
    }
    if !everywhere {
        return fits(path, POSSIBLE);
    }
    let portable = |letter: &char| letter.is_ascii_alphanumeric() || "._-/".contains(*letter);
    if let Some(letter) = path.chars().find(|letter| !portable(letter)) {
        let letter = value(&letter.to_string());
        return Err(format!("nonportable character {letter} in file name {}", quoted_name(path)));
    }
    fits(path, PORTABLE)
}

fn fits(path: &str, (of_name, of_path): (usize, usize)) -> std::result::Result<(), String> {
    if path.len() >= of_path {
        let (limit, length) = (of_path - 1, path.len());
        return Err(format!("limit {limit} exceeded by length {length} of file name {}", quoted_name(path)));
    }
    match path.split('/').find(|part| part.len() > of_name) {
        Some(part) => Err(format!(
            "limit {of_name} exceeded by length {} of file name component {}",
            part.len(),
            value(part)
        )),
        None => Ok(()),
    }
}
