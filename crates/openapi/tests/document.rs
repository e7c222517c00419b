//! `docs/openapi.json` is what the code says. `UPDATE_DOCS=1 cargo test -p sandbox-openapi` writes it.

use std::fs;
use std::path::Path;

#[test]
fn the_document_that_is_checked_in_is_fresh() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/openapi.json");
    let text = sandbox_openapi::to_json().expect("a document");
    if std::env::var_os("UPDATE_DOCS").is_some() {
        fs::write(&file, &text).expect("a writable document");
    }
    let checked_in = fs::read_to_string(&file).expect("a document");
    assert!(
        checked_in == text,
        "docs/openapi.json is stale: UPDATE_DOCS=1 cargo test -p sandbox-openapi writes it"
    );
}
