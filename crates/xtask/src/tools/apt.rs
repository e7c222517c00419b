//! Packages of Debian's, by `apt-get`, where this task may install any.

use std::path::Path;

use crate::error::{Error, Result};
use crate::process::{self, Job};
use crate::step::Step;

/// Installs `packages` in a step of that title. Where it may not, or cannot, `missing` is the error.
pub(super) fn install(title: &str, packages: &[&str], missing: &dyn Fn() -> Error) -> Result<()> {
    if process::find(Path::new("apt-get")).is_none() {
        return Err(missing());
    }
    let as_root: &[&str] = match Job::new("id", "id").arg("-u").probe() {
        Some(id) if id.trim() == "0" => &[],
        _ if Job::new("sudo", "sudo").args(["-n", "true"]).probe().is_some() => &["sudo", "-n"],
        _ => return Err(missing()),
    };
    let step = Step::begin(title);
    step.run(apt_get(as_root, &["update"]))?;
    let install = [&["install", "-y", "--no-install-recommends"], packages].concat();
    step.run(apt_get(as_root, &install)).map_err(|_| missing())?;
    step.done("installed");
    Ok(())
}

fn apt_get(as_root: &[&str], args: &[&str]) -> Job {
    let words: Vec<&str> =
        as_root.iter().chain(&["env", "DEBIAN_FRONTEND=noninteractive", "apt-get"]).copied().collect();
    Job::new(&format!("apt-get {}", args[0]), words[0]).args(&words[1..]).arg("-q").args(args)
}
