//! Paths without links and dots, for `realpath` and `readlink`.

use sandbox_fs::{Errno, Kind};

use super::inode::look;
use crate::programs::command::Run;

/// How many links are followed, as on Linux.
const MAX_LINKS: usize = 40;

/// What must be there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Needs {
    /// Everything (`-e`).
    All,
    /// All but the last name (`-f`).
    Parents,
    /// Nothing (`-m`).
    Nothing,
}

/// The path that an absolute one means. Links stay where `follow` is not set.
pub(super) fn canonical(run: &Run, path: &str, needs: Needs, follow: bool) -> Result<String, Errno> {
    if path.is_empty() {
        return Err(Errno::ENOENT);
    }
    let mut way: Vec<String> = Vec::new();
    let mut ahead: Vec<String> = path.split('/').rev().map(str::to_owned).collect();
    let mut links = 0;
    while let Some(name) = ahead.pop() {
        match name.as_str() {
            "" | "." => continue,
            ".." => {
                way.pop();
                continue;
            }
            _ => way.push(name),
        }
        let here = joined(&way);
        let is_last = ahead.iter().all(String::is_empty);
        match look(run, &here, false) {
            Ok(stat) if stat.kind == Kind::Symlink && follow => {
                links += 1;
                if links > MAX_LINKS {
                    if needs == Needs::Nothing {
                        continue;
                    }
                    return Err(Errno::ELOOP);
                }
                let target = run.files.read_link(&here).map_err(|error| error.errno)?;
                if target.starts_with('/') {
                    way.clear();
                } else {
                    way.pop();
                }
                ahead.extend(target.split('/').rev().map(str::to_owned));
            }
            Ok(stat) if stat.kind == Kind::Directory || stat.kind == Kind::Symlink => {}
            Ok(_) if ahead.is_empty() || needs == Needs::Nothing => {}
            Ok(_) => return Err(Errno::ENOTDIR),
            Err(_) if needs == Needs::Nothing => {}
            Err(error) if error.errno == Errno::ENOENT && is_last && needs == Needs::Parents => {}
            Err(error) => return Err(error.errno),
        }
    }
    Ok(joined(&way))
}

fn joined(names: &[String]) -> String {
    if names.is_empty() { "/".to_owned() } else { format!("/{}", names.join("/")) }
}

/// Whether a path is `base` or below it.
pub(super) fn is_below(path: &str, base: &str) -> bool {
    base == "/" || path == base || path.strip_prefix(base).is_some_and(|rest| rest.starts_with('/'))
}

/// The way from one directory to a path, both without links and dots.
pub(super) fn relative(path: &str, from: &str) -> String {
    let names =
        |path: &str| path.split('/').filter(|name| !name.is_empty()).map(str::to_owned).collect::<Vec<_>>();
    let (path, from) = (names(path), names(from));
    let common = path.iter().zip(&from).take_while(|(a, b)| a == b).count();
    let mut way = vec!["..".to_owned(); from.len() - common];
    way.extend_from_slice(&path[common..]);
    if way.is_empty() { ".".to_owned() } else { way.join("/") }
}
