//! `npm run`: the scripts of `package.json`, run by the shell.

use std::sync::Arc;

use bashkit::{BuiltinContext, ExecResult};

use super::json::{Json, Object};
use super::project::Project;
use super::report::Failure;
use super::{Answer, Line};
use crate::engine::Run;
use crate::programs::child::{Child, collected, collecting};
use crate::quote::quote_all;

/// Exit code of a script that a deadline ended; whoever set the deadline has its own.
const ENDED: i32 = 143;

/// Runs a script with its `pre` and `post`, or lists all when none is named.
pub(super) async fn run(ctx: &BuiltinContext<'_>, run: &Arc<Run>, line: &Line, directory: &str) -> Answer {
    let project = super::place(run, line, directory)?;
    if project.manifest.is_none() {
        return Err(Failure::no_manifest(&project.path("package.json")));
    }
    let (name, operands) = match line.command.as_str() {
        "run" | "run-script" => match line.operands.split_first() {
            Some((name, operands)) => (name.as_str(), operands),
            None => return Ok(ExecResult::ok(list(&project))),
        },
        "t" | "tst" => ("test", line.operands.as_slice()),
        command => (command, line.operands.as_slice()),
    };
    let scripts =
        project.manifest.as_ref().and_then(|manifest| manifest.get("scripts")).and_then(Json::as_object);
    let script = |name: &str| scripts.and_then(|scripts| scripts.get(name)).and_then(Json::as_str);
    let main = match script(name) {
        Some(main) => main.to_owned(),
        None if name == "start" && run.sandbox.namespace.exists(&project.path("server.js")) => {
            "node server.js".to_owned()
        }
        None if line.has(&["--if-present"]) => return Ok(ExecResult::ok("")),
        None => return Err(Failure::missing_script(name)),
    };
    let mut extra = operands.to_vec();
    extra.extend(line.rest.iter().cloned());
    let stages = [
        (format!("pre{name}"), script(&format!("pre{name}")).map(str::to_owned)),
        (name.to_owned(), Some(with_arguments(&main, &extra))),
        (format!("post{name}"), script(&format!("post{name}")).map(str::to_owned)),
    ];
    let output = collecting();
    let mut code = 0;
    for (name, script) in stages {
        let Some(script) = script else { continue };
        if !line.is_silent() {
            output.stdout(header(&project, &name, &script).as_bytes());
        }
        code = child(ctx, &project, &name, script).run(run, &output, ENDED).await;
        if code != 0 {
            break;
        }
    }
    Ok(collected(&output, code))
}

fn with_arguments(script: &str, extra: &[String]) -> String {
    if extra.is_empty() { script.to_owned() } else { format!("{script} {}", quote_all(extra)) }
}

fn header(project: &Project, name: &str, script: &str) -> String {
    match (project.text("name"), project.text("version")) {
        (None, None) => format!("\n> {name}\n> {script}\n\n"),
        _ => format!("\n> {} {name}\n> {script}\n\n", project.label()),
    }
}

fn child(ctx: &BuiltinContext<'_>, project: &Project, name: &str, script: String) -> Child {
    let mut child = Child::of(ctx, script);
    child.cwd = project.shown_directory().to_owned();
    let path = child.env.get("PATH").cloned().unwrap_or_default();
    child.env.insert("PATH".into(), format!("{}:{path}", project.path("node_modules/.bin")));
    child.env.insert("npm_lifecycle_event".into(), name.to_owned());
    for key in ["name", "version"] {
        child.env.insert(format!("npm_package_{key}"), project.text(key).unwrap_or_default().to_owned());
    }
    child
}

fn list(project: &Project) -> String {
    let scripts =
        project.manifest.as_ref().and_then(|manifest| manifest.get("scripts")).and_then(Json::as_object);
    let Some(scripts) = scripts.filter(|scripts| !scripts.is_empty()) else { return String::new() };
    let mut out = format!("Scripts available in {} via `npm run`:\n", project.label());
    for (name, script) in Object::iter(scripts) {
        out.push_str(&format!("  {name}\n    {}\n", script.as_str().unwrap_or_default()));
    }
    out.push('\n');
    out
}
