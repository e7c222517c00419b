//! `link` and `unlink`: the system's calls of that name.

use crate::programs::command::{Command, CommandContext, CommandStatus, Result};
use async_trait::async_trait;

use super::getopt::{Known, extra_operand, missing_operand};
use super::live::misused;
use super::quoting::quoted_name;
use super::tool::begin;

/// One of the two.
pub(super) enum Link {
    Make,
    Remove,
}

const KNOWN: Known = Known { letters: "", long: &[] };

#[async_trait]
impl Command for Link {
    async fn execute(&self, ctx: CommandContext<'_>) -> Result<CommandStatus> {
        let (usage, count) = match self {
            Link::Make => ("link FILE1 FILE2", 2),
            Link::Remove => ("unlink FILE", 1),
        };
        let (mut tool, given) = begin!(ctx, &KNOWN, usage);
        if given.operands.len() < count {
            return misused(&tool.ctx, missing_operand(&given.operands)).await;
        }
        if let Some(extra) = given.operands.get(count) {
            return misused(&tool.ctx, extra_operand(extra)).await;
        }
        let (files, now, first) = (tool.files(), tool.now(), &given.operands[0]);
        let problem = match self {
            Link::Make => {
                let new = &given.operands[1];
                let made = files.link(&tool.path(first), &tool.path(new), now).err();
                made.map(|error| {
                    format!("cannot create link {} to {}: {error}", quoted_name(new), quoted_name(first))
                })
            }
            Link::Remove => {
                let removed = files.unlink(&tool.path(first), now).err();
                removed.map(|error| format!("cannot unlink {}: {error}", quoted_name(first)))
            }
        };
        let told = match problem {
            Some(problem) => tool.problem(problem).await,
            None => Ok(()),
        };
        tool.end(told).await
    }
}
