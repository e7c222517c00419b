//! The streams of a command: its descriptors 0, 1 and 2, and what else it writes to.

use std::fmt;
use std::future::pending;
use std::sync::Arc;

use bytes::Bytes;
use sandbox_fs::{Errno, OpenFlags};
use sandbox_kernel::{Description, Process, SIGPIPE, SIGTTIN, open, pause};

use super::Run;

/// What went wrong with a stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Error(pub(crate) Errno);

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.message())
    }
}

impl From<Errno> for Error {
    fn from(errno: Errno) -> Self {
        Self(errno)
    }
}

/// What a command gets of its streams.
pub(crate) type Result<T> = std::result::Result<T, Error>;

/// Something that is read.
#[derive(Clone)]
pub(crate) struct CommandInput {
    process: Arc<Process>,
    description: std::result::Result<Arc<Description>, Errno>,
}

impl CommandInput {
    /// Descriptor 0.
    pub(crate) fn standard(run: &Run) -> Self {
        Self { process: Arc::clone(&run.process), description: run.descriptors.get(0).cloned() }
    }

    /// Something that has been opened.
    pub(crate) fn of(run: &Run, description: Arc<Description>) -> Self {
        Self { process: Arc::clone(&run.process), description: Ok(description) }
    }

    /// At most `most` bytes, as soon as there are any; none at the end.
    pub(crate) async fn read(&self, most: usize) -> Result<Bytes> {
        let description = self.description.as_ref().map_err(|errno| *errno)?;
        self.process.kernel.breathe().await;
        if let Some(terminal) = description.as_terminal() {
            // Only the foreground reads what is typed.
            while terminal.is_background(&self.process) && !self.process.ignores(SIGTTIN) {
                // The whole job stops.
                let _nobody = self.process.kernel.signal(-self.process.group(), SIGTTIN);
                pause().await;
            }
        }
        Ok(description.read(&self.process.kernel, most).await?)
    }

    /// Bytes ahead in a file, without moving on.
    ///
    /// # Errors
    ///
    /// Those of `read(2)`; `ESPIPE` where it is no file.
    pub(crate) fn peek(&self, offset: u64, len: u64) -> Result<Bytes> {
        let description = self.description.as_ref().map_err(|errno| *errno)?;
        let (Some(file), Some(at)) = (description.as_file(), description.offset()) else {
            return Err(Errno::ESPIPE.into());
        };
        let now = self.process.kernel.host.now();
        file.read_at(at.saturating_add(offset), len, now).map_err(|error| error.errno.into())
    }

    /// Moves on in a file without reading.
    ///
    /// # Errors
    ///
    /// `ESPIPE` where it is no file.
    pub(crate) fn skip(&self, count: u64) -> Result<()> {
        let description = self.description.as_ref().map_err(|errno| *errno)?;
        let at = description.offset().ok_or(Errno::ESPIPE)?;
        Ok(description.seek(at.saturating_add(count))?)
    }

    /// Lets another read of the same file begin with what was read last. What came out of a pipe stays read, as it does
    /// for programs that cannot seek.
    pub(crate) fn give_back(&self, bytes: Bytes) {
        if let Some(description) = self.description().filter(|description| description.as_file().is_some()) {
            description.unread(bytes);
        }
    }

    /// What is read, where it is open.
    pub(crate) fn description(&self) -> Option<&Arc<Description>> {
        self.description.as_ref().ok()
    }
}

/// Something that is written.
#[derive(Clone)]
pub(crate) struct CommandOutput {
    process: Arc<Process>,
    description: std::result::Result<Arc<Description>, Errno>,
}

impl CommandOutput {
    /// A descriptor of the command's.
    pub(crate) fn standard(run: &Run, number: i32) -> Self {
        Self { process: Arc::clone(&run.process), description: run.descriptors.get(number).cloned() }
    }

    /// Something that has been opened.
    pub(crate) fn of(run: &Run, description: Arc<Description>) -> Self {
        Self { process: Arc::clone(&run.process), description: Ok(description) }
    }

    /// Opens a path to be written; `flags` tell what else happens.
    ///
    /// # Errors
    ///
    /// Those of `open(2)`.
    pub(crate) fn open(run: &Run, path: &str, flags: OpenFlags) -> Result<Self> {
        const MODE: u32 = 0o666;
        let description = open(&run.process, &run.descriptors, path, OpenFlags::WRITE | flags, MODE)?;
        Ok(Self { process: Arc::clone(&run.process), description: Ok(description) })
    }

    /// Writes all of it, waiting where a pipe is full. Where nobody reads it, the process ends by a signal, unless it
    /// ignores that.
    ///
    /// # Errors
    ///
    /// Those of `write(2)`.
    pub(crate) async fn write_all(&self, bytes: &[u8]) -> Result<()> {
        let description = self.description.as_ref().map_err(|errno| *errno)?;
        let kernel = &self.process.kernel;
        kernel.breathe().await;
        match description.write(kernel, Bytes::copy_from_slice(bytes)).await {
            Err(Errno::EPIPE) if !self.process.ignores(SIGPIPE) => {
                self.process.signal(SIGPIPE);
                pending().await
            }
            written => Ok(written?),
        }
    }

    /// What is written, where it is open.
    pub(crate) fn description(&self) -> Option<&Arc<Description>> {
        self.description.as_ref().ok()
    }
}
