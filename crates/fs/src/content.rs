//! A file's contents: pieces of shared memory with holes between them.
//!
//! What is written whole stays one piece, shared with whoever wrote it and whoever reads it, and changed in
//! place while it is small or nobody else holds it. Else the pieces lie in [`Content::Pieces`], where each
//! begins at a multiple of [`BLOCK_SIZE`], no two share a block, and what lies between them, or after one in
//! its last block, is zero. So a write costs what it writes and at most two blocks, an append what it appends
//! (the last piece grows in place up to [`GRAIN`]), and a hole costs nothing. A piece need not be in memory: it is read
//! when somebody asks for it, and by a write that changes a part of one of its blocks.

mod pieces;

use bytes::{Bytes, BytesMut};

use crate::{BLOCK_SIZE, Errno, Piece};
use pieces::{Pieces, overlap};

/// How far the last piece grows before the next one is begun, in bytes: what an append copies at most beside its own.
const GRAIN: u64 = 64 * 1024;

/// What space that was taken and never written holds. All such space shares it.
static ZEROS: [u8; 4 * GRAIN as usize] = [0; 4 * GRAIN as usize];

/// Up to which length a file in one piece that nobody else holds is changed in place, in bytes. Growing may take twice
/// the room for a while, so there is a limit.
const IN_PLACE: u64 = 16 * 1024 * 1024;

/// The longest file, in bytes (as ext4 with blocks of 4 KiB).
pub(crate) const MAX_LEN: u64 = (1 << 44) - BLOCK_SIZE;

/// The most that one read gives, in bytes: a hole of terabytes must not become memory.
pub(crate) const MAX_READ: u64 = 1 << 30;

/// Whether a file grows when space is taken beyond its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Growth {
    Grows,
    Stays,
}

#[derive(Clone, Debug)]
pub(crate) enum Content {
    /// Everything in one piece, no holes.
    Whole(Piece),
    /// Any number of pieces.
    Pieces { len: u64, pieces: Pieces },
}

impl Content {
    /// Nothing.
    pub(crate) fn empty() -> Content {
        Content::Whole(Piece::default())
    }

    pub(crate) fn len(&self) -> u64 {
        match self {
            Content::Whole(piece) => piece.len(),
            Content::Pieces { len, .. } => *len,
        }
    }

    pub(crate) fn blocks(&self) -> u64 {
        match self {
            Content::Whole(piece) => blocks_of(piece.len()),
            Content::Pieces { pieces, .. } => pieces.blocks(),
        }
    }

    /// Blocks that are in memory.
    pub(crate) fn held_blocks(&self) -> u64 {
        match self {
            Content::Whole(piece) if piece.memory().is_none() => 0,
            Content::Whole(piece) => blocks_of(piece.len()),
            Content::Pieces { pieces, .. } => pieces.held(),
        }
    }

    /// Whether this is the very memory that `other` holds, whole and unchanged.
    pub(crate) fn shares(&self, other: &Content) -> bool {
        match (self, other) {
            (Content::Whole(own), Content::Whole(other)) => match (own.memory(), other.memory()) {
                (Some(own), Some(other)) => own.as_ptr() == other.as_ptr() && own.len() == other.len(),
                _ => false,
            },
            _ => false,
        }
    }

    /// How many blocks a write of `len` bytes at `offset` would take that are holes now.
    pub(crate) fn new_blocks(&self, offset: u64, len: u64) -> u64 {
        self.missing(offset, len, |_| true)
    }

    /// How many blocks a write of `len` bytes at `offset` would bring into memory.
    pub(crate) fn new_memory(&self, offset: u64, len: u64) -> u64 {
        self.missing(offset, len, |piece| piece.memory().is_some())
    }

    /// How many blocks from `offset` on are in no piece that counts.
    fn missing(&self, offset: u64, len: u64, counts: impl Fn(&Piece) -> bool) -> u64 {
        if len == 0 {
            return 0;
        }
        let (low, high) = span(offset, offset + len);
        let taken: u64 = match self {
            Content::Whole(piece) if counts(piece) => overlap(0, piece, low, high),
            Content::Whole(_) => 0,
            Content::Pieces { pieces, .. } => {
                let counted = pieces.touching(low, high).filter(|(_, piece)| counts(piece));
                counted.map(|(start, piece)| overlap(start, piece, low, high)).sum()
            }
        };
        (high - low) / BLOCK_SIZE - taken
    }

    /// Everything, and from then on in one piece, unless that would fill holes or bring into memory what is not there.
    pub(crate) fn read_whole(&mut self) -> Result<Bytes, Errno> {
        let whole = self.read(0, self.len())?;
        if let Content::Pieces { len, pieces } = self
            && pieces.held() == len.div_ceil(BLOCK_SIZE)
            && pieces.blocks() == pieces.held()
            && pieces.last().is_none_or(|(start, piece)| start + piece.len() <= span(0, *len).1)
        {
            *self = Content::Whole(Piece::Memory(whole.clone()));
        }
        Ok(whole)
    }

    /// At most `len` bytes from `offset`, fewer at the end. `EFBIG` above [`MAX_READ`], `ENOMEM` without the memory,
    /// `EIO` where it is not in memory and cannot be read.
    pub(crate) fn read(&self, offset: u64, len: u64) -> Result<Bytes, Errno> {
        let start = offset.min(self.len());
        let end = offset.saturating_add(len).min(self.len());
        if end - start > MAX_READ {
            return Err(Errno::EFBIG);
        }
        match self {
            Content::Whole(piece) => piece.range(start, end),
            Content::Pieces { pieces, .. } => {
                if let Some((at, piece)) = pieces.range(..=start).next_back()
                    && end <= at + piece.len()
                {
                    return piece.range(start - at, end - at);
                }
                let mut out = Vec::new();
                out.try_reserve_exact((end - start) as usize).map_err(|_| Errno::ENOMEM)?;
                out.resize((end - start) as usize, 0);
                pieces.copy_out(start, &mut out)?;
                Ok(out.into())
            }
        }
    }

    /// Writes at `offset`, growing where needed. The caller has made sure that the end is at most [`MAX_LEN`]. `EIO` where
    /// what lies beside it cannot be read; nothing is written then.
    pub(crate) fn write(&mut self, offset: u64, data: &Piece) -> Result<(), Errno> {
        if data.is_empty() {
            return Ok(());
        }
        let end = offset + data.len();
        if let Content::Whole(whole) = self {
            let len = whole.len();
            if offset == 0 && end >= len {
                *whole = data.clone();
                return Ok(());
            }
            let alone = matches!(whole, Piece::Memory(bytes) | Piece::Both(bytes, _) if bytes.is_unique());
            let limit = if alone { IN_PLACE } else { GRAIN };
            if offset <= len && end.max(len) <= limit {
                let (old, added) = (whole.bytes()?, data.bytes()?);
                // Nobody else may hold it when it grows.
                *whole = Piece::default();
                *whole = Piece::Memory(grow(old, len - offset, &added));
                return Ok(());
            }
        }
        let (len, pieces) = self.pieces();
        if !pieces.append(offset, data)? {
            pieces.overwrite(offset, data)?;
        }
        *len = (*len).max(end);
        Ok(())
    }

    /// Turns the holes between `offset` and `end` into zeros that take space. Costs little memory.
    pub(crate) fn allocate(&mut self, offset: u64, end: u64, growth: Growth) {
        if self.len() < end && growth == Growth::Grows {
            self.truncate(end);
        }
        let covered = self.covered();
        let (len, pieces) = self.pieces();
        let (mut low, high) = span(offset, end);
        let ranges = covered.into_iter().filter(|(from, to)| *from < high && *to > low);
        let ranges: Vec<_> = ranges.chain([(high, high)]).collect();
        for (from, to) in ranges {
            while low < from {
                let edge = if low < *len { from.min(*len) } else { from };
                let next = (low + ZEROS.len() as u64).min(edge);
                pieces.put(low, zeros(next - low));
                low = span(low, next).1;
            }
            low = to;
        }
    }

    /// Makes the bytes between `offset` and `end` zeros, and whole blocks of them a hole. The length stays. `EIO` as
    /// [`Content::write`]; nothing is changed then.
    pub(crate) fn punch(&mut self, offset: u64, end: u64) -> Result<(), Errno> {
        if self.held_blocks() == self.blocks() {
            return self.punch_now(offset, end);
        }
        let mut changed = self.clone();
        changed.punch_now(offset, end)?;
        *self = changed;
        Ok(())
    }

    fn punch_now(&mut self, offset: u64, end: u64) -> Result<(), Errno> {
        let (low, high) = (offset.div_ceil(BLOCK_SIZE) * BLOCK_SIZE, end - end % BLOCK_SIZE);
        let edges = if low > high { [(offset, end), (0, 0)] } else { [(offset, low), (high, end)] };
        for (from, to) in edges {
            let to = to.min(self.len());
            if from < to && self.new_blocks(from, to - from) == 0 {
                self.write(from, &zeros(to - from))?;
            }
        }
        if low < high && high - low != self.new_blocks(low, high - low) * BLOCK_SIZE {
            self.pieces().1.clear(low, high);
        }
        Ok(())
    }

    /// Where the next data begins at or after `offset`; `None` where there is none.
    pub(crate) fn next_data(&self, offset: u64) -> Option<u64> {
        let next = self.covered().into_iter().find(|(_, high)| *high > offset)?.0.max(offset);
        (next < self.len()).then_some(next)
    }

    /// Where the next hole begins at or after `offset`, at the latest where the file ends; `None` beyond that.
    pub(crate) fn next_hole(&self, offset: u64) -> Option<u64> {
        if offset >= self.len() {
            return None;
        }
        let around = self.covered().into_iter().find(|(low, high)| (*low..*high).contains(&offset));
        Some(around.map_or(offset, |(_, high)| high).min(self.len()))
    }

    /// Sets the length: cuts off, or adds a hole.
    pub(crate) fn truncate(&mut self, size: u64) {
        match self {
            _ if size == 0 => *self = Content::empty(),
            Content::Whole(piece) if size <= piece.len() => *piece = cut(piece, 0, size),
            Content::Whole(_) => *self.pieces().0 = size,
            Content::Pieces { len, pieces } => {
                if size <= *len {
                    pieces.cut_off(size);
                    pieces.end_at(size);
                }
                *len = size;
            }
        }
    }

    /// The pieces with their offsets, in order, space beyond the end too: what is not among them is zero.
    pub(crate) fn data(&self) -> Vec<(u64, Piece)> {
        match self {
            Content::Whole(piece) if piece.is_empty() => Vec::new(),
            Content::Whole(piece) => vec![(0, piece.clone())],
            Content::Pieces { pieces, .. } => {
                pieces.iter().map(|(start, piece)| (start, piece.clone())).collect()
            }
        }
    }

    /// The reverse of [`Content::data`]; `None` where the pieces break the rules.
    pub(crate) fn from_data(len: u64, data: Vec<(u64, Piece)>) -> Option<Content> {
        if len > MAX_LEN {
            return None;
        }
        if let [(0, whole)] = &data[..]
            && whole.len() == len
        {
            return Some(Content::Whole(whole.clone()));
        }
        if data.is_empty() && len == 0 {
            return Some(Content::empty());
        }
        // Space beyond the end was taken and never written.
        let is_zero_beyond_end = |start: u64, piece: &Piece| {
            let inside = len.saturating_sub(start).min(piece.len());
            inside == piece.len()
                || piece.range(inside, piece.len()).is_ok_and(|bytes| bytes.iter().all(|byte| *byte == 0))
        };
        let mut next_block = 0;
        for (start, piece) in &data {
            let end = start.checked_add(piece.len())?;
            let in_order = start % BLOCK_SIZE == 0 && *start >= next_block && end <= MAX_LEN;
            if piece.is_empty() || !in_order || !is_zero_beyond_end(*start, piece) {
                return None;
            }
            next_block = span(*start, end).1;
        }
        Some(Content::Pieces { len, pieces: data.into_iter().collect() })
    }

    /// Lets each piece that is part of `was`, which was written at `offset`, lie where `now` says; `None` leaves it.
    pub(crate) fn resettle(&mut self, offset: u64, was: &Piece, now: impl Fn(u64, &Piece) -> Option<Piece>) {
        let settled = |piece: &Piece| now(piece.place_in(was)?, piece);
        match self {
            Content::Whole(piece) if offset == 0 => *piece = settled(piece).unwrap_or_else(|| piece.clone()),
            Content::Whole(_) => {}
            Content::Pieces { pieces, .. } => {
                let part = pieces.range(offset..offset + was.len());
                let moved: Vec<_> =
                    part.filter_map(|(start, piece)| Some((start, settled(piece)?))).collect();
                moved.into_iter().for_each(|(start, piece)| pieces.put(start, piece));
            }
        }
    }

    /// The parts as pieces, whatever they were before.
    fn pieces(&mut self) -> (&mut u64, &mut Pieces) {
        if let Content::Whole(piece) = self {
            let piece = std::mem::take(piece);
            let len = piece.len();
            let pieces = (len > 0).then_some((0, piece)).into_iter().collect();
            *self = Content::Pieces { len, pieces };
        }
        match self {
            Content::Pieces { len, pieces } => (len, pieces),
            Content::Whole(_) => unreachable!("turned into pieces above"),
        }
    }

    /// The ranges of blocks that are no holes, as long as they can be.
    fn covered(&self) -> Vec<(u64, u64)> {
        let mut ranges: Vec<(u64, u64)> = Vec::new();
        for (start, piece) in self.data() {
            let (low, high) = span(start, start + piece.len());
            match ranges.last_mut() {
                Some(last) if last.1 == low => last.1 = high,
                _ => ranges.push((low, high)),
            }
        }
        ranges
    }
}

/// Contents are equal when they read the same and have the same holes, however they are cut into pieces.
impl PartialEq for Content {
    fn eq(&self, other: &Content) -> bool {
        let same = |at| self.read(at, GRAIN) == other.read(at, GRAIN);
        let covered = self.covered();
        self.len() == other.len()
            && covered == other.covered()
            && covered.iter().all(|(low, high)| (*low..*high).step_by(GRAIN as usize).all(same))
    }
}

impl Eq for Content {}

/// Zeros that share their memory; `len` is at most that of [`ZEROS`].
fn zeros(len: u64) -> Piece {
    Piece::Memory(Bytes::from_static(&ZEROS[..len as usize]))
}

/// Part of a piece; a small part of much memory is copied, so that it does not keep all of it.
fn cut(piece: &Piece, from: u64, to: u64) -> Piece {
    match piece {
        Piece::Memory(bytes) if to - from <= GRAIN && (to - from) * 4 <= piece.len() => {
            Piece::Memory(Bytes::copy_from_slice(&bytes[from as usize..to as usize]))
        }
        piece => piece.slice(from, to),
    }
}

/// The bytes with `added` in the place of the last `inside` of them, and beyond; copied only where someone else holds them.
fn grow(bytes: Bytes, inside: u64, added: &[u8]) -> Bytes {
    let at = bytes.len() - inside as usize;
    let mut own = bytes.try_into_mut().unwrap_or_else(|shared| {
        let mut copy = BytesMut::with_capacity((shared.len() + added.len()).max(shared.len() * 2));
        copy.extend_from_slice(&shared);
        copy
    });
    let inside = added.len().min(inside as usize);
    own[at..at + inside].copy_from_slice(&added[..inside]);
    own.extend_from_slice(&added[inside..]);
    own.freeze()
}

/// The edges of the blocks that hold the bytes from `start` to `end`.
fn span(start: u64, end: u64) -> (u64, u64) {
    (start - start % BLOCK_SIZE, end.div_ceil(BLOCK_SIZE) * BLOCK_SIZE)
}

fn blocks_of(len: u64) -> u64 {
    len.div_ceil(BLOCK_SIZE)
}

#[cfg(test)]
mod tests;
