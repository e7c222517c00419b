//! Compaction: the journal's records are replaced by a checkpoint, and what nobody needs goes, while the cloud goes on.
//!
//! 1. All filesystems are frozen at one place in the journal: that copies nothing.
//! 2. Contents that lie in records, or in segments of which little is left, are written to new segments.
//! 3. State and trees are written, in parts.
//! 4. One small record makes all of it count, and in the same commit the old records and segments go.
//! 5. The living trees are told where their contents lie now, so that these can leave the memory.
//!
//! A crash before step 4 leaves what was there. Between slices of a few milliseconds requests have their turn.

mod due;
mod pace;
mod writer;

use std::collections::{BTreeMap, HashMap, HashSet};
use std::ops::Range;
use std::sync::Arc;

use sandbox_core::State;
use sandbox_fs::{Frozen, Piece, StoredPiece};
use sandbox_store::{Journal, Segment, StoreError};

pub(crate) use due::{Compaction, Sizes};
use pace::Pace;
use writer::{ContentsWriter, PartsWriter};

use crate::contents::Written;
use crate::journal_format::Part;
use crate::service::Service;

/// A segment with less than this part of it in use, in percent, is written anew; so is one shorter than
/// [`SHORT_SEGMENT_BYTES`].
const USED_PERCENT: u64 = 80;
/// Many short segments cost time when the cloud is opened.
const SHORT_SEGMENT_BYTES: u64 = 1 << 20;
/// Up to how many bytes contents are kept with their file's inode.
const INLINE_BYTES: u64 = 64;
/// How many inodes are looked at between looks at the time.
const NODES: usize = 200;

/// The whole cloud at one moment.
pub(crate) struct FrozenCloud {
    pub(crate) state: State,
    pub(crate) trees: Vec<Frozen>,
    /// The last record whose entries are in it.
    pub(crate) covers: u64,
}

impl FrozenCloud {
    /// All inodes in small ranges, by tree.
    fn ranges(&self) -> impl Iterator<Item = (usize, Range<usize>)> {
        self.trees.iter().enumerate().flat_map(|(number, tree)| {
            (0..tree.len()).step_by(NODES).map(move |from| (number, from..tree.len().min(from + NODES)))
        })
    }
}

impl Service {
    /// Replaces the journal by a checkpoint.
    pub(crate) async fn compact(&self) -> Result<(), StoreError> {
        if !self.journal().keeps_records() {
            return Ok(());
        }
        let _alone = self.compaction().alone().await;
        // What nobody was told of yet would be written a second time.
        self.settled().await;
        let (frozen, before) = {
            let mut cloud = self.cloud();
            (cloud.freeze(), self.contents().segments())
        };
        let journal = self.journal();
        let mut pace = Pace::new(self.world());
        let kept = worth_keeping(journal, &before, &frozen, &mut pace).await;
        let stays =
            |piece: &Piece| piece.stored().filter(|stored| kept.contains_key(&stored.source())).cloned();

        let mut writer = ContentsWriter::new(journal);
        for (number, range) in frozen.ranges() {
            for (ino, start, piece) in frozen.trees[number].pieces(range) {
                let is_inline = piece.len() <= INLINE_BYTES && piece.memory().is_some();
                if stays(&piece).is_none() && !is_inline {
                    writer.add((number, ino, start), piece, &mut pace).await?;
                }
            }
            pace.breathe().await;
        }
        let (moved, fresh) = writer.finish().await?;

        let mut parts = PartsWriter::new(journal);
        parts.add(&Part::State(frozen.state.clone())).await?;
        for (number, range) in frozen.ranges() {
            let mut place = |ino, start, piece: &Piece| {
                let moved = moved.get(&(number, ino, start)).map(|(_, stored)| stored.clone());
                match moved.or_else(|| stays(piece)) {
                    Some(stored) => {
                        StoredPiece::Apart { source: stored.source(), at: stored.at(), len: stored.len() }
                    }
                    None => StoredPiece::Here(piece.clone()),
                }
            };
            let part = Part::Tree(frozen.trees[number].part(range, &mut place));
            parts.add(&part).await?;
            pace.breathe().await;
        }
        let parts = parts.finish().await?;

        let segments: Vec<_> = kept.values().cloned().chain(fresh).collect();
        journal.checkpoint(frozen.covers, &parts, &segments)?;
        journal.flush().await?;
        segments.iter().for_each(|segment| self.contents().add(segment));
        self.contents().forget(before.into_keys().filter(|number| !kept.contains_key(number)));
        for ((number, ino, offset), (piece, stored)) in moved {
            let written = Written { tree: frozen.trees[number].id().clone(), ino, offset };
            self.contents().settle(&self.cloud(), written, &piece, stored);
            pace.breathe().await;
        }
        self.contents().unload(&self.cloud());
        Ok(())
    }
}

/// The segments that stay as they are, by their numbers.
async fn worth_keeping(
    journal: &Journal<Written>,
    segments: &BTreeMap<u64, Arc<Segment>>,
    frozen: &FrozenCloud,
    pace: &mut Pace<'_>,
) -> HashMap<u64, Arc<Segment>> {
    let mut used: HashMap<u64, u64> = HashMap::new();
    // A part of a segment may be in several files.
    let mut seen = HashSet::new();
    for (number, range) in frozen.ranges() {
        for (_, _, piece) in frozen.trees[number].pieces(range) {
            if let Some(stored) = piece.stored()
                && seen.insert((stored.source(), stored.at()))
            {
                *used.entry(stored.source()).or_default() += stored.len();
            }
        }
        pace.breathe().await;
    }
    let is_worth = |segment: &&Arc<Segment>| {
        // One that a checkpoint dropped while a file was told of it is readable as long as it is held, and no longer.
        if !journal.keeps(segment.number()) {
            return false;
        }
        let used = used.get(&segment.number()).copied().unwrap_or(0);
        segment.len() >= SHORT_SEGMENT_BYTES && used * 100 >= segment.len() * USED_PERCENT
    };
    segments.values().filter(is_worth).map(|segment| (segment.number(), Arc::clone(segment))).collect()
}
