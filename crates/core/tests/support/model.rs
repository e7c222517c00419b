//! A second, plain telling of the rules, to compare the real one with: lists, loops and reasons, no events.

use sandbox_core::Config;
use sandbox_core::UnknownImages::Reject;

use super::DAY;

#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Phase {
    Started,
    Stopped,
    Gone,
}

#[derive(Debug, Clone)]
pub(crate) struct ModelSandbox {
    pub(crate) id: String,
    pub(crate) phase: Phase,
    pub(crate) volume: Option<&'static str>,
    pub(crate) stop_at: u64,
    created: u64,
    /// When it stopped running.
    ended: Option<u64>,
}

#[derive(Debug, Clone)]
pub(crate) struct ModelVolume {
    pub(crate) name: &'static str,
    pub(crate) size: u32,
    pub(crate) region: &'static str,
}

/// A volume that a sandbox asks for.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Wish {
    pub(crate) name: &'static str,
    pub(crate) size: Option<u32>,
}

#[derive(Debug, Clone)]
pub(crate) struct Model {
    config: Config,
    pub(crate) volumes: Vec<ModelVolume>,
    pub(crate) sandboxes: Vec<ModelSandbox>,
}

/// What a command gives: nothing, or the reason of its error.
type Outcome = Result<(), &'static str>;

impl Model {
    pub(crate) fn new(config: Config) -> Self {
        Model { config, volumes: Vec::new(), sandboxes: Vec::new() }
    }

    /// Time has come to `now`.
    pub(crate) fn pass(&mut self, now: u64) {
        for sandbox in &mut self.sandboxes {
            if sandbox.phase == Phase::Started && sandbox.stop_at <= now {
                sandbox.phase = Phase::Stopped;
                sandbox.ended = Some(sandbox.stop_at);
            }
            if sandbox.phase == Phase::Stopped && sandbox.ended.unwrap() + DAY <= now {
                sandbox.phase = Phase::Gone;
            }
        }
    }

    /// Who holds a volume: the sandbox that runs with it mounted, or has stopped where stopping does not release.
    pub(crate) fn holder(&self, volume: &str) -> Option<&ModelSandbox> {
        let holds = |sandbox: &&ModelSandbox| match sandbox.phase {
            Phase::Started => true,
            Phase::Stopped => !self.config.release_on_stop,
            Phase::Gone => false,
        };
        let holders: Vec<_> =
            self.sandboxes.iter().filter(|sandbox| sandbox.volume == Some(volume)).filter(holds).collect();
        assert!(holders.len() <= 1, "{volume} has {} holders", holders.len());
        holders.first().copied()
    }

    pub(crate) fn credits_used(&self, now: u64) -> u64 {
        let seconds =
            |sandbox: &ModelSandbox| (sandbox.ended.unwrap_or(now) - sandbox.created).div_ceil(1_000);
        (self.sandboxes.iter().map(seconds).sum::<u64>() as f64 * 9.25).floor() as u64
    }

    fn running(&self) -> usize {
        self.sandboxes.iter().filter(|sandbox| sandbox.phase == Phase::Started).count()
    }

    fn within_plan(&self, now: u64, running: usize) -> Outcome {
        if self.config.limits.credits.is_some_and(|credits| self.credits_used(now) >= credits) {
            return Err("insufficient_tokens");
        }
        match self.config.limits.concurrent_sandboxes {
            Some(limit) if running > limit as usize => Err("concurrency_limit"),
            _ => Ok(()),
        }
    }

    /// Judges a creation; [`Model::started`] tells which id it got.
    pub(crate) fn create(&self, known: bool, region: &str, wish: Option<Wish>, now: u64) -> Outcome {
        if !known && self.config.unknown_images == Reject {
            return Err("template_not_found");
        }
        self.within_plan(now, self.running() + 1)?;
        let Some(wish) = wish else { return Ok(()) };
        let Some(volume) = self.volumes.iter().find(|volume| volume.name == wish.name) else { return Ok(()) };
        if volume.region != region {
            return Err("volume_in_other_region");
        }
        if wish.size.is_some_and(|size| size != volume.size) {
            return Err("volume_not_resizable");
        }
        if self.holder(wish.name).is_some() {
            return Err("volume_already_attached");
        }
        Ok(())
    }

    pub(crate) fn started(
        &mut self,
        id: String,
        region: &'static str,
        wish: Option<Wish>,
        now: u64,
        timeout: u64,
    ) {
        if let Some(wish) = wish
            && !self.volumes.iter().any(|volume| volume.name == wish.name)
        {
            self.volumes.push(ModelVolume { name: wish.name, size: wish.size.unwrap_or(1), region });
        }
        self.sandboxes.push(ModelSandbox {
            id,
            phase: Phase::Started,
            volume: wish.map(|wish| wish.name),
            stop_at: now + timeout,
            created: now,
            ended: None,
        });
    }

    pub(crate) fn kill(&mut self, id: &str, now: u64) -> Outcome {
        let sandbox = self.find(id)?;
        sandbox.ended = sandbox.ended.or(Some(now));
        sandbox.phase = Phase::Gone;
        Ok(())
    }

    pub(crate) fn set_timeout(&mut self, id: &str, timeout: u64, now: u64) -> Outcome {
        let sandbox = self.find(id)?.clone();
        if sandbox.phase == Phase::Stopped {
            return Err("sandbox_stopped");
        }
        if now + timeout > sandbox.created + 3_600_000 {
            return Err("invalid_timeout");
        }
        if now + timeout > sandbox.stop_at {
            self.within_plan(now, self.running())?;
        }
        self.find(id)?.stop_at = now + timeout;
        Ok(())
    }

    pub(crate) fn create_volume(&mut self, volume: ModelVolume) -> Outcome {
        if self.volumes.iter().any(|other| other.name == volume.name) {
            return Err("volume_exists");
        }
        self.volumes.push(volume);
        Ok(())
    }

    pub(crate) fn delete_volume(&mut self, name: &str) -> Outcome {
        if !self.volumes.iter().any(|volume| volume.name == name) {
            return Err("volume_not_found");
        }
        if self.holder(name).is_some() {
            return Err("volume_attached");
        }
        self.volumes.retain(|volume| volume.name != name);
        Ok(())
    }

    fn find(&mut self, id: &str) -> Result<&mut ModelSandbox, &'static str> {
        let there = |sandbox: &&mut ModelSandbox| sandbox.id == id && sandbox.phase != Phase::Gone;
        self.sandboxes.iter_mut().find(there).ok_or("sandbox_not_found")
    }
}
