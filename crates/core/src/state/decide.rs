//! The judge: a command becomes events, or one error and nothing else.

use std::borrow::Cow;

use serde_json::Value;

use super::due::forget;
use super::{Sandbox, SandboxStatus, State};
use crate::assumptions::Check;
use crate::checks::in_order;
use crate::command::{Command, CreateVolume};
use crate::config::{Config, Limits};
use crate::documented::MAX_LIFETIME_MS;
use crate::errors::{Error, ShownValue};
use crate::event::{Event, ForgetReason};
use crate::ids::Ids;
use crate::values::{SandboxId, SandboxTimeout, UnixMillis, VolumeName};

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

    pub(super) fn credit_failure(&self, limits: &Limits, now: UnixMillis) -> Option<Error> {
        let credits = limits.credits?;
        let used = self.credits_used(now);
        (used >= credits).then_some(Error::InsufficientTokens { credits, used })
    }

    /// The failure where the sandboxes that run and `more` are too many.
    pub(super) fn concurrency_failure(&self, limits: &Limits, more: usize) -> Option<Error> {
        let limit = limits.concurrent_sandboxes?;
        let running = self.running_count();
        (running + more > limit as usize).then_some(Error::ConcurrencyLimit { limit, running })
    }
}
