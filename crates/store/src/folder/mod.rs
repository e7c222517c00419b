//! A store in a folder: segments are files of their own, records lie in logs, and every commit is one frame of a log.
//!
//! | file | what |
//! | --- | --- |
//! | `epoch` | the epoch of the engine that writes now, as text |
//! | `log-<n>` | frames of commits, in order; each engine begins a new one, and so does each checkpoint |
//! | `segment-<n>` | a segment |
//! | `lock` | the process that has the folder |
//!
//! A commit writes its segments, then its frame, which makes it count, and only then removes what it drops. So a crash
//! leaves segments that nothing names, which the journal drops, or files that are dropped already, which are removed
//! when the folder is opened.

mod disk;
mod frame;
#[cfg(not(target_arch = "wasm32"))]
mod native;
#[cfg(target_arch = "wasm32")]
mod node;

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use async_trait::async_trait;
use bytes::Bytes;

pub use disk::{Disk, DiskFile};
use frame::{Head, Next};
#[cfg(not(target_arch = "wasm32"))]
pub use native::NativeDisk;
#[cfg(target_arch = "wasm32")]
pub use node::{NodeDisk, NodeFs};

use crate::{Commit, Opened, RawSegment, Store, StoreError, StoreKind};

const EPOCH: &str = "epoch";
const LOG: &str = "log-";
const SEGMENT: &str = "segment-";

/// A store in a folder.
#[derive(Debug)]
pub struct FolderStore {
    disk: Arc<dyn Disk>,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    /// Held from `open` to `close`.
    lock: Option<Box<dyn Send + Sync>>,
    /// The log that is written now.
    log: u64,
    /// In which log each record is.
    records: BTreeMap<u64, u64>,
    /// Handles that are out.
    handles: HashMap<u64, Weak<FolderSegment>>,
}

impl std::fmt::Debug for State {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("State").field("log", &self.log).finish_non_exhaustive()
    }
}

impl FolderStore {
    /// The store in a folder, which is made where it is missing.
    pub fn new(disk: Arc<dyn Disk>) -> Self {
        Self { disk, state: Mutex::default() }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn epoch(&self) -> Result<u64, StoreError> {
        let text = self.disk.read(EPOCH)?;
        let number = std::str::from_utf8(&text).ok().and_then(|text| text.trim().parse().ok());
        number.ok_or_else(|| StoreError::Failed("the file `epoch` holds no number".into()))
    }

    fn handle(&self, state: &mut State, number: u64) -> Result<Arc<dyn RawSegment>, StoreError> {
        if let Some(segment) = state.handles.get(&number).and_then(Weak::upgrade) {
            return Ok(segment);
        }
        let len = self.disk.open(&segment_name(number))?.size()?;
        let segment =
            Arc::new(FolderSegment { disk: Arc::clone(&self.disk), number, len, file: Mutex::default() });
        state.handles.insert(number, Arc::downgrade(&segment));
        Ok(segment)
    }

    /// Reads the logs; gives the records that are left.
    fn read_logs(&self, state: &mut State, logs: &[u64]) -> Result<BTreeMap<u64, Bytes>, StoreError> {
        let mut records = BTreeMap::new();
        for log in logs {
            let mut rest = self.disk.read(&log_name(*log))?;
            loop {
                let frame = match frame::take(&mut rest) {
                    Next::Frame(frame) => frame,
                    Next::End => break,
                    Next::Damaged(damaged) => {
                        // As a record that cannot be read: whoever opens the journal sets it aside.
                        let seq = records.keys().next_back().map_or(1, |seq| seq + 1);
                        records.insert(seq, damaged);
                        state.records.insert(seq, *log);
                        break;
                    }
                };
                let keep = |seq: &u64| !frame.head.drops(*seq);
                records.retain(|seq, _: &mut Bytes| keep(seq));
                state.records.retain(|seq, _| keep(seq));
                for (seq, bytes) in frame.records {
                    records.insert(seq, bytes);
                    state.records.insert(seq, *log);
                }
            }
        }
        Ok(records)
    }

    /// Removes logs of which no record is left.
    fn remove_logs(&self, state: &State, logs: impl Iterator<Item = u64>) -> Result<(), StoreError> {
        for log in logs.filter(|log| *log != state.log) {
            if !state.records.values().any(|of| *of == log) {
                self.disk.remove(&log_name(log))?;
            }
        }
        Ok(())
    }
}

#[async_trait]
impl Store for FolderStore {
    fn kind(&self) -> StoreKind {
        StoreKind::Folder
    }

    async fn open(&self) -> Result<Opened, StoreError> {
        let lock = self.disk.lock()?;
        let names = self.disk.list()?;
        let epoch = if names.iter().any(|name| name == EPOCH) { self.epoch()? + 1 } else { 1 };
        self.disk.write(EPOCH, &[Bytes::from(epoch.to_string())])?;

        let mut state = self.state();
        *state = State { lock: Some(lock), ..State::default() };
        let numbered = |prefix: &str| {
            let mut numbers: Vec<u64> =
                names.iter().filter_map(|name| name.strip_prefix(prefix)?.parse().ok()).collect();
            numbers.sort_unstable();
            numbers
        };
        let logs = numbered(LOG);
        state.log = logs.last().map_or(1, |last| last + 1);
        let records = self.read_logs(&mut state, &logs)?;
        self.remove_logs(&state, logs.into_iter())?;
        let mut segments = Vec::new();
        for number in numbered(SEGMENT) {
            segments.push((number, self.handle(&mut state, number)?));
        }
        Ok(Opened { epoch, records: records.into_iter().collect(), segments })
    }

    async fn commit(&self, commit: Commit) -> Result<(), StoreError> {
        let mut state = self.state();
        let found = self.epoch()?;
        if found != commit.epoch {
            return Err(StoreError::Fenced { own: commit.epoch, found });
        }
        for (number, pieces) in &commit.segments {
            self.disk.write(&segment_name(*number), pieces)?;
        }
        let head = Head::of(&commit);
        if head.touches_records() {
            if let Err(error) = self.disk.append(&log_name(state.log), &frame::encode(&head, &commit.records))
            {
                // What a frame left behind would hide those after it.
                state.log += 1;
                return Err(StoreError::Unknown(error.to_string()));
            }
            let log = state.log;
            state.records.retain(|seq, _| !head.drops(*seq));
            state.records.extend(commit.records.iter().map(|(seq, _)| (*seq, log)));
        }
        self.remove_dropped(&mut state, &commit);
        Ok(())
    }

    async fn segment(&self, number: u64) -> Result<Arc<dyn RawSegment>, StoreError> {
        self.handle(&mut self.state(), number)
    }

    async fn close(&self) {
        self.state().lock = None;
    }
}

impl FolderStore {
    /// Removes the files that a commit drops. What cannot be removed stays until the folder is opened again: the commit
    /// counts already.
    fn remove_dropped(&self, state: &mut State, commit: &Commit) {
        for number in &commit.drop_segments {
            let held = state.handles.remove(number).and_then(|handle| handle.upgrade());
            if held.is_none_or(|segment| segment.hold().is_ok()) {
                let _ = self.disk.remove(&segment_name(*number));
            }
        }
        if commit.drop_records_below.is_some() {
            state.log += 1;
            let logs = self.disk.list().unwrap_or_default();
            let logs = logs.iter().filter_map(|name| name.strip_prefix(LOG)?.parse().ok());
            let _ = self.remove_logs(state, logs);
        }
    }
}

fn log_name(number: u64) -> String {
    format!("{LOG}{number}")
}

fn segment_name(number: u64) -> String {
    format!("{SEGMENT}{number}")
}

/// A segment's file, opened when it is read or removed.
#[derive(Debug)]
struct FolderSegment {
    disk: Arc<dyn Disk>,
    number: u64,
    len: u64,
    /// Open from its removal on: before that it is opened for each read, for files that may be open are few.
    file: Mutex<Option<Box<dyn DiskFile>>>,
}

impl FolderSegment {
    /// Has it stay readable when it is removed.
    fn hold(&self) -> Result<(), StoreError> {
        let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        if file.is_none() {
            *file = Some(self.disk.open(&segment_name(self.number))?);
        }
        Ok(())
    }
}

impl RawSegment for FolderSegment {
    fn len(&self) -> u64 {
        self.len
    }

    fn read(&self, at: u64, len: usize) -> Result<Bytes, StoreError> {
        let file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        match &*file {
            Some(file) => file.read_at(at, len),
            None => self.disk.open(&segment_name(self.number))?.read_at(at, len),
        }
    }
}
