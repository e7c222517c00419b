//! What is written elsewhere than to standard output: files and commands, which stay open until they are closed.

use std::sync::Arc;

use sandbox_fs::{Errno, OpenFlags};

use super::super::live::Stop;
use super::code::To;
use super::command::Writing;
use super::value::Text;
use crate::limits::PIECE_BYTES;
use crate::programs::command::{CommandOutput, Run};

enum Kept {
    File(CommandOutput),
    Command(Writing),
    Standard,
    Errors,
}

struct Open {
    name: Text,
    kept: Kept,
    waiting: Vec<u8>,
}

/// All outputs that are open.
#[derive(Default)]
pub(super) struct Outputs {
    open: Vec<Open>,
}

/// Where a text goes.
pub(super) enum Written {
    Kept,
    /// It is to go to standard output.
    ToStandard,
    /// It is to go to standard error at once.
    ToErrors,
    /// It cannot be opened, for that reason.
    Refused(String),
}

impl Outputs {
    pub(super) fn is_open(&self, name: &Text) -> bool {
        self.open.iter().any(|open| open.name == *name)
    }

    /// Adds to an output, which is opened if it is not open.
    pub(super) async fn write(
        &mut self,
        run: &Arc<Run>,
        to: To,
        name: &Text,
        text: &[u8],
    ) -> Result<Written, Stop> {
        let at = match self.open.iter().position(|open| open.name == *name) {
            Some(at) => at,
            None => {
                let kept = match open(run, to, name) {
                    Ok(kept) => kept,
                    Err(reason) => return Ok(Written::Refused(reason)),
                };
                self.open.push(Open { name: Text::clone(name), kept, waiting: Vec::new() });
                self.open.len() - 1
            }
        };
        let open = &mut self.open[at];
        match open.kept {
            Kept::Standard => return Ok(Written::ToStandard),
            Kept::Errors => return Ok(Written::ToErrors),
            Kept::File(_) | Kept::Command(_) => open.waiting.extend_from_slice(text),
        }
        if open.waiting.len() >= PIECE_BYTES {
            open.flush().await?;
        }
        Ok(Written::Kept)
    }

    /// Writes what waits for an output, or for all of them.
    pub(super) async fn flush(&mut self, name: Option<&Text>) -> Result<(), Stop> {
        for open in self.open.iter_mut().filter(|open| name.is_none_or(|name| open.name == *name)) {
            open.flush().await?;
        }
        Ok(())
    }

    /// Closes an output, and gives the exit code if it was a command. None where nothing of that name is open.
    pub(super) async fn close(&mut self, name: &Text) -> Result<Option<i32>, Stop> {
        let Some(at) = self.open.iter().position(|open| open.name == *name) else { return Ok(None) };
        let open = self.open.remove(at);
        open.close().await.map(Some)
    }

    /// Closes all, in the order in which they were opened.
    pub(super) async fn close_all(&mut self) -> Result<(), Stop> {
        for open in std::mem::take(&mut self.open) {
            open.close().await?;
        }
        Ok(())
    }
}

impl Open {
    async fn flush(&mut self) -> Result<(), Stop> {
        let to = match &self.kept {
            Kept::File(to) => to,
            Kept::Command(command) => &command.to,
            Kept::Standard | Kept::Errors => return Ok(()),
        };
        let waiting = std::mem::take(&mut self.waiting);
        if waiting.is_empty() {
            return Ok(());
        }
        to.write_all(&waiting).await.map_err(|error| {
            let name = String::from_utf8_lossy(&self.name);
            Stop::Output(format!("close failed on file {name} ({error})"))
        })
    }

    async fn close(mut self) -> Result<i32, Stop> {
        self.flush().await?;
        match self.kept {
            Kept::Command(command) => Ok(command.close().await),
            _ => Ok(0),
        }
    }
}

fn open(run: &Arc<Run>, to: To, name: &[u8]) -> Result<Kept, String> {
    if to == To::Command {
        return Ok(Kept::Command(Writing::start(run, name)));
    }
    let name = String::from_utf8_lossy(name);
    match &*name {
        "-" | "/dev/stdout" | "/dev/fd/1" | "/proc/self/fd/1" => return Ok(Kept::Standard),
        "/dev/stderr" | "/dev/fd/2" | "/proc/self/fd/2" => return Ok(Kept::Errors),
        "" => return Err(Errno::ENOENT.message().to_owned()),
        _ => {}
    }
    let flag = if to == To::Append { OpenFlags::APPEND } else { OpenFlags::TRUNCATE };
    let opened = CommandOutput::open(run, &name, OpenFlags::CREATE | flag);
    opened.map(Kept::File).map_err(|error| error.to_string())
}
