//! `mktemp`, with names from the seeded source.

use crate::programs::command::{Builtin, BuiltinContext, ExecResult, Result};
use async_trait::async_trait;
use sandbox_fs::Errno;

use super::{random_name, usage};

pub(super) struct Mktemp;

/// How often another name is tried when one is taken.
const ATTEMPTS: usize = 100;

#[derive(Default)]
struct Wish {
    directory: bool,
    dry: bool,
    quiet: bool,
    /// `-t`, `-p` or `--tmpdir`: the template is a name below a directory for temporary files.
    below: bool,
    parent: Option<String>,
    suffix: Option<String>,
    template: Option<String>,
}

fn wish(args: &[String]) -> std::result::Result<Wish, String> {
    let mut wish = Wish::default();
    let mut args = args.iter();
    while let Some(arg) = args.next() {
        let mut value = |name: &str| args.next().cloned().ok_or_else(|| usage::missing_value(name));
        match arg.as_str() {
            "-d" | "--directory" => wish.directory = true,
            "-u" | "--dry-run" => wish.dry = true,
            "-q" | "--quiet" => wish.quiet = true,
            "-t" => wish.below = true,
            "--tmpdir" => wish.below = true,
            "-p" => (wish.below, wish.parent) = (true, Some(value("-p")?)),
            "-dq" | "-qd" => (wish.directory, wish.quiet) = (true, true),
            "-dt" | "-td" => (wish.directory, wish.below) = (true, true),
            "--" => {}
            long if long.starts_with("--tmpdir=") => {
                (wish.below, wish.parent) = (true, Some(long["--tmpdir=".len()..].to_owned()));
            }
            long if long.starts_with("--suffix=") => wish.suffix = Some(long["--suffix=".len()..].to_owned()),
            option if option.len() > 1 && option.starts_with('-') => {
                return Err(usage::unknown_option(option));
            }
            template => {
                if wish.template.replace(template.to_owned()).is_some() {
                    return Err("too many templates".to_owned());
                }
            }
        }
    }
    Ok(wish)
}

/// Splits a template at its last run of `X`.
fn split(template: &str, suffix: Option<&str>) -> std::result::Result<(String, usize, String), String> {
    let (body, suffix) = match suffix {
        Some(suffix) => (template, suffix),
        None => template.split_at(template.rfind('X').map_or(0, |at| at + 1)),
    };
    let stem = body.trim_end_matches('X');
    let count = body.len() - stem.len();
    if count < 3 {
        return Err(format!("too few X's in template '{template}'"));
    }
    Ok((stem.to_owned(), count, suffix.to_owned()))
}

#[async_trait]
impl Builtin for Mktemp {
    async fn execute(&self, ctx: &BuiltinContext<'_>) -> Result<ExecResult> {
        let run = ctx.run.clone();
        let wish = match wish(ctx.args) {
            Ok(wish) => wish,
            Err(problem) => return Ok(usage::error("mktemp", problem)),
        };
        let fail = |problem: String| {
            ExecResult::err(if wish.quiet { String::new() } else { format!("mktemp: {problem}\n") }, 1)
        };
        let template = wish.template.as_deref().unwrap_or("tmp.XXXXXXXXXX");
        let (stem, count, suffix) = match split(template, wish.suffix.as_deref()) {
            Ok(parts) => parts,
            Err(problem) => return Ok(fail(problem)),
        };
        let parent = (wish.below || wish.template.is_none()).then(|| {
            let from_env = || ctx.env.get("TMPDIR").cloned().filter(|dir| !dir.is_empty());
            wish.parent
                .clone()
                .filter(|dir| !dir.is_empty())
                .or_else(from_env)
                .unwrap_or_else(|| "/tmp".to_owned())
        });
        let kind = if wish.directory { "directory" } else { "file" };
        let files = &run.files;
        for _ in 0..ATTEMPTS {
            let name = format!("{stem}{}{suffix}", random_name(&*run.host, count));
            let shown = match &parent {
                Some(parent) => format!("{}/{name}", parent.trim_end_matches('/')),
                None => name,
            };
            let path = ctx.cwd.join(&shown);
            let path = path.to_string_lossy();
            let now = run.host.now();
            let made = if wish.dry {
                if files.lstat(&path).is_ok() { Err(Errno::EEXIST.at(&*path)) } else { Ok(()) }
            } else if wish.directory {
                files.mkdir(&path, 0o700, now)
            } else {
                files.create_exclusive(&path, 0o600, now)
            };
            match made {
                Ok(()) => return Ok(ExecResult::ok(format!("{shown}\n"))),
                Err(error) if error.errno == Errno::EEXIST => {}
                Err(error) => {
                    let template = shown.replacen(
                        &shown[shown.len() - suffix.len() - count..shown.len() - suffix.len()],
                        &"X".repeat(count),
                        1,
                    );
                    return Ok(fail(format!("failed to create {kind} via template '{template}': {error}")));
                }
            }
        }
        Ok(fail(format!("failed to create {kind} via template '{template}': File exists")))
    }
}

#[cfg(test)]
mod tests {
    use super::split;

    #[test]
    fn templates_are_split() {
        assert_eq!(split("a.XXX", None), Ok(("a.".into(), 3, "".into())));
        assert_eq!(split("aXXXX.txt", None), Ok(("a".into(), 4, ".txt".into())));
        assert_eq!(split("aXXX", Some(".js")), Ok(("a".into(), 3, ".js".into())));
        assert!(split("aXX", None).is_err());
    }
}
