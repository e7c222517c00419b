//! Records and segments in memory: for Node, for tests, and where a browser has no storage.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use bytes::Bytes;

use crate::{Commit, Opened, RawSegment, Store, StoreError, StoreKind};

/// A store in memory. Clones share their records, so that a new engine can be opened on what an old one left:
/// that is how tests see what is durable.
#[derive(Debug, Clone, Default)]
pub struct MemoryStore {
    kept: Arc<Mutex<Kept>>,
    forgets: bool,
}

#[derive(Debug, Clone, Default)]
struct Kept {
    epoch: u64,
    records: BTreeMap<u64, Bytes>,
    segments: BTreeMap<u64, Bytes>,
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

    /// Another store that holds what this one holds now.
    pub fn copy(&self) -> Self {
        Self { kept: Arc::new(Mutex::new(self.kept().clone())), forgets: self.forgets }
    }

    /// A copy of every record by its sequence number, as it is durable now.
    pub fn records(&self) -> BTreeMap<u64, Bytes> {
        self.kept().records.clone()
    }

    /// A copy of every segment by its number, as it is durable now.
    pub fn segments(&self) -> BTreeMap<u64, Bytes> {
        self.kept().segments.clone()
    }

    /// Changes what is kept behind the engine's back: how tests damage a store.
    pub fn tamper(&self, change: impl FnOnce(&mut BTreeMap<u64, Bytes>, &mut BTreeMap<u64, Bytes>)) {
        let kept = &mut *self.kept();
        change(&mut kept.records, &mut kept.segments);
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
        let raw = |bytes: &Bytes| Arc::new(Contents(bytes.clone())) as Arc<dyn RawSegment>;
        Ok(Opened {
            epoch: kept.epoch,
            records: kept.records.iter().map(|(seq, bytes)| (*seq, bytes.clone())).collect(),
            segments: kept.segments.iter().map(|(number, bytes)| (*number, raw(bytes))).collect(),
        })
    }

    async fn commit(&self, commit: Commit) -> Result<(), StoreError> {
        let mut kept = self.kept();
        if kept.epoch != commit.epoch {
            return Err(StoreError::Fenced { own: commit.epoch, found: kept.epoch });
        }
        if self.forgets {
            return Ok(());
        }
        if let Some(first_kept) = commit.drop_records_below {
            kept.records = kept.records.split_off(&first_kept);
        }
        for seq in commit.drop_records {
            kept.records.remove(&seq);
        }
        for number in commit.drop_segments {
            kept.segments.remove(&number);
        }
        kept.records.extend(commit.records);
        kept.segments.extend(commit.segments.into_iter().map(|(number, pieces)| (number, together(pieces))));
        Ok(())
    }

    async fn segment(&self, number: u64) -> Result<Arc<dyn RawSegment>, StoreError> {
        let contents = self.kept().segments.get(&number).cloned().map(Contents);
        let missing = StoreError::SegmentDamaged { number, what: "it is not there" };
        contents.map(|contents| Arc::new(contents) as Arc<dyn RawSegment>).ok_or(missing)
    }

    async fn close(&self) {}
}

fn together(mut pieces: Vec<Bytes>) -> Bytes {
    if pieces.len() == 1 { pieces.remove(0) } else { pieces.concat().into() }
}

/// A segment in memory.
#[derive(Debug)]
pub(crate) struct Contents(pub(crate) Bytes);

impl RawSegment for Contents {
    fn len(&self) -> u64 {
        self.0.len() as u64
    }

    fn read(&self, at: u64, len: usize) -> Result<Bytes, StoreError> {
        Ok(self.0.slice(at as usize..at as usize + len))
    }
}
