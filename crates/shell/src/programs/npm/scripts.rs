//! `npm run`: the scripts of `package.json`, run by the shell.

use std::sync::Arc;

use crate::programs::command::{BuiltinContext, ExecResult};

use super::json::{Json, Object};
use super::project::Project;
use super::report::Failure;
use super::{Answer, Line};
use crate::programs::child::Child;
use crate::programs::command::Run;
use crate::quote::quote_all;

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
        None if name == "start" && run.files.exists(&project.path("server.js")) => {
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
    let mut code = 0;
    for (name, script) in stages {
        let Some(script) = script else { continue };
        if !line.is_silent() {
            ExecResult::ok(header(&project, &name, &script)).tell(ctx).await;
        }
        code = match child(run, &project, &name, script).run(run).await {
            Ok(status) => status.code(),
            Err(missing) => {
                let problem = format!("sh: 1: {}\n", missing.reason());
                ExecResult::err(problem, 1).tell(ctx).await;
                missing.code()
            }
        };
        if code != 0 {
            break;
        }
    }
    Ok(ExecResult::with_code("", code))
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

fn child(run: &Run, project: &Project, name: &str, script: String) -> Child {
    let mut child = Child::script(run, script);
    child.cwd = Some(project.shown_directory().to_owned());
    let env = Arc::make_mut(&mut child.env);
    let path = env.get("PATH").cloned().unwrap_or_default();
    env.insert("PATH".into(), format!("{}:{path}", project.path("node_modules/.bin")));
    env.insert("npm_lifecycle_event".into(), name.to_owned());
    for key in ["name", "version"] {
        env.insert(format!("npm_package_{key}"), project.text(key).unwrap_or_default().to_owned());
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
