//! Where a command reads from piece by piece: standard input, a file, an endless device.

use std::sync::Arc;

use bashkit::{CommandContext, CommandInput, Error};
use bytes::Bytes;
use sandbox_fs::{Errno, Kind, Namespace};

use super::live::{Stop, surroundings};
use crate::engine::{Device, Run, random_bytes};
use crate::host::Host;
use crate::limits::PIECE_BYTES;

/// What `/dev/zero` gives at a time.
static ZEROS: [u8; PIECE_BYTES] = [0; PIECE_BYTES];

/// Other names of standard input.
const STDIN: &[&str] = &["/dev/stdin", "/dev/fd/0", "/proc/self/fd/0"];

/// An input that is open.
pub(super) enum Source {
    /// With what was read of it and not yet given.
    Stdin(CommandInput, Bytes, Option<Arc<Run>>),
    /// A file as long as it was when it was opened, so that a command which appends to its own input ends.
    File {
        files: Namespace,
        path: String,
        at: u64,
        end: u64,
    },
    /// What the engine or a device had ready at once.
    Ready(Bytes),
    Zeros,
    Random(Arc<dyn Host>),
    /// Opens, and cannot be read.
    Directory,
}

impl Source {
    /// Standard input.
    pub(super) fn stdin(ctx: &CommandContext<'_>) -> Source {
        Source::Stdin(ctx.stdin.clone(), Bytes::new(), surroundings(ctx))
    }

    /// Opens an operand; `-` is a file like any other here. The inner error is the reason why there is none, the
    /// outer one the engine's.
    pub(super) async fn open(
        ctx: &CommandContext<'_>,
        run: &Run,
        operand: &str,
    ) -> bashkit::Result<Result<Source, String>> {
        let path = ctx.cwd.join(operand);
        let text = path.to_string_lossy().into_owned();
        if STDIN.contains(&&*text) {
            return Ok(Ok(Source::stdin(ctx)));
        }
        match Device::at(&text) {
            Some(Device::Zero | Device::Full) => return Ok(Ok(Source::Zeros)),
            Some(Device::Random) => return Ok(Ok(Source::Random(Arc::clone(&run.sandbox.host)))),
            _ => {}
        }
        let files = run.sandbox.namespace.clone();
        match files.stat(&text) {
            Ok(stat) if stat.kind == Kind::File => {
                Ok(Ok(Source::File { files, path: text, at: 0, end: stat.size }))
            }
            Ok(_) => Ok(Ok(Source::Directory)),
            // Not in the tree: what the engine or a device makes up.
            Err(_) => match ctx.fs.read_file(&path).await {
                Ok(bytes) => Ok(Ok(Source::Ready(bytes.into()))),
                Err(Error::Io(error)) => Ok(Err(error.to_string())),
                Err(error) => Err(error),
            },
        }
    }

    /// The next bytes, at most `most` of them and one at least; empty at the end.
    pub(super) async fn read(&mut self, most: usize) -> Result<Bytes, Stop> {
        let most = most.min(PIECE_BYTES);
        match self {
            Source::Stdin(input, rest, _) => {
                if rest.is_empty() {
                    *rest = input.read_chunk().await.map_err(Stop::of_input)?.unwrap_or_default().into();
                }
                Ok(rest.split_to(most.min(rest.len())))
            }
            Source::File { files, path, at, end } => {
                let len = (*end - *at).min(most as u64);
                let bytes = files.read_range(path, *at, len).map_err(|e| Stop::Input(e.to_string()))?;
                *at += bytes.len() as u64;
                Ok(bytes)
            }
            Source::Ready(bytes) => Ok(bytes.split_to(most.min(bytes.len()))),
            Source::Zeros => Ok(Bytes::from_static(&ZEROS[..most])),
            Source::Random(host) => Ok(random_bytes(&**host, most).into()),
            Source::Directory => Err(Stop::Input(Errno::EISDIR.message().to_owned())),
        }
    }

    /// Like [`Source::read`], for bytes that are not passed on as they are.
    pub(super) async fn take(&mut self, most: usize) -> Result<Bytes, Stop> {
        let bytes = self.read(most).await?;
        if let Source::Stdin(_, _, Some(run)) = self {
            run.flow.leaves_a_pipe(&bytes);
        }
        Ok(bytes)
    }

    /// How many bytes are left, where that is known and any of them can be reached at once.
    pub(super) fn left(&self) -> Option<u64> {
        match self {
            Source::File { at, end, .. } => Some(end - at),
            Source::Ready(bytes) => Some(bytes.len() as u64),
            Source::Stdin(..) | Source::Zeros | Source::Random(_) | Source::Directory => None,
        }
    }

    /// Bytes ahead, `offset` from here, without moving on. Only where [`Source::left`] is known.
    pub(super) fn peek(&self, offset: u64, len: usize) -> Result<Bytes, Stop> {
        match self {
            Source::File { files, path, at, .. } => {
                files.read_range(path, at + offset, len as u64).map_err(|e| Stop::Input(e.to_string()))
            }
            Source::Ready(bytes) => {
                let from = usize::try_from(offset).map_or(bytes.len(), |offset| offset.min(bytes.len()));
                Ok(bytes.slice(from..bytes.len().min(from.saturating_add(len))))
            }
            _ => Ok(Bytes::new()),
        }
    }

    /// Leaves out bytes where that costs nothing; gives how many are still to be read and thrown away.
    pub(super) fn skip(&mut self, count: u64) -> u64 {
        match self {
            Source::File { at, end, .. } => {
                *at = at.saturating_add(count).min(*end);
                0
            }
            Source::Ready(bytes) => {
                let count = usize::try_from(count).map_or(bytes.len(), |count| count.min(bytes.len()));
                drop(bytes.split_to(count));
                0
            }
            Source::Zeros | Source::Random(_) | Source::Directory => 0,
            Source::Stdin(..) => count,
        }
    }
}
