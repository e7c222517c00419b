//! What a program does that runs another in its own place.

use super::child::Child;
use super::command::{CommandContext, CommandStatus};
use super::live::complain;

/// Becomes the command of that line; comes back where there is none. `refused` says so for a reason.
pub(super) async fn to(
    ctx: &CommandContext<'_>,
    argv: Vec<String>,
    refused: impl Fn(&str) -> String,
) -> CommandStatus {
    let Err(missing) = Child::of(&ctx.run, argv).replace(&ctx.run).await;
    complain(ctx, refused(missing.reason())).await;
    CommandStatus::with_code(missing.code())
}
