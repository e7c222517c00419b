//! Contents that lie apart from the journal's records: immutable runs of bytes that are read when they are needed.

use std::fmt::Debug;
use std::ops::Range;
use std::sync::Arc;

use bytes::{Bytes, BytesMut};
use serde::{Deserialize, Serialize};

use crate::{StoreError, WindowCache};

/// Contents are checked, and kept in the cache, in windows of this many bytes; the last one may be shorter.
pub const WINDOW_LEN: usize = 256 << 10;
/// A read of more windows than this goes past the cache: one request to the store, and nothing is pushed out.
const LARGE_READ_WINDOWS: usize = 4;

/// A segment as the store has it: bytes, without any idea of what they should be.
///
/// # Contract
/// - `read` answers at once, also where it has to ask a disk: a program that reads a file waits for nobody.
/// - A handle that was given stays readable after its segment was dropped from the store.
pub trait RawSegment: Send + Sync + Debug {
    /// How many bytes there are.
    fn len(&self) -> u64;

    /// Whether there are none.
    fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Some of them. The caller asks for nothing beyond the end.
    fn read(&self, at: u64, len: usize) -> Result<Bytes, StoreError>;
}

/// What a record says of a segment that it needs. Part of the format on disk.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SegmentInfo {
    /// Its name in the store. No number is given twice.
    pub number: u64,
    /// How many bytes it has.
    pub len: u64,
    /// CRC-32 of each window of [`WINDOW_LEN`] bytes.
    pub sums: Vec<u32>,
}

impl SegmentInfo {
    /// What is to be said of these pieces, put together.
    pub fn of(number: u64, pieces: &[Bytes]) -> Self {
        let mut info = Self { number, len: 0, sums: Vec::new() };
        let (mut hasher, mut room) = (crc32fast::Hasher::new(), WINDOW_LEN);
        for piece in pieces {
            let mut rest = &piece[..];
            while !rest.is_empty() {
                let (now, later) = rest.split_at(rest.len().min(room));
                hasher.update(now);
                info.len += now.len() as u64;
                (rest, room) = (later, room - now.len());
                if room == 0 {
                    info.sums.push(std::mem::take(&mut hasher).finalize());
                    room = WINDOW_LEN;
                }
            }
        }
        if room < WINDOW_LEN {
            info.sums.push(hasher.finalize());
        }
        info
    }
}

/// A segment that can be read: every byte of it is compared with its checksum before it is given.
#[derive(Debug)]
pub struct Segment {
    info: SegmentInfo,
    raw: Arc<dyn RawSegment>,
    cache: Arc<WindowCache>,
}

impl Segment {
    /// A segment of the store with what a record says of it. It counts as damaged where the two do not fit.
    pub(crate) fn new(
        info: SegmentInfo,
        raw: Arc<dyn RawSegment>,
        cache: Arc<WindowCache>,
    ) -> Result<Self, StoreError> {
        let fits = info.len == raw.len() && info.sums.len() as u64 == info.len.div_ceil(WINDOW_LEN as u64);
        let damaged = StoreError::SegmentDamaged { number: info.number, what: "its length does not match" };
        if fits { Ok(Self { info, raw, cache }) } else { Err(damaged) }
    }

    /// Number, length and checksums.
    pub fn info(&self) -> &SegmentInfo {
        &self.info
    }

    /// Its name in the store.
    pub fn number(&self) -> u64 {
        self.info.number
    }

    /// How many bytes it has.
    pub fn len(&self) -> u64 {
        self.info.len
    }

    /// Whether it has none.
    pub fn is_empty(&self) -> bool {
        self.info.len == 0
    }

    /// Some of its bytes; without a copy where they lie in one window.
    ///
    /// # Errors
    /// [`StoreError::SegmentDamaged`] where a checksum does not match, or the range goes beyond the end; else what
    /// the store answers.
    pub fn read(&self, at: u64, len: usize) -> Result<Bytes, StoreError> {
        let end = at.checked_add(len as u64).filter(|end| *end <= self.info.len);
        let Some(end) = end else { return Err(self.damaged("it ends before what is asked for")) };
        if len == 0 {
            return Ok(Bytes::new());
        }
        let first = at / WINDOW_LEN as u64;
        let windows = first as usize..end.div_ceil(WINDOW_LEN as u64) as usize;
        let skipped = (at - first * WINDOW_LEN as u64) as usize;
        if windows.len() > LARGE_READ_WINDOWS {
            return Ok(self.load(windows)?.slice(skipped..skipped + len));
        }
        if windows.len() == 1 {
            return Ok(self.window(windows.start)?.slice(skipped..skipped + len));
        }
        let mut bytes = BytesMut::with_capacity(len);
        for window in windows.clone() {
            let skipped = if window == windows.start { skipped } else { 0 };
            let contents = self.window(window)?;
            bytes.extend_from_slice(&contents[skipped..contents.len().min(skipped + len - bytes.len())]);
        }
        Ok(bytes.freeze())
    }

    fn window(&self, window: usize) -> Result<Bytes, StoreError> {
        let key = (self.info.number, window);
        if let Some(bytes) = self.cache.get(key) {
            return Ok(bytes);
        }
        let bytes = self.load(window..window + 1)?;
        self.cache.put(key, bytes.clone());
        Ok(bytes)
    }

    /// Reads whole windows and compares them with their checksums.
    fn load(&self, windows: Range<usize>) -> Result<Bytes, StoreError> {
        let at = windows.start as u64 * WINDOW_LEN as u64;
        let end = (windows.end as u64 * WINDOW_LEN as u64).min(self.info.len);
        let bytes = self.raw.read(at, (end - at) as usize)?;
        if bytes.len() as u64 != end - at {
            return Err(self.damaged("it is shorter than it was"));
        }
        for (contents, sum) in bytes.chunks(WINDOW_LEN).zip(&self.info.sums[windows]) {
            if crc32fast::hash(contents) != *sum {
                return Err(self.damaged("its checksum does not match"));
            }
        }
        Ok(bytes)
    }

    fn damaged(&self, what: &'static str) -> StoreError {
        StoreError::SegmentDamaged { number: self.info.number, what }
    }
}
