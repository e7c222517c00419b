//! What IndexedDB promises, the same in a worker and on a page.

use std::sync::Arc;

use bytes::Bytes;
use js_sys::{Promise, Uint8Array};
use sandbox_store::{IndexedDbStore, Journal, Recovered, Segment, Store, StoreError, WINDOW_LEN};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;

type Log = Journal<&'static str>;
type Back = Recovered<Vec<String>, String>;

/// Behind the engine's back.
#[wasm_bindgen(inline_js = r#"
    const open = (name, version, upgrade) => new Promise((resolve, reject) => {
        const request = indexedDB.open(name, version);
        request.onupgradeneeded = () => upgrade(request.result);
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(request.error);
    });
    const ended = (transaction) => new Promise((resolve, reject) => {
        transaction.oncomplete = resolve;
        transaction.onabort = () => reject(transaction.error);
    });
    export async function make_version_1(name, record) {
        const database = await open(name, 1, (database) => {
            database.createObjectStore("journal");
            database.createObjectStore("meta");
        });
        const transaction = database.transaction(["journal", "meta"], "readwrite");
        transaction.objectStore("journal").put(record, 1);
        transaction.objectStore("meta").put(7, "epoch");
        await ended(transaction);
        database.close();
    }
    export async function raise_epoch(name) {
        const database = await open(name);
        const transaction = database.transaction("meta", "readwrite");
        transaction.objectStore("meta").put(99, "epoch");
        await ended(transaction);
        database.close();
    }
"#)]
extern "C" {
    fn make_version_1(name: &str, record: Uint8Array) -> Promise;
    fn raise_epoch(name: &str) -> Promise;
}

async fn open(name: &str) -> (Log, Back) {
    let store = Arc::new(IndexedDbStore::new(name)) as Arc<dyn Store>;
    Log::open(store).await.unwrap_or_else(|error| panic!("{name} does not open: {error}"))
}

fn contents(len: usize) -> Bytes {
    (0..len).map(|at| (at % 251) as u8).collect()
}

/// Gives a segment as the last engine found it.
pub(crate) async fn what_was_committed_is_there_for_the_next_engine(name: &str) -> Arc<Segment> {
    let body = contents(2 * WINDOW_LEN + 9);
    let (journal, _) = open(name).await;
    journal.record(&"before".to_owned());
    journal.record_with(Bytes::from_static(b"first"), "small", |_| "small".to_owned());
    journal.record_with(body.clone(), "large", |at| format!("large at {at}"));
    journal.flush().await.unwrap();
    for stored in journal.take_stored().await.unwrap() {
        assert_eq!(stored.segment.read(stored.at, stored.body.len()).unwrap(), stored.body, "{}", stored.tag);
    }
    journal.close().await;

    let (journal, back) = open(name).await;
    let entries: Vec<_> = back.entries.iter().map(|recorded| recorded.entry.as_str()).collect();
    assert_eq!((entries, journal.epoch()), (vec!["before", "small", "large at 5"], 2));
    let segment = back.entries[2].segment.clone().unwrap();
    assert_eq!(segment.read(5, body.len()).unwrap(), body);
    let part =
        journal.write_segment(vec![Bytes::from_static(b"sta"), Bytes::from_static(b"te")]).await.unwrap();
    journal.checkpoint(journal.cut(), &[part], &[segment]).unwrap();
    journal.flush().await.unwrap();
    journal.close().await;

    let (journal, back) = open(name).await;
    let checkpoint = back.checkpoint.unwrap();
    assert_eq!(checkpoint.parts[0].read(0, 5).unwrap(), "state");
    assert_eq!(checkpoint.segments[0].read(5, body.len()).unwrap(), body);
    assert_eq!(back.entries.len(), 0);
    journal.close().await;
    Arc::clone(&checkpoint.segments[0])
}

pub(crate) async fn a_handle_outlives_its_segment(name: &str) {
    let (journal, _) = open(name).await;
    let segment = journal.write_segment(vec![contents(1_000)]).await.unwrap();
    journal.checkpoint(journal.cut(), &[], &[]).unwrap();
    journal.flush().await.unwrap();
    assert_eq!(segment.read(0, 1_000).unwrap(), contents(1_000));
    journal.close().await;
    let gone = IndexedDbStore::new(name);
    assert!(gone.open().await.unwrap().segments.is_empty());
    let error = gone.segment(segment.number()).await.err().unwrap();
    assert_eq!(error, StoreError::SegmentDamaged { number: segment.number(), what: "it is not there" });
    gone.close().await;
}

pub(crate) async fn a_database_of_version_1_is_upgraded_and_keeps_what_it_has(name: &str) {
    let journal = include_bytes!("../data/version-1-entries.journal");
    let first_record = &journal[..32 + usize::from(journal[24])];
    JsFuture::from(make_version_1(name, Uint8Array::from(first_record))).await.unwrap();
    let (journal, back) = open(name).await;
    let entries: Vec<_> = back.entries.iter().map(|recorded| recorded.entry.as_str()).collect();
    assert_eq!((entries, journal.epoch()), (vec!["one", "two"], 8));
    journal.record_with(Bytes::from_static(b"body"), "", |_| "three".to_owned());
    journal.flush().await.unwrap();
    journal.close().await;
    let (journal, back) = open(name).await;
    assert_eq!((back.entries.len(), back.entries[2].entry.as_str()), (3, "three"));
    assert_eq!(back.entries[2].segment.as_ref().unwrap().read(0, 4).unwrap(), "body");
    journal.close().await;
}

pub(crate) async fn an_engine_that_was_replaced_writes_no_segment(name: &str) {
    let (journal, _) = open(name).await;
    JsFuture::from(raise_epoch(name)).await.unwrap();
    let refused = journal.write_segment(vec![contents(9)]).await.err();
    assert_eq!(refused, Some(StoreError::Fenced { own: 1, found: 99 }));
    journal.close().await;
    let next = IndexedDbStore::new(name);
    assert!(next.open().await.unwrap().segments.is_empty());
    next.close().await;
}
