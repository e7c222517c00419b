//! The service's documented API: terminals.

use sandbox_core::ErrorKind::*;
use utoipa::openapi::path::HttpMethod::{Get, Post};

use super::{Route, in_path, json, nothing, optional_body, route};
use crate::errors::{JSON, SANDBOX};
use crate::schemas::{named, opened_terminal};
use crate::values::{sandbox_id, text};

const TAG: &str = "service";

pub(super) fn routes() -> Vec<Route> {
    let id = || in_path("id", sandbox_id());
    vec![
        route(
            (Post, "/sandboxes/{id}/terminals"),
            (TAG, "openTerminal", "Open a terminal"),
            &[JSON, SANDBOX, &[InvalidValue, InvalidPath, ShellNotInstalled, SandboxStopped]],
        )
        .parameter(id())
        .body(optional_body("application/json", named("OpenTerminal")))
        .answer(201, json("The terminal, and the address of its WebSocket", opened_terminal())),
        route(
            (Get, "/sandboxes/{id}/terminals/{terminalId}/ws"),
            (TAG, "connectTerminal", "Connect to a terminal"),
            &[SANDBOX, &[TerminalNotFound, SandboxStopped, UpgradeRequired]],
        )
        .parameter(id())
        .parameter(in_path("terminalId", text()))
        .answer(101, nothing("A WebSocket; needs no key")),
    ]
}
