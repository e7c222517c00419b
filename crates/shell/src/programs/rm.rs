//! `rm`.

use crate::programs::command::{Command, CommandContext, CommandStatus, Result};
use async_trait::async_trait;
use sandbox_fs::{Errno, Kind, Stat};

use super::getopt::{Given, Known, missing_operand};
use super::live::{misused, say};
use super::quoting::{quoted_name, value};
use super::tool::{Tool, Worked, begin};
use super::tree::{Follow, Found, Step, Walk};

pub(super) struct Rm;

const KNOWN: Known = Known {
    letters: "dfirRvI",
    long: &[
        ("force", 'f'),
        ("interactive?", 'W'),
        ("one-file-system", 'o'),
        ("no-preserve-root", 'n'),
        ("preserve-root?", 'p'),
        ("recursive", 'r'),
        ("dir", 'd'),
        ("verbose", 'v'),
    ],
};

/// When it asks.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Asks {
    Never,
    Once,
    Always,
}

struct Wish {
    asks: Asks,
    /// What is missing is no failure.
    forces: bool,
    recursive: bool,
    empty_directories: bool,
    verbose: bool,
}

fn wish(given: &Given) -> std::result::Result<Wish, String> {
    let has = |letter| given.has(letter);
    let mut wish = Wish {
        asks: Asks::Never,
        forces: false,
        recursive: has('r') || has('R'),
        empty_directories: has('d'),
        verbose: has('v'),
    };
    for (letter, when) in &given.options {
        match letter {
            'f' => (wish.asks, wish.forces) = (Asks::Never, true),
            'i' => (wish.asks, wish.forces) = (Asks::Always, false),
            'I' => (wish.asks, wish.forces) = (Asks::Once, false),
            'W' => match when.as_str() {
                "never" | "no" | "none" => wish.asks = Asks::Never,
                "once" => (wish.asks, wish.forces) = (Asks::Once, false),
                "" | "always" | "yes" => (wish.asks, wish.forces) = (Asks::Always, false),
                other => {
                    return Err(format!(
                        "invalid argument {} for '--interactive'\nValid arguments are:\n  - 'never', 'no', 'none'\n  \
                         - 'once'\n  - 'always', 'yes'",
                        value(other)
                    ));
                }
            },
            _ => {}
        }
    }
    Ok(wish)
}

#[async_trait]
impl Command for Rm {
    async fn execute(&self, ctx: CommandContext<'_>) -> Result<CommandStatus> {
        let name = ctx.name;
        if let Some(operand) = names_a_file(&ctx) {
            let letter = operand[1..].chars().find(|letter| !"dfirRvI".contains(*letter)).unwrap_or('-');
            let text = format!(
                "{name}: invalid option -- '{letter}'\nTry '{name} ./{operand}' to remove the file {}.\n\
                 Try '{name} --help' for more information.\n",
                quoted_name(operand)
            );
            say(&ctx.stderr, text).await;
            return Ok(CommandStatus::with_code(1));
        }
        let (mut tool, given) = begin!(ctx, &KNOWN, "rm [OPTION]... [FILE]...");
        let wish = match wish(&given) {
            Ok(wish) => wish,
            Err(problem) => return misused(&tool.ctx, problem).await,
        };
        if given.operands.is_empty() {
            if wish.forces {
                return Ok(CommandStatus::success());
            }
            return misused(&tool.ctx, missing_operand(&[])).await;
        }
        let worked = remove_all(&mut tool, &wish, &given.operands, given.has('n')).await;
        tool.end(worked).await
    }
}

/// A word that is no option of `rm` and is the name of a file, which was meant.
fn names_a_file<'a>(ctx: &CommandContext<'a>) -> Option<&'a str> {
    let options = ctx.args.iter().take_while(|arg| *arg != "--");
    options.map(String::as_str).find(|arg| {
        arg.len() > 1
            && arg.starts_with('-')
            && !arg.starts_with("--")
            && arg[1..].contains(|letter| !"dfirRvI".contains(letter))
            && ctx.run.files.lstat(&ctx.cwd.join(arg).to_string_lossy()).is_ok()
    })
}

async fn remove_all(tool: &mut Tool<'_>, wish: &Wish, operands: &[String], even_root: bool) -> Worked {
    if wish.asks == Asks::Once && (wish.recursive || operands.len() > 3) {
        let (count, plural) = (operands.len(), if operands.len() == 1 { "" } else { "s" });
        let how = if wish.recursive { " recursively" } else { "" };
        if !tool.agrees(&format!("remove {count} argument{plural}{how}")).await? {
            return Ok(());
        }
    }
    for operand in operands {
        tool.turn().await;
        let last = operand.trim_end_matches('/').rsplit('/').next().unwrap_or_default();
        let is_dots = matches!(last, "." | "..");
        if wish.recursive && is_dots && tool.files().lstat(&tool.path(operand)).is_ok() {
            let text = "refusing to remove '.' or '..' directory: skipping";
            tool.problem(format!("{text} {}", quoted_name(operand))).await?;
        } else if wish.recursive && !even_root && !operand.is_empty() && last.is_empty() {
            let alias = if operand == "/" { String::new() } else { " (same as '/')".to_owned() };
            let name = quoted_name(operand);
            tool.problem(format!("it is dangerous to operate recursively on {name}{alias}")).await?;
            tool.problem("use --no-preserve-root to override this failsafe".to_owned()).await?;
        } else {
            remove(tool, wish, operand).await?;
        }
    }
    Ok(())
}

async fn remove(tool: &mut Tool<'_>, wish: &Wish, operand: &str) -> Worked {
    let path = tool.path(operand);
    let stat = match super::inode::look(&tool.run, &path, false) {
        Ok(stat) => stat,
        Err(error) if wish.forces && matches!(error.errno, Errno::ENOENT | Errno::ENOTDIR) => return Ok(()),
        Err(error) => return cannot(tool, operand, error.errno.message()).await,
    };
    if stat.is_dir() && !wish.recursive {
        if !wish.empty_directories {
            return cannot(tool, operand, Errno::EISDIR.message()).await;
        }
        if tool.files().read_dir(&path).is_ok_and(|entries| !entries.is_empty()) {
            return cannot(tool, operand, Errno::ENOTEMPTY.message()).await;
        }
        let found = Found { shown: operand.to_owned(), path, stat, depth: 0 };
        if wish.asks == Asks::Always && !asked(tool, &found, "remove").await? {
            return Ok(());
        }
        return drop_name(tool, wish, &found, &mut Vec::new()).await;
    }
    remove_tree(tool, wish, operand, path).await
}

async fn remove_tree(tool: &mut Tool<'_>, wish: &Wish, operand: &str, path: String) -> Worked {
    let mut walk = Walk::new(operand, path, Follow::Never);
    // Directories that stay because something in them does.
    let mut kept: Vec<String> = Vec::new();
    let asks = wish.asks == Asks::Always;
    while let Some(step) = walk.next(&tool.run.files) {
        tool.turn().await;
        match step {
            Step::Enter(found) if asks => {
                let is_empty = tool.files().read_dir(&found.path).is_ok_and(|entries| entries.is_empty());
                if !is_empty && !asked(tool, &found, "descend into").await? {
                    keep(&mut kept, &found);
                    walk.skip();
                }
            }
            Step::Enter(_) => {}
            Step::Leave(found) if kept.contains(&found.path) => keep(&mut kept, &found),
            Step::File(found) | Step::Leave(found) | Step::Circle(found) => {
                if asks && !asked(tool, &found, "remove").await? {
                    keep(&mut kept, &found);
                } else {
                    drop_name(tool, wish, &found, &mut kept).await?;
                }
            }
            Step::Unreadable(found, error) => {
                keep(&mut kept, &found);
                kept.push(found.path.clone());
                cannot(tool, &found.shown, error.errno.message()).await?;
            }
            Step::Missing(error) => cannot(tool, operand, error.errno.message()).await?,
        }
    }
    Ok(())
}

/// Notes that the directory around something stays.
fn keep(kept: &mut Vec<String>, found: &Found) {
    if let Some((parent, _)) = found.path.rsplit_once('/') {
        kept.push(parent.to_owned());
    }
}

async fn drop_name(tool: &mut Tool<'_>, wish: &Wish, found: &Found, kept: &mut Vec<String>) -> Worked {
    let (files, now) = (tool.files(), tool.now());
    let (removed, what) = match found.stat.kind {
        Kind::Directory => (files.rmdir(&found.path, now), "removed directory"),
        _ => (files.unlink(&found.path, now), "removed"),
    };
    match removed {
        Ok(()) if wish.verbose => tool.line(&format!("{what} {}", quoted_name(&found.shown))).await,
        Ok(()) => Ok(()),
        Err(error) => {
            keep(kept, found);
            cannot(tool, &found.shown, error.errno.message()).await
        }
    }
}

async fn cannot(tool: &mut Tool<'_>, shown: &str, reason: &str) -> Worked {
    tool.problem(format!("cannot remove {}: {reason}", quoted_name(shown))).await
}

async fn asked(tool: &mut Tool<'_>, found: &Found, what: &str) -> Worked<bool> {
    let question = format!("{what} {} {}", kind_name(&found.stat), quoted_name(&found.shown));
    tool.agrees(&question).await
}

/// What `stat` calls a file's kind.
pub(super) fn kind_name(stat: &Stat) -> &'static str {
    match (stat.kind, stat.size) {
        (Kind::Directory, _) => "directory",
        (Kind::Symlink, _) => "symbolic link",
        (Kind::File, 0) => "regular empty file",
        (Kind::File, _) => "regular file",
        (Kind::Fifo, _) => "fifo",
        (Kind::Device, _) => "character special file",
    }
}
