//! One client's connection to a terminal, without a transport under it.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use sandbox_core::{Error, TerminalInput, parse_json};
use serde_json::{Value, json};

use super::line::Line;
use super::terminal::Terminal;
use crate::error::error_body;
use crate::service::Service;

/// Most bytes of one message of a client.
const MAX_MESSAGE: usize = 1 << 20;

/// What a connection gives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Received {
    /// A text message: JSON.
    Message(String),
    /// The terminal's end, after its last message; it stays so.
    Closed {
        /// The code of the WebSocket protocol: 1000 when the shell has exited, 1001 when its sandbox has ended.
        code: u16,
        /// Why: `sandbox_killed`, `sandbox_stopped`, `engine_restarted`, or nothing.
        reason: &'static str,
    },
}

/// A client's connection to one terminal. Dropping it leaves the terminal alive.
pub struct Connection {
    service: Arc<Service>,
    terminal: Arc<Terminal>,
    line: Arc<Line>,
    /// Whether a message has left the queue and is not told yet.
    is_telling: AtomicBool,
}

impl Connection {
    pub(crate) fn new(service: Arc<Service>, terminal: Arc<Terminal>) -> Self {
        let line = terminal.connect();
        Self { service, terminal, line, is_telling: AtomicBool::new(false) }
    }

    /// Most bytes of a message that a client may send.
    pub const LARGEST_MESSAGE: usize = MAX_MESSAGE;

    /// Takes a text message: `{ "type": "input", "data" }` or `{ "type": "resize", "cols", "rows" }`. Any other is
    /// answered with `{ "type": "error", "code", "message", "details" }`.
    pub fn send_text(&self, message: &str) {
        match read(message) {
            Ok(TerminalInput::Input(data)) => self.terminal.type_in(data.as_bytes()),
            Ok(TerminalInput::Resize { cols, rows }) => self.terminal.resize(cols, rows),
            Err(error) => self.complain(&error),
        }
    }

    /// Takes a binary message: bytes as they were typed.
    pub fn send_binary(&self, message: &[u8]) {
        match message.len() {
            0..=MAX_MESSAGE => self.terminal.type_in(message),
            _ => self.complain(&too_large()),
        }
    }

    /// What comes next, when it has come, and what it may tell of is durable.
    pub async fn receive(&self) -> Received {
        let received = self.line.next().await;
        self.is_telling.store(true, Ordering::Relaxed);
        let durable = self.service.flush().await;
        self.is_telling.store(false, Ordering::Relaxed);
        match durable {
            Ok(()) => received,
            // What cannot be made durable is not told, as on a stream of events.
            Err(error) => Received::Closed { code: 1011, reason: error.reason() },
        }
    }

    /// Whether nothing more comes until somebody types: what runs in the terminal waits for keys, and all that it has
    /// shown is told.
    pub fn is_idle(&self) -> bool {
        self.terminal.is_idle() && self.line.is_empty() && !self.is_telling.load(Ordering::Relaxed)
    }

    fn complain(&self, error: &Error) {
        let mut message = json!({ "type": "error" });
        if let (Value::Object(message), Value::Object(body)) = (&mut message, error_body(error)) {
            message.extend(body);
        }
        self.line.notice(message.to_string());
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        self.terminal.disconnect(&self.line);
    }
}

fn read(message: &str) -> Result<TerminalInput, Error> {
    if message.len() > MAX_MESSAGE {
        return Err(too_large());
    }
    TerminalInput::parse(&parse_json(message.as_bytes())?)
}

fn too_large() -> Error {
    Error::BodyTooLarge { max: MAX_MESSAGE as u64 }
}
