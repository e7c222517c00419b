//! What is damaged is found, reported and set aside; what is intact stays readable, and the journal goes on.

use crate::support::{Back, now, open, open_on, store};
use bytes::Bytes;
use sandbox_store::record::{self, RecordKind};
use sandbox_store::{Damage, MemoryStore, WINDOW_LEN};

fn say(store: &MemoryStore, names: &[&str]) {
    let (journal, _) = open(store);
    for name in names {
        journal.record(&((*name).to_owned(), 0));
        now(journal.flush()).unwrap();
    }
}

fn names(back: &Back) -> Vec<&str> {
    back.entries.iter().map(|recorded| recorded.entry.0.as_str()).collect()
}

/// Flips a bit in the last byte of a record.
fn damage(store: &MemoryStore, seq: u64) {
    store.tamper(|records, _| flip(records.get_mut(&seq).unwrap()));
}

fn flip(bytes: &mut Bytes) {
    let mut flipped = bytes.to_vec();
    *flipped.last_mut().unwrap() ^= 1;
    *bytes = flipped.into();
}

#[test]
fn a_damaged_record_and_what_follows_it_are_set_aside() {
    let store = store();
    say(&store, &["a", "b", "c"]);
    let as_found: Vec<u8> = {
        damage(&store, 2);
        store.records().into_iter().filter(|(seq, _)| *seq >= 2).flat_map(|(_, bytes)| bytes).collect()
    };
    let (journal, back) = open(&store);
    assert_eq!(names(&back), ["a"]);
    let follows = "it is intact and follows record 2, which is not";
    let reports = [(2, "its checksum does not match"), (3, follows)];
    assert_eq!(back.damaged, reports.map(|(seq, what)| Damage { seq, what: what.into() }));
    assert_eq!(store.records().len(), 3, "opening changes nothing");

    journal.record(&("d".to_owned(), 0));
    now(journal.flush()).unwrap();
    let (next, back) = open(&store);
    assert_eq!((names(&back), back.damaged.len()), (vec!["a", "d"], 0));
    let [aside] = &next.set_aside()[..] else { panic!("one thing is set aside") };
    assert_eq!((aside.seq, aside.what.as_str()), (2, "its checksum does not match"));
    assert_eq!(now(next.read_set_aside(aside)).unwrap(), as_found);
}

#[test]
fn a_record_that_is_missing_is_damage() {
    let store = store();
    say(&store, &["a", "b", "c"]);
    store.tamper(|records, _| drop(records.remove(&2)));
    let (_, back) = open(&store);
    assert_eq!(names(&back), ["a"]);
    assert_eq!(back.damaged[0], Damage { seq: 2, what: "it is missing".into() });
    assert_eq!(back.damaged.len(), 2);
}

#[test]
fn damage_is_found_again_after_damage() {
    let store = store();
    say(&store, &["a", "b", "c"]);
    damage(&store, 3);
    say(&store, &["d", "e"]);
    damage(&store, 6);
    say(&store, &["f"]);
    let (journal, back) = open(&store);
    assert_eq!((names(&back), back.damaged.len()), (vec!["a", "b", "d", "f"], 0));
    assert_eq!(journal.set_aside().iter().map(|aside| aside.seq).collect::<Vec<_>>(), [3, 6]);
    damage(&store, 2);
    say(&store, &["g"]);
    let (journal, back) = open(&store);
    assert_eq!(names(&back), ["a", "g"]);
    assert_eq!(journal.set_aside().iter().map(|aside| aside.seq).collect::<Vec<_>>(), [3, 6, 2]);
}

#[test]
fn what_is_set_aside_stays_through_checkpoints_and_snapshots_with_its_contents() {
    let store = store();
    let (journal, _) = open(&store);
    journal.record(&("a".to_owned(), 0));
    now(journal.flush()).unwrap();
    journal.record_with(Bytes::from_static(b"body"), "", |at| ("b".to_owned(), at));
    now(journal.flush()).unwrap();
    damage(&store, 2);
    for replace in [true, false, true] {
        let (journal, _) = open(&store);
        if replace {
            journal.replace_with(&vec!["state".to_owned()]);
        } else {
            journal.checkpoint(journal.cut(), &[], &[]).unwrap();
        }
        now(journal.flush()).unwrap();
        let (journal, back) = open(&store);
        assert_eq!((back.snapshot.is_some(), back.checkpoint.is_some()), (replace, !replace));
        assert!(back.damaged.is_empty());
        let [aside] = &journal.set_aside()[..] else { panic!("it is set aside still") };
        assert!(now(journal.read_set_aside(aside)).is_ok());
        assert_eq!(store.segments().get(&aside.segments[0]).map(|bytes| &bytes[..]), Some(&b"body"[..]));
    }
}

#[test]
fn records_before_a_damaged_one_and_a_later_checkpoint_are_both_kept() {
    let store = store();
    let (journal, _) = open(&store);
    let say = |name: &str| {
        journal.record(&(name.to_owned(), 0));
        now(journal.flush()).unwrap();
    };
    say("covered");
    let covers = journal.cut();
    say("b");
    say("c");
    journal.checkpoint(covers, &[], &[]).unwrap();
    say("d");
    damage(&store, 3);
    let (journal, back) = open(&store);
    assert_eq!((names(&back), back.checkpoint.is_some()), (vec!["b"], true));
    journal.record(&("e".to_owned(), 0));
    now(journal.flush()).unwrap();
    let (_, back) = open(&store);
    assert_eq!((names(&back), back.checkpoint.is_some(), back.damaged.len()), (vec!["b", "e"], true, 0));
}

#[test]
fn a_damaged_window_harms_only_reads_of_it() {
    let store = store();
    let (journal, _) = open(&store);
    let body = Bytes::from(vec![7; 3 * WINDOW_LEN]);
    journal.record_with(body.clone(), "", |at| ("a".to_owned(), at));
    now(journal.flush()).unwrap();
    store.tamper(|_, segments| {
        let mut bytes = segments[&1].to_vec();
        bytes[WINDOW_LEN + 3] ^= 1;
        segments.insert(1, bytes.into());
    });
    let (_, back) = open(&store);
    assert!(back.damaged.is_empty());
    let segment = back.entries[0].segment.as_ref().unwrap();
    assert_eq!(segment.read(5, 10).unwrap(), body.slice(..10));
    assert_eq!(segment.read(2 * WINDOW_LEN as u64, 10).unwrap(), body.slice(..10));
    let harmed = segment.read(WINDOW_LEN as u64 * 2 - 1, 2).unwrap_err();
    assert_eq!(harmed.to_string(), "contents in segment 1 are damaged: its checksum does not match");
}

#[test]
fn a_record_without_its_contents_is_damaged() {
    for tamper in [|len: usize| Some(len - 1), |_| None] {
        let store = store();
        let (journal, _) = open(&store);
        journal.record_with(Bytes::from_static(b"body"), "", |at| ("a".to_owned(), at));
        now(journal.flush()).unwrap();
        store.tamper(|_, segments| {
            let whole = segments.remove(&1).unwrap();
            if let Some(len) = tamper(whole.len()) {
                segments.insert(1, whole.slice(..len));
            }
        });
        let (_, back) = open(&store);
        assert_eq!((names(&back).len(), back.damaged.len()), (0, 1));
    }
}

#[test]
fn a_record_of_a_later_version_is_refused_and_nothing_is_touched() {
    let store = store();
    say(&store, &["a"]);
    store.tamper(|records, _| {
        // A whole record of version 3: its checksum is right.
        let mut later = record::encode(RecordKind::Entries, 1, 2, b"hi");
        later[4] = 3;
        let mut sum = crc32fast::Hasher::new();
        sum.update(&later[..28]);
        sum.update(&later[32..]);
        later[28..32].copy_from_slice(&sum.finalize().to_le_bytes());
        records.insert(2, later.into());
    });
    let refused = open_on(store.clone()).err().unwrap();
    assert_eq!(refused.reason(), "journal_version");
    assert_eq!(store.records().len(), 2);
}
