//! Commands within commands, as deep as it goes: the thread's stack stays small.
//!
//! A future that waits for another polls it on top of its own frame. Functions that call themselves would so fill the
//! stack; from time to time what is within therefore becomes a task of its own, which the host polls from the bottom.

use std::sync::Arc;

use futures_util::FutureExt;

use crate::state::{Flow, Shell, Unwind};
use crate::syntax::Compound;

/// Commands that may run within each other, functions and substitutions included.
const MAX_DEPTH: u32 = 4_000;

/// Levels that share a stack.
const LEVELS: u32 = 24;

/// What runs within.
pub(crate) enum Nested {
    Compound(Arc<Compound>),
    /// Text of a file.
    File(String),
    /// Text of `eval`, from that line on.
    Text(String, u32),
}

impl Shell {
    /// Whether what begins now needs a stack of its own.
    ///
    /// # Errors
    ///
    /// It is too deep, which was told.
    pub(crate) fn needs_another_stack(&mut self) -> Flow<bool> {
        if self.depth >= MAX_DEPTH {
            self.complain(format!("maximum nesting of commands exceeded ({MAX_DEPTH})"));
            return Err(Unwind::Discard(1));
        }
        Ok(self.depth % LEVELS == LEVELS - 1)
    }

    /// Runs it as a task of its own, which ends when this is dropped.
    pub(crate) async fn run_on_another_stack(&mut self, nested: Nested) -> Flow<i32> {
        let hollow = self.hollow();
        let mut shell = std::mem::replace(self, hollow);
        let kernel = Arc::clone(&self.process.kernel);
        let work = async move {
            let ran = match &nested {
                Nested::Compound(compound) => shell.run_compound_here(compound).await,
                Nested::File(text) => shell.run_file_here(text).await,
                Nested::Text(text, line) => shell.run_evaluated_here(text, *line).await,
            };
            (shell, ran)
        };
        let (task, handle) = self.process.heeded(work).remote_handle();
        kernel.host.spawn(Box::pin(task));
        let (shell, ran) = handle.await;
        *self = shell;
        ran
    }
}
