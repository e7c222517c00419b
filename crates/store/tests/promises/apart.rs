//! Contents that lie apart: where they are told to be, when they are read, what stays and what goes.

use crate::support::{Log, now, open, open_on, store};
use bytes::Bytes;
use sandbox_store::{Fault, FaultyStore, LateStore, Segment, StoreError, WINDOW_LEN};

/// Bytes that differ everywhere.
fn contents(len: usize) -> Bytes {
    (0..len).map(|at| (at % 251) as u8 ^ (at >> 10) as u8).collect()
}

fn record(journal: &Log, tag: &'static str, body: &Bytes) {
    journal.record_with(body.clone(), tag, |at| (tag.to_owned(), at));
}

fn read(segment: &Segment, at: u64, len: usize) -> Bytes {
    segment.read(at, len).unwrap()
}

#[test]
fn a_body_is_durable_with_its_entry_and_is_found_by_what_the_entry_was_told() {
    let store = store();
    let (journal, _) = open(&store);
    let (small, large) = (contents(10), contents(3 * WINDOW_LEN + 5));
    record(&journal, "small", &small);
    record(&journal, "large", &large);
    now(journal.flush()).unwrap();
    for stored in now(journal.take_stored()).unwrap() {
        assert_eq!(read(&stored.segment, stored.at, stored.body.len()), stored.body, "{}", stored.tag);
    }

    let (_, back) = open(&store);
    let bodies: Vec<(String, Bytes)> = back
        .entries
        .into_iter()
        .map(|it| {
            let len = if it.entry.0 == "small" { small.len() } else { large.len() };
            (it.entry.0, read(&it.segment.unwrap(), it.entry.1, len))
        })
        .collect();
    assert_eq!(bodies, [("small".into(), small), ("large".into(), large)]);
}

#[test]
fn every_range_is_read_as_it_is() {
    let whole = contents(6 * WINDOW_LEN + 77);
    for cache in [0, WINDOW_LEN * 2, 64 << 20] {
        let (journal, _) = open(&store());
        journal.cache().set_limit(cache);
        let segment = now(journal.write_segment(vec![whole.slice(..100), whole.slice(100..)])).unwrap();
        let edges =
            [0, 1, WINDOW_LEN - 1, WINDOW_LEN, WINDOW_LEN + 1, 5 * WINDOW_LEN, whole.len() - 1, whole.len()];
        for (from, to) in edges.iter().flat_map(|from| edges.iter().map(move |to| (*from, *to))) {
            if from <= to {
                assert_eq!(read(&segment, from as u64, to - from), whole.slice(from..to), "{from}..{to}");
            }
            assert!(journal.cache().bytes() <= cache);
        }
        assert!(segment.read(whole.len() as u64, 1).is_err());
        assert!(segment.read(u64::MAX, 2).is_err());
    }
}

#[test]
fn a_body_is_taken_once_and_after_the_acknowledgement() {
    let (journal, _) = open(&store());
    record(&journal, "a", &contents(9));
    assert!(now(journal.take_stored()).unwrap().is_empty(), "it is not durable yet");
    now(journal.flush()).unwrap();
    let tags = |journal: &Log| -> Vec<_> {
        now(journal.take_stored()).unwrap().into_iter().map(|stored| stored.tag).collect()
    };
    assert_eq!(tags(&journal), ["a"]);
    assert_eq!(tags(&journal), [] as [&str; 0]);
}

#[test]
fn an_engine_over_a_late_store_reads_when_it_is_asked_and_every_time() {
    let store = store();
    let body = contents(1_000);
    let (journal, _) = open(&store);
    record(&journal, "a", &body);
    now(journal.flush()).unwrap();

    let late = LateStore::new(std::sync::Arc::new(store));
    let (journal, back) = open_on(late.clone()).unwrap();
    assert_eq!((journal.habits().apart_from, late.reads()), (1, 0), "opening reads no contents");
    let segment = back.entries[0].segment.clone().unwrap();
    for reads in 1..4 {
        assert_eq!(read(&segment, 0, body.len()), body);
        assert_eq!(late.reads(), reads);
    }
}

#[test]
fn a_handle_outlives_its_segment() {
    let store = store();
    let (journal, _) = open(&store);
    let segment = now(journal.write_segment(vec![contents(50)])).unwrap();
    journal.checkpoint(journal.cut(), &[], &[]).unwrap();
    now(journal.flush()).unwrap();
    assert!(store.segments().is_empty());
    assert_eq!(read(&segment, 0, 50), contents(50));
}

#[test]
fn a_checkpoint_replaces_what_it_covers_and_nothing_after_it() {
    let store = store();
    let (journal, _) = open(&store);
    record(&journal, "old", &contents(5));
    record(&journal, "kept", &contents(6));
    now(journal.flush()).unwrap();
    let kept = now(journal.take_stored()).unwrap().pop().unwrap();
    record(&journal, "not needed", &contents(7));
    now(journal.flush()).unwrap();
    now(journal.take_stored()).unwrap();

    let covers = journal.cut();
    record(&journal, "during", &contents(8));
    now(journal.flush()).unwrap();
    let part = now(journal.write_segment(vec![Bytes::from_static(b"state")])).unwrap();
    assert_eq!(journal.segment_bytes(), 11 + 7 + 8 + 5);
    journal.checkpoint(covers, &[part], &[kept.segment]).unwrap();
    record(&journal, "after", &contents(9));
    now(journal.flush()).unwrap();
    assert_eq!(journal.segment_bytes(), 11 + 8 + 5 + 9);
    assert_eq!(store.segments().values().map(|bytes| bytes.len()).collect::<Vec<_>>(), [11, 8, 5, 9]);

    let (next, back) = open(&store);
    let checkpoint = back.checkpoint.unwrap();
    assert_eq!(read(&checkpoint.parts[0], 0, 5), "state");
    assert_eq!(read(&checkpoint.segments[0], kept.at, 6), contents(6));
    let after: Vec<_> = back.entries.into_iter().map(|recorded| recorded.entry.0).collect();
    assert_eq!(after, ["during", "after"]);
    assert_eq!(next.bytes_since_checkpoint(), journal.bytes_since_checkpoint());
    assert_eq!(next.segment_bytes(), journal.segment_bytes());
}

#[test]
fn a_body_that_nobody_has_taken_survives_a_checkpoint_that_does_not_know_it() {
    for durable_before in [false, true] {
        let store = store();
        let (journal, _) = open(&store);
        record(&journal, "a", &contents(5));
        if durable_before {
            now(journal.flush()).unwrap();
        }
        let covers = journal.cut();
        journal.checkpoint(covers, &[], &[]).unwrap();
        now(journal.flush()).unwrap();
        assert_eq!(store.records().len(), 1, "what the checkpoint covers is gone");
        let stored = now(journal.take_stored()).unwrap().pop().unwrap();
        journal.checkpoint(journal.cut(), &[], &[stored.segment]).unwrap();
        now(journal.flush()).unwrap();
        let kept = &open(&store).1.checkpoint.unwrap().segments[0];
        assert_eq!(read(kept, stored.at, 5), contents(5));
    }
}

#[test]
fn a_checkpoint_of_segments_that_are_gone_is_refused() {
    let (journal, _) = open(&store());
    let part = now(journal.write_segment(vec![contents(5)])).unwrap();
    journal.checkpoint(journal.cut(), &[], &[]).unwrap();
    let refused = journal.checkpoint(journal.cut(), &[part], &[]);
    assert_eq!(refused.err().map(|error| error.reason()), Some("contents_damaged"));
}

#[test]
fn a_segment_that_nothing_mentions_goes_with_the_next_engines_first_commit() {
    let store = store();
    let (journal, _) = open(&store);
    now(journal.write_segment(vec![contents(5)])).unwrap();
    let (next, _) = open(&store);
    assert_eq!(store.segments().len(), 1);
    record(&next, "a", &contents(6));
    now(next.flush()).unwrap();
    assert_eq!(store.segments().keys().copied().collect::<Vec<_>>(), [2]);
}

#[test]
fn what_a_commit_drops_goes_with_the_next_one_where_it_fails() {
    let store = store();
    let (journal, _) = open(&store);
    now(journal.write_segment(vec![contents(5)])).unwrap();
    let faulty = FaultyStore::new(std::sync::Arc::new(store.clone()));
    let (next, _) = open_on(faulty.clone()).unwrap();
    faulty.plant_at(1, Fault::Refuse(StoreError::Failed("planted".into())));
    next.record(&("a".to_owned(), 0));
    assert!(now(next.flush()).is_err());
    now(next.flush()).unwrap();
    assert!(store.segments().is_empty());
}

#[test]
fn a_batch_that_an_import_discards_leaves_nothing_of_an_attempt_whose_outcome_was_unknown() {
    let store = store();
    let faulty = FaultyStore::new(std::sync::Arc::new(store.clone()));
    let (journal, _) = open_on(faulty.clone()).unwrap();
    faulty.plant_at(1, Fault::LoseReply(StoreError::Unknown("planted".into())));
    record(&journal, "a", &contents(5));
    assert!(now(journal.flush()).is_err());
    assert_eq!(store.segments().len(), 1);
    journal.replace_with(&vec!["imported".to_owned()]);
    now(journal.flush()).unwrap();
    assert!(store.segments().is_empty());
    assert_eq!(store.records().len(), 1);
}

#[test]
fn a_segment_whose_write_failed_goes_with_the_next_commit() {
    let store = store();
    let faulty = FaultyStore::new(std::sync::Arc::new(store.clone()));
    let (journal, _) = open_on(faulty.clone()).unwrap();
    faulty.plant_at(1, Fault::LoseReply(StoreError::Unknown("planted".into())));
    assert!(now(journal.write_segment(vec![contents(5)])).is_err());
    assert_eq!(store.segments().len(), 1, "the write was done and its reply lost");
    journal.record(&("a".to_owned(), 0));
    now(journal.flush()).unwrap();
    assert!(store.segments().is_empty());
}

#[test]
fn an_import_drops_what_waits_so_that_it_helps_where_the_store_is_full() {
    let store = store();
    let faulty = FaultyStore::new(std::sync::Arc::new(store.clone()));
    let (journal, _) = open_on(faulty.clone()).unwrap();
    faulty.plant(Fault::Refuse(StoreError::Full("planted".into())));
    record(&journal, "too large", &contents(5_000));
    assert!(now(journal.flush()).is_err());
    assert!(journal.waiting_bytes() > 5_000);
    faulty.plant(Fault::None);
    journal.replace_with(&vec!["little".to_owned()]);
    assert!(journal.waiting_bytes() < 100);
    now(journal.flush()).unwrap();
    let (_, back) = open(&store);
    assert_eq!((back.snapshot, back.entries.len()), (Some(vec!["little".to_owned()]), 0));
    assert!(back.damaged.is_empty(), "sequence numbers that were never written are no damage");
    assert!(store.segments().is_empty());
}

#[test]
fn a_store_that_keeps_nothing_is_given_nothing() {
    let (journal, _) = open_on(sandbox_store::MemoryStore::forgetful()).unwrap();
    record(&journal, "a", &contents(5));
    assert_eq!(journal.waiting_bytes(), 0);
    now(journal.flush()).unwrap();
    assert!(now(journal.take_stored()).unwrap().is_empty());
}
