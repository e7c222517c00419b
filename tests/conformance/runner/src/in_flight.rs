//! Requests that were started and not waited for. They move on while the scenario waits for anything else.

use futures_util::future::{LocalBoxFuture, poll_fn};
use std::{
    collections::BTreeMap,
    pin::pin,
    task::{Context, Poll},
};

/// Started requests by name, each with its answer once it has one.
pub(crate) struct InFlight<T> {
    requests: BTreeMap<String, Progress<T>>,
}

enum Progress<T> {
    Waiting(LocalBoxFuture<'static, T>),
    Done(T),
}

impl<T> InFlight<T> {
    pub(crate) fn new() -> InFlight<T> {
        InFlight { requests: BTreeMap::new() }
    }

    /// Starts a request: it is on its way before this returns.
    pub(crate) async fn start(&mut self, name: String, request: LocalBoxFuture<'static, T>) {
        self.requests.insert(name, Progress::Waiting(request));
        poll_fn(|context| {
            self.poll_all(context);
            Poll::Ready(())
        })
        .await;
    }

    /// Waits for `future` while the started requests move on too.
    pub(crate) async fn alongside<R>(&mut self, future: impl Future<Output = R>) -> R {
        let mut future = pin!(future);
        poll_fn(|context| {
            self.poll_all(context);
            future.as_mut().poll(context)
        })
        .await
    }

    /// The answer of a started request; `None` if no request has this name.
    pub(crate) async fn finish(&mut self, name: &str) -> Option<T> {
        let request = self.requests.remove(name)?;
        Some(match request {
            Progress::Done(answer) => answer,
            Progress::Waiting(request) => self.alongside(request).await,
        })
    }

    fn poll_all(&mut self, context: &mut Context<'_>) {
        for request in self.requests.values_mut() {
            if let Progress::Waiting(waiting) = request
                && let Poll::Ready(answer) = waiting.as_mut().poll(context)
            {
                *request = Progress::Done(answer);
            }
        }
    }
}
