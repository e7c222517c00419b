//! What the shell's differential test compares with: manuals that it takes cases from, and programs that a machine need
//! not have.

use std::path::Path;

use super::apt;
use crate::error::{Error, Result};

const FOLDER: &str = "/usr/share/info";
/// Each with the package of Debian's that brings it.
const MANUALS: [(&str, &str); 6] = [
    ("bash.info.gz", "bash-doc"),
    ("coreutils.info.gz", "coreutils"),
    ("diffutils.info.gz", "diffutils"),
    ("find.info.gz", "findutils"),
    ("grep.info.gz", "grep"),
    ("sed.info.gz", "sed"),
];

/// Programs of other images that cases compare with, and that a machine need not have, each with its package.
const PROGRAMS: [(&str, &str); 6] = [
    ("/usr/bin/bc", "bc"),
    ("/usr/bin/bzip2", "bzip2"),
    ("/usr/bin/dc", "dc"),
    ("/usr/bin/less", "less"),
    ("/usr/bin/patch", "patch"),
    ("/usr/bin/unzip", "unzip"),
];

/// Finds all, and installs those that are missing by `apt-get` where that is possible.
pub(super) fn ensure() -> Result<()> {
    let manuals = MANUALS.into_iter().filter(|(file, _)| !is_there(file));
    let programs = PROGRAMS.into_iter().filter(|(program, _)| !Path::new(program).exists());
    let packages: Vec<&str> = manuals.chain(programs).map(|(_, package)| package).collect();
    if packages.is_empty() {
        return Ok(());
    }
    let missing = || {
        Error::Missing(format!(
            "The differential test of the shell runs beside bash 5.2 and the GNU tools of Debian 12, and takes cases from \
             their manuals in {FOLDER}. Missing are the manuals or programs of: {} (`apt-get install --reinstall`, on an image that leaves \
             manuals out without its filter in /etc/dpkg/dpkg.cfg.d).",
            packages.join(", ")
        ))
    };
    apt::install("Manuals and tools to compare with: apt-get, under a minute", &packages, &missing)?;
    if MANUALS.into_iter().all(|(file, _)| is_there(file))
        && PROGRAMS.into_iter().all(|(program, _)| Path::new(program).exists())
    {
        Ok(())
    } else {
        Err(missing())
    }
}

fn is_there(file: &str) -> bool {
    Path::new(FOLDER).join(file).exists()
}
