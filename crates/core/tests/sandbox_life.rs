//! The life of a sandbox, from its creation to the moment when nobody remembers it.

mod support;

use sandbox_core::assumptions::REMEMBERED_SANDBOXES;
use sandbox_core::{
    Command, Config, Departure, Error, Event, ForgetReason, Limits, Plan, SandboxId, SandboxTimeout,
    UnixMillis, UnknownImages,
};
use serde_json::json;
use support::{Cloud, DAY, MINUTE, NEW_YEAR};

fn cloud() -> Cloud {
    Cloud::new(Config::default())
}

fn set_timeout(cloud: &mut Cloud, id: &SandboxId, millis: u64) -> Result<(), Error> {
    let timeout = SandboxTimeout::try_from(millis).unwrap();
    cloud.run(&Command::SetTimeout { id: id.clone(), timeout }).map(drop)
}

fn stop_at(cloud: &Cloud, id: &SandboxId) -> UnixMillis {
    cloud.state.sandbox(id.as_str()).unwrap().stop_at
}

#[test]
fn data_is_exactly_what_is_documented() {
    let mut cloud = cloud();
    let id = cloud.create(json!({ "image": "node:20", "env": { "A": "1" } })).unwrap();
    let sandbox = cloud.state.sandbox(id.as_str()).unwrap();
    assert_eq!(
        sandbox.to_json(),
        json!({
            "id": "00000000000001",
            "name": sandbox.name,
            "state": "started",
            "region": "iad",
            "image": "node:20",
            "createdAt": "2026-01-01T00:00:00.000Z",
            "stopAt": "2026-01-01T00:10:00.000Z",
            "publicAccessUrlTemplate": "{{PORT}}-00000000000001.sandbox.localhost",
        })
    );
    assert_eq!(sandbox.env.get("A"), Some("1"));
}

#[test]
fn a_sandbox_stops_at_stop_at_and_is_forgotten_a_day_later() {
    let mut cloud = cloud();
    let id = cloud.create(json!({ "image": "node:20", "timeoutMs": 1_000 })).unwrap();
    assert_eq!(cloud.state.next_deadline(), Some(NEW_YEAR.plus(1_000)));
    assert_eq!(cloud.pass(999), []);
    assert_eq!(cloud.pass(5_000), [Event::SandboxStopped { id: id.clone(), at: NEW_YEAR.plus(1_000) }]);
    let stopped = cloud.state.running(id.as_str(), cloud.now).unwrap_err();
    assert_eq!((stopped.status(), stopped.reason()), (400, "sandbox_stopped"));
    let forgotten_at = NEW_YEAR.plus(1_000 + DAY);
    assert_eq!(cloud.state.next_deadline(), Some(forgotten_at));
    assert_eq!(
        cloud.pass(DAY),
        [Event::SandboxForgotten { id: id.clone(), reason: ForgetReason::Expired, at: forgotten_at }]
    );
    assert_eq!(cloud.state.next_deadline(), None);
    assert_eq!(cloud.state.sandbox(id.as_str()).unwrap_err().status(), 404);
}

#[test]
fn a_new_timeout_counts_from_now_and_ends_within_an_hour_of_creation() {
    let mut cloud = cloud();
    let id = cloud.create(json!({ "image": "node:20" })).unwrap();
    cloud.pass(5 * MINUTE);
    set_timeout(&mut cloud, &id, 55 * MINUTE).unwrap();
    assert_eq!(stop_at(&cloud, &id), NEW_YEAR.plus(60 * MINUTE));
    let error = set_timeout(&mut cloud, &id, 55 * MINUTE + 1).unwrap_err();
    assert_eq!((error.reason(), error.field()), ("invalid_timeout", Some("timeoutMs")));
    assert!(error.to_string().contains("at most 3300000 now"), "{error}");
    set_timeout(&mut cloud, &id, 1).unwrap();
    assert_eq!(stop_at(&cloud, &id), cloud.now.plus(1), "a shorter one is allowed");
    cloud.now = cloud.now.plus(1);
    assert_eq!(set_timeout(&mut cloud, &id, 1).unwrap_err().reason(), "sandbox_stopped");
}

#[test]
fn a_killed_sandbox_is_gone_and_its_end_is_remembered() {
    let mut cloud = cloud();
    let id = cloud.create(json!({ "image": "node:20" })).unwrap();
    cloud.pass(MINUTE);
    cloud.kill(&id).unwrap();
    let message = format!("Sandbox \"{id}\" was killed at 2026-01-01T00:01:00.000Z");
    for error in [
        cloud.state.sandbox(id.as_str()).unwrap_err(),
        cloud.state.running(id.as_str(), cloud.now).unwrap_err(),
        set_timeout(&mut cloud, &id, 1).unwrap_err(),
        cloud.kill(&id).unwrap_err(),
    ] {
        assert_eq!(error.to_string(), message);
        assert_eq!((error.status(), error.reason()), (404, "sandbox_not_found"));
        assert_eq!(error.details()["killedAt"], "2026-01-01T00:01:00.000Z");
    }
}

#[test]
fn memory_of_what_is_gone_is_bounded() {
    let mut cloud = cloud();
    let first = cloud.create(json!({ "image": "node:20" })).unwrap();
    cloud.kill(&first).unwrap();
    for count in 1..=REMEMBERED_SANDBOXES {
        let error = cloud.state.sandbox(first.as_str()).unwrap_err();
        let killed = Some(Departure::Killed { at: NEW_YEAR });
        assert_eq!(error, Error::SandboxNotFound { id: first.to_string(), departure: killed }, "{count}");
        let next = cloud.create(json!({ "image": "node:20" })).unwrap();
        cloud.kill(&next).unwrap();
    }
    let error = cloud.state.sandbox(first.as_str()).unwrap_err();
    assert_eq!(error.to_string(), format!("Sandbox \"{first}\" not found"));
}

#[test]
fn a_command_learns_what_ended_its_sandbox() {
    let mut cloud = cloud();
    let killed = cloud.create(json!({ "image": "node:20" })).unwrap();
    let stopped = cloud.create(json!({ "image": "node:20" })).unwrap();
    let alive = cloud.create(json!({ "image": "node:20", "timeoutMs": 3_600_000 })).unwrap();
    cloud.kill(&killed).unwrap();
    cloud.pass(20 * MINUTE);
    let reason = |id: &SandboxId| cloud.state.ended_during_exec(id.as_str(), cloud.now).reason();
    assert_eq!(reason(&killed), "sandbox_killed");
    assert_eq!(reason(&stopped), "sandbox_stopped");
    assert_eq!(reason(&alive), "engine_restarted");
}

#[test]
fn the_list_is_in_the_order_of_creation() {
    let mut cloud = cloud();
    let ids: Vec<_> = (0..20).map(|_| cloud.create(json!({ "image": "node:20" })).unwrap()).collect();
    let listed: Vec<_> = cloud.state.sandboxes().map(|sandbox| sandbox.id.clone()).collect();
    assert_eq!(listed, ids);
}

#[test]
fn an_unknown_image_gives_a_plain_one_and_says_so() {
    let mut cloud = cloud();
    cloud.create(json!({ "image": "nod:20" })).unwrap();
    let request = sandbox_core::CreateSandbox::parse(&json!({ "image": "nod:20" })).unwrap();
    let events = cloud.run(&Command::CreateSandbox(request)).unwrap();
    let notice = events.iter().find(|event| matches!(event, Event::NotEmulated { .. })).unwrap();
    assert_eq!(
        notice.to_json(),
        json!({
            "type": "image.not_emulated",
            "at": "2026-01-01T00:00:00.000Z",
            "sandboxId": "00000000000003",
            "image": "nod:20",
            "nearest": "node:20",
        })
    );
    cloud.config.unknown_images = UnknownImages::Reject;
    let error = cloud.create(json!({ "image": "nod:20" })).unwrap_err();
    assert_eq!((error.status(), error.to_string().as_str()), (404, "template not found"));
    assert_eq!(error.details()["nearest"], "node:20");
}

#[test]
fn a_plan_runs_so_many_at_once() {
    let mut cloud = Cloud::new(Config { limits: Plan::Free.limits(), ..Config::default() });
    let first = cloud.create(json!({ "image": "node:20" })).unwrap();
    for _ in 0..2 {
        cloud.create(json!({ "image": "node:20" })).unwrap();
    }
    let error = cloud.create(json!({ "image": "node:20", "volumes": { "/app": "left" } })).unwrap_err();
    assert_eq!((error.status(), error.reason()), (403, "concurrency_limit"));
    assert!(cloud.state.volume("left").is_err());
    set_timeout(&mut cloud, &first, 20 * MINUTE).expect("it is one of the three");
    cloud.kill(&first).unwrap();
    cloud.create(json!({ "image": "node:20" })).unwrap();
}

#[test]
fn credits_are_billed_by_begun_seconds_and_month() {
    let limits = Limits { credits: Some(92), concurrent_sandboxes: None };
    let mut cloud = Cloud::new(Config { limits, ..Config::default() });
    let id = cloud.create(json!({ "image": "node:20" })).unwrap();
    cloud.pass(9_001);
    assert_eq!(cloud.state.credits_used(cloud.now), 92, "ten seconds at 9.25");
    assert_eq!(cloud.create(json!({ "image": "node:20" })).unwrap_err().to_string(), "insufficient tokens");
    assert_eq!(set_timeout(&mut cloud, &id, 11 * MINUTE).unwrap_err().status(), 402);
    set_timeout(&mut cloud, &id, MINUTE).expect("less time needs no credits");
    let same = stop_at(&cloud, &id).since(cloud.now);
    set_timeout(&mut cloud, &id, same).expect("nor does the same time");
    cloud.kill(&id).unwrap();
    assert_eq!(cloud.state.credits_used(cloud.now), 92);
    cloud.pass(31 * DAY);
    assert_eq!(cloud.state.credits_used(cloud.now), 0);
    cloud.create(json!({ "image": "node:20" })).unwrap();
}

#[test]
fn a_sandbox_over_new_year_is_billed_in_both_months() {
    let mut cloud = cloud();
    cloud.now = UnixMillis(NEW_YEAR.0 - 4_000);
    let id = cloud.create(json!({ "image": "node:20" })).unwrap();
    let (old_year, new_year) = (UnixMillis(NEW_YEAR.0 - 1), NEW_YEAR.plus(8_000));
    assert_eq!(cloud.state.credits_used(old_year), 37, "four seconds");
    assert_eq!(cloud.state.credits_used(new_year), 74, "eight seconds");
    cloud.now = new_year;
    cloud.kill(&id).unwrap();
    assert_eq!(cloud.state.credits_used(new_year), 74);
}

#[test]
fn the_environment_stays_out_of_the_event_stream() {
    let mut cloud = cloud();
    let request = json!({ "image": "node:20", "env": { "POSTGRES_PASSWORD": "hunter2" } });
    let request = sandbox_core::CreateSandbox::parse(&request).unwrap();
    let events = cloud.run(&Command::CreateSandbox(request)).unwrap();
    assert!(!events.iter().any(|event| event.to_json().to_string().contains("hunter2")));
}
