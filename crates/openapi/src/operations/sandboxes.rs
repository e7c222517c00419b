//! The service's documented API: sandboxes and exec.

use sandbox_core::ErrorKind::*;
use utoipa::openapi::header::HeaderBuilder;
use utoipa::openapi::path::HttpMethod::{Delete, Get, Patch, Post};

use super::{Route, content, in_path, json, json_body, nothing, route};
use crate::errors::{JSON, PLAN, SANDBOX};
use crate::schemas::{list_of, named, one, sent_event};
use crate::values::{sandbox_id, text};

const TAG: &str = "service";
/// What the fields of a new sandbox can have wrong, and the volume that it is to hold.
const CREATE: &[sandbox_core::ErrorKind] = &[
    InvalidImage,
    UnknownRegion,
    InvalidTimeout,
    InvalidEnv,
    TooManyVolumes,
    InvalidMountPath,
    InvalidVolumeName,
    InvalidVolumeSize,
    VolumeInOtherRegion,
    VolumeNotResizable,
    VolumeAlreadyAttached,
    TemplateNotFound,
];

pub(super) fn routes() -> Vec<Route> {
    let one_sandbox = |method| (method, "/sandboxes/{id}");
    let id = || in_path("id", sandbox_id());
    let notice = HeaderBuilder::new()
        .schema(Some(text()))
        .description(Some("The image is not emulated: what there is instead, percent-encoded."))
        .build();
    vec![
        route((Post, "/sandboxes"), (TAG, "createSandbox", "Create a sandbox"), &[JSON, CREATE, PLAN])
            .body(json_body("CreateSandbox"))
            .answer(
                201,
                json("The sandbox", one("sandbox", "Sandbox")).header("x-simplesandbox-notice", notice),
            ),
        route((Get, "/sandboxes"), (TAG, "listSandboxes", "List all sandboxes"), &[])
            .answer(200, json("All, the oldest first", list_of("sandboxes", "Sandbox"))),
        route(one_sandbox(Get), (TAG, "getSandbox", "Look at a sandbox"), &[SANDBOX])
            .parameter(id())
            .answer(200, json("The sandbox", one("sandbox", "Sandbox"))),
        route(one_sandbox(Delete), (TAG, "killSandbox", "End a sandbox"), &[SANDBOX])
            .parameter(id())
            .answer(204, nothing("It is gone; its volume is free")),
        route(
            (Patch, "/sandboxes/{id}/timeout"),
            (TAG, "setTimeout", "Let a sandbox stop so long from now"),
            &[JSON, SANDBOX, PLAN, &[InvalidTimeout, SandboxStopped]],
        )
        .parameter(id())
        .body(json_body("SetTimeout"))
        .answer(200, json("When it stops", named("StopsAt"))),
        route(
            (Post, "/sandboxes/{id}/exec"),
            (TAG, "exec", "Run a command"),
            &[
                JSON,
                SANDBOX,
                &[InvalidValue, InvalidCommand, InvalidTimeout, InvalidEnv, InvalidPath],
                &[SandboxStopped, SandboxKilled],
            ],
        )
        .parameter(id())
        .body(json_body("Exec"))
        .answer(
            200,
            content(
                json(
                    "What it wrote; with `Accept: text/event-stream`, as it is written",
                    named("ExecResult"),
                ),
                "text/event-stream",
                sent_event(
                    &["stdout", "stderr", "exit", "error"],
                    "A JSON string; of the last event `{ exitCode, success }` or an error.",
                ),
            ),
        ),
    ]
}
