//! The store in a real browser's IndexedDB, on the thread of a page: contents are read when the store is opened.
#![cfg(target_arch = "wasm32")]

mod browser;

use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_browser);

#[wasm_bindgen_test]
async fn what_was_committed_is_there_for_the_next_engine() {
    browser::what_was_committed_is_there_for_the_next_engine("page-kept").await;
}

#[wasm_bindgen_test]
async fn a_handle_outlives_its_segment() {
    browser::a_handle_outlives_its_segment("page-handle").await;
}

#[wasm_bindgen_test]
async fn a_database_of_version_1_is_upgraded_and_keeps_what_it_has() {
    browser::a_database_of_version_1_is_upgraded_and_keeps_what_it_has("page-upgrade").await;
}

#[wasm_bindgen_test]
async fn an_engine_that_was_replaced_writes_no_segment() {
    browser::an_engine_that_was_replaced_writes_no_segment("page-fenced").await;
}
