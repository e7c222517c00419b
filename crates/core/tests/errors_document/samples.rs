//! Examples of every error.

use sandbox_core::documented::{MAX_FILE_SIZE, MAX_LIFETIME_MS};
use sandbox_core::{
    Command, Config, CreateSandbox, Departure, Error, ErrorKind, FileProblem, ImageRef, Region, SandboxId,
    SandboxTimeout, SizeGb, TerminalShell, VolumeName,
};
use serde_json::json;

use crate::support::{Cloud, MINUTE, NEW_YEAR};

/// Examples of one kind, made by the door where a request alone can fail so.
pub(crate) fn samples(kind: ErrorKind) -> Vec<Error> {
    let field = |name: &str| name.to_owned();
    let problem = || "the disk said no".to_owned();
    let sandbox = || SandboxId::parse("e7847229c547d8").unwrap();
    let volume = || VolumeName::parse("my_vol").unwrap();
    let size = |gb: u32| SizeGb::try_from(gb).unwrap();
    let create = |body| vec![CreateSandbox::parse(&body).unwrap_err()];
    let mount = |path: &str, volume| create(json!({ "image": "node:20", "volumes": { path: volume } }));
    let file = |problem| vec![Error::File { field: "path", problem, path: field("/workspace/a") }];
    let (at, stop_at) = (NEW_YEAR, NEW_YEAR.plus(10 * MINUTE));
    match kind {
        ErrorKind::InvalidJson => vec![sandbox_core::parse_json(b"{").unwrap_err()],
        ErrorKind::InvalidUrl => vec![Error::InvalidUrl { problem: field("invalid UTF-8 in path") }],
        ErrorKind::InvalidType => create(json!({ "image": 20 })),
        ErrorKind::MissingField => create(json!({})),
        ErrorKind::UnknownField => create(json!({ "image": "node:20", "timeout": 1 })),
        ErrorKind::InvalidValue => {
            vec![sandbox_core::parse_advance(&json!({ "advanceMs": -1 })).unwrap_err()]
        }
        ErrorKind::InvalidImage => create(json!({ "image": "Node 20" })),
        ErrorKind::InvalidTimeout => {
            let mut errors = create(json!({ "image": "node:20", "timeoutMs": -1 }));
            errors.push(too_long_in_all());
            errors
        }
        ErrorKind::InvalidEnv => create(json!({ "image": "node:20", "env": { "A=B": "x" } })),
        ErrorKind::InvalidCommand => {
            vec![sandbox_core::ExecRequest::parse(&json!({ "command": [] })).unwrap_err()]
        }
        ErrorKind::InvalidPath => vec![sandbox_core::FilePath::parse("notes.txt").unwrap_err()],
        ErrorKind::InvalidSandboxId => vec![SandboxId::parse("a b").unwrap_err()],
        ErrorKind::TooManyVolumes => {
            create(json!({ "image": "node:20", "volumes": { "/workspace": "vol1", "/cache": "vol2" } }))
        }
        ErrorKind::InvalidMountPath => mount("/proc", json!("my_vol")),
        ErrorKind::InvalidVolumeName => mount("/workspace", json!("my-project")),
        ErrorKind::InvalidVolumeSize => mount("/workspace", json!({ "name": "big_vol", "sizeGb": 500 })),
        ErrorKind::UnknownRegion => create(json!({ "image": "node:20", "region": "laax" })),
        ErrorKind::VolumeInOtherRegion => vec![Error::VolumeInOtherRegion {
            name: volume(),
            volume_region: Region::default(),
            sandbox_region: Region::parse("lax").unwrap(),
        }],
        ErrorKind::VolumeNotResizable => vec![Error::VolumeNotResizable {
            field: field("volumes[\"/workspace\"].sizeGb"),
            name: volume(),
            size: size(1),
            requested: size(10),
        }],
        ErrorKind::VolumeAlreadyAttached => vec![Error::VolumeAlreadyAttached {
            field: field("volumes[\"/workspace\"]"),
            name: volume(),
            holder: sandbox(),
            stop_at,
        }],
        ErrorKind::SandboxStopped => vec![Error::SandboxStopped { id: sandbox(), at }],
        ErrorKind::Unauthorized => vec![Error::Unauthorized],
        ErrorKind::InsufficientTokens => {
            vec![Error::InsufficientTokens { credits: 1_000_000, used: 1_000_004 }]
        }
        ErrorKind::ConcurrencyLimit => vec![Error::ConcurrencyLimit { limit: 3, running: 3 }],
        ErrorKind::SandboxNotFound => {
            let stopped = Departure::Stopped { at, gone_at: stop_at };
            [None, Some(Departure::Killed { at }), Some(stopped)]
                .map(|departure| Error::SandboxNotFound { id: sandbox().to_string(), departure })
                .into()
        }
        ErrorKind::SandboxKilled => vec![Error::SandboxKilled { id: sandbox(), at }],
        ErrorKind::TemplateNotFound => vec![Error::TemplateNotFound {
            image: ImageRef::parse("nod:20").unwrap(),
            nearest: field("node:20"),
        }],
        ErrorKind::VolumeNotFound => vec![Error::VolumeNotFound { name: volume() }],
        ErrorKind::ShellNotInstalled => vec![Error::ShellNotInstalled {
            shell: TerminalShell::Fish,
            image: ImageRef::parse("node:20").unwrap(),
        }],
        ErrorKind::TerminalNotFound => vec![Error::TerminalNotFound { id: field("51c0ffee51c0de") }],
        ErrorKind::UpgradeRequired => vec![Error::UpgradeRequired {
            path: field("/api/v1/sandboxes/e7847229c547d8/terminals/51c0ffee51c0de/ws"),
        }],
        ErrorKind::VolumeAttached => {
            vec![Error::VolumeAttached { name: volume(), holder: sandbox(), stop_at }]
        }
        ErrorKind::VolumeExists => vec![Error::VolumeExists { name: volume() }],
        ErrorKind::FileNotFound => file(FileProblem::NotFound),
        ErrorKind::NotADirectory => file(FileProblem::NotADirectory),
        ErrorKind::IsADirectory => file(FileProblem::IsADirectory),
        ErrorKind::FileExists => file(FileProblem::Exists),
        ErrorKind::DirectoryNotEmpty => file(FileProblem::NotEmpty),
        ErrorKind::NoSpace => file(FileProblem::NoSpace),
        ErrorKind::TooManySymlinks => file(FileProblem::TooManyLinksFollowed),
        ErrorKind::NameTooLong => file(FileProblem::NameTooLong),
        ErrorKind::CrossDevice => file(FileProblem::OtherDevice),
        ErrorKind::PermissionDenied => file(FileProblem::NotPermitted),
        ErrorKind::ReadOnly => file(FileProblem::ReadOnly),
        ErrorKind::Busy => file(FileProblem::Busy),
        ErrorKind::InvalidArgument => file(FileProblem::InvalidArgument),
        ErrorKind::TooManyLinks => file(FileProblem::TooManyLinks),
        ErrorKind::NoMemory => file(FileProblem::NoMemory),
        ErrorKind::FileTooLarge => vec![Error::FileTooLarge { size: MAX_FILE_SIZE + 1, max: MAX_FILE_SIZE }],
        ErrorKind::UrlTooLong => vec![Error::UrlTooLong { length: 20_000, max: 16 << 10 }],
        ErrorKind::BodyTooLarge => vec![Error::BodyTooLarge { max: 1 << 20 }],
        ErrorKind::RouteNotFound => vec![Error::RouteNotFound { path: field("/api/v1/sandbox") }],
        ErrorKind::MethodNotAllowed => vec![Error::MethodNotAllowed {
            method: field("PUT"),
            path: field("/api/v1/sandboxes"),
            allowed: vec!["GET", "POST"],
        }],
        ErrorKind::EngineRestarted => vec![Error::EngineRestarted],
        ErrorKind::StorageFailed => vec![Error::StorageFailed { problem: problem() }],
        ErrorKind::StorageFull => vec![Error::StorageFull { problem: problem() }],
        ErrorKind::StorageUnavailable => vec![Error::StorageUnavailable { problem: problem() }],
        ErrorKind::HeldByAnotherTab => vec![Error::HeldByAnotherTab { name: field("default") }],
        ErrorKind::ClockNotVirtual => vec![Error::ClockNotVirtual],
        ErrorKind::InvalidStateFile => {
            vec![Error::InvalidStateFile { problem: field("it does not begin as one") }]
        }
    }
}

/// A new timeout that is allowed in itself and would let the sandbox live for more than an hour.
fn too_long_in_all() -> Error {
    let mut cloud = Cloud::new(Config::default());
    let id = cloud.create(json!({ "image": "node:20" })).unwrap();
    cloud.pass(5 * MINUTE);
    let timeout = SandboxTimeout::parse(&json!(MAX_LIFETIME_MS)).unwrap();
    cloud.run(&Command::SetTimeout { id, timeout }).unwrap_err()
}
