//! Commits under way. Each is a guard: dropped without success, failed or abandoned, it leaves the journal as if it
//! had not begun, but for what may be in the store all the same.

use crate::Commit;
use crate::journal::Journal;
use crate::journal::kept::Kept;
use crate::journal::queue::{Leftovers, Work};

/// The commit of batches. When it does not succeed they stay at the head of the queue, under the same sequence
/// numbers, and whoever waited is woken.
pub(super) struct UnderWay<'a, T> {
    journal: &'a Journal<T>,
    /// What it drops; given back when it fails.
    leftovers: Leftovers,
    succeeded: bool,
}

impl<'a, T> UnderWay<'a, T> {
    pub(super) fn begin(journal: &'a Journal<T>) -> (Self, Commit) {
        let mut inner = journal.inner();
        inner.seal(journal.epoch);
        let leftovers = std::mem::take(&mut inner.leftovers);
        let mut commit = Commit {
            epoch: journal.epoch,
            drop_records_below: leftovers.records_below,
            drop_segments: leftovers.segments.iter().copied().collect(),
            ..Commit::default()
        };
        let mut taken = 0;
        for sealed in &inner.queue {
            match &sealed.work {
                Work::Add => {}
                // A whole state opens a commit: the records that it replaces are durable before it.
                Work::Replace { .. } if taken > 0 => break,
                Work::Replace { covers, drops } => {
                    commit.drop_records_below = Some(covers + 1);
                    commit.drop_segments.extend(drops);
                }
                Work::SetAside { drops, number, records } => {
                    commit.drop_records.extend(drops);
                    commit.segments.push((*number, vec![records.clone()]));
                }
            }
            commit.records.push((sealed.seq, sealed.record.clone()));
            if let Some((info, bodies)) = &sealed.apart {
                commit.segments.push((info.number, bodies.iter().map(|body| body.bytes.clone()).collect()));
            }
            taken += 1;
        }
        inner.underway = taken;
        drop(inner);
        (Self { journal, leftovers, succeeded: false }, commit)
    }

    pub(super) fn succeeded(&mut self) {
        self.succeeded = true;
        let inner = &mut *self.journal.inner();
        for sealed in inner.queue.drain(..inner.underway) {
            inner.durable = sealed.upto;
            match &sealed.work {
                Work::Add => inner.since_checkpoint.add(sealed.seq, sealed.record.len()),
                Work::Replace { covers, .. } => inner.since_checkpoint.forget(*covers),
                Work::SetAside { number, records, .. } => {
                    let len = records.len() as u64;
                    inner.segments.insert(*number, Kept { len, given: false, seq: None });
                }
            }
            if let Some((info, bodies)) = sealed.apart {
                let kept = Kept { len: info.len, given: false, seq: Some(sealed.seq) };
                inner.segments.insert(info.number, kept);
                inner.committed.push_back((info, bodies));
            }
        }
    }
}

impl<T> Drop for UnderWay<'_, T> {
    fn drop(&mut self) {
        let mut inner = self.journal.inner();
        inner.underway = 0;
        if !self.succeeded {
            let Leftovers { segments, records_below } = std::mem::take(&mut self.leftovers);
            inner.leftovers.segments.extend(segments);
            inner.leftovers.records_below = records_below;
        }
        for waiter in inner.waiters.drain(..) {
            let _gone = waiter.send(());
        }
    }
}

/// The commit of one segment. When it does not succeed, the next commit drops what may be there of it.
pub(super) struct Staged<'a, T> {
    journal: &'a Journal<T>,
    number: u64,
    kept: Option<Kept>,
}

impl<'a, T> Staged<'a, T> {
    pub(super) fn begin(journal: &'a Journal<T>) -> Self {
        Self { journal, number: journal.inner().take_segment(), kept: None }
    }

    pub(super) fn number(&self) -> u64 {
        self.number
    }

    pub(super) fn succeeded(&mut self, len: u64) {
        self.kept = Some(Kept { len, given: true, seq: None });
    }
}

impl<T> Drop for Staged<'_, T> {
    fn drop(&mut self) {
        let mut inner = self.journal.inner();
        match self.kept.take() {
            Some(kept) => inner.segments.insert(self.number, kept),
            None => drop(inner.leftovers.segments.insert(self.number)),
        }
    }
}
