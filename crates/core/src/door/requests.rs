//! The smaller bodies: timeouts, directories, renames, the virtual clock.

use serde_json::Value;

use super::object::{Object, Place, boolean, string, wrong_type};
use crate::errors::{Error, ShownValue};
use crate::values::{FilePath, SandboxTimeout, whole_number};

/// Reads `{ timeoutMs }`, the new life of a sandbox from now.
pub fn parse_timeout(body: &Value) -> Result<SandboxTimeout, Error> {
    let object = Object::new(body, &Place::Body, &["timeoutMs"])?;
    object.required("timeoutMs", "a number of milliseconds", |value, _| SandboxTimeout::parse(value))
}

/// Most milliseconds by which a virtual clock is moved at once: a hundred years.
pub const MAX_ADVANCE_MS: u64 = 100 * 366 * 86_400_000;

/// Reads `{ advanceMs }`: by how many milliseconds a virtual clock is moved, at most a hundred years.
pub fn parse_advance(body: &Value) -> Result<u64, Error> {
    let object = Object::new(body, &Place::Body, &["advanceMs"])?;
    object.required("advanceMs", "a number of milliseconds", |value, place| {
        if !value.is_number() {
            return Err(wrong_type(place, "a number of milliseconds", value));
        }
        whole_number(value).filter(|millis| *millis <= MAX_ADVANCE_MS).ok_or_else(|| Error::InvalidValue {
            field: place.to_string(),
            rule: "a whole number of milliseconds, not negative and at most a hundred years",
            value: ShownValue::from(value),
        })
    })
}

/// A directory to make.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MkdirRequest {
    /// Where.
    pub path: FilePath,
    /// Whether to make its parents too, and to accept that it exists.
    pub recursive: bool,
}

impl MkdirRequest {
    /// Reads `{ path, recursive? }`.
    pub fn parse(body: &Value) -> Result<Self, Error> {
        let object = Object::new(body, &Place::Body, &["path", "recursive"])?;
        Ok(MkdirRequest {
            path: object.required("path", "an absolute path", file_path)?,
            recursive: object.optional("recursive", boolean)?.unwrap_or_default(),
        })
    }
}

/// A file or directory to move.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RenameRequest {
    /// Where it is.
    pub from: FilePath,
    /// Where it goes.
    pub to: FilePath,
}

impl RenameRequest {
    /// Reads `{ from, to }`.
    pub fn parse(body: &Value) -> Result<Self, Error> {
        let object = Object::new(body, &Place::Body, &["from", "to"])?;
        Ok(RenameRequest {
            from: object.required("from", "an absolute path", file_path)?,
            to: object.required("to", "an absolute path", file_path)?,
        })
    }
}

fn file_path(value: &Value, place: &Place<'_>) -> Result<FilePath, Error> {
    FilePath::parse(string(value, place)?).map_err(|error| error.at(place))
}
