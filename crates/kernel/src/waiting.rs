//! Waiting for something that another task brings about.

use std::future::poll_fn;
use std::sync::{Mutex, PoisonError};
use std::task::{Poll, Waker};

/// Those who wait.
#[derive(Debug, Default)]
pub(crate) struct Waiting {
    wakers: Mutex<Vec<Waker>>,
}

impl Waiting {
    /// Wakes all of them.
    pub(crate) fn wake(&self) {
        let wakers = std::mem::take(&mut *self.wakers.lock().unwrap_or_else(PoisonError::into_inner));
        wakers.into_iter().for_each(Waker::wake);
    }

    /// Whether anybody waits.
    pub(crate) fn is_awaited(&self) -> bool {
        !self.wakers.lock().unwrap_or_else(PoisonError::into_inner).is_empty()
    }

    /// Adds one, who looks again after this.
    pub(crate) fn register(&self, waker: &Waker) {
        let mut wakers = self.wakers.lock().unwrap_or_else(PoisonError::into_inner);
        if !wakers.iter().any(|known| known.will_wake(waker)) {
            wakers.push(waker.clone());
        }
    }

    /// Waits until `look` finds something.
    pub(crate) async fn until<T>(&self, mut look: impl FnMut() -> Option<T>) -> T {
        poll_fn(|cx| {
            if let Some(found) = look() {
                return Poll::Ready(found);
            }
            self.register(cx.waker());
            // It may have come between the look and the registration.
            look().map_or(Poll::Pending, Poll::Ready)
        })
        .await
    }
}

/// Pauses once, so that tasks beside this one go on.
pub async fn pause() {
    let mut paused = false;
    poll_fn(|cx| {
        if std::mem::replace(&mut paused, true) {
            return Poll::Ready(());
        }
        cx.waker().wake_by_ref();
        Poll::Pending
    })
    .await;
}
