//! Pausing in the midst of long work.

use std::future::Future;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use crate::waiting::pause;

/// Steps between two pauses. They take less than a millisecond, and a pause takes a few thousandths of that.
const STEPS: usize = 8 << 10;

/// Bytes that are looked at in the time of one step where that is all that is done with them.
const BYTES_A_STEP: usize = 32;

/// Counts the steps of long work, so that it pauses where others may be due.
///
/// A step is what takes about as long as finding one match: some tens of nanoseconds.
#[derive(Debug)]
pub struct Pace {
    left: usize,
}

impl Default for Pace {
    fn default() -> Self {
        Self { left: STEPS }
    }
}

impl Pace {
    /// Steps that may be done at once, for work that looks at its pace once for several steps.
    pub const AT_ONCE: usize = STEPS;

    /// Notes that so many steps were done, and pauses when they were many.
    #[inline]
    pub async fn did(&mut self, steps: usize) {
        match self.left.checked_sub(steps) {
            Some(left) => self.left = left,
            None => {
                self.left = STEPS;
                pause().await;
            }
        }
    }

    /// Notes that so many bytes were looked at or copied.
    #[inline]
    pub async fn passed(&mut self, bytes: usize) {
        self.did(bytes / BYTES_A_STEP).await;
    }
}

/// Runs to its end what waits for nothing and only pauses.
pub fn at_once<T>(work: impl Future<Output = T>) -> T {
    let mut work = pin!(work);
    let mut cx = Context::from_waker(Waker::noop());
    loop {
        if let Poll::Ready(value) = work.as_mut().poll(&mut cx) {
            return value;
        }
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;

    /// How often it pauses.
    fn pauses(work: impl Future<Output = ()>) -> usize {
        let mut work = pin!(work);
        let mut cx = Context::from_waker(Waker::noop());
        let mut pauses = 0;
        while work.as_mut().poll(&mut cx).is_pending() {
            pauses += 1;
        }
        pauses
    }

    #[test]
    fn long_work_pauses_and_short_work_does_not() {
        let steps = |count: usize, each: usize| async move {
            let mut pace = Pace::default();
            for _ in 0..count {
                pace.did(each).await;
            }
        };
        assert_eq!(pauses(steps(STEPS, 1)), 0);
        assert_eq!(pauses(steps(3 * STEPS + 3, 1)), 3);
        assert_eq!(pauses(steps(3, STEPS + 1)), 3);
    }

    #[test]
    fn what_only_pauses_can_be_done_at_once() {
        let done = Cell::new(0);
        at_once(async {
            let mut pace = Pace::default();
            for _ in 0..3 * STEPS {
                pace.did(1).await;
                done.set(done.get() + 1);
            }
        });
        assert_eq!(done.get(), 3 * STEPS);
    }
}
