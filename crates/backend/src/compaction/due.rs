//! When compaction is due.

use std::sync::{Mutex, PoisonError};

use futures_util::lock::{Mutex as AsyncMutex, MutexGuard as AsyncMutexGuard};

/// What is in records alone is in memory too, so there is a limit however large the cloud is.
const CEILING_BYTES: u64 = 64 << 20;

/// How much the store holds, in bytes.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Sizes {
    /// In records since the last checkpoint.
    pub(crate) records: u64,
    /// In segments.
    pub(crate) segments: u64,
}

impl Sizes {
    fn sum(self) -> u64 {
        self.records + self.segments
    }

    /// Whether the records are many, or much of the segments is no longer in use: of `used` bytes in files. A journal
    /// shorter than `floor` never is.
    fn are_due(self, used: u64, floor: u64) -> bool {
        self.records > (used / 4).clamp(floor, CEILING_BYTES.max(floor))
            || self.segments > used + used / 2 + 2 * floor
    }
}

/// Whether one is under way, and how the last one ended.
#[derive(Debug)]
pub(crate) struct Compaction {
    /// A journal shorter than this is not compacted, in bytes.
    floor: u64,
    progress: Mutex<Progress>,
    at_work: AsyncMutex<()>,
}

#[derive(Debug, Default)]
struct Progress {
    is_under_way: bool,
    began_at: u64,
    /// How much the store must hold before another is tried, after one that failed or won little.
    not_before: u64,
}

impl Compaction {
    pub(crate) fn new(floor: u64) -> Self {
        Self { floor, progress: Mutex::default(), at_work: AsyncMutex::default() }
    }

    /// Waits until no other is at work.
    pub(crate) async fn alone(&self) -> AsyncMutexGuard<'_, ()> {
        self.at_work.lock().await
    }

    /// Begins one if it is due, and tells so.
    pub(crate) fn begins(&self, sizes: Sizes, used: u64) -> bool {
        let mut progress = self.progress.lock().unwrap_or_else(PoisonError::into_inner);
        let begins =
            !progress.is_under_way && sizes.are_due(used, self.floor) && sizes.sum() >= progress.not_before;
        if begins {
            (progress.is_under_way, progress.began_at) = (true, sizes.sum());
        }
        begins
    }

    /// Tells how one ended.
    pub(crate) fn ended(&self, sizes: Sizes, used: u64) {
        let mut progress = self.progress.lock().unwrap_or_else(PoisonError::into_inner);
        progress.is_under_way = false;
        let is_still_due = sizes.are_due(used, self.floor);
        progress.not_before = if is_still_due { progress.began_at + self.floor } else { 0 };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MIB: u64 = 1 << 20;

    fn sizes(records: u64, segments: u64) -> Sizes {
        Sizes { records: records * MIB, segments: segments * MIB }
    }

    #[test]
    fn it_is_due_for_many_records_or_much_waste() {
        for (records, segments, used, due) in [
            (15, 0, 0, false),
            (17, 0, 0, true),
            (17, 100, 100, false),
            (26, 100, 100, true),
            (65, 2_000, 2_000, true),
            (0, 180, 100, false),
            (0, 190, 100, true),
        ] {
            let all = sizes(records, segments);
            assert_eq!(all.are_due(used * MIB, 16 * MIB), due, "{records} {segments} {used}");
        }
    }

    #[test]
    fn one_at_a_time_and_after_a_failure_not_at_once() {
        let compaction = Compaction::new(16 * MIB);
        let (full, fuller) = (sizes(20, 0), sizes(40, 0));
        assert!(compaction.begins(full, 0));
        assert!(!compaction.begins(full, 0));
        compaction.ended(full, 0);
        assert!(!compaction.begins(full, 0));
        assert!(compaction.begins(fuller, 0));
        compaction.ended(sizes(0, 0), 0);
        assert!(compaction.begins(full, 0));
    }
}
