//! schemathesis, and a validator of OpenAPI documents: from PyPI, in an environment of their own below `target`.

use std::fs;
use std::path::{Path, PathBuf};

use crate::error::{Error, Result};
use crate::process::{self, Job};
use crate::project;
use crate::step::Step;

const PACKAGES: [&str; 2] = ["schemathesis==4.32.5", "openapi-spec-validator==0.9.0"];

const HOW_TO_INSTALL: &str = "Debian: `apt-get install python3-venv`; Fedora and Arch have it in their package `python3` \
     or `python`; macOS: `brew install python`";

/// Installs both unless these versions are there.
pub(super) fn ensure() -> Result<()> {
    let wanted = PACKAGES.join(" ");
    // Written at the end of an installation that succeeded.
    let installed = folder().join(".installed");
    if fs::read_to_string(&installed).is_ok_and(|there| there == wanted) && python().is_file() {
        return Ok(());
    }
    let missing = |what: &str| Error::Missing(format!("{what}. Install it: {HOW_TO_INSTALL}."));
    if process::find(Path::new("python3")).is_none() {
        return Err(missing("Python 3.10 or later is needed, with its module venv"));
    }
    let step = Step::begin(&format!("{wanted}: pip install, about a minute"));
    step.run(Job::new("python3 -m venv", "python3").args(["-m", "venv", "--clear"]).arg(folder()))
        .map_err(|_| missing("This Python makes no environment: its module venv is missing or incomplete"))?;
    let pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check"];
    step.run(Job::new("pip install", python()).args(pip).args(PACKAGES))?;
    fs::write(&installed, wanted).map_err(Error::io(&installed))?;
    step.done("installed");
    Ok(())
}

/// The Python that has them.
pub(crate) fn python() -> PathBuf {
    folder().join("bin/python")
}

fn folder() -> PathBuf {
    project::scratch().join("schemathesis")
}
