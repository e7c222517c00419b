//! What has happened. The state of the cloud is the fold of these.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::state::Mount;
use crate::values::{Env, ImageRef, MountPath, Region, SandboxId, SizeGb, UnixMillis, VolumeName};

/// Every `type` on the event stream. The last four are the backend's own, the others each an [`Event`].
pub const EVENT_TYPES: [&str; 14] = [
    "sandbox.created",
    "sandbox.killed",
    "sandbox.stopped",
    "sandbox.forgotten",
    "sandbox.timeout_set",
    "volume.created",
    "volume.attached",
    "volume.detached",
    "volume.deleted",
    "image.not_emulated",
    "terminal.created",
    "terminal.exited",
    "files.changed",
    "cloud.replaced",
];

/// Why a stopped sandbox left the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum ForgetReason {
    /// It was deleted.
    Deleted,
    /// It had been stopped for a day.
    Expired,
}

/// One thing that has happened. `at` is always when.
///
/// The derived serialised form is for journals and works in formats that do not describe themselves;
/// [`Event::to_json`] is the form for clients.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase")]
#[allow(missing_docs, reason = "a field's meaning is its name and type")]
pub enum Event {
    /// There is a new, empty volume.
    VolumeCreated { name: VolumeName, size: SizeGb, region: Region, at: UnixMillis },
    /// A sandbox has started. Where it mounts a volume, `VolumeAttached` follows.
    SandboxCreated {
        id: SandboxId,
        name: String,
        image: ImageRef,
        region: Region,
        env: Env,
        mount: Option<Mount>,
        at: UnixMillis,
        stop_at: UnixMillis,
    },
    /// A sandbox holds the volume.
    VolumeAttached { name: VolumeName, sandbox_id: SandboxId, mount_path: MountPath, at: UnixMillis },
    /// No sandbox holds the volume any more.
    VolumeDetached { name: VolumeName, sandbox_id: SandboxId, at: UnixMillis },
    /// A running sandbox stops at another time.
    SandboxTimeoutSet { id: SandboxId, stop_at: UnixMillis, at: UnixMillis },
    /// A running sandbox was ended by a call and is gone.
    SandboxKilled { id: SandboxId, at: UnixMillis },
    /// A sandbox reached `stopAt`; it stays in the list.
    SandboxStopped { id: SandboxId, at: UnixMillis },
    /// A stopped sandbox left the list.
    SandboxForgotten { id: SandboxId, reason: ForgetReason, at: UnixMillis },
    /// A volume and what was on it is gone.
    VolumeDeleted { name: VolumeName, at: UnixMillis },
    /// A sandbox got a plain Linux because its image is not known.
    NotEmulated { sandbox_id: SandboxId, image: ImageRef, nearest: String, at: UnixMillis },
}

impl Event {
    /// When it happened.
    pub fn at(&self) -> UnixMillis {
        match self {
            Event::VolumeCreated { at, .. }
            | Event::SandboxCreated { at, .. }
            | Event::VolumeAttached { at, .. }
            | Event::VolumeDetached { at, .. }
            | Event::SandboxTimeoutSet { at, .. }
            | Event::SandboxKilled { at, .. }
            | Event::SandboxStopped { at, .. }
            | Event::SandboxForgotten { at, .. }
            | Event::VolumeDeleted { at, .. }
            | Event::NotEmulated { at, .. } => *at,
        }
    }

    /// The form for the event stream: `{ type, at, … }`. The values of an environment stay out of it.
    pub fn to_json(&self) -> Value {
        let mut json = match self {
            Event::VolumeCreated { name, size, region, .. } => {
                json!({ "type": "volume.created", "name": name, "sizeGb": size, "region": region })
            }
            Event::SandboxCreated { id, name, image, region, mount, stop_at, .. } => json!({
                "type": "sandbox.created",
                "id": id,
                "name": name,
                "image": image,
                "region": region,
                "volume": mount.as_ref().map(|mount| &mount.volume),
                "mountPath": mount.as_ref().map(|mount| &mount.path),
                "stopAt": stop_at.to_string(),
            }),
            Event::VolumeAttached { name, sandbox_id, mount_path, .. } => json!({
                "type": "volume.attached",
                "name": name,
                "sandboxId": sandbox_id,
                "mountPath": mount_path,
            }),
            Event::VolumeDetached { name, sandbox_id, .. } => {
                json!({ "type": "volume.detached", "name": name, "sandboxId": sandbox_id })
            }
            Event::SandboxTimeoutSet { id, stop_at, .. } => {
                json!({ "type": "sandbox.timeout_set", "id": id, "stopAt": stop_at.to_string() })
            }
            Event::SandboxKilled { id, .. } => json!({ "type": "sandbox.killed", "id": id }),
            Event::SandboxStopped { id, .. } => json!({ "type": "sandbox.stopped", "id": id }),
            Event::SandboxForgotten { id, reason, .. } => {
                json!({ "type": "sandbox.forgotten", "id": id, "reason": reason })
            }
            Event::VolumeDeleted { name, .. } => json!({ "type": "volume.deleted", "name": name }),
            Event::NotEmulated { sandbox_id, image, nearest, .. } => json!({
                "type": "image.not_emulated",
                "sandboxId": sandbox_id,
                "image": image,
                "nearest": nearest,
            }),
        };
        json["at"] = self.at().to_string().into();
        json
    }
}
