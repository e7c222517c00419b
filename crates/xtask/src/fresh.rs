//! Whether a product must be made again: a stamp of what it was made from lies beside it.

use std::collections::hash_map::DefaultHasher;
use std::fs;
use std::hash::{Hash, Hasher};
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use crate::error::{Error, Result};
use crate::project;

/// Folders that hold products or foreign code: no inputs, unless a product names one of them itself.
const NOT_INPUT: [&str; 5] = ["node_modules", "target", "dist", "pkg", "www/sdk/engine"];

/// The state of a product's inputs: their paths, sizes and times, and words such as the profile.
pub(crate) struct Stamp {
    file: PathBuf,
    hash: String,
}

impl Stamp {
    /// Looks at the inputs (files, or folders with all in them; one that is not there counts as such).
    pub(crate) fn of(product: &str, inputs: &[PathBuf], words: &[&str]) -> Stamp {
        let mut hasher = DefaultHasher::new();
        words.hash(&mut hasher);
        for input in inputs {
            hash_path(input, &mut hasher);
        }
        let file = project::scratch().join(format!("{product}.stamp"));
        Stamp { file, hash: format!("{:016x}", hasher.finish()) }
    }

    /// The product was made from these inputs, and all of `outputs` are still there.
    pub(crate) fn is_current(&self, outputs: &[PathBuf]) -> bool {
        outputs.iter().all(|output| output.exists())
            && fs::read_to_string(&self.file).is_ok_and(|saved| saved == self.hash)
    }

    /// Nothing changed between two looks.
    pub(crate) fn same_as(&self, other: &Stamp) -> bool {
        self.hash == other.hash
    }

    /// Remembers the inputs once the product is made.
    pub(crate) fn save(&self) -> Result<()> {
        create_parent(&self.file)?;
        fs::write(&self.file, &self.hash).map_err(Error::io(&self.file))
    }
}

fn hash_path(path: &Path, hasher: &mut DefaultHasher) {
    path.hash(hasher);
    let Ok(meta) = fs::metadata(path) else { return };
    if meta.is_file() {
        meta.len().hash(hasher);
        let modified = meta.modified().ok().and_then(|time| time.duration_since(UNIX_EPOCH).ok());
        modified.hash(hasher);
        return;
    }
    let Ok(entries) = fs::read_dir(path) else { return };
    let mut children: Vec<PathBuf> =
        entries.filter_map(|entry| entry.ok().map(|entry| entry.path())).collect();
    children.sort();
    for child in children {
        if !NOT_INPUT.iter().any(|not| child.ends_with(not)) {
            hash_path(&child, hasher);
        }
    }
}

/// Copies a file unless the same bytes are there already, so that what is made from it stays fresh.
fn copy_if_changed(from: &Path, to: &Path) -> Result<()> {
    let bytes = fs::read(from).map_err(Error::io(from))?;
    if fs::read(to).is_ok_and(|there| there == bytes) {
        return Ok(());
    }
    create_parent(to)?;
    fs::write(to, bytes).map_err(Error::io(to))
}

/// Copies a folder with all in it; equal files are left alone.
pub(crate) fn copy_folder(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to).map_err(Error::io(to))?;
    for entry in fs::read_dir(from).map_err(Error::io(from))? {
        let entry = entry.map_err(Error::io(from))?;
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy_folder(&entry.path(), &target)?;
        } else {
            copy_if_changed(&entry.path(), &target)?;
        }
    }
    Ok(())
}

/// Removes a folder with all in it, where there is one.
pub(crate) fn remove_folder(path: &Path) -> Result<()> {
    match fs::remove_dir_all(path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(Error::io(path)(error)),
        _ => Ok(()),
    }
}

fn create_parent(file: &Path) -> Result<()> {
    match file.parent() {
        Some(parent) => fs::create_dir_all(parent).map_err(Error::io(parent)),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder(name: &str) -> PathBuf {
        let folder = std::env::temp_dir().join(format!("xtask-{name}-{}", std::process::id()));
        remove_folder(&folder).unwrap();
        fs::create_dir_all(&folder).unwrap();
        folder
    }

    fn hash(inputs: &[PathBuf], words: &[&str]) -> String {
        Stamp::of("test", inputs, words).hash
    }

    #[test]
    fn a_stamp_changes_with_any_input_and_only_then() {
        let dir = folder("stamp");
        fs::create_dir_all(dir.join("deep")).unwrap();
        fs::write(dir.join("deep/a"), "1").unwrap();
        let inputs = [dir.clone()];
        let before = hash(&inputs, &["fast"]);
        assert_eq!(before, hash(&inputs, &["fast"]));
        assert_ne!(before, hash(&inputs, &["small"]), "another word");

        fs::create_dir_all(dir.join("node_modules")).unwrap();
        fs::write(dir.join("node_modules/b"), "1").unwrap();
        assert_eq!(before, hash(&inputs, &["fast"]), "what is no input");

        fs::write(dir.join("deep/a"), "22").unwrap();
        assert_ne!(before, hash(&inputs, &["fast"]), "another size");
        remove_folder(&dir).unwrap();
    }

    #[test]
    fn an_equal_file_is_left_alone() {
        let dir = folder("copy");
        let (from, to) = (dir.join("from"), dir.join("sub/to"));
        fs::write(&from, "x").unwrap();
        copy_if_changed(&from, &to).unwrap();
        let first = fs::metadata(&to).unwrap().modified().unwrap();
        copy_if_changed(&from, &to).unwrap();
        assert_eq!(fs::metadata(&to).unwrap().modified().unwrap(), first);
        fs::write(&from, "y").unwrap();
        copy_if_changed(&from, &to).unwrap();
        assert_eq!(fs::read_to_string(&to).unwrap(), "y");
        remove_folder(&dir).unwrap();
    }
}
