//! Credits: what running sandboxes cost in a calendar month.

use serde::{Deserialize, Serialize};

use super::{SandboxStatus, State};
use crate::assumptions::{BILLED_UNIT_MS, SANDBOX_MEMORY_GB, SANDBOX_VCPUS};
use crate::documented::{QUARTER_CREDITS_PER_GB_SECOND, QUARTER_CREDITS_PER_VCPU_SECOND};
use crate::values::UnixMillis;

const QUARTER_CREDITS_PER_SECOND: u64 =
    SANDBOX_VCPUS * QUARTER_CREDITS_PER_VCPU_SECOND + SANDBOX_MEMORY_GB * QUARTER_CREDITS_PER_GB_SECOND;

/// The seconds of sandboxes that have ended, in the last month in which one ended.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Usage {
    month: u64,
    seconds: u64,
}

impl Usage {
    /// Counts a sandbox that ran from one moment to another. What fell into an earlier month is billed there.
    pub(super) fn charge(&mut self, from: UnixMillis, to: UnixMillis) {
        let month = to.month();
        if month > self.month {
            *self = Usage { month, seconds: 0 };
        }
        if month == self.month {
            self.seconds = self.seconds.saturating_add(billed_seconds(from, to));
        }
    }
}

/// Begun seconds between two moments, in the month of the second.
fn billed_seconds(from: UnixMillis, to: UnixMillis) -> u64 {
    to.since(from.max(to.month_start())).div_ceil(BILLED_UNIT_MS)
}

impl State {
    /// Credits used in the month of that moment, by sandboxes that have ended and those that run.
    pub fn credits_used(&self, now: UnixMillis) -> u64 {
        let ended = if self.usage.month == now.month() { self.usage.seconds } else { 0 };
        let running = self
            .sandboxes
            .values()
            .filter(|sandbox| sandbox.status == SandboxStatus::Started)
            .map(|sandbox| billed_seconds(sandbox.created_at, now));
        let seconds = running.fold(ended, u64::saturating_add);
        seconds.saturating_mul(QUARTER_CREDITS_PER_SECOND) / 4
    }
}
