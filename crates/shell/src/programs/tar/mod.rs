//! `tar`, with archives in GNU's form, as they are or packed by gzip, piece by piece.

mod create;
mod extract;
mod header;
mod names;
mod options;
mod reader;
mod writer;

use crate::programs::command::{Command, CommandContext, CommandStatus, Result};
use async_trait::async_trait;

use super::getopt::Given;
use super::live::{Stop, say};
use super::source::Source;
use super::tool::{Tool, Worked};
use options::{Action, KNOWN, action, modern};
use reader::{Broken, Reader};

pub(super) struct Tar;

/// Exit code of a command line that cannot be read, and of everything else that goes wrong.
const MISUSED: i32 = 64;
const FAILED: i32 = 2;

/// One run of `tar`.
struct Work<'a> {
    tool: Tool<'a>,
    given: Given,
    /// The archive's absolute path; standard input or output where there is none.
    archive: Option<String>,
    /// The archive's name as it was given.
    shown: String,
    /// Whether something failed that is told once more at the end.
    failed: bool,
    /// What was said once already about names.
    told: Vec<String>,
    /// The directories that `-C` leads to, one after another.
    directory: String,
    /// How many of the options stand before what is done now. `--exclude` counts only there.
    options: usize,
}

#[async_trait]
impl Command for Tar {
    async fn execute(&self, ctx: CommandContext<'_>) -> Result<CommandStatus> {
        let tool = Tool::new(ctx);
        if tool.ctx.args.first().is_some_and(|arg| arg == "--version") {
            say(&tool.ctx.stdout, "tar (GNU tar) 1.34\n".to_owned()).await;
            return Ok(CommandStatus::success());
        }
        if tool.ctx.args.iter().any(|arg| arg == "--help") {
            say(&tool.ctx.stdout, "Usage: tar [OPTION...] [FILE]...\n".to_owned()).await;
            return Ok(CommandStatus::success());
        }
        let args = match modern(tool.ctx.args) {
            Ok(args) => args,
            Err(letter) => {
                return misused(&tool, FAILED, &format!("Old option '{letter}' requires an argument.")).await;
            }
        };
        let given = match KNOWN.read(&args) {
            Ok(given) => given,
            Err(problem) => return misused(&tool, MISUSED, &problem).await,
        };
        let action = match action(&given) {
            Ok(action) => action,
            Err(problem) => return misused(&tool, FAILED, problem).await,
        };
        let shown =
            given.value('f').or(tool.ctx.env.get("TAPE").map(String::as_str)).unwrap_or("-").to_owned();
        let archive = (shown != "-").then(|| tool.path(&shown));
        let directory = tool.ctx.cwd.to_string_lossy().into_owned();
        let options = given.options.len();
        let mut work =
            Work { tool, given, archive, shown, failed: false, told: Vec::new(), directory, options };
        let done = work.run(action).await;
        work.end(done).await
    }
}

async fn misused(tool: &Tool<'_>, code: i32, problem: &str) -> Result<CommandStatus> {
    let text = format!("tar: {problem}\nTry 'tar --help' or 'tar --usage' for more information.\n");
    say(&tool.ctx.stderr, text).await;
    Ok(CommandStatus::with_code(code))
}

impl Work<'_> {
    async fn run(&mut self, action: Action) -> std::result::Result<(), Broken> {
        if self.given.has('j') || self.given.has('J') {
            let program = if self.given.has('j') { "bzip2" } else { "xz" };
            let writes = matches!(action, Action::Create | Action::Append | Action::Update);
            let (text, last): (_, &[&str]) = match writes {
                true => (format!("/bin/sh: 1: {program}: not found\n"), &["Child returned status 127"]),
                false => {
                    let child = "tar (child)";
                    let reason = "Cannot exec: No such file or directory";
                    let end = "Error is not recoverable: exiting now";
                    (format!("{child}: {program}: {reason}\n{child}: {end}\n"), &["Child returned status 2"])
                }
            };
            say(&self.tool.ctx.stderr, text).await;
            return Err(Broken::Fatal(last));
        }
        match action {
            Action::Create | Action::Append | Action::Update => self.write(action).await,
            Action::List | Action::Extract | Action::Compare => {
                let mut reader = self.open().await?;
                self.read(&mut reader, action).await
            }
        }
    }

    /// Opens the archive to be read.
    async fn open(&mut self) -> std::result::Result<Reader, Broken> {
        let source = match &self.archive {
            None => Source::stdin(&self.tool.ctx),
            Some(path) => match Source::open(&self.tool.ctx, path) {
                Ok(source) => source,
                Err(reason) => {
                    let text = format!("{}: Cannot open: {reason}", self.shown);
                    self.say(&text).await?;
                    return Err(Broken::Fatal(&[]));
                }
            },
        };
        Reader::begin(source, self.given.has('z'), self.archive.is_some()).await
    }

    /// Goes where `-C` leads to.
    async fn change_directory(&mut self, shown: &str) -> std::result::Result<(), Broken> {
        let path = std::path::Path::new(&self.directory).join(shown).to_string_lossy().into_owned();
        let found = self.tool.files().stat(&path);
        let reason = match found {
            Ok(stat) if stat.is_dir() => {
                self.directory = path;
                return Ok(());
            }
            Ok(_) => "Not a directory".to_owned(),
            Err(error) => error.to_string(),
        };
        self.say(&format!("{shown}: Cannot open: {reason}")).await?;
        Err(Broken::Fatal(&[]))
    }

    /// The absolute path of a member's or operand's name.
    fn path(&self, name: &str) -> String {
        match name {
            "" => String::new(),
            name => std::path::Path::new(&self.directory).join(name).to_string_lossy().into_owned(),
        }
    }

    /// The patterns of names that are left out.
    fn patterns(&self) -> impl Iterator<Item = &str> {
        let before = self.given.options.iter().take(self.options);
        before.filter(|(letter, _)| *letter == '\u{1}').map(|(_, text)| text.as_str())
    }

    async fn say(&mut self, text: &str) -> Worked {
        self.tool.flush().await?;
        say(&self.tool.ctx.stderr, format!("tar: {text}\n")).await;
        Ok(())
    }

    /// Says what failed; the end repeats that something did.
    async fn problem(&mut self, text: &str) -> Worked {
        self.failed = true;
        self.say(text).await
    }

    async fn end(mut self, done: std::result::Result<(), Broken>) -> Result<CommandStatus> {
        let worked = match done {
            Ok(()) => Ok(()),
            Err(Broken::Stop(Stop::Output(reason))) => {
                self.tool.code = FAILED;
                let text = format!("{}: Cannot write: {reason}", self.shown);
                let told = self.say(&text).await;
                let more = self.say("Error is not recoverable: exiting now").await;
                self.failed = false;
                told.and(more)
            }
            Err(Broken::Stop(Stop::Input(reason))) => {
                self.tool.code = FAILED;
                self.failed = false;
                let text = format!("{}: Cannot read: {reason}", self.shown);
                let told = self.say(&text).await;
                let more = self.say("Error is not recoverable: exiting now").await;
                told.and(more)
            }
            Err(Broken::Misused(problem)) => return misused(&self.tool, FAILED, problem).await,
            Err(Broken::Fatal(lines)) => {
                self.tool.code = FAILED;
                self.failed = false;
                let told = self.tool.flush().await;
                for line in lines {
                    // What another program says has no name of ours before it.
                    let text = match line.strip_prefix('\n') {
                        Some(others) => format!("\n{others}\n"),
                        None => format!("tar: {line}\n"),
                    };
                    say(&self.tool.ctx.stderr, text).await;
                }
                told.and(self.say("Error is not recoverable: exiting now").await)
            }
        };
        if self.failed {
            self.tool.code = FAILED;
            let _ = self.say("Exiting with failure status due to previous errors").await;
        }
        self.tool.end(worked).await
    }
}
