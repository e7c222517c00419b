//! `less` and `more`: page by page on a terminal; elsewhere they pass everything on.

mod less;
mod more;
mod pages;

use std::collections::HashSet;

use sandbox_fs::Kind;

use super::getopt::Given;
use super::live::say;
use super::terminal::{shown_on, typed_into};
use super::text::tool::{Io, Worked, files};

pub(super) async fn run(io: &mut Io<'_>, given: Given) -> Worked {
    let name = io.ctx.name;
    let asks = given.operands.iter().any(|word| matches!(word.as_str(), "--version" | "-V"));
    if let (Some(_), Some(terminal), false) = (shown_on(io), typed_into(io), asks) {
        return match name {
            "more" => more::run(io, given, terminal).await,
            _ => less::run(io, given, terminal).await,
        };
    }
    let mut operands = Vec::new();
    let mut args = given.operands.into_iter();
    while let Some(arg) = args.next() {
        match arg.as_str() {
            "--" => operands.extend(args.by_ref()),
            "--version" | "-V" => {
                io.out.extend_from_slice(match name {
                    "less" => b"less 590 (GNU regular expressions)\n",
                    _ => b"more from util-linux 2.38.1\n".as_slice(),
                });
                return Ok(0);
            }
            option if option.len() > 1 && option.starts_with(['-', '+']) => {}
            _ => operands.push(arg),
        }
    }
    let titled = name == "more" && !operands.is_empty();
    if name == "less" {
        // Each is looked at once.
        let mut seen = HashSet::new();
        operands.retain(|operand| seen.insert(operand.clone()));
    }
    for operand in files(operands) {
        let path = io.ctx.cwd.join(&operand).to_string_lossy().into_owned();
        let is_directory = io.run.files.stat(&path).is_ok_and(|stat| stat.kind == Kind::Directory);
        if is_directory && operand != "-" {
            match name {
                "more" => io.out.extend(format!("\n*** {operand}: directory ***\n\n").bytes()),
                _ => io.out.extend(format!("{operand} is a directory\n").bytes()),
            }
            continue;
        }
        let mut input = match io.open(&operand).await? {
            Ok(input) => input,
            Err(reason) => {
                match name {
                    "more" => {
                        io.flush().await?;
                        let problem = format!("more: cannot open {operand}: {reason}\n");
                        say(&io.ctx.stderr, problem).await;
                    }
                    _ => io.out.extend(format!("{operand}: {reason}\n").bytes()),
                }
                continue;
            }
        };
        if titled {
            io.out.extend(format!("::::::::::::::\n{operand}\n::::::::::::::\n").bytes());
        }
        loop {
            let piece = input.piece(io).await?;
            if piece.is_empty() {
                break;
            }
            io.out.extend_from_slice(&piece);
        }
    }
    Ok(io.code())
}
