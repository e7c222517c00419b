//! `shred`: other bytes in the place of a file's own.

use crate::programs::command::{Builtin, BuiltinContext, ExecResult, Result};
use async_trait::async_trait;
use sandbox_fs::{Errno, Kind};

use super::getopt::Known;
use super::quoting::{name, value};
use super::{quantity, usage};
use crate::limits::PIECE_BYTES;
use crate::programs::command::Run;
use sandbox_kernel::pause;
use sandbox_kernel::random_bytes;

pub(super) struct Shred;

const KNOWN: Known = Known {
    letters: "fn:s:uvxz",
    long: &[
        ("exact", 'x'),
        ("force", 'f'),
        ("iterations", 'n'),
        ("random-source=", 'r'),
        ("remove?", 'u'),
        ("size", 's'),
        ("verbose", 'v'),
        ("zero", 'z'),
    ],
};

/// A file takes whole blocks of a disk.
const BLOCK: u64 = 4096;

struct Wish {
    passes: u64,
    size: Option<u64>,
    remove: bool,
    verbose: bool,
    exact: bool,
    zero: bool,
}

#[async_trait]
impl Builtin for Shred {
    async fn execute(&self, ctx: &BuiltinContext<'_>) -> Result<ExecResult> {
        let run = ctx.run.clone();
        if let Some(result) = usage::asked(ctx.args, "shred", "shred [OPTION]... FILE...") {
            return Ok(result);
        }
        let given = match KNOWN.read(ctx.args) {
            Ok(given) => given,
            Err(problem) => return Ok(usage::error("shred", problem)),
        };
        let passes = given.value('n').unwrap_or("3");
        let Ok(passes) = passes.parse() else {
            return Ok(ExecResult::err(format!("shred: invalid number of passes: {}\n", value(passes)), 1));
        };
        let size = given.value('s').map(|text| quantity::parse(text).ok_or(text)).transpose();
        let size = match size {
            Ok(size) => size,
            Err(text) => {
                return Ok(ExecResult::err(format!("shred: invalid file size: {}\n", value(text)), 1));
            }
        };
        if given.operands.is_empty() {
            return Ok(usage::error("shred", "missing file operand"));
        }
        let wish = Wish {
            passes,
            size,
            remove: given.has('u'),
            verbose: given.has('v'),
            exact: given.has('x') || size.is_some(),
            zero: given.has('z'),
        };
        let (mut told, mut failed) = (String::new(), false);
        // What standard output leads to cannot be told, and then nothing holds its old bytes.
        for operand in given.operands.iter().filter(|operand| *operand != "-") {
            let path = ctx.cwd.join(operand).to_string_lossy().into_owned();
            if let Err(problem) = shred(&run, &wish, operand, &path, &mut told).await {
                told += &format!("shred: {}: {problem}\n", name(operand));
                failed = true;
            }
        }
        Ok(ExecResult::err(told, i32::from(failed)))
    }
}

async fn shred(
    run: &Run,
    wish: &Wish,
    operand: &str,
    path: &str,
    told: &mut String,
) -> std::result::Result<(), String> {
    let files = &run.files;
    let not_opened = |reason: &dyn std::fmt::Display| format!("failed to open for writing: {reason}");
    let stat = files.stat(path).map_err(|error| not_opened(&error))?;
    if stat.kind == Kind::Directory {
        return Err(not_opened(&Errno::EISDIR.message()));
    }
    let whole = if wish.exact { stat.size } else { stat.size.next_multiple_of(BLOCK) };
    let size = wish.size.unwrap_or(whole);
    let total = wish.passes + u64::from(wish.zero);
    for pass in 1..=total {
        let zeros = pass > wish.passes;
        if wish.verbose {
            let kind = if zeros { "000000" } else { "random" };
            *told += &format!("shred: {}: pass {pass}/{total} ({kind})...\n", name(operand));
        }
        let mut at = 0;
        while at < size {
            let len = (size - at).min(PIECE_BYTES as u64);
            let bytes = match zeros {
                true => vec![0; len as usize],
                false => random_bytes(&*run.host, len as usize),
            };
            let now = run.host.now();
            files
                .write_at(path, at, bytes, now)
                .map_err(|error| format!("error writing at offset {at}: {error}"))?;
            at += len;
            pause().await;
        }
    }
    if wish.remove {
        remove(run, wish, operand, path, told).map_err(|error| format!("failed to remove: {error}"))?;
    }
    Ok(())
}

/// Takes a file away under ever shorter names of zeros.
fn remove(
    run: &Run,
    wish: &Wish,
    operand: &str,
    path: &str,
    told: &mut String,
) -> std::result::Result<(), sandbox_fs::FsError> {
    let files = &run.files;
    let now = run.host.now();
    let mut tell = |text: &str| {
        if wish.verbose {
            *told += &format!("shred: {text}\n");
        }
    };
    tell(&format!("{}: removing", name(operand)));
    let (directory, old) = path.rsplit_once('/').unwrap_or_default();
    let shown_directory =
        operand.rsplit_once('/').map_or(String::new(), |(directory, _)| format!("{directory}/"));
    let (mut current, mut shown) = (path.to_owned(), operand.to_owned());
    for length in (1..=old.len()).rev() {
        let zeros = "0".repeat(length);
        let next = format!("{directory}/{zeros}");
        if files.lstat(&next).is_ok() {
            continue;
        }
        files.rename(&current, &next, now)?;
        let next_shown = format!("{shown_directory}{zeros}");
        tell(&format!("{}: renamed to {}", name(&shown), name(&next_shown)));
        (current, shown) = (next, next_shown);
    }
    files.unlink(&current, now)?;
    tell(&format!("{}: removed", name(operand)));
    Ok(())
}
