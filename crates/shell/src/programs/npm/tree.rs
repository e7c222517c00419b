//! `npm ls`.

use crate::programs::command::ExecResult;
use sandbox_fs::Namespace;

use super::Answer;
use super::project::{GROUPS, Project};

/// Lists what is installed, and fails for what is missing.
pub(super) fn list(files: &Namespace, project: &Project) -> Answer {
    let installed = project.installed(files)?;
    let wanted: Vec<(String, String)> = GROUPS.iter().flat_map(|group| project.group(group)).collect();
    let (mut lines, mut problems) = (Vec::new(), String::new());
    for (name, version) in &installed {
        let extraneous = project.manifest.is_some() && !wanted.iter().any(|(known, _)| known == name);
        lines.push(format!("{name}@{version}{}", if extraneous { " extraneous" } else { "" }));
    }
    for (name, range) in wanted.iter().filter(|(name, _)| !installed.iter().any(|(known, _)| known == name)) {
        lines.push(format!("UNMET DEPENDENCY {name}@{range}"));
        problems.push_str(&format!("npm error missing: {name}@{range}, required by {}\n", project.label()));
    }
    lines.sort_by(|a, b| {
        a.trim_start_matches("UNMET DEPENDENCY ").cmp(b.trim_start_matches("UNMET DEPENDENCY "))
    });
    if lines.is_empty() {
        lines.push("(empty)".to_owned());
    }
    let mut out = format!("{} {}\n", project.label(), project.shown_directory());
    for (at, line) in lines.iter().enumerate() {
        let branch = if at + 1 == lines.len() { '`' } else { '+' };
        out.push_str(&format!("{branch}-- {line}\n"));
    }
    out.push('\n');
    if problems.is_empty() {
        return Ok(ExecResult::ok(out));
    }
    let mut result = ExecResult::err(format!("npm error code ELSPROBLEMS\n{problems}"), 1);
    result.stdout = out.into();
    Ok(result)
}
