//! The service's documented API: terminals.

use sandbox_core::ErrorKind::*;
use utoipa::openapi::path::HttpMethod::{Get, Post};

use utoipa::openapi::SecurityRequirement;

use super::{Route, in_header, in_path, json, nothing, optional_body, route};
use crate::BEARER;
use crate::errors::{JSON, SANDBOX};
use crate::schemas::{named, opened_terminal};
use crate::values::{one_of, sandbox_id, terminal_id, text};

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
            &[SANDBOX, &[TerminalNotFound, SandboxStopped, UpgradeRequired, InvalidValue]],
        )
        .parameter(id())
        .parameter(in_path("terminalId", terminal_id()))
        .parameter(in_header("Connection", one_of(["Upgrade"])))
        .parameter(in_header("Upgrade", one_of(["websocket"])))
        .parameter(in_header("Sec-WebSocket-Version", one_of(["13"])))
        // 16 bytes in base64.
        .parameter(in_header("Sec-WebSocket-Key", text().pattern(Some("^[A-Za-z0-9+/]{21}[AQgw]==$"))))
        // A browser's socket cannot send a key: who knows the id of a terminal may use it.
        .securities([SecurityRequirement::default(), SecurityRequirement::new(BEARER, [""; 0])])
        .answer(101, nothing("A WebSocket, which needs no key")),
    ]
}
