//! `chmod`.

use crate::programs::command::{Command, CommandContext, CommandStatus, Result};
use async_trait::async_trait;
use sandbox_fs::Kind;

use super::getopt::{Given, Known, missing_operand};
use super::inode::letters;
use super::live::misused;
use super::mode::Mode;
use super::quoting::{name, quoted_name, value};
use super::tool::{Tool, Worked, begin};
use super::tree::{Follow, Found, Step, Walk};

pub(super) struct Chmod;

const KNOWN: Known = Known {
    // Most letters begin a mode: `chmod -w f`.
    letters: "Rcfvr::w::x::X::s::t::u::g::o::a::,::=::0::1::2::3::4::5::6::7::",
    long: &[
        ("changes", 'c'),
        ("recursive", 'R'),
        ("no-preserve-root", 'N'),
        ("preserve-root", 'P'),
        ("quiet", 'f'),
        ("reference=", 'M'),
        ("silent", 'f'),
        ("verbose", 'v'),
    ],
};

struct Wish {
    mode: Mode,
    /// The mode looked like an option, so what the umask keeps from it is told.
    tells_surprises: bool,
    verbose: bool,
    changes: bool,
    silent: bool,
    recursive: bool,
}

#[async_trait]
impl Command for Chmod {
    async fn execute(&self, ctx: CommandContext<'_>) -> Result<CommandStatus> {
        let (mut tool, mut given) = begin!(
            ctx,
            &KNOWN,
            "chmod [OPTION]... MODE[,MODE]... FILE...\n  or:  chmod [OPTION]... OCTAL-MODE FILE...\n  or:  chmod [OPTION]... --reference=RFILE FILE..."
        );
        let as_option = mode_of_options(&given);
        let reference = given.value('M').map(str::to_owned);
        let text = match (&as_option, &reference) {
            (Some(mode), _) => Some(mode.clone()),
            (None, Some(_)) => None,
            (None, None) if given.operands.is_empty() => None,
            (None, None) => Some(given.operands.remove(0)),
        };
        if given.operands.is_empty() {
            let before: Vec<String> =
                if as_option.is_some() { tool.ctx.args.to_vec() } else { text.into_iter().collect() };
            return misused(&tool.ctx, missing_operand(&before)).await;
        }
        let mode = match (&text, &reference) {
            (Some(text), _) => match Mode::parse(text) {
                Some(mode) => mode,
                None => return misused(&tool.ctx, format!("invalid mode: {}", value(text))).await,
            },
            (None, Some(reference)) => match tool.files().stat(&tool.path(reference)) {
                Ok(stat) => Mode::exactly(stat.mode),
                Err(error) => {
                    let told = format!("failed to get attributes of {}: {error}", quoted_name(reference));
                    let told = tool.problem(told).await;
                    return tool.end(told).await;
                }
            },
            (None, None) => return misused(&tool.ctx, missing_operand(&[])).await,
        };
        let wish = Wish {
            mode,
            tells_surprises: as_option.is_some(),
            verbose: given.has('v'),
            changes: given.has('c'),
            silent: given.has('f'),
            recursive: given.has('R'),
        };
        let worked = change_all(&mut tool, &wish, &given).await;
        tool.end(worked).await
    }
}

/// The mode that stood among the options.
fn mode_of_options(given: &Given) -> Option<String> {
    let modes: Vec<String> = given
        .options
        .iter()
        .filter(|(letter, _)| !"RcfvNPM".contains(*letter))
        .map(|(letter, rest)| format!("-{letter}{rest}"))
        .collect();
    (!modes.is_empty()).then(|| modes.join(","))
}

async fn change_all(tool: &mut Tool<'_>, wish: &Wish, given: &Given) -> Worked {
    for operand in &given.operands {
        let path = tool.path(operand);
        if wish.recursive && given.has('P') && path.trim_end_matches('/').is_empty() {
            let root = quoted_name(operand);
            tool.problem(format!("it is dangerous to operate recursively on {root}")).await?;
            tool.problem("use --no-preserve-root to override this failsafe".to_owned()).await?;
            continue;
        }
        let mut walk = Walk::new(operand, path, Follow::First);
        while let Some(step) = walk.next(&tool.run.files) {
            tool.turn().await;
            match step {
                Step::File(found) | Step::Enter(found) | Step::Circle(found) => {
                    change(tool, wish, &found).await?;
                    if !wish.recursive {
                        break;
                    }
                }
                Step::Leave(_) => {}
                Step::Unreadable(found, error) => {
                    let name = quoted_name(&found.shown);
                    tool.problem(format!("cannot read directory {name}: {error}")).await?;
                }
                Step::Missing(error) => {
                    missing(tool, wish, operand, format!("cannot access {}: {error}", quoted_name(operand)))
                        .await?;
                }
            }
        }
    }
    Ok(())
}

async fn missing(tool: &mut Tool<'_>, wish: &Wish, shown: &str, problem: String) -> Worked {
    tool.code = 1;
    if !wish.silent {
        tool.problem(problem).await?;
    }
    if wish.verbose {
        tool.line(&format!("{} could not be accessed", quoted_name(shown))).await?;
    }
    Ok(())
}

async fn change(tool: &mut Tool<'_>, wish: &Wish, found: &Found) -> Worked {
    let shown = quoted_name(&found.shown);
    if found.stat.kind == Kind::Symlink {
        if found.depth == 0 {
            let problem = format!("cannot operate on dangling symlink {shown}");
            return missing(tool, wish, &found.shown, problem).await;
        }
        if wish.verbose {
            let text = format!("neither symbolic link {shown} nor referent has been changed");
            tool.line(&text).await?;
        }
        return Ok(());
    }
    let (old, is_directory) = (found.stat.mode, found.is_dir());
    let new = wish.mode.of(old, is_directory, tool.umask());
    if let Err(error) = tool.files().chmod(&found.path, new, tool.now()) {
        tool.code = 1;
        if !wish.silent {
            tool.problem(format!("changing permissions of {shown}: {error}")).await?;
        }
        return Ok(());
    }
    let spelled = |mode: u32| format!("{mode:04o} ({})", &letters('-', mode)[1..]);
    if old != new && (wish.verbose || wish.changes) {
        tool.line(&format!("mode of {shown} changed from {} to {}", spelled(old), spelled(new))).await?;
    } else if wish.verbose {
        tool.line(&format!("mode of {shown} retained as {}", spelled(new))).await?;
    }
    let expected = wish.mode.of(old, is_directory, 0);
    if wish.tells_surprises && new & !expected != 0 {
        let (new, expected) = (letters('-', new), letters('-', expected));
        let shown = name(&found.shown);
        tool.problem(format!("{shown}: new permissions are {}, not {}", &new[1..], &expected[1..])).await?;
    }
    Ok(())
}
