//! The npm package: `www/sdk`, bundled around the engine that lies in `www/sdk/engine` into `www/sdk/dist`.
//!
//! The playground, the tests and the benchmarks use it from there, in the form that was built last.

use std::path::PathBuf;

use crate::error::Result;
use crate::fresh::Stamp;
use crate::process::Job;
use crate::project;
use crate::step::Step;

/// Where the package lies once it is built, ready for `npm pack`.
pub(crate) fn folder() -> PathBuf {
    project::path("www/sdk/dist")
}

/// Bundles the package where it is not fresh.
pub(crate) fn ensure() -> Result<()> {
    let inputs = ["www/sdk", super::engine::HOME, "www/package-lock.json", "LICENSE-MIT", "LICENSE-APACHE"];
    let stamp = Stamp::of("package", &inputs.map(project::path), &[]);
    if stamp.is_current(&[folder().join("package.json")]) {
        return Ok(());
    }
    let step = Step::begin("npm package: www/sdk/build.mjs");
    step.run(
        Job::new("The build of the npm package", "node")
            .args(["www/sdk/build.mjs", "--engine", super::engine::HOME, "--out"])
            .arg(folder()),
    )?;
    step.done("bundled");
    stamp.save()
}
