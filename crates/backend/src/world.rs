//! The outside world as the cloud sees it: time and chance come in here and nowhere else.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use futures_util::future::BoxFuture;
use sandbox_core::{Ids, UnixMillis};
use sandbox_fs::Timestamp;
use sandbox_shell::Host;

use crate::options::ClockOption;
use crate::virtual_clock::VirtualClock;

const NANOS_PER_MILLI: i64 = 1_000_000;

/// A [`Host`] whose clock may be virtual and whose randomness may be seeded; the rest is the platform's.
pub(crate) struct World {
    platform: Arc<dyn Host>,
    virtual_clock: Option<VirtualClock>,
    /// For ids alone: what runs beside a request must not change the ids that it gets.
    ids: Mutex<fastrand::Rng>,
    random: Mutex<fastrand::Rng>,
}

impl World {
    /// `epoch` is mixed into the seed: an engine that reopens a cloud must not repeat the ids of the one before.
    pub(crate) fn new(platform: Arc<dyn Host>, clock: ClockOption, seed: Option<u64>, epoch: u64) -> Self {
        let virtual_clock = match clock {
            ClockOption::Virtual(start) => Some(VirtualClock::new(from_millis(UnixMillis(start)))),
            ClockOption::Platform(_) => None,
        };
        let seed = match seed {
            Some(seed) => seed ^ (epoch - 1).rotate_left(32),
            None => platform.random_u64(),
        };
        let ids = fastrand::Rng::with_seed(seed);
        let random = ids.clone().fork();
        Self { platform, virtual_clock, ids: Mutex::new(ids), random: Mutex::new(random) }
    }

    /// The virtual clock, where there is one.
    pub(crate) fn virtual_clock(&self) -> Option<&VirtualClock> {
        self.virtual_clock.as_ref()
    }

    /// The time in the control plane's unit.
    pub(crate) fn now_millis(&self) -> UnixMillis {
        UnixMillis((self.now().0 / NANOS_PER_MILLI).max(0) as u64)
    }

    /// A source of ids for one decision of the control plane.
    pub(crate) fn ids(&self) -> WorldIds<'_> {
        WorldIds(self)
    }
}

/// A time of the control plane in the filesystem's unit.
pub(crate) fn from_millis(time: UnixMillis) -> Timestamp {
    Timestamp((time.0 as i64).saturating_mul(NANOS_PER_MILLI))
}

impl Host for World {
    fn now(&self) -> Timestamp {
        match &self.virtual_clock {
            Some(clock) => clock.now(),
            None => self.platform.now(),
        }
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
        match &self.virtual_clock {
            Some(clock) => clock.sleep(duration, Arc::clone(&self.platform)),
            None => self.platform.sleep(duration),
        }
    }

    fn real_sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
        self.platform.real_sleep(duration)
    }

    fn real_elapsed(&self) -> Duration {
        self.platform.real_elapsed()
    }

    fn turn(&self) -> BoxFuture<'static, ()> {
        self.platform.turn()
    }

    fn spawn(&self, task: BoxFuture<'static, ()>) {
        self.platform.spawn(task);
    }

    fn random_u64(&self) -> u64 {
        self.random.lock().unwrap_or_else(PoisonError::into_inner).u64(..)
    }
}

pub(crate) struct WorldIds<'a>(&'a World);

impl Ids for WorldIds<'_> {
    fn next_u64(&mut self) -> u64 {
        self.0.ids.lock().unwrap_or_else(PoisonError::into_inner).u64(..)
    }
}
