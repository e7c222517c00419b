//! The manuals that the shell's differential test takes cases from; the programs they describe are the machine's own.

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

/// Finds all, and installs those that are missing by `apt-get` where that is possible.
pub(super) fn ensure() -> Result<()> {
    let packages: Vec<&str> =
        MANUALS.into_iter().filter(|(file, _)| !is_there(file)).map(|(_, package)| package).collect();
    if packages.is_empty() {
        return Ok(());
    }
    let missing = || {
        Error::Missing(format!(
            "The differential test of the shell runs beside bash 5.2 and the GNU tools of Debian 12, and takes cases from \
             their manuals in {FOLDER}. Missing are those of: {} (`apt-get install --reinstall`, on an image that leaves \
             manuals out without its filter in /etc/dpkg/dpkg.cfg.d).",
            packages.join(", ")
        ))
    };
    apt::install("Manuals of bash and the GNU tools: apt-get, under a minute", &packages, &missing)?;
    if MANUALS.into_iter().all(|(file, _)| is_there(file)) { Ok(()) } else { Err(missing()) }
}

fn is_there(file: &str) -> bool {
    Path::new(FOLDER).join(file).exists()
}
