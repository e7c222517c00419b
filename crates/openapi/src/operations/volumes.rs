//! Volumes.

use sandbox_core::ErrorKind::*;
use utoipa::openapi::path::HttpMethod::{Delete, Get, Post};

use super::{Route, in_path, json, json_body, nothing, route};
use crate::errors::{JSON, VOLUME};
use crate::schemas::{list_of, one};
use crate::values::volume_name;

const TAG: &str = "volumes";

pub(super) fn routes() -> Vec<Route> {
    let one_volume = |method| (method, "/volumes/{name}");
    let name = || in_path("name", volume_name());
    vec![
        route((Get, "/volumes"), (TAG, "listVolumes", "List all volumes"), &[])
            .answer(200, json("All, by name", list_of("volumes", "Volume"))),
        route(
            (Post, "/volumes"),
            (TAG, "createVolume", "Create a volume"),
            &[JSON, &[InvalidVolumeName, InvalidVolumeSize, UnknownRegion, VolumeExists]],
        )
        .body(json_body("CreateVolume"))
        .answer(201, json("The volume", one("volume", "Volume"))),
        route(one_volume(Get), (TAG, "getVolume", "Look at a volume"), &[VOLUME])
            .parameter(name())
            .answer(200, json("The volume", one("volume", "Volume"))),
        route(one_volume(Delete), (TAG, "deleteVolume", "Delete a volume"), &[VOLUME, &[VolumeAttached]])
            .parameter(name())
            .answer(204, nothing("It is gone, and its files")),
    ]
}
