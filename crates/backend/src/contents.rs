//! Contents that lie in the store: how they are found there, and when they leave the memory.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use sandbox_fs::{Errno, Ino, Piece, Source, Stored, TreeId};
use sandbox_store::Segment;

use crate::cloud::Cloud;

/// From how many bytes on what is written lies apart from the journal's records. Browsers keep larger values in files of
/// their own too, so from here on it costs the same.
pub(crate) const APART_BYTES: u64 = 64 << 10;

/// A segment of the store as filesystems read it.
#[derive(Debug)]
struct Shelf(Arc<Segment>);

impl Source for Shelf {
    fn number(&self) -> u64 {
        self.0.number()
    }

    fn read(&self, at: u64, len: u64) -> Result<Bytes, Errno> {
        self.0.read(at, len as usize).map_err(|_| Errno::EIO)
    }
}

/// A segment as a source of contents.
pub(crate) fn source(segment: &Arc<Segment>) -> Arc<dyn Source> {
    Arc::new(Shelf(Arc::clone(segment)))
}

/// Where in which file something was written.
#[derive(Debug, Clone)]
pub(crate) struct Written {
    pub(crate) tree: TreeId,
    pub(crate) ino: Ino,
    pub(crate) offset: u64,
}

/// What is in memory and in the store, oldest first: it can leave the memory.
#[derive(Debug)]
pub(crate) struct Loaded {
    places: Mutex<VecDeque<(Written, Stored)>>,
    /// How many bytes of contents stay in memory.
    limit: u64,
}

impl Loaded {
    pub(crate) fn new(limit: u64) -> Self {
        Self { places: Mutex::default(), limit }
    }

    /// Tells the file where its bytes lie now.
    pub(crate) fn settle(&self, cloud: &Cloud, written: Written, was: &Piece, stored: Stored) {
        let settled = cloud.with_tree(&written.tree, |tree| {
            tree.settle(written.ino, written.offset, was, &stored);
        });
        if settled.is_some() && was.memory().is_some() {
            self.places().push_back((written, stored));
        }
    }

    /// Lets go of what is over the limit, as far as it lies in the store.
    pub(crate) fn unload(&self, cloud: &Cloud) {
        while cloud.memory_bytes() > self.limit
            && let Some((written, stored)) = self.places().pop_front()
        {
            let was = Piece::Stored(stored);
            cloud.with_tree(&written.tree, |tree| tree.unload(written.ino, written.offset, &was));
        }
    }

    fn places(&self) -> std::sync::MutexGuard<'_, VecDeque<(Written, Stored)>> {
        self.places.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
