//! `npm ls`: what is installed beside what is wanted, as a tree, or with `--json` as data.

use sandbox_fs::Namespace;

use super::Answer;
use super::json::{Json, Object};
use super::project::{GROUPS, Project};
use super::report::Failure;
use super::spec::Spec;
use crate::programs::command::ExecResult;

/// How a listing is asked for.
pub(super) struct Listing<'a> {
    pub(super) json: bool,
    pub(super) global: bool,
    /// The packages that are asked for; all where there is none.
    pub(super) only: &'a [String],
    pub(super) npm_version: &'a str,
}

/// A package that is installed, or wanted, or both.
struct Item {
    name: String,
    /// The version where it is installed, the range where it is missing.
    version: String,
    is: Is,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Is {
    Installed,
    Extraneous,
    Missing,
    /// Missing, and nothing needs it.
    MissingOptional,
}

/// Lists what is installed, and fails for what is missing.
pub(super) fn list(files: &Namespace, project: &Project, listing: &Listing<'_>) -> Answer {
    let mut items = items(files, project, listing.global)?;
    if !listing.only.is_empty() {
        let only = listing.only.iter().map(|text| Spec::parse(text)).collect::<Result<Vec<_>, _>>()?;
        items.retain(|item| item.is_installed() && only.iter().any(|spec| spec.name == item.name));
    }
    let problems: Vec<String> = items.iter().filter_map(|item| item.problem(project)).collect();
    let fails = problems.iter().any(|problem| !problem.starts_with("extraneous:"));
    let stdout = if listing.json {
        json(project, listing, &items, &problems, fails).to_file()
    } else {
        tree(project, &items)
    };
    let stderr = if fails {
        let lines = ["code ELSPROBLEMS".to_owned()].into_iter().chain(problems);
        Failure::new(1, lines).text(listing.npm_version)
    } else {
        String::new()
    };
    let found_none = !listing.only.is_empty() && items.is_empty();
    let code = i32::from(fails || found_none);
    Ok(ExecResult { stderr: stderr.into(), ..ExecResult::with_code(stdout, code) })
}

/// In the order of npm: by name and version.
fn items(files: &Namespace, project: &Project, global: bool) -> Result<Vec<Item>, Failure> {
    let installed = project.installed(files)?;
    let mut items = Vec::new();
    let mut wanted = Vec::new();
    for group in GROUPS {
        for (name, range) in project.group(group) {
            if !installed.iter().any(|(known, _)| *known == name) {
                let is = if *group == "optionalDependencies" { Is::MissingOptional } else { Is::Missing };
                items.push(Item { name: name.clone(), version: range, is });
            }
            wanted.push(name);
        }
    }
    for (name, version) in installed {
        let is = if global || wanted.contains(&name) { Is::Installed } else { Is::Extraneous };
        items.push(Item { name, version, is });
    }
    items.sort_by_key(Item::id);
    Ok(items)
}

impl Item {
    fn id(&self) -> String {
        format!("{}@{}", self.name, self.version)
    }

    fn is_installed(&self) -> bool {
        matches!(self.is, Is::Installed | Is::Extraneous)
    }

    fn problem(&self, project: &Project) -> Option<String> {
        let id = self.id();
        match self.is {
            Is::Missing => Some(format!("missing: {id}, required by {}", project.label())),
            Is::Extraneous => {
                Some(format!("extraneous: {id} {}", project.path(&format!("node_modules/{}", self.name))))
            }
            Is::Installed | Is::MissingOptional => None,
        }
    }
}

fn tree(project: &Project, items: &[Item]) -> String {
    let directory = project.shown_directory();
    let mut out = match project.manifest {
        Some(_) => format!("{} {directory}\n", project.label()),
        None => format!("{directory}\n"),
    };
    for (at, item) in items.iter().enumerate() {
        let branch = if at + 1 == items.len() { '`' } else { '+' };
        let id = item.id();
        let line = match item.is {
            Is::Installed => id,
            Is::Extraneous => format!("{id} extraneous"),
            Is::Missing => format!("UNMET DEPENDENCY {id}"),
            Is::MissingOptional => format!("UNMET OPTIONAL DEPENDENCY {id}"),
        };
        out.push_str(&format!("{branch}-- {line}\n"));
    }
    if items.is_empty() {
        out.push_str("`-- (empty)\n");
    }
    out.push('\n');
    out
}

fn json(
    project: &Project,
    listing: &Listing<'_>,
    items: &[Item],
    problems: &[String],
    fails: bool,
) -> Object {
    let texts = |texts: &[String]| Json::Array(texts.iter().map(|text| Json::from(text.as_str())).collect());
    let mut root = Object::default();
    if let Some(version) = project.text("version") {
        root.set("version", version);
    }
    if project.manifest.is_some() || listing.global {
        root.set("name", project.text("name").unwrap_or_else(|| project.directory_name()));
    }
    if !problems.is_empty() {
        root.set("problems", texts(problems));
    }
    // npm tells the range of the first package only that is not there.
    let first_missing = items.iter().position(|item| !item.is_installed());
    let mut dependencies = Object::default();
    for (at, item) in items.iter().enumerate() {
        let mut entry = Object::default();
        if item.is_installed() {
            entry.set("version", item.version.as_str());
            entry.set("overridden", Json::Bool(false));
        }
        match item.is {
            Is::Extraneous => entry.set("extraneous", Json::Bool(true)),
            Is::Missing => {
                if first_missing == Some(at) {
                    entry.set("required", item.version.as_str());
                }
                entry.set("missing", Json::Bool(true));
            }
            Is::Installed | Is::MissingOptional => {}
        }
        if let Some(problem) = item.problem(project) {
            entry.set("problems", texts(&[problem]));
        }
        dependencies.set(&item.name, entry);
    }
    if !dependencies.is_empty() {
        root.set("dependencies", dependencies);
    }
    if fails {
        let summary = problems.join("\n");
        let error = [("code", "ELSPROBLEMS"), ("summary", summary.as_str()), ("detail", "")];
        root.set("error", Object::of_texts(error));
    }
    root
}
