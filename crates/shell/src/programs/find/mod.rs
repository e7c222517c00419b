//! `find`: walks directories and does for each name what its expression says.
//!
//! The expression is compiled into steps with jumps, so that a command in it can be waited for at any place.

mod evaluate;
mod exec;
mod expression;
mod parse;
mod printf;

use crate::programs::command::{Command, CommandContext, CommandStatus, Result};
use async_trait::async_trait;
use sandbox_fs::Timestamp;

use super::live::say;
use super::quoting::quoted_name;
use super::tool::{Tool, Worked};
use super::tree::{Follow, Found, Step, Walk};
use expression::{Expression, Output};

pub(super) struct Find;

/// A walk under way.
struct Work<'a> {
    tool: Tool<'a>,
    expression: Expression,
    started: Timestamp,
    /// Whether `-quit` was met.
    quits: bool,
    /// What is to go into the files of `-fprint` and others.
    outputs: Vec<Output>,
}

/// How one name came out.
#[derive(Default)]
struct Outcome {
    prunes: bool,
}

#[async_trait]
impl Command for Find {
    async fn execute(&self, ctx: CommandContext<'_>) -> Result<CommandStatus> {
        let tool = Tool::new(ctx);
        let asked = |word: &str| tool.ctx.args.iter().any(|arg| arg == word);
        if asked("--help") || asked("-help") {
            let text = "Usage: find [-H] [-L] [-P] [-Olevel] [-D debugopts] [path...] [expression]\n";
            say(&tool.ctx.stdout, text.to_owned()).await;
            return Ok(CommandStatus::success());
        }
        if asked("--version") || asked("-version") {
            say(&tool.ctx.stdout, "find (GNU findutils) 4.9.0\n".to_owned()).await;
            return Ok(CommandStatus::success());
        }
        let started = tool.now();
        let mut expression = match parse::parse(&tool) {
            Ok(expression) => expression,
            Err(problem) => {
                say(&tool.ctx.stderr, format!("find: {problem}\n")).await;
                return Ok(CommandStatus::with_code(1));
            }
        };
        for warning in std::mem::take(&mut expression.warnings) {
            say(&tool.ctx.stderr, format!("find: {warning}\n")).await;
        }
        let outputs = std::mem::take(&mut expression.outputs);
        let mut work = Work { tool, expression, started, quits: false, outputs };
        let worked = work.walk_all().await;
        work.tool.end(worked).await
    }
}

impl Work<'_> {
    async fn walk_all(&mut self) -> Worked {
        for start in self.expression.starts.clone() {
            self.walk(&start).await?;
            if self.quits {
                break;
            }
        }
        self.run_batches().await?;
        for index in 0..self.outputs.len() {
            self.flush_output(index).await?;
        }
        Ok(())
    }

    async fn walk(&mut self, start: &str) -> Worked {
        let follow = self.expression.follow;
        let mut walk = Walk::new(start, self.tool.path(start), follow);
        let mut device = None;
        while let Some(step) = walk.next(&self.tool.run.files) {
            self.tool.turn().await;
            match step {
                Step::Enter(found) => {
                    device = device.or(Some(found.stat.dev));
                    let mut outcome = Outcome::default();
                    if !self.expression.depth_first {
                        outcome = self.visit(&found, start).await?;
                    }
                    let too_deep = found.depth >= self.expression.max_depth;
                    let elsewhere = self.expression.one_device && device != Some(found.stat.dev);
                    if outcome.prunes || too_deep || elsewhere {
                        walk.skip();
                        if self.expression.depth_first {
                            self.visit(&found, start).await?;
                        }
                    }
                }
                Step::File(found) => {
                    self.visit(&found, start).await?;
                }
                Step::Leave(found) => {
                    if self.expression.depth_first {
                        self.visit(&found, start).await?;
                    }
                }
                Step::Circle(found) => {
                    let (shown, above) = (quoted_name(&found.shown), walk.same_above(&found));
                    let above = quoted_name(above.unwrap_or_default());
                    let text = "is part of the same file system loop as";
                    self.tool.problem(format!("File system loop detected; {shown} {text} {above}.")).await?;
                }
                Step::Unreadable(found, error) => {
                    self.tool.problem(format!("{}: {error}", quoted_name(&found.shown))).await?;
                }
                Step::Missing(error) => {
                    self.tool.problem(format!("{}: {error}", quoted_name(start))).await?;
                }
            }
            if self.quits {
                break;
            }
        }
        Ok(())
    }

    async fn visit(&mut self, found: &Found, start: &str) -> Worked<Outcome> {
        if found.depth < self.expression.min_depth {
            return Ok(Outcome::default());
        }
        self.evaluate(found, start).await
    }
}

/// The kind of a file, as `-type` and `%y` have it.
fn kind_letter(kind: sandbox_fs::Kind) -> char {
    match kind {
        sandbox_fs::Kind::File => 'f',
        sandbox_fs::Kind::Directory => 'd',
        sandbox_fs::Kind::Symlink => 'l',
        sandbox_fs::Kind::Fifo => 'p',
        sandbox_fs::Kind::Device => 'c',
    }
}

/// Which links are followed, by the letter of the option.
fn follow(letter: &str) -> Option<Follow> {
    Some(match letter {
        "-H" => Follow::First,
        "-L" => Follow::Always,
        "-P" => Follow::Never,
        _ => return None,
    })
}
