//! A store in a folder: what was acknowledged is there after a crash at any call of the disk, a torn one included.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use bytes::Bytes;
use futures_util::FutureExt;
use sandbox_store::{
    Disk, DiskFile, FolderStore, Journal, NativeDisk, Recovered, Store, StoreError, StoreKind,
};

type Back = Recovered<Vec<u64>, (u64, Option<u64>)>;

/// Nothing in these tests waits.
fn now<F: Future>(future: F) -> F::Output {
    future.now_or_never().expect("nothing here has to wait")
}

/// A disk in memory that stops at one of its calls, with a part of what it was to do.
#[derive(Debug, Clone, Default)]
struct Crashing {
    files: Arc<Mutex<BTreeMap<String, Vec<u8>>>>,
    left: Arc<Mutex<Option<u64>>>,
}

impl Crashing {
    /// The disk after a restart, which crashes again after so many calls.
    fn restarted(&self, left: Option<u64>) -> Self {
        Self { files: Arc::clone(&self.files), left: Arc::new(Mutex::new(left)) }
    }

    /// False when the power is gone; `Some(false)` when it goes now.
    fn step(&self) -> Result<bool, StoreError> {
        match &mut *self.left.lock().unwrap() {
            None => Ok(true),
            Some(0) => Err(StoreError::Failed("the power is off".into())),
            Some(left) => {
                *left -= 1;
                Ok(*left > 0)
            }
        }
    }
}

impl Disk for Crashing {
    fn list(&self) -> Result<Vec<String>, StoreError> {
        Ok(self.files.lock().unwrap().keys().cloned().collect())
    }

    fn read(&self, name: &str) -> Result<Bytes, StoreError> {
        let files = self.files.lock().unwrap();
        files.get(name).cloned().map(Bytes::from).ok_or_else(|| StoreError::Failed(format!("no {name}")))
    }

    fn open(&self, name: &str) -> Result<Box<dyn DiskFile>, StoreError> {
        Ok(Box::new(Open(self.read(name)?)))
    }

    fn write(&self, name: &str, pieces: &[Bytes]) -> Result<(), StoreError> {
        let goes_on = self.step()?;
        if goes_on {
            self.files.lock().unwrap().insert(name.to_owned(), pieces.concat());
        }
        if goes_on { Ok(()) } else { Err(StoreError::Failed("the power went".into())) }
    }

    fn append(&self, name: &str, pieces: &[Bytes]) -> Result<(), StoreError> {
        let goes_on = self.step()?;
        let whole = pieces.concat();
        let part = if goes_on { &whole[..] } else { &whole[..whole.len() / 2] };
        self.files.lock().unwrap().entry(name.to_owned()).or_default().extend(part);
        if goes_on { Ok(()) } else { Err(StoreError::Failed("the power went".into())) }
    }

    fn remove(&self, name: &str) -> Result<(), StoreError> {
        if self.step()? {
            self.files.lock().unwrap().remove(name);
        }
        Ok(())
    }

    fn lock(&self) -> Result<Box<dyn Send + Sync>, StoreError> {
        Ok(Box::new(()))
    }
}

#[derive(Debug)]
struct Open(Bytes);

impl DiskFile for Open {
    fn size(&self) -> Result<u64, StoreError> {
        Ok(self.0.len() as u64)
    }

    fn read_at(&self, at: u64, len: usize) -> Result<Bytes, StoreError> {
        Ok(self.0.slice(at as usize..at as usize + len))
    }
}

fn open(disk: &Crashing) -> Result<(Journal<()>, Back), StoreError> {
    now(Journal::open(Arc::new(FolderStore::new(Arc::new(disk.clone()))) as Arc<dyn Store>))
}

/// The numbers that a reader finds, those of bodies checked.
fn found(back: &Back) -> Vec<u64> {
    let numbers = back.checkpoint.iter().flat_map(|checkpoint| {
        let bytes = checkpoint.parts[0].read(0, checkpoint.parts[0].len() as usize).unwrap();
        postcard::from_bytes::<Vec<u64>>(&bytes).unwrap()
    });
    let entries = back.entries.iter().map(|recorded| {
        let (number, at) = recorded.entry;
        if let Some(at) = at {
            let segment = recorded.segment.as_ref().expect("a body lies apart");
            assert_eq!(segment.read(at, 5000).unwrap(), vec![number as u8; 5000]);
        }
        number
    });
    numbers.chain(entries).collect()
}

/// Records numbers, some with bodies, and checkpoints in between; gives those that were acknowledged.
fn work(journal: &Journal<()>, from: u64, known: &[u64]) -> Vec<u64> {
    let mut acknowledged = known.to_vec();
    let mut recorded = known.to_vec();
    for number in from..from + 8 {
        if number % 3 == 0 {
            journal.record_with(vec![number as u8; 5000].into(), (), |at| (number, Some(at)));
        } else {
            journal.record(&(number, None::<u64>));
        }
        recorded.push(number);
        if now(journal.flush()).is_ok() {
            acknowledged.clone_from(&recorded);
        }
        if number % 4 == 0 {
            let covers = journal.cut();
            let state = postcard::to_stdvec(&recorded).unwrap();
            if let Ok(part) = now(journal.write_segment(vec![state.into()])) {
                journal.checkpoint(covers, &[part], &[]).unwrap();
                if now(journal.flush()).is_ok() {
                    acknowledged.clone_from(&recorded);
                }
            }
        }
    }
    acknowledged
}

/// Whether every acknowledged number is there, and what is there is a beginning of what was recorded.
fn is_kept(found: &[u64], acknowledged: &[u64]) -> bool {
    found.starts_with(acknowledged) && found.iter().zip(1..).all(|(found, wanted)| *found == wanted)
}

#[test]
fn a_crash_at_any_call_loses_nothing_acknowledged() {
    let mut crashes = 0;
    for first in 1.. {
        let disk = Crashing::default().restarted(Some(first));
        let acknowledged = match open(&disk) {
            Ok((journal, _)) => work(&journal, 1, &[]),
            Err(_) => Vec::new(),
        };
        // Another crash while the next engine opens and works on.
        for second in 1..20 {
            let copy = Crashing {
                files: Arc::new(Mutex::new(disk.files.lock().unwrap().clone())),
                left: Arc::new(Mutex::new(Some(second))),
            };
            let mut kept = acknowledged.clone();
            if let Ok((journal, back)) = open(&copy) {
                let there = found(&back);
                assert!(is_kept(&there, &acknowledged), "crash at {first}: {there:?} of {acknowledged:?}");
                let next = there.len() as u64 + 1;
                kept = work(&journal, next, &there);
            }
            let there = found(&open(&copy.restarted(None)).unwrap().1);
            assert!(is_kept(&there, &kept), "crashes at {first} and {second}: {there:?} of {kept:?}");
            crashes += 1;
        }
        if acknowledged.len() == 8 && disk.left.lock().unwrap().is_some_and(|left| left > 0) {
            break;
        }
    }
    assert!(crashes > 200, "only {crashes} crashes were tried");
}

#[test]
fn a_folder_of_this_machine_keeps_what_was_written_and_has_one_owner() {
    let folder = tempfile::tempdir().unwrap();
    let store = || Arc::new(FolderStore::new(Arc::new(NativeDisk::new(folder.path())))) as Arc<dyn Store>;
    let first = store();
    assert_eq!(first.kind(), StoreKind::Folder);
    let (journal, _): (Journal<()>, Back) = now(Journal::open(Arc::clone(&first))).unwrap();
    assert_eq!(work(&journal, 1, &[]).len(), 8);
    let refused = now(Journal::<()>::open::<Vec<u64>, (u64, Option<u64>)>(store()));
    assert_eq!(refused.err(), Some(StoreError::Held));
    now(journal.close());
    let (_, back): (Journal<()>, Back) = now(Journal::open(store())).unwrap();
    assert_eq!(found(&back), (1..=8).collect::<Vec<_>>());
    let files = std::fs::read_dir(folder.path()).unwrap().count();
    assert!(files < 8, "{files} files are left of a journal with one checkpoint");
}

#[test]
fn a_handle_is_readable_after_its_segment_went() {
    let folder = tempfile::tempdir().unwrap();
    let store = Arc::new(FolderStore::new(Arc::new(NativeDisk::new(folder.path())))) as Arc<dyn Store>;
    let (journal, _): (Journal<()>, Back) = now(Journal::open(store)).unwrap();
    let segment = now(journal.write_segment(vec![Bytes::from_static(b"contents")])).unwrap();
    journal.cache().set_limit(0);
    let covers = journal.cut();
    journal.checkpoint(covers, &[], &[]).unwrap();
    now(journal.flush()).unwrap();
    assert!(!journal.keeps(segment.number()));
    assert_eq!(segment.read(2, 3).unwrap(), "nte");
}

#[test]
fn what_is_damaged_is_set_aside_and_the_rest_is_readable() {
    let disk = Crashing::default();
    let (journal, _) = open(&disk).unwrap();
    for number in [1_u64, 2] {
        journal.record(&(number, None::<u64>));
        now(journal.flush()).unwrap();
    }
    {
        let mut files = disk.files.lock().unwrap();
        let log = files.get_mut("log-1").unwrap();
        let frame = log.len() / 2;
        log[frame - 1] ^= 1;
    }
    let (journal, back) = open(&disk).unwrap();
    assert_eq!((found(&back), back.damaged.len()), (vec![], 1));
    journal.record(&(1_u64, None::<u64>));
    now(journal.flush()).unwrap();
    let (journal, back) = open(&disk).unwrap();
    assert_eq!((found(&back), back.damaged.len()), (vec![1], 0));
    assert_eq!(journal.set_aside().len(), 1);
}
