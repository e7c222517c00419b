//! Commands as the kernel runs them.

use std::collections::HashMap;
use std::sync::Arc;

use futures_util::future::BoxFuture;
use sandbox_kernel::{Call, Program, Programs};

use super::{Builtin, Command, CommandContext, CommandInput, CommandOutput, CommandStatus, Result, Run};

/// Programs by their names.
#[derive(Default)]
pub(crate) struct Registry(HashMap<String, Arc<dyn Program>>);

impl Registry {
    /// Adds a builtin.
    pub(crate) fn insert(&mut self, name: &str, builtin: Arc<dyn Builtin>) {
        self.insert_program(name, Arc::new(Installed { name: name.into(), body: Body::Builtin(builtin) }));
    }

    /// Adds a command.
    pub(crate) fn insert_command(&mut self, name: &str, command: impl Command + 'static) {
        let body = Body::Command(Arc::new(command));
        self.insert_program(name, Arc::new(Installed { name: name.into(), body }));
    }

    /// Adds a program.
    pub(crate) fn insert_program(&mut self, name: &str, program: Arc<dyn Program>) {
        self.0.insert(name.to_owned(), program);
    }
}

impl Programs for Registry {
    fn program(&self, name: &str) -> Option<Arc<dyn Program>> {
        self.0.get(name).cloned()
    }
}

struct Installed {
    name: Arc<str>,
    body: Body,
}

#[derive(Clone)]
enum Body {
    Command(Arc<dyn Command>),
    Builtin(Arc<dyn Builtin>),
}

impl Program for Installed {
    fn run(&self, call: Call) -> BoxFuture<'static, i32> {
        let (name, body) = (Arc::clone(&self.name), self.body.clone());
        Box::pin(async move {
            let (run, args) = Run::of(call);
            // What it could not say was to be said to somebody who is not there.
            execute(&name, body, &args, &run).await.map_or(1, |status| status.exit_code)
        })
    }
}

async fn execute(name: &str, body: Body, args: &[String], run: &Arc<Run>) -> Result<CommandStatus> {
    let ctx = CommandContext {
        name,
        args,
        env: &run.env,
        cwd: &run.cwd,
        stdin: CommandInput::standard(run),
        stdout: CommandOutput::standard(run, 1),
        stderr: CommandOutput::standard(run, 2),
        run: Arc::clone(run),
    };
    match body {
        Body::Command(command) => command.execute(ctx).await,
        Body::Builtin(builtin) => Ok(builtin.execute(&ctx).await?.tell(&ctx).await),
    }
}
