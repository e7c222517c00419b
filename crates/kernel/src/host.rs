//! The outside world as the kernel sees it: clocks, timers, turns of the event loop, randomness.
//!
//! Nothing in this crate reads a clock or an entropy source by itself; everything comes through [`Host`].

use std::time::Duration;

use futures_util::future::BoxFuture;
use sandbox_fs::Timestamp;

/// What the kernel needs from whoever embeds it.
///
/// Two clocks: the **cloud's** clock (what programs inside see; a test may make it virtual) and **real**
/// time (guards and turns only).
pub trait Host: Send + Sync {
    /// The cloud's clock.
    fn now(&self) -> Timestamp;

    /// Resolves once the cloud's clock has moved by `duration`.
    ///
    /// A virtual clock resolves its sleepers in the order of their deadlines, and jumps only when everything
    /// else has had its turn.
    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()>;

    /// Resolves after `duration` of real time, whatever the cloud's clock does. Dropping it leaves no timer.
    fn real_sleep(&self, duration: Duration) -> BoxFuture<'static, ()>;

    /// Monotonic real time since some fixed point.
    fn real_elapsed(&self) -> Duration;

    /// Resolves after the host's event loop has run once (a macrotask, not a microtask).
    fn turn(&self) -> BoxFuture<'static, ()>;

    /// Runs a task to its end beside the caller.
    fn spawn(&self, task: BoxFuture<'static, ()>);

    /// The next number of the seeded source of randomness.
    fn random_u64(&self) -> u64;
}
