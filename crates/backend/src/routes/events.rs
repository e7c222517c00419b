//! `/events`: what happens in the cloud, as server-sent events.

use axum::extract::State;
use bytes::Bytes;
use futures_util::StreamExt;

use super::{Answer, Shared};
use crate::sse;

pub(crate) async fn stream(State(service): State<Shared>) -> Answer {
    let events = service.cloud().subscribe();
    // The comment opens the stream at once, so that a client knows that it hears everything from here on.
    let opened = futures_util::stream::once(async { Bytes::from_static(b": connected\n\n") });
    let events = opened.chain(events.map(|event| sse::message(None, &event)));
    Ok(sse::answer(service, events))
}
