//! `npm`, without a registry: installs small stand-ins that look like packages, and runs scripts for real.

mod init;
mod install;
mod json;
mod project;
mod report;
mod scripts;
mod spec;
mod tree;
mod versions;

use crate::programs::command::{Builtin, BuiltinContext, ExecResult, Result};
use async_trait::async_trait;

use crate::programs::command::Run;
use install::Wish;
use project::Project;
use report::{Counts, Failure, SIMULATED};
use spec::Spec;
use tree::Listing;

pub(super) struct Npm {
    version: String,
}

impl Npm {
    /// npm of that version.
    pub(super) fn new(version: &str) -> Self {
        Self { version: version.to_owned() }
    }
}

/// Where global packages lie.
const GLOBAL: &str = "/usr/local/lib";

/// A command line, taken apart.
#[derive(Debug, Default)]
struct Line {
    command: String,
    operands: Vec<String>,
    /// What stands after `--`.
    rest: Vec<String>,
    flags: Vec<String>,
    prefix: Option<String>,
}

/// Flags that take a value after a space.
const VALUED: &[&str] = &[
    "--prefix",
    "--omit",
    "--include",
    "--loglevel",
    "--tag",
    "--registry",
    "--cache",
    "-w",
    "--workspace",
    "--depth",
];

impl Line {
    fn parse(args: &[String]) -> Self {
        let mut line = Self::default();
        let mut args = args.iter();
        while let Some(arg) = args.next() {
            if arg == "--" {
                line.rest = args.cloned().collect();
                break;
            }
            if let Some(prefix) = arg.strip_prefix("--prefix=") {
                line.prefix = Some(prefix.to_owned());
            } else if VALUED.contains(&arg.as_str()) {
                let value = args.next().cloned().unwrap_or_default();
                if arg == "--prefix" {
                    line.prefix = Some(value);
                } else {
                    line.flags.push(format!("{arg}={value}"));
                }
            } else if arg.len() > 1 && arg.starts_with('-') {
                line.flags.push(arg.clone());
            } else if line.command.is_empty() {
                line.command.clone_from(arg);
            } else {
                line.operands.push(arg.clone());
            }
        }
        line
    }

    fn has(&self, flags: &[&str]) -> bool {
        self.flags.iter().any(|flag| flags.contains(&flag.as_str()))
    }

    fn is_silent(&self) -> bool {
        self.has(&["-s", "--silent", "--loglevel=silent"])
    }
}

#[async_trait]
impl Builtin for Npm {
    async fn execute(&self, ctx: &BuiltinContext<'_>) -> Result<ExecResult> {
        let run = ctx.run.clone();
        let npm_version = &self.version;
        let line = Line::parse(ctx.args);
        let cwd = ctx.cwd.to_string_lossy();
        let directory =
            line.prefix.as_ref().map(|prefix| ctx.cwd.join(prefix).to_string_lossy().into_owned());
        let directory = directory.as_deref().unwrap_or(&cwd);
        let answer = match line.command.as_str() {
            "run" | "run-script" | "test" | "t" | "tst" | "start" | "stop" | "restart" => {
                scripts::run(ctx, &run, &line, directory).await
            }
            _ => answer(&run, &line, directory, npm_version),
        };
        Ok(answer.unwrap_or_else(|failure| ExecResult::err(failure.text(npm_version), failure.code)))
    }
}

type Answer = std::result::Result<ExecResult, Failure>;

fn answer(run: &Run, line: &Line, directory: &str, npm_version: &str) -> Answer {
    let files = &run.files;
    match line.command.as_str() {
        "" if line.has(&["-v", "--version"]) => Ok(ExecResult::ok(format!("{npm_version}\n"))),
        "install" | "i" | "in" | "add" | "isntall" | "update" | "up" => {
            install(run, line, directory, Vec::new())
        }
        "uninstall" | "un" | "unlink" | "remove" | "rm" | "r" => {
            install(run, line, directory, line.operands.clone())
        }
        "ci" | "clean-install" => clean_install(run, line, directory),
        "ls" | "list" | "ll" | "la" => {
            let listing = Listing {
                json: line.has(&["--json", "--json=true"]),
                global: line.has(&["-g", "--global"]),
                only: &line.operands,
                npm_version,
            };
            tree::list(files, &place(run, line, directory)?, &listing)
        }
        "init" | "create" | "innit" => init::init(files, line, directory, run.host.now()),
        "root" => Ok(ExecResult::ok(format!("{}\n", place(run, line, directory)?.path("node_modules")))),
        "prefix" => Ok(ExecResult::ok(format!("{}\n", place(run, line, directory)?.shown_directory()))),
        "audit" => Ok(ExecResult { stderr: SIMULATED.into(), ..ExecResult::ok("found 0 vulnerabilities\n") }),
        "fund" | "outdated" | "config" | "cache" | "set" => Ok(ExecResult::ok("")),
        "" | "help" => Ok(ExecResult::with_code(
            "npm <command>\n\nUsage:\n\nnpm install        install all the dependencies in your project\nnpm install <foo>  add the <foo> dependency to your project\nnpm test           run this project's tests\nnpm run <foo>      run the script named <foo>\n",
            1,
        )),
        "view" | "info" | "search" | "publish" | "login" | "whoami" | "exec" | "x" | "pack" => {
            Err(Failure::new(
                1,
                [format!("`npm {}` is not available in this stand-in yet (simulated sandbox)", line.command)],
            ))
        }
        unknown => Err(Failure::new(
            1,
            [
                format!("Unknown command: \"{unknown}\""),
                String::new(),
                "To see a list of supported npm commands, run:".to_owned(),
                "  npm help".to_owned(),
            ],
        )),
    }
}

/// The project that a command is about.
fn place(run: &Run, line: &Line, directory: &str) -> std::result::Result<Project, Failure> {
    let files = &run.files;
    match (line.has(&["-g", "--global"]), &line.prefix) {
        (true, _) => Project::at(files, GLOBAL),
        (false, Some(_)) => Project::at(files, directory.trim_end_matches('/')),
        (false, None) => Project::around(files, directory),
    }
}

fn install(run: &Run, line: &Line, directory: &str, remove: Vec<String>) -> Answer {
    let global = line.has(&["-g", "--global"]);
    let operands = if remove.is_empty() { line.operands.as_slice() } else { &[] };
    let add = operands.iter().map(|text| Spec::parse(text)).collect::<std::result::Result<Vec<_>, _>>()?;
    let wish = Wish {
        add,
        remove,
        group: group(line),
        exact: line.has(&["-E", "--save-exact"]),
        no_save: line.has(&["--no-save"]),
        production: line.has(&["--omit=dev", "--production", "--only=production", "--only=prod"]),
    };
    let project = place(run, line, directory)?;
    let counts = if global {
        global_install(run, project, &wish)?
    } else {
        install::apply(&run.files, project, &wish, run.host.now())?
    };
    Ok(summary(line, counts, global))
}

/// A global install keeps no manifest: what is there stays, what is named comes or goes.
fn global_install(run: &Run, mut project: Project, wish: &Wish) -> std::result::Result<Counts, Failure> {
    let files = &run.files;
    let mut manifest = json::Object::default();
    let installed = project.installed(files)?;
    manifest.set(
        "dependencies",
        json::Object::of_texts(installed.iter().map(|(name, version)| (name.as_str(), version.as_str()))),
    );
    project.manifest = Some(manifest);
    let wish = Wish { add: wish.add.clone(), remove: wish.remove.clone(), no_save: true, ..Wish::default() };
    install::apply(files, project, &wish, run.host.now())
}

fn group(line: &Line) -> Option<&'static str> {
    if line.has(&["-D", "--save-dev"]) {
        Some("devDependencies")
    } else if line.has(&["-O", "--save-optional"]) {
        Some("optionalDependencies")
    } else if line.has(&["-P", "--save-prod", "-S", "--save"]) {
        Some("dependencies")
    } else {
        None
    }
}

fn clean_install(run: &Run, line: &Line, directory: &str) -> Answer {
    let files = &run.files;
    let project = place(run, line, directory)?;
    if project.manifest.is_none() {
        return Err(Failure::no_manifest(&project.path("package.json")));
    }
    if !files.exists(&project.path("package-lock.json")) {
        return Err(Failure::new(
            1,
            [
                "code EUSAGE",
                "",
                "The `npm ci` command can only install with an existing package-lock.json or",
                "npm-shrinkwrap.json with lockfileVersion >= 1. Run an install with npm@5 or",
                "later to generate a package-lock.json file, then try again.",
            ],
        ));
    }
    let modules = project.path("node_modules");
    if files.exists(&modules) {
        files.remove_all(&modules, run.host.now())?;
    }
    install(
        run,
        &Line {
            command: "install".into(),
            flags: line.flags.clone(),
            prefix: line.prefix.clone(),
            ..Line::default()
        },
        directory,
        Vec::new(),
    )
}

fn summary(line: &Line, counts: Counts, global: bool) -> ExecResult {
    let audit = !global && !line.has(&["--no-audit", "--audit=false"]);
    let stdout = if line.is_silent() { String::new() } else { counts.summary(audit) };
    ExecResult { stderr: SIMULATED.into(), ..ExecResult::ok(stdout) }
}

#[cfg(test)]
mod tests {
    use super::Line;

    #[test]
    fn command_lines_are_taken_apart() {
        let args = ["--prefix", "/x", "install", "-D", "a", "--omit", "dev", "b", "--", "c", "-d"];
        let line = Line::parse(&args.map(str::to_owned));
        assert_eq!(line.command, "install");
        assert_eq!(line.operands, ["a", "b"]);
        assert_eq!(line.rest, ["c", "-d"]);
        assert_eq!(line.flags, ["-D", "--omit=dev"]);
        assert_eq!(line.prefix.as_deref(), Some("/x"));
    }
}
