//! `docs/assumptions.md` lists everything that the mock had to guess, as the code has it.

mod support;

use std::path::PathBuf;

use sandbox_core::assumptions::assumptions;
use support::{check_document, row};

const HEAD: &str = "\
# Where the mock had to guess

The service's documentation leaves these open. Each guess stands in one place, so that it is changed there when the truth
becomes known. Where an option overrides one, its row says so.

This page is checked against the code by a test; `UPDATE_DOCS=1 cargo test -p sandbox-core` writes it.

## The control plane

Constants of `crates/core/src/assumptions.rs`.

";

/// Guesses that other parts of the project make: the file, what stands in it, and what is assumed.
const ELSEWHERE: [(&str, &str, &str); 11] = [
    (
        "crates/backend/src/door.rs",
        "MAX_JSON_BODY: u64 = 1 << 20",
        "Largest body of a request that is no file, in bytes.",
    ),
    ("crates/backend/src/door.rs", "\"Bearer \"", "Scheme of the `Authorization` header."),
    (
        "crates/backend/src/routes/sandboxes.rs",
        "\"sandboxes\": sandboxes",
        "Shape of the answer that lists sandboxes.",
    ),
    (
        "crates/backend/src/routes/mod.rs",
        "\"/volumes\"",
        "Route of the calls that list, get, create and delete volumes; the service only says that volumes are deleted explicitly.",
    ),
    (
        "crates/backend/src/routes/mod.rs",
        "/files\"",
        "Routes for files, below a sandbox or a detached volume.",
    ),
    (
        "crates/shell/src/exec.rs",
        "TIMED_OUT: i32 = 124",
        "Exit code of a command that ran past its `timeoutMs`, as of `timeout(1)`; its promise resolves with what it wrote so far.",
    ),
    (
        "crates/fs/src/errno.rs",
        "No space left on device",
        "A write past the size of a volume fails as on Linux.",
    ),
    (
        "crates/backend/src/terminals/terminal.rs",
        r#""status": "running""#,
        "Status of a terminal: it is told of one that runs, and of no other.",
    ),
    (
        "crates/core/src/door/terminal.rs",
        "pub enum TerminalInput {",
        "Messages on a terminal's socket, as other services have them; `error` for a wrong one is ours.",
    ),
    (
        "www/sdk/src/errors.ts",
        "readonly reason: string;",
        "Fields of `SandboxApiError`: `status`, `code`, `message`, `reason`, `details`.",
    ),
    (
        "www/sdk/src/files.ts",
        "async mkdir(",
        "`files` also has `list`, `exists`, `mkdir`, `rename`, `remove` and `stat`, as other services have; `client.volumes` has `list`, `get`, `create` and `delete`.",
    ),
];

#[test]
fn the_document_is_what_the_code_says() {
    let mut text = HEAD.to_owned();
    text += &row(["Constant", "Value", "What is assumed"]);
    text += &row(["---", "---", "---"]);
    for assumption in assumptions() {
        let (constant, value) = (format!("`{}`", assumption.constant), format!("`{}`", assumption.value));
        text += &row([&constant, &value, &assumption.guess]);
    }
    text += "\n## The other parts\n\n";
    text += &row(["File", "What stands there", "What is assumed"]);
    text += &row(["---", "---", "---"]);
    for (file, code, guess) in ELSEWHERE {
        text += &row([&format!("`{file}`"), &format!("`{code}`"), guess]);
    }
    check_document("docs/assumptions.md", &text);
}

#[test]
fn what_other_parts_guess_stands_where_the_table_says() {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..");
    for (file, code, _) in ELSEWHERE {
        let text = std::fs::read_to_string(root.join(file)).unwrap_or_default();
        assert!(text.contains(code), "{file} does not hold {code}");
    }
}

#[test]
fn every_guess_is_told_in_a_sentence() {
    for assumption in assumptions() {
        assert!(assumption.guess.ends_with('.'), "{}", assumption.constant);
        assert!(!assumption.value.is_empty());
    }
}
