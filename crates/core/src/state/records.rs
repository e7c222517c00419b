//! What the cloud knows about one volume and one sandbox, and how the wire shows it.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::assumptions::{KEEP_STOPPED_MS, PUBLIC_ACCESS_URL_TEMPLATE};
use crate::errors::Departure;
use crate::values::{Env, ImageRef, MountPath, Region, SandboxId, SizeGb, UnixMillis, VolumeName};

/// A volume.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Volume {
    /// Its name, the only one of that name in all regions.
    pub name: VolumeName,
    /// Its size, for good.
    pub size: SizeGb,
    /// Where it lies, for good.
    pub region: Region,
    /// When it was created.
    pub created_at: UnixMillis,
    /// Who holds it.
    pub attached_to: Option<Attachment>,
}

/// The sandbox that holds a volume, and where it is mounted there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attachment {
    /// The sandbox.
    pub sandbox_id: SandboxId,
    /// The path in it.
    pub mount_path: MountPath,
}

/// A volume and where a sandbox mounts it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mount {
    /// The path.
    pub path: MountPath,
    /// The volume.
    pub volume: VolumeName,
}

/// Whether a sandbox runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum SandboxStatus {
    /// It runs.
    Started,
    /// It reached `stopAt`.
    Stopped {
        /// When.
        at: UnixMillis,
    },
}

/// A sandbox that runs, or has stopped and is still in the list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sandbox {
    /// Its id.
    pub id: SandboxId,
    /// Its name, for people.
    pub name: String,
    /// It is the n-th sandbox that was ever created here, from 1.
    pub number: u64,
    /// Whether it runs.
    pub status: SandboxStatus,
    /// Where it runs.
    pub region: Region,
    /// What it started from.
    pub image: ImageRef,
    /// When it started.
    pub created_at: UnixMillis,
    /// When it stops by itself, or stopped.
    pub stop_at: UnixMillis,
    /// The environment of its commands.
    pub env: Env,
    /// The volume that it asked for. It holds it as long as the volume says so.
    pub mount: Option<Mount>,
}

impl Volume {
    /// The volume as the API shows it. The number of bytes on it comes from its files.
    pub fn to_json(&self, used_bytes: u64) -> Value {
        json!({
            "name": self.name,
            "sizeGb": self.size,
            "region": self.region,
            "createdAt": self.created_at.to_string(),
            "attachedTo": self.attached_to.as_ref().map(|attachment| &attachment.sandbox_id),
            "mountPath": self.attached_to.as_ref().map(|attachment| &attachment.mount_path),
            "usedBytes": used_bytes,
        })
    }
}

impl Sandbox {
    /// The state as the API names it.
    pub fn state(&self) -> &'static str {
        match self.status {
            SandboxStatus::Started => "started",
            SandboxStatus::Stopped { .. } => "stopped",
        }
    }

    /// The host at which its ports are reached, with a placeholder for the port.
    pub fn public_access_url_template(&self) -> String {
        PUBLIC_ACCESS_URL_TEMPLATE.replace("{id}", self.id.as_str())
    }

    /// The sandbox as the API shows it.
    pub fn to_json(&self) -> Value {
        json!({
            "id": self.id,
            "name": self.name,
            "state": self.state(),
            "region": self.region,
            "image": self.image,
            "createdAt": self.created_at.to_string(),
            "stopAt": self.stop_at.to_string(),
            "publicAccessUrlTemplate": self.public_access_url_template(),
        })
    }

    /// When it ended, seen from a moment at which nobody may have noticed yet.
    pub(super) fn ended_at(&self, now: UnixMillis) -> Option<UnixMillis> {
        match self.status {
            SandboxStatus::Stopped { at } => Some(at),
            SandboxStatus::Started => (self.stop_at <= now).then_some(self.stop_at),
        }
    }

    /// When time next changes it.
    pub(super) fn deadline(&self) -> UnixMillis {
        match self.status {
            SandboxStatus::Started => self.stop_at,
            SandboxStatus::Stopped { at } => at.plus(KEEP_STOPPED_MS),
        }
    }
}

/// A sandbox that is gone, as long as we remember it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Gone {
    pub(super) id: SandboxId,
    /// When it stopped by itself, where it did.
    pub(super) stopped_at: Option<UnixMillis>,
    pub(super) gone_at: UnixMillis,
}

impl Gone {
    pub(super) fn departure(&self) -> Departure {
        match self.stopped_at {
            None => Departure::Killed { at: self.gone_at },
            Some(at) => Departure::Stopped { at, gone_at: self.gone_at },
        }
    }
}
