//! What one can ask the cloud to do, in values that cannot be wrong.

use serde::{Deserialize, Serialize};

use crate::values::{Env, ImageRef, MountPath, Region, SandboxId, SandboxTimeout, SizeGb, VolumeName};

/// One request to change the cloud.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Command {
    /// Start a sandbox, and create its volume where there is none of that name.
    CreateSandbox(CreateSandbox),
    /// End a sandbox for good; one that has stopped by itself leaves the list.
    KillSandbox {
        /// The sandbox.
        id: SandboxId,
    },
    /// Let a running sandbox stop `timeout` from now instead.
    SetTimeout {
        /// The sandbox.
        id: SandboxId,
        /// From now, not from its creation.
        timeout: SandboxTimeout,
    },
    /// Create a volume that no sandbox mounts yet.
    CreateVolume(CreateVolume),
    /// Delete a volume and what is on it.
    DeleteVolume {
        /// The volume.
        name: VolumeName,
    },
    /// Time has passed: stop what is due, forget what is old. Never an error.
    Tick,
}

/// A sandbox to be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CreateSandbox {
    /// The image it starts from.
    pub image: ImageRef,
    /// Where it runs.
    pub region: Region,
    /// How long it lives.
    pub timeout: SandboxTimeout,
    /// Environment of its commands.
    pub env: Env,
    /// The volume it mounts.
    pub mount: Option<RequestedMount>,
}

/// A volume that a sandbox to be asks for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RequestedMount {
    /// Where it is mounted.
    pub path: MountPath,
    /// Its name.
    pub volume: VolumeName,
    /// Its size, where the request names one.
    pub size: Option<SizeGb>,
}

/// A volume to be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CreateVolume {
    /// Its name.
    pub name: VolumeName,
    /// Its size.
    pub size: SizeGb,
    /// Where it lies.
    pub region: Region,
}
