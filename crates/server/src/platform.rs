//! The machine that runs the program as a cloud's outside world: tokio's timers, the system's clock.

use std::collections::hash_map::RandomState;
use std::hash::{BuildHasher as _, Hasher as _};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use futures_util::future::BoxFuture;
use sandbox_fs::Timestamp;
use sandbox_shell::Host;

/// Needs a tokio runtime around it, with its timers on.
#[derive(Debug)]
pub struct NativeHost {
    started: Instant,
}

impl Default for NativeHost {
    fn default() -> Self {
        Self::new()
    }
}

impl NativeHost {
    /// Its real clock starts now.
    pub fn new() -> Self {
        Self { started: Instant::now() }
    }
}

impl Host for NativeHost {
    fn now(&self) -> Timestamp {
        let since_epoch = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Timestamp(since_epoch.as_nanos() as i64)
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
        self.real_sleep(duration)
    }

    fn real_sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
        Box::pin(tokio::time::sleep(duration))
    }

    fn real_elapsed(&self) -> Duration {
        self.started.elapsed()
    }

    fn turn(&self) -> BoxFuture<'static, ()> {
        Box::pin(tokio::task::yield_now())
    }

    fn spawn(&self, task: BoxFuture<'static, ()>) {
        tokio::spawn(task);
    }

    fn random_u64(&self) -> u64 {
        RandomState::new().build_hasher().finish()
    }
}
