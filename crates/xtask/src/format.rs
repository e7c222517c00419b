//! `cargo xtask format`: every source file in its one form, so that reviews are about content.

use crate::error::Result;
use crate::process::Job;
use crate::project;
use crate::step::Step;
use crate::tools::{self, Tool, npm};

/// What prettier formats; prose is wrapped by its authors.
const KINDS: &str = "{ts,mts,cts,js,mjs,cjs,css,html,json}";

/// Formats Rust, TypeScript, CSS, HTML and JSON in place.
pub(crate) fn run() -> Result<()> {
    tools::ensure(&[Tool::Npm])?;
    let step = Step::begin("Rust: cargo fmt");
    step.run(Job::cargo("cargo fmt").args(["fmt", "--all"]))?;
    step.done("formatted");
    let step = Step::begin("TypeScript, CSS, HTML and JSON: prettier");
    step.run(prettier("--write"))?;
    step.done("formatted");
    Ok(())
}

/// Prettier over `www/` and `tests/`, with the settings of `www/`.
pub(crate) fn prettier(mode: &str) -> Job {
    let www = project::path("www");
    let mut job =
        Job::new("prettier", npm::program("prettier")).current_dir(&www).args([mode, "--log-level", "warn"]);
    for ignore in [".prettierignore", "../.gitignore", "sdk/.gitignore"] {
        if www.join(ignore).exists() {
            job = job.args(["--ignore-path", ignore]);
        }
    }
    job.args([&format!("**/*.{KINDS}"), &format!("../tests/**/*.{KINDS}")])
}
