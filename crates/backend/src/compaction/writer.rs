//! Segments that compaction writes.

use std::collections::HashMap;
use std::sync::Arc;

use bytes::Bytes;
use sandbox_fs::{Ino, Piece, Stored};
use sandbox_store::{Journal, Segment, StoreError};
use serde::Serialize;

use super::pace::Pace;
use crate::contents::{Written, stored};

/// About how long a segment of contents gets, in bytes.
const SEGMENT_BYTES: u64 = 4 << 20;
/// About how long a segment of inodes gets, and how much of a stored piece is read at a time, in bytes.
const PART_BYTES: u64 = 1 << 20;

/// A piece of a file, by its tree's number, its inode and where it begins.
pub(super) type Place = (usize, Ino, u64);

/// What was moved, and where to.
pub(super) type Moved = HashMap<Place, (Piece, Stored)>;

/// Collects contents into segments.
pub(super) struct ContentsWriter<'a> {
    journal: &'a Journal<Written>,
    /// The segment under way.
    bytes: Vec<Bytes>,
    length: u64,
    /// What lies in it, and where.
    places: Vec<(Place, Piece, u64)>,
    segments: Vec<Arc<Segment>>,
    moved: Moved,
}

impl<'a> ContentsWriter<'a> {
    pub(super) fn new(journal: &'a Journal<Written>) -> Self {
        Self {
            journal,
            bytes: Vec::new(),
            length: 0,
            places: Vec::new(),
            segments: Vec::new(),
            moved: Moved::new(),
        }
    }

    /// Moves a piece of a file.
    pub(super) async fn add(
        &mut self,
        place: Place,
        piece: Piece,
        pace: &mut Pace<'_>,
    ) -> Result<(), StoreError> {
        let at = self.length;
        match piece.memory() {
            Some(bytes) => self.push(bytes.clone()),
            None => {
                for from in (0..piece.len()).step_by(PART_BYTES as usize) {
                    let bytes = piece.range(from, piece.len().min(from + PART_BYTES));
                    self.push(bytes.map_err(|errno| StoreError::Failed(errno.message().to_owned()))?);
                    pace.breathe().await;
                }
            }
        }
        self.places.push((place, piece, at));
        if self.length >= SEGMENT_BYTES { self.write().await } else { Ok(()) }
    }

    /// Writes what is under way; what was moved, and the segments.
    pub(super) async fn finish(mut self) -> Result<(Moved, Vec<Arc<Segment>>), StoreError> {
        self.write().await?;
        Ok((self.moved, self.segments))
    }

    fn push(&mut self, bytes: Bytes) {
        self.length += bytes.len() as u64;
        self.bytes.push(bytes);
    }

    async fn write(&mut self) -> Result<(), StoreError> {
        if self.bytes.is_empty() {
            return Ok(());
        }
        self.length = 0;
        let segment = self.journal.write_segment(std::mem::take(&mut self.bytes)).await?;
        for (place, piece, at) in self.places.drain(..) {
            let now = stored(&segment, at, piece.len());
            self.moved.insert(place, (piece, now));
        }
        self.segments.push(segment);
        Ok(())
    }
}

/// Collects parts of the checkpoint into segments.
pub(super) struct PartsWriter<'a> {
    journal: &'a Journal<Written>,
    bytes: Vec<u8>,
    segments: Vec<Arc<Segment>>,
}

impl<'a> PartsWriter<'a> {
    pub(super) fn new(journal: &'a Journal<Written>) -> Self {
        Self { journal, bytes: Vec::new(), segments: Vec::new() }
    }

    pub(super) async fn add(&mut self, part: &impl Serialize) -> Result<(), StoreError> {
        let bytes = std::mem::take(&mut self.bytes);
        // Writing into a growing vector cannot fail, and what is in it is in memory.
        self.bytes = postcard::to_extend(part, bytes).expect("a part of a checkpoint serialises");
        if self.bytes.len() as u64 >= PART_BYTES { self.write().await } else { Ok(()) }
    }

    pub(super) async fn finish(mut self) -> Result<Vec<Arc<Segment>>, StoreError> {
        self.write().await?;
        Ok(self.segments)
    }

    async fn write(&mut self) -> Result<(), StoreError> {
        let bytes = Bytes::from(std::mem::take(&mut self.bytes));
        if !bytes.is_empty() {
            self.segments.push(self.journal.write_segment(vec![bytes]).await?);
        }
        Ok(())
    }
}
