//! The store in a real browser's IndexedDB, in a worker: contents are read when they are needed.
#![cfg(target_arch = "wasm32")]

mod browser;

use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_dedicated_worker);

#[wasm_bindgen_test]
async fn what_was_committed_is_there_for_the_next_engine() {
    let segment = browser::what_was_committed_is_there_for_the_next_engine("worker-kept").await;
    assert!(format!("{segment:?}").contains("BlobSegment"), "{segment:?} holds its contents in memory");
}

#[wasm_bindgen_test]
async fn a_handle_outlives_its_segment() {
    browser::a_handle_outlives_its_segment("worker-handle").await;
}

#[wasm_bindgen_test]
async fn a_database_of_version_1_is_upgraded_and_keeps_what_it_has() {
    browser::a_database_of_version_1_is_upgraded_and_keeps_what_it_has("worker-upgrade").await;
}

#[wasm_bindgen_test]
async fn an_engine_that_was_replaced_writes_no_segment() {
    browser::an_engine_that_was_replaced_writes_no_segment("worker-fenced").await;
}
