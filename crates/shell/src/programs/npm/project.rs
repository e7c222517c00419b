//! The project that npm works on: its directory, its `package.json`, what is installed in it.

use sandbox_fs::{Errno, FsError, Namespace};

use super::json::{Json, Object};
use super::report::Failure;

/// The groups of `package.json` that name packages.
pub(super) const GROUPS: &[&str] = &["dependencies", "devDependencies", "optionalDependencies"];

/// A directory with, perhaps, a `package.json`.
pub(super) struct Project {
    /// Absolute path without a slash at the end; empty for the root directory.
    pub(super) directory: String,
    /// Members of `package.json`; `None` when there is no such file.
    pub(super) manifest: Option<Object>,
}

impl Project {
    /// The project around `cwd`: the nearest directory upwards with `package.json` or `node_modules`, else
    /// `cwd` itself.
    pub(super) fn around(files: &Namespace, cwd: &str) -> Result<Self, Failure> {
        let cwd = cwd.trim_end_matches('/');
        let mut directory = cwd;
        loop {
            let marks = ["package.json", "node_modules"];
            if marks.iter().any(|mark| files.exists(&format!("{directory}/{mark}"))) {
                return Self::at(files, directory);
            }
            match directory.rfind('/') {
                Some(at) if !directory.is_empty() => directory = &directory[..at],
                _ => return Self::at(files, cwd),
            }
        }
    }

    /// The project in exactly that directory.
    pub(super) fn at(files: &Namespace, directory: &str) -> Result<Self, Failure> {
        let path = format!("{directory}/package.json");
        let manifest = match files.read(&path) {
            Ok(bytes) => match serde_json::from_slice(&bytes) {
                Ok(Json::Object(object)) => Some(object),
                _ => return Err(Failure::bad_manifest(&path)),
            },
            Err(error) if error.errno == Errno::ENOENT => None,
            Err(error) => return Err(Failure::from(error)),
        };
        Ok(Self { directory: directory.to_owned(), manifest })
    }

    /// Path of a file of the project.
    pub(super) fn path(&self, name: &str) -> String {
        format!("{}/{name}", self.directory)
    }

    /// The directory as it is shown.
    pub(super) fn shown_directory(&self) -> &str {
        if self.directory.is_empty() { "/" } else { &self.directory }
    }

    /// The name of the directory, for a project without a name.
    pub(super) fn directory_name(&self) -> &str {
        self.directory.rsplit('/').next().unwrap_or_default()
    }

    /// A text member of `package.json`.
    pub(super) fn text(&self, key: &str) -> Option<&str> {
        self.manifest.as_ref()?.get(key)?.as_str()
    }

    /// `name@version` as npm shows the project.
    pub(super) fn label(&self) -> String {
        let name = self.text("name").unwrap_or_else(|| self.directory_name());
        format!("{name}@{}", self.text("version").unwrap_or_default())
    }

    /// The packages of one group with their ranges.
    pub(super) fn group(&self, group: &str) -> Vec<(String, String)> {
        let members =
            self.manifest.as_ref().and_then(|manifest| manifest.get(group)).and_then(Json::as_object);
        members
            .into_iter()
            .flat_map(Object::iter)
            .map(|(name, range)| (name.to_owned(), range.as_str().unwrap_or_default().to_owned()))
            .collect()
    }

    /// What lies in `node_modules`: names and versions, sorted.
    pub(super) fn installed(&self, files: &Namespace) -> Result<Vec<(String, String)>, FsError> {
        let modules = self.path("node_modules");
        let mut found = Vec::new();
        for name in directories(files, &modules)? {
            if name.starts_with('@') {
                for inner in directories(files, &format!("{modules}/{name}"))? {
                    found.push(format!("{name}/{inner}"));
                }
            } else if !name.starts_with('.') {
                found.push(name);
            }
        }
        let version = |name: &String| {
            let bytes = files.read(&format!("{modules}/{name}/package.json")).ok()?;
            let json: Json = serde_json::from_slice(&bytes).ok()?;
            Some(json.as_object()?.get("version")?.as_str()?.to_owned())
        };
        Ok(found
            .into_iter()
            .map(|name| {
                let version = version(&name).unwrap_or_default();
                (name, version)
            })
            .collect())
    }
}

fn directories(files: &Namespace, path: &str) -> Result<Vec<String>, FsError> {
    match files.read_dir(path) {
        Ok(entries) => {
            Ok(entries.into_iter().filter(|entry| entry.stat.is_dir()).map(|entry| entry.name).collect())
        }
        Err(error) if error.errno == Errno::ENOENT => Ok(Vec::new()),
        Err(error) => Err(error),
    }
}
