//! The bodies that create sandboxes and volumes.

use serde_json::Value;

use super::object::{Object, Place, environment, string, wrong_type};
use crate::assumptions::Check;
use crate::checks::in_order;
use crate::command::{CreateSandbox, CreateVolume, RequestedMount};
use crate::documented::MAX_VOLUMES_PER_SANDBOX;
use crate::errors::Error;
use crate::values::{ImageRef, MountPath, Region, SandboxTimeout, SizeGb, VolumeName};

const SANDBOX_FIELDS: &[&str] = &["image", "region", "timeoutMs", "env", "volumes"];
const MOUNT_FIELDS: &[&str] = &["name", "sizeGb"];
const VOLUME_FIELDS: &[&str] = &["name", "sizeGb", "region"];

impl CreateSandbox {
    /// Reads `{ image, region?, timeoutMs?, env?, volumes? }`.
    ///
    /// First comes the shape of the body, then those checks of
    /// [`CHECK_ORDER`](crate::assumptions::CHECK_ORDER) that need no more than the body.
    pub fn parse(body: &Value) -> Result<Self, Error> {
        let object = Object::new(body, &Place::Body, SANDBOX_FIELDS)?;
        let image = object.required("image", "an image reference such as node:20", |value, place| {
            ImageRef::parse(string(value, place)?)
        })?;
        let region = object.optional("region", string)?;
        let timeout = object.optional("timeoutMs", |value, _| SandboxTimeout::parse(value))?;
        let env = object.optional("env", environment)?;
        let mounts = object.optional("volumes", mounts)?.unwrap_or_default();

        let region = parse_region(region);
        let count = match mounts.len() {
            0..=MAX_VOLUMES_PER_SANDBOX => None,
            count => Some(Error::TooManyVolumes { count }),
        };
        in_order(
            [(Check::VolumeCount, count.as_ref()), (Check::Region, region.as_ref().err())]
                .into_iter()
                .chain(mounts.iter().flat_map(CheckedMount::outcomes)),
        )?;
        Ok(CreateSandbox {
            image,
            region: region?,
            timeout: timeout.unwrap_or_default(),
            env: env.unwrap_or_default(),
            mount: mounts.into_iter().next().map(CheckedMount::into_requested).transpose()?,
        })
    }
}

impl CreateVolume {
    /// Reads `{ name, sizeGb?, region? }`.
    pub fn parse(body: &Value) -> Result<Self, Error> {
        let object = Object::new(body, &Place::Body, VOLUME_FIELDS)?;
        let name = VolumeName::parse(object.required("name", "a string", string)?);
        let size = object.optional("sizeGb", number)?.map_or(Ok(SizeGb::default()), SizeGb::parse);
        let region = parse_region(object.optional("region", string)?);
        in_order([
            (Check::VolumeName, name.as_ref().err()),
            (Check::VolumeSize, size.as_ref().err()),
            (Check::Region, region.as_ref().err()),
        ])?;
        Ok(CreateVolume { name: name?, size: size?, region: region? })
    }
}

fn parse_region(code: Option<&str>) -> Result<Region, Error> {
    code.map_or(Ok(Region::default()), Region::parse)
}

/// One entry of `volumes`: of the right shape, its values checked and not yet judged.
struct CheckedMount {
    path: Result<MountPath, Error>,
    name: Result<VolumeName, Error>,
    size: Result<Option<SizeGb>, Error>,
}

fn mounts(value: &Value, place: &Place<'_>) -> Result<Vec<CheckedMount>, Error> {
    let map =
        value.as_object().ok_or_else(|| wrong_type(place, "an object of volumes by mount path", value))?;
    map.iter().map(|(path, value)| CheckedMount::new(path, value, &Place::Key(place, path))).collect()
}

impl CheckedMount {
    fn new(path: &str, value: &Value, place: &Place<'_>) -> Result<Self, Error> {
        let checked_path = MountPath::parse(path).map_err(|error| error.at(place));
        if let Some(name) = value.as_str() {
            return Ok(CheckedMount {
                path: checked_path,
                name: VolumeName::parse(name).map_err(|error| error.at(place)),
                size: Ok(None),
            });
        }
        if !value.is_object() {
            return Err(wrong_type(place, "a volume's name or { name, sizeGb }", value));
        }
        let object = Object::new(value, place, MOUNT_FIELDS)?;
        let name = object.required("name", "a string", string)?;
        let size = object.optional("sizeGb", number)?;
        Ok(CheckedMount {
            path: checked_path,
            name: VolumeName::parse(name).map_err(|error| error.at(Place::Field(place, "name"))),
            size: size
                .map(SizeGb::parse)
                .transpose()
                .map_err(|error| error.at(Place::Field(place, "sizeGb"))),
        })
    }

    fn outcomes(&self) -> [(Check, Option<&Error>); 3] {
        [
            (Check::MountPath, self.path.as_ref().err()),
            (Check::VolumeName, self.name.as_ref().err()),
            (Check::VolumeSize, self.size.as_ref().err()),
        ]
    }

    fn into_requested(self) -> Result<RequestedMount, Error> {
        Ok(RequestedMount { path: self.path?, volume: self.name?, size: self.size? })
    }
}

fn number<'v>(value: &'v Value, place: &Place<'_>) -> Result<&'v Value, Error> {
    match value.is_number() {
        true => Ok(value),
        false => Err(wrong_type(place, "a number", value)),
    }
}
