//! Windows of segments that were read lately, up to a number of bytes.

use std::sync::{Mutex, PoisonError};

use bytes::Bytes;
use lru::LruCache;

/// Segment and window.
type Key = (u64, usize);

/// What was read lately. All segments of a journal share one.
#[derive(Debug)]
pub struct WindowCache {
    inner: Mutex<Inner>,
}

#[derive(Debug)]
struct Inner {
    windows: LruCache<Key, Bytes>,
    bytes: usize,
    limit: usize,
}

impl WindowCache {
    /// A cache of at most so many bytes; with 0 every read goes to the store.
    pub fn new(limit: usize) -> Self {
        Self { inner: Mutex::new(Inner { windows: LruCache::unbounded(), bytes: 0, limit }) }
    }

    /// Sets another limit, and lets go what is beyond it.
    pub fn set_limit(&self, limit: usize) {
        let mut inner = self.inner();
        inner.limit = limit;
        inner.evict();
    }

    /// How many bytes it holds.
    pub fn bytes(&self) -> usize {
        self.inner().bytes
    }

    pub(crate) fn get(&self, key: Key) -> Option<Bytes> {
        self.inner().windows.get(&key).cloned()
    }

    pub(crate) fn put(&self, key: Key, window: Bytes) {
        let mut inner = self.inner();
        if window.len() > inner.limit {
            return;
        }
        inner.bytes += window.len();
        let before = inner.windows.put(key, window);
        inner.bytes -= before.map_or(0, |before| before.len());
        inner.evict();
    }

    fn inner(&self) -> std::sync::MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Inner {
    fn evict(&mut self) {
        while self.bytes > self.limit {
            let Some((_, window)) = self.windows.pop_lru() else { return };
            self.bytes -= window.len();
        }
    }
}
