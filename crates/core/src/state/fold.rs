//! The fold: how an event changes the cloud.
//!
//! It cannot fail. An event about something that is not there, which only a damaged journal holds, changes nothing.

use super::{Attachment, Gone, Sandbox, SandboxStatus, State, Volume};
use crate::assumptions::REMEMBERED_SANDBOXES;
use crate::event::Event;
use crate::values::{SandboxId, UnixMillis};

impl State {
    /// Lets an event have happened.
    pub fn apply(&mut self, event: &Event) {
        match event {
            Event::VolumeCreated { name, size, region, at } => {
                let volume = Volume {
                    name: name.clone(),
                    size: *size,
                    region: *region,
                    created_at: *at,
                    attached_to: None,
                };
                self.volumes.insert(name.clone(), volume);
            }
            Event::SandboxCreated { id, name, image, region, env, mount, at, stop_at } => {
                self.created = self.created.saturating_add(1);
                let sandbox = Sandbox {
                    id: id.clone(),
                    name: name.clone(),
                    number: self.created,
                    status: SandboxStatus::Started,
                    region: *region,
                    image: image.clone(),
                    created_at: *at,
                    stop_at: *stop_at,
                    env: env.clone(),
                    mount: mount.clone(),
                };
                self.sandboxes.insert(id.clone(), sandbox);
            }
            Event::VolumeAttached { name, sandbox_id, mount_path, .. } => {
                if let Some(volume) = self.volumes.get_mut(name) {
                    volume.attached_to =
                        Some(Attachment { sandbox_id: sandbox_id.clone(), mount_path: mount_path.clone() });
                }
            }
            Event::VolumeDetached { name, .. } => {
                if let Some(volume) = self.volumes.get_mut(name) {
                    volume.attached_to = None;
                }
            }
            Event::SandboxTimeoutSet { id, stop_at, .. } => {
                if let Some(sandbox) = self.sandboxes.get_mut(id) {
                    sandbox.stop_at = *stop_at;
                }
            }
            Event::SandboxStopped { id, at } => {
                if let Some(sandbox) = self.sandboxes.get_mut(id) {
                    sandbox.status = SandboxStatus::Stopped { at: *at };
                    self.usage.charge(sandbox.created_at, *at);
                }
            }
            Event::SandboxKilled { id, at } | Event::SandboxForgotten { id, at, .. } => self.remove(id, *at),
            Event::VolumeDeleted { name, .. } => {
                self.volumes.remove(name);
            }
            Event::NotEmulated { .. } => {}
        }
    }

    fn remove(&mut self, id: &SandboxId, at: UnixMillis) {
        let Some(sandbox) = self.sandboxes.remove(id) else {
            return;
        };
        let stopped_at = match sandbox.status {
            SandboxStatus::Stopped { at } => Some(at),
            SandboxStatus::Started => {
                self.usage.charge(sandbox.created_at, at);
                None
            }
        };
        if self.gone.len() >= REMEMBERED_SANDBOXES {
            self.gone.pop_front();
        }
        self.gone.push_back(Gone { id: sandbox.id, stopped_at, gone_at: at });
    }
}
