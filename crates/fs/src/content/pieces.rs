//! Pieces by their offsets: each begins at a multiple of [`BLOCK_SIZE`], no two share a block, none is empty.

use std::collections::BTreeMap;
use std::ops::RangeBounds;

use super::{GRAIN, blocks_of, cut, grow, span};
use crate::{BLOCK_SIZE, Errno, Piece};

#[derive(Clone, Debug, Default)]
pub(crate) struct Pieces {
    map: BTreeMap<u64, Piece>,
    /// Blocks that the pieces touch.
    blocks: u64,
    /// Blocks of those that are in memory.
    held: u64,
}

impl Pieces {
    pub(super) fn blocks(&self) -> u64 {
        self.blocks
    }

    pub(super) fn held(&self) -> u64 {
        self.held
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (u64, &Piece)> {
        self.range(..)
    }

    /// Pieces that begin there.
    pub(super) fn range(
        &self,
        range: impl RangeBounds<u64>,
    ) -> impl DoubleEndedIterator<Item = (u64, &Piece)> {
        self.map.range(range).map(|(start, piece)| (*start, piece))
    }

    /// Pieces that hold bytes between `low` and `high`, the first of them perhaps from before.
    pub(super) fn touching(&self, low: u64, high: u64) -> impl Iterator<Item = (u64, &Piece)> {
        self.range(..low).next_back().into_iter().chain(self.range(low..high))
    }

    pub(super) fn last(&self) -> Option<(u64, &Piece)> {
        self.range(..).next_back()
    }

    /// Puts a piece where there is none, or in the place of the one that begins there.
    pub(super) fn put(&mut self, start: u64, piece: Piece) {
        self.count(&piece, true);
        if let Some(old) = self.map.insert(start, piece) {
            self.count(&old, false);
        }
    }

    pub(super) fn take(&mut self, start: u64) -> Option<Piece> {
        let piece = self.map.remove(&start)?;
        self.count(&piece, false);
        Some(piece)
    }

    /// Takes all pieces that begin at or after `start`.
    pub(super) fn cut_off(&mut self, start: u64) {
        for piece in self.map.split_off(&start).into_values() {
            self.count(&piece, false);
        }
    }

    /// Cuts the last piece so that it ends at `end`.
    pub(super) fn end_at(&mut self, end: u64) {
        let crossing = self.last().filter(|(start, piece)| start + piece.len() > end);
        if let Some((start, kept)) = crossing.map(|(start, piece)| (start, cut(piece, 0, end - start))) {
            self.put(start, kept);
        }
    }

    /// Grows the last piece where `offset` is its end, up to the next multiple of [`GRAIN`]; the rest is a piece of its
    /// own. False where it is not its end, and nothing is done.
    pub(super) fn append(&mut self, offset: u64, data: &Piece) -> Result<bool, Errno> {
        let grain = offset - offset % GRAIN;
        let Some((start, last)) = self.last() else { return Ok(false) };
        if start + last.len() != offset || offset == grain {
            return Ok(false);
        }
        let room = data.len().min(grain + GRAIN - offset);
        let added = data.range(0, room)?;
        let key = start.max(grain);
        let (before, tail) = (last.slice(0, key - start), last.range(key - start, last.len())?);
        // Nobody else may hold it when it grows.
        self.take(start);
        if !before.is_empty() {
            self.put(start, before);
        }
        self.put(key, Piece::Memory(grow(tail, 0, &added)));
        if room < data.len() {
            self.put(grain + GRAIN, data.slice(room, data.len()));
        }
        Ok(true)
    }

    /// Replaces the blocks that the write touches, keeping the other bytes of the first and the last of them.
    pub(super) fn overwrite(&mut self, offset: u64, data: &Piece) -> Result<(), Errno> {
        let end = offset + data.len();
        let (low, high) = span(offset, end);
        let rest = self.range(..high).next_back().map_or(0, |(start, piece)| start + piece.len());
        let stop = rest.clamp(end, high);
        let piece = if (low, stop) == (offset, end) {
            data.clone()
        } else {
            let mut piece = vec![0; (stop - low) as usize];
            self.copy_out(low, &mut piece[..(offset - low) as usize])?;
            self.copy_out(end, &mut piece[(end - low) as usize..])?;
            piece[(offset - low) as usize..(end - low) as usize].copy_from_slice(&data.bytes()?);
            Piece::Memory(piece.into())
        };
        self.clear(low, high);
        self.put(low, piece);
        Ok(())
    }

    /// Takes away everything from `low` to `high`, both at the edges of blocks.
    pub(super) fn clear(&mut self, low: u64, high: u64) {
        for edge in [low, high] {
            let crossing = self.range(..edge).next_back().filter(|(start, piece)| start + piece.len() > edge);
            let halves = crossing.map(|(start, piece)| {
                (start, cut(piece, 0, edge - start), cut(piece, edge - start, piece.len()))
            });
            if let Some((start, left, right)) = halves {
                self.put(start, left);
                self.put(edge, right);
            }
        }
        let inside: Vec<u64> = self.range(low..high).map(|(start, _)| start).collect();
        for start in inside {
            self.take(start);
        }
    }

    /// Fills `out` from `start` on, leaving what is a hole.
    pub(super) fn copy_out(&self, start: u64, out: &mut [u8]) -> Result<(), Errno> {
        let end = start + out.len() as u64;
        for (at, piece) in self.touching(start, end) {
            let from = start.max(at);
            let to = end.min(at + piece.len());
            if from < to {
                out[(from - start) as usize..(to - start) as usize]
                    .copy_from_slice(&piece.range(from - at, to - at)?);
            }
        }
        Ok(())
    }

    fn count(&mut self, piece: &Piece, comes: bool) {
        let blocks = blocks_of(piece.len());
        let held = if piece.memory().is_some() { blocks } else { 0 };
        if comes {
            self.blocks += blocks;
            self.held += held;
        } else {
            self.blocks -= blocks;
            self.held -= held;
        }
    }
}

impl FromIterator<(u64, Piece)> for Pieces {
    fn from_iter<I: IntoIterator<Item = (u64, Piece)>>(pieces: I) -> Pieces {
        let mut all = Pieces::default();
        for (start, piece) in pieces {
            all.put(start, piece);
        }
        all
    }
}

/// How many blocks of the piece at `start` lie between `low` and `high`.
pub(super) fn overlap(start: u64, piece: &Piece, low: u64, high: u64) -> u64 {
    let end = start + blocks_of(piece.len()) * BLOCK_SIZE;
    end.min(high).saturating_sub(start.max(low)) / BLOCK_SIZE
}
