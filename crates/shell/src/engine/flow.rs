//! How much of what an exec's commands wrote into pipes is still in memory.
//!
//! Most commands of the engine read their whole input before they begin, and nothing bounds that: `yes | sort` would
//! end in a full memory, which ends the module. So our commands, which write the large streams, count what they write
//! into pipes, by its weight, less what others of ours take out and what reaches a file or the exec's output. Beyond a
//! limit they get an error. What one of ours only passes on stays counted until it arrives somewhere.

use std::future::{Future, poll_fn};
use std::pin::pin;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use sandbox_fs::Errno;

use super::errors::errno;
use super::weight::weight;
use crate::limits::MAX_WEIGHT;

/// What the engine's pipes hold. A write of more into one of them always waits, and one elsewhere never does.
const PIPE_BYTES: usize = 4096;

/// The streams of one exec.
#[derive(Default)]
pub(crate) struct Flow {
    piped: AtomicU64,
    /// Whether the write that is under way went into a file.
    into_file: AtomicBool,
}

/// Where a write went, as far as that can be told.
struct Way {
    waited: bool,
    into_file: bool,
}

impl Flow {
    /// Does the write of `bytes`, a command's own, and counts it, unless it would be one too many.
    pub(crate) async fn write(
        &self,
        bytes: &[u8],
        write: impl Future<Output = bashkit::Result<()>>,
    ) -> bashkit::Result<()> {
        let weight = weight(bytes);
        if self.piped.load(Ordering::Relaxed).saturating_add(weight) > MAX_WEIGHT {
            return Err(errno(Errno::ENOMEM));
        }
        let way = self.watch(write).await?;
        // What fits into a pipe at once does not show where it went, and is little.
        if way.waited && !way.into_file && bytes.len() > PIPE_BYTES {
            self.piped.fetch_add(weight, Ordering::Relaxed);
        }
        Ok(())
    }

    /// Does the write of `bytes` that came out of a pipe, where they are counted already.
    pub(crate) async fn pass_on(
        &self,
        bytes: &[u8],
        write: impl Future<Output = bashkit::Result<()>>,
    ) -> bashkit::Result<()> {
        let way = self.watch(write).await?;
        if way.into_file {
            self.leaves_a_pipe(bytes);
        }
        Ok(())
    }

    async fn watch(&self, write: impl Future<Output = bashkit::Result<()>>) -> bashkit::Result<Way> {
        let mut way = Way { waited: false, into_file: false };
        let mut write = pin!(write);
        poll_fn(|cx| {
            self.into_file.store(false, Ordering::Relaxed);
            let polled = write.as_mut().poll(cx);
            way.into_file |= self.into_file.load(Ordering::Relaxed);
            way.waited |= polled.is_pending();
            polled
        })
        .await?;
        Ok(way)
    }

    /// Told by the filesystem when it is written to.
    pub(crate) fn reaches_a_file(&self) {
        self.into_file.store(true, Ordering::Relaxed);
    }

    /// Told of what is in no pipe any more.
    pub(crate) fn leaves_a_pipe(&self, bytes: &[u8]) {
        let less = |piped: u64| Some(piped.saturating_sub(weight(bytes)));
        let _ = self.piped.fetch_update(Ordering::Relaxed, Ordering::Relaxed, less);
    }
}
