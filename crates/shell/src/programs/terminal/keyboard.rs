//! Reading keys one by one.

use std::sync::Arc;

use futures_util::FutureExt;
use sandbox_bash::keys::{Key, Keys};
use sandbox_kernel::{Disposition, Modes, Process, SIGTSTP, SIGWINCH, Terminal, pause};

/// Bytes that are read at a time.
const PIECE: usize = 4096;

/// What happened at the keyboard.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::programs) enum Pressed {
    Key(Key),
    /// The size has changed, or something else was on the screen: all is to be drawn anew.
    Redraw,
    /// The terminal is gone.
    Gone,
}

/// A terminal's keyboard, key by key, as long as this is held.
pub(in crate::programs) struct Keyboard {
    pub(in crate::programs) terminal: Arc<Terminal>,
    process: Arc<Process>,
    keys: Keys,
    before: Modes,
}

impl Keyboard {
    pub(in crate::programs) fn of(terminal: &Arc<Terminal>, process: &Arc<Process>) -> Self {
        let before = terminal.modes();
        terminal.set_modes(Modes::keys());
        process.dispose(SIGWINCH, Disposition::Caught);
        Self {
            terminal: Arc::clone(terminal),
            process: Arc::clone(process),
            keys: Keys::with_escape(),
            before,
        }
    }

    /// Waits for what happens next.
    pub(in crate::programs) async fn next(&mut self) -> Pressed {
        loop {
            if let Some(key) = self.keys.next() {
                return Pressed::Key(key);
            }
            futures_util::select_biased! {
                bytes = self.terminal.read(PIECE).fuse() => match bytes.is_empty() {
                    true => return Pressed::Gone,
                    false => self.keys.push(&bytes),
                },
                () = self.process.signalled().fuse() => {
                    while self.process.take_signal().is_some() {}
                    return Pressed::Redraw;
                }
            }
        }
    }

    /// Stops the program until it is told to go on (Ctrl-Z).
    pub(in crate::programs) async fn stop(&mut self) {
        self.terminal.set_modes(self.before);
        // The whole pipeline stops.
        let group = self.process.group();
        let _nobody = self.process.kernel.signal(-group, SIGTSTP);
        pause().await;
        self.before = self.terminal.modes();
        self.terminal.set_modes(Modes::keys());
    }

    /// Columns and rows.
    pub(in crate::programs) fn size(&self) -> (usize, usize) {
        let (columns, rows) = self.terminal.size();
        (usize::from(columns).max(2), usize::from(rows).max(2))
    }

    /// Writes to the screen.
    pub(in crate::programs) fn show(&self, text: &str) {
        self.terminal.write(&sandbox_bash::text::encode(text));
    }
}

impl Drop for Keyboard {
    fn drop(&mut self) {
        self.terminal.set_modes(self.before);
    }
}
