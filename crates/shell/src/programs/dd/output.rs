//! Where `dd` writes to.

use std::sync::Arc;

use bashkit::CommandContext;
use bytes::Bytes;
use sandbox_fs::{Errno, FsError};

use super::Counts;
use super::operands::Operands;
use crate::engine::{Device, Run, pause, write_what_fits};
use crate::programs::live::{Stop, write};

/// An output that is open.
pub(super) enum Output<'a> {
    Stdout,
    File {
        run: Arc<Run>,
        path: String,
        at: u64,
    },
    /// Takes everything and keeps nothing.
    Sink,
    /// `/dev/full`.
    Full,
    /// What the engine has under a path: another open file of the command's.
    Engine(&'a CommandContext<'a>, std::path::PathBuf),
}

impl<'a> Output<'a> {
    /// Opens what the operands name, and makes a file as long as they say.
    pub(super) async fn open(
        ctx: &'a CommandContext<'a>,
        run: &Arc<Run>,
        told: &Operands,
    ) -> Result<Output<'a>, Stop> {
        let Some(operand) = told.output.as_deref() else { return Ok(Output::Stdout) };
        let path = ctx.cwd.join(operand);
        let text = path.to_string_lossy().into_owned();
        match (Device::at(&text), text.as_str()) {
            (_, "/dev/stdout" | "/dev/fd/1" | "/proc/self/fd/1") => return Ok(Output::Stdout),
            (Some(Device::Full), _) => return Ok(Output::Full),
            (Some(Device::Null | Device::Zero | Device::Random), _) => return Ok(Output::Sink),
            _ if text.starts_with("/dev/fd/") => return Ok(Output::Engine(ctx, path)),
            _ => {}
        }
        let opened = |error: FsError| Stop::Output(format!("failed to open '{operand}': {error}"));
        let (files, now) = (&run.sandbox.namespace, run.sandbox.host.now());
        if told.exclusive {
            files.create_exclusive(&text, 0o644, now).map_err(opened)?;
        } else if told.no_create {
            files.stat(&text).map_err(opened)?;
        }
        files.append(&text, "", now).map_err(opened)?;
        if !told.no_truncate {
            files.truncate(&text, told.seek, now).map_err(|error| {
                Stop::Output(format!(
                    "failed to truncate to {} bytes in output file '{operand}': {error}",
                    told.seek
                ))
            })?;
        }
        let at = if told.append { files.stat(&text).map_err(opened)?.size } else { told.seek };
        Ok(Output::File { run: Arc::clone(run), path: text, at })
    }

    /// Writes, as much as fits, and counts what it has written.
    pub(super) async fn write(
        &mut self,
        ctx: &CommandContext<'_>,
        bytes: Bytes,
        counts: &mut Counts,
    ) -> Result<(), Stop> {
        let len = bytes.len() as u64;
        match self {
            Output::Stdout => write(ctx, &bytes).await?,
            Output::Sink => {}
            Output::Full => return Err(Errno::ENOSPC.at("").into()),
            Output::Engine(ctx, path) => {
                ctx.fs.append_file(path, &bytes).await.map_err(Stop::of_output)?;
            }
            Output::File { run, path, at } => {
                run.sandbox.wait_for_journal().await;
                let (files, now) = (&run.sandbox.namespace, run.sandbox.host.now());
                if let Err(error) = files.write_at(path, *at, bytes.clone(), now) {
                    pause().await;
                    counts.written += write_what_fits(files, path, *at, &bytes, now);
                    return Err(error.into());
                }
                *at += len;
            }
        }
        counts.written += len;
        Ok(())
    }
}
