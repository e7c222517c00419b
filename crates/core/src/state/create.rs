//! How a sandbox comes to be: every check that needs the state of the cloud, then its events.

use super::{Mount, State, Volume};
use crate::assumptions::Check;
use crate::checks::in_order;
use crate::command::{CreateSandbox, RequestedMount};
use crate::config::{Config, UnknownImages};
use crate::errors::{Error, ShownValue};
use crate::event::Event;
use crate::ids::{Ids, new_sandbox_id, new_sandbox_name};
use crate::values::{SandboxId, UnixMillis, nearest_known_image};

impl State {
    /// Judges the creation of a sandbox in a state in which nothing is due.
    pub(super) fn create_sandbox(
        &self,
        request: &CreateSandbox,
        config: &Config,
        now: UnixMillis,
        ids: &mut dyn Ids,
    ) -> Result<Vec<Event>, Error> {
        self.check_creation(request, config, now)?;
        let taken = |id: &SandboxId| self.sandboxes.contains_key(id) || self.departure(id).is_some();
        let id = new_sandbox_id(ids, taken);
        Ok(self.creation(request, id, new_sandbox_name(ids), now))
    }

    fn check_creation(&self, request: &CreateSandbox, config: &Config, now: UnixMillis) -> Result<(), Error> {
        let mount = request.mount.as_ref();
        let existing = mount.and_then(|mount| Some((mount, self.volumes.get(&mount.volume)?)));
        let outcomes = [
            (Check::Image, image_failure(request, config)),
            (Check::Credits, self.credit_failure(&config.limits, now)),
            (Check::Concurrency, self.concurrency_failure(&config.limits, 1)),
            (Check::VolumeRegion, existing.and_then(|(_, volume)| region_failure(request, volume))),
            (Check::Resize, existing.and_then(|(mount, volume)| resize_failure(mount, volume))),
            (Check::Attachment, existing.and_then(|(mount, volume)| self.attachment_failure(mount, volume))),
        ];
        in_order(outcomes.iter().map(|(check, failure)| (*check, failure.as_ref())))
    }

    fn creation(&self, request: &CreateSandbox, id: SandboxId, name: String, now: UnixMillis) -> Vec<Event> {
        let CreateSandbox { image, region, timeout, env, mount } = request;
        let new_volume = mount.as_ref().filter(|mount| !self.volumes.contains_key(&mount.volume));
        let volume_created = new_volume.map(|mount| Event::VolumeCreated {
            name: mount.volume.clone(),
            size: mount.size.unwrap_or_default(),
            region: *region,
            at: now,
        });
        let sandbox_created = Event::SandboxCreated {
            id: id.clone(),
            name,
            image: image.clone(),
            region: *region,
            env: env.clone(),
            mount: mount
                .as_ref()
                .map(|mount| Mount { path: mount.path.clone(), volume: mount.volume.clone() }),
            at: now,
            stop_at: now.plus(timeout.millis()),
        };
        let attached = mount.as_ref().map(|mount| Event::VolumeAttached {
            name: mount.volume.clone(),
            sandbox_id: id.clone(),
            mount_path: mount.path.clone(),
            at: now,
        });
        let not_emulated = (!image.is_known()).then(|| Event::NotEmulated {
            sandbox_id: id.clone(),
            image: image.clone(),
            nearest: nearest_known_image(image),
            at: now,
        });
        volume_created.into_iter().chain([sandbox_created]).chain(attached).chain(not_emulated).collect()
    }

    fn attachment_failure(&self, mount: &RequestedMount, volume: &Volume) -> Option<Error> {
        let holder = &volume.attached_to.as_ref()?.sandbox_id;
        Some(Error::VolumeAlreadyAttached {
            field: field_of(mount),
            name: volume.name.clone(),
            holder: holder.clone(),
            stop_at: self.stop_at(holder),
        })
    }
}

fn image_failure(request: &CreateSandbox, config: &Config) -> Option<Error> {
    let image = &request.image;
    (config.unknown_images == UnknownImages::Reject && !image.is_known())
        .then(|| Error::TemplateNotFound { image: image.clone(), nearest: nearest_known_image(image) })
}

fn region_failure(request: &CreateSandbox, volume: &Volume) -> Option<Error> {
    (volume.region != request.region).then(|| Error::VolumeInOtherRegion {
        name: volume.name.clone(),
        volume_region: volume.region,
        sandbox_region: request.region,
    })
}

fn resize_failure(mount: &RequestedMount, volume: &Volume) -> Option<Error> {
    let requested = mount.size.filter(|size| *size != volume.size)?;
    Some(Error::VolumeNotResizable {
        field: format!("{}.sizeGb", field_of(mount)),
        name: volume.name.clone(),
        size: volume.size,
        requested,
    })
}

/// Where the mount stood in the request.
fn field_of(mount: &RequestedMount) -> String {
    format!("volumes[{}]", ShownValue::from(mount.path.as_str()))
}
