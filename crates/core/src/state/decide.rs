//! The judge: a command becomes events, or one error and nothing else.

use std::borrow::Cow;

use serde_json::Value;

use super::due::forget;
use super::{Mount, Sandbox, SandboxStatus, State, Volume};
use crate::assumptions::Check;
use crate::checks::in_order;
use crate::command::{Command, CreateSandbox, CreateVolume, RequestedMount};
use crate::config::{Config, Limits, UnknownImages};
use crate::documented::MAX_LIFETIME_MS;
use crate::errors::{Error, ShownValue};
use crate::event::{Event, ForgetReason};
use crate::ids::{Ids, new_sandbox_id, new_sandbox_name};
use crate::values::{SandboxId, SandboxTimeout, SizeGb, UnixMillis, VolumeName, nearest_known_image};

impl State {
    /// What a command brings about, now. The state does not change until the events are applied.
    ///
    /// What time has brought about first comes first: the events may begin with sandboxes that stopped. So a command
    /// is judged rightly however late the last tick was. An error yields no event, not even those.
    pub fn decide(
        &self,
        command: &Command,
        config: &Config,
        now: UnixMillis,
        ids: &mut dyn Ids,
    ) -> Result<Vec<Event>, Error> {
        let mut events = self.due(config, now);
        let mut state = Cow::Borrowed(self);
        for event in &events {
            state.to_mut().apply(event);
        }
        events.extend(state.judge(command, config, now, ids)?);
        Ok(events)
    }

    /// Judges a command in a state in which nothing is due.
    fn judge(
        &self,
        command: &Command,
        config: &Config,
        now: UnixMillis,
        ids: &mut dyn Ids,
    ) -> Result<Vec<Event>, Error> {
        match command {
            Command::CreateSandbox(request) => self.create_sandbox(request, config, now, ids),
            Command::KillSandbox { id } => self.kill_sandbox(id, now),
            Command::SetTimeout { id, timeout } => self.set_timeout(id, *timeout, &config.limits, now),
            Command::CreateVolume(request) => self.create_volume(request, now),
            Command::DeleteVolume { name } => self.delete_volume(name, now),
            Command::Tick => Ok(Vec::new()),
        }
    }

    fn create_sandbox(
        &self,
        request: &CreateSandbox,
        config: &Config,
        now: UnixMillis,
        ids: &mut dyn Ids,
    ) -> Result<Vec<Event>, Error> {
        let CreateSandbox { image, region, timeout, env, mount } = request;
        let nearest = (!image.is_known()).then(|| nearest_known_image(image));
        let rejected = nearest.as_ref().filter(|_| config.unknown_images == UnknownImages::Reject);
        let no_template = rejected
            .map(|nearest| Error::TemplateNotFound { image: image.clone(), nearest: nearest.clone() });
        let no_credits = self.credit_failure(&config.limits, now);
        let no_room = self.concurrency_failure(&config.limits, 1);
        let existing = mount.as_ref().and_then(|mount| Some((mount, self.volumes.get(&mount.volume)?)));
        let unmountable = existing.map_or(
            [(Check::Attachment, None), (Check::Resize, None), (Check::VolumeRegion, None)],
            |(mount, volume)| {
                [
                    (Check::Attachment, self.attachment_failure(mount, volume)),
                    (Check::Resize, resize_failure(mount, volume)),
                    (Check::VolumeRegion, region_failure(volume, request)),
                ]
            },
        );
        let outcomes = [
            (Check::Image, no_template.as_ref()),
            (Check::Credits, no_credits.as_ref()),
            (Check::Concurrency, no_room.as_ref()),
        ];
        in_order(
            outcomes.into_iter().chain(unmountable.iter().map(|(check, failure)| (*check, failure.as_ref()))),
        )?;

        let taken = |id: &SandboxId| self.sandboxes.contains_key(id) || self.departure(id).is_some();
        let id = new_sandbox_id(ids, taken);
        let mut events = Vec::new();
        if let (Some(mount), None) = (mount, existing) {
            events.push(Event::VolumeCreated {
                name: mount.volume.clone(),
                size: mount.size.unwrap_or_default(),
                region: *region,
                at: now,
            });
        }
        events.push(Event::SandboxCreated {
            id: id.clone(),
            name: new_sandbox_name(ids),
            image: image.clone(),
            region: *region,
            env: env.clone(),
            mount: mount
                .as_ref()
                .map(|mount| Mount { path: mount.path.clone(), volume: mount.volume.clone() }),
            at: now,
            stop_at: now.plus(timeout.millis()),
        });
        if let Some(mount) = mount {
            events.push(Event::VolumeAttached {
                name: mount.volume.clone(),
                sandbox_id: id.clone(),
                mount_path: mount.path.clone(),
                at: now,
            });
        }
        if let Some(nearest) = nearest {
            events.push(Event::NotEmulated { sandbox_id: id, image: image.clone(), nearest, at: now });
        }
        Ok(events)
    }

    fn kill_sandbox(&self, id: &SandboxId, now: UnixMillis) -> Result<Vec<Event>, Error> {
        let sandbox = self.known(id)?;
        let end = match sandbox.status {
            SandboxStatus::Started => Event::SandboxKilled { id: id.clone(), at: now },
            SandboxStatus::Stopped { .. } => forget(id, ForgetReason::Deleted, now),
        };
        Ok([end].into_iter().chain(self.release(sandbox, now)).collect())
    }

    fn set_timeout(
        &self,
        id: &SandboxId,
        timeout: SandboxTimeout,
        limits: &Limits,
        now: UnixMillis,
    ) -> Result<Vec<Event>, Error> {
        let sandbox = self.known(id)?;
        if let SandboxStatus::Stopped { at } = sandbox.status {
            return Err(Error::SandboxStopped { id: id.clone(), at });
        }
        let stop_at = now.plus(timeout.millis());
        let last = sandbox.created_at.plus(MAX_LIFETIME_MS);
        if stop_at > last {
            return Err(Error::InvalidTimeout {
                field: "timeoutMs".to_owned(),
                rule: format!(
                    "at most {} now, since a sandbox lives at most {MAX_LIFETIME_MS} ms from its creation",
                    last.since(now)
                ),
                value: ShownValue::from(&Value::from(timeout.millis())),
            });
        }
        if stop_at > sandbox.stop_at {
            let no_credits = self.credit_failure(limits, now);
            let no_room = self.concurrency_failure(limits, 0);
            in_order([(Check::Credits, no_credits.as_ref()), (Check::Concurrency, no_room.as_ref())])?;
        }
        Ok(vec![Event::SandboxTimeoutSet { id: id.clone(), stop_at, at: now }])
    }

    fn create_volume(&self, request: &CreateVolume, now: UnixMillis) -> Result<Vec<Event>, Error> {
        let CreateVolume { name, size, region } = request;
        match self.volumes.contains_key(name) {
            true => Err(Error::VolumeExists { name: name.clone() }),
            false => {
                Ok(vec![Event::VolumeCreated { name: name.clone(), size: *size, region: *region, at: now }])
            }
        }
    }

    fn delete_volume(&self, name: &VolumeName, now: UnixMillis) -> Result<Vec<Event>, Error> {
        let volume = self.detached_volume(name.as_str())?;
        Ok(vec![Event::VolumeDeleted { name: volume.name.clone(), at: now }])
    }

    fn known(&self, id: &SandboxId) -> Result<&Sandbox, Error> {
        self.sandboxes.get(id).ok_or_else(|| self.no_sandbox(id))
    }

    fn credit_failure(&self, limits: &Limits, now: UnixMillis) -> Option<Error> {
        let credits = limits.credits?;
        let used = self.credits_used(now);
        (used >= credits).then_some(Error::InsufficientTokens { credits, used })
    }

    /// The failure where the sandboxes that run and `more` are too many.
    fn concurrency_failure(&self, limits: &Limits, more: usize) -> Option<Error> {
        let limit = limits.concurrent_sandboxes?;
        let running = self.running_count();
        (running + more > limit as usize).then_some(Error::ConcurrencyLimit { limit, running })
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

fn region_failure(volume: &Volume, request: &CreateSandbox) -> Option<Error> {
    (volume.region != request.region).then(|| Error::VolumeInOtherRegion {
        name: volume.name.clone(),
        volume_region: volume.region,
        sandbox_region: request.region,
    })
}

fn resize_failure(mount: &RequestedMount, volume: &Volume) -> Option<Error> {
    let requested: SizeGb = mount.size.filter(|size| *size != volume.size)?;
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
