//! The npm package: `www/sdk`, bundled into `www/sdk/dist` around the engine that lies in `www/sdk/engine`.

use std::path::Path;

use crate::error::{Error, Result};
use crate::fresh::{Stamp, remove_folder};
use crate::process::Job;
use crate::project;
use crate::step::Step;

/// Bundles the package where it is not fresh.
pub(crate) fn ensure() -> Result<()> {
    let inputs = ["www/sdk", "www/sdk/engine", "www/package-lock.json"].map(project::path);
    let stamp = Stamp::of("package", &inputs, &[]);
    if stamp.is_current(&[project::path("www/sdk/dist")]) {
        return Ok(());
    }
    let step = Step::begin("npm package: www/sdk/build.mjs");
    step.run(Job::new("The build of the npm package", "node").arg("www/sdk/build.mjs"))?;
    step.done("bundled");
    stamp.save()
}

/// Writes to `folder` exactly what `npm pack` takes from `www/sdk`, and the licences.
pub(crate) fn unpack_to(folder: &Path) -> Result<()> {
    let tarballs = project::scratch().join("tarball");
    remove_folder(&tarballs)?;
    remove_folder(folder)?;
    for needed in [&tarballs, folder] {
        std::fs::create_dir_all(needed).map_err(Error::io(needed))?;
    }
    let packed = Job::new("npm pack", "npm")
        .args(["pack", "--ignore-scripts", "--silent", "--pack-destination"])
        .args([tarballs.as_path(), &project::path("www/sdk")])
        .read()?;
    let tarball = packed.lines().last().unwrap_or_default();
    Job::new("tar", "tar")
        .arg("-xzf")
        .arg(tarballs.join(tarball))
        .args(["--strip-components=1", "-C"])
        .arg(folder)
        .read()?;
    for licence in ["LICENSE-MIT", "LICENSE-APACHE"] {
        let to = folder.join(licence);
        std::fs::copy(project::path(licence), &to).map_err(Error::io(&to))?;
    }
    Ok(())
}
