//! Node, and the npm packages that `www/` is built and tested with.

use std::fs;
use std::path::{Path, PathBuf};

use crate::error::{Error, Result};
use crate::process::{self, Job};
use crate::project;
use crate::step::Step;

/// The oldest Node that the package supports, and so the oldest that builds and tests it.
const OLDEST_NODE: u32 = 20;

/// Installs the packages of `www/package-lock.json` unless exactly these are there.
pub(crate) fn ensure() -> Result<()> {
    check_node()?;
    let lock = project::path("www/package-lock.json");
    // A copy of the lock file, put there after an installation that succeeded.
    let installed = project::path("www/node_modules/.installed-lock.json");
    let wanted = fs::read(&lock).map_err(Error::io(&lock))?;
    if fs::read(&installed).is_ok_and(|there| there == wanted) {
        return Ok(());
    }
    let step = Step::begin("npm packages of www/: npm ci, under a minute");
    let job = Job::new("npm ci", "npm").args(["ci", "--no-audit", "--no-fund"]);
    step.run(job.current_dir(project::path("www")))?;
    fs::write(&installed, wanted).map_err(Error::io(&installed))?;
    step.done("installed");
    Ok(())
}

/// A program that one of the packages brings.
pub(crate) fn program(name: &str) -> PathBuf {
    project::path("www/node_modules/.bin").join(name)
}

fn check_node() -> Result<()> {
    let version = Job::new("node", "node").arg("--version").probe();
    let major = version.as_deref().and_then(major);
    let found = match (&version, major) {
        (Some(_), Some(major)) if major >= OLDEST_NODE => None,
        (Some(version), _) => Some(format!("this machine has {}", version.trim())),
        (None, _) => Some("there is none on this machine".to_owned()),
    };
    if let Some(found) = found {
        return Err(Error::Missing(format!(
            "Node {OLDEST_NODE} or later is needed and {found}: install it from https://nodejs.org."
        )));
    }
    if process::find(Path::new("npm")).is_none() {
        return Err(Error::Missing("npm is needed and there is none beside Node: install it.".into()));
    }
    Ok(())
}

fn major(version: &str) -> Option<u32> {
    version.trim().strip_prefix('v')?.split('.').next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn node_tells_its_major_version() {
        assert_eq!(major("v20.20.2\n"), Some(20));
        assert_eq!(major("20"), None);
    }
}
