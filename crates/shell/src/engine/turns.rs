//! Drives a running command: gives the event loop its turns, and ends the command when it must end.
//!
//! The engine runs on the caller's thread and pauses by itself every few dozen commands. At such a pause this
//! driver either goes on at once or, when the thread has been held long enough, first lets the host's event
//! loop run. A loop that never ends therefore blocks neither timers nor other requests, and its timeout
//! strikes. A single builtin that computes for long has no such pauses (see `docs/differences.md`).

use std::future::{Future, poll_fn};
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, Wake, Waker};
use std::time::Duration;

use futures_util::future::BoxFuture;
use futures_util::task::AtomicWaker;

use super::run::Run;
use crate::limits::TURN_AFTER;

/// How a driven command came to its end.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Driven<T> {
    /// It ended by itself.
    Done(T),
    /// Its deadline passed.
    TimedOut,
    /// A signal ended it.
    Signalled(i32),
}

/// Runs `command` to its end, to its deadline or to the signal that stops it, whichever comes first.
///
/// `real_timeout` is the guard in real time, for commands whose cloud's clock stands still.
pub(crate) async fn drive<F: Future>(
    command: F,
    run: &Run,
    real_timeout: Option<Duration>,
) -> Driven<F::Output> {
    let host = &*run.sandbox.host;
    let started = host.real_elapsed();
    let mut last_turn = started;
    run.turned(started);
    let mut turn: Option<BoxFuture<'static, ()>> = None;
    let mut guard: Option<BoxFuture<'static, ()>> = None;
    let wakes = Arc::new(Wakes::default());
    let mut command = pin!(command);

    poll_fn(move |cx| {
        wakes.outer.register(cx.waker());
        loop {
            // Anew each time: a command inside may have registered itself and be gone.
            run.stop.register(cx.waker());
            if let Some(signal) = run.stop.signal() {
                return Poll::Ready(Driven::Signalled(signal));
            }
            if turn.is_none() && host.real_elapsed().saturating_sub(last_turn) >= TURN_AFTER {
                turn = Some(host.turn());
            }
            if let Some(waiting) = &mut turn {
                if waiting.as_mut().poll(cx).is_pending() {
                    return Poll::Pending;
                }
                turn = None;
                last_turn = host.real_elapsed();
                run.turned(last_turn);
            }
            let polled = wakes.watch(|waker| command.as_mut().poll(&mut Context::from_waker(waker)));
            if let Poll::Ready(output) = polled {
                return Poll::Ready(Driven::Done(output));
            }
            let spent = host.real_elapsed().saturating_sub(started);
            if run.is_expired() || real_timeout.is_some_and(|timeout| spent >= timeout) {
                return Poll::Ready(Driven::TimedOut);
            }
            if wakes.woken.load(Ordering::SeqCst) {
                continue;
            }
            // Only a command that really waits needs a timer for its guard.
            if let Some(timeout) = real_timeout {
                let timer = guard.get_or_insert_with(|| host.real_sleep(timeout - spent));
                if timer.as_mut().poll(cx).is_ready() {
                    return Poll::Ready(Driven::TimedOut);
                }
            }
            run.stop.register(cx.waker());
            if run.stop.signal().is_none() {
                return Poll::Pending;
            }
        }
    })
    .await
}

/// Pauses once, so that whoever drives the command can give the event loop its turn, and end the command.
pub(crate) async fn pause() {
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

/// Tells a command that wants to go on at once from one that waits for something outside.
///
/// A wake during the command's own poll is only remembered: the driver polls again by itself, and waking the
/// executor as well would have it poll us once more for nothing.
#[derive(Default)]
struct Wakes {
    polling: AtomicBool,
    woken: AtomicBool,
    outer: AtomicWaker,
}

impl Wakes {
    fn watch<T>(self: &Arc<Self>, poll: impl FnOnce(&Waker) -> T) -> T {
        let waker = Waker::from(Arc::clone(self));
        self.woken.store(false, Ordering::SeqCst);
        self.polling.store(true, Ordering::SeqCst);
        let result = poll(&waker);
        self.polling.store(false, Ordering::SeqCst);
        result
    }
}

impl Wake for Wakes {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        self.woken.store(true, Ordering::SeqCst);
        if !self.polling.load(Ordering::SeqCst) {
            self.outer.wake();
        }
    }
}
