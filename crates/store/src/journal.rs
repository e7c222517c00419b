//! The journal: packs what waits into one record a commit, and says when it is durable.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use futures_channel::oneshot;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::record::{self, RecordKind};
use crate::{Commit, Store, StoreError, StoreKind};

/// What the store held when the journal was opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recovered<S, E> {
    /// The last snapshot, if there is one.
    pub snapshot: Option<S>,
    /// Every entry after it, in order.
    pub entries: Vec<E>,
}

/// An append-only journal over a [`Store`].
///
/// Entries are recorded at once and become durable with the next commit. One commit is under way at a time; all
/// that is recorded meanwhile goes into the next one, whoever asks for it.
pub struct Journal {
    store: Arc<dyn Store>,
    epoch: u64,
    inner: Mutex<Inner>,
}

#[derive(Default)]
struct Inner {
    /// The sequence number of the next record.
    next_seq: u64,
    /// A whole state that waits to replace everything before it.
    snapshot: Option<Vec<u8>>,
    /// Entries that wait, one after the other.
    entries: Vec<u8>,
    /// How many entries were ever recorded (a snapshot counts as one).
    recorded: u64,
    /// How many of them are durable.
    durable: u64,
    /// Whether a commit is under way, and who waits for its end.
    committing: bool,
    waiters: Vec<oneshot::Sender<()>>,
    /// Whether the last attempt to commit failed, so that parts of it may be in the store.
    uncertain: bool,
    /// Bytes of records since the last snapshot, that one included.
    bytes_since_snapshot: usize,
    snapshot_bytes: usize,
}

/// What one commit takes from [`Inner`].
struct Batch {
    snapshot: Option<Vec<u8>>,
    entries: Vec<u8>,
    upto: u64,
}

impl Journal {
    /// Takes the store over and reads it back.
    ///
    /// # Errors
    /// What the store answers; [`StoreError::Damaged`] where a record does not hold what it should.
    pub async fn open<S, E>(store: Arc<dyn Store>) -> Result<(Self, Recovered<S, E>), StoreError>
    where
        S: DeserializeOwned,
        E: DeserializeOwned,
    {
        let opened = store.open().await?;
        let mut recovered = Recovered { snapshot: None, entries: Vec::new() };
        let mut inner = Inner { next_seq: 1, ..Inner::default() };
        // Each record is let go once it is read: a cloud must not be in memory twice.
        for bytes in opened.records {
            let record = record::decode(&bytes)?;
            let unreadable = StoreError::Damaged { seq: record.seq, what: "its contents cannot be read" };
            match record.kind {
                RecordKind::Snapshot => {
                    let snapshot = postcard::from_bytes(record.payload).map_err(|_| unreadable)?;
                    recovered = Recovered { snapshot: Some(snapshot), entries: Vec::new() };
                    inner.snapshot_bytes = bytes.len();
                    inner.bytes_since_snapshot = 0;
                }
                RecordKind::Entries => {
                    let mut rest = record.payload;
                    while !rest.is_empty() {
                        let (entry, after) =
                            postcard::take_from_bytes(rest).map_err(|_| unreadable.clone())?;
                        recovered.entries.push(entry);
                        rest = after;
                    }
                    inner.bytes_since_snapshot += bytes.len();
                }
            }
            inner.next_seq = record.seq + 1;
        }
        let journal = Self { store, epoch: opened.epoch, inner: Mutex::new(inner) };
        Ok((journal, recovered))
    }

    /// This engine's epoch: 1 for the first on a store, then larger with each.
    pub fn epoch(&self) -> u64 {
        self.epoch
    }

    /// Where the records are kept.
    pub fn kind(&self) -> StoreKind {
        self.store.kind()
    }

    /// Adds an entry. It is durable after the next [`flush`](Self::flush) that begins from now on.
    pub fn record<E: Serialize>(&self, entry: &E) {
        let mut inner = self.inner();
        let entries = std::mem::take(&mut inner.entries);
        // Writing into a growing vector cannot fail, and the entry types have no unserialisable parts.
        inner.entries = postcard::to_extend(entry, entries).expect("a journal entry serialises");
        inner.recorded += 1;
    }

    /// Replaces everything recorded so far by one whole state. The caller makes sure that the state holds all of
    /// it. The older records go in the same commit that writes the new one.
    pub fn replace_with<S: Serialize>(&self, state: &S) {
        let snapshot = postcard::to_stdvec(state).expect("a snapshot serialises");
        let mut inner = self.inner();
        inner.snapshot = Some(snapshot);
        inner.entries.clear();
        inner.recorded += 1;
    }

    /// Whether the journal has grown so far beyond its last snapshot that a new one would pay: `floor` bytes at
    /// least, and twice the snapshot.
    pub fn wants_snapshot(&self, floor: usize) -> bool {
        let inner = self.inner();
        self.store.keeps_records()
            && inner.bytes_since_snapshot + inner.entries.len() > floor.max(2 * inner.snapshot_bytes)
    }

    /// Bytes that wait to become durable, without those of a commit under way.
    pub fn waiting_bytes(&self) -> usize {
        let inner = self.inner();
        inner.entries.len() + inner.snapshot.as_ref().map_or(0, Vec::len)
    }

    /// Whether anything that is recorded can ever be read back.
    pub fn keeps_records(&self) -> bool {
        self.store.keeps_records()
    }

    /// Resolves when everything that was recorded before this call is durable.
    ///
    /// # Errors
    /// The store's, to every caller whose entries were in the commit that failed. The entries stay and go with the
    /// next commit.
    pub async fn flush(&self) -> Result<(), StoreError> {
        let target = self.inner().recorded;
        loop {
            let waiting = {
                let mut inner = self.inner();
                if inner.durable >= target {
                    return Ok(());
                }
                inner.committing.then(|| {
                    let (done, waiting) = oneshot::channel();
                    inner.waiters.push(done);
                    waiting
                })
            };
            match waiting {
                // The commit under way may have begun before our entries: look again when it has ended.
                Some(waiting) => drop(waiting.await),
                None => self.commit_all().await?,
            }
        }
    }

    /// Lets the store go.
    pub async fn close(&self) {
        self.store.close().await;
    }

    async fn commit_all(&self) -> Result<(), StoreError> {
        let (mut underway, commit) = UnderWay::begin(self);
        let result = self.store.commit(commit).await;
        if result.is_ok() {
            underway.succeeded();
        }
        result
    }

    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A commit under way. When it is dropped without success, failed or abandoned, its batch goes back to the head
/// of what waits, under the same sequence numbers, and whoever waited is woken.
struct UnderWay<'a> {
    journal: &'a Journal,
    batch: Option<Batch>,
    next_seq: u64,
}

impl<'a> UnderWay<'a> {
    fn begin(journal: &'a Journal) -> (Self, Commit) {
        let mut inner = journal.inner();
        inner.committing = true;
        let batch = Batch {
            snapshot: inner.snapshot.take(),
            entries: std::mem::take(&mut inner.entries),
            upto: inner.recorded,
        };
        let mut seq = inner.next_seq;
        let mut commit =
            Commit { epoch: journal.epoch, drop_below: None, drop_from: None, records: Vec::new() };
        let mut push = |kind, payload: &[u8]| {
            commit.records.push((seq, record::encode(kind, journal.epoch, seq, payload)));
            seq += 1;
        };
        if let Some(snapshot) = &batch.snapshot {
            push(RecordKind::Snapshot, snapshot);
        }
        if !batch.entries.is_empty() {
            push(RecordKind::Entries, &batch.entries);
        }
        if batch.snapshot.is_some() {
            commit.drop_below = Some(inner.next_seq);
        }
        if inner.uncertain {
            commit.drop_from = Some(inner.next_seq);
        }
        drop(inner);
        (Self { journal, batch: Some(batch), next_seq: seq }, commit)
    }

    fn succeeded(&mut self) {
        let Some(batch) = self.batch.take() else { return };
        let mut inner = self.journal.inner();
        inner.next_seq = self.next_seq;
        inner.durable = batch.upto;
        inner.uncertain = false;
        if let Some(snapshot) = batch.snapshot {
            inner.snapshot_bytes = record::HEADER_LEN + snapshot.len();
            inner.bytes_since_snapshot = 0;
        }
        inner.bytes_since_snapshot += record::HEADER_LEN + batch.entries.len();
    }
}

impl Drop for UnderWay<'_> {
    fn drop(&mut self) {
        let mut inner = self.journal.inner();
        if let Some(batch) = self.batch.take() {
            inner.uncertain = true;
            // A snapshot taken meanwhile holds all of the batch: then nothing needs to go back.
            if inner.snapshot.is_none() {
                inner.snapshot = batch.snapshot;
                let later = std::mem::replace(&mut inner.entries, batch.entries);
                inner.entries.extend_from_slice(&later);
            }
        }
        inner.committing = false;
        for waiter in inner.waiters.drain(..) {
            let _gone = waiter.send(());
        }
    }
}
