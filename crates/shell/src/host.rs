//! Where what a command writes goes, outside of the sandbox.

/// Where a command's output goes while it runs. The chunks of one stream arrive in the order they were written;
/// between the two streams there is none.
pub trait OutputSink: Send + Sync {
    /// Bytes for standard output.
    fn stdout(&self, bytes: &[u8]);
    /// Bytes for standard error.
    fn stderr(&self, bytes: &[u8]);
}

/// A sink for callers who only want the final outcome.
pub struct NoSink;

impl OutputSink for NoSink {
    fn stdout(&self, _: &[u8]) {}
    fn stderr(&self, _: &[u8]) {}
}
