//! Moments by which processes must have ended.

use std::future::pending;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use sandbox_fs::Timestamp;

use crate::host::Host;
use crate::waiting::Waiting;

/// One such moment, for a process and all its children.
#[derive(Debug)]
pub(crate) struct Deadline {
    at: Timestamp,
    passed: AtomicBool,
    waiting: Waiting,
}

impl Deadline {
    fn pass(&self) {
        self.passed.store(true, Ordering::Release);
        self.waiting.wake();
    }
}

/// The deadlines of a process: its own last, then the ones it inherited.
#[derive(Debug, Clone, Default)]
pub(crate) struct Deadlines(Vec<Arc<Deadline>>);

impl Deadlines {
    /// These and another, `limit` from now.
    pub(crate) fn with(&self, now: Timestamp, limit: Duration) -> Self {
        let at = Timestamp(now.0.saturating_add(i64::try_from(limit.as_nanos()).unwrap_or(i64::MAX)));
        let deadline = Deadline { at, passed: AtomicBool::new(false), waiting: Waiting::default() };
        Self(self.0.iter().cloned().chain([Arc::new(deadline)]).collect())
    }

    /// Whether the last of them has passed.
    pub(crate) fn own_passed(&self) -> bool {
        self.0.last().is_some_and(|deadline| deadline.passed.load(Ordering::Acquire))
    }

    /// Notes those that the clock has passed.
    pub(crate) fn look(&self, now: Timestamp) {
        for deadline in &self.0 {
            if now >= deadline.at && !deadline.passed.load(Ordering::Acquire) {
                deadline.pass();
            }
        }
    }

    /// Waits until the last of them passes.
    pub(crate) async fn passing(&self) {
        match self.0.last() {
            Some(own) => own.waiting.until(|| own.passed.load(Ordering::Acquire).then_some(())).await,
            None => pending().await,
        }
    }

    pub(crate) async fn sleep(&self, host: &dyn Host, duration: Duration) {
        let now = host.now();
        let left =
            |deadline: &Deadline| Duration::from_nanos(u64::try_from(deadline.at.0 - now.0).unwrap_or(0));
        // Of two equal deadlines the outer one strikes: it ends the inner process as well.
        let nearest = self.0.iter().min_by_key(|deadline| deadline.at);
        match nearest.filter(|deadline| left(deadline) <= duration) {
            None => host.sleep(duration).await,
            Some(nearest) => {
                host.sleep(left(nearest)).await;
                nearest.pass();
                pending().await
            }
        }
    }
}
