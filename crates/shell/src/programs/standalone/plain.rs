//! `true`, `false` and `pwd`.

use super::super::getopt::{Given, Known};
use super::super::text::tool::{Io, Worked};

pub(super) async fn run_true(io: &mut Io<'_>, given: Given) -> Worked {
    asked(io, &given, 0)
}

pub(super) async fn run_false(io: &mut Io<'_>, given: Given) -> Worked {
    asked(io, &given, 1)
}

/// A program that does nothing but tell about itself when it is asked.
fn asked(io: &mut Io<'_>, given: &Given, code: i32) -> Worked {
    let name = if code == 0 { "true" } else { "false" };
    match given.operands.as_slice() {
        [only] if only == "--version" => io.out.extend(format!("{name} (GNU coreutils) 9.1\n").bytes()),
        [only] if only == "--help" => {
            let text = format!(
                "Usage: {name} [ignored command line arguments]\n  or:  {name} OPTION\nExit with a status code \
                 indicating {}.\n",
                if code == 0 { "success" } else { "failure" }
            );
            io.out.extend(text.bytes());
        }
        _ => {}
    }
    Ok(code)
}

pub(super) const PWD: Known = Known { letters: "LP", long: &[("logical", 'L'), ("physical", 'P')] };

pub(super) async fn pwd(io: &mut Io<'_>, given: Given) -> Worked {
    if !given.operands.is_empty() {
        io.say("ignoring non-option arguments").await?;
    }
    let logical = given.options.last().is_some_and(|(letter, _)| *letter == 'L');
    let here = io.ctx.cwd.to_string_lossy().into_owned();
    let files = &io.run.files;
    let place = |path: &str| files.stat(path).map(|stat| (stat.dev, stat.ino));
    let is_here = |path: &&String| {
        let plain = path.starts_with('/') && !path.split('/').any(|part| matches!(part, "." | ".."));
        plain && place(path).is_ok() && place(path) == place(&here)
    };
    let named = io.ctx.env.get("PWD").filter(|_| logical).filter(is_here).cloned();
    let text = named.unwrap_or_else(|| files.canonicalize(&here).unwrap_or(here.clone()));
    io.out.extend(format!("{text}\n").bytes());
    Ok(0)
}
