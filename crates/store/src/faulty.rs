//! A store that fails on demand: how tests learn what happens when a disk is full, a browser lies or the power goes.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use bytes::Bytes;
use futures_channel::oneshot;

use crate::{Commit, Habits, Opened, RawSegment, Store, StoreError, StoreKind};

/// What goes wrong with a write. Opening is a write, too: it raises the epoch.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Fault {
    /// Nothing.
    #[default]
    None,
    /// It fails with this error and leaves nothing.
    Refuse(StoreError),
    /// It is kept, but this error is answered: the outcome is unknown to the caller.
    LoseReply(StoreError),
    /// It is acknowledged, and kept only with the next write that goes well: the bug that every durability test
    /// must find.
    AcknowledgeEarly,
    /// The power goes before anything is written.
    CutBefore,
    /// The power goes when some of it is written, in any order; the number chooses what.
    CutWithin(u64),
    /// The power goes when all is written and nothing was answered.
    CutAfter,
}

/// Wraps a store and plants a [`Fault`] in it, in every write or in one.
///
/// A power cut drops all that waits, and answers everything with an error until [`restart`](Self::restart).
#[derive(Clone)]
pub struct FaultyStore {
    inner: Arc<dyn Store>,
    state: Arc<Mutex<State>>,
}

#[derive(Default)]
struct State {
    fault: Fault,
    /// Faults of single writes, by their number.
    planned: BTreeMap<u64, Fault>,
    writes: u64,
    /// How many power cuts there were, and whether the power is off.
    cuts: u64,
    off: bool,
    /// The records and segments that were ever written whole.
    written: (BTreeSet<u64>, BTreeSet<u64>),
    /// What was acknowledged and not kept.
    early: Vec<Commit>,
    /// Who waits to be let go, where commits are held.
    held: Option<VecDeque<oneshot::Sender<()>>>,
}

impl FaultyStore {
    /// A store without a fault yet.
    pub fn new(inner: Arc<dyn Store>) -> Self {
        Self { inner, state: Arc::default() }
    }

    /// Sets what goes wrong with every write from now on.
    pub fn plant(&self, fault: Fault) {
        self.state().fault = fault;
    }

    /// Sets what goes wrong with one write; they are counted from 0.
    pub fn plant_at(&self, write: u64, fault: Fault) {
        self.state().planned.insert(write, fault);
    }

    /// Nothing goes wrong any more with writes that begin from now on.
    pub fn heal(&self) {
        let mut state = self.state();
        state.fault = Fault::None;
        state.planned.clear();
    }

    /// How many writes began so far.
    pub fn writes(&self) -> u64 {
        self.state().writes
    }

    /// Whether a planted power cut has happened and nobody has restarted the store.
    pub fn is_off(&self) -> bool {
        self.state().off
    }

    /// Cuts the power between two writes.
    pub fn cut(&self) {
        let mut state = self.state();
        (state.off, state.cuts) = (true, state.cuts + 1);
        // Whoever is held learns that nobody will answer.
        state.held = state.held.is_some().then(VecDeque::new);
        state.early.clear();
    }

    /// The power is back, and faults of every write are gone.
    pub fn restart(&self) {
        let mut state = self.state();
        state.off = false;
        state.fault = Fault::None;
        state.held = None;
    }

    /// From now on commits wait until [`let_go`](Self::let_go) names them: they may overtake one another.
    pub fn hold(&self) {
        self.state().held.get_or_insert_default();
    }

    /// Lets one of the waiting commits go on, the oldest being 0, and says whether there was one. It happens when
    /// its future is polled.
    pub fn let_go(&self, which: usize) -> bool {
        let next = self.state().held.as_mut().and_then(|held| held.remove(which));
        next.is_some_and(|next| next.send(()).is_ok())
    }

    /// How many commits wait.
    pub fn waiting(&self) -> usize {
        self.state().held.as_ref().map_or(0, VecDeque::len)
    }

    /// The next write: its fault, and how many cuts there were before it.
    fn begin(&self) -> Result<(Fault, u64), StoreError> {
        let mut state = self.state();
        if state.off {
            return Err(power_is_off());
        }
        let write = state.writes;
        state.writes += 1;
        let fault = state.planned.remove(&write).unwrap_or_else(|| state.fault.clone());
        Ok((fault, state.cuts))
    }

    async fn write(&self, fault: Fault, commit: Commit) -> Result<(), StoreError> {
        let keeps = !matches!(fault, Fault::Refuse(_) | Fault::CutBefore | Fault::AcknowledgeEarly);
        if keeps {
            let early = std::mem::take(&mut self.state().early);
            for commit in early {
                self.keep(commit).await?;
            }
        }
        match fault {
            Fault::None => self.keep(commit).await,
            Fault::Refuse(error) => Err(error),
            Fault::LoseReply(error) => {
                self.keep(commit).await?;
                Err(error)
            }
            Fault::AcknowledgeEarly => {
                self.state().early.push(commit);
                Ok(())
            }
            Fault::CutBefore => Err(self.lose_power()),
            Fault::CutWithin(seed) => {
                let torn = torn(commit, seed, &self.state().written);
                self.inner.commit(torn).await?;
                Err(self.lose_power())
            }
            Fault::CutAfter => {
                self.keep(commit).await?;
                Err(self.lose_power())
            }
        }
    }

    async fn keep(&self, commit: Commit) -> Result<(), StoreError> {
        let records: Vec<u64> = commit.records.iter().map(|(seq, _)| *seq).collect();
        let segments: Vec<u64> = commit.segments.iter().map(|(number, _)| *number).collect();
        self.inner.commit(commit).await?;
        let mut state = self.state();
        state.written.0.extend(records);
        state.written.1.extend(segments);
        Ok(())
    }

    fn lose_power(&self) -> StoreError {
        self.cut();
        power_is_off()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl Store for FaultyStore {
    fn kind(&self) -> StoreKind {
        self.inner.kind()
    }

    fn keeps_records(&self) -> bool {
        self.inner.keeps_records()
    }

    fn habits(&self) -> Habits {
        self.inner.habits()
    }

    async fn open(&self) -> Result<Opened, StoreError> {
        match self.begin()?.0 {
            Fault::Refuse(error) => Err(error),
            Fault::LoseReply(error) => {
                self.inner.open().await?;
                Err(error)
            }
            Fault::CutBefore | Fault::CutWithin(_) => Err(self.lose_power()),
            Fault::CutAfter => {
                self.inner.open().await?;
                Err(self.lose_power())
            }
            Fault::None | Fault::AcknowledgeEarly => self.inner.open().await,
        }
    }

    async fn commit(&self, commit: Commit) -> Result<(), StoreError> {
        let (fault, cuts) = self.begin()?;
        let held = self.state().held.as_mut().map(|held| {
            let (go, wait) = oneshot::channel();
            held.push_back(go);
            wait
        });
        if let Some(wait) = held {
            let _let_go_or_cut = wait.await;
        }
        if self.state().cuts != cuts {
            return Err(power_is_off());
        }
        self.write(fault, commit).await
    }

    async fn segment(&self, number: u64) -> Result<Arc<dyn RawSegment>, StoreError> {
        if self.is_off() {
            return Err(power_is_off());
        }
        self.inner.segment(number).await
    }

    async fn close(&self) {
        self.inner.close().await;
    }
}

fn power_is_off() -> StoreError {
    StoreError::Lost("the power is off".into())
}

/// What a power cut leaves of a commit in a store that cannot keep it whole: some of what is written, each item from
/// its beginning; and where all is there, some of what is dropped. What an earlier attempt has written stays.
fn torn(commit: Commit, seed: u64, written: &(BTreeSet<u64>, BTreeSet<u64>)) -> Commit {
    let mut chance = Chance(seed);
    let mut whole = true;
    let mut keep = |bytes: &Bytes, is_there: bool| {
        let kept = match chance.below(3) {
            0 => None,
            1 if is_there => None,
            1 if !bytes.is_empty() => Some(bytes.slice(..chance.below(bytes.len()))),
            _ => return Some(bytes.clone()),
        };
        whole = false;
        kept
    };
    let mut records = Vec::new();
    for (seq, bytes) in &commit.records {
        records.extend(keep(bytes, written.0.contains(seq)).map(|kept| (*seq, kept)));
    }
    let mut segments = Vec::new();
    for (number, pieces) in &commit.segments {
        let kept = keep(&pieces.concat().into(), written.1.contains(number));
        segments.extend(kept.map(|kept| (*number, vec![kept])));
    }
    let mut left = Commit { epoch: commit.epoch, records, segments, ..Commit::default() };
    if whole {
        let mut some = |all: Vec<u64>| all.into_iter().filter(|_| chance.below(2) == 0).collect();
        left.drop_segments = some(commit.drop_segments);
        left.drop_records = some(commit.drop_records);
        left.drop_records_below = commit.drop_records_below.map(|below| below - chance.below(2) as u64);
    }
    left
}

/// A small generator of numbers (SplitMix64): the same seed gives the same ones everywhere.
struct Chance(u64);

impl Chance {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((mixed ^ (mixed >> 31)) % limit as u64) as usize
    }
}
