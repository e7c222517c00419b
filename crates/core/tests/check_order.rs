//! Which of several failures is told is `CHECK_ORDER`: a request that fails every check is mended one check at a time.

mod support;

use sandbox_core::assumptions::{CHECK_ORDER, Check};
use sandbox_core::{Config, CreateSandbox, Limits, UnknownImages};
use serde_json::{Value, json};
use support::Cloud;

/// The reason of the error of a check.
fn reason(check: Check) -> &'static str {
    match check {
        Check::VolumeCount => "too_many_volumes",
        Check::MountPath => "invalid_mount_path",
        Check::VolumeName => "invalid_volume_name",
        Check::VolumeSize => "invalid_volume_size",
        Check::Region => "unknown_region",
        Check::Image => "template_not_found",
        Check::Credits => "insufficient_tokens",
        Check::Concurrency => "concurrency_limit",
        Check::VolumeRegion => "volume_in_other_region",
        Check::Resize => "volume_not_resizable",
        Check::Attachment => "volume_already_attached",
    }
}

/// A body that passes only the checks of the list.
fn body(passes: &[Check]) -> Value {
    let pick = |check: Check, good: Value, bad: Value| if passes.contains(&check) { good } else { bad };
    let region = match (passes.contains(&Check::Region), passes.contains(&Check::VolumeRegion)) {
        (false, _) => "nowhere",
        (true, false) => "lax",
        (true, true) => "iad",
    };
    let size = match (passes.contains(&Check::VolumeSize), passes.contains(&Check::Resize)) {
        (false, _) => 500,
        (true, false) => 2,
        (true, true) => 1,
    };
    // Of the two volumes that exist, one is held.
    let free = pick(Check::Attachment, json!("free"), json!("held"));
    let name = pick(Check::VolumeName, free, json!("Not-A-Name"));
    let path = if passes.contains(&Check::MountPath) { "/workspace" } else { "/proc" };
    let mut volumes = json!({ path: { "name": name, "sizeGb": size } });
    if !passes.contains(&Check::VolumeCount) {
        volumes["relative"] = json!("another");
    }
    let image = pick(Check::Image, json!("node:20"), json!("acme/unknown"));
    json!({ "image": image, "region": region, "volumes": volumes })
}

#[test]
fn the_first_failure_of_the_order_is_told() {
    for (position, check) in CHECK_ORDER.into_iter().enumerate() {
        let passes = &CHECK_ORDER[..position];
        let mut cloud = Cloud::new(Config::default());
        for volume in ["held", "free"] {
            let id =
                cloud.create(json!({ "image": "node:20", "volumes": { "/workspace": volume } })).unwrap();
            if volume == "free" {
                cloud.kill(&id).unwrap();
            }
        }
        let failing = |check: Check| !passes.contains(&check);
        cloud.config = Config {
            unknown_images: UnknownImages::Reject,
            limits: Limits {
                credits: failing(Check::Credits).then_some(0),
                concurrent_sandboxes: failing(Check::Concurrency).then_some(1),
            },
            ..Config::default()
        };
        let error = cloud.create(body(passes)).unwrap_err();
        assert_eq!(error.reason(), reason(check), "after {passes:?}");
    }
    let mut cloud = Cloud::new(Config::default());
    cloud.create(body(&CHECK_ORDER)).expect("nothing fails any more");
}

#[test]
fn the_shape_of_the_body_comes_before_everything() {
    for (field, value, reason) in [
        ("volume", json!(1), "unknown_field"),
        ("image", json!(20), "invalid_type"),
        ("image", json!("Node 20"), "invalid_image"),
        ("region", json!(1), "invalid_type"),
        ("timeoutMs", json!(0), "invalid_timeout"),
        ("env", json!({ "A=B": "x" }), "invalid_env"),
        ("volumes", json!({ "/a": 1, "/b": 2 }), "invalid_type"),
        ("volumes", json!({ "/a": { "nam": "x" } }), "unknown_field"),
    ] {
        let mut wrong = body(&[]);
        wrong[field] = value;
        assert_eq!(CreateSandbox::parse(&wrong).unwrap_err().reason(), reason, "{field}");
    }
}
