//! What the wire carries beside the message: status, reason, field, rule, value and whatever helps to go on.

use serde_json::{Map, Value, json};

use super::{Departure, Error, ShownValue};
use crate::assumptions::{FIELD_FIELD, REASON_FIELD};
use crate::values::UnixMillis;

impl Error {
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
            Error::UrlTooLong { .. } => Some("url"),
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
            Error::ShellNotInstalled { .. } => Some("shell"),
            Error::TerminalNotFound { .. } => Some("terminalId"),
            Error::InvalidSandboxId { .. }
            | Error::SandboxNotFound { .. }
            | Error::SandboxStopped { .. }
            | Error::SandboxKilled { .. } => Some("id"),
            Error::VolumeNotFound { .. } | Error::VolumeAttached { .. } | Error::VolumeExists { .. } => {
                Some("name")
            }
            Error::Unauthorized => Some("authorization"),
            Error::ClockNotVirtual => Some("advanceMs"),
            Error::InvalidUrl { .. } | Error::RouteNotFound { .. } | Error::MethodNotAllowed { .. } => None,
            Error::InsufficientTokens { .. } | Error::ConcurrencyLimit { .. } => None,
            Error::UpgradeRequired { .. } => None,
            Error::EngineRestarted | Error::HeldByAnotherTab { .. } => None,
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
        if let Some(rule) = self.rule() {
            details.insert("rule".to_owned(), rule.into());
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

    /// The rule that the field broke, where there is a field.
    fn rule(&self) -> Option<&str> {
        match self {
            Error::InvalidType { rule, .. }
            | Error::MissingField { rule, .. }
            | Error::InvalidValue { rule, .. }
            | Error::InvalidImage { rule, .. }
            | Error::InvalidEnv { rule, .. }
            | Error::InvalidCommand { rule, .. }
            | Error::InvalidPath { rule, .. }
            | Error::InvalidSandboxId { rule, .. }
            | Error::InvalidMountPath { rule, .. } => Some(rule),
            Error::InvalidTimeout { rule, .. } => Some(rule),
            Error::InvalidJson { .. } => Some("JSON"),
            Error::InvalidStateFile { .. } => Some("a saved cloud"),
            Error::UnknownField { .. } => Some("a known field"),
            Error::InvalidVolumeName { .. } => Some("1 to 30 characters of a-z, 0-9 and _"),
            Error::InvalidVolumeSize { .. } => Some("a whole number from 1 to 100"),
            Error::UnknownRegion { .. } => Some("a known region"),
            Error::TooManyVolumes { .. } => Some("at most one volume"),
            Error::VolumeInOtherRegion { .. } => Some("the region of the volume"),
            Error::VolumeNotResizable { .. } => Some("the size that the volume has"),
            Error::VolumeAlreadyAttached { .. } | Error::VolumeAttached { .. } => {
                Some("a volume that no sandbox holds")
            }
            Error::VolumeNotFound { .. } => Some("a volume that exists"),
            Error::VolumeExists { .. } => Some("a name that no volume has"),
            Error::SandboxNotFound { .. } => Some("a sandbox that exists"),
            Error::SandboxStopped { .. } | Error::SandboxKilled { .. } => Some("a sandbox that runs"),
            Error::TemplateNotFound { .. } => Some("a known image"),
            Error::ShellNotInstalled { .. } => Some("a shell that the image has"),
            Error::TerminalNotFound { .. } => Some("a terminal of the sandbox that has not ended"),
            Error::File { problem, .. } => Some(problem.text()),
            Error::FileTooLarge { .. } | Error::BodyTooLarge { .. } => Some("a size up to the maximum"),
            Error::UrlTooLong { .. } => Some("a length up to the maximum"),
            Error::Unauthorized => Some("Bearer and the key"),
            Error::ClockNotVirtual => Some("a virtual clock"),
            Error::InvalidUrl { .. }
            | Error::RouteNotFound { .. }
            | Error::MethodNotAllowed { .. }
            | Error::UpgradeRequired { .. }
            | Error::InsufficientTokens { .. }
            | Error::ConcurrencyLimit { .. }
            | Error::EngineRestarted
            | Error::HeldByAnotherTab { .. }
            | Error::StorageFailed { .. }
            | Error::StorageFull { .. }
            | Error::StorageUnavailable { .. } => None,
        }
    }

    /// The value that broke the rule, and what helps to go on.
    fn extras(&self) -> Vec<(&'static str, Value)> {
        let time = |at: &UnixMillis| json!(at.to_string());
        match self {
            Error::InvalidType { value, .. }
            | Error::InvalidValue { value, .. }
            | Error::InvalidImage { value, .. }
            | Error::InvalidTimeout { value, .. }
            | Error::InvalidEnv { value, .. }
            | Error::InvalidCommand { value, .. }
            | Error::InvalidPath { value, .. }
            | Error::InvalidSandboxId { value, .. }
            | Error::InvalidMountPath { value, .. }
            | Error::InvalidVolumeName { value, .. }
            | Error::InvalidVolumeSize { value, .. } => vec![("value", value.as_json().clone())],
            Error::UnknownField { value, hint, .. } | Error::UnknownRegion { value, hint, .. } => {
                let nearest = hint.nearest.map(|nearest| ("nearest", json!(nearest)));
                let parts = [("value", value.as_json().clone()), ("known", json!(hint.known))];
                parts.into_iter().chain(nearest).collect()
            }
            Error::TemplateNotFound { image, nearest } => {
                vec![("value", json!(image)), ("nearest", json!(nearest))]
            }
            Error::ShellNotInstalled { shell, image } => {
                vec![("value", json!(shell)), ("image", json!(image))]
            }
            Error::TerminalNotFound { id } => {
                vec![("value", ShownValue::from(id.as_str()).as_json().clone())]
            }
            Error::UpgradeRequired { path } => vec![("value", json!(path))],
            Error::TooManyVolumes { count } => vec![("value", json!(count))],
            Error::VolumeInOtherRegion { name, volume_region, sandbox_region } => vec![
                ("value", json!(sandbox_region)),
                ("volume", json!(name)),
                ("volumeRegion", json!(volume_region)),
            ],
            Error::VolumeNotResizable { name, size, requested, .. } => {
                vec![("value", json!(requested)), ("volume", json!(name)), ("sizeGb", json!(size))]
            }
            Error::VolumeAlreadyAttached { name, holder, stop_at, .. }
            | Error::VolumeAttached { name, holder, stop_at } => {
                vec![("value", json!(name)), ("sandboxId", json!(holder)), ("stopAt", time(stop_at))]
            }
            Error::VolumeNotFound { name } | Error::VolumeExists { name } => vec![("value", json!(name))],
            Error::SandboxStopped { id, at } => vec![("value", json!(id)), ("stoppedAt", time(at))],
            Error::SandboxKilled { id, at } => vec![("value", json!(id)), ("killedAt", time(at))],
            Error::SandboxNotFound { id, departure } => {
                let ended = departure.as_ref().map(|departure| match departure {
                    Departure::Killed { at } => ("killedAt", time(at)),
                    Departure::Stopped { at, .. } => ("stoppedAt", time(at)),
                });
                [("value", json!(id))].into_iter().chain(ended).collect()
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
            Error::UrlTooLong { length, max } => vec![("value", json!(length)), ("max", json!(max))],
            Error::RouteNotFound { path } => vec![("value", json!(path))],
            Error::MethodNotAllowed { method, allowed, .. } => {
                vec![("value", json!(method)), ("allowed", json!(allowed))]
            }
            Error::HeldByAnotherTab { name } => vec![("value", json!(name))],
            Error::MissingField { .. }
            | Error::InvalidJson { .. }
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
