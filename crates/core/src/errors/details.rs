//! What the wire carries beside the message: status, reason, field, rule, value and whatever helps to go on.

use serde_json::{Map, Value, json};

use super::{Departure, Error, ErrorKind};
use crate::assumptions::{FIELD_FIELD, REASON_FIELD, REGIONS};

impl Error {
    /// The row of the table of errors.
    pub fn kind(&self) -> ErrorKind {
        match self {
            Error::InvalidJson { .. } => ErrorKind::InvalidJson,
            Error::InvalidUrl { .. } => ErrorKind::InvalidUrl,
            Error::InvalidType { .. } => ErrorKind::InvalidType,
            Error::MissingField { .. } => ErrorKind::MissingField,
            Error::UnknownField { .. } => ErrorKind::UnknownField,
            Error::InvalidValue { .. } => ErrorKind::InvalidValue,
            Error::InvalidImage { .. } => ErrorKind::InvalidImage,
            Error::InvalidTimeout { .. } => ErrorKind::InvalidTimeout,
            Error::InvalidEnv { .. } => ErrorKind::InvalidEnv,
            Error::InvalidCommand { .. } => ErrorKind::InvalidCommand,
            Error::InvalidPath { .. } => ErrorKind::InvalidPath,
            Error::InvalidSandboxId { .. } => ErrorKind::InvalidSandboxId,
            Error::TooManyVolumes { .. } => ErrorKind::TooManyVolumes,
            Error::InvalidMountPath { .. } => ErrorKind::InvalidMountPath,
            Error::InvalidVolumeName { .. } => ErrorKind::InvalidVolumeName,
            Error::InvalidVolumeSize { .. } => ErrorKind::InvalidVolumeSize,
            Error::UnknownRegion { .. } => ErrorKind::UnknownRegion,
            Error::VolumeInOtherRegion { .. } => ErrorKind::VolumeInOtherRegion,
            Error::VolumeNotResizable { .. } => ErrorKind::VolumeNotResizable,
            Error::VolumeAlreadyAttached { .. } => ErrorKind::VolumeAlreadyAttached,
            Error::SandboxStopped { .. } => ErrorKind::SandboxStopped,
            Error::Unauthorized => ErrorKind::Unauthorized,
            Error::InsufficientTokens { .. } => ErrorKind::InsufficientTokens,
            Error::ConcurrencyLimit { .. } => ErrorKind::ConcurrencyLimit,
            Error::SandboxNotFound { .. } => ErrorKind::SandboxNotFound,
            Error::SandboxKilled { .. } => ErrorKind::SandboxKilled,
            Error::TemplateNotFound { .. } => ErrorKind::TemplateNotFound,
            Error::VolumeNotFound { .. } => ErrorKind::VolumeNotFound,
            Error::VolumeAttached { .. } => ErrorKind::VolumeAttached,
            Error::VolumeExists { .. } => ErrorKind::VolumeExists,
            Error::File { problem, .. } => problem.kind(),
            Error::FileTooLarge { .. } => ErrorKind::FileTooLarge,
            Error::BodyTooLarge { .. } => ErrorKind::BodyTooLarge,
            Error::RouteNotFound { .. } => ErrorKind::RouteNotFound,
            Error::MethodNotAllowed { .. } => ErrorKind::MethodNotAllowed,
            Error::EngineRestarted => ErrorKind::EngineRestarted,
            Error::StorageFailed { .. } => ErrorKind::StorageFailed,
            Error::StorageFull { .. } => ErrorKind::StorageFull,
            Error::StorageUnavailable { .. } => ErrorKind::StorageUnavailable,
            Error::HeldByAnotherTab { .. } => ErrorKind::HeldByAnotherTab,
            Error::ClockNotVirtual => ErrorKind::ClockNotVirtual,
            Error::InvalidStateFile { .. } => ErrorKind::InvalidStateFile,
        }
    }

    /// The HTTP status.
    pub fn status(&self) -> u16 {
        self.kind().status()
    }

    /// The stable name for machines.
    pub fn reason(&self) -> &'static str {
        self.kind().reason()
    }

    /// The part of the request that was wrong, where it is one part.
    pub fn field(&self) -> Option<&str> {
        match self {
            Error::InvalidJson { .. } | Error::BodyTooLarge { .. } | Error::FileTooLarge { .. } => {
                Some("body")
            }
            Error::InvalidStateFile { .. } => Some("body"),
            Error::InvalidType { field, .. }
            | Error::MissingField { field, .. }
            | Error::UnknownField { field, .. }
            | Error::InvalidValue { field, .. }
            | Error::InvalidImage { field, .. }
            | Error::InvalidTimeout { field, .. }
            | Error::InvalidEnv { field, .. }
            | Error::InvalidCommand { field, .. }
            | Error::InvalidPath { field, .. }
            | Error::InvalidMountPath { field, .. }
            | Error::InvalidVolumeName { field, .. }
            | Error::InvalidVolumeSize { field, .. }
            | Error::UnknownRegion { field, .. }
            | Error::VolumeNotResizable { field, .. }
            | Error::VolumeAlreadyAttached { field, .. } => Some(field),
            Error::File { field, .. } => Some(field),
            Error::TooManyVolumes { .. } => Some("volumes"),
            Error::VolumeInOtherRegion { .. } => Some("region"),
            Error::TemplateNotFound { .. } => Some("image"),
            Error::InvalidSandboxId { .. } | Error::SandboxNotFound { .. } | Error::SandboxStopped { .. } => {
                Some("id")
            }
            Error::VolumeNotFound { .. } | Error::VolumeAttached { .. } | Error::VolumeExists { .. } => {
                Some("name")
            }
            Error::Unauthorized => Some("authorization"),
            Error::ClockNotVirtual => Some("advanceMs"),
            Error::InvalidUrl { .. } | Error::RouteNotFound { .. } | Error::MethodNotAllowed { .. } => None,
            Error::InsufficientTokens { .. } | Error::ConcurrencyLimit { .. } => None,
            Error::SandboxKilled { .. } | Error::EngineRestarted | Error::HeldByAnotherTab { .. } => None,
            Error::StorageFailed { .. } | Error::StorageFull { .. } | Error::StorageUnavailable { .. } => {
                None
            }
        }
    }

    /// The same error about another field: what parsed a value seldom knows where in the request it stood.
    pub fn at(mut self, place: impl std::fmt::Display) -> Self {
        match &mut self {
            Error::InvalidType { field, .. }
            | Error::MissingField { field, .. }
            | Error::InvalidValue { field, .. }
            | Error::InvalidImage { field, .. }
            | Error::InvalidTimeout { field, .. }
            | Error::InvalidEnv { field, .. }
            | Error::InvalidCommand { field, .. }
            | Error::InvalidPath { field, .. }
            | Error::InvalidMountPath { field, .. }
            | Error::InvalidVolumeName { field, .. }
            | Error::InvalidVolumeSize { field, .. }
            | Error::UnknownRegion { field, .. } => *field = place.to_string(),
            _ => {}
        }
        self
    }

    /// `details` of the body: always the reason, the field where there is one, then rule, value and extras.
    pub fn details(&self) -> Map<String, Value> {
        let mut details = Map::new();
        details.insert(REASON_FIELD.to_owned(), self.reason().into());
        if let Some(field) = self.field() {
            details.insert(FIELD_FIELD.to_owned(), field.into());
        }
        for (name, value) in self.extras() {
            details.insert(name.to_owned(), value);
        }
        details
    }

    /// The body of the answer: `{ code, message, details }`.
    pub fn to_json(&self) -> Value {
        json!({ "code": self.status(), "message": self.to_string(), "details": self.details() })
    }

    fn extras(&self) -> Vec<(&'static str, Value)> {
        match self {
            Error::InvalidType { rule, value, .. }
            | Error::InvalidValue { rule, value, .. }
            | Error::InvalidImage { rule, value, .. }
            | Error::InvalidEnv { rule, value, .. }
            | Error::InvalidCommand { rule, value, .. }
            | Error::InvalidPath { rule, value, .. }
            | Error::InvalidSandboxId { rule, value, .. }
            | Error::InvalidMountPath { rule, value, .. } => {
                vec![("rule", json!(rule)), ("value", value.as_json().clone())]
            }
            Error::InvalidTimeout { rule, value, .. } => {
                vec![("rule", json!(rule)), ("value", value.as_json().clone())]
            }
            Error::InvalidVolumeName { value, .. } => vec![
                ("rule", json!("1 to 30 characters of a-z, 0-9 and _")),
                ("value", value.as_json().clone()),
            ],
            Error::InvalidVolumeSize { value, .. } => {
                vec![("rule", json!("a whole number from 1 to 100")), ("value", value.as_json().clone())]
            }
            Error::UnknownRegion { value, nearest, .. } => vec![
                ("rule", json!("a region that there is")),
                ("value", value.as_json().clone()),
                ("nearest", json!(nearest)),
                ("known", json!(REGIONS.as_slice())),
            ],
            Error::MissingField { rule, .. } => vec![("rule", json!(rule))],
            Error::UnknownField { nearest, value, .. } => {
                vec![("nearest", json!(nearest)), ("value", value.as_json().clone())]
            }
            Error::TooManyVolumes { count } => vec![("rule", json!("at most one")), ("value", json!(count))],
            Error::VolumeInOtherRegion { name, volume_region, sandbox_region, .. } => vec![
                ("volume", json!(name)),
                ("volumeRegion", json!(volume_region)),
                ("value", json!(sandbox_region)),
            ],
            Error::VolumeNotResizable { name, size, requested, .. } => {
                vec![("volume", json!(name)), ("sizeGb", json!(size)), ("value", json!(requested))]
            }
            Error::VolumeAlreadyAttached { name, holder, stop_at, .. }
            | Error::VolumeAttached { name, holder, stop_at } => vec![
                ("volume", json!(name)),
                ("sandboxId", json!(holder)),
                ("stopAt", json!(stop_at.to_string())),
            ],
            Error::VolumeNotFound { name } | Error::VolumeExists { name } => vec![("volume", json!(name))],
            Error::SandboxStopped { id, at } => {
                vec![("sandboxId", json!(id)), ("stoppedAt", json!(at.to_string()))]
            }
            Error::SandboxKilled { id, at } => {
                vec![("sandboxId", json!(id)), ("killedAt", json!(at.to_string()))]
            }
            Error::SandboxNotFound { id, departure } => {
                let mut extras = vec![("sandboxId", json!(id))];
                match departure {
                    None => {}
                    Some(Departure::Killed { at }) => extras.push(("killedAt", json!(at.to_string()))),
                    Some(Departure::Stopped { at, .. }) => extras.push(("stoppedAt", json!(at.to_string()))),
                }
                extras
            }
            Error::TemplateNotFound { image, nearest } => {
                vec![("value", json!(image)), ("nearest", json!(nearest))]
            }
            Error::InsufficientTokens { credits, used } => {
                vec![("credits", json!(credits)), ("used", json!(used))]
            }
            Error::ConcurrencyLimit { limit, running } => {
                vec![("limit", json!(limit)), ("running", json!(running))]
            }
            Error::File { path, .. } => vec![("value", json!(path))],
            Error::FileTooLarge { size, max } => vec![("value", json!(size)), ("max", json!(max))],
            Error::BodyTooLarge { max } => vec![("max", json!(max))],
            Error::RouteNotFound { path } => vec![("value", json!(path))],
            Error::MethodNotAllowed { method, allowed, .. } => {
                vec![("value", json!(method)), ("allowed", json!(allowed))]
            }
            Error::HeldByAnotherTab { name } => vec![("value", json!(name))],
            Error::InvalidJson { .. }
            | Error::InvalidUrl { .. }
            | Error::Unauthorized
            | Error::EngineRestarted
            | Error::StorageFailed { .. }
            | Error::StorageFull { .. }
            | Error::StorageUnavailable { .. }
            | Error::ClockNotVirtual
            | Error::InvalidStateFile { .. } => Vec::new(),
        }
    }
}
