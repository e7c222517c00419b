//! Durability for the cloud: an append-only [`Journal`] of packed commits over one small trait, [`Store`].
//!
//! - [`Journal`] takes serialised entries, packs all that wait into one record and hands it to the store:
//!   concurrent callers share a commit. [`Journal::flush`] resolves when everything recorded before the call is
//!   durable, and not earlier. Large bodies of entries lie apart, in a [`Segment`], and are read when they are
//!   needed; a checkpoint replaces the records before it by segments.
//! - [`Store`] keeps records and segments. [`MemoryStore`] keeps them in memory, `IndexedDbStore` (browsers) in
//!   IndexedDB. [`FaultyStore`] and [`LateStore`] wrap another one, for tests: one fails on demand, the other lets
//!   all contents be read from the store, every time.
//! - [`record`] is the format of one record: versioned and checksummed, drawn in `docs/journal-format.md`.
//!
//! Invariants: a commit is whole or absent; a store with a newer epoch refuses commits of an older one
//! ([`StoreError::Fenced`]); a failed commit stays pending and is tried again with the next flush, so no change is
//! lost without an error; what is damaged is set aside and never dropped. What entries mean is the business of the
//! crate above: nothing here knows sandboxes, volumes or files.

mod cache;
mod error;
mod faulty;
mod folder;
#[cfg(target_arch = "wasm32")]
mod indexed_db;
mod journal;
mod late;
mod memory;
pub mod record;
mod segment;

use std::sync::Arc;

use async_trait::async_trait;
use bytes::Bytes;

pub use cache::WindowCache;
pub use error::StoreError;
pub use faulty::{Fault, FaultyStore};
#[cfg(not(target_arch = "wasm32"))]
pub use folder::NativeDisk;
pub use folder::{Disk, DiskFile, FolderStore};
#[cfg(target_arch = "wasm32")]
pub use folder::{NodeDisk, NodeFs};
#[cfg(target_arch = "wasm32")]
pub use indexed_db::IndexedDbStore;
pub use journal::{Damage, Journal, Recorded, Recovered, RecoveredCheckpoint, Stored};
pub use late::LateStore;
pub use memory::MemoryStore;
pub use segment::{RawSegment, Segment, SegmentInfo, WINDOW_LEN};

/// Where a store keeps its records; shown to people as the badge "where data is kept".
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StoreKind {
    /// In memory only: gone with the process or the page.
    Memory,
    /// In the browser's IndexedDB: survives a reload, a killed tab and a killed browser.
    IndexedDb,
    /// In a folder of the machine: survives the process, and a power cut.
    Folder,
}

impl StoreKind {
    /// The name on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            StoreKind::Memory => "memory",
            StoreKind::IndexedDb => "indexeddb",
            StoreKind::Folder => "folder",
        }
    }

    /// Whether acknowledged data outlives the process.
    pub fn is_durable(self) -> bool {
        self != StoreKind::Memory
    }
}

/// How contents are best kept in a store, unless the engine's owner knows better.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Habits {
    /// Contents of at least so many bytes lie apart; smaller ones are in the record.
    pub apart_from: usize,
    /// The limit of the [`WindowCache`].
    pub cache_bytes: usize,
}

impl Default for Habits {
    /// A segment costs a transaction a millisecond, and a read from one half of that: small files are cheaper in
    /// the record.
    fn default() -> Self {
        Self { apart_from: 4 << 10, cache_bytes: 64 << 20 }
    }
}

/// What a store holds when an engine takes it over.
#[derive(Debug, Clone, Default)]
pub struct Opened {
    /// This engine's epoch: larger than that of every engine before it.
    pub epoch: u64,
    /// Every record by its sequence number, in order.
    pub records: Vec<(u64, Bytes)>,
    /// Every segment by its number; their contents are not read.
    pub segments: Vec<(u64, Arc<dyn RawSegment>)>,
}

/// One atomic write: after it, either all of this is in the store or none of it.
///
/// What is dropped is what was there before; what the commit itself writes is there after it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Commit {
    /// The epoch of the engine that commits.
    pub epoch: u64,
    /// Records below this sequence number are dropped (a checkpoint replaced them).
    pub drop_records_below: Option<u64>,
    /// Single records that are dropped (they are set aside). Those that are not there are no error.
    pub drop_records: Vec<u64>,
    /// Segments that are dropped. Those that are not there are no error.
    pub drop_segments: Vec<u64>,
    /// Records by sequence number.
    pub records: Vec<(u64, Bytes)>,
    /// Segments by number, in pieces that are put together.
    pub segments: Vec<(u64, Vec<Bytes>)>,
}

/// A place that keeps records and segments. All that a platform must offer for its data to be durable.
///
/// # Contract
/// - `open` raises the epoch durably before it returns, so that a commit of an earlier engine is refused.
/// - `commit` resolves only when the whole commit would survive what the store promises to survive; it checks the
///   epoch in the same transaction that writes. Several may be under way at once.
/// - An error means that nothing of the commit is there, except [`StoreError::Unknown`].
/// - A store that cannot keep a commit whole through a crash lets nothing go before all that is written is there,
///   and has each record and segment from its beginning or not at all: then the journal finds what is missing. One
///   that an earlier attempt has written is replaced whole or left.
#[async_trait]
pub trait Store: Send + Sync {
    /// Where the records are kept.
    fn kind(&self) -> StoreKind;

    /// Whether anything can ever be read back; where not, replacing old records by a checkpoint is wasted work.
    fn keeps_records(&self) -> bool {
        true
    }

    /// How contents are best kept here.
    fn habits(&self) -> Habits {
        Habits::default()
    }

    /// Takes the store over for a new engine and reads everything back but the contents of segments.
    async fn open(&self) -> Result<Opened, StoreError>;

    /// Writes a commit; resolves when it is durable.
    async fn commit(&self, commit: Commit) -> Result<(), StoreError>;

    /// A segment that was committed, read from the store and not held in memory where that can be.
    async fn segment(&self, number: u64) -> Result<Arc<dyn RawSegment>, StoreError>;

    /// Lets the store go, so that another engine may open it without waiting.
    async fn close(&self);
}
