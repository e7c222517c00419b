//! Files, of a sandbox and of a detached volume: the same operations on both.

use sandbox_core::ErrorKind::{self, *};
use utoipa::openapi::Required;
use utoipa::openapi::path::HttpMethod::{Delete, Get, Post, Put};
use utoipa::openapi::path::Parameter;

use super::{Route, content, in_path, in_query, json, json_body, nothing, optional_body, route};
use crate::errors::{FILE, FILE_CHANGE, FILE_QUERY, JSON, SANDBOX, VOLUME};
use crate::schemas::{list_of, named, one, written};
use crate::values::{boolean, bytes, exactly, file_path, sandbox_id, text, volume_name};

const TAG: &str = "files";
const BYTES: &str = "application/octet-stream";

/// Whose files.
struct Owner {
    path: &'static str,
    /// Goes into the operations' names.
    name: &'static str,
    parameter: fn() -> Parameter,
    errors: &'static [&'static [ErrorKind]],
}

const OWNERS: [Owner; 2] = [
    Owner {
        path: "/sandboxes/{id}/files",
        name: "Sandbox",
        parameter: || in_path("id", sandbox_id()),
        errors: &[SANDBOX, &[SandboxStopped]],
    },
    Owner {
        path: "/volumes/{name}/files",
        name: "Volume",
        parameter: || in_path("name", volume_name()),
        errors: &[VOLUME, &[VolumeAttached]],
    },
];

pub(super) fn routes() -> Vec<Route> {
    OWNERS.iter().flat_map(of).collect()
}

fn of(owner: &Owner) -> Vec<Route> {
    let operation = |(method, rest): (_, &str), (id, summary): (&str, &str), errors: &[&[ErrorKind]]| {
        let path = format!("{}{rest}", owner.path);
        let id = format!("{id}Of{}", owner.name);
        route((method, &path), (TAG, &id, summary), &[owner.errors, errors].concat())
            .parameter((owner.parameter)())
    };
    let path = || in_query("path", Required::True, file_path());
    vec![
        operation((Get, ""), ("readFile", "Read a file"), &[FILE_QUERY, FILE, &[FileTooLarge]])
            .parameter(path())
            .answer(200, content(nothing("Its bytes"), BYTES, bytes())),
        operation(
            (Put, ""),
            ("writeFile", "Write a file, and the directories above it"),
            &[FILE_QUERY, FILE, FILE_CHANGE, &[FileTooLarge]],
        )
        .parameter(path())
        // No body is the file without bytes.
        .body(optional_body(BYTES, bytes()))
        .answer(200, json("What was written", written())),
        operation(
            (Delete, ""),
            ("removeFile", "Remove a file or directory"),
            &[FILE_QUERY, FILE, FILE_CHANGE],
        )
        .parameter(path())
        .parameter(in_query("recursive", Required::False, boolean().default(Some(false.into()))))
        .answer(204, nothing("It is gone")),
        operation((Get, "/list"), ("listFiles", "List a directory"), &[FILE_QUERY, FILE])
            .parameter(path())
            .answer(200, json("What is in it", list_of("entries", "File"))),
        operation(
            (Get, "/stat"),
            ("statFile", "Look at a file, or a symbolic link itself"),
            &[FILE_QUERY, FILE],
        )
        .parameter(path())
        .answer(200, json("What it is", one("stat", "File"))),
        operation(
            (Post, "/mkdir"),
            ("makeDirectory", "Make a directory"),
            &[JSON, &[InvalidPath], FILE, FILE_CHANGE],
        )
        .body(json_body("MakeDirectory"))
        .answer(201, json("Where it is", exactly([("path", text().into())]))),
        operation(
            (Post, "/rename"),
            ("renameFile", "Move a file or directory"),
            &[JSON, &[InvalidPath], FILE, FILE_CHANGE],
        )
        .body(json_body("Rename"))
        .answer(200, json("Where it was and is", named("Rename"))),
    ]
}
