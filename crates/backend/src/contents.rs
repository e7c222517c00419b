//! Contents that lie in the store: how they are found there, and when they leave the memory.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use sandbox_fs::{Errno, Ino, Piece, Source, Stored, TreeId};
use sandbox_store::Segment;

use crate::cloud::Cloud;

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

/// A part of a segment.
pub(crate) fn stored(segment: &Arc<Segment>, at: u64, len: u64) -> Stored {
    Stored::new(source(segment), at, len)
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

/// What the store holds of files' contents, and what of that is in memory too.
#[derive(Debug)]
pub(crate) struct Contents {
    /// How many bytes of contents stay in memory.
    limit: u64,
    /// By their numbers.
    segments: Mutex<BTreeMap<u64, Arc<Segment>>>,
    /// What is in both, oldest first: it can leave the memory.
    loaded: Mutex<VecDeque<(Written, Stored)>>,
}

impl Contents {
    pub(crate) fn new(limit: u64, segments: impl IntoIterator<Item = Arc<Segment>>) -> Self {
        let segments = segments.into_iter().map(|segment| (segment.number(), segment)).collect();
        Self { limit, segments: Mutex::new(segments), loaded: Mutex::default() }
    }

    /// All segments that files may need.
    pub(crate) fn segments(&self) -> BTreeMap<u64, Arc<Segment>> {
        self.known().clone()
    }

    /// One more segment.
    pub(crate) fn add(&self, segment: &Arc<Segment>) {
        self.known().insert(segment.number(), Arc::clone(segment));
    }

    /// A checkpoint has made these needless. What still holds them can read them.
    pub(crate) fn forget(&self, numbers: impl IntoIterator<Item = u64>) {
        let mut known = self.known();
        numbers.into_iter().for_each(|number| {
            known.remove(&number);
        });
    }

    /// Tells the file where its bytes lie now.
    pub(crate) fn settle(&self, cloud: &Cloud, written: Written, was: &Piece, stored: Stored) {
        let settled = cloud.with_tree(&written.tree, |tree| {
            tree.settle(written.ino, written.offset, was, &stored);
        });
        if settled.is_some() && was.memory().is_some() {
            self.loaded().push_back((written, stored));
        }
    }

    /// Lets go of what is over the limit, as far as it lies in the store.
    pub(crate) fn unload(&self, cloud: &Cloud) {
        while cloud.memory_bytes() > self.limit
            && let Some((written, stored)) = self.oldest()
        {
            let was = Piece::Stored(stored);
            cloud.with_tree(&written.tree, |tree| tree.unload(written.ino, written.offset, &was));
        }
    }

    fn oldest(&self) -> Option<(Written, Stored)> {
        self.loaded().pop_front()
    }

    fn loaded(&self) -> MutexGuard<'_, VecDeque<(Written, Stored)>> {
        self.loaded.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn known(&self) -> MutexGuard<'_, BTreeMap<u64, Arc<Segment>>> {
        self.segments.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
