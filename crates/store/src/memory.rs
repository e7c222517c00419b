//! Records in memory: for Node, for tests, and where a browser has no storage.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;

use crate::{Commit, Opened, Store, StoreError, StoreKind};

/// A store in memory. Clones share their records, so that a new engine can be opened on what an old one left:
/// that is how tests see what is durable.
#[derive(Debug, Clone, Default)]
pub struct MemoryStore {
    kept: Arc<Mutex<Kept>>,
    forgets: bool,
}

#[derive(Debug, Default)]
struct Kept {
    epoch: u64,
    records: BTreeMap<u64, Vec<u8>>,
}

impl MemoryStore {
    /// An empty store.
    pub fn new() -> Self {
        Self::default()
    }

    /// A store that acknowledges and keeps nothing: for a cloud that nobody can open again, whose files are in
    /// memory once already.
    pub fn forgetful() -> Self {
        Self { forgets: true, ..Self::default() }
    }

    /// A copy of every record by its sequence number, as it is durable now.
    pub fn records(&self) -> BTreeMap<u64, Vec<u8>> {
        self.kept().records.clone()
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl Store for MemoryStore {
    fn kind(&self) -> StoreKind {
        StoreKind::Memory
    }

    fn keeps_records(&self) -> bool {
        !self.forgets
    }

    async fn open(&self) -> Result<Opened, StoreError> {
        let mut kept = self.kept();
        kept.epoch += 1;
        Ok(Opened { epoch: kept.epoch, records: kept.records.values().cloned().collect() })
    }

    async fn commit(&self, commit: Commit) -> Result<(), StoreError> {
        let mut kept = self.kept();
        if kept.epoch != commit.epoch {
            return Err(StoreError::Fenced { own: commit.epoch, found: kept.epoch });
        }
        if self.forgets {
            return Ok(());
        }
        if let Some(first_kept) = commit.drop_below {
            kept.records = kept.records.split_off(&first_kept);
        }
        if let Some(first_dropped) = commit.drop_from {
            kept.records.split_off(&first_dropped);
        }
        kept.records.extend(commit.records);
        Ok(())
    }

    async fn close(&self) {}
}
