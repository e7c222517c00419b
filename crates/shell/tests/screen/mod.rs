//! A person at a terminal: types, and sees what is on the screen.

#![allow(dead_code, unreachable_pub, reason = "each test file uses its part")]

use std::sync::{Arc, Mutex};
use std::time::Duration;

use sandbox_shell::{TerminalHandle, TerminalRequest, TerminalSink};

use super::world::World;

/// What a terminal shows.
struct Shown {
    screen: Mutex<vt100::Parser>,
    raw: Mutex<Vec<u8>>,
    exited: Mutex<Option<i32>>,
}

impl TerminalSink for Shown {
    fn output(&self, bytes: &[u8]) {
        self.screen.lock().unwrap().process(bytes);
        self.raw.lock().unwrap().extend_from_slice(bytes);
    }

    fn exited(&self, code: i32) {
        let before = self.exited.lock().unwrap().replace(code);
        assert_eq!(before, None, "told twice");
    }
}

pub struct Person {
    pub terminal: TerminalHandle,
    shown: Arc<Shown>,
}

impl Person {
    /// Sits down at a terminal of 60 × 10 and waits for the prompt.
    pub async fn at(world: &World) -> Self {
        Self::before(world, TerminalRequest { columns: 60, rows: 10, ..TerminalRequest::default() }).await
    }

    pub async fn before(world: &World, request: TerminalRequest) -> Self {
        let screen = Mutex::new(vt100::Parser::new(request.rows, request.columns, 0));
        let shown = Arc::new(Shown { screen, raw: Mutex::default(), exited: Mutex::default() });
        let terminal =
            world.shell.open_terminal(request, Arc::clone(&shown) as Arc<dyn TerminalSink>).unwrap();
        let person = Self { terminal, shown };
        person.settle().await;
        person
    }

    /// Waits until nothing moves any more.
    pub async fn settle(&self) {
        let mut before = usize::MAX;
        loop {
            tokio::time::sleep(Duration::from_millis(12)).await;
            let len = self.shown.raw.lock().unwrap().len();
            if len == before {
                return;
            }
            before = len;
        }
    }

    /// Types, and waits for what comes of it.
    pub async fn types(&self, text: &str) -> String {
        self.terminal.type_in(text.as_bytes());
        self.settle().await;
        self.screen()
    }

    /// The rows of the screen, without blanks at their ends and without empty rows at the end.
    pub fn screen(&self) -> String {
        let screen = self.shown.screen.lock().unwrap();
        let columns = screen.screen().size().1;
        let rows: Vec<String> =
            screen.screen().rows(0, columns).map(|row| row.trim_end().to_owned()).collect();
        rows.join("\n").trim_end().to_owned()
    }

    /// The row in which the cursor is, and its column.
    pub fn cursor(&self) -> (String, u16) {
        let screen = self.shown.screen.lock().unwrap();
        let (row, column) = screen.screen().cursor_position();
        let columns = screen.screen().size().1;
        let text = screen.screen().rows(0, columns).nth(usize::from(row)).unwrap_or_default();
        (text.trim_end().to_owned(), column)
    }

    pub async fn resizes(&self, columns: u16, rows: u16) -> String {
        self.shown.screen.lock().unwrap().screen_mut().set_size(rows, columns);
        self.terminal.resize(columns, rows);
        self.settle().await;
        self.screen()
    }

    pub fn exited(&self) -> Option<i32> {
        *self.shown.exited.lock().unwrap()
    }

    /// Everything that was written.
    pub fn raw(&self) -> String {
        String::from_utf8_lossy(&self.shown.raw.lock().unwrap()).into_owned()
    }
}
