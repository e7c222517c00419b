//! No input panics: random and nearly right JSON through every parser, random texts through every value, and events
//! that cannot have happened through the fold.

mod support;

use proptest::prelude::*;
use sandbox_core::{
    Command, Config, CreateSandbox, CreateVolume, Env, EnvVar, Error, Event, ExecRequest, FilePath,
    ForgetReason, ImageRef, MkdirRequest, Mount, MountPath, Region, RenameRequest, SandboxId, SandboxTimeout,
    State, TerminalInput, TerminalRequest, UnixMillis, VolumeName, parse_advance, parse_json, parse_timeout,
};
use serde_json::{Map, Value, json};
use support::{Counting, cases};

/// Words that parsers look for, among others, so that random bodies get past their first line.
fn words() -> impl Strategy<Value = String> {
    let known = prop::sample::select(vec![
        "image",
        "region",
        "timeoutMs",
        "env",
        "volumes",
        "name",
        "sizeGb",
        "command",
        "options",
        "background",
        "cwd",
        "path",
        "recursive",
        "from",
        "to",
        "advanceMs",
        "shell",
        "cols",
        "rows",
        "type",
        "data",
        "input",
        "resize",
        "node:20",
        "iad",
        "/workspace",
        "my_vol",
        "timeout",
        "",
    ]);
    prop_oneof![3 => known.prop_map(str::to_owned), 1 => ".{0,40}", 1 => "[\\x00-\\x7f]{0,300}"]
}

fn values() -> impl Strategy<Value = Value> {
    let numbers = prop_oneof![
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        (0..200u64).prop_map(Value::from),
    ];
    let leaves = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        numbers,
        words().prop_map(Value::from),
    ];
    leaves.prop_recursive(6, 60, 8, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..8).prop_map(Value::from),
            prop::collection::vec((words(), inner), 0..8)
                .prop_map(|fields| Value::from(Map::from_iter(fields))),
        ]
    })
}

fn check(outcome: Result<impl Sized, Error>) -> bool {
    let Err(error) = outcome else { return true };
    assert!((400..500).contains(&error.status()), "{error}");
    assert!(!error.to_string().is_empty());
    assert!(error.to_json().to_string().len() < 4_000, "{}", error.reason());
    false
}

fn check_all(body: &Value) {
    check(CreateSandbox::parse(body));
    check(CreateVolume::parse(body));
    check(ExecRequest::parse(body));
    check(MkdirRequest::parse(body));
    check(RenameRequest::parse(body));
    check(TerminalRequest::parse(body));
    check(TerminalInput::parse(body));
    check(parse_timeout(body));
    check(parse_advance(body));
}

fn texts() -> impl Strategy<Value = String> {
    prop_oneof![
        ".{0,60}",
        "[a-z0-9_]{0,35}",
        "[/a-z.\\x00]{0,60}",
        "[a-zA-Z0-9.:@/_-]{0,80}",
        "[0-9a-f]{12,16}",
        prop::collection::vec(any::<char>(), 4_000..5_000).prop_map(String::from_iter),
    ]
}

fn ids() -> impl Strategy<Value = SandboxId> {
    prop::sample::select(vec!["00000000000001", "00000000000002", "ffffffffffffff"])
        .prop_map(|id| SandboxId::parse(id).unwrap())
}

fn events() -> impl Strategy<Value = Event> {
    let name = || prop::sample::select(vec!["a", "b"]).prop_map(|name| VolumeName::parse(name).unwrap());
    let time = || prop_oneof![any::<u64>(), 0..10_000u64].prop_map(UnixMillis);
    let mount = || name().prop_map(|volume| Mount { path: MountPath::parse("/workspace").unwrap(), volume });
    prop_oneof![
        (name(), time()).prop_map(|(name, at)| Event::VolumeCreated {
            name,
            size: Default::default(),
            region: Region::default(),
            at
        }),
        (ids(), prop::option::of(mount()), time(), time()).prop_map(|(id, mount, at, stop_at)| {
            Event::SandboxCreated {
                id,
                name: "n".into(),
                image: ImageRef::parse("node:20").unwrap(),
                region: Region::default(),
                env: Env::default(),
                mount,
                at,
                stop_at,
            }
        }),
        (name(), ids(), time()).prop_map(|(name, sandbox_id, at)| Event::VolumeAttached {
            name,
            sandbox_id,
            mount_path: MountPath::parse("/workspace").unwrap(),
            at
        }),
        (name(), ids(), time()).prop_map(|(name, sandbox_id, at)| Event::VolumeDetached {
            name,
            sandbox_id,
            at
        }),
        (ids(), time(), time()).prop_map(|(id, stop_at, at)| Event::SandboxTimeoutSet { id, stop_at, at }),
        (ids(), time()).prop_map(|(id, at)| Event::SandboxKilled { id, at }),
        (ids(), time()).prop_map(|(id, at)| Event::SandboxStopped { id, at }),
        (ids(), time()).prop_map(|(id, at)| Event::SandboxForgotten {
            id,
            reason: ForgetReason::Expired,
            at
        }),
        (name(), time()).prop_map(|(name, at)| Event::VolumeDeleted { name, at }),
    ]
}

proptest! {
    #![proptest_config(cases(256))]

    #[test]
    fn no_body_panics(body in values()) {
        check_all(&body);
    }

    #[test]
    fn no_nearly_right_body_panics(
        field in prop::sample::select(vec!["image", "region", "timeoutMs", "env", "volumes", "other"]),
        value in values(),
        path in words(),
    ) {
        let mut body = json!({ "image": "node:20" });
        body[field] = value.clone();
        check_all(&body);
        check_all(&json!({ "image": "node:20", "volumes": { &path: value } }));
        check_all(&json!({ "command": value, "options": { "env": { path: value } } }));
        check_all(&json!({ "command": "true", "options": value }));
    }

    #[test]
    fn no_bytes_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        check(parse_json(&bytes));
    }

    #[test]
    fn a_value_that_parses_is_what_was_given_and_parses_again(text in texts(), other in texts()) {
        if let Ok(name) = VolumeName::parse(&text) {
            prop_assert_eq!(name.as_str(), &text);
        }
        if let Ok(image) = ImageRef::parse(&text) {
            prop_assert_eq!(image.as_str(), &text);
            prop_assert!(!image.name().is_empty() && !image.tag().is_empty());
            image.is_known();
        }
        if let Ok(path) = MountPath::parse(&text) {
            prop_assert_eq!(&MountPath::parse(path.as_str()).unwrap(), &path);
            prop_assert!(path.as_str().len() > 1 && !path.as_str().ends_with('/'));
        }
        check(SandboxId::parse(&text));
        check(FilePath::parse(&text));
        check(Region::parse(&text));
        check(EnvVar::parse(&text, &other));
    }

    #[test]
    fn no_name_is_a_door_to_questions(text in texts()) {
        let state = State::default();
        prop_assert!(!check(state.sandbox(&text)));
        prop_assert!(!check(state.running(&text, UnixMillis(0))));
        prop_assert!(!check(state.volume(&text)));
        prop_assert!(!check(state.detached_volume(&text)));
        state.ended_during_exec(&text, UnixMillis(0)).to_json();
    }

    #[test]
    fn no_journal_panics(events in prop::collection::vec(events(), 0..30), id in ids(), now in any::<u64>()) {
        let mut state = State::default();
        for event in &events {
            state.apply(event);
            event.to_json();
        }
        let config = Config { limits: sandbox_core::Plan::Free.limits(), ..Config::default() };
        let create = json!({ "image": "x", "volumes": { "/workspace": "a" } });
        for command in [
            Command::Tick,
            Command::CreateSandbox(CreateSandbox::parse(&create).unwrap()),
            Command::SetTimeout { id: id.clone(), timeout: SandboxTimeout::default() },
            Command::KillSandbox { id },
        ] {
            for event in state.decide(&command, &config, UnixMillis(now), &mut Counting(0)).into_iter().flatten() {
                state.apply(&event);
            }
        }
        state.next_deadline();
        state.credits_used(UnixMillis(now));
        for sandbox in state.sandboxes() {
            sandbox.to_json();
        }
    }

    #[test]
    fn no_bytes_make_a_wrong_state(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        if let Ok(state) = postcard::from_bytes::<State>(&bytes) {
            state.next_deadline();
        }
        if let Ok(event) = postcard::from_bytes::<Event>(&bytes) {
            State::default().apply(&event);
        }
    }
}

#[test]
fn what_is_read_back_is_checked_again() {
    let wrong = [r#""My-Project""#, r#""""#, r#""../x""#];
    for text in wrong {
        assert!(serde_json::from_str::<VolumeName>(text).is_err());
        assert!(serde_json::from_str::<SandboxId>(text).is_err());
        assert!(serde_json::from_str::<Region>(text).is_err());
        assert!(serde_json::from_str::<MountPath>(text).is_err());
        assert!(serde_json::from_str::<ImageRef>(text).is_err());
    }
    assert!(serde_json::from_str::<sandbox_core::SizeGb>("101").is_err());
    assert!(serde_json::from_str::<SandboxTimeout>("3600001").is_err());
    assert!(serde_json::from_str::<Env>(r#"{"A=B":"x"}"#).is_err());
}

#[test]
fn a_deep_body_is_an_error() {
    let deep = format!("{}1{}", "[".repeat(100_000), "]".repeat(100_000));
    assert_eq!(parse_json(deep.as_bytes()).unwrap_err().reason(), "invalid_json");
}
