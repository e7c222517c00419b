//! `ln`: links, hard ones too.

use crate::programs::command::{Command, CommandContext, CommandStatus, Result};
use async_trait::async_trait;
use sandbox_fs::{Errno, Kind};

use super::canonical::{Needs, canonical, relative};
use super::copy::{Backups, Refused, Target, target_of_links};
use super::getopt::{Given, Known};
use super::live::misused;
use super::quoting::{name, quoted_name};
use super::tool::{Tool, Worked, begin};

pub(super) struct Ln;

const KNOWN: Known = Known {
    letters: "bdfFiLnPrsS:t:Tv",
    long: &[
        ("backup?", 'B'),
        ("directory", 'F'),
        ("force", 'f'),
        ("interactive", 'i'),
        ("logical", 'L'),
        ("no-dereference", 'n'),
        ("no-target-directory", 'T'),
        ("physical", 'P'),
        ("relative", 'r'),
        ("suffix", 'S'),
        ("symbolic", 's'),
        ("target-directory", 't'),
        ("verbose", 'v'),
    ],
};

const USAGE: &str = "ln [OPTION]... [-T] TARGET LINK_NAME\n  or:  ln [OPTION]... TARGET\n  \
                     or:  ln [OPTION]... TARGET... DIRECTORY\n  or:  ln [OPTION]... -t DIRECTORY TARGET...";

#[async_trait]
impl Command for Ln {
    async fn execute(&self, ctx: CommandContext<'_>) -> Result<CommandStatus> {
        let (mut tool, mut given) = begin!(ctx, &KNOWN, USAGE);
        let backups = match Backups::asked(&given, tool.ctx.env) {
            Ok(backups) => backups,
            Err(problem) => return misused(&tool.ctx, problem).await,
        };
        if given.has('r') && !given.has('s') {
            let told = tool.problem("cannot do --relative without --symbolic".to_owned()).await;
            return tool.end(told).await;
        }
        let target = match target_of_links(&tool, &mut given) {
            Ok(target) => target,
            Err(Refused::Usage(problem)) => return misused(&tool.ctx, problem).await,
            Err(Refused::Plainly(problem)) => {
                let told = tool.problem(problem).await;
                return tool.end(told).await;
            }
        };
        let worked = link_all(&mut tool, &given, backups, &target).await;
        tool.end(worked).await
    }
}

async fn link_all(tool: &mut Tool<'_>, given: &Given, backups: Option<Backups>, target: &Target) -> Worked {
    for source in &given.operands {
        tool.turn().await;
        make(tool, given, backups.as_ref(), source, &target.name(source)).await?;
    }
    Ok(())
}

async fn make(
    tool: &mut Tool<'_>,
    given: &Given,
    backups: Option<&Backups>,
    source: &str,
    link: &str,
) -> Worked {
    let symbolic = given.has('s');
    let (files, now) = (tool.files(), tool.now());
    let (source_path, path) = (tool.path(source), tool.path(link));
    let existing = if given.has('L') && !symbolic {
        match canonical(&tool.run, &source_path, Needs::All, true) {
            Ok(existing) => existing,
            Err(errno) => {
                return tool.problem(format!("failed to access {}: {errno}", quoted_name(source))).await;
            }
        }
    } else {
        source_path.clone()
    };
    let shown = quoted_name(link);
    if !symbolic {
        match files.lstat(&existing) {
            Err(error) => {
                return tool.problem(format!("failed to access {}: {error}", quoted_name(source))).await;
            }
            Ok(stat) if stat.kind == Kind::Directory => {
                return tool.problem(format!("{}: hard link not allowed for directory", name(source))).await;
            }
            Ok(_) => {}
        }
    }
    let mut backup = None;
    if let Ok(there) = files.lstat(&path) {
        let same = is_same_name(tool, &existing, &path);
        let replaces = given.has('f') || given.has('i') || backups.is_some();
        if replaces && there.kind == Kind::Directory {
            return tool.problem(format!("{}: cannot overwrite directory", name(link))).await;
        }
        if replaces && same && backups.is_none() {
            let source = quoted_name(source);
            return tool.problem(format!("{source} and {shown} are the same file")).await;
        }
        if given.has('i') && !tool.agrees(&format!("replace {shown}")).await? {
            return Ok(());
        }
        let files = tool.files();
        if let Some(backups) = backups {
            let kept = backups.name(files, &path, link);
            if let Err(error) = files.rename(&path, &tool.path(&kept), now) {
                return tool.problem(format!("cannot backup {shown}: {error}")).await;
            }
            backup = Some(kept);
        } else if replaces && let Err(error) = files.unlink(&path, now) {
            return tool.problem(format!("cannot remove {shown}: {error}")).await;
        }
    }
    let text =
        if given.has('r') { relative_text(tool, &source_path, &path, source) } else { source.to_owned() };
    let files = tool.files();
    let made = if symbolic { files.symlink(&text, &path, now) } else { files.link(&existing, &path, now) };
    match made {
        Ok(()) if given.has('v') => {
            let arrow = if symbolic { "->" } else { "=>" };
            let kept = backup.map(|kept| format!("{} ~ ", quoted_name(&kept))).unwrap_or_default();
            tool.line(&format!("{kept}{shown} {arrow} {}", quoted_name(&text))).await
        }
        Ok(()) => Ok(()),
        Err(error) => {
            let problem = match (symbolic, error.errno) {
                (true, Errno::EEXIST) => format!("failed to create symbolic link {shown}: {error}"),
                (true, _) if text.is_empty() || error.errno == Errno::ENAMETOOLONG => {
                    format!("failed to create symbolic link {shown} -> {}: {error}", quoted_name(&text))
                }
                (true, _) => format!("failed to create symbolic link {shown}: {error}"),
                (false, Errno::EEXIST) => format!("failed to create hard link {shown}: {error}"),
                (false, _) => {
                    format!("failed to create hard link {shown} => {}: {error}", quoted_name(source))
                }
            };
            tool.problem(problem).await
        }
    }
}

/// Whether two paths are one name in one directory.
fn is_same_name(tool: &Tool<'_>, one: &str, other: &str) -> bool {
    let entry = |path: &str| {
        let (directory, name) = path.trim_end_matches('/').rsplit_once('/')?;
        let directory = tool.files().stat(if directory.is_empty() { "/" } else { directory }).ok()?;
        Some(((directory.dev, directory.ino), name.to_owned()))
    };
    entry(one).is_some_and(|found| Some(found) == entry(other))
}

/// How the link's directory comes to its target.
fn relative_text(tool: &Tool<'_>, source: &str, link: &str, given: &str) -> String {
    let directory = link.trim_end_matches('/').rsplit_once('/').map_or("/", |(parent, _)| parent);
    let directory = if directory.is_empty() { "/" } else { directory };
    let both = (
        canonical(&tool.run, source, Needs::Nothing, true),
        canonical(&tool.run, directory, Needs::Nothing, true),
    );
    if let (Ok(source), Ok(directory)) = both { relative(&source, &directory) } else { given.to_owned() }
}
