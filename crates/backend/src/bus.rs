//! The event stream: everyone who listens hears what happens, in order, from the moment of subscribing.

use futures_channel::mpsc::{UnboundedReceiver, UnboundedSender, unbounded};
use serde_json::Value;

#[derive(Default)]
pub(crate) struct Bus {
    listeners: Vec<UnboundedSender<String>>,
}

impl Bus {
    pub(crate) fn subscribe(&mut self) -> UnboundedReceiver<String> {
        let (sender, receiver) = unbounded();
        self.listeners.push(sender);
        receiver
    }

    pub(crate) fn is_heard(&self) -> bool {
        !self.listeners.is_empty()
    }

    /// Tells everyone; whoever has gone is dropped from the list.
    pub(crate) fn send(&mut self, event: &Value) {
        if self.is_heard() {
            let text = event.to_string();
            self.listeners.retain(|listener| listener.unbounded_send(text.clone()).is_ok());
        }
    }

    /// Ends every stream.
    pub(crate) fn close(&mut self) {
        self.listeners.clear();
    }
}
