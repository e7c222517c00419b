//! Opening a journal: what the store holds is read, checked and put in order; what is damaged is set aside.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::sync::{Arc, Mutex};

use bytes::{Bytes, BytesMut};
use serde::de::DeserializeOwned;

use crate::journal::kept::{Kept, Records};
use crate::journal::queue::{Inner, Work};
use crate::journal::{Journal, serialised};
use crate::record::{self, Aside, CheckpointHead, HEADER_LEN, RecordKind, SetAsideHead};
use crate::{RawSegment, Segment, SegmentInfo, Store, StoreError, WindowCache};

const UNREADABLE: &str = "its contents cannot be read";
const NO_CONTENTS: &str = "the contents that it refers to are not there";

/// What the store held when the journal was opened. A state is either a snapshot or a checkpoint, or neither where
/// everything begins with entries.
#[derive(Debug)]
pub struct Recovered<S, E> {
    /// The last whole state in one record.
    pub snapshot: Option<S>,
    /// The last whole state in pieces.
    pub checkpoint: Option<RecoveredCheckpoint>,
    /// Every entry after it, in order.
    pub entries: Vec<Recorded<E>>,
    /// What was found damaged now, and what followed it: neither is in the above, all of it is set aside.
    pub damaged: Vec<Damage>,
}

/// A whole state in pieces.
#[derive(Debug)]
pub struct RecoveredCheckpoint {
    /// The state.
    pub parts: Vec<Arc<Segment>>,
    /// Every other segment that it refers to.
    pub segments: Vec<Arc<Segment>>,
}

/// An entry that was read back.
#[derive(Debug)]
pub struct Recorded<E> {
    /// The entry.
    pub entry: E,
    /// Where its body lies, if it lies apart.
    pub segment: Option<Arc<Segment>>,
}

/// A record that could not be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Damage {
    /// Its place in the journal.
    pub seq: u64,
    /// What does not fit.
    pub what: String,
}

impl<T> Journal<T> {
    /// Takes the store over and reads it back. Nothing is written; what is damaged is put aside with the first
    /// commit.
    ///
    /// # Errors
    /// What the store answers; [`StoreError::Version`] where a later version wrote a record: nothing is touched
    /// then.
    pub async fn open<S, E>(store: Arc<dyn Store>) -> Result<(Self, Recovered<S, E>), StoreError>
    where
        S: DeserializeOwned,
        E: DeserializeOwned,
    {
        let opened = store.open().await?;
        let cache = Arc::new(WindowCache::new(store.habits().cache_bytes));
        let shelf = Shelf { raw: opened.segments.into_iter().collect(), cache: Arc::clone(&cache) };
        let found = opened
            .records
            .into_iter()
            .map(|(seq, bytes)| Found::read(seq, bytes, &shelf))
            .collect::<Result<Vec<_>, _>>()?;
        let (inner, recovered) = Reader::new(found, &shelf).finish(opened.epoch);
        let journal = Self { store, epoch: opened.epoch, cache, inner: Mutex::new(inner) };
        Ok((journal, recovered))
    }
}

/// The segments in the store.
struct Shelf {
    raw: BTreeMap<u64, Arc<dyn RawSegment>>,
    cache: Arc<WindowCache>,
}

impl Shelf {
    fn segment(&self, info: SegmentInfo) -> Result<Arc<Segment>, &'static str> {
        let raw = self.raw.get(&info.number).ok_or(NO_CONTENTS)?;
        let segment = Segment::new(info, Arc::clone(raw), Arc::clone(&self.cache));
        segment.map(Arc::new).map_err(|_| "the contents that it refers to have another length")
    }

    fn segments(&self, infos: Vec<SegmentInfo>) -> Result<Vec<Arc<Segment>>, &'static str> {
        infos.into_iter().map(|info| self.segment(info)).collect()
    }
}

/// A record of the store, and what it says or what is wrong with it.
struct Found {
    seq: u64,
    bytes: Bytes,
    says: Result<Says, &'static str>,
}

enum Says {
    /// Entries from this offset on, and where their bodies lie.
    Entries(usize, Option<Arc<Segment>>),
    Snapshot,
    Checkpoint(u64, RecoveredCheckpoint, Vec<Aside>),
    SetAside(SetAsideHead),
}

impl Found {
    fn read(seq: u64, bytes: Bytes, shelf: &Shelf) -> Result<Self, StoreError> {
        let says = match record::decode(&bytes) {
            Ok(record) if record.seq != seq => Err("it belongs to another place"),
            Ok(record) => Says::read(record.kind, record.payload, shelf),
            Err(StoreError::Damaged { what, .. }) => Err(what),
            Err(error) => return Err(error),
        };
        Ok(Self { seq, bytes, says })
    }
}

impl Says {
    fn read(kind: RecordKind, payload: &[u8], shelf: &Shelf) -> Result<Self, &'static str> {
        match kind {
            RecordKind::Entries => Ok(Says::Entries(HEADER_LEN, None)),
            RecordKind::EntriesApart => {
                let (info, entries) = postcard::take_from_bytes(payload).map_err(|_| UNREADABLE)?;
                let offset = HEADER_LEN + payload.len() - entries.len();
                Ok(Says::Entries(offset, Some(shelf.segment(info)?)))
            }
            RecordKind::Snapshot => Ok(Says::Snapshot),
            RecordKind::Checkpoint => {
                let head: CheckpointHead = postcard::from_bytes(payload).map_err(|_| UNREADABLE)?;
                let (parts, segments) = (shelf.segments(head.parts)?, shelf.segments(head.segments)?);
                Ok(Says::Checkpoint(head.covers, RecoveredCheckpoint { parts, segments }, head.aside))
            }
            RecordKind::SetAside => postcard::from_bytes(payload).map(Says::SetAside).map_err(|_| UNREADABLE),
        }
    }
}

/// The whole state that everything else follows.
struct Base<S> {
    /// Its record, if it is not the empty beginning.
    seq: Option<u64>,
    covers: u64,
    snapshot: Option<S>,
    checkpoint: Option<RecoveredCheckpoint>,
    aside: Vec<Aside>,
}

/// Puts in order what was found.
struct Reader<'a, S, E> {
    found: Vec<Found>,
    shelf: &'a Shelf,
    base: Base<S>,
    /// The entries after the base, and the segments they need by the record that names them.
    entries: Vec<Recorded<E>>,
    bodies: BTreeMap<u64, u64>,
    since_checkpoint: Records,
    aside: Vec<Aside>,
}

impl<'a, S: DeserializeOwned, E: DeserializeOwned> Reader<'a, S, E> {
    fn new(mut found: Vec<Found>, shelf: &'a Shelf) -> Self {
        let base = find_base(&mut found);
        let (entries, bodies, since_checkpoint) = Default::default();
        Self { found, shelf, base, entries, bodies, since_checkpoint, aside: Vec::new() }
    }

    fn finish<T>(mut self, epoch: u64) -> (Inner<T>, Recovered<S, E>) {
        let broken = self.apply();
        let last_aside = self.found.iter().rev().find_map(|found| match &found.says {
            Ok(Says::SetAside(head)) if found.seq > self.base.covers => Some(head.all.clone()),
            _ => None,
        });
        self.aside = last_aside.unwrap_or_else(|| std::mem::take(&mut self.base.aside));

        let mut inner = Inner::new();
        inner.next_seq = self.found.last().map_or(1, |found| found.seq + 1);
        inner.next_segment = self.shelf.raw.last_key_value().map_or(1, |(number, _)| number + 1);
        inner.replaced = self.base.covers;
        inner.since_checkpoint = std::mem::take(&mut self.since_checkpoint);
        let first_needed = self.base.seq.map_or(1, |seq| seq.min(self.base.covers + 1));
        let stale = self.found.first().is_some_and(|found| found.seq < first_needed);
        inner.leftovers.records_below = stale.then_some(first_needed);

        let unused = self.note_segments(&mut inner);
        let damaged = match broken {
            None => {
                inner.leftovers.segments = unused;
                Vec::new()
            }
            Some(broken) => self.set_aside(&mut inner, epoch, broken, unused),
        };
        inner.aside = self.aside;
        let Base { snapshot, checkpoint, .. } = self.base;
        (inner, Recovered { snapshot, checkpoint, entries: self.entries, damaged })
    }

    /// Applies the records after the base, up to the first that is missing or damaged.
    fn apply(&mut self) -> Option<Damage> {
        let excused = self.excused();
        let mut expected = self.base.covers + 1;
        for found in self.found.iter().filter(|found| found.seq > self.base.covers) {
            if let Some(seq) = missing(expected..found.seq, &excused) {
                return Some(Damage { seq, what: "it is missing".into() });
            }
            expected = found.seq + 1;
            let is_aside = excused.iter().any(|range| range.contains(&found.seq));
            let (offset, segment) = match &found.says {
                _ if is_aside || Some(found.seq) == self.base.seq => continue,
                Ok(Says::Entries(offset, segment)) => (*offset, segment),
                Ok(_) => continue,
                Err(what) => return Some(Damage { seq: found.seq, what: (*what).into() }),
            };
            let intact = self.entries.len();
            let mut rest = &found.bytes[offset..];
            while !rest.is_empty() {
                let Ok((entry, after)) = postcard::take_from_bytes(rest) else {
                    self.entries.truncate(intact);
                    return Some(Damage { seq: found.seq, what: UNREADABLE.into() });
                };
                self.entries.push(Recorded { entry, segment: segment.clone() });
                rest = after;
            }
            self.bodies.extend(segment.iter().map(|segment| (segment.number(), found.seq)));
            self.since_checkpoint.add(found.seq, found.bytes.len());
        }
        None
    }

    /// The places whose records were set aside by an engine before this one.
    fn excused(&self) -> Vec<Range<u64>> {
        let range = |found: &Found| match &found.says {
            Ok(Says::SetAside(head)) if found.seq > self.base.covers => Some(head.from..found.seq),
            _ => None,
        };
        self.found.iter().filter_map(range).collect()
    }

    /// Tells the journal which segments are needed, and gives the numbers of those that are not.
    fn note_segments<T>(&self, inner: &mut Inner<T>) -> BTreeSet<u64> {
        let base = self.base.checkpoint.iter().flat_map(|base| base.parts.iter().chain(&base.segments));
        let base: BTreeSet<u64> = base.map(|segment| segment.number()).collect();
        let aside: BTreeSet<u64> = self
            .aside
            .iter()
            .flat_map(|aside| aside.segments.iter().copied().chain([aside.records.number]))
            .collect();
        let mut unused = BTreeSet::new();
        for (number, raw) in &self.shelf.raw {
            let seq = self.bodies.get(number).copied();
            let given = base.contains(number) || seq.is_some();
            if given || aside.contains(number) {
                inner.segments.insert(*number, Kept { len: raw.len(), given, seq });
            } else {
                unused.insert(*number);
            }
        }
        unused
    }

    /// Moves the damaged record and all that follow it out of the way, with the segments that they may need.
    fn set_aside<T>(
        &mut self,
        inner: &mut Inner<T>,
        epoch: u64,
        broken: Damage,
        unused: BTreeSet<u64>,
    ) -> Vec<Damage> {
        let mut damaged = Vec::new();
        let mut records = BytesMut::new();
        let mut drops = Vec::new();
        if self.found.iter().all(|found| found.seq != broken.seq) {
            damaged.push(broken.clone());
        }
        for found in self.found.iter().filter(|found| found.seq >= broken.seq) {
            if Some(found.seq) == self.base.seq {
                continue;
            }
            records.extend_from_slice(&found.bytes);
            drops.push(found.seq);
            let what = match &found.says {
                _ if found.seq == broken.seq => broken.what.clone(),
                Err(what) => (*what).to_owned(),
                Ok(_) => format!("it is intact and follows record {}, which is not", broken.seq),
            };
            damaged.push(Damage { seq: found.seq, what });
        }
        let records = records.freeze();
        let number = inner.take_segment();
        for unused in &unused {
            let len = self.shelf.raw.get(unused).map_or(0, |raw| raw.len());
            inner.segments.insert(*unused, Kept { len, given: false, seq: None });
        }
        self.aside.push(Aside {
            seq: broken.seq,
            what: broken.what,
            records: SegmentInfo::of(number, std::slice::from_ref(&records)),
            segments: unused.into_iter().collect(),
        });
        let head = SetAsideHead { from: broken.seq, all: self.aside.clone() };
        let work = Work::SetAside { drops, number, records };
        inner.filling.recorded += 1;
        inner.push(epoch, RecordKind::SetAside, &serialised(&head), work);
        damaged
    }
}

/// The whole state that holds most. A snapshot that cannot be read is marked as damaged.
fn find_base<S: DeserializeOwned>(found: &mut [Found]) -> Base<S> {
    let mut base = Base { seq: None, covers: 0, snapshot: None, checkpoint: None, aside: Vec::new() };
    for found in found {
        let seq = Some(found.seq);
        match &mut found.says {
            Ok(Says::Snapshot) => match postcard::from_bytes(&found.bytes[HEADER_LEN..]) {
                Ok(snapshot) => {
                    let (covers, snapshot) = (found.seq, Some(snapshot));
                    base = Base { seq, covers, snapshot, checkpoint: None, aside: Vec::new() };
                }
                Err(_) => found.says = Err(UNREADABLE),
            },
            Ok(Says::Checkpoint(covers, checkpoint, aside)) if *covers >= base.covers => {
                let (covers, aside) = (*covers, std::mem::take(aside));
                let parts = std::mem::take(&mut checkpoint.parts);
                let segments = std::mem::take(&mut checkpoint.segments);
                let checkpoint = Some(RecoveredCheckpoint { parts, segments });
                base = Base { seq, covers, snapshot: None, checkpoint, aside };
            }
            _ => {}
        }
    }
    base
}

/// The first place of the range that is not excused.
fn missing(places: Range<u64>, excused: &[Range<u64>]) -> Option<u64> {
    let mut seq = places.start;
    while seq < places.end {
        match excused.iter().find(|range| range.contains(&seq)) {
            Some(range) => seq = range.end,
            None => return Some(seq),
        }
    }
    None
}
