//! The cloud: its volumes and sandboxes, and the questions one can ask about them.
//!
//! `decide.rs` judges commands, `create.rs` the one that starts a sandbox, `due.rs` says what the passing of time does, `fold.rs` applies events, `usage.rs`
//! counts credits.

mod create;
mod decide;
mod due;
mod fold;
mod records;
mod usage;

use std::collections::{BTreeMap, VecDeque};

use serde::{Deserialize, Serialize};

use records::Gone;
pub use records::{Attachment, Mount, Sandbox, SandboxStatus, Volume};
use usage::Usage;

use crate::errors::{Departure, Error};
use crate::values::{SandboxId, UnixMillis, VolumeName};

/// The cloud. It changes by [`State::apply`] alone.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct State {
    volumes: BTreeMap<VolumeName, Volume>,
    sandboxes: BTreeMap<SandboxId, Sandbox>,
    /// How many sandboxes there have ever been.
    created: u64,
    /// The last sandboxes that are gone, oldest first.
    gone: VecDeque<Gone>,
    usage: Usage,
}

impl State {
    /// The sandbox, running or stopped. Of one that is gone the error says what ended it, where that is still known.
    pub fn sandbox(&self, id: &str) -> Result<&Sandbox, Error> {
        let id = SandboxId::parse(id)?;
        self.sandboxes.get(&id).ok_or_else(|| self.no_sandbox(&id))
    }

    /// The sandbox, which must be running at that moment: for commands, files and timeouts.
    pub fn running(&self, id: &str, now: UnixMillis) -> Result<&Sandbox, Error> {
        let sandbox = self.sandbox(id)?;
        match sandbox.ended_at(now) {
            None => Ok(sandbox),
            Some(at) => Err(Error::SandboxStopped { id: sandbox.id.clone(), at }),
        }
    }

    /// What a command answers whose sandbox ended while it ran.
    pub fn ended_during_exec(&self, id: &str, now: UnixMillis) -> Error {
        match (self.running(id, now), SandboxId::parse(id)) {
            // The sandbox lives: what ended is the engine around it.
            (Ok(_), _) => Error::EngineRestarted,
            (Err(error), Err(_)) => error,
            (Err(error), Ok(id)) => match self.departure(&id) {
                Some(Departure::Killed { at }) => Error::SandboxKilled { id, at },
                Some(Departure::Stopped { at, .. }) => Error::SandboxStopped { id, at },
                None => error,
            },
        }
    }

    /// All sandboxes, running and stopped, oldest first.
    pub fn sandboxes(&self) -> impl Iterator<Item = &Sandbox> {
        let mut sandboxes: Vec<&Sandbox> = self.sandboxes.values().collect();
        sandboxes.sort_unstable_by_key(|sandbox| sandbox.number);
        sandboxes.into_iter()
    }

    /// The volume.
    pub fn volume(&self, name: &str) -> Result<&Volume, Error> {
        let name = VolumeName::parse(name)?;
        self.volumes.get(&name).ok_or(Error::VolumeNotFound { name })
    }

    /// The volume, which no sandbox may hold: to delete it, and for its files.
    pub fn detached_volume(&self, name: &str) -> Result<&Volume, Error> {
        let volume = self.volume(name)?;
        match &volume.attached_to {
            None => Ok(volume),
            Some(attachment) => Err(Error::VolumeAttached {
                name: volume.name.clone(),
                holder: attachment.sandbox_id.clone(),
                stop_at: self.stop_at(&attachment.sandbox_id),
            }),
        }
    }

    /// All volumes, by name.
    pub fn volumes(&self) -> impl Iterator<Item = &Volume> {
        self.volumes.values()
    }

    /// When the passing of time next changes something: the earliest `stopAt`, or the end of a stopped sandbox's day.
    /// At that moment a [`Command::Tick`](crate::Command::Tick) is due.
    pub fn next_deadline(&self) -> Option<UnixMillis> {
        self.sandboxes.values().map(Sandbox::deadline).min()
    }

    fn no_sandbox(&self, id: &SandboxId) -> Error {
        Error::SandboxNotFound { id: id.to_string(), departure: self.departure(id) }
    }

    fn departure(&self, id: &SandboxId) -> Option<Departure> {
        self.gone.iter().rev().find(|gone| gone.id == *id).map(Gone::departure)
    }

    fn stop_at(&self, id: &SandboxId) -> UnixMillis {
        self.sandboxes.get(id).map_or(UnixMillis::default(), |sandbox| sandbox.stop_at)
    }

    fn running_count(&self) -> usize {
        self.sandboxes.values().filter(|sandbox| sandbox.status == SandboxStatus::Started).count()
    }
}
