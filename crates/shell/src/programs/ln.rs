//! `ln`: links, hard ones too.

use async_trait::async_trait;
use bashkit::{Builtin, BuiltinContext, ExecResult, Result};
use sandbox_fs::{Errno, Kind};

use super::{no_surroundings, surroundings, usage};
use crate::engine::Run;

pub(super) struct Ln;

#[derive(Default)]
struct Wish {
    symbolic: bool,
    force: bool,
    /// A link to a directory is replaced, not entered.
    no_dereference: bool,
    /// The last operand is never a directory to put links into.
    no_target_directory: bool,
    verbose: bool,
    directory: Option<String>,
    operands: Vec<String>,
}

fn wish(args: &[String]) -> std::result::Result<Wish, String> {
    let mut wish = Wish::default();
    let mut args = args.iter();
    while let Some(arg) = args.next() {
        match arg.as_str() {
            "--" => wish.operands.extend(args.by_ref().cloned()),
            "--symbolic" => wish.symbolic = true,
            "--force" => wish.force = true,
            "--no-dereference" => wish.no_dereference = true,
            "--no-target-directory" => wish.no_target_directory = true,
            "--verbose" => wish.verbose = true,
            "-t" | "--target-directory" => {
                wish.directory = Some(args.next().cloned().ok_or_else(|| usage::missing_value(arg))?);
            }
            short if short.len() > 1 && short.starts_with('-') && !short.starts_with("--") => {
                for letter in short.chars().skip(1) {
                    match letter {
                        's' => wish.symbolic = true,
                        'f' => wish.force = true,
                        'n' => wish.no_dereference = true,
                        'T' => wish.no_target_directory = true,
                        'v' => wish.verbose = true,
                        'P' | 'L' => {}
                        _ => return Err(usage::unknown_option(&format!("-{letter}"))),
                    }
                }
            }
            long if long.starts_with("--") => return Err(usage::unknown_option(long)),
            operand => wish.operands.push(operand.to_owned()),
        }
    }
    if wish.operands.is_empty() { Err("missing file operand".to_owned()) } else { Ok(wish) }
}

#[async_trait]
impl Builtin for Ln {
    async fn execute(&self, ctx: BuiltinContext<'_>) -> Result<ExecResult> {
        let Some(run) = surroundings(&ctx) else { return Ok(no_surroundings()) };
        let wish = match wish(ctx.args) {
            Ok(wish) => wish,
            Err(problem) => return Ok(usage::error("ln", problem)),
        };
        let absolute = |path: &str| ctx.cwd.join(path).to_string_lossy().into_owned();
        let files = &run.sandbox.namespace;
        let enters = |path: &str| {
            let found = if wish.no_dereference { files.lstat(path) } else { files.stat(path) };
            !wish.no_target_directory && found.is_ok_and(|stat| stat.kind == Kind::Directory)
        };
        let last = wish.operands.last().map(|last| absolute(last)).unwrap_or_default();
        let (targets, destination) = match (&wish.directory, wish.operands.as_slice()) {
            (Some(directory), targets) => (targets, directory.as_str()),
            (None, [target]) => (std::slice::from_ref(target), "."),
            (None, [targets @ .., destination]) => (targets, destination.as_str()),
            (None, []) => (&[][..], "."),
        };
        if targets.len() > 1 && !enters(&last) && wish.directory.is_none() {
            return Ok(ExecResult::err(
                format!("ln: target '{destination}': No such file or directory\n"),
                1,
            ));
        }
        let (mut out, mut problems) = (String::new(), String::new());
        for target in targets {
            let link = if enters(&absolute(destination)) {
                let name = target.trim_end_matches('/').rsplit('/').next().unwrap_or_default();
                if destination == "." {
                    name.to_owned()
                } else {
                    format!("{}/{name}", destination.trim_end_matches('/'))
                }
            } else {
                destination.to_owned()
            };
            match make(&run, &wish, target, &absolute(target), &link, &absolute(&link)) {
                Ok(()) if wish.verbose => {
                    out.push_str(&format!(
                        "'{link}' {} '{target}'\n",
                        if wish.symbolic { "->" } else { "=>" }
                    ));
                }
                Ok(()) => {}
                Err(problem) => problems.push_str(&format!("ln: {problem}\n")),
            }
        }
        let mut result = ExecResult::err(problems.clone(), i32::from(!problems.is_empty()));
        result.stdout = out.into();
        Ok(result)
    }
}

fn make(
    run: &Run,
    wish: &Wish,
    target: &str,
    existing: &str,
    link: &str,
    path: &str,
) -> std::result::Result<(), String> {
    let files = &run.sandbox.namespace;
    let now = run.sandbox.host.now();
    if !wish.symbolic {
        match files.lstat(existing) {
            Err(error) => return Err(format!("failed to access '{target}': {error}")),
            Ok(stat) if stat.kind == Kind::Directory => {
                return Err(format!("{target}: hard link not allowed for directory"));
            }
            Ok(_) => {}
        }
    }
    if wish.force && files.lstat(path).is_ok_and(|stat| stat.kind != Kind::Directory) {
        files.unlink(path, now).map_err(|error| format!("cannot remove '{link}': {error}"))?;
    }
    let made = if wish.symbolic { files.symlink(target, path, now) } else { files.link(existing, path, now) };
    made.map_err(|error| match (wish.symbolic, error.errno) {
        (true, _) => format!("failed to create symbolic link '{link}': {error}"),
        (false, Errno::EEXIST) => format!("failed to create hard link '{link}': {error}"),
        (false, _) => format!("failed to create hard link '{link}' => '{target}': {error}"),
    })
}
