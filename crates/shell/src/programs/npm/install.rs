//! Installing and removing packages: works out what is wanted, then changes the tree whole or not at all.

use std::collections::BTreeMap;

use bytes::Bytes;
use sandbox_fs::{FsError, Namespace, Timestamp};

use super::json::{Json, Object};
use super::project::{GROUPS, Project};
use super::report::{Counts, Failure};
use super::spec::Spec;
use super::versions;

/// What the command line asks for.
#[derive(Debug, Default)]
pub(super) struct Wish {
    pub(super) add: Vec<Spec>,
    pub(super) remove: Vec<String>,
    /// Group of `package.json` that added packages go to.
    pub(super) group: Option<&'static str>,
    pub(super) exact: bool,
    pub(super) no_save: bool,
    /// Leave out development packages.
    pub(super) production: bool,
}

/// One package that is wanted.
struct Wanted {
    version: String,
    dev: bool,
}

/// Makes `project` as wished.
pub(super) fn apply(
    files: &Namespace,
    mut project: Project,
    wish: &Wish,
    now: Timestamp,
) -> Result<Counts, Failure> {
    let before = project.manifest.clone();
    let mut manifest = project.manifest.take().unwrap_or_default();
    for spec in &wish.add {
        save(&mut manifest, spec, wish);
    }
    for name in &wish.remove {
        for group in GROUPS {
            edit_group(&mut manifest, group, |packages| packages.remove(name));
        }
    }
    project.manifest = Some(manifest);
    let installed: BTreeMap<String, String> = project.installed(files)?.into_iter().collect();
    let wanted = wanted(&project, wish, &installed);
    let mut counts = Counts { audited: wanted.len() + 1, ..Counts::default() };
    let mut undo = Undo { files, now, steps: Vec::new() };
    let done = write_all(&mut undo, &project, wish, before.as_ref(), &wanted, &installed, &mut counts);
    if let Err(error) = done {
        undo.roll_back();
        return Err(Failure::from(error));
    }
    // Removing frees space and so comes last: nothing after it can fail for want of space.
    for name in installed.keys().filter(|name| !wanted.contains_key(*name)) {
        files.remove_all(&project.path(&format!("node_modules/{name}")), now)?;
        counts.removed += 1;
    }
    Ok(counts)
}

/// Puts a package into its group, and out of all others.
fn save(manifest: &mut Object, spec: &Spec, wish: &Wish) {
    let already = GROUPS.iter().copied().find(|group| {
        manifest
            .get(group)
            .and_then(Json::as_object)
            .is_some_and(|packages| packages.get(&spec.name).is_some())
    });
    let target = wish.group.or(already).unwrap_or(GROUPS[0]);
    for group in GROUPS.iter().filter(|group| **group != target) {
        edit_group(manifest, group, |packages| packages.remove(&spec.name));
    }
    let range = spec.saved_range(wish.exact);
    edit_group(manifest, target, |packages| packages.set(&spec.name, range.as_str()));
}

/// Edits a group, which stays sorted and goes when it is empty.
fn edit_group(manifest: &mut Object, group: &str, edit: impl FnOnce(&mut Object)) {
    let had = manifest.get(group).and_then(Json::as_object).cloned();
    let mut packages = had.clone().unwrap_or_default();
    edit(&mut packages);
    match (packages.is_empty(), had.is_some()) {
        (true, true) => manifest.remove(group),
        (true, false) => {}
        (false, _) => manifest.set(group, packages.sorted()),
    }
}

fn wanted(project: &Project, wish: &Wish, installed: &BTreeMap<String, String>) -> BTreeMap<String, Wanted> {
    let mut wanted = BTreeMap::new();
    for group in GROUPS {
        let dev = *group == "devDependencies";
        if dev && wish.production {
            continue;
        }
        for (name, range) in project.group(group) {
            let version = match (wish.add.iter().find(|spec| spec.name == name), installed.get(&name)) {
                (Some(spec), _) => spec.version(),
                (None, Some(present)) if !present.is_empty() => present.clone(),
                (None, _) => versions::choose(&name, &range),
            };
            wanted.insert(name, Wanted { version, dev });
        }
    }
    wanted
}

fn write_all(
    undo: &mut Undo<'_>,
    project: &Project,
    wish: &Wish,
    before: Option<&Object>,
    wanted: &BTreeMap<String, Wanted>,
    installed: &BTreeMap<String, String>,
    counts: &mut Counts,
) -> Result<(), FsError> {
    for (name, package) in wanted {
        match installed.get(name) {
            Some(version) if *version == package.version => continue,
            Some(_) => counts.changed += 1,
            None => counts.added += 1,
        }
        write_package(undo, &project.path(&format!("node_modules/{name}")), name, &package.version)?;
    }
    let hidden = lock(project, wanted, false).to_file();
    if !wanted.is_empty() {
        undo.mkdir_all(&project.path("node_modules"))?;
        undo.write(&project.path("node_modules/.package-lock.json"), hidden)?;
    }
    if wish.no_save {
        return Ok(());
    }
    undo.write(&project.path("package-lock.json"), lock(project, wanted, true).to_file())?;
    if let Some(manifest) = &project.manifest
        && before != Some(manifest)
        && (before.is_some() || !manifest.is_empty())
    {
        undo.write(&project.path("package.json"), manifest.to_file())?;
    }
    Ok(())
}

fn write_package(undo: &mut Undo<'_>, directory: &str, name: &str, version: &str) -> Result<(), FsError> {
    undo.mkdir_all(directory)?;
    let manifest = Object::of_texts([
        ("name", name),
        ("version", version),
        ("description", "A stand-in: its contents were not downloaded (simulated sandbox)"),
        ("main", "index.js"),
        ("license", "MIT"),
    ]);
    undo.write(&format!("{directory}/package.json"), manifest.to_file())?;
    undo.write(
        &format!("{directory}/index.js"),
        "// A stand-in: contents are simulated.\nmodule.exports = {};\n".to_owned(),
    )
}

/// A lock file of version 3; the one inside `node_modules` leaves the project itself out.
fn lock(project: &Project, wanted: &BTreeMap<String, Wanted>, with_project: bool) -> Object {
    let name = project.text("name").unwrap_or_else(|| project.directory_name());
    let mut packages = Object::default();
    if with_project {
        let mut root = Object::default();
        for key in ["name", "version", "license"] {
            if let Some(text) = project.text(key) {
                root.set(key, text);
            }
        }
        for group in GROUPS {
            if let Some(members) = project.manifest.as_ref().and_then(|manifest| manifest.get(group)) {
                root.set(group, members.clone());
            }
        }
        packages.set("", root);
    }
    for (name, package) in wanted {
        let mut entry = Object::of_texts([("version", package.version.as_str())]);
        if package.dev {
            entry.set("dev", Json::Bool(true));
        }
        entry.set("license", "MIT");
        packages.set(&format!("node_modules/{name}"), entry);
    }
    let mut lock = Object::of_texts([("name", name)]);
    if let Some(version) = project.text("version") {
        lock.set("version", version);
    }
    lock.set("lockfileVersion", Json::Number(3.into()));
    lock.set("requires", Json::Bool(true));
    lock.set("packages", packages);
    lock
}

/// Writes that can be taken back.
struct Undo<'a> {
    files: &'a Namespace,
    now: Timestamp,
    steps: Vec<Step>,
}

enum Step {
    /// Something new: remove it.
    Made(String),
    /// A file that was there: put its contents back.
    Replaced(String, Bytes),
}

impl Undo<'_> {
    fn write(&mut self, path: &str, text: String) -> Result<(), FsError> {
        let before = self.files.read(path).ok();
        self.files.write(path, text, self.now)?;
        self.steps.push(match before {
            Some(contents) => Step::Replaced(path.to_owned(), contents),
            None => Step::Made(path.to_owned()),
        });
        Ok(())
    }

    fn mkdir_all(&mut self, path: &str) -> Result<(), FsError> {
        let ends = path.match_indices('/').map(|(at, _)| at).chain([path.len()]);
        for part in ends.map(|end| &path[..end]).filter(|part| !part.is_empty()) {
            if !self.files.exists(part) {
                self.files.mkdir(part, 0o755, self.now)?;
                self.steps.push(Step::Made(part.to_owned()));
            }
        }
        Ok(())
    }

    /// Takes everything back, the last first. What was there before fits again, for all else is gone by then.
    fn roll_back(self) {
        for step in self.steps.into_iter().rev() {
            let _ = match step {
                Step::Made(path) => self.files.remove_all(&path, self.now),
                Step::Replaced(path, contents) => self.files.write(&path, contents, self.now),
            };
        }
    }
}
