//! Programs that `cargo install` makes: they go to cargo's ordinary folder for programs.

use std::borrow::Cow;
use std::fs;

use crate::error::{Error, Result};
use crate::process::Job;
use crate::project;
use crate::step::Step;

/// One of them, and which version will do.
pub(crate) struct CargoTool {
    package: &'static str,
    program: &'static str,
    version: Cow<'static, str>,
    /// Only this version will do, instead of this one or a later one.
    exact: bool,
    /// The package's own lock file holds (some packages' do not build with it).
    locked: bool,
    /// How long the installation takes on two slow cores.
    takes: &'static str,
}

pub(crate) const TRUNK: CargoTool = CargoTool {
    package: "trunk",
    program: "trunk",
    version: Cow::Borrowed("0.21.14"),
    exact: false,
    locked: true,
    takes: "about 5 minutes",
};

pub(crate) const WASM_PACK: CargoTool = CargoTool {
    package: "wasm-pack",
    program: "wasm-pack",
    version: Cow::Borrowed("0.15.1"),
    exact: false,
    locked: true,
    takes: "about 2 minutes",
};

/// wasm-bindgen's command line, in the version of the crate in `Cargo.lock`: others refuse our module.
pub(crate) fn wasm_bindgen() -> Result<CargoTool> {
    let path = project::path("Cargo.lock");
    let lock = fs::read_to_string(&path).map_err(Error::io(&path))?;
    let version = project::locked_version(&lock, "wasm-bindgen")
        .ok_or_else(|| Error::Unexpected { path, what: "no version of wasm-bindgen in it".into() })?;
    Ok(CargoTool {
        package: "wasm-bindgen-cli",
        program: "wasm-bindgen",
        version: Cow::Owned(version),
        exact: true,
        locked: false,
        takes: "about 2 minutes",
    })
}

impl CargoTool {
    /// Installs the program unless a version that will do is there.
    pub(crate) fn ensure(&self) -> Result<()> {
        let there = Job::new(self.program, self.program).arg("--version").probe();
        let there = there.as_deref().and_then(version_in);
        if there.is_some_and(|there| self.accepts(there)) {
            return Ok(());
        }
        let why = match there {
            Some(there) => format!(" instead of {there}"),
            None => String::new(),
        };
        let (program, version) = (self.program, &self.version);
        let step =
            Step::begin(&format!("{program} {version}{why}: cargo install, {} the first time", self.takes));
        let mut job = Job::cargo(&format!("The installation of {program}")).arg("install");
        if self.locked {
            job = job.arg("--locked");
        }
        if there.is_some() {
            job = job.arg("--force");
        }
        // Tools go where the user's own `cargo install` puts them, and are built as their authors mean it.
        step.run(job.arg(format!("{}@{version}", self.package)))?;
        step.done("installed");
        Ok(())
    }

    fn accepts(&self, there: &str) -> bool {
        if self.exact {
            return there == self.version;
        }
        numbers(there) >= numbers(&self.version)
    }
}

/// The version in what `--version` printed: its first word that begins with a digit.
fn version_in(printed: &str) -> Option<&str> {
    printed.split_whitespace().find(|word| word.starts_with(|first: char| first.is_ascii_digit()))
}

fn numbers(version: &str) -> Vec<u32> {
    version.split(['.', '-', '+']).map_while(|part| part.parse().ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_found_in_what_programs_print() {
        assert_eq!(version_in("wasm-bindgen 0.2.130\n"), Some("0.2.130"));
        assert_eq!(version_in("trunk 0.21.14"), Some("0.21.14"));
        assert_eq!(version_in("no version"), None);
    }

    #[test]
    fn a_later_version_will_do_unless_it_must_be_exact() {
        assert!(TRUNK.accepts("0.21.14"));
        assert!(TRUNK.accepts("0.22.0"));
        assert!(!TRUNK.accepts("0.9.14"), "compared as numbers, not as text");
        let exact = wasm_bindgen().unwrap();
        assert!(exact.accepts(&exact.version));
        assert!(!exact.accepts("0.2.999"));
    }
}
