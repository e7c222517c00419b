//! Where `dd` writes to.

use std::sync::Arc;

use bytes::Bytes;
use sandbox_fs::OpenFlags;
use sandbox_kernel::Process;

use super::Counts;
use super::operands::Operands;
use crate::programs::command::{CommandContext, CommandOutput};
use crate::programs::live::Stop;

/// An output that is open.
pub(super) struct Output {
    process: Arc<Process>,
    to: CommandOutput,
}

impl Output {
    /// Opens what the operands name, and makes a file as long as they say.
    pub(super) fn open(ctx: &CommandContext<'_>, told: &Operands) -> Result<Self, Stop> {
        let process = Arc::clone(&ctx.run.process);
        let Some(operand) = told.output.as_deref() else {
            return Ok(Self { process, to: ctx.stdout.clone() });
        };
        let mut flags = OpenFlags::WRITE;
        for (asked, flag) in [
            (!told.no_create, OpenFlags::CREATE),
            (told.exclusive, OpenFlags::EXCLUSIVE),
            (told.append, OpenFlags::APPEND),
        ] {
            flags = if asked { flags | flag } else { flags };
        }
        let to = CommandOutput::open(&ctx.run, operand, flags)
            .map_err(|error| Stop::Output(format!("failed to open '{operand}': {error}")))?;
        if let Some(opened) = to.description()
            && let Some(file) = opened.as_file()
        {
            if !told.no_truncate {
                file.truncate(told.seek, ctx.run.now()).map_err(|error| {
                    let what = format!("failed to truncate to {} bytes in output file", told.seek);
                    Stop::Output(format!("{what} '{operand}': {}", error.errno.message()))
                })?;
            }
            // A file can be moved in.
            let _ = opened.seek(told.seek);
        }
        Ok(Self { process, to })
    }

    /// Writes, as much as fits, and counts what it has written.
    pub(super) async fn write(&mut self, bytes: Bytes, counts: &mut Counts) -> Result<(), Stop> {
        let len = bytes.len() as u64;
        let place = || self.to.description().filter(|to| to.as_file().is_some()).and_then(|to| to.offset());
        let before = place();
        if let Err(error) = self.to.write_all(&bytes).await {
            if let (Some(before), Some(after)) = (before, place()) {
                counts.written += after.saturating_sub(before);
            }
            return Err(Stop::of_output(error));
        }
        self.process.kernel.breathe().await;
        counts.written += len;
        Ok(())
    }
}
