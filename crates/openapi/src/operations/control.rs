//! The stand-in itself: its events, clock and state, and this document.

use sandbox_core::ErrorKind::*;
use utoipa::openapi::Header;
use utoipa::openapi::path::HttpMethod::{Delete, Get, Post, Put};

use super::{Route, body, content, json, json_body, nothing, route};
use crate::errors::JSON;
use crate::schemas::{any_object, named, sent_event};
use crate::values::{bytes, count, exactly, moment, one_of};

const TAG: &str = "stand-in";
const BYTES: &str = "application/octet-stream";

pub(super) fn routes() -> Vec<Route> {
    let state = |method| (method, "/_mock/state");
    vec![
        route((Get, "/events"), (TAG, "streamEvents", "Hear what happens from now on"), &[]).answer(
            200,
            content(
                nothing("Server-sent events").header("cache-control", Header::new(one_of(["no-store"]))),
                "text/event-stream",
                sent_event(&[], "JSON: the schema `Event`."),
            ),
        ),
        route((Get, "/_mock/info"), (TAG, "info", "What runs here"), &[])
            .answer(200, json("Storage, version and clock", named("Info"))),
        route(
            (Post, "/_mock/clock"),
            (TAG, "advanceClock", "Move a virtual clock"),
            &[JSON, &[InvalidValue, ClockNotVirtual]],
        )
        .body(json_body("AdvanceClock"))
        .answer(200, json("The time now", exactly([("now", moment().into())]))),
        route((Post, "/_mock/compact"), (TAG, "compact", "Compact the journal"), &[]).answer(
            200,
            json(
                "How much is stored, and how much of it files hold",
                exactly([("storedBytes", count().into()), ("liveBytes", count().into())]),
            ),
        ),
        route(state(Get), (TAG, "saveState", "Save the whole cloud"), &[])
            .answer(200, content(nothing("A file that can be loaded"), BYTES, bytes())),
        route(state(Put), (TAG, "loadState", "Replace the cloud by a saved one"), &[&[InvalidStateFile]])
            .body(body(BYTES, bytes()))
            .answer(204, nothing("Loaded")),
        route(state(Delete), (TAG, "emptyState", "End every sandbox, delete every volume"), &[])
            .answer(204, nothing("Empty")),
        route((Get, "/openapi.json"), (TAG, "openapi", "This document"), &[])
            .answer(200, json("OpenAPI 3.1", any_object())),
    ]
}
