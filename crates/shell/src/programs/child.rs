//! Programs that a command runs: in processes of their own, or in its own place.

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use sandbox_fs::Errno;
use sandbox_kernel::{Call, Description, Descriptors, Process, Status};

use super::command::Run;
use super::search::{Missing, Ready, find};
use crate::limits::{MAX_WHOLE_BYTES, PIECE_BYTES};

/// A program to be run. It has the command's environment and descriptors unless told otherwise.
pub(super) struct Child {
    /// Its name and its arguments.
    pub(super) argv: Vec<String>,
    pub(super) env: Arc<BTreeMap<String, String>>,
    pub(super) descriptors: Descriptors,
    /// Another working directory, absolute.
    pub(super) cwd: Option<String>,
}

impl Child {
    pub(super) fn of(run: &Run, argv: Vec<String>) -> Self {
        let (env, descriptors) = (Arc::clone(&run.env), run.descriptors.clone());
        Self { argv, env, descriptors, cwd: None }
    }

    /// A script for the shell that programs ask.
    pub(super) fn script(run: &Run, script: String) -> Self {
        Self::of(run, vec!["/bin/sh".to_owned(), "-c".to_owned(), script])
    }

    /// Lets it read what is opened already.
    pub(super) fn reading(mut self, description: Arc<Description>) -> Self {
        // Descriptor 0 always can be.
        let _ = self.descriptors.set(0, description);
        self
    }

    /// Lets it write to what is opened already.
    pub(super) fn writing(mut self, description: Arc<Description>) -> Self {
        // Descriptor 1 always can be.
        let _ = self.descriptors.set(1, description);
        self
    }

    /// Lets it read nothing.
    pub(super) fn reading_nothing(self) -> Self {
        let nothing = sandbox_kernel::Device::Null;
        self.reading(Description::device(nothing, true, false, "/dev/null".to_owned()))
    }

    /// Starts it in a process of its own; `limit` is how long it may run until [`Process::overdue`] tells.
    ///
    /// # Errors
    ///
    /// There is no such program, or no room for a process.
    pub(super) fn start(self, run: &Run, limit: Option<Duration>) -> Result<Arc<Process>, Missing> {
        let parent = &run.process;
        let process = match limit {
            None => parent.fork(self.argv.clone()),
            Some(limit) => parent.fork_for(self.argv.clone(), limit),
        };
        let process = process.map_err(Missing)?;
        if let Some(cwd) = &self.cwd {
            process.set_cwd(cwd.clone());
        }
        match self.ready(&process) {
            Ok((ready, call)) => {
                let running = process.run(ready.program.run(call));
                run.host.spawn(Box::pin(async move {
                    running.await;
                }));
                Ok(process)
            }
            Err(missing) => {
                process.end(Status::Exited(missing.code()));
                Err(missing)
            }
        }
    }

    /// Runs it to its end.
    ///
    /// # Errors
    ///
    /// As [`Child::start`].
    pub(super) async fn run(self, run: &Run) -> Result<Status, Missing> {
        Ok(self.start(run, None)?.ended().await)
    }

    /// Runs it to its end and gives what it wrote to standard output.
    ///
    /// # Errors
    ///
    /// As [`Child::start`]; `ENOMEM` where it wrote too much.
    pub(super) async fn output(self, run: &Run) -> Result<(Vec<u8>, Status), Missing> {
        let (reader, writer) = Description::pipe();
        let process = self.writing(writer).start(run, None)?;
        let mut written = Vec::new();
        loop {
            let piece = reader.read(run.kernel(), PIECE_BYTES).await.map_err(Missing)?;
            if piece.is_empty() {
                return Ok((written, process.ended().await));
            }
            if written.len() as u64 + piece.len() as u64 > MAX_WHOLE_BYTES {
                return Err(Missing(Errno::ENOMEM));
            }
            written.extend_from_slice(&piece);
        }
    }

    /// Lets the command's process become this program. It comes back only where there is none.
    ///
    /// # Errors
    ///
    /// There is no such program.
    pub(super) async fn replace(self, run: &Run) -> Result<Infallible, Missing> {
        let process = &run.process;
        let before = process.cwd();
        if let Some(cwd) = &self.cwd {
            process.set_cwd(cwd.clone());
        }
        match self.ready(process) {
            Ok((ready, call)) => Ok(process.replace(ready.program.run(call)).await),
            Err(missing) => {
                process.set_cwd(before);
                Err(missing)
            }
        }
    }

    fn ready(self, process: &Arc<Process>) -> Result<(Ready, Call), Missing> {
        let mut ready = find(process, self.env.get("PATH").map(String::as_str), &self.argv)?;
        let args = std::mem::take(&mut ready.args);
        process.set_argv(args.clone());
        let call = Call { process: Arc::clone(process), args, env: self.env, descriptors: self.descriptors };
        Ok((ready, call))
    }
}
