//! Which file a name of a program stands for, as `execvp` finds it.

use sandbox_fs::{Errno, Kind, Namespace};

/// What a search came to.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Found {
    /// A file that can be run.
    Program,
    /// Something that cannot.
    Denied,
    Nothing,
}

impl Found {
    /// What the search says to somebody who wanted to run it, and the exit code that goes with it.
    pub(super) fn problem(&self) -> Option<(&'static str, i32)> {
        match self {
            Found::Program => None,
            Found::Denied => Some((Errno::EACCES.message(), 126)),
            Found::Nothing => Some((Errno::ENOENT.message(), 127)),
        }
    }
}

/// Where programs are looked for without a `PATH`.
const PATH: &str = "/bin:/usr/bin";

/// Looks for `name` in the directories of `path`, or where it says itself.
pub(super) fn found(files: &Namespace, cwd: &str, path: Option<&str>, name: &str) -> Found {
    if name.is_empty() {
        return Found::Nothing;
    }
    let at = |directory: &str| {
        let place = if directory.is_empty() { cwd } else { directory };
        let file =
            if place.starts_with('/') { format!("{place}/{name}") } else { format!("{cwd}/{place}/{name}") };
        look(files, &file)
    };
    if name.starts_with('/') {
        return look(files, name);
    }
    if name.contains('/') {
        return at("");
    }
    let mut best = Found::Nothing;
    for directory in path.unwrap_or(PATH).split(':') {
        match at(directory) {
            Found::Program => return Found::Program,
            Found::Denied => best = Found::Denied,
            Found::Nothing => {}
        }
    }
    best
}

fn look(files: &Namespace, path: &str) -> Found {
    match files.stat(path) {
        Ok(stat) if stat.kind == Kind::File && stat.mode & 0o111 != 0 => Found::Program,
        Ok(_) => Found::Denied,
        Err(error) if error.errno == Errno::EACCES => Found::Denied,
        Err(_) => Found::Nothing,
    }
}
