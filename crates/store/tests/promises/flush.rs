//! What a flush promises, against stores that work, fail, lose their replies or lie.

use std::sync::Arc;

use proptest::prelude::*;
use sandbox_store::{Fault, FaultyStore, Journal, MemoryStore, Recovered, Store, StoreError};

use crate::support::now;

type Log = Journal<()>;
type Back = Recovered<Vec<u32>, u32>;

fn open(store: &MemoryStore) -> (Log, Back) {
    now(Log::open(Arc::new(store.clone()) as Arc<dyn Store>)).expect("the store opens")
}

/// What a fresh engine would see.
fn durable(store: &MemoryStore) -> Vec<u32> {
    let Recovered { snapshot, entries, .. } = open(&store.copy()).1;
    snapshot.into_iter().flatten().chain(entries.into_iter().map(|recorded| recorded.entry)).collect()
}

#[test]
fn what_was_flushed_is_there_and_the_rest_is_not() {
    let store = MemoryStore::new();
    let (journal, _) = open(&store);
    journal.record(&1_u32);
    journal.record(&2_u32);
    now(journal.flush()).unwrap();
    journal.record(&3_u32);
    assert_eq!(durable(&store), [1, 2]);
}

#[test]
fn one_flush_is_one_record_however_many_entries() {
    let store = MemoryStore::new();
    let (journal, _) = open(&store);
    for entry in 0..1_000_u32 {
        journal.record(&entry);
    }
    now(journal.flush()).unwrap();
    assert_eq!(store.records().len(), 1);
}

#[test]
fn a_snapshot_replaces_what_came_before_it() {
    let store = MemoryStore::new();
    let (journal, _) = open(&store);
    journal.record(&1_u32);
    now(journal.flush()).unwrap();
    journal.record(&2_u32);
    journal.replace_with(&vec![10_u32, 20]);
    journal.record(&3_u32);
    now(journal.flush()).unwrap();
    assert_eq!(durable(&store), [10, 20, 3]);
    assert_eq!(store.records().len(), 2, "the older records are gone");
}

#[test]
fn an_engine_that_was_replaced_cannot_write() {
    let store = MemoryStore::new();
    let (old, _) = open(&store);
    let (new, _) = open(&store);
    old.record(&1_u32);
    assert_eq!(now(old.flush()), Err(StoreError::Fenced { own: 1, found: 2 }));
    new.record(&2_u32);
    now(new.flush()).unwrap();
    assert_eq!(durable(&store), [2]);
}

#[test]
fn a_refused_commit_is_an_error_and_goes_with_the_next() {
    let store = MemoryStore::new();
    let faulty = FaultyStore::new(Arc::new(store.clone()));
    let (journal, _): (_, Back) = now(Log::open(Arc::new(faulty.clone()) as Arc<dyn Store>)).unwrap();
    let full = StoreError::Full("the disk".into());
    faulty.plant(Fault::Refuse(full.clone()));
    journal.record(&1_u32);
    assert_eq!(now(journal.flush()), Err(full));
    assert!(journal.waiting_bytes() > 0);
    faulty.plant(Fault::None);
    journal.record(&2_u32);
    now(journal.flush()).unwrap();
    assert_eq!(durable(&store), [1, 2]);
}

#[test]
fn a_commit_whose_reply_was_lost_is_not_applied_twice() {
    let store = MemoryStore::new();
    let faulty = FaultyStore::new(Arc::new(store.clone()));
    let (journal, _): (_, Back) = now(Log::open(Arc::new(faulty.clone()) as Arc<dyn Store>)).unwrap();
    faulty.plant(Fault::LoseReply(StoreError::Unknown("the line is dead".into())));
    journal.record(&1_u32);
    assert!(now(journal.flush()).is_err());
    faulty.plant(Fault::None);
    journal.record(&2_u32);
    now(journal.flush()).unwrap();
    assert_eq!(durable(&store), [1, 2]);
}

#[derive(Debug, Clone)]
enum Step {
    Record(u32),
    Flush,
    Snapshot,
    Fault(u8),
    Crash,
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        4 => any::<u32>().prop_map(Step::Record),
        3 => Just(Step::Flush),
        1 => Just(Step::Snapshot),
        2 => (0_u8..3).prop_map(Step::Fault),
        1 => Just(Step::Crash),
    ]
}

/// Runs a schedule and says whether a crash ever lost what was acknowledged or kept what was never written.
fn survives(steps: &[Step], lying: bool) -> bool {
    let store = MemoryStore::new();
    let faulty = FaultyStore::new(Arc::new(store.clone()));
    let reopen =
        || now(Log::open::<Vec<u32>, u32>(Arc::new(faulty.clone()) as Arc<dyn Store>)).expect("it opens").0;
    let mut journal = reopen();
    let (mut all, mut acknowledged) = (Vec::new(), 0);
    for step in steps {
        match step {
            Step::Record(entry) => {
                journal.record(entry);
                all.push(*entry);
            }
            Step::Flush => {
                if now(journal.flush()).is_ok() {
                    acknowledged = all.len();
                }
            }
            Step::Snapshot => journal.replace_with(&all),
            Step::Fault(kind) => faulty.plant(match kind {
                0 if lying => Fault::AcknowledgeEarly,
                0 => Fault::None,
                1 => Fault::Refuse(StoreError::Failed("planted".into())),
                _ => Fault::LoseReply(StoreError::Unknown("planted".into())),
            }),
            Step::Crash => {
                let kept = durable(&store);
                if kept.len() < acknowledged || !all.starts_with(&kept) {
                    return false;
                }
                // An early acknowledgement is written with the next write, unless the power goes.
                faulty.cut();
                faulty.restart();
                acknowledged = kept.len();
                all = kept;
                journal = reopen();
            }
        }
    }
    let kept = durable(&store);
    kept.len() >= acknowledged && all.starts_with(&kept)
}

proptest! {
    #[test]
    fn a_crash_anywhere_keeps_what_was_acknowledged(steps in prop::collection::vec(step(), 0..60)) {
        prop_assert!(survives(&steps, false));
    }
}

#[test]
fn the_property_finds_a_store_that_acknowledges_early() {
    let steps = [Step::Fault(0), Step::Record(7), Step::Flush, Step::Crash];
    assert!(!survives(&steps, true), "a lying store went unseen");
    assert!(survives(&steps, false));
}
