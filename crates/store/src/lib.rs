//! Durability for the cloud: an append-only [`Journal`] of packed commits over one small trait, [`Store`].
//!
//! - [`Journal`] takes serialised entries, packs all that wait into one record and hands it to the store:
//!   concurrent callers share a commit. [`Journal::flush`] resolves when everything recorded before the call is
//!   durable, and not earlier.
//! - [`Store`] keeps records. [`MemoryStore`] keeps them in memory, `IndexedDbStore` (browsers) in IndexedDB, and
//!   [`FaultyStore`] wraps another one and fails on demand, for tests.
//! - [`record`] is the format of one record: versioned and checksummed, drawn in `docs/journal-format.md`.
//!
//! Invariants: a commit is whole or absent; a store with a newer epoch refuses commits of an older one
//! ([`StoreError::Fenced`]); a failed commit stays pending and is tried again with the next flush, so no change is
//! lost without an error. What entries mean is the business of the crate above: nothing here knows sandboxes,
//! volumes or files.

mod error;
mod faulty;
#[cfg(target_arch = "wasm32")]
mod indexed_db;
mod journal;
mod memory;
pub mod record;

use async_trait::async_trait;

pub use error::StoreError;
pub use faulty::{Fault, FaultyStore};
#[cfg(target_arch = "wasm32")]
pub use indexed_db::IndexedDbStore;
pub use journal::{Journal, Recovered};
pub use memory::MemoryStore;

/// Where a store keeps its records; shown to people as the badge "where data is kept".
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StoreKind {
    /// In memory only: gone with the process or the page.
    Memory,
    /// In the browser's IndexedDB: survives a reload, a killed tab and a killed browser.
    IndexedDb,
}

impl StoreKind {
    /// The name on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            StoreKind::Memory => "memory",
            StoreKind::IndexedDb => "indexeddb",
        }
    }

    /// Whether acknowledged data outlives the process.
    pub fn is_durable(self) -> bool {
        self == StoreKind::IndexedDb
    }
}

/// What a store holds when an engine takes it over.
#[derive(Debug, Clone, Default)]
pub struct Opened {
    /// This engine's epoch: larger than that of every engine before it.
    pub epoch: u64,
    /// Every record, in the order of its sequence number.
    pub records: Vec<Vec<u8>>,
}

/// One atomic write: after it, either all of this is in the store or none of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Commit {
    /// The epoch of the engine that commits.
    pub epoch: u64,
    /// Records below this sequence number are dropped in the same transaction (a snapshot replaced them).
    pub drop_below: Option<u64>,
    /// Records at and above this sequence number are dropped first: an earlier attempt at them failed, and may be
    /// there all the same.
    pub drop_from: Option<u64>,
    /// Records by sequence number.
    pub records: Vec<(u64, Vec<u8>)>,
}

/// A place that keeps records. All that a platform must offer for its data to be durable.
///
/// # Contract
/// - `open` raises the epoch durably before it returns, so that a commit of an earlier engine is refused.
/// - `commit` resolves only when the whole commit would survive what the store promises to survive; it checks the
///   epoch in the same transaction that writes.
/// - An error means that nothing of the commit is there, except [`StoreError::Unknown`].
#[async_trait]
pub trait Store: Send + Sync {
    /// Where the records are kept.
    fn kind(&self) -> StoreKind;

    /// Whether anything can ever be read back; where not, replacing old records by a snapshot is wasted work.
    fn keeps_records(&self) -> bool {
        true
    }

    /// Takes the store over for a new engine and reads everything back.
    async fn open(&self) -> Result<Opened, StoreError>;

    /// Writes a commit; resolves when it is durable.
    async fn commit(&self, commit: Commit) -> Result<(), StoreError>;

    /// Lets the store go, so that another engine may open it without waiting.
    async fn close(&self);
}
