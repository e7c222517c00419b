//! `npm init -y`.

use crate::programs::command::ExecResult;
use sandbox_fs::{Namespace, Timestamp};

use super::json::{Json, Object};
use super::project::Project;
use super::report::Failure;
use super::{Answer, Line};

/// Writes a `package.json`, keeping what an existing one says.
pub(super) fn init(files: &Namespace, line: &Line, directory: &str, now: Timestamp) -> Answer {
    if !line.operands.is_empty() {
        return Err(Failure::new(
            1,
            ["`npm init <initializer>` is not available in this stand-in yet (simulated sandbox)"],
        ));
    }
    if !line.has(&["-y", "--yes", "-f", "--force"]) {
        // Without a terminal there is nobody to answer its questions.
        return Err(Failure::new(1, ["canceled"]));
    }
    let project = Project::at(files, directory.trim_end_matches('/'))?;
    let mut manifest = Object::of_texts([
        ("name", &*package_name(project.directory_name())),
        ("version", "1.0.0"),
        ("main", "index.js"),
    ]);
    manifest.set("scripts", Object::of_texts([("test", "echo \"Error: no test specified\" && exit 1")]));
    manifest.set("keywords", Json::Array(Vec::new()));
    manifest.set("author", "");
    manifest.set("license", "ISC");
    manifest.set("description", "");
    for (key, value) in project.manifest.iter().flat_map(Object::iter) {
        manifest.set(key, value.clone());
    }
    let path = project.path("package.json");
    let text = manifest.to_file();
    files.write(&path, text.clone(), now)?;
    let shown = if line.is_silent() { String::new() } else { format!("Wrote to {path}:\n\n{text}\n\n") };
    Ok(ExecResult::ok(shown))
}

/// A directory's name as a package may be called.
fn package_name(directory: &str) -> String {
    let name: String = directory
        .to_lowercase()
        .chars()
        .map(|letter| if letter.is_ascii_alphanumeric() || "-_.".contains(letter) { letter } else { '-' })
        .collect();
    name.trim_start_matches(['_', '.']).to_owned()
}
