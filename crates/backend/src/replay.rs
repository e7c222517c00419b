//! Opening a cloud: the fold of what its journal holds.

use std::collections::HashMap;
use std::sync::Arc;

use sandbox_core::State;
use sandbox_fs::{ChangeLog, FsError, Piece};
use sandbox_store::{Recorded, Recovered, Segment};

use crate::contents::{source, stored};
use crate::error::OpenError;
use crate::journal_format::{Apart, Entry, Part, Snapshot};
use crate::trees::Trees;

/// A cloud that was read.
pub(crate) struct Replayed {
    pub(crate) state: State,
    pub(crate) trees: Trees,
    /// All segments that files may need.
    pub(crate) segments: Vec<Arc<Segment>>,
}

/// Folds the journal: the state, and every filesystem.
pub(crate) fn replay(recovered: Recovered<Snapshot, Entry>, log: &ChangeLog) -> Result<Replayed, OpenError> {
    let damaged = |error: FsError| OpenError::Replay(error.to_string());
    let mut segments = Vec::new();
    let (mut state, mut trees) = match (recovered.snapshot, recovered.checkpoint) {
        (Some(snapshot), _) => Trees::restore(snapshot, log, &|_| None).map_err(damaged)?,
        (None, Some(checkpoint)) => {
            let by_number: HashMap<u64, _> =
                checkpoint.segments.iter().map(|segment| (segment.number(), source(segment))).collect();
            let snapshot = read_parts(&checkpoint.parts)?;
            segments = checkpoint.segments;
            Trees::restore(snapshot, log, &|number| by_number.get(&number).cloned()).map_err(damaged)?
        }
        (None, None) => Default::default(),
    };
    for Recorded { entry, segment } in recovered.entries {
        match entry {
            Entry::Event(event) => {
                state.apply(&event);
                trees.happen(&event, log);
            }
            Entry::Change(tree, change) => trees.apply(&tree, &change).map_err(damaged)?,
            Entry::ChangeApart(tree, change, Apart { at, len }) => {
                let segment = segment.ok_or_else(|| OpenError::Replay(format!("{tree}: no contents")))?;
                let data = Piece::Stored(stored(&segment, at, len));
                segments.push(segment);
                trees.apply(&tree, &change.with_data(data)).map_err(damaged)?;
            }
        }
    }
    Ok(Replayed { state, trees, segments })
}

/// Puts a checkpoint together.
fn read_parts(segments: &[Arc<Segment>]) -> Result<Snapshot, OpenError> {
    let unreadable = || OpenError::Replay("a part of the checkpoint cannot be read".into());
    let mut snapshot = Snapshot { state: State::default(), trees: Vec::new() };
    for segment in segments {
        let bytes = segment.read(0, segment.len() as usize)?;
        let mut rest = &bytes[..];
        while !rest.is_empty() {
            let (part, after) = postcard::take_from_bytes(rest).map_err(|_| unreadable())?;
            rest = after;
            match part {
                Part::State(state) => snapshot.state = state,
                Part::Tree(part) => match snapshot.trees.last_mut() {
                    Some(tree) if tree.id() == part.id() => {
                        if !tree.join(part) {
                            return Err(unreadable());
                        }
                    }
                    _ => snapshot.trees.push(part),
                },
            }
        }
    }
    Ok(snapshot)
}
