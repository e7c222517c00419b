//! Journals that earlier versions wrote are read, and go on in the version of today.

use std::path::Path;
use std::sync::Arc;

use bytes::Bytes;
use sandbox_store::record::HEADER_LEN;
use sandbox_store::{Journal, MemoryStore, Recovered, Store};

use crate::support::now;

type Back = Recovered<Vec<String>, String>;

/// A store with the records of a file, which stand there one after the other.
fn load(file: &str) -> MemoryStore {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data").join(file);
    let mut rest = Bytes::from(std::fs::read(&path).unwrap());
    let store = MemoryStore::new();
    store.tamper(|records, _| {
        while !rest.is_empty() {
            let number = |from: usize, len: usize| {
                rest[from..from + len].iter().rev().fold(0, |number, byte| number << 8 | u64::from(*byte))
            };
            let (seq, len) = (number(16, 8), HEADER_LEN + number(24, 4) as usize);
            records.insert(seq, rest.split_to(len));
        }
    });
    store
}

fn open(store: &MemoryStore) -> (Journal<()>, Back) {
    now(Journal::open(Arc::new(store.clone()) as Arc<dyn Store>)).unwrap()
}

fn entries(back: &Back) -> Vec<&str> {
    back.entries.iter().map(|recorded| recorded.entry.as_str()).collect()
}

#[test]
fn entries_of_version_1_are_read() {
    let (_, back) = open(&load("version-1-entries.journal"));
    assert_eq!(entries(&back), ["one", "two", "three", "by the next engine"]);
    assert_eq!((back.snapshot, back.damaged.len()), (None, 0));
}

#[test]
fn a_snapshot_of_version_1_is_read_and_what_follows_it() {
    let (_, back) = open(&load("version-1-snapshot.journal"));
    assert_eq!(entries(&back), ["after", "by the next engine"]);
    assert_eq!((back.snapshot, back.damaged.len()), (Some(vec!["all".into(), "so far".into()]), 0));
}

#[test]
fn a_journal_of_version_1_goes_on_in_version_2_and_a_checkpoint_ends_version_1() {
    for file in ["version-1-entries.journal", "version-1-snapshot.journal"] {
        let store = load(file);
        let (journal, before) = open(&store);
        journal.record_with(Bytes::from_static(b"apart"), (), |_| "new".to_owned());
        now(journal.flush()).unwrap();
        let (journal, back) = open(&store);
        assert_eq!(entries(&back).split_last(), Some((&"new", &entries(&before)[..])));
        assert_eq!(back.snapshot, before.snapshot);

        let covers = journal.cut();
        let state = now(journal.write_segment(vec![Bytes::from_static(b"state")])).unwrap();
        journal.checkpoint(covers, &[state], &[]).unwrap();
        now(journal.flush()).unwrap();
        assert!(store.records().values().all(|record| record[4] == 2));
        let (_, back) = open(&store);
        assert_eq!((entries(&back).len(), back.snapshot), (0, None));
        assert_eq!(back.checkpoint.unwrap().parts[0].read(0, 5).unwrap(), "state");
    }
}
