//! What the store holds, with sums: they are asked for with every request.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

/// What is known of a segment in the store.
pub(super) struct Kept {
    pub(super) len: u64,
    /// Whether the caller ever had it in hand: only then it can know that it does not need it.
    pub(super) given: bool,
    /// The record that needs it, if it is one of entries.
    pub(super) seq: Option<u64>,
}

/// Every segment in the store that is not to be dropped, by its number.
#[derive(Default)]
pub(super) struct Segments {
    kept: BTreeMap<u64, Kept>,
    bytes: u64,
}

impl Segments {
    pub(super) fn insert(&mut self, number: u64, kept: Kept) {
        self.bytes += kept.len;
        if let Some(before) = self.kept.insert(number, kept) {
            self.bytes -= before.len;
        }
    }

    /// From now on these are as good as dropped: nobody may refer to them any more.
    pub(super) fn forget(&mut self, numbers: &BTreeSet<u64>) {
        for number in numbers {
            self.bytes -= self.kept.remove(number).map_or(0, |kept| kept.len);
        }
    }

    pub(super) fn contains(&self, number: u64) -> bool {
        self.kept.contains_key(&number)
    }

    /// The caller has this one in hand.
    pub(super) fn give(&mut self, number: u64) {
        if let Some(kept) = self.kept.get_mut(&number) {
            kept.given = true;
        }
    }

    /// The segments that the caller had in hand, each with the record of entries that needs it.
    pub(super) fn given(&self) -> impl Iterator<Item = (u64, Option<u64>)> {
        self.kept.iter().filter(|(_, kept)| kept.given).map(|(number, kept)| (*number, kept.seq))
    }

    pub(super) fn bytes(&self) -> u64 {
        self.bytes
    }
}

/// The durable records of entries after the last checkpoint, in order, and their lengths.
#[derive(Default)]
pub(super) struct Records {
    lens: VecDeque<(u64, usize)>,
    bytes: usize,
}

impl Records {
    pub(super) fn add(&mut self, seq: u64, len: usize) {
        self.lens.push_back((seq, len));
        self.bytes += len;
    }

    /// A checkpoint holds those up to this one.
    pub(super) fn forget(&mut self, covers: u64) {
        while let Some((_, len)) = self.lens.front().filter(|(seq, _)| *seq <= covers) {
            self.bytes -= len;
            self.lens.pop_front();
        }
    }

    pub(super) fn bytes(&self) -> usize {
        self.bytes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_follow_what_comes_and_goes() {
        let mut segments = Segments::default();
        for (number, len) in [(1, 10), (2, 20), (2, 5)] {
            segments.insert(number, Kept { len, given: false, seq: None });
        }
        assert_eq!(segments.bytes(), 15);
        segments.forget(&BTreeSet::from([1, 7]));
        assert_eq!((segments.bytes(), segments.contains(1)), (5, false));

        let mut records = Records::default();
        for (seq, len) in [(3, 100), (5, 10), (6, 1)] {
            records.add(seq, len);
        }
        records.forget(5);
        assert_eq!(records.bytes(), 1);
    }
}
