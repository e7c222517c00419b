//! `install`: copies with a mode and an owner, and directories.

use crate::programs::command::{Command, CommandContext, CommandStatus, Result};
use async_trait::async_trait;
use sandbox_fs::{Errno, Kind};

use super::target::{Refused, Target, target};
use super::{Backups, Copier, Make, Options, Overwrite, Preserve};
use crate::programs::getopt::{Given, Known};
use crate::programs::live::misused;
use crate::programs::mode::Mode;
use crate::programs::owner::Owner;
use crate::programs::quoting::{quoted_name, value};
use crate::programs::tool::{Tool, Worked, begin};
use crate::programs::tree::Follow;

pub(in crate::programs) struct Install;

const KNOWN: Known = Known {
    letters: "bcCdDg:m:o:pst:TvS:Z",
    long: &[
        ("backup?", 'B'),
        ("compare", 'C'),
        ("directory", 'd'),
        ("group", 'g'),
        ("mode", 'm'),
        ("no-target-directory", 'T'),
        ("owner", 'o'),
        ("preserve-timestamps", 'p'),
        ("strip", 's'),
        ("suffix", 'S'),
        ("target-directory", 't'),
        ("verbose", 'v'),
        ("context", 'Z'),
    ],
};

const USAGE: &str = "install [OPTION]... [-T] SOURCE DEST\n  or:  install [OPTION]... SOURCE... DIRECTORY\n  \
                     or:  install [OPTION]... -t DIRECTORY SOURCE...\n  or:  install [OPTION]... -d DIRECTORY...";

/// What everything that is installed gets.
struct Attributes {
    mode: Mode,
    uid: Option<u32>,
    gid: Option<u32>,
}

fn attributes(tool: &Tool<'_>, given: &Given) -> std::result::Result<Attributes, String> {
    let text = given.value('m');
    let mode = match text {
        Some(text) => Mode::parse(text).ok_or_else(|| format!("invalid mode {}", value(text)))?,
        None => Mode::exactly(0o755),
    };
    let uid = match given.value('o') {
        Some(text) => {
            let user = Owner::user(&tool.run, text);
            Some(user.ok_or_else(|| format!("invalid user {}", value(text)))?.id)
        }
        None => None,
    };
    let gid = match given.value('g') {
        Some(text) => {
            let group = Owner::group(&tool.run, text).flatten();
            Some(group.ok_or_else(|| format!("invalid group {}", value(text)))?.id)
        }
        None => None,
    };
    Ok(Attributes { mode, uid, gid })
}

#[async_trait]
impl Command for Install {
    async fn execute(&self, ctx: CommandContext<'_>) -> Result<CommandStatus> {
        let (mut tool, mut given) = begin!(ctx, &KNOWN, USAGE);
        let backups = match Backups::asked(&given, tool.ctx.env) {
            Ok(backups) => backups,
            Err(problem) => return misused(&tool.ctx, problem).await,
        };
        if given.has('d') {
            if given.operands.is_empty() {
                return misused(&tool.ctx, "missing file operand").await;
            }
            let worked = make_directories(&mut tool, &given).await;
            return tool.end(worked).await;
        }
        // With -D the directory of -t need not be there.
        if let (true, Some(directory)) = (given.has('D'), given.value('t')) {
            let directory = directory.to_owned();
            if let Err(stop) = make_parents(&mut tool, &given, &directory).await {
                return tool.end(Err(stop)).await;
            }
        }
        let target = match target(&tool, &mut given) {
            Ok(target) => target,
            Err(Refused::Usage(problem)) => return misused(&tool.ctx, problem).await,
            Err(Refused::Plainly(problem)) => {
                let told = tool.problem(problem).await;
                return tool.end(told).await;
            }
        };
        let attributes = match attributes(&tool, &given) {
            Ok(attributes) => attributes,
            Err(problem) => {
                let told = tool.problem(problem).await;
                return tool.end(told).await;
            }
        };
        let options = Options {
            recursive: false,
            follow: Follow::Always,
            preserve: Preserve { times: given.has('p'), ..Preserve::default() },
            overwrite: Overwrite::Always,
            force: false,
            remove_destination: true,
            update: false,
            verbose: given.has('v'),
            make: Make::Copy,
            backups,
            all_sparse: false,
            moves: false,
        };
        let worked = install_all(&mut tool, options, &target, &given, &attributes).await;
        tool.end(worked).await
    }
}

async fn install_all(
    tool: &mut Tool<'_>,
    options: Options,
    target: &Target,
    given: &Given,
    attributes: &Attributes,
) -> Worked {
    if let (true, Target::Name(name)) = (given.has('D'), target)
        && let Some((parent, _)) = name.trim_end_matches('/').rsplit_once('/')
        && !parent.is_empty()
    {
        make_parents(tool, given, parent).await?;
    }
    let mut copier = Copier::new(tool, options);
    for operand in &given.operands {
        let destination = target.name(operand);
        let (from, to) = (copier.tool.path(operand), copier.tool.path(&destination));
        let files = copier.tool.files();
        if files.stat(&from).is_ok_and(|stat| stat.kind == Kind::Directory) {
            copier.problem(format!("omitting directory {}", quoted_name(operand))).await?;
            continue;
        }
        let same = || {
            let (from, to) = (files.read(&from).ok()?, files.read(&to).ok()?);
            Some(from == to)
        };
        if given.has('C') && same() == Some(true) {
            give(copier.tool, attributes, &destination).await?;
            continue;
        }
        if copier.operand(operand, &destination).await? {
            give(copier.tool, attributes, &destination).await?;
        }
    }
    Ok(())
}

/// Gives what was installed its owner and mode.
async fn give(tool: &mut Tool<'_>, attributes: &Attributes, shown: &str) -> Worked {
    let (files, now, path) = (tool.files(), tool.now(), tool.path(shown));
    if (attributes.uid.is_some() || attributes.gid.is_some())
        && let Err(error) = files.chown(&path, attributes.uid, attributes.gid, now)
    {
        return tool.problem(format!("cannot change ownership of {}: {error}", quoted_name(shown))).await;
    }
    let is_directory = files.stat(&path).is_ok_and(|stat| stat.is_dir());
    let mode = attributes.mode.of(0, is_directory, 0);
    match files.chmod(&path, mode, now) {
        Ok(()) => Ok(()),
        Err(error) => {
            tool.problem(format!("cannot change permissions of {}: {error}", quoted_name(shown))).await
        }
    }
}

async fn make_directories(tool: &mut Tool<'_>, given: &Given) -> Worked {
    let attributes = match attributes(tool, given) {
        Ok(attributes) => attributes,
        Err(problem) => return tool.problem(problem).await,
    };
    for operand in &given.operands {
        let before = tool.code;
        tool.code = 0;
        make_parents(tool, given, operand).await?;
        if tool.code == 0 {
            give(tool, &attributes, operand).await?;
        }
        tool.code = tool.code.max(before);
    }
    Ok(())
}

/// Makes a directory and those above it that are missing.
async fn make_parents(tool: &mut Tool<'_>, given: &Given, directory: &str) -> Worked {
    let trimmed = directory.trim_end_matches('/');
    let ends = trimmed.match_indices('/').map(|(at, _)| at).filter(|at| *at > 0).chain([trimmed.len()]);
    for end in ends {
        let shown = &trimmed[..end];
        let (files, now, path) = (tool.files(), tool.now(), tool.path(shown));
        match files.mkdir(&path, 0o777, now) {
            Ok(()) if given.has('v') => {
                tool.line(&format!("install: creating directory {}", quoted_name(shown))).await?;
            }
            Ok(()) => {}
            Err(error)
                if error.errno == Errno::EEXIST && files.stat(&path).is_ok_and(|stat| stat.is_dir()) => {}
            Err(error) => {
                return tool
                    .problem(format!("cannot create directory {}: {error}", quoted_name(shown)))
                    .await;
            }
        }
    }
    Ok(())
}
