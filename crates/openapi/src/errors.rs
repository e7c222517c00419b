//! Which errors an operation can answer with: rows of core's table, in groups.

use std::collections::BTreeMap;

use sandbox_core::ErrorKind::{self, *};
use utoipa::openapi::path::OperationBuilder;
use utoipa::openapi::{ContentBuilder, Header, Ref, RefOr, Response, ResponseBuilder};

use crate::schemas::error_of;
use crate::values::one_of;

/// Any request: the door and what it needs to make an answer durable.
const ALWAYS: &[ErrorKind] = &[Unauthorized, BodyTooLarge, UrlTooLong, StorageFailed, StorageFull];
/// A body of JSON.
pub(crate) const JSON: &[ErrorKind] = &[InvalidJson, InvalidType, MissingField, UnknownField];
/// A sandbox in the path.
pub(crate) const SANDBOX: &[ErrorKind] = &[InvalidUrl, InvalidSandboxId, SandboxNotFound];
/// A volume in the path.
pub(crate) const VOLUME: &[ErrorKind] = &[InvalidUrl, InvalidVolumeName, VolumeNotFound];
/// What a plan refuses.
pub(crate) const PLAN: &[ErrorKind] = &[InsufficientTokens, ConcurrencyLimit];
/// The query of a files route.
pub(crate) const FILE_QUERY: &[ErrorKind] =
    &[InvalidUrl, MissingField, UnknownField, InvalidValue, InvalidPath];
/// Looking at a file.
pub(crate) const FILE: &[ErrorKind] = &[
    FileNotFound,
    NotADirectory,
    IsADirectory,
    TooManySymlinks,
    NameTooLong,
    PermissionDenied,
    InvalidArgument,
];
/// Changing one.
pub(crate) const FILE_CHANGE: &[ErrorKind] =
    &[FileExists, DirectoryNotEmpty, NoSpace, NoMemory, ReadOnly, Busy, TooManyLinks, CrossDevice];

/// Adds an answer per status to the operation, each with the reasons that it can have there.
pub(crate) fn with_errors(operation: OperationBuilder, groups: &[&[ErrorKind]]) -> OperationBuilder {
    let mut by_status: BTreeMap<u16, Vec<&str>> = BTreeMap::new();
    for kind in ErrorKind::ALL {
        if ALWAYS.contains(kind) || groups.iter().any(|group| group.contains(kind)) {
            by_status.entry(kind.status()).or_default().push(kind.reason());
        }
    }
    by_status.into_iter().fold(operation, |operation, (status, reasons)| {
        let response: RefOr<Response> = match reasons[..] {
            // Most of these are the same in every operation.
            [reason] => Ref::from_response_name(reason).into(),
            _ => failure(status, &reasons).into(),
        };
        operation.response(status.to_string(), response)
    })
}

/// The answers to which [`with_errors`] refers by their one reason.
pub(crate) fn responses() -> impl Iterator<Item = (String, RefOr<Response>)> {
    ErrorKind::ALL
        .iter()
        .map(|kind| (kind.reason().to_owned(), failure(kind.status(), &[kind.reason()]).into()))
}

fn failure(status: u16, reasons: &[&str]) -> Response {
    let body = ContentBuilder::new().schema(Some(error_of(status, reasons))).build();
    let response = ResponseBuilder::new().description(http_name(status)).content("application/json", body);
    match status {
        401 => response.header("www-authenticate", Header::new(one_of(["Bearer"]))).build(),
        426 => response.header("upgrade", Header::new(one_of(["websocket"]))).build(),
        _ => response.build(),
    }
}

fn http_name(status: u16) -> &'static str {
    match status {
        400 => "Refused: the request, or the state of what it is about",
        401 => "The key is missing or another",
        402 => "The credits are used up",
        403 => "Not permitted",
        404 => "Not there",
        409 => "In the way of something that is there",
        413 => "Too large",
        426 => "To be connected to, with a WebSocket",
        414 => "The URL is too long",
        503 => "Storage failed",
        507 => "No room",
        _ => "Failed",
    }
}
