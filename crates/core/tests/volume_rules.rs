//! The rules of volumes, one story each: the page's examples and their neighbours.

mod support;

use sandbox_core::{Command, Config, CreateVolume, VolumeName};
use serde_json::{Value, json};
use support::{Cloud, DAY, MINUTE};

fn body(volume: Value) -> Value {
    json!({ "image": "node:20", "volumes": { "/workspace": volume } })
}

fn cloud() -> Cloud {
    Cloud::new(Config::default())
}

fn delete(cloud: &mut Cloud, name: &str) -> Result<(), sandbox_core::Error> {
    cloud.run(&Command::DeleteVolume { name: VolumeName::parse(name)? }).map(drop)
}

#[test]
fn first_use_creates_a_volume_of_one_gb_in_the_sandbox_region() {
    let mut cloud = cloud();
    let id = cloud
        .create(json!({ "image": "node:20", "region": "lax", "volumes": { "/app": "my_project" } }))
        .unwrap();
    let volume = cloud.state.volume("my_project").unwrap();
    assert_eq!((volume.size.get(), volume.region.as_str()), (1, "lax"));
    assert_eq!(
        volume.to_json(42),
        json!({
            "name": "my_project",
            "sizeGb": 1,
            "region": "lax",
            "createdAt": "2026-01-01T00:00:00.000Z",
            "attachedTo": id.as_str(),
            "mountPath": "/app",
            "usedBytes": 42,
        })
    );
}

#[test]
fn a_size_is_for_ever() {
    let mut cloud = cloud();
    let id = cloud.create(body(json!({ "name": "big", "sizeGb": 10 }))).unwrap();
    cloud.kill(&id).unwrap();
    let again = cloud.create(body(json!("big"))).unwrap();
    cloud.kill(&again).unwrap();
    let same = cloud.create(body(json!({ "name": "big", "sizeGb": 10 }))).unwrap();
    cloud.kill(&same).unwrap();
    let error = cloud.create(body(json!({ "name": "big", "sizeGb": 20 }))).unwrap_err();
    assert_eq!(error.to_string(), "Volume \"big\" is 10 GB and cannot be resized");
    assert_eq!(error.field(), Some("volumes[\"/workspace\"].sizeGb"));
    assert_eq!(error.details()["value"], 20);
}

#[test]
fn a_kill_releases_and_the_volume_lives_on() {
    let mut cloud = cloud();
    let first = cloud.create(body(json!("shared_vol"))).unwrap();
    let error = cloud.create(body(json!("shared_vol"))).unwrap_err();
    assert_eq!(error.to_string(), "Volume \"shared_vol\" is already attached");
    assert_eq!(
        error.to_json(),
        json!({
            "code": 400,
            "message": "Volume \"shared_vol\" is already attached",
            "details": {
                "reason": "volume_already_attached",
                "field": "volumes[\"/workspace\"]",
                "rule": "a volume that no sandbox holds",
                "value": "shared_vol",
                "sandboxId": first.as_str(),
                "stopAt": "2026-01-01T00:10:00.000Z",
            }
        })
    );
    cloud.kill(&first).unwrap();
    assert_eq!(cloud.holder("shared_vol"), None);
    let second = cloud.create(body(json!("shared_vol"))).unwrap();
    assert_eq!(cloud.holder("shared_vol"), Some(second));
}

#[test]
fn a_volume_is_bound_to_its_region_attached_or_not() {
    let mut cloud = cloud();
    let id = cloud.create(body(json!("my_vol"))).unwrap();
    for _ in 0..2 {
        let elsewhere = json!({ "image": "node:20", "region": "lax", "volumes": { "/workspace": "my_vol" } });
        let error = cloud.create(elsewhere).unwrap_err();
        assert_eq!(error.to_string(), "Volume \"my_vol\" is in region iad");
        let _ = cloud.kill(&id);
    }
}

#[test]
fn reaching_stop_at_releases_at_that_moment() {
    let mut cloud = cloud();
    cloud.create(body(json!("vol"))).unwrap();
    cloud.now = cloud.now.plus(10 * MINUTE - 1);
    assert!(cloud.create(body(json!("vol"))).is_err());
    cloud.now = cloud.now.plus(1);
    // Nobody has sent a tick.
    assert!(cloud.create(body(json!("vol"))).is_ok());
}

#[test]
fn an_option_keeps_the_volume_until_the_stopped_sandbox_is_gone() {
    for delete_it in [true, false] {
        let mut cloud = Cloud::new(Config { release_on_stop: false, ..Config::default() });
        let id = cloud.create(body(json!("vol"))).unwrap();
        cloud.pass(10 * MINUTE);
        assert_eq!(cloud.create(body(json!("vol"))).unwrap_err().reason(), "volume_already_attached");
        match delete_it {
            true => drop(cloud.kill(&id).unwrap()),
            false => drop(cloud.pass(DAY)),
        }
        assert_eq!(cloud.holder("vol"), None);
        assert!(cloud.create(body(json!("vol"))).is_ok());
    }
}

#[test]
fn a_clock_that_jumps_over_days_leaves_nothing_attached() {
    for release_on_stop in [true, false] {
        let mut cloud = Cloud::new(Config { release_on_stop, ..Config::default() });
        cloud.create(body(json!("vol"))).unwrap();
        let events = cloud.pass(10 * DAY);
        assert_eq!(events.len(), 3, "stopped, detached, forgotten, in the order of their times");
        assert!(events.is_sorted_by_key(|event| event.at()));
        assert_eq!(cloud.holder("vol"), None);
        assert_eq!(cloud.state.sandboxes().count(), 0);
    }
}

#[test]
fn volumes_are_deleted_explicitly_and_only_when_free() {
    let mut cloud = cloud();
    assert_eq!(delete(&mut cloud, "vol").unwrap_err().status(), 404);
    let id = cloud.create(body(json!("vol"))).unwrap();
    let error = delete(&mut cloud, "vol").unwrap_err();
    assert_eq!((error.status(), error.reason()), (409, "volume_attached"));
    assert_eq!(error.details()["sandboxId"], id.as_str());
    cloud.kill(&id).unwrap();
    delete(&mut cloud, "vol").unwrap();
    assert_eq!(cloud.state.volume("vol").unwrap_err().reason(), "volume_not_found");
    // The name is free again, for a volume of another size and region.
    let again =
        json!({ "image": "node:20", "region": "lax", "volumes": { "/a": { "name": "vol", "sizeGb": 2 } } });
    cloud.create(again).unwrap();
    assert_eq!(cloud.state.volume("vol").unwrap().size.get(), 2);
}

#[test]
fn a_volume_made_by_its_own_route_waits_for_a_sandbox() {
    let mut cloud = cloud();
    let request = CreateVolume::parse(&json!({ "name": "data", "sizeGb": 5, "region": "lax" })).unwrap();
    cloud.run(&Command::CreateVolume(request.clone())).unwrap();
    assert!(cloud.state.detached_volume("data").is_ok());
    let error = cloud.run(&Command::CreateVolume(request)).unwrap_err();
    assert_eq!((error.status(), error.to_string().as_str()), (409, "Volume \"data\" already exists"));
    let mount = json!({ "image": "node:20", "region": "lax", "volumes": { "/data": "data" } });
    let id = cloud.create(mount).unwrap();
    assert_eq!(cloud.holder("data"), Some(id));
    assert!(cloud.state.detached_volume("data").is_err());
}

#[test]
fn a_failed_create_leaves_nothing_behind() {
    let reject = Config { unknown_images: sandbox_core::UnknownImages::Reject, ..Config::default() };
    let mut cloud = Cloud::new(reject);
    let before = cloud.state.clone();
    for body in [
        body(json!("my-project")),
        body(json!({ "name": "left", "sizeGb": 500 })),
        json!({ "image": "node:20", "volumes": { "/workspace": "vol1", "/cache": "vol2" } }),
        json!({ "image": "acme/unknown:1", "volumes": { "/workspace": "left" } }),
    ] {
        assert!(cloud.create(body).is_err());
        assert_eq!(cloud.state, before);
    }
}
