//! What an engine and the worker that runs a command for it say to each other.

use std::io::{Error, ErrorKind};
use std::path::PathBuf;

use bashkit::{DirEntry, FileType, Metadata};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::super::filesystem::{system_time, timestamp};
use sandbox_fs::Timestamp;

/// From the engine.
#[derive(Serialize, Deserialize)]
pub(super) enum ToWorker {
    Run(Command),
    /// The answer to a call, as [`answer`] packs it.
    Answer {
        call: u32,
        answer: Vec<u8>,
    },
}

/// From the worker.
#[derive(Serialize, Deserialize)]
pub(super) enum FromWorker {
    Call { call: u32, operation: Operation },
    Stdout(Vec<u8>),
    Stderr(Vec<u8>),
    Done { exit_code: i32, memory_bytes: u64 },
}

/// One command line and all that a process inherits.
#[derive(Serialize, Deserialize)]
pub(crate) struct Command {
    pub(crate) argv: Vec<String>,
    pub(crate) env: Vec<(String, String)>,
    pub(crate) cwd: String,
    pub(crate) stdin: Vec<u8>,
    pub(crate) hostname: String,
    /// The cloud's time, in whole seconds.
    pub(crate) now: i64,
}

/// A method of the engine's filesystem.
#[derive(Serialize, Deserialize)]
pub(super) enum Operation {
    ReadFile(PathBuf),
    WriteFile(PathBuf, Vec<u8>),
    AppendFile(PathBuf, Vec<u8>),
    Mkdir { path: PathBuf, recursive: bool },
    Remove { path: PathBuf, recursive: bool },
    Stat(PathBuf),
    ReadDir(PathBuf),
    Exists(PathBuf),
    Rename { from: PathBuf, to: PathBuf },
    Copy { from: PathBuf, to: PathBuf },
    Symlink { target: PathBuf, link: PathBuf },
    ReadLink(PathBuf),
    Chmod(PathBuf, u32),
    SetModified(PathBuf, Timestamp),
}

/// A file's metadata as it travels.
#[derive(Serialize, Deserialize)]
pub(super) struct Described {
    kind: u8,
    size: u64,
    mode: u32,
    modified: Timestamp,
    created: Timestamp,
}

const KINDS: [FileType; 4] = [FileType::File, FileType::Directory, FileType::Symlink, FileType::Fifo];

impl From<Metadata> for Described {
    fn from(metadata: Metadata) -> Self {
        Self {
            kind: KINDS.iter().position(|kind| *kind == metadata.file_type).unwrap_or(0) as u8,
            size: metadata.size,
            mode: metadata.mode,
            modified: timestamp(metadata.modified),
            created: timestamp(metadata.created),
        }
    }
}

impl From<Described> for Metadata {
    fn from(described: Described) -> Self {
        Self {
            file_type: KINDS[usize::from(described.kind).min(KINDS.len() - 1)],
            size: described.size,
            mode: described.mode,
            modified: system_time(described.modified),
            created: system_time(described.created),
        }
    }
}

/// An entry of a directory as it travels.
#[derive(Serialize, Deserialize)]
pub(super) struct Listed(String, Described);

impl From<DirEntry> for Listed {
    fn from(entry: DirEntry) -> Self {
        Self(entry.name, entry.metadata.into())
    }
}

impl From<Listed> for DirEntry {
    fn from(Listed(name, described): Listed) -> Self {
        Self { name, metadata: described.into() }
    }
}

/// An error of the filesystem as it travels: the kind that commands look at, the text that they print.
#[derive(Serialize, Deserialize)]
struct Refusal(u8, String);

/// The kinds that [`super::super::errors`] gives, and the one for all others.
const ERROR_KINDS: [ErrorKind; 16] = [
    ErrorKind::Other,
    ErrorKind::NotFound,
    ErrorKind::NotADirectory,
    ErrorKind::IsADirectory,
    ErrorKind::AlreadyExists,
    ErrorKind::DirectoryNotEmpty,
    ErrorKind::CrossesDevices,
    ErrorKind::StorageFull,
    ErrorKind::PermissionDenied,
    ErrorKind::ReadOnlyFilesystem,
    ErrorKind::ResourceBusy,
    ErrorKind::InvalidInput,
    ErrorKind::TooManyLinks,
    ErrorKind::FileTooLarge,
    ErrorKind::OutOfMemory,
    ErrorKind::Unsupported,
];

/// Packs a message. Nothing of ours can fail to be packed.
pub(super) fn pack<T: Serialize>(message: &T) -> Vec<u8> {
    postcard::to_stdvec(message).unwrap_or_default()
}

/// Unpacks a message of the other side's.
pub(super) fn unpack<T: DeserializeOwned>(bytes: &[u8]) -> Option<T> {
    postcard::from_bytes(bytes).ok()
}

/// Packs what an operation came to.
pub(super) fn answer<T, W: From<T> + Serialize>(result: bashkit::Result<T>) -> Vec<u8> {
    pack(&result.map(W::from).map_err(|error| match error {
        bashkit::Error::Io(error) => {
            let kind = ERROR_KINDS.iter().position(|kind| *kind == error.kind()).unwrap_or(0);
            Refusal(kind as u8, error.to_string())
        }
        other => Refusal(0, other.to_string()),
    }))
}

/// Unpacks what an operation came to.
pub(super) fn outcome<T, W: Into<T> + DeserializeOwned>(answer: &[u8]) -> bashkit::Result<T> {
    let unpacked = unpack::<Result<W, Refusal>>(answer);
    match unpacked.unwrap_or_else(|| Err(Refusal(0, "Input/output error".to_owned()))) {
        Ok(value) => Ok(value.into()),
        Err(Refusal(kind, message)) => {
            let kind = ERROR_KINDS.get(usize::from(kind)).copied().unwrap_or(ErrorKind::Other);
            Err(Error::new(kind, message).into())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::errors::errno;
    use sandbox_fs::Errno;

    #[test]
    fn errors_arrive_as_they_were() {
        for sent in [Errno::ENOENT, Errno::ENOSPC, Errno::EROFS, Errno::ELOOP, Errno::EISDIR, Errno::ENOMEM] {
            let expected = errno(sent);
            let arrived = outcome::<(), ()>(&answer::<(), ()>(Err(errno(sent)))).unwrap_err();
            match (expected, arrived) {
                (bashkit::Error::Io(expected), bashkit::Error::Io(arrived)) => {
                    assert_eq!(arrived.kind(), expected.kind());
                    assert_eq!(arrived.to_string(), expected.to_string());
                }
                other => panic!("{other:?}"),
            }
        }
    }

    #[test]
    fn metadata_arrives_as_it_was() {
        let sent = Metadata {
            file_type: FileType::Symlink,
            size: 7,
            mode: 0o4755,
            modified: system_time(Timestamp(1_500_000_000_123_456_789)),
            created: system_time(Timestamp(0)),
        };
        let bytes = answer::<Metadata, Described>(Ok(sent.clone()));
        assert_eq!(format!("{:?}", outcome::<Metadata, Described>(&bytes).unwrap()), format!("{sent:?}"));
    }

    #[test]
    fn what_is_no_answer_is_an_error() {
        assert!(outcome::<bool, bool>(b"\x07nonsense").is_err());
        assert!(unpack::<ToWorker>(b"").is_none());
    }
}
