//! Reading from a descriptor up to a delimiter: what was read too much is put back, so that the next command gets it.

use std::sync::Arc;

use bytes::Bytes;
use sandbox_fs::Errno;
use sandbox_kernel::{Description, Process, SIGTTIN};

use super::numbers::integer;
use super::outcome::{Outcome, failed};
use crate::state::Shell;

/// Bytes that are read at a time from what can be put back.
const CHUNK: usize = 4096;

/// What is read from.
pub(super) struct Input {
    description: Arc<Description>,
    process: Arc<Process>,
    /// Bytes that were read and not yet taken.
    ahead: Bytes,
}

impl Input {
    /// The descriptor of a number.
    pub(super) fn open(shell: &Shell, number: i32) -> Result<Self, Errno> {
        let description = Arc::clone(shell.descriptors.get(number)?);
        Ok(Self { description, process: Arc::clone(&shell.process), ahead: Bytes::new() })
    }

    pub(super) fn description(&self) -> &Description {
        &self.description
    }

    /// The bytes that can be taken without waiting; more are read where there are none. Empty at the end.
    pub(super) async fn ahead(&mut self) -> Result<&Bytes, Errno> {
        if self.ahead.is_empty() {
            if let Some(terminal) = self.description.as_terminal() {
                // Only the foreground reads what is typed.
                while terminal.is_background(&self.process) && !self.process.ignores(SIGTTIN) {
                    // The whole job stops.
                    let _nobody = self.process.kernel.signal(-self.process.group(), SIGTTIN);
                    sandbox_kernel::pause().await;
                }
            }
            // A device cannot take back what it gave.
            let most = if self.description.as_device().is_some() { 1 } else { CHUNK };
            self.ahead = self.description.read(&self.process.kernel, most).await?;
        }
        Ok(&self.ahead)
    }

    /// Takes the next bytes of those that are ahead.
    pub(super) fn take(&mut self, count: usize) -> Bytes {
        self.ahead.split_to(count.min(self.ahead.len()))
    }

    /// The next byte; none at the end.
    pub(super) async fn byte(&mut self) -> Result<Option<u8>, Errno> {
        self.ahead().await?;
        Ok(self.take(1).first().copied())
    }

    /// The bytes up to a delimiter, with it; none at the end.
    pub(super) async fn until(&mut self, delimiter: u8) -> Result<Vec<u8>, Errno> {
        let mut line = Vec::new();
        loop {
            let ahead = self.ahead().await?;
            if ahead.is_empty() {
                return Ok(line);
            }
            match ahead.iter().position(|byte| *byte == delimiter) {
                Some(place) => {
                    line.extend_from_slice(&self.take(place + 1));
                    return Ok(line);
                }
                None => line.extend_from_slice(&std::mem::take(&mut self.ahead)),
            }
        }
    }
}

impl Drop for Input {
    fn drop(&mut self) {
        let ahead = std::mem::take(&mut self.ahead);
        if !ahead.is_empty() {
            self.description.unread(ahead);
        }
    }
}

/// The descriptor that `-u` names.
pub(super) fn descriptor(shell: &mut Shell, builtin: &str, text: &str) -> Outcome<i32> {
    let Some(number) =
        integer(text).and_then(|number| i32::try_from(number).ok()).filter(|number| *number >= 0)
    else {
        return Err(failed(shell, format!("{builtin}: {text}: invalid file descriptor specification")));
    };
    match shell.descriptors.get(number) {
        Ok(_) => Ok(number),
        Err(errno) => Err(failed(shell, format!("{builtin}: {number}: invalid file descriptor: {errno}"))),
    }
}

/// The byte that ends what is read, as `-d` says it.
pub(super) fn delimiter(text: &str) -> u8 {
    crate::text::encode(text).first().copied().unwrap_or(0)
}
