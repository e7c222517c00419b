//! Running what was read: lists, pipelines, and what a failure leads to.

mod assigning;
mod background;
mod compound;
mod control;
mod foreground;
mod fork;
mod function;
mod jobs;
mod nesting;
mod pipeline;
mod program;
mod prompt;
mod redirection;
mod script;
mod select;
mod simple;
mod substitution;
mod test;
mod trace;
mod trap;

pub(crate) use jobs::{Job, Jobs};
pub(crate) use program::DEFAULT_PATH;
pub(crate) use trap::{INTERACTIVE_SIGNALS, TrapName, Traps};

use crate::state::{Flow, SetOption, Shell, Unwind};
use crate::syntax::{AndOr, Command, CompoundKind, Connector, Item, List, Pipeline};

/// Commands between two looks at the clock, to see whether others wait for their turn.
const COMMANDS_PER_LOOK: u32 = 32;

impl Shell {
    /// Runs commands one after another; the status is that of the last.
    pub(crate) async fn run_list(&mut self, list: &List) -> Flow<i32> {
        for Item { and_or, background } in &list.items {
            match background {
                true => self.start_in_background(and_or).await?,
                false => self.run_and_or(and_or).await?,
            }
            self.after_a_command().await?;
        }
        Ok(self.status)
    }

    pub(crate) async fn run_and_or(&mut self, and_or: &AndOr) -> Flow<()> {
        if and_or.rest.is_empty() {
            return self.run_pipeline(&and_or.first).await;
        }
        let last = and_or.rest.len();
        self.run_leniently(&and_or.first).await?;
        for (place, (connector, pipeline)) in and_or.rest.iter().enumerate() {
            if (*connector == Connector::And) != (self.status == 0) {
                continue;
            }
            match place + 1 == last {
                true => self.run_pipeline(pipeline).await?,
                false => self.run_leniently(pipeline).await?,
            }
        }
        Ok(())
    }

    /// Runs a pipeline whose failure somebody looks at.
    async fn run_leniently(&mut self, pipeline: &Pipeline) -> Flow<()> {
        self.lenient += 1;
        let ran = self.run_pipeline(pipeline).await;
        self.lenient -= 1;
        ran
    }

    /// Runs a list whose failure somebody looks at.
    pub(crate) async fn run_condition(&mut self, list: &List) -> Flow<bool> {
        self.lenient += 1;
        let ran = self.run_list(list).await;
        self.lenient -= 1;
        Ok(ran? == 0)
    }

    /// Runs a pipeline; `$?` is its status afterwards.
    async fn run_pipeline(&mut self, pipeline: &Pipeline) -> Flow<()> {
        if pipeline.timed.is_some() {
            return Box::pin(self.run_timed(pipeline)).await;
        }
        self.run_untimed(pipeline).await
    }

    async fn run_untimed(&mut self, pipeline: &Pipeline) -> Flow<()> {
        if self.controls_jobs() {
            self.job_text = pipeline.to_string();
        }
        if pipeline.negated {
            self.lenient += 1;
        }
        let ran = match &pipeline.commands[..] {
            [] => Ok(0),
            [command] => self.run_alone(command).await,
            commands => Box::pin(self.run_together(commands)).await,
        };
        if pipeline.negated {
            self.lenient -= 1;
            self.status = i32::from(ran? == 0);
            return Ok(());
        }
        self.status = ran?;
        if self.status != 0 && self.lenient == 0 && fails_by_itself(pipeline) {
            return self.failed().await;
        }
        Ok(())
    }

    /// One command that is no part of a longer pipeline.
    async fn run_alone(&mut self, command: &Command) -> Flow<i32> {
        let status = self.run_command(command).await?;
        if fails_alone(command) {
            self.pipe_status.clear();
            self.pipe_status.push(status);
        }
        Ok(status)
    }

    /// Runs one command in this shell.
    pub(crate) async fn run_command(&mut self, command: &Command) -> Flow<i32> {
        match command {
            Command::Simple(simple) => self.run_simple(simple).await,
            Command::Compound(compound) => self.run_compound(compound).await,
            Command::Function(function) => Ok(self.define_function(function)),
        }
    }

    /// What a failure that nobody looks at leads to: the ERR trap, and with `set -e` the end.
    async fn failed(&mut self) -> Flow<()> {
        let status = self.status;
        self.run_err_trap().await?;
        match self.options.has(SetOption::ERREXIT) {
            true => Err(Unwind::Exit(status)),
            false => Ok(()),
        }
    }

    /// Between two commands: signals that came, turns for others, bytes that waited.
    async fn after_a_command(&mut self) -> Flow<()> {
        if !self.unwritten.is_empty() {
            self.write_the_rest().await;
        }
        self.commands_run = self.commands_run.wrapping_add(1);
        if self.commands_run.is_multiple_of(COMMANDS_PER_LOOK) {
            self.process.kernel.breathe().await;
        }
        match self.process.is_interrupted() {
            true => Box::pin(self.look_at_signals()).await,
            false => Ok(()),
        }
    }
}

/// Whether a failure of the pipeline is its own, and not one of a command inside that was looked at there.
fn fails_by_itself(pipeline: &Pipeline) -> bool {
    match &pipeline.commands[..] {
        [command] => fails_alone(command),
        _ => true,
    }
}

fn fails_alone(command: &Command) -> bool {
    match command {
        Command::Simple(_) | Command::Function(_) => true,
        Command::Compound(compound) => matches!(
            compound.kind,
            CompoundKind::Subshell(_) | CompoundKind::Arithmetic(_) | CompoundKind::Test(_)
        ),
    }
}
