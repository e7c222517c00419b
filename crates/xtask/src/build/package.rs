//! The npm package: `www/sdk`, bundled around the engine that lies in `www/sdk/engine` into `www/sdk/dist`.
//!
//! The playground, the tests and the benchmarks use it from there, in the form that was built last.

use std::path::Path;

use crate::error::{Error, Result};
use crate::fresh::{Stamp, copy_folder, remove_folder};
use crate::process::Job;
use crate::project;
use crate::step::Step;

/// The bundles, within the package's folder.
const BUNDLES: &str = "www/sdk/dist";

/// Bundles the package where it is not fresh.
pub(crate) fn ensure() -> Result<()> {
    let inputs = ["www/sdk", super::engine::HOME, "www/package-lock.json"];
    let stamp = Stamp::of("package", &inputs.map(project::path), &[]);
    if stamp.is_current(&[project::path(BUNDLES).join("node/index.cjs")]) {
        return Ok(());
    }
    let step = Step::begin("npm package: www/sdk/build.mjs");
    step.run(Job::new("The build of the npm package", "node").args([
        "www/sdk/build.mjs",
        "--engine",
        super::engine::HOME,
        "--out",
        BUNDLES,
    ]))?;
    step.done("bundled");
    stamp.save()
}

/// Writes the package to `folder`, ready for `npm pack`: its manifest, its README, the licences and the bundles.
pub(crate) fn copy_to(folder: &Path) -> Result<()> {
    remove_folder(folder)?;
    copy_folder(&project::path(BUNDLES), &folder.join("dist"))?;
    for file in
        ["www/sdk/package.json", "www/sdk/README.md", "LICENSE-MIT", "LICENSE-APACHE"].map(project::path)
    {
        let to = folder.join(file.file_name().unwrap_or_default());
        std::fs::copy(&file, &to).map_err(Error::io(&file))?;
    }
    Ok(())
}
