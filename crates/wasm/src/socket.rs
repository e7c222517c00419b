//! A client's end of a terminal's socket.

use std::cell::Cell;
use std::rc::Rc;

use futures_util::future::{AbortHandle, abortable};
use js_sys::Promise;
use sandbox_backend::{Connection, Received};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::future_to_promise;

/// A connection to one terminal. It may be freed at any time: a `next()` that waits keeps what it needs.
#[wasm_bindgen]
pub struct EngineSocket {
    connection: Rc<Connection>,
    end: Rc<Cell<(u16, &'static str)>>,
    /// Ends a `next()` that waits.
    waiting: Rc<Cell<Option<AbortHandle>>>,
}

impl EngineSocket {
    pub(crate) fn new(connection: Connection) -> Self {
        let end = Rc::new(Cell::new((0, "")));
        Self { connection: Rc::new(connection), end, waiting: Rc::default() }
    }
}

#[wasm_bindgen]
impl EngineSocket {
    /// Takes a text message of the client.
    #[wasm_bindgen(js_name = sendText)]
    pub fn send_text(&self, message: &str) {
        self.connection.send_text(message);
    }

    /// Takes a binary message of the client.
    #[wasm_bindgen(js_name = sendBinary)]
    pub fn send_binary(&self, message: &[u8]) {
        self.connection.send_binary(message);
    }

    /// The next message, a string; `undefined` when the terminal has closed the socket, or the client has.
    pub fn next(&self) -> Promise {
        let (connection, end) = (Rc::clone(&self.connection), Rc::clone(&self.end));
        let (next, abort) = abortable(async move { connection.receive().await });
        self.waiting.set(Some(abort));
        future_to_promise(async move {
            Ok(match next.await {
                Ok(Received::Message(text)) => text.into(),
                Ok(Received::Closed { code, reason }) => {
                    end.set((code, reason));
                    JsValue::UNDEFINED
                }
                Err(_closed) => JsValue::UNDEFINED,
            })
        })
    }

    /// Whether nothing more comes until the client types.
    #[wasm_bindgen(getter)]
    pub fn idle(&self) -> bool {
        self.connection.is_idle()
    }

    /// The code of the close, once the terminal has closed the socket; 0 otherwise.
    #[wasm_bindgen(getter)]
    pub fn code(&self) -> u16 {
        self.end.get().0
    }

    /// The reason of the close.
    #[wasm_bindgen(getter)]
    pub fn reason(&self) -> String {
        self.end.get().1.to_owned()
    }

    /// The client closes: a `next()` that waits ends. The terminal lives on.
    pub fn close(&self) {
        if let Some(waiting) = self.waiting.take() {
            waiting.abort();
        }
    }
}
