//! What one running command knows of its surroundings: its sandbox, its deadline, how to sleep.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use futures_util::future;
use sandbox_fs::Timestamp;

use super::flow::Flow;
use super::turns::pause;
use crate::limits::TURN_AFTER;
use crate::process::{Pid, Process, StopFlag};
use crate::shell::Sandbox;

/// The surroundings of one command. A `timeout 5 cmd` inside an exec has its own, with the exec's as parent.
pub(crate) struct Run {
    pub(crate) sandbox: Arc<Sandbox>,
    /// The process the command belongs to.
    pub(crate) pid: Pid,
    pub(crate) stop: Arc<StopFlag>,
    /// Of the whole exec.
    pub(crate) flow: Arc<Flow>,
    /// When the command must have ended, on the cloud's clock.
    deadline: Option<Timestamp>,
    expired: AtomicBool,
    /// When others last had their turn, in nanoseconds of real time.
    turned_at: AtomicU64,
    parent: Option<Arc<Run>>,
}

impl Run {
    /// The surroundings of an exec; `timeout` is absent for background commands.
    pub(crate) fn exec(sandbox: Arc<Sandbox>, process: &Process, timeout: Option<Duration>) -> Arc<Self> {
        let deadline = timeout.map(|timeout| after(sandbox.host.now(), timeout));
        let (pid, stop) = (process.pid, Arc::clone(&process.stop));
        let (flow, expired, turned_at) = (Arc::default(), AtomicBool::new(false), AtomicU64::new(0));
        Arc::new(Self { sandbox, pid, stop, flow, deadline, expired, turned_at, parent: None })
    }

    /// The surroundings of a command that must end earlier than `self`.
    pub(crate) fn limited(self: &Arc<Self>, timeout: Duration) -> Arc<Self> {
        Arc::new(Self {
            sandbox: Arc::clone(&self.sandbox),
            pid: self.pid,
            stop: Arc::clone(&self.stop),
            flow: Arc::clone(&self.flow),
            deadline: Some(after(self.sandbox.host.now(), timeout)),
            expired: AtomicBool::new(false),
            turned_at: AtomicU64::new(0),
            parent: Some(Arc::clone(self)),
        })
    }

    /// Whether the deadline has passed. Once true it stays true.
    pub(crate) fn is_expired(&self) -> bool {
        if self.expired.load(Ordering::Acquire) {
            return true;
        }
        let passed = self.deadline.is_some_and(|deadline| self.sandbox.host.now() >= deadline);
        if passed {
            self.expired.store(true, Ordering::Release);
        }
        passed
    }

    /// Notes that others have just had their turn.
    pub(super) fn turned(&self, at: Duration) {
        self.turned_at.store(at.as_nanos() as u64, Ordering::Relaxed);
    }

    /// Pauses when others have waited long enough for a turn.
    pub(crate) async fn breathe(&self) {
        let since = Duration::from_nanos(self.turned_at.load(Ordering::Relaxed));
        if self.sandbox.host.real_elapsed().saturating_sub(since) >= TURN_AFTER {
            pause().await;
        }
    }

    /// Sleeps on the cloud's clock. A sleep that would go past a deadline goes up to it and never returns:
    /// whoever drives the command sees the deadline and drops it. So a virtual clock never jumps past the
    /// moment at which a timeout should have struck.
    pub(crate) async fn sleep(&self, duration: Duration) {
        let now = self.sandbox.host.now();
        let Some((limiting, left)) = self.nearest_deadline(now).filter(|(_, left)| *left <= duration) else {
            return self.sandbox.host.sleep(duration).await;
        };
        self.sandbox.host.sleep(left).await;
        limiting.expired.store(true, Ordering::Release);
        future::pending().await
    }

    fn nearest_deadline(&self, now: Timestamp) -> Option<(&Run, Duration)> {
        let mut nearest: Option<(&Run, Duration)> = None;
        let mut next = Some(self);
        while let Some(run) = next {
            if let Some(deadline) = run.deadline {
                let left = Duration::from_nanos(u64::try_from(deadline.0 - now.0).unwrap_or(0));
                // Of two equal deadlines the outer one strikes: it ends the inner command as well.
                if nearest.is_none_or(|(_, best)| left <= best) {
                    nearest = Some((run, left));
                }
            }
            next = run.parent.as_deref();
        }
        nearest
    }
}

fn after(now: Timestamp, duration: Duration) -> Timestamp {
    Timestamp(now.0.saturating_add(i64::try_from(duration.as_nanos()).unwrap_or(i64::MAX)))
}
