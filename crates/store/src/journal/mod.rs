//! The journal: packs what waits into one record a batch, and says when it is durable.

mod commit;
mod kept;
mod queue;
mod recover;

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use futures_channel::oneshot;
use serde::Serialize;

use crate::record::{Aside, CheckpointHead, RecordKind, SetAsideHead};
use crate::{Commit, Habits, Segment, SegmentInfo, Store, StoreError, StoreKind, WindowCache};
use commit::{Staged, UnderWay};
use queue::{Inner, Work};
pub use recover::{Damage, Recorded, Recovered, RecoveredCheckpoint};

/// An append-only journal over a [`Store`].
///
/// Entries are recorded at once and become durable with the next commit. One commit is under way at a time; all
/// that is recorded meanwhile goes into the next one, whoever asks for it. `T` is the caller's name for a body that
/// lies apart from its entry: the journal gives it back once the body is durable.
pub struct Journal<T> {
    store: Arc<dyn Store>,
    epoch: u64,
    cache: Arc<WindowCache>,
    inner: Mutex<Inner<T>>,
}

/// A body that is durable apart from its entry.
#[derive(Debug)]
pub struct Stored<T> {
    /// What the caller gave with it.
    pub tag: T,
    /// The body, as it was given.
    pub body: Bytes,
    /// The segment that holds it.
    pub segment: Arc<Segment>,
    /// Where in the segment it begins.
    pub at: u64,
}

impl<T> Journal<T> {
    /// This engine's epoch: 1 for the first on a store, then larger with each.
    pub fn epoch(&self) -> u64 {
        self.epoch
    }

    /// Where the records are kept.
    pub fn kind(&self) -> StoreKind {
        self.store.kind()
    }

    /// Whether anything that is recorded can ever be read back.
    pub fn keeps_records(&self) -> bool {
        self.store.keeps_records()
    }

    /// How contents are best kept in this store.
    pub fn habits(&self) -> Habits {
        self.store.habits()
    }

    /// What was read from segments lately.
    pub fn cache(&self) -> &WindowCache {
        &self.cache
    }

    /// Adds an entry. It is durable after the next [`flush`](Self::flush) that begins from now on.
    pub fn record<E: Serialize>(&self, entry: &E) {
        let mut inner = self.inner();
        if self.forgets(&mut inner) {
            return;
        }
        inner.filling.push(entry);
    }

    /// Adds an entry whose body lies apart: `entry` is told where in the segment of its batch. Reading the journal
    /// gives the segment with the entry.
    pub fn record_with<E: Serialize>(&self, body: Bytes, tag: T, entry: impl FnOnce(u64) -> E) {
        let mut inner = self.inner();
        if self.forgets(&mut inner) {
            return;
        }
        let at = inner.filling.push_body(body, tag);
        inner.filling.push(&entry(at));
    }

    /// Replaces everything recorded so far by one whole state in one record. The caller makes sure that the state
    /// holds all of it. What waits to be written is dropped, so that this helps also where a store is full.
    pub fn replace_with<S: Serialize>(&self, state: &S) {
        let mut inner = self.inner();
        if self.forgets(&mut inner) {
            return;
        }
        let mut drops = inner.discard_waiting();
        drops.extend(inner.segments.given().map(|(number, _)| number));
        inner.segments.forget(&drops);
        let payload = postcard::to_stdvec(state).expect("a snapshot serialises");
        let covers = inner.next_seq;
        inner.push(self.epoch, RecordKind::Snapshot, &payload, Work::Replace { covers, drops });
        if !inner.aside.is_empty() {
            // The record that told of it is replaced as well.
            let head = SetAsideHead { from: inner.next_seq, all: inner.aside.clone() };
            inner.push(self.epoch, RecordKind::SetAside, &serialised(&head), Work::Add);
        }
    }

    /// Ends the batch that is filled now, and gives the last sequence number so far: a state that is taken at this
    /// moment covers all records up to it.
    pub fn cut(&self) -> u64 {
        let mut inner = self.inner();
        inner.seal(self.epoch);
        inner.next_seq - 1
    }

    /// Writes a segment that nothing refers to yet: a part of a checkpoint to come. One that no checkpoint mentions
    /// is gone with the next one.
    ///
    /// # Errors
    /// What the store answers; the segment is then not there.
    pub async fn write_segment(&self, pieces: Vec<Bytes>) -> Result<Arc<Segment>, StoreError> {
        let mut staged = Staged::begin(self);
        let info = SegmentInfo::of(staged.number(), &pieces);
        let segments = vec![(info.number, pieces)];
        self.store.commit(Commit { epoch: self.epoch, segments, ..Commit::default() }).await?;
        let segment = self.handle(info).await?;
        staged.succeeded(segment.len());
        Ok(segment)
    }

    /// Replaces the records up to `covers` (see [`cut`](Self::cut)) by a state in pieces. `parts` are the state;
    /// `segments` are all others that stay alive, because the state or anything since needs them. What the journal
    /// gave (by `open`, [`take_stored`](Self::take_stored) or [`write_segment`](Self::write_segment)) and is in
    /// neither goes in the same commit, once no record after `covers` needs it.
    ///
    /// # Errors
    /// [`StoreError::SegmentDamaged`] where a segment is not there any more; nothing is recorded then.
    pub fn checkpoint(
        &self,
        covers: u64,
        parts: &[Arc<Segment>],
        segments: &[Arc<Segment>],
    ) -> Result<(), StoreError> {
        let mut inner = self.inner();
        let named: BTreeSet<u64> = parts.iter().chain(segments).map(|segment| segment.number()).collect();
        if let Some(number) = named.iter().copied().find(|number| !inner.segments.contains(*number)) {
            return Err(StoreError::SegmentDamaged { number, what: "it was dropped" });
        }
        if covers < inner.replaced {
            // A later state was recorded meanwhile. Nothing of this one is needed.
            return Ok(());
        }
        inner.seal(self.epoch);
        let infos = |of: &[Arc<Segment>]| of.iter().map(|segment| segment.info().clone()).collect();
        let aside = inner.aside.clone();
        let head = CheckpointHead { covers, parts: infos(parts), segments: infos(segments), aside };
        let after = |seq: Option<u64>| seq.is_some_and(|seq| seq > covers);
        let unused = |(number, seq): &(u64, Option<u64>)| !named.contains(number) && !after(*seq);
        let drops = inner.segments.given().filter(unused).map(|(number, _)| number).collect();
        inner.segments.forget(&drops);
        inner.filling.recorded += 1;
        inner.push(self.epoch, RecordKind::Checkpoint, &serialised(&head), Work::Replace { covers, drops });
        Ok(())
    }

    /// Resolves when everything that was recorded before this call is durable.
    ///
    /// # Errors
    /// What the store answers. What could not be written stays pending, and goes with the next flush.
    pub async fn flush(&self) -> Result<(), StoreError> {
        let target = self.inner().recorded();
        loop {
            let waiting = {
                let mut inner = self.inner();
                if inner.durable >= target {
                    return Ok(());
                }
                (inner.underway > 0).then(|| {
                    let (done, waiting) = oneshot::channel();
                    inner.waiters.push(done);
                    waiting
                })
            };
            match waiting {
                // The commit under way may have begun before our entries: look again when it has ended.
                Some(waiting) => drop(waiting.await),
                None => self.commit().await?,
            }
        }
    }

    /// The bodies that became durable apart since the last call, each with the segment that holds it now. A flush
    /// does not wait for this: the handles are read back after the acknowledgement.
    ///
    /// # Errors
    /// What the store answers; what is not given stays for the next call.
    pub async fn take_stored(&self) -> Result<Vec<Stored<T>>, StoreError> {
        let mut stored = Vec::new();
        loop {
            let Some(info) = self.inner().committed.front().map(|(info, _)| info.clone()) else {
                return Ok(stored);
            };
            let number = info.number;
            let segment = match self.handle(info).await {
                Ok(segment) => segment,
                // What is in hand is the caller's already.
                Err(_) if !stored.is_empty() => return Ok(stored),
                Err(error) => return Err(error),
            };
            for body in self.inner().give(number) {
                let segment = Arc::clone(&segment);
                stored.push(Stored { tag: body.tag, body: body.bytes, segment, at: body.at });
            }
        }
    }

    /// Whether [`take_stored`](Self::take_stored) has something to give.
    pub fn has_stored(&self) -> bool {
        !self.inner().committed.is_empty()
    }

    /// Whether the store still has a segment that this journal gave.
    pub fn keeps(&self, number: u64) -> bool {
        self.inner().segments.contains(number)
    }

    /// Bytes of durable records that opening would have to apply, without contents that lie apart.
    pub fn bytes_since_checkpoint(&self) -> usize {
        self.inner().since_checkpoint.bytes()
    }

    /// Bytes of all segments in the store, needed or not.
    pub fn segment_bytes(&self) -> u64 {
        self.inner().segments.bytes()
    }

    /// Bytes that are recorded and not durable yet, those that lie apart and those of a commit under way included.
    pub fn waiting_bytes(&self) -> usize {
        let inner = self.inner();
        inner.filling.bytes() + inner.queue.iter().map(|sealed| sealed.bytes()).sum::<usize>()
    }

    /// What was found damaged, by this engine or one before it, and is kept out of the way.
    pub fn set_aside(&self) -> Vec<Aside> {
        self.inner().aside.clone()
    }

    /// The records that are set aside, as they were found, one after the other; there from the first flush on.
    ///
    /// # Errors
    /// What the store answers.
    pub async fn read_set_aside(&self, aside: &Aside) -> Result<Bytes, StoreError> {
        let segment = self.handle(aside.records.clone()).await?;
        segment.read(0, segment.len() as usize)
    }

    /// Lets the store go.
    pub async fn close(&self) {
        self.store.close().await;
    }

    async fn commit(&self) -> Result<(), StoreError> {
        let (mut underway, commit) = UnderWay::begin(self);
        let result = self.store.commit(commit).await;
        if result.is_ok() {
            underway.succeeded();
        }
        result
    }

    async fn handle(&self, info: SegmentInfo) -> Result<Arc<Segment>, StoreError> {
        let raw = self.store.segment(info.number).await?;
        Segment::new(info, raw, Arc::clone(&self.cache)).map(Arc::new)
    }

    /// Counts one more thing that is recorded, and says whether that was all: a store that keeps nothing needs no
    /// records, and what it would acknowledge is as durable as it gets.
    fn forgets(&self, inner: &mut Inner<T>) -> bool {
        let forgets = !self.store.keeps_records();
        if forgets {
            inner.durable += 1;
        }
        inner.filling.recorded += 1;
        forgets
    }

    fn inner(&self) -> MutexGuard<'_, Inner<T>> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn serialised<H: Serialize>(head: &H) -> Vec<u8> {
    postcard::to_stdvec(head).expect("the head of a record serialises")
}
