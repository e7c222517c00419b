//! `cp`.

use crate::programs::command::{Command, CommandContext, CommandStatus, Result};
use async_trait::async_trait;
use sandbox_fs::{Kind, Stat};

use super::target::{Refused, Target, target};
use super::{Backups, Copier, Make, Options, Overwrite, Preserve};
use crate::programs::getopt::{Given, Known};
use crate::programs::live::misused;
use crate::programs::quoting::{quoted_name, value};
use crate::programs::tool::{Tool, Worked, begin};
use crate::programs::tree::{Follow, joined};

pub(in crate::programs) struct Cp;

const KNOWN: Known = Known {
    letters: "abdfHilLnprst:uvxPRS:TZ",
    long: &[
        ("archive", 'a'),
        ("attributes-only", 'A'),
        ("backup?", 'B'),
        ("copy-contents", 'C'),
        ("debug", 'v'),
        ("dereference", 'L'),
        ("force", 'f'),
        ("interactive", 'i'),
        ("link", 'l'),
        ("no-clobber", 'n'),
        ("no-dereference", 'P'),
        ("no-preserve=", 'N'),
        ("no-target-directory", 'T'),
        ("one-file-system", 'x'),
        ("parents", 'D'),
        ("path", 'D'),
        ("preserve?", 'K'),
        ("recursive", 'R'),
        ("reflink?", 'F'),
        ("remove-destination", 'E'),
        ("sparse=", 'X'),
        ("strip-trailing-slashes", 'Y'),
        ("suffix", 'S'),
        ("symbolic-link", 's'),
        ("target-directory", 't'),
        ("update", 'u'),
        ("verbose", 'v'),
        ("context", 'Z'),
    ],
};

const USAGE: &str = "cp [OPTION]... [-T] SOURCE DEST\n  or:  cp [OPTION]... SOURCE... DIRECTORY\n  \
                     or:  cp [OPTION]... -t DIRECTORY SOURCE...";

fn options(given: &Given, backups: Option<Backups>) -> std::result::Result<Options, String> {
    let mut options = Options {
        recursive: given.has('R') || given.has('r') || given.has('a'),
        follow: Follow::Always,
        preserve: Preserve::default(),
        overwrite: Overwrite::Always,
        force: given.has('f'),
        remove_destination: given.has('E'),
        update: given.has('u'),
        verbose: given.has('v'),
        make: Make::Copy,
        backups,
        all_sparse: false,
        moves: false,
    };
    let mut follow = None;
    for (letter, text) in &given.options {
        match letter {
            'a' => {
                preserve(&mut options.preserve, "all", true)?;
                follow = Some(Follow::Never);
            }
            'd' => {
                options.preserve.links = true;
                follow = Some(Follow::Never);
            }
            'p' => preserve(&mut options.preserve, "mode,ownership,timestamps", true)?,
            'K' if text.is_empty() => preserve(&mut options.preserve, "mode,ownership,timestamps", true)?,
            'K' => preserve(&mut options.preserve, text, true)?,
            'N' => preserve(&mut options.preserve, text, false)?,
            'H' => follow = Some(Follow::First),
            'L' => follow = Some(Follow::Always),
            'P' => follow = Some(Follow::Never),
            'i' => options.overwrite = Overwrite::Ask,
            'n' => options.overwrite = Overwrite::Never,
            'l' => options.make = Make::HardLink,
            's' => options.make = Make::Symlink,
            'A' => options.make = Make::Nothing,
            'X' => match text.as_str() {
                "always" => options.all_sparse = true,
                "auto" | "never" => options.all_sparse = false,
                _ => return Err(invalid(text, "--sparse", &["never", "auto", "always"])),
            },
            'F' if !["", "always", "auto", "never"].contains(&&**text) => {
                return Err(invalid(text, "--reflink", &["auto", "always", "never"]));
            }
            _ => {}
        }
    }
    let links_only = options.make == Make::HardLink && follow.is_none();
    options.follow = follow.unwrap_or(match options.recursive || links_only {
        true => Follow::Never,
        false => Follow::Always,
    });
    Ok(options)
}

fn invalid(text: &str, option: &str, valid: &[&str]) -> String {
    let list: String = valid.iter().map(|word| format!("\n  - '{word}'")).collect();
    format!("invalid argument {} for '{option}'\nValid arguments are:{list}", value(text))
}

/// Reads a list of attributes and whether they are to be kept.
fn preserve(preserve: &mut Preserve, list: &str, keep: bool) -> std::result::Result<(), String> {
    const VALID: &[&str] = &["mode", "timestamps", "ownership", "links", "context", "xattr", "all"];
    for word in list.split(',') {
        let matching: Vec<_> = VALID.iter().filter(|valid| valid.starts_with(word)).collect();
        let [name] = matching[..] else {
            let option = if keep { "--preserve" } else { "--no-preserve" };
            return Err(invalid(word, option, VALID));
        };
        match *name {
            "mode" => (preserve.mode, preserve.no_mode) = (keep, !keep),
            "timestamps" => preserve.times = keep,
            "ownership" => preserve.owner = keep,
            "links" => preserve.links = keep,
            "all" => {
                *preserve = Preserve { mode: keep, owner: keep, times: keep, links: keep, no_mode: !keep };
            }
            _ => {}
        }
    }
    Ok(())
}

#[async_trait]
impl Command for Cp {
    async fn execute(&self, ctx: CommandContext<'_>) -> Result<CommandStatus> {
        let (mut tool, mut given) = begin!(ctx, &KNOWN, USAGE);
        let backups = Backups::asked(&given, tool.ctx.env);
        let options = match backups.and_then(|backups| options(&given, backups)) {
            Ok(options) => options,
            Err(problem) => return misused(&tool.ctx, problem).await,
        };
        if options.backups.is_some() && options.overwrite == Overwrite::Never {
            let text = "options --backup and --no-clobber are mutually exclusive";
            return misused(&tool.ctx, text).await;
        }
        if options.make == Make::Symlink && given.has('l') {
            let told = tool.problem("cannot make both hard and symbolic links".to_owned()).await;
            return tool.end(told).await;
        }
        let target = match target(&tool, &mut given) {
            Ok(target) => target,
            Err(Refused::Usage(problem)) => return misused(&tool.ctx, problem).await,
            Err(Refused::Plainly(problem)) => {
                let told = tool.problem(problem).await;
                return tool.end(told).await;
            }
        };
        if given.has('D') && matches!(target, Target::Name(_)) {
            return misused(&tool.ctx, "with --parents, the destination must be a directory").await;
        }
        let worked = copy_all(&mut tool, options, &target, &given).await;
        tool.end(worked).await
    }
}

async fn copy_all(tool: &mut Tool<'_>, options: Options, target: &Target, given: &Given) -> Worked {
    let mut copier = Copier::new(tool, options);
    for operand in &given.operands {
        let stripped = operand.trim_end_matches('/');
        let source = if given.has('Y') && !stripped.is_empty() { stripped } else { operand };
        let mut parents = Vec::new();
        let destination = match target {
            Target::Directory(directory) if given.has('D') => {
                if !copier
                    .make_parents(directory, source.trim_start_matches('/'), source, &mut parents)
                    .await?
                {
                    continue;
                }
                joined(directory, source.trim_start_matches('/').trim_end_matches('/'))
            }
            target => target.name(source),
        };
        copier.operand(source, &destination).await?;
        // Deepest first, so that nothing is changed in a directory whose times are set already.
        for (place, stat) in parents.into_iter().rev() {
            copier.take_over_parent(&place, stat).await?;
        }
    }
    Ok(())
}

impl Copier<'_, '_> {
    /// Makes the directories of a source's path below another one (`--parents`), and notes those that were made.
    async fn make_parents(
        &mut self,
        directory: &str,
        relative: &str,
        source: &str,
        made: &mut Vec<(String, Stat)>,
    ) -> Worked<bool> {
        let skipped = source.len() - relative.len();
        let trimmed = relative.trim_end_matches('/');
        for (end, _) in trimmed.match_indices('/') {
            let from = &source[..skipped + end];
            let place = joined(directory, &relative[..end]);
            let (files, now) = (self.tool.files(), self.tool.now());
            let stat = match files.stat(&self.tool.path(from)) {
                Ok(stat) if stat.kind == Kind::Directory => stat,
                Ok(_) => {
                    self.problem(format!(
                        "failed to get attributes of {}: Not a directory",
                        quoted_name(from)
                    ))
                    .await?;
                    return Ok(false);
                }
                Err(error) => {
                    self.problem(format!("failed to get attributes of {}: {error}", quoted_name(from)))
                        .await?;
                    return Ok(false);
                }
            };
            let path = self.tool.path(&place);
            match files.stat(&path) {
                Ok(there) if there.is_dir() => continue,
                Ok(_) => {
                    let shown = quoted_name(&place);
                    self.problem(format!("{shown} exists but is not a directory")).await?;
                    return Ok(false);
                }
                Err(_) => {}
            }
            if let Err(error) = files.mkdir(&path, stat.mode & 0o755, now) {
                self.problem(format!("cannot make directory {}: {error}", quoted_name(&place))).await?;
                return Ok(false);
            }
            if self.options.verbose {
                self.tool.line(&format!("{from} -> {place}")).await?;
            }
            made.push((place, stat));
        }
        Ok(true)
    }

    async fn take_over_parent(&mut self, place: &str, stat: Stat) -> Worked {
        let found = crate::programs::tree::Found {
            shown: place.to_owned(),
            path: self.tool.path(place),
            stat,
            depth: 0,
        };
        self.take_over(&found, place).await
    }
}
