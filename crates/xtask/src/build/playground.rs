//! The playground: the Leptos page, built by Trunk into a static site that works under any path.

use std::fs;
use std::path::{Path, PathBuf};

use super::{Form, wasm_opt};
use crate::error::Result;
use crate::fresh::Stamp;
use crate::process::Job;
use crate::project;
use crate::step::Step;

/// What the site is made from; the package must be made before.
fn inputs() -> Vec<PathBuf> {
    ["Cargo.toml", "Cargo.lock", "Trunk.toml", "crates/playground", "www", "www/sdk/dist"]
        .map(project::path)
        .into()
}

/// Where the site lies once it is built.
pub(crate) fn folder(form: Form) -> PathBuf {
    project::scratch().join("site").join(form.name())
}

/// Builds the site where it is not fresh, and tells its folder.
pub(crate) fn ensure(form: Form) -> Result<PathBuf> {
    let site = folder(form);
    let stamp = Stamp::of(&format!("site-{}", form.name()), &inputs(), &[wasm_opt::PAGE]);
    if stamp.is_current(&[site.join("index.html")]) {
        return Ok(site);
    }
    let (profile, takes) = match form {
        Form::Fast => ("wasm-dev", "a minute or two the first time, then seconds"),
        Form::Optimised => ("page", "a few minutes the first time"),
    };
    let step = Step::begin(&format!("Playground ({}): trunk build, {takes}", form.name()));
    // Trunk finds its tools on this machine and does not ask for newer ones. Hashes of files in the page are off
    // because wasm-opt comes after it; the files come from the page's own origin. Trunk replaces the site at the
    // very end, so that the last good one is served until then.
    let mut job = Job::new("The build of the playground", "trunk")
        .args(["--color", "never", "build", "--skip-version-check", "--no-sri"])
        .args(["--public-url", "./", "--cargo-profile", profile]);
    if form == Form::Optimised {
        job = job.arg("--release");
    }
    step.run(job.arg("--dist").arg(&site))?;
    if form == Form::Optimised {
        for file in files_in(&site) {
            if file.to_string_lossy().ends_with("_bg.wasm") && is_page(&file) {
                wasm_opt::in_place(&step, &file, wasm_opt::PAGE)?;
            }
        }
    }
    step.done("built");
    stamp.save()?;
    Ok(site)
}

/// The page's own module, not the engine's (which was optimised already).
fn is_page(file: &Path) -> bool {
    file.file_name().is_some_and(|name| name.to_string_lossy().starts_with("playground"))
}

/// All files below a folder; none where there is no folder.
fn files_in(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
    let paths = entries.filter_map(|entry| entry.ok().map(|entry| entry.path()));
    paths.flat_map(|path| if path.is_dir() { files_in(&path) } else { vec![path] }).collect()
}
