//! Pipes: bytes from writers to readers, a few at a time.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use sandbox_fs::Errno;

use crate::waiting::Waiting;

/// Bytes that a pipe holds before its writers wait.
pub const PIPE_BYTES: usize = 64 << 10;

#[derive(Debug, Default)]
struct State {
    chunks: VecDeque<Bytes>,
    len: usize,
    readers: usize,
    writers: usize,
}

/// A pipe. It has ends as long as somebody holds them.
#[derive(Debug, Default)]
struct Pipe {
    state: Mutex<State>,
    readable: Waiting,
    writable: Waiting,
}

impl Pipe {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The end that is read. Dropping the last one breaks the pipe.
#[derive(Debug)]
pub(crate) struct PipeReader(Arc<Pipe>);

/// The end that is written. Dropping the last one ends what is read.
#[derive(Debug)]
pub(crate) struct PipeWriter(Arc<Pipe>);

/// A new pipe.
pub(crate) fn pipe() -> (PipeReader, PipeWriter) {
    let pipe = Arc::new(Pipe::default());
    {
        let mut state = pipe.lock();
        (state.readers, state.writers) = (1, 1);
    }
    (PipeReader(Arc::clone(&pipe)), PipeWriter(pipe))
}

impl PipeReader {
    /// At most `max` bytes, as soon as there are any; none when all writers have gone.
    pub(crate) async fn read(&self, max: usize) -> Bytes {
        let bytes = self.0.readable.until(|| self.read_now(max)).await;
        self.0.writable.wake();
        bytes
    }

    /// What can be read without waiting; `None` when that is nothing yet.
    fn read_now(&self, max: usize) -> Option<Bytes> {
        let mut state = self.0.lock();
        let Some(front) = state.chunks.front_mut() else {
            return (state.writers == 0 || max == 0).then(Bytes::new);
        };
        let bytes = front.split_to(front.len().min(max));
        if front.is_empty() {
            state.chunks.pop_front();
        }
        state.len -= bytes.len();
        Some(bytes)
    }

    /// Whether a read would not wait.
    pub(crate) fn is_ready(&self) -> bool {
        let state = self.0.lock();
        state.len > 0 || state.writers == 0
    }

    /// Puts bytes back in front of what is read next.
    pub(crate) fn unread(&self, bytes: Bytes) {
        if !bytes.is_empty() {
            {
                let mut state = self.0.lock();
                state.len += bytes.len();
                state.chunks.push_front(bytes);
            }
            self.0.readable.wake();
        }
    }

    /// Waits until a read would not wait.
    pub(crate) async fn ready(&self) {
        self.0.readable.until(|| self.is_ready().then_some(())).await;
    }
}

impl PipeWriter {
    /// Writes all of it, waiting for readers where there is no room.
    ///
    /// # Errors
    ///
    /// `EPIPE` when the last reader has gone; some of it may have been read.
    pub(crate) async fn write(&self, mut bytes: Bytes) -> Result<(), Errno> {
        while !bytes.is_empty() {
            self.0.writable.until(|| self.write_now(&mut bytes)).await?;
        }
        Ok(())
    }

    /// Writes what there is room for, and leaves the rest in `bytes`; `None` when that is nothing.
    ///
    /// Up to 4096 bytes go whole or not at all, as POSIX has it (`PIPE_BUF`).
    pub(crate) fn write_now(&self, bytes: &mut Bytes) -> Option<Result<(), Errno>> {
        const ATOMIC_BYTES: usize = 4096;
        let mut state = self.0.lock();
        if state.readers == 0 {
            return Some(Err(Errno::EPIPE));
        }
        let room = PIPE_BYTES.saturating_sub(state.len);
        if room < bytes.len().min(ATOMIC_BYTES) {
            return None;
        }
        let written = bytes.split_to(bytes.len().min(room));
        if !written.is_empty() {
            state.len += written.len();
            state.chunks.push_back(written);
        }
        drop(state);
        self.0.readable.wake();
        Some(Ok(()))
    }

    /// Whether nobody reads any more.
    pub(crate) fn is_broken(&self) -> bool {
        self.0.lock().readers == 0
    }

    /// Resolves when nobody reads any more.
    pub(crate) async fn broken(&self) {
        self.0.writable.until(|| self.is_broken().then_some(())).await;
    }
}

impl Drop for PipeReader {
    fn drop(&mut self) {
        let mut state = self.0.lock();
        state.readers -= 1;
        if state.readers == 0 {
            (state.chunks, state.len) = (VecDeque::new(), 0);
            drop(state);
            self.0.writable.wake();
        }
    }
}

impl Drop for PipeWriter {
    fn drop(&mut self) {
        let mut state = self.0.lock();
        state.writers -= 1;
        if state.writers == 0 {
            drop(state);
            self.0.readable.wake();
        }
    }
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt;

    use super::*;

    #[test]
    fn what_is_written_is_read_in_order_until_the_writers_go() {
        let (reader, writer) = pipe();
        assert!(reader.read(10).now_or_never().is_none());
        writer.write(Bytes::from_static(b"abc")).now_or_never().unwrap().unwrap();
        assert_eq!(reader.read(2).now_or_never().unwrap(), "ab");
        reader.unread(Bytes::from_static(b"x"));
        drop(writer);
        assert_eq!(reader.read(9).now_or_never().unwrap(), "x");
        assert_eq!(reader.read(9).now_or_never().unwrap(), "c");
        assert_eq!(reader.read(9).now_or_never().unwrap(), "");
    }

    #[tokio::test]
    async fn a_full_pipe_makes_its_writer_wait_and_a_broken_one_tells_it() {
        let (reader, writer) = pipe();
        let big = Bytes::from(vec![7; PIPE_BYTES * 3]);
        let writing = async { writer.write(big.clone()).await };
        let reading = async {
            let mut len = 0;
            while len < big.len() {
                len += reader.read(10_000).await.len();
            }
            drop(reader);
        };
        let (written, ()) = futures_util::join!(writing, reading);
        written.unwrap();
        assert_eq!(writer.write(Bytes::from_static(b"x")).await, Err(Errno::EPIPE));
    }
}
