//! Where a command reads from piece by piece: standard input, a file, a device.

use std::sync::Arc;

use bytes::Bytes;
use sandbox_fs::{Errno, Kind};
use sandbox_kernel::{Description, pause};

use super::command::{CommandContext, CommandInput, Run};
use super::live::Stop;
use crate::limits::{MAX_WHOLE_BYTES, PIECE_BYTES};

/// An input that is open.
pub(super) enum Source {
    /// Standard input, or something else whose place others share.
    Stdin(CommandInput),
    /// A file as long as it was when it was opened, so that a command which appends to its own input ends.
    File(Part),
    /// Opens, and cannot be read.
    Directory,
}

/// A part of a file that is open.
pub(super) struct Part {
    run: Arc<Run>,
    file: Arc<Description>,
    /// Where it is read next.
    pub(super) at: u64,
    pub(super) end: u64,
}

impl Part {
    /// What is there `offset` bytes from here.
    fn read(&self, offset: u64, len: u64) -> Result<Bytes, Stop> {
        let at = self.at.saturating_add(offset).min(self.end);
        let len = len.min(self.end - at);
        let Some(file) = self.file.as_file() else { return Ok(Bytes::new()) };
        file.read_at(at, len, self.run.now()).map_err(|error| Stop::Input(error.errno.message().to_owned()))
    }
}

impl Source {
    /// Standard input.
    pub(super) fn stdin(ctx: &CommandContext<'_>) -> Source {
        Source::Stdin(ctx.stdin.clone())
    }

    /// Opens an operand, or gives the reason why not; `-` is a file like any other here.
    pub(super) fn open(ctx: &CommandContext<'_>, operand: &str) -> Result<Source, String> {
        let file = ctx.run.open(operand).map_err(|errno| errno.message().to_owned())?;
        let is_own = !ctx.run.descriptors.numbers().iter().any(|number| {
            ctx.run.descriptors.get(*number).is_ok_and(|inherited| Arc::ptr_eq(inherited, &file))
        });
        match file.stat().map(|stat| (stat.kind, stat.size)) {
            Some((Kind::Directory, _)) => Ok(Source::Directory),
            Some((_, size)) if is_own && file.as_file().is_some() => {
                Ok(Source::part(&ctx.run, file, 0, size))
            }
            _ => Ok(Source::Stdin(CommandInput::of(&ctx.run, file))),
        }
    }

    /// What lies from `at` to `end` in an open file.
    pub(super) fn part(run: &Arc<Run>, file: Arc<Description>, at: u64, end: u64) -> Source {
        Source::File(Part { run: Arc::clone(run), file, at, end })
    }

    /// The next bytes, at most `most` of them and one at least; empty at the end.
    pub(super) async fn read(&mut self, most: usize) -> Result<Bytes, Stop> {
        let most = most.min(PIECE_BYTES);
        match self {
            Source::Stdin(input) => input.read(most).await.map_err(Stop::of_input),
            Source::File(part) => {
                part.run.breathe().await;
                let bytes = part.read(0, most as u64)?;
                part.at += bytes.len() as u64;
                Ok(bytes)
            }
            Source::Directory => Err(Stop::Input(Errno::EISDIR.message().to_owned())),
        }
    }

    /// Everything that is left.
    pub(super) async fn rest(&mut self) -> Result<Vec<u8>, Stop> {
        let mut all = Vec::new();
        loop {
            let piece = self.read(PIECE_BYTES).await?;
            if piece.is_empty() {
                return Ok(all);
            }
            if all.len() as u64 + piece.len() as u64 > MAX_WHOLE_BYTES {
                return Err(Stop::out_of_memory());
            }
            all.extend_from_slice(&piece);
            pause().await;
        }
    }

    /// How many bytes are left, where that is known and any of them can be reached at once.
    pub(super) fn left(&self) -> Option<u64> {
        match self {
            Source::File(part) => Some(part.end - part.at),
            Source::Stdin(input) => {
                let file = input.description()?;
                file.stat()?.size.checked_sub(file.offset()?)
            }
            Source::Directory => None,
        }
    }

    /// Bytes ahead, `offset` from here, without moving on. Only where [`Source::left`] is known.
    pub(super) fn peek(&self, offset: u64, len: usize) -> Result<Bytes, Stop> {
        match self {
            Source::File(part) => part.read(offset, len as u64),
            Source::Stdin(input) => input.peek(offset, len as u64).map_err(Stop::of_input),
            Source::Directory => Ok(Bytes::new()),
        }
    }

    /// Leaves out bytes where that costs nothing; gives how many are still to be read and thrown away.
    pub(super) fn skip(&mut self, count: u64) -> u64 {
        match self {
            Source::File(part) => {
                part.at = part.at.saturating_add(count).min(part.end);
                0
            }
            Source::Directory => 0,
            Source::Stdin(_) => {
                let left = self.left();
                match (self, left) {
                    (Source::Stdin(input), Some(left)) if input.skip(count.min(left)).is_ok() => 0,
                    _ => count,
                }
            }
        }
    }

    /// Gives back what was read last and is another's to read, where that can be: in a file.
    pub(super) fn give_back(&mut self, bytes: Bytes) {
        match self {
            Source::Stdin(input) => input.give_back(bytes),
            Source::File(part) => part.at -= bytes.len() as u64,
            Source::Directory => {}
        }
    }
}
