//! The variants and their messages.

use super::{ErrorKind, FileProblem, ShownValue};
use crate::assumptions::{INSUFFICIENT_TOKENS_MESSAGE, RESIZE_MESSAGE, VOLUME_NAME_LENGTH_MESSAGE};
use crate::documented::MAX_VOLUME_NAME_LENGTH;
use crate::values::{Hint, ImageRef, Region, SandboxId, SizeGb, TerminalShell, UnixMillis, VolumeName};

/// How a sandbox left the cloud.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Departure {
    /// It was killed.
    Killed {
        /// When.
        at: UnixMillis,
    },
    /// It reached `stopAt`, and was deleted or grew too old afterwards.
    Stopped {
        /// When it stopped.
        at: UnixMillis,
        /// When it left the list.
        gone_at: UnixMillis,
    },
}

/// Why a request failed. The message is in the user's words; status, reason and details are methods.
///
/// Fields named `field` say which part of the request was wrong, as a path in its JSON (`volumes["/app"].sizeGb`) or
/// the name of a parameter of the URL.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[allow(missing_docs, reason = "a field's meaning is its name; the variants say when they happen")]
pub enum Error {
    /// The body is not JSON.
    #[error("Request body is not valid JSON: {problem}")]
    InvalidJson { problem: String },
    /// The URL's path or query cannot be decoded.
    #[error("The URL cannot be read: {problem}")]
    InvalidUrl { problem: String },
    /// A value of the wrong JSON type.
    #[error("{field} must be {rule}, not {value}")]
    InvalidType { field: String, rule: &'static str, value: ShownValue },
    /// A field or parameter that must be there.
    #[error("{field} is required and must be {rule}")]
    MissingField { field: String, rule: &'static str },
    /// A field that is not known.
    #[error("Unknown field {field}: {}", .hint.text("field"))]
    UnknownField { field: String, hint: Box<Hint>, value: ShownValue },
    /// A value out of range.
    #[error("{field} must be {rule}, not {value}")]
    InvalidValue { field: String, rule: &'static str, value: ShownValue },
    /// No image reference.
    #[error(
        "{field} must be an image reference such as node:20 or registry.example.com/team/app:1.2, not {value}: {rule}"
    )]
    InvalidImage { field: String, rule: &'static str, value: ShownValue },
    /// A timeout out of range.
    #[error("{field} must be {rule}, not {value}")]
    InvalidTimeout { field: String, rule: String, value: ShownValue },
    /// A name or value that no environment can hold.
    #[error("{field} is no environment variable: {rule}")]
    InvalidEnv { field: String, rule: &'static str, value: ShownValue },
    /// A command that cannot be run.
    #[error("{field} must be {rule}, not {value}")]
    InvalidCommand { field: String, rule: &'static str, value: ShownValue },
    /// No absolute path.
    #[error("{field} must be {rule}, not {value}")]
    InvalidPath { field: String, rule: &'static str, value: ShownValue },
    /// A text that is the id of no sandbox, ever.
    #[error("Sandbox id must be {rule}, not {value}")]
    InvalidSandboxId { rule: &'static str, value: ShownValue },
    /// More than one volume.
    #[error("Only one volume can be mounted per sandbox")]
    TooManyVolumes { count: usize },
    /// A path where nothing can be mounted.
    #[error("Mount path {value} is not allowed: {rule}")]
    InvalidMountPath { field: String, rule: &'static str, value: ShownValue },
    /// A malformed name.
    #[error("{}", volume_name_message(.length))]
    InvalidVolumeName { field: String, value: ShownValue, length: usize },
    /// A size out of range.
    #[error("Size must be 1-100 GB")]
    InvalidVolumeSize { field: String, value: ShownValue },
    /// A region that does not exist.
    #[error("Unknown region {value}: {}", .hint.text("region"))]
    UnknownRegion { field: String, value: ShownValue, hint: Box<Hint> },
    /// Volume and sandbox are in different regions.
    #[error("Volume \"{name}\" is in region {volume_region}")]
    VolumeInOtherRegion { name: VolumeName, volume_region: Region, sandbox_region: Region },
    /// Another size than the volume has.
    #[error("{}", resize_message(.name, .size))]
    VolumeNotResizable { field: String, name: VolumeName, size: SizeGb, requested: SizeGb },
    /// Another sandbox holds the volume that a new one asks for.
    #[error("Volume \"{name}\" is already attached")]
    VolumeAlreadyAttached { field: String, name: VolumeName, holder: SandboxId, stop_at: UnixMillis },
    /// The image has no such shell.
    #[error("{} is not installed in the image {image}", .shell.as_str())]
    ShellNotInstalled { shell: TerminalShell, image: ImageRef },
    /// The sandbox has reached `stopAt`.
    #[error("Sandbox \"{id}\" stopped at {at}")]
    SandboxStopped { id: SandboxId, at: UnixMillis },
    /// No key or a wrong one.
    #[error("Missing or invalid API key")]
    Unauthorized,
    /// The month's credits are used up.
    #[error("{INSUFFICIENT_TOKENS_MESSAGE}")]
    InsufficientTokens { credits: u64, used: u64 },
    /// As many sandboxes run as the plan allows.
    #[error("Concurrent sandbox limit reached: the plan runs at most {limit} at once")]
    ConcurrencyLimit { limit: u32, running: usize },
    /// No such sandbox.
    #[error("{}", sandbox_not_found_message(.id, .departure))]
    SandboxNotFound { id: String, departure: Option<Departure> },
    /// Killed while a command ran in it.
    #[error("Sandbox \"{id}\" was killed at {at} while the command ran")]
    SandboxKilled { id: SandboxId, at: UnixMillis },
    /// The image is not known.
    #[error("template not found")]
    TemplateNotFound { image: ImageRef, nearest: String },
    /// No such volume.
    #[error("Volume \"{name}\" not found")]
    VolumeNotFound { name: VolumeName },
    /// No such terminal.
    #[error("Terminal \"{id}\" not found")]
    TerminalNotFound { id: String },
    /// A sandbox holds the volume.
    #[error("Volume \"{name}\" is attached to sandbox \"{holder}\"")]
    VolumeAttached { name: VolumeName, holder: SandboxId, stop_at: UnixMillis },
    /// The name is taken.
    #[error("Volume \"{name}\" already exists")]
    VolumeExists { name: VolumeName },
    /// An operation on a file failed.
    #[error("{}: {path}", .problem.text())]
    File { field: &'static str, problem: FileProblem, path: String },
    /// A file over the limit, in bytes.
    #[error("File size {size} bytes exceeds maximum allowed size")]
    FileTooLarge { size: u64, max: u64 },
    /// A body over the limit, in bytes.
    #[error("Request body is larger than the {max} bytes that this route takes")]
    BodyTooLarge { max: u64 },
    /// A URL over the limit, in bytes of its path and query.
    #[error("The URL is {length} bytes long: longer than the {max} that are taken")]
    UrlTooLong { length: u64, max: u64 },
    /// No such route.
    #[error("No route {path}")]
    RouteNotFound { path: String },
    /// The route exists, with other methods.
    #[error("{path} does not answer {method}: use {}", .allowed.join(", "))]
    MethodNotAllowed { method: String, path: String, allowed: Vec<&'static str> },
    /// A socket's address, without the handshake of one.
    #[error("{path} is the address of a WebSocket: connect to it with one")]
    UpgradeRequired { path: String },
    /// The engine went away under a command.
    #[error("The engine restarted while the command ran; it is not run again")]
    EngineRestarted,
    /// Storage does not work.
    #[error("The change could not be stored: {problem}")]
    StorageFailed { problem: String },
    /// Storage is full.
    #[error("There is no room to store the change: {problem}")]
    StorageFull { problem: String },
    /// The storage asked for is not there.
    #[error("Storage is not available here: {problem}")]
    StorageUnavailable { problem: String },
    /// Another tab runs this cloud.
    #[error("Another tab runs the cloud \"{name}\": use that one, or close it and reload")]
    HeldByAnotherTab { name: String },
    /// The clock is the system's.
    #[error("The clock is the system's and cannot be moved: start the backend with a virtual clock")]
    ClockNotVirtual,
    /// No saved cloud.
    #[error("Not a saved cloud: {problem}")]
    InvalidStateFile { problem: String },
}

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
            Error::ShellNotInstalled { .. } => ErrorKind::ShellNotInstalled,
            Error::SandboxStopped { .. } => ErrorKind::SandboxStopped,
            Error::Unauthorized => ErrorKind::Unauthorized,
            Error::InsufficientTokens { .. } => ErrorKind::InsufficientTokens,
            Error::ConcurrencyLimit { .. } => ErrorKind::ConcurrencyLimit,
            Error::SandboxNotFound { .. } => ErrorKind::SandboxNotFound,
            Error::SandboxKilled { .. } => ErrorKind::SandboxKilled,
            Error::TemplateNotFound { .. } => ErrorKind::TemplateNotFound,
            Error::VolumeNotFound { .. } => ErrorKind::VolumeNotFound,
            Error::TerminalNotFound { .. } => ErrorKind::TerminalNotFound,
            Error::VolumeAttached { .. } => ErrorKind::VolumeAttached,
            Error::VolumeExists { .. } => ErrorKind::VolumeExists,
            Error::File { problem, .. } => problem.kind(),
            Error::FileTooLarge { .. } => ErrorKind::FileTooLarge,
            Error::BodyTooLarge { .. } => ErrorKind::BodyTooLarge,
            Error::UrlTooLong { .. } => ErrorKind::UrlTooLong,
            Error::RouteNotFound { .. } => ErrorKind::RouteNotFound,
            Error::MethodNotAllowed { .. } => ErrorKind::MethodNotAllowed,
            Error::UpgradeRequired { .. } => ErrorKind::UpgradeRequired,
            Error::EngineRestarted => ErrorKind::EngineRestarted,
            Error::StorageFailed { .. } => ErrorKind::StorageFailed,
            Error::StorageFull { .. } => ErrorKind::StorageFull,
            Error::StorageUnavailable { .. } => ErrorKind::StorageUnavailable,
            Error::HeldByAnotherTab { .. } => ErrorKind::HeldByAnotherTab,
            Error::ClockNotVirtual => ErrorKind::ClockNotVirtual,
            Error::InvalidStateFile { .. } => ErrorKind::InvalidStateFile,
        }
    }
}

fn volume_name_message(length: &usize) -> &'static str {
    if *length == 0 || *length > MAX_VOLUME_NAME_LENGTH {
        VOLUME_NAME_LENGTH_MESSAGE
    } else {
        "Volume name must be lowercase alphanumeric and underscores"
    }
}

fn resize_message(name: &VolumeName, size: &SizeGb) -> String {
    RESIZE_MESSAGE.replace("{name}", name.as_str()).replace("{size}", &size.get().to_string())
}

fn sandbox_not_found_message(id: &str, departure: &Option<Departure>) -> String {
    match departure {
        None => format!("Sandbox \"{id}\" not found"),
        Some(Departure::Killed { at }) => format!("Sandbox \"{id}\" was killed at {at}"),
        Some(Departure::Stopped { at, gone_at }) => {
            format!("Sandbox \"{id}\" stopped at {at} and left the list at {gone_at}")
        }
    }
}
