//! The format of one record: 32 bytes of header, then the payload. All numbers are little-endian.
//!
//! `docs/journal-format.md` draws it byte by byte, and a test below holds that drawing to this code.

use serde::{Deserialize, Serialize};

use crate::{SegmentInfo, StoreError};

/// The first four bytes of every record.
pub const MAGIC: [u8; 4] = *b"SSBJ";
/// The version of the format that this code writes. It reads this one and all before it.
pub const VERSION: u16 = 2;
/// Bytes before the payload.
pub const HEADER_LEN: usize = 32;

/// What the payload holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RecordKind {
    /// Entries that follow one another, each in postcard's encoding.
    Entries = 0,
    /// One whole state, which replaces all that came before.
    Snapshot = 1,
    /// Since version 2: a [`SegmentInfo`], then entries whose bodies lie in that segment.
    EntriesApart = 2,
    /// Since version 2: a [`CheckpointHead`].
    Checkpoint = 3,
    /// Since version 2: a [`SetAsideHead`].
    SetAside = 4,
}

/// A whole state in pieces. It replaces the records up to one that lies before it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CheckpointHead {
    /// The last sequence number that the state holds. Records after it are still to be applied, also those that
    /// were written before the checkpoint itself.
    pub covers: u64,
    /// The state: segments whose contents, in this order, are the business of the crate above.
    pub parts: Vec<SegmentInfo>,
    /// Every other segment that the state refers to.
    pub segments: Vec<SegmentInfo>,
    /// What is still set aside.
    pub aside: Vec<Aside>,
}

/// Says that records are not in their places any more.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SetAsideHead {
    /// The first sequence number that is missing; the others follow, up to this record itself.
    pub from: u64,
    /// Everything that is set aside, also by earlier records of this kind.
    pub all: Vec<Aside>,
}

/// A damaged record and all that followed it, kept out of the way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Aside {
    /// The sequence number of the damaged record.
    pub seq: u64,
    /// What does not fit.
    pub what: String,
    /// A segment that holds the records as they were found, one after the other.
    pub records: SegmentInfo,
    /// Segments that only those records may need.
    pub segments: Vec<u64>,
}

/// A record, taken apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record<'a> {
    /// What the payload holds.
    pub kind: RecordKind,
    /// The epoch of the engine that wrote it.
    pub epoch: u64,
    /// Its place in the journal, counted from 1.
    pub seq: u64,
    /// The contents.
    pub payload: &'a [u8],
}

/// Packs a payload into a record.
pub fn encode(kind: RecordKind, epoch: u64, seq: u64, payload: &[u8]) -> Vec<u8> {
    encode_as(VERSION, kind, epoch, seq, payload)
}

fn encode_as(version: u16, kind: RecordKind, epoch: u64, seq: u64, payload: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(HEADER_LEN + payload.len());
    bytes.extend_from_slice(&MAGIC);
    bytes.extend_from_slice(&version.to_le_bytes());
    bytes.extend_from_slice(&[kind as u8, 0]);
    bytes.extend_from_slice(&epoch.to_le_bytes());
    bytes.extend_from_slice(&seq.to_le_bytes());
    bytes.extend_from_slice(&(payload.len() as u32).to_le_bytes());
    bytes.extend_from_slice(&checksum(&bytes, payload).to_le_bytes());
    bytes.extend_from_slice(payload);
    bytes
}

/// Takes a record apart, and refuses one that is damaged or of a later version.
///
/// # Errors
/// [`StoreError::Damaged`] names what does not fit; [`StoreError::Version`] a whole record of a later version.
pub fn decode(bytes: &[u8]) -> Result<Record<'_>, StoreError> {
    let damaged = |seq, what| StoreError::Damaged { seq, what };
    if bytes.len() < HEADER_LEN {
        return Err(damaged(0, "it is shorter than a header"));
    }
    let (header, payload) = bytes.split_at(HEADER_LEN);
    let seq = u64::from_le_bytes(field(header, 16));
    if header[..4] != MAGIC {
        return Err(damaged(seq, "it does not begin with the mark of a journal record"));
    }
    if u32::from_le_bytes(field(header, 24)) as usize != payload.len() {
        return Err(damaged(seq, "its length does not match its header"));
    }
    // Every version has its checksum here: a flipped bit in the version is damage, and no later version.
    if u32::from_le_bytes(field(header, 28)) != checksum(&header[..28], payload) {
        return Err(damaged(seq, "its checksum does not match"));
    }
    let kind = match (u16::from_le_bytes(field(header, 4)), header[6]) {
        (1 | 2, 0) => RecordKind::Entries,
        (1 | 2, 1) => RecordKind::Snapshot,
        (2, 2) => RecordKind::EntriesApart,
        (2, 3) => RecordKind::Checkpoint,
        (2, 4) => RecordKind::SetAside,
        (found, _) if found > VERSION => return Err(StoreError::Version { found, known: VERSION }),
        _ => return Err(damaged(seq, "its kind is unknown")),
    };
    Ok(Record { kind, epoch: u64::from_le_bytes(field(header, 8)), seq, payload })
}

/// CRC-32 over the header up to the checksum, then the payload.
fn checksum(header: &[u8], payload: &[u8]) -> u32 {
    let mut hasher = crc32fast::Hasher::new();
    hasher.update(header);
    hasher.update(payload);
    hasher.finalize()
}

fn field<const N: usize>(header: &[u8], at: usize) -> [u8; N] {
    let mut bytes = [0; N];
    bytes.copy_from_slice(&header[at..at + N]);
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_comes_back_as_it_was() {
        let bytes = encode(RecordKind::Snapshot, 3, 9, b"payload");
        let record = decode(&bytes).unwrap();
        assert_eq!(record, Record { kind: RecordKind::Snapshot, epoch: 3, seq: 9, payload: b"payload" });
    }

    #[test]
    fn every_flipped_bit_is_found() {
        let bytes = encode(RecordKind::Entries, 1, 2, b"ab");
        for bit in 0..bytes.len() * 8 {
            let mut damaged = bytes.clone();
            damaged[bit / 8] ^= 1 << (bit % 8);
            let found = decode(&damaged);
            assert!(
                matches!(found, Err(StoreError::Damaged { .. })),
                "bit {bit} was flipped: {found:?} is no damage"
            );
        }
        for len in 0..bytes.len() {
            assert!(decode(&bytes[..len]).is_err(), "{len} bytes passed for a whole record");
        }
    }

    #[test]
    fn every_kind_is_read_back_in_the_versions_that_have_it() {
        for (kind, first_version) in [
            (RecordKind::Entries, 1),
            (RecordKind::Snapshot, 1),
            (RecordKind::EntriesApart, 2),
            (RecordKind::Checkpoint, 2),
            (RecordKind::SetAside, 2),
        ] {
            for version in 1..=VERSION {
                let bytes = encode_as(version, kind, 1, 2, b"payload");
                let found = decode(&bytes).ok().map(|record| record.kind);
                assert_eq!(
                    found,
                    (version >= first_version).then_some(kind),
                    "{kind:?} in version {version}"
                );
            }
        }
    }

    #[test]
    fn the_drawings_in_the_docs_are_this_format() {
        fn packed(head: &impl Serialize) -> Vec<u8> {
            postcard::to_stdvec(head).unwrap()
        }
        let body = SegmentInfo::of(5, &[b"body".as_slice().into()]);
        let apart = [packed(&body), b"hi".to_vec()].concat();
        let part = SegmentInfo::of(6, &[b"state".as_slice().into()]);
        let (parts, segments) = (vec![part.clone()], vec![body]);
        let checkpoint = CheckpointHead { covers: 7, parts, segments, aside: Vec::new() };
        let all = vec![Aside { seq: 3, what: "gone".into(), records: part, segments: vec![4] }];
        let set_aside = SetAsideHead { from: 3, all };
        let examples = [
            encode_as(1, RecordKind::Entries, 1, 2, b"hi"),
            encode(RecordKind::Entries, 1, 2, b"hi"),
            encode(RecordKind::EntriesApart, 1, 3, &apart),
            encode(RecordKind::Checkpoint, 1, 9, &packed(&checkpoint)),
            encode(RecordKind::SetAside, 2, 10, &packed(&set_aside)),
        ];
        let docs = include_str!("../../../docs/journal-format.md");
        for example in examples {
            let hex: Vec<String> = example.iter().map(|byte| format!("{byte:02x}")).collect();
            let lines: Vec<String> = hex.chunks(8).map(|line| line.join(" ")).collect();
            let drawing = format!("```text\n{}\n```", lines.join("\n"));
            assert!(docs.contains(&drawing), "docs/journal-format.md lacks\n{drawing}");
        }
    }
}
