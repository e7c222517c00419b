//! A Chromium and the ChromeDriver of its version, for the tests in a real browser.

use std::path::{Path, PathBuf};

use super::apt;
use crate::error::{Error, Result};
use crate::process::{self, Job};

/// Both programs, by their full paths.
#[derive(Clone, Debug)]
pub(crate) struct Browser {
    pub(crate) chromium: PathBuf,
    pub(crate) driver: PathBuf,
}

const CHROMIUM_NAMES: [&str; 6] = [
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
];
const DRIVER_NAMES: [&str; 3] =
    ["chromedriver", "/usr/lib/chromium/chromedriver", "/usr/lib/chromium-browser/chromedriver"];

const HOW_TO_INSTALL: &str = "Debian: `apt-get install chromium chromium-driver`; Fedora: `dnf install chromium \
     chromedriver`; Arch: `pacman -S chromium`; macOS: `brew install --cask chromium chromedriver`; or name yours in the \
     environment variables CHROME_PATH and CHROMEDRIVER";

/// Finds both, and installs them by `apt-get` where that is possible.
pub(crate) fn ensure() -> Result<Browser> {
    let browser = match find() {
        Some(browser) => browser,
        None => {
            install()?;
            find().ok_or_else(|| {
                Error::Missing(format!(
                    "apt-get brought no Chromium with a ChromeDriver. Install both: {HOW_TO_INSTALL}."
                ))
            })?
        }
    };
    check_versions(&browser)?;
    Ok(browser)
}

fn find() -> Option<Browser> {
    Some(Browser {
        chromium: find_one("CHROME_PATH", &CHROMIUM_NAMES)?,
        driver: find_one("CHROMEDRIVER", &DRIVER_NAMES)?,
    })
}

fn find_one(variable: &str, names: &[&str]) -> Option<PathBuf> {
    match std::env::var_os(variable) {
        Some(named) if !named.is_empty() => process::find(Path::new(&named)),
        _ => names.iter().find_map(|name| process::find(Path::new(name))),
    }
}

fn install() -> Result<()> {
    let missing = || {
        Error::Missing(format!(
            "The tests in a browser need Chromium and its ChromeDriver, and this task may not install them here. \
             Install both: {HOW_TO_INSTALL}."
        ))
    };
    // Fonts are only recommended by the package, and a page without any cannot be laid out as readers see it.
    let packages = ["chromium", "chromium-driver", "fonts-liberation"];
    apt::install("Chromium and ChromeDriver: apt-get, about a minute", &packages, &missing)
}

/// A driver refuses a browser of another major version with a page of traces: one sentence comes first.
fn check_versions(browser: &Browser) -> Result<()> {
    let version = |program: &Path| Job::new("version", program).arg("--version").probe();
    let (Some(chromium), Some(driver)) = (version(&browser.chromium), version(&browser.driver)) else {
        return Err(Error::Missing(format!(
            "{} or {} does not run (--version fails).",
            browser.chromium.display(),
            browser.driver.display()
        )));
    };
    match (major(&chromium), major(&driver)) {
        (Some(chromium), Some(driver)) if chromium != driver => Err(Error::Missing(format!(
            "Chromium is version {chromium} and ChromeDriver {driver}: install the same of both ({HOW_TO_INSTALL})."
        ))),
        _ => Ok(()),
    }
}

/// The first number before a dot in what `--version` printed.
fn major(printed: &str) -> Option<u32> {
    printed.split_whitespace().find_map(|word| word.split_once('.')?.0.parse().ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_read_from_both_programs() {
        assert_eq!(major("Chromium 156.0.8078.79 built on Debian GNU/Linux 12 (bookworm)\n"), Some(156));
        assert_eq!(major("ChromeDriver 156.0.8078.79 (a21ce95c-refs/branch-heads/8078@{#1704})"), Some(156));
        assert_eq!(major("Google Chrome"), None);
    }
}
