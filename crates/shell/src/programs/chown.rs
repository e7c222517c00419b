//! `chown` and `chgrp`.

use crate::programs::command::{Command, CommandContext, CommandStatus, Result};
use async_trait::async_trait;
use sandbox_fs::{FsError, Kind, Stat};

use super::getopt::{Given, Known, missing_operand};
use super::inode::Names;
use super::live::misused;
use super::owner::{Owner, Spec};
use super::quoting::{quoted_name, value};
use super::tool::{Tool, Worked, begin};
use super::tree::{Follow, Step, Walk};

/// One of the two.
pub(super) enum Chown {
    Owner,
    Group,
}

const KNOWN: Known = Known {
    letters: "HLPRcfhv",
    long: &[
        ("recursive", 'R'),
        ("changes", 'c'),
        ("dereference", 'd'),
        ("from=", 'F'),
        ("no-dereference", 'h'),
        ("no-preserve-root", 'N'),
        ("preserve-root", 'S'),
        ("quiet", 'f'),
        ("silent", 'f'),
        ("reference=", 'M'),
        ("verbose", 'v'),
    ],
};

struct Wish {
    spec: Spec,
    from: Spec,
    is_group: bool,
    follow: Follow,
    /// The link itself is changed.
    no_dereference: bool,
}

#[async_trait]
impl Command for Chown {
    async fn execute(&self, ctx: CommandContext<'_>) -> Result<CommandStatus> {
        let is_group = matches!(self, Chown::Group);
        let usage = match is_group {
            true => "chgrp [OPTION]... GROUP FILE...\n  or:  chgrp [OPTION]... --reference=RFILE FILE...",
            false => {
                "chown [OPTION]... [OWNER][:[GROUP]] FILE...\n  or:  chown [OPTION]... --reference=RFILE FILE..."
            }
        };
        let (mut tool, mut given) = begin!(ctx, &KNOWN, usage);
        let least = if given.has('M') { 1 } else { 2 };
        if given.operands.len() < least {
            return misused(&tool.ctx, missing_operand(&given.operands)).await;
        }
        let wish = match wish(&mut tool, &mut given, is_group).await {
            Ok(Ok(wish)) => wish,
            Ok(Err(problem)) => {
                let told = tool.problem(problem).await;
                return tool.end(told).await;
            }
            Err(stop) => return tool.end(Err(stop)).await,
        };
        let worked = change_all(&mut tool, &wish, &given).await;
        tool.end(worked).await
    }
}

async fn wish(
    tool: &mut Tool<'_>,
    given: &mut Given,
    is_group: bool,
) -> Worked<std::result::Result<Wish, String>> {
    let run = tool.run.clone();
    let spec = match given.value('M') {
        Some(reference) => match tool.files().stat(&tool.path(reference)) {
            Ok(stat) => Ok(Spec::of(&run, &stat, is_group)),
            Err(error) => Err(format!("failed to get attributes of {}: {error}", quoted_name(reference))),
        },
        None => {
            let text = given.operands.remove(0);
            if is_group {
                Owner::group(&run, &text)
                    .map(|group| Spec { user: None, group })
                    .ok_or_else(|| format!("invalid group: {}", value(&text)))
            } else {
                let parsed = Spec::parse(&run, &text);
                if let Ok((_, true)) = parsed {
                    tool.warn(format!("warning: '.' should be ':': {}", value(&text))).await?;
                }
                parsed.map(|(spec, _)| spec)
            }
        }
    };
    let from =
        given.value('F').map_or(Ok(Spec::default()), |text| Spec::parse(&run, text).map(|(spec, _)| spec));
    let (mut follow, mut no_dereference) = (Follow::Never, false);
    for (letter, _) in &given.options {
        match letter {
            'H' => follow = Follow::First,
            'L' => follow = Follow::Always,
            'P' => follow = Follow::Never,
            'h' => no_dereference = true,
            'd' => no_dereference = false,
            _ => {}
        }
    }
    if !given.has('R') {
        follow = if no_dereference { Follow::Never } else { Follow::First };
    } else if follow == Follow::Never {
        no_dereference = true;
    }
    Ok(spec.and_then(|spec| Ok(Wish { spec, from: from?, is_group, follow, no_dereference })))
}

async fn change_all(tool: &mut Tool<'_>, wish: &Wish, given: &Given) -> Worked {
    for operand in &given.operands {
        let path = tool.path(operand);
        if given.has('R') && given.has('S') && path.trim_end_matches('/').is_empty() {
            let root = quoted_name(operand);
            tool.problem(format!("it is dangerous to operate recursively on {root}")).await?;
            tool.problem("use --no-preserve-root to override this failsafe".to_owned()).await?;
            continue;
        }
        let mut walk = Walk::new(operand, path, wish.follow);
        while let Some(step) = walk.next(&tool.run.files) {
            tool.turn().await;
            match step {
                // What is in a directory comes before it.
                Step::Enter(_) if given.has('R') => {}
                Step::File(found) | Step::Enter(found) | Step::Leave(found) | Step::Circle(found) => {
                    change(tool, wish, given, &found.shown, &found.path, &found.stat).await?;
                    if !given.has('R') {
                        break;
                    }
                }
                Step::Unreadable(found, error) => {
                    let shown = quoted_name(&found.shown);
                    tool.problem(format!("cannot read directory {shown}: {error}")).await?;
                }
                Step::Missing(error) => {
                    failed(tool, wish, given, operand, "cannot access", error).await?;
                }
            }
        }
    }
    Ok(())
}

async fn change(
    tool: &mut Tool<'_>,
    wish: &Wish,
    given: &Given,
    shown: &str,
    path: &str,
    old: &Stat,
) -> Worked {
    let (uid, gid) =
        (wish.spec.user.as_ref().map(|user| user.id), wish.spec.group.as_ref().map(|group| group.id));
    let is_from = |from: &Option<Owner>, id| from.as_ref().is_none_or(|from| from.id == id);
    let wanted = is_from(&wish.from.user, old.uid) && is_from(&wish.from.group, old.gid);
    if wanted {
        let (files, now) = (tool.files(), tool.now());
        let itself = wish.no_dereference && old.kind == Kind::Symlink;
        let changed =
            if itself { files.lchown(path, uid, gid, now) } else { files.chown(path, uid, gid, now) };
        if let Err(error) = changed {
            let what = if old.kind == Kind::Symlink { "cannot dereference" } else { "changing ownership of" };
            return failed(tool, wish, given, shown, what, error).await;
        }
    }
    let differs = uid.is_some_and(|uid| uid != old.uid) || gid.is_some_and(|gid| gid != old.gid);
    let (verbose, changes) = (given.has('v'), given.has('c'));
    if !(verbose || changes && differs && wanted) {
        return Ok(());
    }
    let names = |path| Names::read(&tool.run, path);
    let old_user = names("/etc/passwd").name(old.uid);
    let old_group = names("/etc/group").name(old.gid);
    let shown = quoted_name(shown);
    let before = match (wish.is_group, &wish.spec.user, &wish.spec.group) {
        (true, ..) => old_group,
        (false, _, Some(_)) => format!("{old_user}:{old_group}"),
        (false, ..) => old_user,
    };
    let line = match (wanted && differs, wish.is_group, wish.spec.is_empty()) {
        (true, true, _) => format!("changed group of {shown} from {before} to {}", wish.spec.told(true)),
        (true, false, _) => {
            format!("changed ownership of {shown} from {before} to {}", wish.spec.told(false))
        }
        (false, _, true) => format!("ownership of {shown} retained"),
        (false, true, false) => format!("group of {shown} retained as {before}"),
        (false, false, false) => format!("ownership of {shown} retained as {before}"),
    };
    tool.line(&line).await
}

async fn failed(
    tool: &mut Tool<'_>,
    wish: &Wish,
    given: &Given,
    shown: &str,
    what: &str,
    error: FsError,
) -> Worked {
    tool.code = 1;
    let shown = quoted_name(shown);
    if !given.has('f') {
        tool.problem(format!("{what} {shown}: {error}")).await?;
    }
    if given.has('v') {
        let what = if wish.is_group { "group" } else { "ownership" };
        tool.line(&format!("failed to change {what} of {shown} to {}", wish.spec.told(wish.is_group)))
            .await?;
    }
    Ok(())
}
