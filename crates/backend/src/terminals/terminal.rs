//! One terminal: its shell on one side, any number of sockets on the other.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use sandbox_core::{TerminalId, TerminalShell, UnixMillis};
use sandbox_shell::{EndReason, TerminalHandle};
use serde_json::{Value, json};

use super::line::{End, Line};
use super::recent::Recent;
use crate::utf8::Utf8Stream;

/// The shell has exited.
const NORMAL: u16 = 1000;
/// The sandbox, or the engine, is gone.
const GOING_AWAY: u16 = 1001;

/// What names a terminal.
#[derive(Debug, Clone)]
pub(crate) struct Identity {
    pub(crate) id: TerminalId,
    pub(crate) sandbox: String,
    pub(crate) shell: TerminalShell,
    pub(crate) created_at: UnixMillis,
}

/// A terminal of a sandbox.
pub(crate) struct Terminal {
    identity: Identity,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    /// Where keys go, until what runs there has ended.
    keyboard: Option<TerminalHandle>,
    decoder: Utf8Stream,
    recent: Recent,
    sockets: Vec<Arc<Line>>,
    end: Option<End>,
}

impl Terminal {
    /// A terminal in which nothing runs yet.
    pub(crate) fn new(identity: Identity) -> Arc<Self> {
        Arc::new(Self { identity, state: Mutex::default() })
    }

    pub(crate) fn identity(&self) -> &Identity {
        &self.identity
    }

    /// What the API tells of it.
    pub(crate) fn to_json(&self) -> Value {
        let Identity { id, sandbox, shell, created_at } = &self.identity;
        json!({
            "id": id,
            "sandboxId": sandbox,
            "shell": shell,
            "status": "running",
            "createdAt": created_at.to_string(),
        })
    }

    /// Keys go there from now on.
    pub(crate) fn run(&self, keyboard: TerminalHandle) {
        let mut state = self.lock();
        if state.end.is_none() {
            state.keyboard = Some(keyboard);
        }
    }

    /// Whether its shell has exited or its sandbox has ended.
    pub(crate) fn has_ended(&self) -> bool {
        self.lock().end.is_some()
    }

    /// A new socket, which gets what was shown last first.
    pub(crate) fn connect(&self) -> Arc<Line> {
        let line = Arc::new(Line::default());
        let mut state = self.lock();
        line.output(state.recent.as_str());
        match state.end {
            Some(end) => line.end(end),
            None => state.sockets.push(Arc::clone(&line)),
        }
        line
    }

    pub(crate) fn disconnect(&self, line: &Arc<Line>) {
        self.lock().sockets.retain(|socket| !Arc::ptr_eq(socket, line));
    }

    pub(crate) fn type_in(&self, bytes: &[u8]) {
        // Not under the lock: what is typed is shown at once.
        let keyboard = self.lock().keyboard.clone();
        if let Some(keyboard) = keyboard {
            keyboard.type_in(bytes);
        }
    }

    pub(crate) fn resize(&self, columns: u16, rows: u16) {
        let keyboard = self.lock().keyboard.clone();
        if let Some(keyboard) = keyboard {
            keyboard.resize(columns, rows);
        }
    }

    /// Whether nothing comes until somebody types.
    pub(crate) fn is_idle(&self) -> bool {
        let keyboard = self.lock().keyboard.clone();
        keyboard.is_some_and(|keyboard| keyboard.is_idle())
    }

    /// What it shows. A character that is cut by the edge of a piece waits for its rest.
    pub(crate) fn show(&self, bytes: &[u8]) {
        let mut state = self.lock();
        let text = state.decoder.push(bytes);
        state.tell(&text);
    }

    /// Its shell has exited.
    pub(crate) fn exited(&self, code: i32) {
        let mut state = self.lock();
        if state.end.is_some() {
            return;
        }
        let rest = state.decoder.finish();
        state.tell(&rest);
        let message = json!({ "type": "exit", "code": code }).to_string();
        state.sockets.iter().for_each(|socket| socket.notice(message.clone()));
        state.end(End { code: NORMAL, reason: "" });
    }

    /// Its sandbox has ended.
    pub(crate) fn sandbox_ended(&self, reason: EndReason) {
        self.lock().end(End { code: GOING_AWAY, reason: reason.reason() });
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn tell(&mut self, text: &str) {
        if self.end.is_none() {
            self.recent.push(text);
            self.sockets.iter().for_each(|socket| socket.output(text));
        }
    }

    fn end(&mut self, end: End) {
        let end = *self.end.get_or_insert(end);
        self.keyboard = None;
        self.sockets.drain(..).for_each(|socket| socket.end(end));
    }
}
