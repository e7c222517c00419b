//! What the passing of time does: sandboxes stop, stopped ones are forgotten.

use super::{Sandbox, SandboxStatus, State};
use crate::assumptions::KEEP_STOPPED_MS;
use crate::config::Config;
use crate::event::{Event, ForgetReason};
use crate::values::{SandboxId, UnixMillis};

impl State {
    /// Everything that time has brought about until now, in the order in which it happened.
    pub(super) fn due(&self, config: &Config, now: UnixMillis) -> Vec<Event> {
        let mut steps: Vec<(UnixMillis, u64, Vec<Event>)> = Vec::new();
        for sandbox in self.sandboxes.values() {
            let stopped_at = match sandbox.status {
                SandboxStatus::Stopped { at } => at,
                SandboxStatus::Started if sandbox.stop_at <= now => {
                    let at = sandbox.stop_at;
                    let mut events = vec![Event::SandboxStopped { id: sandbox.id.clone(), at }];
                    if config.release_on_stop {
                        events.extend(self.release(sandbox, at));
                    }
                    steps.push((at, sandbox.number, events));
                    at
                }
                SandboxStatus::Started => continue,
            };
            let forgotten_at = stopped_at.plus(KEEP_STOPPED_MS);
            if forgotten_at <= now {
                let released_before = config.release_on_stop && sandbox.status == SandboxStatus::Started;
                let release = if released_before { None } else { self.release(sandbox, forgotten_at) };
                let forget = forget(&sandbox.id, ForgetReason::Expired, forgotten_at);
                steps.push((forgotten_at, sandbox.number, release.into_iter().chain([forget]).collect()));
            }
        }
        steps.sort_by_key(|(at, number, _)| (*at, *number));
        steps.into_iter().flat_map(|(_, _, events)| events).collect()
    }

    /// The event by which a sandbox lets go of its volume, where it holds it.
    pub(super) fn release(&self, sandbox: &Sandbox, at: UnixMillis) -> Option<Event> {
        let name = &sandbox.mount.as_ref()?.volume;
        let holder = self.volumes.get(name)?.attached_to.as_ref()?;
        (holder.sandbox_id == sandbox.id).then(|| Event::VolumeDetached {
            name: name.clone(),
            sandbox_id: sandbox.id.clone(),
            at,
        })
    }
}

pub(super) fn forget(id: &SandboxId, reason: ForgetReason, at: UnixMillis) -> Event {
    Event::SandboxForgotten { id: id.clone(), reason, at }
}
