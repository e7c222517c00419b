//! `docs/errors.md` lists every error and what each call answers on an ended sandbox, as the code has it.

mod support;

use sandbox_core::assumptions::{MIN_TIMEOUT_MS, REMEMBERED_SANDBOXES};
use sandbox_core::documented::{MAX_FILE_SIZE, MAX_LIFETIME_MS};
use sandbox_core::{
    Command, Config, CreateSandbox, Departure, Error, ErrorKind, FileProblem, ImageRef, Region, SandboxId,
    SandboxTimeout, ShownValue, SizeGb, VolumeName,
};
use serde_json::json;
use support::{Cloud, DAY, MINUTE, NEW_YEAR, check_document, row};

const HEAD: &str = "\
# Errors

Every failed request is answered with `{ code, message, details }`: `code` is the HTTP status, `message` is for people,
and `details.reason` is for programs and stays the same. `details` also has `field` where one part of the request was
wrong, and mostly the broken `rule` and the `value` that broke it.

This page is checked against the code by a test; `UPDATE_DOCS=1 cargo test -p sandbox-core` writes it.

## Every error

Values in the messages are examples.

";

#[test]
fn the_document_is_what_the_code_says() {
    let mut text = HEAD.to_owned();
    text += &row(["Status", "Reason", "Message", "When"]);
    text += &row(["---", "---", "---", "---"]);
    for kind in ErrorKind::ALL {
        let messages: Vec<String> = samples(*kind).iter().map(|error| format!("`{error}`")).collect();
        let (status, reason) = (kind.status().to_string(), format!("`{}`", kind.reason()));
        text += &row([&status, &reason, &messages.join("<br>"), kind.when()]);
    }
    text += &ended_sandboxes();
    check_document("docs/errors.md", &text);
}

#[test]
fn every_sample_is_of_its_kind_and_carries_its_reason() {
    for kind in ErrorKind::ALL {
        for error in samples(*kind) {
            let body = error.to_json();
            assert_eq!(error.kind(), *kind);
            assert_eq!(body["code"], kind.status());
            assert_eq!(body["details"]["reason"], kind.reason());
            assert_eq!(body["details"].get("field").and_then(|field| field.as_str()), error.field());
        }
    }
}

#[test]
fn an_error_about_a_field_names_its_rule_and_the_value() {
    // Nothing was there to be shown, or it must not be shown, or it is too large.
    let shows_no_value = [
        ErrorKind::MissingField,
        ErrorKind::InvalidJson,
        ErrorKind::InvalidStateFile,
        ErrorKind::BodyTooLarge,
        ErrorKind::Unauthorized,
        ErrorKind::ClockNotVirtual,
    ];
    for kind in ErrorKind::ALL {
        for error in samples(*kind) {
            let details = error.details();
            assert_eq!(details.contains_key("rule"), error.field().is_some(), "{kind:?}");
            if error.field().is_some() {
                assert_eq!(details.contains_key("value"), !shows_no_value.contains(kind), "{kind:?}");
            }
        }
    }
}

#[test]
fn reasons_are_unique_and_in_snake_case() {
    let mut reasons: Vec<&str> = ErrorKind::ALL.iter().map(|kind| kind.reason()).collect();
    assert!(reasons.iter().all(|reason| reason.bytes().all(|c| c.is_ascii_lowercase() || c == b'_')));
    reasons.sort_unstable();
    reasons.dedup();
    assert_eq!(reasons.len(), ErrorKind::ALL.len());
}

/// Examples of one kind, made by the door where a request alone can fail so.
fn samples(kind: ErrorKind) -> Vec<Error> {
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
        ErrorKind::FileTooLarge => vec![Error::FileTooLarge { size: MAX_FILE_SIZE + 1, max: MAX_FILE_SIZE }],
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

const ENDED: &str = "
## Calls on a sandbox that has ended

A sandbox that is killed is gone at once. One that reaches `stopAt` stays in the list until it is deleted or a day has
passed. What ended it is told as long as it is known: of the last {remembered} that are gone.

";

type End = fn(&mut Cloud, &SandboxId);

/// How the sandbox came to its end, one column of the second table each.
const ENDS: [(&str, End); 5] = [
    ("running", |_, _| {}),
    ("killed", |cloud, id| drop(cloud.kill(id).unwrap())),
    ("reached `stopAt`", |cloud, _| drop(cloud.pass(10 * MINUTE))),
    ("reached `stopAt`, then deleted", |cloud, id| {
        cloud.pass(10 * MINUTE);
        drop(cloud.kill(id).unwrap())
    }),
    ("reached `stopAt` a day ago", |cloud, _| drop(cloud.pass(10 * MINUTE + DAY))),
];

type Call = fn(&mut Cloud, &SandboxId) -> Result<String, Error>;

const CALLS: [(&str, Call); 9] = [
    ("get", |cloud, id| Ok(format!("200, state `{}`", cloud.state.sandbox(id.as_str())?.state()))),
    ("list", |cloud, id| {
        let listed = cloud.state.sandboxes().find(|sandbox| sandbox.id == *id);
        Ok(listed.map_or("not in it".to_owned(), |sandbox| format!("in it, state `{}`", sandbox.state())))
    }),
    ("exec", |cloud, id| cloud.state.running(id.as_str(), cloud.now).map(|_| "200".to_owned())),
    ("an exec under way", |cloud, id| match cloud.state.running(id.as_str(), cloud.now) {
        Ok(_) => Ok("goes on".to_owned()),
        Err(_) => Err(cloud.state.ended_during_exec(id.as_str(), cloud.now)),
    }),
    ("files: every call", |cloud, id| cloud.state.running(id.as_str(), cloud.now).map(|_| "200".to_owned())),
    ("setTimeout", |cloud, id| {
        let timeout = SandboxTimeout::try_from(MIN_TIMEOUT_MS).unwrap();
        cloud.run(&Command::SetTimeout { id: id.clone(), timeout }).map(|_| "200".to_owned())
    }),
    ("kill", |cloud, id| cloud.kill(id).map(|_| "204".to_owned())),
    ("create another with its volume", |cloud, _| {
        cloud.create(json!({ "image": "node:20", "volumes": { "/app": "my_vol" } })).map(|_| "201".to_owned())
    }),
    (KEPT, |cloud, _| {
        cloud.create(json!({ "image": "node:20", "volumes": { "/app": "my_vol" } })).map(|_| "201".to_owned())
    }),
];

/// The row for clouds that are set up to keep volumes attached.
const KEPT: &str = "the same, with `releaseOnStop: false`";

fn ended_sandboxes() -> String {
    let mut text = ENDED.replace("{remembered}", &REMEMBERED_SANDBOXES.to_string());
    text += &row(["Call", ENDS[0].0, ENDS[1].0, ENDS[2].0, ENDS[3].0, ENDS[4].0]);
    text += &row(["---"; 6]);
    for (name, call) in CALLS {
        let answers = ENDS.map(|(_, end)| {
            let mut cloud = Cloud::new(Config { release_on_stop: name != KEPT, ..Config::default() });
            let id = cloud.create(json!({ "image": "node:20", "volumes": { "/app": "my_vol" } })).unwrap();
            end(&mut cloud, &id);
            call(&mut cloud, &id).unwrap_or_else(|error| {
                let message = error.to_string().replace(id.as_str(), "…");
                format!("{} `{}`: {message}", error.status(), error.reason())
            })
        });
        let [a, b, c, d, e] = answers.each_ref().map(String::as_str);
        text += &row([name, a, b, c, d, e]);
    }
    text
}

#[test]
fn long_values_do_not_make_long_errors() {
    let long = "x".repeat(1 << 20);
    for body in [
        json!({ "image": long }),
        json!({ "image": "node:20", &long: 1 }),
        json!({ "image": "node:20", "region": long }),
        json!({ "image": "node:20", "volumes": { &long: &long } }),
        json!({ "image": "node:20", "env": { &long: 1 } }),
        json!({ "image": [[long]] }),
    ] {
        let error = CreateSandbox::parse(&body).unwrap_err();
        assert!(error.to_json().to_string().len() < 2_000, "{}", error.reason());
    }
    assert!(ShownValue::from(long.as_str()).to_string().len() < 200);
}
