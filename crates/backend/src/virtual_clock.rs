//! A clock that stands still until somebody sleeps or moves it: tests of timeouts take no time.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::Duration;

use futures_util::future::BoxFuture;
use sandbox_fs::Timestamp;
use sandbox_shell::Host;

/// Sleepers wake in the order of their deadlines; when one wakes, the clock shows its deadline.
#[derive(Clone)]
pub(crate) struct VirtualClock {
    state: Arc<Mutex<State>>,
    after_jump: Arc<OnceLock<Box<dyn Fn() + Send + Sync>>>,
}

struct State {
    now: i64,
    /// Deadline and number of everyone who sleeps.
    sleepers: BTreeSet<(i64, u64)>,
    next_sleeper: u64,
}

impl VirtualClock {
    pub(crate) fn new(start: Timestamp) -> Self {
        let state = State { now: start.0, sleepers: BTreeSet::new(), next_sleeper: 0 };
        Self { state: Arc::new(Mutex::new(state)), after_jump: Arc::default() }
    }

    pub(crate) fn now(&self) -> Timestamp {
        Timestamp(self.state().now)
    }

    pub(crate) fn advance(&self, by: Duration) {
        let mut state = self.state();
        state.now = state.now.saturating_add(nanos(by));
    }

    /// Wakes when the clock has reached now + `duration`, by an advance or because nobody sleeps shorter: the clock
    /// jumps then, after the platform's event loop has had a turn to let others act at the earlier time.
    pub(crate) fn sleep(&self, duration: Duration, platform: Arc<dyn Host>) -> BoxFuture<'static, ()> {
        let sleeper = self.lie_down(duration);
        Box::pin(async move {
            loop {
                platform.turn().await;
                if sleeper.try_wake() {
                    break;
                }
            }
            if let Some(after_jump) = sleeper.clock.after_jump.get() {
                after_jump();
            }
        })
    }

    /// What to do when a sleep has moved the clock: nobody else would notice that something is due.
    pub(crate) fn after_jump(&self, act: impl Fn() + Send + Sync + 'static) {
        let first = self.after_jump.set(Box::new(act));
        debug_assert!(first.is_ok(), "one cloud, one clock");
    }

    fn lie_down(&self, duration: Duration) -> Sleeper {
        let mut state = self.state();
        let key = (state.now.saturating_add(nanos(duration)), state.next_sleeper);
        state.next_sleeper += 1;
        state.sleepers.insert(key);
        Sleeper { clock: self.clone(), key }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// One who sleeps; whoever stops waiting is taken off the list.
struct Sleeper {
    clock: VirtualClock,
    key: (i64, u64),
}

impl Sleeper {
    fn try_wake(&self) -> bool {
        let mut state = self.clock.state();
        let first = state.sleepers.first() == Some(&self.key);
        if first {
            state.now = state.now.max(self.key.0);
        }
        first || state.now >= self.key.0
    }
}

impl Drop for Sleeper {
    fn drop(&mut self) {
        self.clock.state().sleepers.remove(&self.key);
    }
}

fn nanos(duration: Duration) -> i64 {
    i64::try_from(duration.as_nanos()).unwrap_or(i64::MAX)
}
