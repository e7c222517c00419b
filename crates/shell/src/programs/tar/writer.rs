//! An archive as it is written: into a file or to standard output, packed or not.

use std::io::Write as _;

use bytes::Bytes;
use flate2::Compression;
use flate2::write::GzEncoder;

use super::header::BLOCK;
use crate::limits::PIECE_BYTES;
use crate::programs::live::{Stop, write};
use crate::programs::tool::{Tool, Worked};

/// Archives end at a multiple of this.
const RECORD: u64 = 20 * BLOCK as u64;

pub(super) struct Writer {
    /// Where it goes: a file's absolute path and the place in it, or standard output.
    file: Option<(String, u64)>,
    packer: Option<GzEncoder<Vec<u8>>>,
    /// What is still to go there.
    ready: Vec<u8>,
    /// Bytes of the archive so far, before packing.
    size: u64,
}

impl Writer {
    /// `at` is where an archive that is there goes on.
    pub(super) fn new(path: Option<String>, at: u64, packed: bool) -> Self {
        let packer = packed.then(|| GzEncoder::new(Vec::new(), Compression::default()));
        Self { file: path.map(|path| (path, at)), packer, ready: Vec::new(), size: at }
    }

    pub(super) async fn put(&mut self, tool: &Tool<'_>, bytes: &[u8]) -> Worked {
        self.size += bytes.len() as u64;
        match &mut self.packer {
            Some(packer) => {
                packer.write_all(bytes).map_err(|error| Stop::Output(error.to_string()))?;
                self.ready.append(packer.get_mut());
            }
            None => self.ready.extend_from_slice(bytes),
        }
        if self.ready.len() >= PIECE_BYTES { self.flush(tool).await } else { Ok(()) }
    }

    /// Ends the archive: two blocks of zeros, and more up to a whole record.
    pub(super) async fn end(mut self, tool: &Tool<'_>) -> Worked {
        let end = (self.size + 2 * BLOCK as u64).next_multiple_of(RECORD);
        let zeros = vec![0; (end - self.size) as usize];
        self.put(tool, &zeros).await?;
        if let Some(packer) = self.packer.take() {
            let last = packer.finish().map_err(|error| Stop::Output(error.to_string()))?;
            self.ready.extend(last);
        }
        self.flush(tool).await?;
        let Some((path, at)) = &self.file else { return Ok(()) };
        tool.files().truncate(path, *at, tool.now()).map_err(Stop::from)
    }

    async fn flush(&mut self, tool: &Tool<'_>) -> Worked {
        let bytes = Bytes::from(std::mem::take(&mut self.ready));
        match &mut self.file {
            Some((path, at)) => {
                tool.run.wait_for_journal().await;
                tool.files().write_at(path, *at, bytes.clone(), tool.now())?;
                *at += bytes.len() as u64;
                sandbox_kernel::pause().await;
                Ok(())
            }
            None => write(&tool.ctx, &bytes).await,
        }
    }
}
