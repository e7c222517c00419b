//! A store whose contents are never at hand: how tests prove that nothing counts on the memory.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use async_trait::async_trait;
use bytes::Bytes;

use crate::{Commit, Habits, Opened, RawSegment, Store, StoreError, StoreKind};

/// Wraps a store: everything of a byte or more lies apart, and every read of it goes to the store.
#[derive(Clone)]
pub struct LateStore {
    inner: Arc<dyn Store>,
    reads: Arc<AtomicU64>,
}

impl LateStore {
    /// The store, delivered late.
    pub fn new(inner: Arc<dyn Store>) -> Self {
        Self { inner, reads: Arc::default() }
    }

    /// How many times contents were read from the store so far.
    pub fn reads(&self) -> u64 {
        self.reads.load(Ordering::Relaxed)
    }

    fn late(&self, inner: Arc<dyn RawSegment>) -> Arc<dyn RawSegment> {
        Arc::new(LateSegment { inner, reads: Arc::clone(&self.reads) })
    }
}

#[async_trait]
impl Store for LateStore {
    fn kind(&self) -> StoreKind {
        self.inner.kind()
    }

    fn keeps_records(&self) -> bool {
        self.inner.keeps_records()
    }

    fn habits(&self) -> Habits {
        Habits { apart_from: 1, cache_bytes: 0 }
    }

    async fn open(&self) -> Result<Opened, StoreError> {
        let mut opened = self.inner.open().await?;
        for (_, raw) in &mut opened.segments {
            *raw = self.late(Arc::clone(raw));
        }
        Ok(opened)
    }

    async fn commit(&self, commit: Commit) -> Result<(), StoreError> {
        self.inner.commit(commit).await
    }

    async fn segment(&self, number: u64) -> Result<Arc<dyn RawSegment>, StoreError> {
        Ok(self.late(self.inner.segment(number).await?))
    }

    async fn close(&self) {
        self.inner.close().await;
    }
}

#[derive(Debug)]
struct LateSegment {
    inner: Arc<dyn RawSegment>,
    reads: Arc<AtomicU64>,
}

impl RawSegment for LateSegment {
    fn len(&self) -> u64 {
        self.inner.len()
    }

    fn read(&self, at: u64, len: usize) -> Result<Bytes, StoreError> {
        self.reads.fetch_add(1, Ordering::Relaxed);
        // A copy of its own: whoever holds it cannot profit from what the inner store shares.
        self.inner.read(at, len).map(|bytes| Bytes::copy_from_slice(&bytes))
    }
}
