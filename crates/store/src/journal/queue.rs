//! What is recorded and not durable yet: the batch that is filled, and the sealed ones, each with its place.

use std::collections::{BTreeSet, VecDeque};

use bytes::Bytes;
use futures_channel::oneshot;
use serde::Serialize;

use crate::SegmentInfo;
use crate::journal::kept::{Records, Segments};
use crate::record::{self, Aside, RecordKind};

/// Everything that a journal knows while it is open.
pub(super) struct Inner<T> {
    /// The sequence number of the next record.
    pub(super) next_seq: u64,
    /// The number of the next segment.
    pub(super) next_segment: u64,
    pub(super) filling: Filling<T>,
    /// Sealed batches that are not durable, the oldest first. What is sealed does not change any more: it keeps its
    /// sequence number through every attempt, so writing it twice is writing it once.
    pub(super) queue: VecDeque<Sealed<T>>,
    /// How many of them, from the front, are in the commit under way; none while there is no commit.
    pub(super) underway: usize,
    /// How much of what was ever recorded is durable.
    pub(super) durable: u64,
    pub(super) waiters: Vec<oneshot::Sender<()>>,
    /// Segments that are durable and whose bodies nobody has taken.
    pub(super) committed: VecDeque<(SegmentInfo, Vec<Body<T>>)>,
    pub(super) segments: Segments,
    /// What no record speaks of and the next commit drops.
    pub(super) leftovers: Leftovers,
    pub(super) aside: Vec<Aside>,
    /// The last sequence number that a recorded whole state holds.
    pub(super) replaced: u64,
    pub(super) since_checkpoint: Records,
}

/// The batch that is filled now.
pub(super) struct Filling<T> {
    entries: Vec<u8>,
    bodies: Vec<Body<T>>,
    bodies_len: u64,
    /// Whether there is an entry, be it of no bytes.
    filled: bool,
    /// How many things were ever recorded.
    pub(super) recorded: u64,
}

/// A body that lies apart from its entry.
pub(super) struct Body<T> {
    pub(super) tag: T,
    pub(super) bytes: Bytes,
    pub(super) at: u64,
}

/// A batch that waits for its commit.
pub(super) struct Sealed<T> {
    pub(super) seq: u64,
    pub(super) record: Bytes,
    /// How many things were recorded until it was sealed.
    pub(super) upto: u64,
    pub(super) apart: Option<(SegmentInfo, Vec<Body<T>>)>,
    pub(super) work: Work,
}

/// What a commit does besides writing the record.
pub(super) enum Work {
    /// Nothing.
    Add,
    /// The records up to this one go, and these segments.
    Replace { covers: u64, drops: BTreeSet<u64> },
    /// These records go into a segment of this number.
    SetAside { drops: Vec<u64>, number: u64, records: Bytes },
}

/// What no record speaks of: of engines that ended, and of attempts that failed.
#[derive(Default)]
pub(super) struct Leftovers {
    pub(super) segments: BTreeSet<u64>,
    pub(super) records_below: Option<u64>,
}

impl<T> Filling<T> {
    pub(super) fn new() -> Self {
        Self { entries: Vec::new(), bodies: Vec::new(), bodies_len: 0, filled: false, recorded: 0 }
    }

    pub(super) fn push<E: Serialize>(&mut self, entry: &E) {
        let entries = std::mem::take(&mut self.entries);
        // Writing into a growing vector cannot fail, and the entry types have no unserialisable parts.
        self.entries = postcard::to_extend(entry, entries).expect("a journal entry serialises");
        self.filled = true;
    }

    pub(super) fn push_body(&mut self, bytes: Bytes, tag: T) -> u64 {
        let at = self.bodies_len;
        self.bodies_len += bytes.len() as u64;
        self.bodies.push(Body { tag, bytes, at });
        at
    }

    pub(super) fn bytes(&self) -> usize {
        self.entries.len() + self.bodies_len as usize
    }
}

impl<T> Sealed<T> {
    pub(super) fn bytes(&self) -> usize {
        self.record.len() + self.apart.as_ref().map_or(0, |(info, _)| info.len as usize)
    }
}

impl<T> Inner<T> {
    pub(super) fn new() -> Self {
        Self {
            next_seq: 1,
            next_segment: 1,
            filling: Filling::new(),
            queue: VecDeque::new(),
            underway: 0,
            durable: 0,
            waiters: Vec::new(),
            committed: VecDeque::new(),
            segments: Segments::default(),
            leftovers: Leftovers::default(),
            aside: Vec::new(),
            replaced: 0,
            since_checkpoint: Records::default(),
        }
    }

    /// How many things were ever recorded.
    pub(super) fn recorded(&self) -> u64 {
        self.filling.recorded
    }

    /// Ends the batch that is filled now, if there is anything in it.
    pub(super) fn seal(&mut self, epoch: u64) {
        if !self.filling.filled {
            return;
        }
        let recorded = self.filling.recorded;
        let filled = std::mem::replace(&mut self.filling, Filling { recorded, ..Filling::new() });
        let (entries, bodies) = (filled.entries, filled.bodies);
        if bodies.is_empty() {
            self.push(epoch, RecordKind::Entries, &entries, Work::Add);
            return;
        }
        let pieces: Vec<Bytes> = bodies.iter().map(|body| body.bytes.clone()).collect();
        let info = SegmentInfo::of(self.take_segment(), &pieces);
        let mut payload = super::serialised(&info);
        payload.extend_from_slice(&entries);
        self.push(epoch, RecordKind::EntriesApart, &payload, Work::Add);
        if let Some(sealed) = self.queue.back_mut() {
            sealed.apart = Some((info, bodies));
        }
    }

    /// Gives a record its place.
    pub(super) fn push(&mut self, epoch: u64, kind: RecordKind, payload: &[u8], work: Work) {
        let seq = self.next_seq;
        self.next_seq += 1;
        if let Work::Replace { covers, .. } = &work {
            self.replaced = *covers;
        }
        let record = record::encode(kind, epoch, seq, payload).into();
        self.queue.push_back(Sealed { seq, record, upto: self.filling.recorded, apart: None, work });
    }

    pub(super) fn take_segment(&mut self) -> u64 {
        self.next_segment += 1;
        self.next_segment - 1
    }

    /// Forgets what waits and is in no commit, and gives the segments that it was going to drop.
    pub(super) fn discard_waiting(&mut self) -> BTreeSet<u64> {
        self.filling = Filling { recorded: self.filling.recorded, ..Filling::new() };
        let mut drops = BTreeSet::new();
        for sealed in self.queue.split_off(self.underway) {
            match sealed.work {
                Work::SetAside { .. } => self.queue.push_back(sealed),
                Work::Replace { drops: dropped, .. } => drops.extend(dropped),
                // An attempt that failed may have left it.
                Work::Add => self.leftovers.segments.extend(sealed.apart.map(|(info, _)| info.number)),
            }
        }
        drops
    }

    /// Gives a committed segment's bodies to the caller; none where somebody was faster.
    pub(super) fn give(&mut self, number: u64) -> Vec<Body<T>> {
        if self.committed.front().is_none_or(|(info, _)| info.number != number) {
            return Vec::new();
        }
        self.segments.give(number);
        self.committed.pop_front().map_or_else(Vec::new, |(_, bodies)| bodies)
    }
}
