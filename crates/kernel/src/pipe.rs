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
    /// How many there have ever been of each.
    reader_opens: u64,
    writer_opens: u64,
}

/// A pipe. It has ends as long as somebody holds them; a named one may have only ends of one sort for a while, which
/// then wait for the other.
#[derive(Debug, Default)]
pub(crate) struct Pipe {
    state: Mutex<State>,
    readable: Waiting,
    writable: Waiting,
}

impl State {
    /// Whether nothing comes any more: there is no writer, and there has been one since a reader was opened.
    fn has_ended(&self, before: u64) -> bool {
        self.writers == 0 && self.writer_opens != before
    }

    /// Whether nobody reads any more: there is no reader, and there has been one since a writer was opened.
    fn is_broken(&self, before: u64) -> bool {
        self.readers == 0 && self.reader_opens != before
    }
}

impl Pipe {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// One more end to be read.
    pub(crate) fn open_reader(self: &Arc<Self>) -> PipeReader {
        let mut state = self.lock();
        state.readers += 1;
        state.reader_opens += 1;
        let before = state.writer_opens - u64::from(state.writers > 0);
        drop(state);
        self.writable.wake();
        PipeReader { pipe: Arc::clone(self), before }
    }

    /// One more end to be written.
    pub(crate) fn open_writer(self: &Arc<Self>) -> PipeWriter {
        let mut state = self.lock();
        state.writers += 1;
        state.writer_opens += 1;
        let before = state.reader_opens - u64::from(state.readers > 0);
        drop(state);
        self.readable.wake();
        PipeWriter { pipe: Arc::clone(self), before }
    }
}

/// The end that is read. Dropping the last one breaks the pipe.
#[derive(Debug)]
pub(crate) struct PipeReader {
    pipe: Arc<Pipe>,
    /// How many writers had come and gone when it was opened.
    before: u64,
}

/// The end that is written. Dropping the last one ends what is read.
#[derive(Debug)]
pub(crate) struct PipeWriter {
    pipe: Arc<Pipe>,
    /// How many readers had come and gone when it was opened.
    before: u64,
}

/// A new pipe.
pub(crate) fn pipe() -> (PipeReader, PipeWriter) {
    let pipe = Arc::new(Pipe::default());
    let mut writer = pipe.open_writer();
    let reader = pipe.open_reader();
    // The reader that it waits for has come.
    writer.before = 0;
    (reader, writer)
}

impl PipeReader {
    /// At most `max` bytes, as soon as there are any; none when all writers have gone.
    pub(crate) async fn read(&self, max: usize) -> Bytes {
        let bytes = self.pipe.readable.until(|| self.read_now(max)).await;
        self.pipe.writable.wake();
        bytes
    }

    /// What can be read without waiting; `None` when that is nothing yet.
    fn read_now(&self, max: usize) -> Option<Bytes> {
        let mut state = self.pipe.lock();
        let Some(front) = state.chunks.front_mut() else {
            return (state.has_ended(self.before) || max == 0).then(Bytes::new);
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
        let state = self.pipe.lock();
        state.len > 0 || state.has_ended(self.before)
    }

    /// Puts bytes back in front of what is read next.
    pub(crate) fn unread(&self, bytes: Bytes) {
        if !bytes.is_empty() {
            {
                let mut state = self.pipe.lock();
                state.len += bytes.len();
                state.chunks.push_front(bytes);
            }
            self.pipe.readable.wake();
        }
    }

    /// Waits until there has been a writer.
    pub(crate) async fn connected(&self) {
        self.pipe.readable.until(|| (self.pipe.lock().writer_opens != self.before).then_some(())).await;
    }

    /// Waits until a read would not wait.
    pub(crate) async fn ready(&self) {
        self.pipe.readable.until(|| self.is_ready().then_some(())).await;
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
            self.pipe.writable.until(|| self.write_now(&mut bytes)).await?;
        }
        Ok(())
    }

    /// Writes what there is room for, and leaves the rest in `bytes`; `None` when that is nothing.
    ///
    /// Up to 4096 bytes go whole or not at all, as POSIX has it (`PIPE_BUF`).
    pub(crate) fn write_now(&self, bytes: &mut Bytes) -> Option<Result<(), Errno>> {
        const ATOMIC_BYTES: usize = 4096;
        let mut state = self.pipe.lock();
        if state.readers == 0 {
            return state.is_broken(self.before).then_some(Err(Errno::EPIPE));
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
        self.pipe.readable.wake();
        Some(Ok(()))
    }

    /// Waits until there has been a reader.
    pub(crate) async fn connected(&self) {
        self.pipe.writable.until(|| (self.pipe.lock().reader_opens != self.before).then_some(())).await;
    }

    /// Whether nobody reads any more.
    pub(crate) fn is_broken(&self) -> bool {
        self.pipe.lock().is_broken(self.before)
    }

    /// Resolves when nobody reads any more.
    pub(crate) async fn broken(&self) {
        self.pipe.writable.until(|| self.is_broken().then_some(())).await;
    }
}

impl Drop for PipeReader {
    fn drop(&mut self) {
        let mut state = self.pipe.lock();
        state.readers -= 1;
        if state.readers == 0 {
            (state.chunks, state.len) = (VecDeque::new(), 0);
            drop(state);
            self.pipe.writable.wake();
        }
    }
}

impl Drop for PipeWriter {
    fn drop(&mut self) {
        let mut state = self.pipe.lock();
        state.writers -= 1;
        if state.writers == 0 {
            drop(state);
            self.pipe.readable.wake();
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

    #[test]
    fn the_ends_of_a_named_pipe_wait_for_each_other() {
        let pipe = Arc::new(Pipe::default());
        let reader = pipe.open_reader();
        assert!(reader.connected().now_or_never().is_none());
        assert!(reader.read(9).now_or_never().is_none());
        let writer = pipe.open_writer();
        writer.connected().now_or_never().unwrap();
        drop(writer);
        reader.connected().now_or_never().unwrap();
        assert_eq!(reader.read(9).now_or_never().unwrap(), "");
        drop(reader);

        let writer = pipe.open_writer();
        assert!(writer.write(Bytes::from_static(b"x")).now_or_never().is_none());
        drop(pipe.open_reader());
        assert_eq!(writer.write(Bytes::from_static(b"x")).now_or_never().unwrap(), Err(Errno::EPIPE));
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
