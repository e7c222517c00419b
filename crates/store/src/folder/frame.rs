//! One commit in a log: whole or, after a crash in the middle of its writing, nothing.

use bytes::Bytes;
use serde::{Deserialize, Serialize};

use crate::Commit;

/// The first bytes of every frame.
const MAGIC: [u8; 4] = *b"SSBF";
/// Bytes before the head: mark, length of the head, length of the records, checksum of all but the mark.
const PREFIX_LEN: usize = 20;

/// What a commit does to the records.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Head {
    pub(super) drop_records_below: Option<u64>,
    pub(super) drop_records: Vec<u64>,
    /// Sequence numbers and lengths of the records that follow the head.
    records: Vec<(u64, u64)>,
}

/// A frame that was read.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Frame {
    pub(super) head: Head,
    pub(super) records: Vec<(u64, Bytes)>,
}

/// What comes next in a log.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Next {
    Frame(Frame),
    /// Nothing, or what a crash left of a frame.
    End,
    /// Something that is no frame and was one, or never, and what comes after it.
    Damaged(Bytes),
}

impl Head {
    pub(super) fn of(commit: &Commit) -> Self {
        Self {
            drop_records_below: commit.drop_records_below,
            drop_records: commit.drop_records.clone(),
            records: commit.records.iter().map(|(seq, bytes)| (*seq, bytes.len() as u64)).collect(),
        }
    }

    /// Whether there is anything to be noted.
    pub(super) fn touches_records(&self) -> bool {
        !self.records.is_empty() || self.drop_records_below.is_some() || !self.drop_records.is_empty()
    }

    /// Whether a record that was there before goes.
    pub(super) fn drops(&self, seq: u64) -> bool {
        self.drop_records_below.is_some_and(|first_kept| seq < first_kept) || self.drop_records.contains(&seq)
    }
}

/// A commit as it is appended to a log.
pub(super) fn encode(head: &Head, records: &[(u64, Bytes)]) -> Vec<Bytes> {
    // Writing numbers into a growing vector cannot fail.
    let head = postcard::to_stdvec(head).expect("a frame's head serialises");
    let len: u64 = records.iter().map(|(_, bytes)| bytes.len() as u64).sum();
    let mut prefix = MAGIC.to_vec();
    prefix.extend((head.len() as u32).to_le_bytes());
    prefix.extend(len.to_le_bytes());
    let mut sum = crc32fast::Hasher::new();
    sum.update(&prefix[4..]);
    sum.update(&head);
    records.iter().for_each(|(_, bytes)| sum.update(bytes));
    prefix.extend(sum.finalize().to_le_bytes());
    prefix.extend(head);
    [Bytes::from(prefix)].into_iter().chain(records.iter().map(|(_, bytes)| bytes.clone())).collect()
}

/// Takes the next frame off a log.
pub(super) fn take(log: &mut Bytes) -> Next {
    let all = log.clone();
    if log.len() < PREFIX_LEN {
        log.clear();
        return Next::End;
    }
    let head_len = u32::from_le_bytes([log[4], log[5], log[6], log[7]]) as u64;
    let mut len = [0; 8];
    len.copy_from_slice(&log[8..16]);
    let end = (PREFIX_LEN as u64).saturating_add(head_len).saturating_add(u64::from_le_bytes(len));
    if all[..4] != MAGIC || end > log.len() as u64 {
        // A crash leaves a beginning, or room that was never written.
        let is_cut_off = all[..4] == MAGIC || all.iter().all(|byte| *byte == 0);
        log.clear();
        return if is_cut_off { Next::End } else { Next::Damaged(all) };
    }
    let frame = log.split_to(end as usize);
    let mut sum = crc32fast::Hasher::new();
    sum.update(&frame[4..16]);
    sum.update(&frame[PREFIX_LEN..]);
    if sum.finalize().to_le_bytes() != frame[16..20] {
        // Of the last frame its end may be missing although the file is long enough.
        return if log.is_empty() { Next::End } else { Next::Damaged(all) };
    }
    let head_end = PREFIX_LEN + head_len as usize;
    let Ok(head) = postcard::from_bytes::<Head>(&frame[PREFIX_LEN..head_end]) else {
        return Next::Damaged(all);
    };
    let mut rest = frame.slice(head_end..);
    let mut records = Vec::with_capacity(head.records.len());
    for (seq, len) in &head.records {
        if *len > rest.len() as u64 {
            return Next::Damaged(all);
        }
        records.push((*seq, rest.split_to(*len as usize)));
    }
    Next::Frame(Frame { head, records })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn commit(records: &[(u64, &'static [u8])]) -> Commit {
        let records = records.iter().map(|(seq, bytes)| (*seq, Bytes::from_static(bytes))).collect();
        Commit { drop_records_below: Some(3), records, ..Commit::default() }
    }

    fn bytes_of(commit: &Commit) -> Vec<u8> {
        encode(&Head::of(commit), &commit.records).concat()
    }

    #[test]
    fn frames_come_back_in_order_and_a_torn_one_not_at_all() {
        let (first, second) = (commit(&[(1, b"one"), (2, b"")]), commit(&[(3, b"three")]));
        let whole = [bytes_of(&first), bytes_of(&second)].concat();
        let first_len = bytes_of(&first).len();
        for len in 0..=whole.len() {
            let mut log = Bytes::copy_from_slice(&whole[..len]);
            let mut found = Vec::new();
            while let Next::Frame(frame) = take(&mut log) {
                assert_eq!(frame.head.drop_records_below, Some(3));
                found.extend(frame.records.into_iter().map(|(seq, _)| seq));
            }
            let wanted: &[u64] = match len {
                len if len == whole.len() => &[1, 2, 3],
                len if len >= first_len => &[1, 2],
                _ => &[],
            };
            assert_eq!(found, wanted, "{len}");
        }
    }

    #[test]
    fn a_damaged_frame_before_others_is_told() {
        let frame = bytes_of(&commit(&[(1, b"one")]));
        for at in 0..frame.len() {
            let mut log = [&frame[..], &frame].concat();
            log[at] ^= 1;
            let next = take(&mut Bytes::from(log));
            assert!(!matches!(next, Next::Frame(_)), "{at}: {next:?}");
        }
    }
}
