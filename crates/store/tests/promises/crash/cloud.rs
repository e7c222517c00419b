//! A little cloud over the journal: names and contents, some in the record and some apart, with checkpoints that
//! take their time. What it goes through is what the real one goes through.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::Arc;

use bytes::Bytes;
use sandbox_store::{Journal, Recovered, Segment, Store, StoreError};
use serde::{Deserialize, Serialize};

/// All files: what a crash must bring back.
pub(crate) type Files = BTreeMap<u8, Vec<u8>>;

#[derive(Debug, Serialize, Deserialize)]
pub(crate) enum Entry {
    Put(u8, Vec<u8>),
    PutApart { name: u8, at: u64, len: usize },
    Delete(u8),
}

/// Where a file's contents are.
#[derive(Debug, Clone)]
enum Contents {
    Memory(Bytes),
    Stored { segment: Arc<Segment>, at: u64, len: usize },
}

/// A file of a checkpoint: contents, or segment, place and length.
#[derive(Serialize, Deserialize)]
enum Saved {
    Memory(Vec<u8>),
    Stored(u64, u64, usize),
}

impl Contents {
    fn read(&self) -> Result<Vec<u8>, StoreError> {
        match self {
            Contents::Memory(bytes) => Ok(bytes.to_vec()),
            Contents::Stored { segment, at, len } => Ok(segment.read(*at, *len)?.to_vec()),
        }
    }
}

pub(crate) struct Cloud {
    journal: Journal<u8>,
    files: RefCell<BTreeMap<u8, Contents>>,
    checkpointing: RefCell<bool>,
}

impl Cloud {
    /// Opens what the store holds.
    pub(crate) async fn open(
        store: Arc<dyn Store>,
    ) -> Result<(Rc<Self>, Recovered<Files, Entry>), StoreError> {
        let (journal, recovered) = Journal::open::<Files, Entry>(store).await?;
        let mut files = BTreeMap::new();
        for (name, contents) in recovered.snapshot.iter().flatten() {
            files.insert(*name, Contents::Memory(contents.clone().into()));
        }
        if let Some(checkpoint) = &recovered.checkpoint {
            let part = &checkpoint.parts[0];
            let state = part.read(0, part.len() as usize)?;
            let saved: BTreeMap<u8, Saved> = postcard::from_bytes(&state).expect("a state that was written");
            for (name, saved) in saved {
                let contents = match saved {
                    Saved::Memory(bytes) => Contents::Memory(bytes.into()),
                    Saved::Stored(number, at, len) => {
                        let segment = checkpoint.segments.iter().find(|segment| segment.number() == number);
                        let segment = Arc::clone(segment.expect("a segment that the checkpoint names"));
                        Contents::Stored { segment, at, len }
                    }
                };
                files.insert(name, contents);
            }
        }
        for recorded in &recovered.entries {
            match &recorded.entry {
                Entry::Put(name, contents) => {
                    files.insert(*name, Contents::Memory(contents.clone().into()));
                }
                Entry::PutApart { name, at, len } => {
                    let segment = Arc::clone(recorded.segment.as_ref().expect("a body lies in a segment"));
                    files.insert(*name, Contents::Stored { segment, at: *at, len: *len });
                }
                Entry::Delete(name) => drop(files.remove(name)),
            }
        }
        let cloud = Self { journal, files: RefCell::new(files), checkpointing: RefCell::new(false) };
        Ok((Rc::new(cloud), recovered))
    }

    /// All contents, read from wherever they are.
    pub(crate) fn read_all(&self) -> Result<Files, StoreError> {
        self.files.borrow().iter().map(|(name, contents)| Ok((*name, contents.read()?))).collect()
    }

    pub(crate) fn put(&self, name: u8, contents: Vec<u8>) {
        self.journal.record(&Entry::Put(name, contents.clone()));
        self.files.borrow_mut().insert(name, Contents::Memory(contents.into()));
    }

    pub(crate) fn put_apart(&self, name: u8, contents: Vec<u8>) {
        let body = Bytes::from(contents);
        let len = body.len();
        self.journal.record_with(body.clone(), name, |at| Entry::PutApart { name, at, len });
        self.files.borrow_mut().insert(name, Contents::Memory(body));
    }

    pub(crate) fn delete(&self, name: u8) {
        self.journal.record(&Entry::Delete(name));
        self.files.borrow_mut().remove(&name);
    }

    /// Replaces everything by these files.
    pub(crate) fn import(&self, files: &Files) {
        self.journal.replace_with(files);
        let contents = |bytes: &Vec<u8>| Contents::Memory(bytes.clone().into());
        *self.files.borrow_mut() = files.iter().map(|(name, bytes)| (*name, contents(bytes))).collect();
    }

    pub(crate) async fn flush(&self) -> Result<(), StoreError> {
        self.journal.flush().await
    }

    /// Lets go the contents that the store has now.
    pub(crate) async fn let_go(&self) {
        // What the store does not give now it gives later.
        let Ok(stored) = self.journal.take_stored().await else { return };
        for stored in stored {
            let mut files = self.files.borrow_mut();
            if let Some(contents) = files.get_mut(&stored.tag)
                && matches!(&*contents, Contents::Memory(bytes) if *bytes == stored.body)
            {
                let len = stored.body.len();
                *contents = Contents::Stored { segment: stored.segment, at: stored.at, len };
            }
        }
    }

    /// Writes a checkpoint, one at a time. Files change while its part is being written.
    pub(crate) async fn checkpoint(&self) -> Result<(), StoreError> {
        if self.checkpointing.replace(true) {
            return Ok(());
        }
        let result = self.write_checkpoint().await;
        self.checkpointing.replace(false);
        result
    }

    async fn write_checkpoint(&self) -> Result<(), StoreError> {
        let covers = self.journal.cut();
        let files = self.files.borrow().clone();
        let saved: BTreeMap<u8, Saved> = files
            .iter()
            .map(|(name, contents)| {
                let saved = match contents {
                    Contents::Memory(bytes) => Saved::Memory(bytes.to_vec()),
                    Contents::Stored { segment, at, len } => Saved::Stored(segment.number(), *at, *len),
                };
                (*name, saved)
            })
            .collect();
        let state = postcard::to_stdvec(&saved).expect("a state serialises");
        let middle = state.len() / 2;
        let state = Bytes::from(state);
        let part = self.journal.write_segment(vec![state.slice(..middle), state.slice(middle..)]).await?;
        // Those of the state, and those that files got meanwhile.
        let mut segments = BTreeMap::new();
        for contents in files.values().chain(self.files.borrow().values()) {
            if let Contents::Stored { segment, .. } = contents {
                segments.insert(segment.number(), Arc::clone(segment));
            }
        }
        self.journal.checkpoint(covers, &[part], &segments.into_values().collect::<Vec<_>>())
    }

    pub(crate) fn waiting_bytes(&self) -> usize {
        self.journal.waiting_bytes()
    }
}
