//! `basename` and `dirname`: parts of paths, by their text alone.

use crate::programs::command::{Command, CommandContext, CommandStatus, Result};
use async_trait::async_trait;

use super::getopt::{Known, extra_operand, missing_operand};
use super::live::misused;
use super::tool::{Worked, begin};

pub(super) struct Basename;

const BASENAME: Known =
    Known { letters: "+as:z", long: &[("multiple", 'a'), ("suffix", 's'), ("zero", 'z')] };

#[async_trait]
impl Command for Basename {
    async fn execute(&self, ctx: CommandContext<'_>) -> Result<CommandStatus> {
        let (mut tool, mut given) =
            begin!(ctx, &BASENAME, "basename NAME [SUFFIX]\n  or:  basename OPTION... NAME...");
        if given.operands.is_empty() {
            return misused(&tool.ctx, missing_operand(&[])).await;
        }
        let mut suffix = given.value('s').map(str::to_owned);
        if !given.has('a') && suffix.is_none() {
            if let Some(extra) = given.operands.get(2) {
                return misused(&tool.ctx, extra_operand(extra)).await;
            }
            suffix = given.operands.drain(1..).next();
        }
        let end = if given.has('z') { "\0" } else { "\n" };
        let mut worked: Worked = Ok(());
        for operand in &given.operands {
            let name = last_part(operand);
            let short = suffix.as_deref().and_then(|suffix| name.strip_suffix(suffix));
            let name = short.filter(|short| !short.is_empty()).unwrap_or(name);
            worked = worked.and(tool.put(format!("{name}{end}").as_bytes()).await);
        }
        tool.end(worked).await
    }
}

fn last_part(path: &str) -> &str {
    match path.trim_end_matches('/') {
        "" => path.get(..1).unwrap_or_default(),
        trimmed => trimmed.rsplit('/').next().unwrap_or_default(),
    }
}

pub(super) struct Dirname;

const DIRNAME: Known = Known { letters: "z", long: &[("zero", 'z')] };

#[async_trait]
impl Command for Dirname {
    async fn execute(&self, ctx: CommandContext<'_>) -> Result<CommandStatus> {
        let (mut tool, given) = begin!(ctx, &DIRNAME, "dirname [OPTION] NAME...");
        if given.operands.is_empty() {
            return misused(&tool.ctx, missing_operand(&[])).await;
        }
        let end = if given.has('z') { "\0" } else { "\n" };
        let mut worked: Worked = Ok(());
        for operand in &given.operands {
            let parent = match operand.trim_end_matches('/').rsplit_once('/') {
                Some((parent, _)) => match parent.trim_end_matches('/') {
                    "" => "/",
                    parent => parent,
                },
                None if operand.starts_with('/') => "/",
                None => ".",
            };
            worked = worked.and(tool.put(format!("{parent}{end}").as_bytes()).await);
        }
        tool.end(worked).await
    }
}
