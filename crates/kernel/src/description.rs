//! Open files, as descriptors refer to them.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use futures_channel::oneshot;
use futures_util::FutureExt;
use futures_util::future::{BoxFuture, Shared};
use sandbox_fs::{Errno, FsError, OpenFile, OpenFlags, Stat};

use crate::device::Device;
use crate::kernel::Kernel;
use crate::pipe::{Pipe, PipeReader, PipeWriter};
use crate::terminal::Terminal;

/// Where bytes go that leave the sandbox.
pub trait Sink: Send + Sync {
    /// Takes bytes.
    fn write(&self, bytes: &[u8]);

    /// Whether it takes no more: then who writes learns that nobody reads.
    fn is_full(&self) -> bool {
        false
    }
}

/// What a descriptor refers to. Descriptors that were duplicated share one, and with it the place where they read and
/// write. It is closed when the last of them is.
pub struct Description {
    kind: Kind,
    /// What was opened, as an absolute path or as `/proc/self/fd` shows it: `pipe:[7]`.
    pub name: String,
}

enum Kind {
    File {
        file: OpenFile,
        offset: Mutex<u64>,
    },
    /// Contents that were made when it was opened.
    Made {
        contents: Mutex<Bytes>,
        /// What it was made of, where that has a name.
        stat: Option<Stat>,
    },
    /// One end of a pipe, or both of one with a name, and that name's inode.
    Pipe {
        reader: Option<PipeReader>,
        writer: Option<PipeWriter>,
        file: Option<OpenFile>,
    },
    Device {
        device: Device,
        reads: bool,
        writes: bool,
    },
    Terminal(Arc<Terminal>),
    Sink {
        sink: Arc<dyn Sink>,
        _held: oneshot::Sender<()>,
    },
}

/// Resolves once nobody holds a description any more.
pub type Released = Shared<BoxFuture<'static, ()>>;

impl Description {
    /// A file of the tree.
    pub fn file(file: OpenFile, path: String) -> Arc<Self> {
        Arc::new(Self { kind: Kind::File { file, offset: Mutex::new(0) }, name: path })
    }

    /// Contents to be read once.
    pub fn made(contents: Bytes, name: String) -> Arc<Self> {
        Arc::new(Self { kind: Kind::Made { contents: Mutex::new(contents), stat: None }, name })
    }

    /// What a file or directory in no tree held when it was opened.
    pub(crate) fn made_file(contents: Bytes, name: String, stat: Stat) -> Arc<Self> {
        Arc::new(Self { kind: Kind::Made { contents: Mutex::new(contents), stat: Some(stat) }, name })
    }

    /// A device.
    pub fn device(device: Device, reads: bool, writes: bool, name: String) -> Arc<Self> {
        Arc::new(Self { kind: Kind::Device { device, reads, writes }, name })
    }

    /// Both ends of a new pipe.
    pub fn pipe() -> (Arc<Self>, Arc<Self>) {
        let (reader, writer) = crate::pipe::pipe();
        let name = || "pipe:[1]".to_owned();
        (
            Arc::new(Self {
                kind: Kind::Pipe { reader: Some(reader), writer: None, file: None },
                name: name(),
            }),
            Arc::new(Self {
                kind: Kind::Pipe { reader: None, writer: Some(writer), file: None },
                name: name(),
            }),
        )
    }

    /// Ends of a pipe that has a name, as it was opened.
    pub(crate) fn named_pipe(pipe: &Arc<Pipe>, file: OpenFile, name: String) -> Arc<Self> {
        let reader = file.flags().has(OpenFlags::READ).then(|| pipe.open_reader());
        let writer = file.flags().has(OpenFlags::WRITE).then(|| pipe.open_writer());
        Arc::new(Self { kind: Kind::Pipe { reader, writer, file: Some(file) }, name })
    }

    /// Waits as `open(2)` does: until somebody has opened the other end of a pipe with a name.
    pub async fn connected(&self) {
        match &self.kind {
            Kind::Pipe { reader: Some(reader), writer: None, .. } => reader.connected().await,
            Kind::Pipe { reader: None, writer: Some(writer), .. } => writer.connected().await,
            _ => {}
        }
    }

    /// A way out of the sandbox, and what tells that nobody holds it any more.
    pub fn sink(sink: Arc<dyn Sink>) -> (Arc<Self>, Released) {
        let (held, released) = oneshot::channel();
        let description = Self { kind: Kind::Sink { sink, _held: held }, name: "pipe:[2]".to_owned() };
        (Arc::new(description), released.map(|_| ()).boxed().shared())
    }

    /// A terminal.
    pub fn terminal(terminal: Arc<Terminal>) -> Arc<Self> {
        let name = format!("/dev/pts/{}", terminal.number);
        Arc::new(Self { kind: Kind::Terminal(terminal), name })
    }

    /// At most `max` bytes, as soon as there are any; none at the end.
    ///
    /// # Errors
    ///
    /// `EBADF` where it was not opened to be read; `EISDIR`, `ENOMEM`.
    pub async fn read(&self, kernel: &Kernel, max: usize) -> Result<Bytes, Errno> {
        match &self.kind {
            Kind::Pipe { reader: Some(reader), .. } => Ok(reader.read(max).await),
            Kind::Terminal(terminal) => Ok(terminal.read(max).await),
            _ => {
                // Whoever reads without end gives turns.
                kernel.breathe().await;
                self.read_now(kernel, max)
            }
        }
    }

    /// What is read without waiting: everything but pipes.
    fn read_now(&self, kernel: &Kernel, max: usize) -> Result<Bytes, Errno> {
        match &self.kind {
            Kind::File { file, offset } => {
                if !file.flags().has(OpenFlags::READ) {
                    return Err(Errno::EBADF);
                }
                let mut offset = lock(offset);
                let bytes = file.read_at(*offset, max as u64, kernel.host.now()).map_err(errno)?;
                *offset += bytes.len() as u64;
                Ok(bytes)
            }
            Kind::Made { stat: Some(stat), .. } if stat.is_dir() => Err(Errno::EISDIR),
            Kind::Made { contents, .. } => {
                let mut contents = lock(contents);
                let len = contents.len().min(max);
                Ok(contents.split_to(len))
            }
            Kind::Device { device, reads: true, .. } => Ok(device.read(&*kernel.host, max)),
            Kind::Pipe { .. } | Kind::Terminal(_) | Kind::Device { .. } | Kind::Sink { .. } => {
                Err(Errno::EBADF)
            }
        }
    }

    /// Puts bytes that were just read back, so that another reader gets them. Only devices lose them.
    pub fn unread(&self, bytes: Bytes) {
        match &self.kind {
            Kind::File { offset, .. } => {
                let mut offset = lock(offset);
                *offset = offset.saturating_sub(bytes.len() as u64);
            }
            Kind::Made { contents, .. } => {
                let mut contents = lock(contents);
                *contents = [&bytes[..], &contents[..]].concat().into();
            }
            Kind::Pipe { reader: Some(reader), .. } => reader.unread(bytes),
            Kind::Terminal(terminal) => terminal.unread(&bytes),
            Kind::Pipe { .. } | Kind::Device { .. } | Kind::Sink { .. } => {}
        }
    }

    /// Whether a read would not wait.
    pub fn is_ready(&self) -> bool {
        match &self.kind {
            Kind::Pipe { reader: Some(reader), .. } => reader.is_ready(),
            Kind::Terminal(terminal) => terminal.is_ready(),
            _ => true,
        }
    }

    /// Waits until a read would not wait.
    pub async fn ready(&self) {
        match &self.kind {
            Kind::Pipe { reader: Some(reader), .. } => reader.ready().await,
            Kind::Terminal(terminal) => terminal.ready().await,
            _ => {}
        }
    }

    /// Writes everything, waiting where a pipe is full or the journal is behind.
    ///
    /// # Errors
    ///
    /// `EBADF` where it was not opened to be written; `EPIPE` when nobody reads; `ENOSPC` after what fits was written;
    /// `EFBIG`, `ENOMEM`.
    pub async fn write(&self, kernel: &Kernel, bytes: Bytes) -> Result<(), Errno> {
        match &self.kind {
            Kind::Pipe { writer: Some(writer), .. } => writer.write(bytes).await,
            Kind::File { .. } => {
                self.write_now(kernel, bytes)?;
                kernel.wait_for_journal().await;
                Ok(())
            }
            _ => self.write_now(kernel, bytes),
        }
    }

    /// Writes everything at once if that can be without waiting, else gives back what is left to be written.
    ///
    /// # Errors
    ///
    /// As [`Description::write`].
    pub fn write_or_wait(&self, kernel: &Kernel, mut bytes: Bytes) -> Result<Option<Bytes>, Errno> {
        match &self.kind {
            Kind::Pipe { writer: Some(writer), .. } => {
                while !bytes.is_empty() {
                    match writer.write_now(&mut bytes) {
                        Some(written) => written?,
                        None => return Ok(Some(bytes)),
                    }
                }
                Ok(None)
            }
            _ => self.write_now(kernel, bytes).map(|()| None),
        }
    }

    fn write_now(&self, kernel: &Kernel, bytes: Bytes) -> Result<(), Errno> {
        match &self.kind {
            Kind::File { file, offset } => {
                if !file.flags().has(OpenFlags::WRITE) {
                    return Err(Errno::EBADF);
                }
                let mut offset = lock(offset);
                let now = kernel.host.now();
                match file.write_at(*offset, bytes.clone(), now) {
                    Ok(end) => *offset = end,
                    Err(FsError { errno: Errno::ENOSPC, .. }) => {
                        let written = write_what_fits(file, *offset, &bytes, now);
                        *offset += written;
                        return Err(Errno::ENOSPC);
                    }
                    Err(error) => return Err(error.errno),
                }
                Ok(())
            }
            Kind::Device { device, writes: true, .. } => device.write(bytes.len()),
            Kind::Sink { sink, .. } if sink.is_full() => Err(Errno::EPIPE),
            Kind::Sink { sink, .. } => {
                sink.write(&bytes);
                Ok(())
            }
            Kind::Terminal(terminal) => {
                terminal.write(&bytes);
                Ok(())
            }
            Kind::Pipe { .. } | Kind::Made { .. } | Kind::Device { .. } => Err(Errno::EBADF),
        }
    }

    /// Whether what is written goes nowhere, because nobody reads it.
    pub fn is_broken(&self) -> bool {
        matches!(&self.kind, Kind::Pipe { writer: Some(writer), .. } if writer.is_broken())
    }

    /// Resolves when nobody reads any more what is written; never for anything but a pipe.
    pub async fn broken(&self) {
        match &self.kind {
            Kind::Pipe { writer: Some(writer), .. } => writer.broken().await,
            _ => std::future::pending().await,
        }
    }

    /// The file of the tree, where it is one.
    pub fn as_file(&self) -> Option<&OpenFile> {
        match &self.kind {
            Kind::File { file, .. } => Some(file),
            _ => None,
        }
    }

    /// Where it is read and written next; `None` where that means nothing.
    pub fn offset(&self) -> Option<u64> {
        match &self.kind {
            Kind::File { offset, .. } => Some(*lock(offset)),
            _ => None,
        }
    }

    /// Moves to another place.
    ///
    /// # Errors
    ///
    /// `ESPIPE` where it is no file.
    pub fn seek(&self, to: u64) -> Result<(), Errno> {
        match &self.kind {
            Kind::File { offset, .. } => {
                *lock(offset) = to;
                Ok(())
            }
            _ => Err(Errno::ESPIPE),
        }
    }

    /// What `fstat` tells of a file; `None` where it is none.
    pub fn stat(&self) -> Option<Stat> {
        match &self.kind {
            Kind::File { file, .. } | Kind::Pipe { file: Some(file), .. } => file.stat().ok(),
            Kind::Made { stat, .. } => stat.clone(),
            _ => None,
        }
    }

    /// Whether it is an end of a pipe, or leads out of the sandbox as one.
    pub fn is_pipe(&self) -> bool {
        matches!(self.kind, Kind::Pipe { .. } | Kind::Sink { .. })
    }

    /// The terminal, where it is one.
    pub fn as_terminal(&self) -> Option<&Arc<Terminal>> {
        match &self.kind {
            Kind::Terminal(terminal) => Some(terminal),
            _ => None,
        }
    }

    /// The device, where it is one.
    pub fn as_device(&self) -> Option<Device> {
        match self.kind {
            Kind::Device { device, .. } => Some(device),
            _ => None,
        }
    }
}

/// Writes as much as there is room for and tells how much that was.
fn write_what_fits(file: &OpenFile, offset: u64, bytes: &Bytes, now: sandbox_fs::Timestamp) -> u64 {
    let (mut written, mut len) = (0, bytes.len());
    while len > 0 && written < bytes.len() {
        len = len.min(bytes.len() - written);
        match file.write_at(offset + written as u64, bytes.slice(written..written + len), now) {
            Ok(_) => written += len,
            Err(_) => len /= 2,
        }
    }
    written as u64
}

fn errno(error: FsError) -> Errno {
    error.errno
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl fmt::Debug for Description {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Description").field(&self.name).finish()
    }
}
