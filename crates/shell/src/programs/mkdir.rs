//! `mkdir` and `rmdir`.

use crate::programs::command::{Command, CommandContext, CommandStatus, Result};
use async_trait::async_trait;
use sandbox_fs::{Errno, FsError, Kind};

use super::getopt::{Given, Known, missing_operand};
use super::live::misused;
use super::mode::Mode;
use super::quoting::quoted_name;
use super::tool::{Tool, Worked, begin};

pub(super) struct Mkdir;

const MKDIR: Known =
    Known { letters: "pm:vZ", long: &[("context", 'Z'), ("mode", 'm'), ("parents", 'p'), ("verbose", 'v')] };

#[async_trait]
impl Command for Mkdir {
    async fn execute(&self, ctx: CommandContext<'_>) -> Result<CommandStatus> {
        let (mut tool, given) = begin!(ctx, &MKDIR, "mkdir [OPTION]... DIRECTORY...");
        if given.operands.is_empty() {
            return misused(&tool.ctx, missing_operand(&[])).await;
        }
        let mode = match given.value('m').map(|text| Mode::parse(text).ok_or(text)) {
            Some(Err(text)) => {
                let told = tool.problem(format!("invalid mode {}", quoted_name(text))).await;
                return tool.end(told).await;
            }
            Some(Ok(mode)) => Some(mode.of(0o777, true, tool.umask())),
            None => None,
        };
        let mut worked = Ok(());
        for operand in &given.operands {
            worked = make(&mut tool, &given, operand, mode).await;
            if worked.is_err() {
                break;
            }
        }
        tool.end(worked).await
    }
}

async fn make(tool: &mut Tool<'_>, given: &Given, operand: &str, mode: Option<u32>) -> Worked {
    tool.turn().await;
    let trimmed = operand.trim_end_matches('/');
    let mut made = Ok(());
    let mut failed_at = operand;
    if given.has('p') && !trimmed.is_empty() {
        let ends = trimmed.match_indices('/').map(|(at, _)| at).filter(|at| *at > 0);
        for end in ends {
            let parent = &trimmed[..end];
            made = one(tool, given, parent, None, true).await?;
            if made.is_err() {
                failed_at = parent;
                break;
            }
        }
    }
    if made.is_ok() {
        made = one(tool, given, operand, mode, given.has('p')).await?;
    }
    match made {
        Ok(()) => Ok(()),
        Err(error) => {
            tool.problem(format!("cannot create directory {}: {error}", quoted_name(failed_at))).await
        }
    }
}

/// Makes one directory; one that is there is fine where `may_exist`.
async fn one(
    tool: &mut Tool<'_>,
    given: &Given,
    shown: &str,
    mode: Option<u32>,
    may_exist: bool,
) -> Worked<std::result::Result<(), FsError>> {
    let (path, now) = (tool.path(shown), tool.now());
    match tool.files().mkdir(&path, mode.unwrap_or(0o777), now) {
        Ok(()) => {
            // What is asked for is no business of the umask.
            if let Some(mode) = mode
                && let Err(error) = tool.files().chmod(&path, mode, now)
            {
                return Ok(Err(error));
            }
            if given.has('v') {
                tool.line(&format!("mkdir: created directory {}", quoted_name(shown))).await?;
            }
            Ok(Ok(()))
        }
        Err(error) if may_exist && error.errno == Errno::EEXIST => {
            Ok(match tool.files().stat(&path).map(|stat| stat.kind) {
                Ok(Kind::Directory) => Ok(()),
                Ok(_) if mode.is_none() && shown != given.operands.last().map_or("", |last| last) => {
                    Err(Errno::ENOTDIR.at(path))
                }
                _ => Err(error),
            })
        }
        Err(error) => Ok(Err(error)),
    }
}

pub(super) struct Rmdir;

const RMDIR: Known = Known {
    letters: "pv",
    long: &[("ignore-fail-on-non-empty", 'i'), ("parents", 'p'), ("path", 'p'), ("verbose", 'v')],
};

#[async_trait]
impl Command for Rmdir {
    async fn execute(&self, ctx: CommandContext<'_>) -> Result<CommandStatus> {
        let (mut tool, given) = begin!(ctx, &RMDIR, "rmdir [OPTION]... DIRECTORY...");
        if given.operands.is_empty() {
            return misused(&tool.ctx, missing_operand(&[])).await;
        }
        let mut worked = Ok(());
        for operand in &given.operands {
            worked = unmake(&mut tool, &given, operand).await;
            if worked.is_err() {
                break;
            }
        }
        tool.end(worked).await
    }
}

async fn unmake(tool: &mut Tool<'_>, given: &Given, operand: &str) -> Worked {
    let mut shown = operand;
    loop {
        tool.turn().await;
        if given.has('v') {
            tool.line(&format!("rmdir: removing directory, {}", quoted_name(shown))).await?;
        }
        let path = tool.path(shown);
        if let Err(error) = tool.files().rmdir(&path, tool.now()) {
            let full = matches!(error.errno, Errno::ENOTEMPTY | Errno::EEXIST);
            if full && given.has('i') {
                return Ok(());
            }
            let is_link = |path: &str| tool.files().lstat(path).is_ok_and(|stat| stat.is_symlink());
            let what = if shown == operand { "remove" } else { "remove directory" };
            let through_link = shown.ends_with('/')
                && is_link(path.trim_end_matches('/'))
                && tool.files().stat(&path).is_ok_and(|stat| stat.is_dir());
            let reason =
                if through_link { "Symbolic link not followed".to_owned() } else { error.to_string() };
            return tool.problem(format!("failed to {what} {}: {reason}", quoted_name(shown))).await;
        }
        let parent =
            shown.trim_end_matches('/').rsplit_once('/').map(|(parent, _)| parent.trim_end_matches('/'));
        match parent.filter(|parent| given.has('p') && !parent.is_empty()) {
            Some(parent) => shown = parent,
            None => return Ok(()),
        }
    }
}
