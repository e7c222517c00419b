//! What is written elsewhere than to standard output: files and commands, which stay open until they are closed.

use std::sync::Arc;

use bashkit::CommandContext;
use sandbox_fs::{Errno, Kind};

use super::super::live::Stop;
use super::code::To;
use super::command::Running;
use super::value::Text;
use crate::engine::{Device, Run};
use crate::limits::{MAX_WHOLE_BYTES, PIECE_BYTES};

enum Kept {
    /// With what is to be added to it.
    File {
        path: String,
        device: Option<Device>,
    },
    /// With what it is to read.
    Command,
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
        ctx: &CommandContext<'_>,
        run: &Arc<Run>,
        to: To,
        name: &Text,
        text: &[u8],
    ) -> Result<Written, Stop> {
        let at = match self.open.iter().position(|open| open.name == *name) {
            Some(at) => at,
            None => {
                let kept = match open(ctx, run, to, name) {
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
            Kept::File { .. } | Kept::Command => open.waiting.extend_from_slice(text),
        }
        match open.kept {
            Kept::Command if open.waiting.len() as u64 > MAX_WHOLE_BYTES => return Err(Stop::out_of_memory()),
            Kept::File { .. } if open.waiting.len() >= PIECE_BYTES => open.flush(run).await?,
            _ => {}
        }
        Ok(Written::Kept)
    }

    /// Writes what waits for a file, or for all of them.
    pub(super) async fn flush(&mut self, run: &Arc<Run>, name: Option<&Text>) -> Result<(), Stop> {
        for open in self.open.iter_mut().filter(|open| name.is_none_or(|name| open.name == *name)) {
            open.flush(run).await?;
        }
        Ok(())
    }

    /// Closes an output, and gives the exit code if it was a command. None where nothing of that name is open.
    pub(super) async fn close(
        &mut self,
        ctx: &CommandContext<'_>,
        run: &Arc<Run>,
        name: &Text,
    ) -> Result<Option<i32>, Stop> {
        let Some(at) = self.open.iter().position(|open| open.name == *name) else { return Ok(None) };
        let open = self.open.remove(at);
        open.close(ctx, run).await.map(Some)
    }

    /// Closes all, in the order in which they were opened.
    pub(super) async fn close_all(&mut self, ctx: &CommandContext<'_>, run: &Arc<Run>) -> Result<(), Stop> {
        for open in std::mem::take(&mut self.open) {
            open.close(ctx, run).await?;
        }
        Ok(())
    }
}

impl Open {
    async fn flush(&mut self, run: &Arc<Run>) -> Result<(), Stop> {
        let Kept::File { path, device } = &self.kept else { return Ok(()) };
        if self.waiting.is_empty() {
            return Ok(());
        }
        let waiting = std::mem::take(&mut self.waiting);
        let failed = |errno: String| {
            let name = String::from_utf8_lossy(&self.name);
            Stop::Output(format!("close failed on file {name} ({errno})"))
        };
        match device {
            Some(Device::Full) => return Err(failed(Errno::ENOSPC.message().to_owned())),
            Some(_) => return Ok(()),
            None => {}
        }
        let now = run.sandbox.host.now();
        run.sandbox.namespace.append(path, waiting, now).map_err(|error| failed(error.to_string()))?;
        run.sandbox.wait_for_journal().await;
        Ok(())
    }

    async fn close(mut self, ctx: &CommandContext<'_>, run: &Arc<Run>) -> Result<i32, Stop> {
        match self.kept {
            Kept::Command => Running::start(ctx, run, &self.name, self.waiting).finish(ctx).await,
            _ => self.flush(run).await.map(|()| 0),
        }
    }
}

fn open(ctx: &CommandContext<'_>, run: &Run, to: To, name: &[u8]) -> Result<Kept, String> {
    if to == To::Command {
        return Ok(Kept::Command);
    }
    let name = String::from_utf8_lossy(name);
    match &*name {
        "-" | "/dev/stdout" | "/dev/fd/1" | "/proc/self/fd/1" => return Ok(Kept::Standard),
        "/dev/stderr" | "/dev/fd/2" | "/proc/self/fd/2" => return Ok(Kept::Errors),
        "" => return Err(Errno::ENOENT.message().to_owned()),
        _ => {}
    }
    let path = ctx.cwd.join(&*name).to_string_lossy().into_owned();
    let device = Device::at(&path);
    if device.is_none() {
        let (files, now) = (&run.sandbox.namespace, run.sandbox.host.now());
        let is_there = files.stat(&path).is_ok_and(|stat| stat.kind == Kind::File);
        let opened = match to {
            To::Append if is_there => Ok(()),
            _ => files.write(&path, Vec::new(), now),
        };
        opened.map_err(|error| error.to_string())?;
    }
    Ok(Kept::File { path, device })
}
