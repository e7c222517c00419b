//! Threads for commands that compute for long: both ends of the line to one.

use std::sync::Arc;

use futures_channel::mpsc::{UnboundedReceiver, UnboundedSender, unbounded};
use futures_channel::oneshot;
use futures_util::StreamExt;
use futures_util::future::BoxFuture;
use js_sys::{Function, Promise, Uint8Array};
use sandbox_shell::{CommandWorker, serve_commands};
use send_wrapper::SendWrapper;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::{JsFuture, spawn_local};

#[wasm_bindgen]
extern "C" {
    /// A function of the embedder's: a promise of a thread, or nothing. Throws where there is no such function.
    #[wasm_bindgen(catch, js_name = freeCommandWorker)]
    fn free_command_worker() -> Result<Option<Promise>, JsValue>;

    type Thread;
    #[wasm_bindgen(method, js_name = postMessage)]
    fn post_message(this: &Thread, message: Uint8Array);
    #[wasm_bindgen(method, setter)]
    fn set_onmessage(this: &Thread, listener: Option<&Function>);
    #[wasm_bindgen(method)]
    fn release(this: &Thread);
    #[wasm_bindgen(method)]
    fn terminate(this: &Thread);
}

/// A thread, as soon as one is free; none where the embedder gives none.
pub(crate) fn free_worker() -> Option<BoxFuture<'static, Option<Box<dyn CommandWorker>>>> {
    let promise = free_command_worker().ok().flatten()?;
    let (lend, lent) = oneshot::channel::<Option<Lent>>();
    spawn_local(async move {
        let thread = JsFuture::from(promise).await.ok().filter(|thread| !thread.is_undefined());
        let lent = thread.map(|thread| Lent::new(thread.unchecked_into()));
        if let Err(Some(unwanted)) = lend.send(lent) {
            Box::new(unwanted).release();
        }
    });
    Some(Box::pin(async move {
        let lent = lent.await.ok().flatten()?;
        Some(Box::new(lent) as Box<dyn CommandWorker>)
    }))
}

/// A thread that runs one command for us.
struct Lent {
    /// None once it was given back.
    thread: Option<SendWrapper<Thread>>,
    messages: UnboundedReceiver<Vec<u8>>,
    _listener: SendWrapper<Closure<dyn FnMut(Option<Uint8Array>)>>,
}

impl Lent {
    fn new(thread: Thread) -> Self {
        let (hear, messages) = unbounded();
        let listener = Closure::<dyn FnMut(Option<Uint8Array>)>::new(move |message: Option<Uint8Array>| {
            match message {
                // Who no longer listens misses nothing.
                Some(bytes) => drop(hear.unbounded_send(bytes.to_vec())),
                None => hear.close_channel(),
            }
        });
        thread.set_onmessage(Some(listener.as_ref().unchecked_ref()));
        Self { thread: Some(SendWrapper::new(thread)), messages, _listener: SendWrapper::new(listener) }
    }
}

impl CommandWorker for Lent {
    fn send(&self, message: Vec<u8>) {
        if let Some(thread) = &self.thread {
            thread.post_message(Uint8Array::from(message.as_slice()));
        }
    }

    fn receive(&mut self) -> BoxFuture<'_, Option<Vec<u8>>> {
        Box::pin(self.messages.next())
    }

    fn release(mut self: Box<Self>) {
        if let Some(thread) = self.thread.take() {
            thread.set_onmessage(None);
            thread.release();
        }
    }
}

impl Drop for Lent {
    fn drop(&mut self) {
        if let Some(thread) = self.thread.take() {
            thread.set_onmessage(None);
            thread.terminate();
        }
    }
}

/// Runs the commands that an engine sends from another thread.
#[wasm_bindgen]
pub struct CommandServer {
    inbox: UnboundedSender<Vec<u8>>,
}

#[wasm_bindgen]
impl CommandServer {
    /// Starts to serve; `post` is called with every message to the engine.
    #[wasm_bindgen(constructor)]
    pub fn new(post: Function) -> Self {
        let (inbox, messages) = unbounded();
        let post = SendWrapper::new(post);
        let outbox = move |message: Vec<u8>| {
            // A line that is closed has nobody at its other end.
            let _ = post.call1(&JsValue::UNDEFINED, &Uint8Array::from(message.as_slice()));
        };
        spawn_local(serve_commands(messages, Arc::new(outbox)));
        Self { inbox }
    }

    /// Takes one message of the engine's.
    pub fn receive(&self, message: Vec<u8>) {
        drop(self.inbox.unbounded_send(message));
    }
}
