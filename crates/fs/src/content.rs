//! A file's contents: pieces of shared memory with holes between them.
//!
//! What is written whole stays one piece, shared with whoever wrote it and whoever reads it, and changed in
//! place while it is small or nobody else holds it. Else the pieces lie in [`Content::Pieces`], where each
//! begins at a multiple of [`BLOCK_SIZE`], no two share a block, and what lies between them, or after one in
//! its last block, is zero. So a write costs what it writes and at most two blocks, an append what it appends
//! (the last piece grows in place up to [`GRAIN`]), and a hole costs nothing.

use std::collections::BTreeMap;
use std::ops::Bound;

use bytes::{Bytes, BytesMut};

use crate::{BLOCK_SIZE, Errno};

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
    Whole(Bytes),
    /// Any number of pieces by their offsets, none empty. `blocks` counts the blocks they touch.
    Pieces { len: u64, blocks: u64, map: BTreeMap<u64, Bytes> },
}

impl Content {
    pub(crate) fn len(&self) -> u64 {
        match self {
            Content::Whole(data) => data.len() as u64,
            Content::Pieces { len, .. } => *len,
        }
    }

    pub(crate) fn blocks(&self) -> u64 {
        match self {
            Content::Whole(data) => blocks_of(data),
            Content::Pieces { blocks, .. } => *blocks,
        }
    }

    /// Whether this is the very memory that `other` holds, whole and unchanged.
    pub(crate) fn shares(&self, other: &Content) -> bool {
        match (self, other) {
            (Content::Whole(own), Content::Whole(other)) => {
                own.as_ptr() == other.as_ptr() && own.len() == other.len()
            }
            _ => false,
        }
    }

    /// How many blocks a write of `len` bytes at `offset` would take that are holes now.
    pub(crate) fn new_blocks(&self, offset: u64, len: u64) -> u64 {
        if len == 0 {
            return 0;
        }
        let (low, high) = span(offset, offset + len);
        let taken: u64 = match self {
            Content::Whole(data) => overlap(0, data, low, high),
            Content::Pieces { map, .. } => {
                let before = map.range(..low).next_back();
                let inside = map.range(low..high);
                before.into_iter().chain(inside).map(|(start, data)| overlap(*start, data, low, high)).sum()
            }
        };
        (high - low) / BLOCK_SIZE - taken
    }

    /// Everything, and from then on in one piece, unless that would fill holes.
    pub(crate) fn read_whole(&mut self) -> Result<Bytes, Errno> {
        let whole = self.read(0, self.len())?;
        if let Content::Pieces { len, blocks, map } = self
            && *blocks == len.div_ceil(BLOCK_SIZE)
            && map.last_key_value().is_none_or(|(start, piece)| start + piece.len() as u64 <= span(0, *len).1)
        {
            *self = Content::Whole(whole.clone());
        }
        Ok(whole)
    }

    /// At most `len` bytes from `offset`, fewer at the end. `EFBIG` above [`MAX_READ`], `ENOMEM` without the memory.
    pub(crate) fn read(&self, offset: u64, len: u64) -> Result<Bytes, Errno> {
        let start = offset.min(self.len());
        let end = offset.saturating_add(len).min(self.len());
        if end - start > MAX_READ {
            return Err(Errno::EFBIG);
        }
        match self {
            Content::Whole(data) => Ok(data.slice(start as usize..end as usize)),
            Content::Pieces { map, .. } => {
                if let Some((at, data)) = map.range(..=start).next_back()
                    && end <= at + data.len() as u64
                {
                    return Ok(data.slice((start - at) as usize..(end - at) as usize));
                }
                let mut out = Vec::new();
                out.try_reserve_exact((end - start) as usize).map_err(|_| Errno::ENOMEM)?;
                out.resize((end - start) as usize, 0);
                copy_out(map, start, &mut out);
                Ok(out.into())
            }
        }
    }

    /// Writes at `offset`, growing where needed. The caller has made sure that the end is at most [`MAX_LEN`].
    pub(crate) fn write(&mut self, offset: u64, data: &Bytes) {
        if data.is_empty() {
            return;
        }
        let end = offset + data.len() as u64;
        if let Content::Whole(whole) = self {
            let len = whole.len() as u64;
            if offset == 0 && end >= len {
                *whole = data.clone();
                return;
            }
            let limit = if whole.is_unique() { IN_PLACE } else { GRAIN };
            if offset <= len && end.max(len) <= limit {
                let mut own = own(std::mem::take(whole), data.len());
                let inside = (len.min(end) - offset) as usize;
                own[offset as usize..][..inside].copy_from_slice(&data[..inside]);
                own.extend_from_slice(&data[inside..]);
                *whole = own.freeze();
                return;
            }
        }
        let fresh = self.new_blocks(offset, data.len() as u64);
        let (len, blocks, map) = self.pieces();
        if !append(map, offset, data) {
            overwrite(map, offset, data);
        }
        *len = (*len).max(end);
        *blocks += fresh;
    }

    /// Turns the holes between `offset` and `end` into zeros that take space. Costs little memory.
    pub(crate) fn allocate(&mut self, offset: u64, end: u64, growth: Growth) {
        let fresh = self.new_blocks(offset, end.saturating_sub(offset));
        if self.len() < end && growth == Growth::Grows {
            self.truncate(end);
        }
        let covered = self.covered();
        let (len, blocks, map) = self.pieces();
        let (mut low, high) = span(offset, end);
        let ranges = covered.into_iter().filter(|(from, to)| *from < high && *to > low);
        let ranges: Vec<_> = ranges.chain([(high, high)]).collect();
        for (from, to) in ranges {
            while low < from {
                let edge = if low < *len { from.min(*len) } else { from };
                let next = (low + ZEROS.len() as u64).min(edge);
                map.insert(low, Bytes::from_static(&ZEROS[..(next - low) as usize]));
                low = span(low, next).1;
            }
            low = to;
        }
        *blocks += fresh;
    }

    /// Makes the bytes between `offset` and `end` zeros, and whole blocks of them a hole. The length stays.
    pub(crate) fn punch(&mut self, offset: u64, end: u64) {
        let (low, high) = (offset.div_ceil(BLOCK_SIZE) * BLOCK_SIZE, end - end % BLOCK_SIZE);
        let edges = if low > high { [(offset, end), (0, 0)] } else { [(offset, low), (high, end)] };
        for (from, to) in edges {
            let to = to.min(self.len());
            if from < to && self.new_blocks(from, to - from) == 0 {
                self.write(from, &Bytes::from_static(&ZEROS[..(to - from) as usize]));
            }
        }
        if low >= high || high - low == self.new_blocks(low, high - low) * BLOCK_SIZE {
            return;
        }
        let (_, blocks, map) = self.pieces();
        clear(map, low, high);
        *blocks = map.values().map(blocks_of).sum();
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
            _ if size == 0 => *self = Content::Whole(Bytes::new()),
            Content::Whole(data) if size <= data.len() as u64 => *data = cut(data, 0, size as usize),
            Content::Whole(_) => *self.pieces().0 = size,
            Content::Pieces { len, blocks, map } => {
                if size <= *len {
                    for (_, gone) in map.split_off(&size) {
                        *blocks -= blocks_of(&gone);
                    }
                    if let Some((start, data)) = map.iter_mut().next_back()
                        && start + data.len() as u64 > size
                    {
                        *blocks -= blocks_of(data);
                        *data = cut(data, 0, (size - start) as usize);
                        *blocks += blocks_of(data);
                    }
                }
                *len = size;
            }
        }
    }

    /// The pieces with their offsets, in order, space beyond the end too: what is not among them is zero.
    pub(crate) fn data(&self) -> Vec<(u64, Bytes)> {
        match self {
            Content::Whole(data) if data.is_empty() => Vec::new(),
            Content::Whole(data) => vec![(0, data.clone())],
            Content::Pieces { map, .. } => map.iter().map(|(start, data)| (*start, data.clone())).collect(),
        }
    }

    /// The reverse of [`Content::data`]; `None` where the pieces break the rules.
    pub(crate) fn from_data(len: u64, data: Vec<(u64, Bytes)>) -> Option<Content> {
        if len > MAX_LEN {
            return None;
        }
        if let [(0, whole)] = &data[..]
            && whole.len() as u64 == len
        {
            return Some(Content::Whole(whole.clone()));
        }
        if data.is_empty() && len == 0 {
            return Some(Content::Whole(Bytes::new()));
        }
        // Space beyond the end was taken and never written.
        let is_zero_beyond_end = |start: u64, piece: &Bytes| {
            let inside = len.saturating_sub(start).min(piece.len() as u64) as usize;
            piece[inside..].iter().all(|byte| *byte == 0)
        };
        let mut next_block = 0;
        let mut blocks = 0;
        for (start, piece) in &data {
            let end = start.checked_add(piece.len() as u64)?;
            let in_order = start % BLOCK_SIZE == 0 && *start >= next_block && end <= MAX_LEN;
            if piece.is_empty() || !in_order || !is_zero_beyond_end(*start, piece) {
                return None;
            }
            next_block = span(*start, end).1;
            blocks += blocks_of(piece);
        }
        Some(Content::Pieces { len, blocks, map: data.into_iter().collect() })
    }

    /// The parts as pieces, whatever they were before.
    fn pieces(&mut self) -> (&mut u64, &mut u64, &mut BTreeMap<u64, Bytes>) {
        if let Content::Whole(data) = self {
            let data = std::mem::take(data);
            let (len, blocks) = (data.len() as u64, blocks_of(&data));
            let map = if data.is_empty() { BTreeMap::new() } else { BTreeMap::from([(0, data)]) };
            *self = Content::Pieces { len, blocks, map };
        }
        match self {
            Content::Pieces { len, blocks, map } => (len, blocks, map),
            Content::Whole(_) => unreachable!("turned into pieces above"),
        }
    }

    /// The ranges of blocks that are no holes, as long as they can be.
    fn covered(&self) -> Vec<(u64, u64)> {
        let mut ranges: Vec<(u64, u64)> = Vec::new();
        for (start, data) in self.data() {
            let (low, high) = span(start, start + data.len() as u64);
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

/// Grows the last piece where `offset` is its end, up to the next multiple of [`GRAIN`]; the rest is a piece of its own.
fn append(map: &mut BTreeMap<u64, Bytes>, offset: u64, data: &Bytes) -> bool {
    let grain = offset - offset % GRAIN;
    let Some(mut last) = map.last_entry() else { return false };
    let start = *last.key();
    if start + last.get().len() as u64 != offset || offset == grain {
        return false;
    }
    let key = start.max(grain);
    let piece = std::mem::take(last.get_mut());
    let piece = if start < grain {
        *last.get_mut() = piece.slice(..(grain - start) as usize);
        piece.slice((grain - start) as usize..)
    } else {
        piece
    };
    let room = data.len().min((grain + GRAIN - offset) as usize);
    let mut grown = own(piece, room);
    grown.extend_from_slice(&data[..room]);
    map.insert(key, grown.freeze());
    if room < data.len() {
        map.insert(grain + GRAIN, data.slice(room..));
    }
    true
}

/// Replaces the blocks that the write touches, keeping the other bytes of the first and the last of them.
fn overwrite(map: &mut BTreeMap<u64, Bytes>, offset: u64, data: &Bytes) {
    let end = offset + data.len() as u64;
    let (low, high) = span(offset, end);
    let rest = map.range(..high).next_back().map_or(0, |(start, piece)| start + piece.len() as u64);
    let stop = rest.clamp(end, high);
    let piece = if (low, stop) == (offset, end) {
        data.clone()
    } else {
        let mut piece = vec![0; (stop - low) as usize];
        copy_out(map, low, &mut piece);
        piece[(offset - low) as usize..][..data.len()].copy_from_slice(data);
        piece.into()
    };
    clear(map, low, high);
    map.insert(low, piece);
}

/// Takes away everything from `low` to `high`, both at the edges of blocks.
fn clear(map: &mut BTreeMap<u64, Bytes>, low: u64, high: u64) {
    for edge in [low, high] {
        if let Some((start, data)) = map.range_mut(..edge).next_back()
            && *start + data.len() as u64 > edge
        {
            let at = (edge - start) as usize;
            let right = cut(data, at, data.len());
            *data = cut(data, 0, at);
            map.insert(edge, right);
        }
    }
    while let Some((start, _)) = map.range((Bound::Included(low), Bound::Excluded(high))).next() {
        let start = *start;
        map.remove(&start);
    }
}

/// Fills `out` from `start` on, leaving what is a hole.
fn copy_out(map: &BTreeMap<u64, Bytes>, start: u64, out: &mut [u8]) {
    let end = start + out.len() as u64;
    let before = map.range(..start).next_back();
    for (at, data) in before.into_iter().chain(map.range(start..end)) {
        let from = start.max(*at);
        let to = end.min(at + data.len() as u64);
        if from < to {
            out[(from - start) as usize..(to - start) as usize]
                .copy_from_slice(&data[(from - at) as usize..(to - at) as usize]);
        }
    }
}

/// Part of a piece; a small part of a large one is copied, so that it does not keep the large one in memory.
fn cut(data: &Bytes, from: usize, to: usize) -> Bytes {
    let part = &data[from..to];
    if part.len() as u64 <= GRAIN && part.len() * 4 <= data.len() {
        Bytes::copy_from_slice(part)
    } else {
        data.slice(from..to)
    }
}

/// The bytes as a buffer with room for `more`, copied only where someone else holds them too.
fn own(data: Bytes, more: usize) -> BytesMut {
    data.try_into_mut().unwrap_or_else(|shared| {
        let mut copy = BytesMut::with_capacity((shared.len() + more).max(shared.len() * 2));
        copy.extend_from_slice(&shared);
        copy
    })
}

/// The edges of the blocks that hold the bytes from `start` to `end`.
fn span(start: u64, end: u64) -> (u64, u64) {
    (start - start % BLOCK_SIZE, end.div_ceil(BLOCK_SIZE) * BLOCK_SIZE)
}

fn blocks_of(piece: &Bytes) -> u64 {
    (piece.len() as u64).div_ceil(BLOCK_SIZE)
}

/// How many blocks of the piece at `start` lie between `low` and `high`.
fn overlap(start: u64, piece: &Bytes, low: u64, high: u64) -> u64 {
    let end = start + blocks_of(piece) * BLOCK_SIZE;
    end.min(high).saturating_sub(start.max(low)) / BLOCK_SIZE
}

#[cfg(test)]
mod tests;
