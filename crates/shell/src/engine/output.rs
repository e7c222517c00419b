//! The output of one command: handed to its sink as it comes, and kept for its outcome.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::diagnostics;
use crate::host::OutputSink;

/// Both output streams of one command.
pub(crate) struct Output {
    sink: Arc<dyn OutputSink>,
    /// Absent for background commands: nobody asks for what they wrote, and they may write for hours.
    kept: Option<Mutex<Kept>>,
}

#[derive(Default)]
pub(crate) struct Kept {
    pub(crate) stdout: Vec<u8>,
    pub(crate) stderr: Vec<u8>,
}

impl Output {
    /// Output that is also kept.
    pub(crate) fn kept(sink: Arc<dyn OutputSink>) -> Arc<Self> {
        Arc::new(Self { sink, kept: Some(Mutex::default()) })
    }

    /// Output that only goes to its sink.
    pub(crate) fn passing(sink: Arc<dyn OutputSink>) -> Arc<Self> {
        Arc::new(Self { sink, kept: None })
    }

    pub(crate) fn stdout(&self, bytes: &[u8]) {
        let bytes = diagnostics::without_hints(bytes);
        if let Some(mut kept) = self.lock() {
            kept.stdout.extend_from_slice(&bytes);
        }
        self.sink.stdout(&bytes);
    }

    pub(crate) fn stderr(&self, bytes: &[u8]) {
        let bytes = diagnostics::as_real_tools_print(bytes);
        if let Some(mut kept) = self.lock() {
            kept.stderr.extend_from_slice(&bytes);
        }
        self.sink.stderr(&bytes);
    }

    /// Takes what was kept so far.
    pub(crate) fn take(&self) -> Kept {
        self.lock().map(|mut kept| std::mem::take(&mut *kept)).unwrap_or_default()
    }

    fn lock(&self) -> Option<MutexGuard<'_, Kept>> {
        self.kept.as_ref().map(|kept| kept.lock().unwrap_or_else(PoisonError::into_inner))
    }
}
