//! The table of reasons that no answer carries, and the check that no part of the project has another one.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use sandbox_core::ErrorKind;

use crate::support::row;

const HEAD: &str = "
## Reasons that no answer carries

A cloud that cannot be opened rejects with one of these, or with `held_by_another_tab`, `storage_full`,
`storage_unavailable` or `storage_failed`. So does a call of the package that got no answer; its `status` is 0.

";

/// Reason and occasion.
const REASONS: [(&str, &str); 16] = [
    (
        "invalid_options",
        "An option of a backend that the engine reads has an unknown name or a wrong value; those that the SDK reads are `invalid_type` or `invalid_value`.",
    ),
    ("engine_replaced", "A newer engine has taken over the storage: this one may not write any more."),
    ("storage_lost", "The browser closed the storage: site data was cleared, or the storage was evicted."),
    ("storage_waits", "A backend is opened synchronously on a storage that needs time."),
    ("contents_damaged", "Contents of a file that is stored do not match their checksum, or are not there."),
    ("journal_damaged", "What is stored does not match its checksum, or does not fit together."),
    ("journal_version", "What is stored was written by a version that this one does not know."),
    ("invalid_request", "The request's method or headers are none of HTTP."),
    ("backend_closed", "The backend was closed before the call."),
    ("engine_not_found", "The engine's wasm is not where it was looked for."),
    ("engine_failed", "The engine did not start."),
    ("engine_crashed", "The engine ended by a bug of its own; the message says what to do."),
    ("worker_blocked", "The page's Content-Security-Policy forbids the engine's worker."),
    (
        "file_operation_failed",
        "A command that carries a file failed in a way that has no reason of its own; only against a server without routes for files.",
    ),
    ("network_error", "The server could not be reached, or the connection ended before the answer did."),
    ("unexpected_answer", "The answer is not one of this API: is `baseUrl` right?"),
];

/// Where reasons are named beside `crates/core`, and after what.
const SOURCES: [(&str, &[&str]); 4] = [
    ("crates/store/src/error.rs", &["=> \""]),
    ("crates/backend/src/error.rs", &["=> \""]),
    ("crates/wasm/src", &["with_reason(\""]),
    ("www/sdk/src", &["reason: \"", "reason = \"", "400, \""]),
];

pub(crate) fn beyond_answers() -> String {
    let rows = REASONS.map(|(reason, when)| row([&format!("`{reason}`"), when]));
    HEAD.to_owned() + &row(["Reason", "When"]) + &row(["---"; 2]) + &rows.concat()
}

#[test]
fn no_reason_is_missing_from_the_page_and_none_is_invented() {
    // The reason of a socket's usual close is a text without characters.
    let is_one = |reason: &String| !reason.is_empty();
    let named: BTreeSet<String> =
        SOURCES.iter().flat_map(|(path, before)| reasons_in(path, before)).filter(is_one).collect();
    let listed: BTreeSet<String> = REASONS.iter().map(|(reason, _)| (*reason).to_owned()).collect();
    let of_answers: BTreeSet<String> = ErrorKind::ALL.iter().map(|kind| kind.reason().to_owned()).collect();
    let missing: Vec<_> = named.difference(&listed).filter(|reason| !of_answers.contains(*reason)).collect();
    assert!(missing.is_empty(), "say in {} when these happen: {missing:?}", file!());
    let invented: Vec<_> = listed.difference(&named).collect();
    assert!(invented.is_empty(), "nothing has these reasons: {invented:?}");
}

fn reasons_in(path: &str, before: &[&str]) -> Vec<String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let mut reasons = Vec::new();
    for file in files(root.join(path)) {
        let text = fs::read_to_string(&file).unwrap_or_default();
        for marker in before {
            reasons.extend(
                text.split(marker).skip(1).filter_map(|rest| rest.split('"').next()).map(str::to_owned),
            );
        }
    }
    reasons
}

/// The file, or all files below the directory.
fn files(path: PathBuf) -> Vec<PathBuf> {
    match fs::read_dir(&path) {
        Ok(entries) => entries.flatten().flat_map(|entry| files(entry.path())).collect(),
        Err(_) => vec![path],
    }
}
