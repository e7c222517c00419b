//! Contents against the plain way of keeping them, and what they must not cost.

use std::collections::BTreeSet;
use std::sync::Arc;

use proptest::prelude::*;

use super::*;
use crate::{Source, Stored};

/// The plain way: all bytes in a row, and the set of blocks that were written.
#[derive(Debug, Default)]
struct Plain {
    bytes: Vec<u8>,
    blocks: BTreeSet<u64>,
}

impl Plain {
    fn write(&mut self, offset: u64, data: &[u8]) {
        let end = offset as usize + data.len();
        if data.is_empty() {
            return;
        }
        self.bytes.resize(self.bytes.len().max(end), 0);
        self.bytes[offset as usize..end].copy_from_slice(data);
        self.blocks.extend(offset / BLOCK_SIZE..=(end as u64 - 1) / BLOCK_SIZE);
    }

    fn allocate(&mut self, offset: u64, end: u64) {
        self.bytes.resize(self.bytes.len().max(end as usize), 0);
        self.blocks.extend(offset / BLOCK_SIZE..=(end - 1) / BLOCK_SIZE);
    }

    fn reserve(&mut self, offset: u64, end: u64) {
        self.blocks.extend(offset / BLOCK_SIZE..=(end - 1) / BLOCK_SIZE);
    }

    fn punch(&mut self, offset: u64, end: u64) {
        let inside = |at: usize| at.min(self.bytes.len());
        let (from, to) = (inside(offset as usize), inside(end as usize));
        self.bytes[from..to].fill(0);
        self.blocks.retain(|block| block * BLOCK_SIZE < offset || (block + 1) * BLOCK_SIZE > end);
    }

    fn is_data(&self, at: u64) -> bool {
        self.blocks.contains(&(at / BLOCK_SIZE))
    }

    fn truncate(&mut self, size: u64) {
        if size <= self.bytes.len() as u64 {
            self.blocks.retain(|block| block * BLOCK_SIZE < size);
        }
        self.bytes.resize(size as usize, 0);
    }
}

#[derive(Clone, Debug)]
enum Step {
    Write(u64, Bytes),
    Append(Bytes),
    Truncate(u64),
    Allocate(u64, u64),
    Reserve(u64, u64),
    Punch(u64, u64),
    ReadWhole,
    Share,
    /// All is stored; what lies before the place leaves the memory.
    Store(u64),
}

/// A source in memory, which may be broken.
#[derive(Debug)]
pub(crate) struct TestSource {
    pub(crate) bytes: Bytes,
    pub(crate) is_broken: bool,
}

impl Source for TestSource {
    fn number(&self) -> u64 {
        self.bytes.as_ptr() as u64
    }

    fn read(&self, at: u64, len: u64) -> Result<Bytes, Errno> {
        if self.is_broken { Err(Errno::EIO) } else { Ok(self.bytes.slice(at as usize..(at + len) as usize)) }
    }
}

fn store(content: &mut Content, unloaded: u64, is_broken: bool) {
    for (start, piece) in content.data() {
        // Something else comes before it in the source.
        let bytes: Bytes = [&[9; 3], &piece.bytes().unwrap()[..]].concat().into();
        let len = bytes.len() as u64;
        let stored = Stored::new(Arc::new(TestSource { bytes, is_broken }), 0, len).slice(3, len);
        content.resettle(start, &piece, |at, part| {
            let stored = stored.slice(at, at + part.len());
            Some(match part.memory().filter(|_| start >= unloaded) {
                Some(bytes) => Piece::Both(bytes.clone(), stored),
                None => Piece::Stored(stored),
            })
        });
    }
}

fn data() -> impl Strategy<Value = Bytes> {
    let len = prop_oneof![4 => 0..50usize, 2 => 4000..9000usize, 1 => 60_000..200_000usize];
    (len, 1..=255u8).prop_map(|(len, fill)| vec![fill; len].into())
}

fn place() -> impl Strategy<Value = u64> {
    let edges =
        (0..60u64, -2..=2i64).prop_map(|(block, near)| (block * BLOCK_SIZE).saturating_add_signed(near));
    prop_oneof![edges, 0..300_000u64]
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        4 => (place(), data()).prop_map(|(offset, data)| Step::Write(offset, data)),
        4 => data().prop_map(Step::Append),
        2 => place().prop_map(Step::Truncate),
        2 => (place(), 1..600_000u64).prop_map(|(offset, len)| Step::Allocate(offset, len)),
        2 => (place(), 1..600_000u64).prop_map(|(offset, len)| Step::Reserve(offset, len)),
        2 => (place(), 1..60_000u64).prop_map(|(offset, len)| Step::Punch(offset, len)),
        1 => Just(Step::ReadWhole),
        1 => Just(Step::Share),
        2 => place().prop_map(Step::Store),
    ]
}

fn check(steps: &[Step]) -> Result<(), TestCaseError> {
    let mut content = Content::empty();
    let mut plain = Plain::default();
    let mut kept = Vec::new();
    for step in steps {
        match step {
            Step::Write(offset, data) => {
                let fresh = content.new_blocks(*offset, data.len() as u64);
                let before = content.blocks();
                content.write(*offset, &data.clone().into()).unwrap();
                plain.write(*offset, data);
                prop_assert_eq!(content.blocks(), before + fresh);
            }
            Step::Append(data) => {
                let end = plain.bytes.len() as u64;
                content.write(end, &data.clone().into()).unwrap();
                plain.write(end, data);
            }
            Step::Allocate(offset, len) => {
                content.allocate(*offset, offset + len, Growth::Grows);
                plain.allocate(*offset, offset + len);
            }
            Step::Reserve(offset, len) => {
                content.allocate(*offset, offset + len, Growth::Stays);
                plain.reserve(*offset, offset + len);
            }
            Step::Punch(offset, len) => {
                content.punch(*offset, offset + len).unwrap();
                plain.punch(*offset, offset + len);
            }
            Step::Truncate(size) => {
                content.truncate(*size);
                plain.truncate(*size);
            }
            Step::ReadWhole => prop_assert_eq!(&content.read_whole().unwrap()[..], &plain.bytes[..]),
            // A copy that shares memory must not see what is written later.
            Step::Store(unloaded) => store(&mut content, *unloaded, false),
            Step::Share => kept.push((content.clone(), plain.bytes.clone())),
        }
        prop_assert_eq!(content.len(), plain.bytes.len() as u64);
        prop_assert_eq!(content.blocks(), plain.blocks.len() as u64);
        let held = content.data().into_iter().filter(|(_, piece)| piece.memory().is_some());
        prop_assert_eq!(content.held_blocks(), held.map(|(_, piece)| blocks_of(piece.len())).sum::<u64>());
    }
    prop_assert!(content.read(0, u64::MAX).unwrap() == plain.bytes);
    for (copy, bytes) in kept {
        prop_assert!(copy.read(0, u64::MAX).unwrap() == bytes);
    }
    for at in (0..plain.bytes.len() as u64 + 2).step_by(9_973) {
        let edges = (at / BLOCK_SIZE + 1..).map(|block| block * BLOCK_SIZE);
        let places: Vec<u64> =
            [at].into_iter().chain(edges.take(400)).filter(|at| *at < content.len()).collect();
        let first = |data| places.iter().copied().find(|at| plain.is_data(*at) == data);
        prop_assert_eq!(content.next_data(at), first(true));
        let end = (at < content.len()).then(|| content.len());
        prop_assert_eq!(content.next_hole(at), first(false).or(end));
    }
    let again = Content::from_data(content.len(), content.data());
    prop_assert_eq!(again.as_ref(), Some(&content));
    prop_assert_eq!(again.map(|content| content.blocks()), Some(content.blocks()));
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(crate::cases(64)))]

    #[test]
    fn contents_are_what_was_written(steps in prop::collection::vec(step(), 1..25)) {
        check(&steps)?;
    }

    #[test]
    fn a_range_is_part_of_the_whole(
        steps in prop::collection::vec((place(), data()), 1..8),
        from in place(),
        len in place(),
    ) {
        let mut content = Content::empty();
        for (offset, data) in steps {
            content.write(offset, &data.into()).unwrap();
        }
        let whole = content.read(0, u64::MAX).unwrap();
        let start = (from as usize).min(whole.len());
        let end = (from + len).min(whole.len() as u64) as usize;
        prop_assert_eq!(content.read(from, len).unwrap(), whole.slice(start..end));
    }
}

#[test]
fn a_whole_file_is_shared_with_its_writer_and_its_readers() {
    let data = Bytes::from(vec![7; 1_000_000]);
    let mut content = Content::empty();
    content.write(0, &data.clone().into()).unwrap();
    assert_eq!(content.read_whole().unwrap().as_ptr(), data.as_ptr());
    assert_eq!(content.read(10, 10).unwrap().as_ptr(), data[10..].as_ptr());
}

#[test]
fn an_append_to_a_large_file_leaves_the_large_part_where_it_is() {
    let data = Bytes::from(vec![7; 1_000_000]);
    let mut content = Content::Whole(data.clone().into());
    content.write(1_000_000, &Piece::from(&b"more"[..])).unwrap();
    let pieces = content.data();
    assert_eq!(pieces[0].1.memory().unwrap().as_ptr(), data.as_ptr());
    let places: Vec<_> = pieces.iter().map(|(start, piece)| (*start, piece.len())).collect();
    assert_eq!(places, [(0, 983_040), (983_040, 1_000_004 - 983_040)]);
}

#[test]
fn appends_between_reads_grow_one_buffer() {
    let mut content = Content::empty();
    let mut moves = 0;
    let mut at = std::ptr::null();
    for count in 0..100_000u64 {
        assert_eq!(content.read_whole().unwrap().len() as u64, count * 10);
        content.write(count * 10, &Piece::from(&b"0123456789"[..])).unwrap();
        let Content::Whole(Piece::Memory(data)) = &content else { panic!("more than one piece") };
        moves += u32::from(data.as_ptr() != at);
        at = data.as_ptr();
    }
    assert!(moves < 30, "the buffer was copied {moves} times");
}

#[test]
fn a_hole_of_terabytes_costs_nothing_and_is_not_read_whole() {
    let mut content = Content::Whole(Piece::from(&b"start"[..]));
    content.truncate(MAX_LEN);
    content.write(MAX_LEN - 3, &Piece::from(&b"end"[..])).unwrap();
    assert_eq!((content.len(), content.blocks()), (MAX_LEN, 2));
    assert_eq!(content.read_whole(), Err(Errno::EFBIG));
    assert_eq!(content.read(MAX_LEN - 5, 100).unwrap(), &b"\0\0end"[..]);
    assert_eq!(content.read(3, 5).unwrap(), &b"rt\0\0\0"[..]);
}

#[test]
fn pieces_out_of_order_are_refused() {
    let piece = |len: usize| Piece::from(vec![1; len]);
    let good = vec![(0, piece(5)), (BLOCK_SIZE, piece(5))];
    assert!(Content::from_data(5000, good.clone()).is_some());
    assert!(Content::from_data(5000, good.iter().rev().cloned().collect()).is_none());
    assert!(Content::from_data(100, good).is_none(), "beyond the end");
    assert!(Content::from_data(5000, vec![(1, piece(5))]).is_none(), "not at a block");
    assert!(Content::from_data(9000, vec![(0, piece(4097)), (4096, piece(5))]).is_none(), "one block twice");
    assert!(Content::from_data(9000, vec![(0, piece(0))]).is_none(), "empty");
    assert!(Content::from_data(u64::MAX, vec![]).is_none(), "too long");
}

#[test]
fn space_that_was_taken_and_never_written_is_shared() {
    let mut content = Content::Whole(Piece::from(&b"start"[..]));
    content.allocate(0, 1 << 30, Growth::Grows);
    assert_eq!((content.len(), content.blocks()), (1 << 30, (1 << 30) / BLOCK_SIZE));
    let zeros: BTreeSet<_> =
        content.data()[1..].iter().map(|(_, piece)| piece.memory().unwrap().as_ptr()).collect();
    assert_eq!(zeros.len(), 1);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(crate::cases(64)))]

    #[test]
    fn what_cannot_be_read_changes_nothing(
        written in prop::collection::vec((place(), data()), 1..4),
        steps in prop::collection::vec(step(), 1..8),
    ) {
        let mut content = Content::empty();
        for (offset, data) in written {
            content.write(offset, &data.into()).unwrap();
        }
        let mut intact = content.clone();
        store(&mut content, u64::MAX, true);
        store(&mut intact, u64::MAX, false);
        for step in steps {
            let before = (content.len(), content.blocks(), content.data().len());
            let (done, wanted) = match step {
                Step::Write(offset, data) => {
                    (content.write(offset, &data.clone().into()), intact.write(offset, &data.into()))
                }
                Step::Punch(offset, len) => {
                    (content.punch(offset, offset + len), intact.punch(offset, offset + len))
                }
                Step::ReadWhole => (content.read_whole().map(drop), intact.read_whole().map(drop)),
                _ => continue,
            };
            if done.is_err() {
                prop_assert_eq!(done, Err(Errno::EIO));
                prop_assert_eq!((content.len(), content.blocks(), content.data().len()), before);
                return Ok(());
            }
            prop_assert_eq!(done, wanted);
            prop_assert_eq!((content.len(), content.blocks()), (intact.len(), intact.blocks()));
        }
    }
}
