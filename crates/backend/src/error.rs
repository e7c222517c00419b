//! Errors at the door: how those of the crates below become one answer, and what opening a cloud can fail with.

use axum::response::{IntoResponse, Response};
use http::{HeaderValue, StatusCode, header};
use sandbox_core::{Error, FileProblem, ShownValue};
use sandbox_fs::{Errno, FsError};
use sandbox_shell::ShellError;
use sandbox_store::StoreError;
use serde_json::json;

use crate::json;

/// Why a cloud could not be opened.
#[derive(Debug, Clone, thiserror::Error)]
pub enum OpenError {
    /// The options are wrong.
    #[error("invalid options: {0}")]
    Options(String),
    /// The storage does not open, or holds what cannot be read.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The journal does not fit together: an entry speaks of what is not there.
    #[error("the journal cannot be replayed: {0}")]
    Replay(String),
    /// The storage needs time, where none may pass.
    #[error("this storage cannot be opened without waiting")]
    Waits,
}

impl OpenError {
    /// A stable name for machines, in snake_case.
    pub fn reason(&self) -> &'static str {
        match self {
            OpenError::Options(_) => "invalid_options",
            OpenError::Store(error) => error.reason(),
            OpenError::Replay(_) => "journal_damaged",
            OpenError::Waits => "storage_waits",
        }
    }
}

/// A failed request. It becomes `{ code, message, details }` with the error's status.
#[derive(Debug)]
pub(crate) struct Failure(pub(crate) Error);

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Failure(error)
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.0.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let body = error_body(&self.0).to_string();
        let mut response = (status, [(header::CONTENT_TYPE, json::CONTENT_TYPE)], body).into_response();
        if matches!(self.0, Error::Unauthorized) {
            // HTTP wants every 401 to say what it asks for.
            response.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        if matches!(self.0, Error::UpgradeRequired { .. }) {
            // And every 426 to what.
            response.headers_mut().insert(header::UPGRADE, HeaderValue::from_static("websocket"));
        }
        response
    }
}

/// The documented body of an error.
pub(crate) fn error_body(error: &Error) -> serde_json::Value {
    json!({ "code": error.status(), "message": error.to_string(), "details": error.details() })
}

/// A filesystem's error, about the path that the request named as `field`.
pub(crate) fn from_fs(field: &'static str, error: &FsError) -> Error {
    Error::File { field, problem: problem(error.errno), path: error.path.clone() }
}

fn problem(errno: Errno) -> FileProblem {
    match errno {
        Errno::ENOENT => FileProblem::NotFound,
        Errno::ENOTDIR => FileProblem::NotADirectory,
        Errno::EISDIR => FileProblem::IsADirectory,
        Errno::EEXIST => FileProblem::Exists,
        Errno::ENOTEMPTY => FileProblem::NotEmpty,
        Errno::ENOSPC => FileProblem::NoSpace,
        Errno::ELOOP => FileProblem::TooManyLinksFollowed,
        Errno::ENAMETOOLONG => FileProblem::NameTooLong,
        Errno::EXDEV => FileProblem::OtherDevice,
        Errno::EACCES | Errno::EPERM => FileProblem::NotPermitted,
        Errno::EROFS => FileProblem::ReadOnly,
        Errno::EBUSY => FileProblem::Busy,
        Errno::EMLINK => FileProblem::TooManyLinks,
        Errno::ENOMEM => FileProblem::NoMemory,
        _ => FileProblem::InvalidArgument,
    }
}

/// An exec that did not come to its end, or a terminal that could not be opened. `cwd` is the field with its directory,
/// `ended` what the control plane says of the sandbox now.
pub(crate) fn from_shell(error: ShellError, cwd: &str, ended: impl FnOnce() -> Error) -> Error {
    let bad_cwd = |rule, path: String| invalid(cwd, rule, &path);
    match error {
        ShellError::Ended(sandbox_shell::EndReason::EngineRestarted) => Error::EngineRestarted,
        ShellError::Ended(_) => ended(),
        ShellError::CwdNotFound(path) => bad_cwd("a directory that exists", path),
        ShellError::CwdNotADirectory(path) => bad_cwd("a directory", path),
    }
}

/// Durability failed: the change is in memory, and the caller must know that it is not safe.
pub(crate) fn from_store(error: &StoreError) -> Error {
    let problem = error.to_string();
    match error {
        StoreError::Full(_) => Error::StorageFull { problem },
        StoreError::Unavailable(_) => Error::StorageUnavailable { problem },
        _ => Error::StorageFailed { problem },
    }
}

/// A query parameter or header that is missing.
pub(crate) fn missing(field: &str, rule: &'static str) -> Error {
    Error::MissingField { field: field.to_owned(), rule }
}

/// A field or query parameter that has a wrong value.
pub(crate) fn invalid(field: &str, rule: &'static str, value: &str) -> Error {
    Error::InvalidValue { field: field.to_owned(), rule, value: ShownValue::from(value) }
}
