//! The output of one command: handed to its sink as it comes, and kept for its outcome.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use sandbox_kernel::Sink;

use crate::host::OutputSink;
use crate::limits::MAX_OUTPUT_BYTES;

/// Both output streams of one command.
pub(crate) struct Output {
    sink: Arc<dyn OutputSink>,
    state: Mutex<State>,
    /// Not for background commands: nobody asks for what they wrote, and they may write for hours.
    keeps: bool,
}

#[derive(Default)]
struct State {
    /// Whether the command has had its outcome. What comes later goes nowhere.
    is_closed: bool,
    kept: Kept,
    stdout_len: usize,
    stderr_len: usize,
}

#[derive(Default)]
pub(crate) struct Kept {
    pub(crate) stdout: Vec<u8>,
    pub(crate) stderr: Vec<u8>,
}

impl Output {
    /// Output that is also kept.
    pub(crate) fn kept(sink: Arc<dyn OutputSink>) -> Arc<Self> {
        Arc::new(Self { sink, state: Mutex::default(), keeps: true })
    }

    /// Output that only goes to its sink.
    pub(crate) fn passing(sink: Arc<dyn OutputSink>) -> Arc<Self> {
        Arc::new(Self { sink, state: Mutex::default(), keeps: false })
    }

    pub(crate) fn stdout(&self, bytes: &[u8]) {
        let mut state = self.lock();
        if state.is_closed {
            return;
        }
        let (bytes, cut) = admit(&mut state.stdout_len, bytes);
        if self.keeps {
            state.kept.stdout.extend_from_slice(bytes);
        }
        drop(state);
        self.sink.stdout(bytes);
        if cut {
            self.stderr(format!("standard output cut after {MAX_OUTPUT_BYTES} bytes{SIMULATED}").as_bytes());
        }
    }

    pub(crate) fn stderr(&self, bytes: &[u8]) {
        let mut state = self.lock();
        if state.is_closed {
            return;
        }
        let (bytes, cut) = admit(&mut state.stderr_len, bytes);
        let notice = format!("standard error cut after {MAX_OUTPUT_BYTES} bytes{SIMULATED}");
        let notice = if cut { notice.as_bytes() } else { b"" };
        if self.keeps {
            state.kept.stderr.extend_from_slice(bytes);
            state.kept.stderr.extend_from_slice(notice);
        }
        drop(state);
        self.sink.stderr(bytes);
        if cut {
            self.sink.stderr(notice);
        }
    }

    /// Takes what was kept, and nothing more from now on.
    pub(crate) fn close(&self) -> Kept {
        let mut state = self.lock();
        state.is_closed = true;
        std::mem::take(&mut state.kept)
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Descriptor 1 of a command.
pub(crate) struct Stdout(pub(crate) Arc<Output>);

impl Sink for Stdout {
    fn write(&self, bytes: &[u8]) {
        self.0.stdout(bytes);
    }
}

/// Descriptor 2 of a command.
pub(crate) struct Stderr(pub(crate) Arc<Output>);

impl Sink for Stderr {
    fn write(&self, bytes: &[u8]) {
        self.0.stderr(bytes);
    }
}

/// How a line of the stand-in's own ends.
const SIMULATED: &str = " (simulated sandbox)\n";

/// What of `bytes` a stream that is `len` long still takes, and whether this is where it is cut.
fn admit<'a>(len: &mut usize, bytes: &'a [u8]) -> (&'a [u8], bool) {
    let room = MAX_OUTPUT_BYTES.saturating_sub(*len);
    let cut = *len <= MAX_OUTPUT_BYTES && bytes.len() > room;
    // Beyond the limit by one is how a stream that was cut is known.
    *len = (*len + bytes.len()).min(MAX_OUTPUT_BYTES + 1);
    (&bytes[..bytes.len().min(room)], cut)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stream_is_cut_once() {
        let mut len = MAX_OUTPUT_BYTES - 3;
        assert_eq!(admit(&mut len, b"ab"), (&b"ab"[..], false));
        assert_eq!(admit(&mut len, b"c"), (&b"c"[..], false));
        assert_eq!(admit(&mut len, b"d"), (&b""[..], true));
        assert_eq!(admit(&mut len, b"e"), (&b""[..], false));
        let mut len = MAX_OUTPUT_BYTES - 1;
        assert_eq!(admit(&mut len, b"abc"), (&b"a"[..], true));
    }
}
