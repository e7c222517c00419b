//! `mv`.

use crate::programs::command::{Command, CommandContext, CommandStatus, Result};
use async_trait::async_trait;

use super::target::{Refused, Target, target};
use super::{Backups, Copier, Make, Options, Overwrite, Preserve};
use crate::programs::getopt::{Given, Known};
use crate::programs::live::misused;
use crate::programs::tool::{Tool, Worked, begin};
use crate::programs::tree::Follow;

pub(in crate::programs) struct Mv;

const KNOWN: Known = Known {
    letters: "bfint:uvS:TZ",
    long: &[
        ("backup?", 'B'),
        ("context", 'Z'),
        ("debug", 'v'),
        ("force", 'f'),
        ("interactive", 'i'),
        ("no-clobber", 'n'),
        ("no-target-directory", 'T'),
        ("strip-trailing-slashes", 'Y'),
        ("suffix", 'S'),
        ("target-directory", 't'),
        ("update", 'u'),
        ("verbose", 'v'),
    ],
};

const USAGE: &str = "mv [OPTION]... [-T] SOURCE DEST\n  or:  mv [OPTION]... SOURCE... DIRECTORY\n  \
                     or:  mv [OPTION]... -t DIRECTORY SOURCE...";

#[async_trait]
impl Command for Mv {
    async fn execute(&self, ctx: CommandContext<'_>) -> Result<CommandStatus> {
        let (mut tool, mut given) = begin!(ctx, &KNOWN, USAGE);
        let backups = match Backups::asked(&given, tool.ctx.env) {
            Ok(backups) => backups,
            Err(problem) => return misused(&tool.ctx, problem).await,
        };
        let overwrite = given.options.iter().rev().find_map(|(letter, _)| match letter {
            'f' => Some(Overwrite::Always),
            'i' => Some(Overwrite::Ask),
            'n' => Some(Overwrite::Never),
            _ => None,
        });
        let overwrite = overwrite.unwrap_or_default();
        if backups.is_some() && overwrite == Overwrite::Never {
            let text = "options --backup and --no-clobber are mutually exclusive";
            return misused(&tool.ctx, text).await;
        }
        let target = match target(&tool, &mut given) {
            Ok(target) => target,
            Err(Refused::Usage(problem)) => return misused(&tool.ctx, problem).await,
            Err(Refused::Plainly(problem)) => {
                let told = tool.problem(problem).await;
                return tool.end(told).await;
            }
        };
        let options = Options {
            recursive: true,
            follow: Follow::Never,
            preserve: Preserve { mode: true, owner: true, times: true, links: true, no_mode: false },
            overwrite,
            force: false,
            remove_destination: false,
            update: given.has('u'),
            verbose: given.has('v'),
            make: Make::Copy,
            backups,
            all_sparse: false,
            moves: true,
        };
        let worked = move_all(&mut tool, options, &target, &given).await;
        tool.end(worked).await
    }
}

async fn move_all(tool: &mut Tool<'_>, options: Options, target: &Target, given: &Given) -> Worked {
    let mut copier = Copier::new(tool, options);
    for operand in &given.operands {
        let stripped = operand.trim_end_matches('/');
        let source = if given.has('Y') && !stripped.is_empty() { stripped } else { operand };
        copier.operand(source, &target.name(source)).await?;
    }
    Ok(())
}
