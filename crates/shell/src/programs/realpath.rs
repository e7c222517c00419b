//! `realpath` and `readlink`.

use crate::programs::command::{Command, CommandContext, CommandStatus, Result};
use async_trait::async_trait;
use sandbox_fs::Errno;

use super::canonical::{Needs, canonical, is_below, relative};
use super::getopt::{Given, Known, missing_operand};
use super::live::misused;
use super::quoting::name;
use super::tool::{Tool, Worked, begin};

pub(super) struct Realpath;

const REALPATH: Known = Known {
    letters: "eLmPqsz",
    long: &[
        ("canonicalize-existing", 'e'),
        ("canonicalize-missing", 'm'),
        ("logical", 'L'),
        ("no-symlinks", 's'),
        ("physical", 'P'),
        ("quiet", 'q'),
        ("relative-base=", 'B'),
        ("relative-to=", 'T'),
        ("strip", 's'),
        ("zero", 'z'),
    ],
};

/// How `realpath` takes paths.
struct Wish {
    needs: Needs,
    /// `..` is taken by text, before links.
    logical: bool,
    follow: bool,
}

#[async_trait]
impl Command for Realpath {
    async fn execute(&self, ctx: CommandContext<'_>) -> Result<CommandStatus> {
        let (mut tool, given) = begin!(ctx, &REALPATH, "realpath [OPTION]... FILE...");
        if given.operands.is_empty() {
            return misused(&tool.ctx, missing_operand(&[])).await;
        }
        let mut wish = Wish { needs: Needs::Parents, logical: false, follow: true };
        for (letter, _) in &given.options {
            match letter {
                'e' => wish.needs = Needs::All,
                'm' => wish.needs = Needs::Nothing,
                'L' => (wish.logical, wish.follow) = (true, true),
                'P' => (wish.logical, wish.follow) = (false, true),
                's' => (wish.logical, wish.follow) = (false, false),
                _ => {}
            }
        }
        let worked = resolve_all(&mut tool, &wish, &given).await;
        tool.end(worked).await
    }
}

async fn resolve_all(tool: &mut Tool<'_>, wish: &Wish, given: &Given) -> Worked {
    let directory = |option| {
        let Some(shown) = given.value(option) else { return Ok(None) };
        let path = resolve(tool, wish, shown).map_err(|errno| format!("{}: {errno}", name(shown)))?;
        let is_directory = tool.files().stat(&path).is_ok_and(|stat| stat.is_dir());
        match wish.needs == Needs::All && !is_directory {
            true => Err(format!("{}: {}", name(shown), Errno::ENOTDIR)),
            false => Ok(Some(path)),
        }
    };
    let (mut to, mut base) = match (directory('T'), directory('B')) {
        (Ok(to), Ok(base)) => (to, base),
        (Err(problem), _) | (_, Err(problem)) => return tool.problem(problem).await,
    };
    if let (Some(directory), Some(above)) = (&to, &base)
        && !is_below(directory, above)
    {
        (to, base) = (None, None);
    }
    let to = to.or_else(|| base.clone());
    for operand in &given.operands {
        match resolve(tool, wish, operand) {
            Ok(path) => {
                let is_inside = base.as_ref().is_none_or(|base| is_below(&path, base));
                let shown = match &to {
                    Some(to) if is_inside => relative(&path, to),
                    _ => path,
                };
                tool.put(shown.as_bytes()).await?;
                tool.put(if given.has('z') { b"\0" } else { b"\n" }).await?;
            }
            Err(_) if given.has('q') => tool.code = 1,
            Err(errno) => tool.problem(format!("{}: {errno}", name(operand))).await?,
        }
    }
    Ok(())
}

fn resolve(tool: &Tool<'_>, wish: &Wish, shown: &str) -> std::result::Result<String, Errno> {
    let path = tool.path(shown);
    if !wish.logical {
        return canonical(&tool.run, &path, wish.needs, wish.follow);
    }
    let by_text = canonical(&tool.run, &path, wish.needs, false)?;
    canonical(&tool.run, &by_text, wish.needs, true)
}

pub(super) struct Readlink;

const READLINK: Known = Known {
    letters: "efmnqsvz",
    long: &[
        ("canonicalize", 'f'),
        ("canonicalize-existing", 'e'),
        ("canonicalize-missing", 'm'),
        ("no-newline", 'n'),
        ("quiet", 'q'),
        ("silent", 's'),
        ("verbose", 'v'),
        ("zero", 'z'),
    ],
};

#[async_trait]
impl Command for Readlink {
    async fn execute(&self, ctx: CommandContext<'_>) -> Result<CommandStatus> {
        let (mut tool, given) = begin!(ctx, &READLINK, "readlink [OPTION]... FILE...");
        if given.operands.is_empty() {
            return misused(&tool.ctx, missing_operand(&[])).await;
        }
        let worked = read_all(&mut tool, &given).await;
        tool.end(worked).await
    }
}

async fn read_all(tool: &mut Tool<'_>, given: &Given) -> Worked {
    let needs = given.options.iter().rev().find_map(|(letter, _)| match letter {
        'e' => Some(Needs::All),
        'f' => Some(Needs::Parents),
        'm' => Some(Needs::Nothing),
        _ => None,
    });
    let only = given.operands.len() == 1;
    if given.has('n') && !only {
        tool.warn("ignoring --no-newline with multiple arguments".to_owned()).await?;
    }
    for operand in &given.operands {
        let path = tool.path(operand);
        let found = match needs {
            Some(needs) => canonical(&tool.run, &path, needs, true),
            None => tool.files().read_link(&path).map_err(|error| error.errno),
        };
        match found {
            Ok(target) => {
                tool.put(target.as_bytes()).await?;
                if !(given.has('n') && only) {
                    tool.put(if given.has('z') { b"\0" } else { b"\n" }).await?;
                }
            }
            Err(errno) if given.has('v') => tool.problem(format!("{}: {errno}", name(operand))).await?,
            Err(_) => tool.code = 1,
        }
    }
    Ok(())
}
