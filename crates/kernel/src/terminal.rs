//! Terminals: what is typed becomes input and signals, what is written becomes output.
//!
//! This is the line discipline of a pseudo-terminal. Whoever holds the master side (a socket) calls
//! [`Terminal::type_in`] and [`Terminal::resize`] and gets the output through its sink; processes hold descriptors of the
//! other side.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use bytes::Bytes;

use crate::description::Sink;
use crate::input::Input;
use crate::kernel::Kernel;
use crate::process::{Pid, Process};
use crate::signal::{SIGHUP, SIGINT, SIGQUIT, SIGTSTP, SIGWINCH, Signal};
use crate::waiting::Waiting;

/// Bytes that wait to be read before more typing is lost, as Linux has it.
const MAX_INPUT: usize = 4096;

/// How a terminal treats what goes through it: the flags of `termios(3)` that programs change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Modes {
    /// Input comes by lines, which can be edited (`ICANON`).
    pub canonical: bool,
    /// What is typed is shown (`ECHO`).
    pub echo: bool,
    /// Ctrl-C, Ctrl-\ and Ctrl-Z are signals (`ISIG`).
    pub signals: bool,
    /// A carriage return is read as a newline (`ICRNL`).
    pub return_is_newline: bool,
    /// A newline is shown as carriage return and newline (`OPOST` with `ONLCR`).
    pub newline_returns: bool,
}

impl Default for Modes {
    fn default() -> Self {
        Self { canonical: true, echo: true, signals: true, return_is_newline: true, newline_returns: true }
    }
}

impl Modes {
    /// Every key is input, and is not shown (`stty raw -echo`), but what is written still starts new lines.
    pub fn keys() -> Self {
        Self {
            canonical: false,
            echo: false,
            signals: false,
            return_is_newline: false,
            newline_returns: true,
        }
    }
}

struct State {
    modes: Modes,
    columns: u16,
    rows: u16,
    /// What can be read.
    input: Input,
    /// The line that is being typed, in canonical mode.
    line: Vec<u8>,
    /// The process group that signals go to.
    foreground: Pid,
    /// The session whose terminal it is.
    session: Pid,
    is_hung_up: bool,
}

/// A terminal.
pub struct Terminal {
    /// Its number: `/dev/pts/N`.
    pub number: u32,
    kernel: Weak<Kernel>,
    output: Arc<dyn Sink>,
    state: Mutex<State>,
    readable: Waiting,
}

impl Terminal {
    /// A terminal whose output goes to `output`. [`Kernel::open_terminal`] makes them.
    pub(crate) fn new(
        kernel: &Arc<Kernel>,
        number: u32,
        output: Arc<dyn Sink>,
        columns: u16,
        rows: u16,
    ) -> Arc<Self> {
        let state = State {
            modes: Modes::default(),
            columns,
            rows,
            input: Input::default(),
            line: Vec::new(),
            foreground: 0,
            session: 0,
            is_hung_up: false,
        };
        let readable = Waiting::default();
        Arc::new(Self { number, kernel: Arc::downgrade(kernel), output, state: Mutex::new(state), readable })
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes what was typed.
    pub fn type_in(&self, bytes: &[u8]) {
        let mut signals = Vec::new();
        let mut shown = Vec::new();
        {
            let mut state = self.lock();
            bytes.iter().for_each(|byte| state.take(*byte, &mut shown, &mut signals));
        }
        if !shown.is_empty() {
            self.output.write(&shown);
        }
        signals.into_iter().for_each(|signal| self.signal_foreground(signal));
        self.readable.wake();
    }

    /// What processes write.
    pub fn write(&self, bytes: &[u8]) {
        if !self.lock().modes.newline_returns || !bytes.contains(&b'\n') {
            return self.output.write(bytes);
        }
        let mut out = Vec::with_capacity(bytes.len() + 8);
        for byte in bytes {
            if *byte == b'\n' {
                out.push(b'\r');
            }
            out.push(*byte);
        }
        self.output.write(&out);
    }

    /// At most `max` bytes of what was typed: in canonical mode of one line; none after Ctrl-D or when it was hung up.
    pub async fn read(&self, max: usize) -> Bytes {
        self.readable.until(|| self.lock().read(max)).await
    }

    /// Whether a read would not wait.
    pub fn is_ready(&self) -> bool {
        let state = self.lock();
        !state.input.is_empty() || state.is_hung_up
    }

    /// Whether somebody waits for keys, and there are none: nothing happens here until one is typed.
    pub fn is_idle(&self) -> bool {
        !self.is_ready() && self.readable.is_awaited()
    }

    /// Waits until a read would not wait.
    pub async fn ready(&self) {
        self.readable.until(|| self.is_ready().then_some(())).await;
    }

    /// Puts bytes back in front of what is read next.
    pub fn unread(&self, bytes: &[u8]) {
        self.lock().input.unread(bytes);
        self.readable.wake();
    }

    /// How it treats what goes through it.
    pub fn modes(&self) -> Modes {
        self.lock().modes
    }

    /// Changes that.
    pub fn set_modes(&self, modes: Modes) {
        let mut state = self.lock();
        if state.modes.canonical && !modes.canonical {
            // What was typed so far is no line any more.
            let line = std::mem::take(&mut state.line);
            state.input.extend(&line);
        }
        state.modes = modes;
        drop(state);
        self.readable.wake();
    }

    /// Columns and rows.
    pub fn size(&self) -> (u16, u16) {
        let state = self.lock();
        (state.columns, state.rows)
    }

    /// Changes its size, and tells the foreground.
    pub fn resize(&self, columns: u16, rows: u16) {
        {
            let mut state = self.lock();
            if (state.columns, state.rows) == (columns, rows) {
                return;
            }
            (state.columns, state.rows) = (columns, rows);
        }
        self.signal_foreground(SIGWINCH);
    }

    /// The process group that signals go to.
    pub fn foreground(&self) -> Pid {
        self.lock().foreground
    }

    /// Changes that.
    pub fn set_foreground(&self, group: Pid) {
        self.lock().foreground = group;
    }

    /// The session whose terminal it is; 0 while it is nobody's.
    pub fn session(&self) -> Pid {
        self.lock().session
    }

    /// Makes it the terminal of the session that a process leads, which is its foreground then.
    pub fn control(&self, leader: Pid) {
        let mut state = self.lock();
        (state.session, state.foreground) = (leader, leader);
    }

    /// Whether it is a process's own terminal, and others are in its foreground.
    pub fn is_background(&self, process: &Process) -> bool {
        let state = self.lock();
        state.session == process.session() && state.foreground != process.group() && !state.is_hung_up
    }

    /// The line is gone: readers get nothing more, the session's leader and the foreground a SIGHUP.
    pub fn hang_up(&self) {
        let leader = {
            let mut state = self.lock();
            state.is_hung_up = true;
            state.session
        };
        self.readable.wake();
        if let (Some(kernel), true) = (self.kernel.upgrade(), leader > 0 && leader != self.foreground()) {
            // A leader that has ended has nothing to be told.
            let _nobody = kernel.signal(leader, SIGHUP);
        }
        self.signal_foreground(SIGHUP);
    }

    fn signal_foreground(&self, signal: Signal) {
        let group = self.foreground();
        if let (Some(kernel), true) = (self.kernel.upgrade(), group > 0) {
            // A group without processes has nobody to tell.
            let _nobody = kernel.signal(-group, signal);
        }
    }
}

impl State {
    fn read(&mut self, max: usize) -> Option<Bytes> {
        self.input.read(max, self.modes.canonical).or_else(|| self.is_hung_up.then(Bytes::new))
    }

    fn take(&mut self, byte: u8, shown: &mut Vec<u8>, signals: &mut Vec<Signal>) {
        let byte = if byte == b'\r' && self.modes.return_is_newline { b'\n' } else { byte };
        if self.modes.signals
            && let Some(signal) = signal_of(byte)
        {
            // What was typed before is not meant any more.
            self.line.clear();
            self.input.clear();
            if self.modes.echo {
                shown.extend([b'^', byte + b'@']);
            }
            signals.push(signal);
            return;
        }
        if !self.modes.canonical {
            if self.modes.echo {
                self.show(byte, shown);
            }
            if self.input.len() < MAX_INPUT {
                self.input.extend(&[byte]);
            }
            return;
        }
        match byte {
            // A line that is there can always be ended.
            b'\n' if self.line.is_empty() && !self.has_room() => shown.push(7),
            b'\n' => {
                self.line.push(byte);
                let line = std::mem::take(&mut self.line);
                self.input.extend(&line);
                if self.modes.echo {
                    self.show(byte, shown);
                }
            }
            // Ctrl-D gives what was typed so far; alone it is the end.
            4 => {
                let line = std::mem::take(&mut self.line);
                match line.is_empty() {
                    true => self.input.end(),
                    false => self.input.extend(&line),
                }
            }
            // Backspace, Ctrl-W, Ctrl-U.
            8 | 127 => self.erase(1, shown),
            23 => {
                let kept = self.line.trim_ascii_end();
                let kept = kept.iter().rposition(|byte| *byte == b' ').map_or(0, |space| space + 1);
                self.erase(characters(&self.line[kept..]), shown);
            }
            21 => self.erase(characters(&self.line), shown),
            byte if self.has_room() => {
                self.line.push(byte);
                if self.modes.echo {
                    self.show(byte, shown);
                }
            }
            _ => shown.push(7),
        }
    }

    /// Whether one more byte can be typed.
    fn has_room(&self) -> bool {
        self.line.len() + self.input.len() < MAX_INPUT
    }

    fn show(&self, byte: u8, shown: &mut Vec<u8>) {
        match byte {
            b'\n' if self.modes.newline_returns => shown.extend(b"\r\n"),
            b'\n' | b'\t' => shown.push(byte),
            0..32 => shown.extend([b'^', byte + b'@']),
            byte => shown.push(byte),
        }
    }

    /// Takes characters off the line.
    fn erase(&mut self, count: usize, shown: &mut Vec<u8>) {
        for _ in 0..count {
            let Some(byte) = self.line.pop() else { return };
            let mut first = byte;
            // The bytes of one character of UTF-8 go together.
            while first & 0xc0 == 0x80 {
                match self.line.pop() {
                    Some(before) => first = before,
                    None => break,
                }
            }
            if self.modes.echo {
                shown.extend(if byte < 32 && byte != b'\t' {
                    &b"\x08 \x08\x08 \x08"[..]
                } else {
                    &b"\x08 \x08"[..]
                });
            }
        }
    }
}

fn characters(bytes: &[u8]) -> usize {
    bytes.iter().filter(|byte| **byte & 0xc0 != 0x80).count()
}

fn signal_of(byte: u8) -> Option<Signal> {
    match byte {
        3 => Some(SIGINT),
        28 => Some(SIGQUIT),
        26 => Some(SIGTSTP),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn state() -> State {
        State {
            modes: Modes::default(),
            columns: 80,
            rows: 24,
            input: Input::default(),
            line: Vec::new(),
            foreground: 0,
            session: 0,
            is_hung_up: false,
        }
    }

    fn typed(state: &mut State, text: &str) -> (String, Vec<Signal>) {
        let (mut shown, mut signals) = (Vec::new(), Vec::new());
        text.bytes().for_each(|byte| state.take(byte, &mut shown, &mut signals));
        (String::from_utf8(shown).unwrap(), signals)
    }

    #[test]
    fn a_line_is_edited_and_read_when_it_ends() {
        let mut state = state();
        assert_eq!(typed(&mut state, "lä\x7fs").0, "lä\u{8} \u{8}s");
        assert_eq!(state.read(10), None);
        typed(&mut state, "\rmore\r");
        assert_eq!(state.read(10).unwrap(), "ls\n");
        assert_eq!(state.read(2).unwrap(), "mo");
        assert_eq!(state.read(9).unwrap(), "re\n");
        typed(&mut state, "two words\x17x\x15\x04");
        assert_eq!(state.read(9).unwrap(), "");
        assert_eq!(state.read(9), None);
    }

    #[test]
    fn an_end_keeps_its_place_and_a_full_line_rings() {
        let mut state = state();
        typed(&mut state, "one\r\x04two\r");
        assert_eq!(state.read(9).unwrap(), "one\n");
        assert_eq!(state.read(9).unwrap(), "");
        assert_eq!(state.read(9).unwrap(), "two\n");
        for _ in 0..MAX_INPUT {
            typed(&mut state, "x\r");
        }
        assert_eq!(typed(&mut state, "x\r").0, "\x07\x07");
    }

    #[test]
    fn control_keys_are_signals_unless_every_key_is_input() {
        let mut state = state();
        assert_eq!(typed(&mut state, "ab\x03"), ("ab^C".to_owned(), vec![SIGINT]));
        state.modes = Modes::keys();
        assert_eq!(typed(&mut state, "\x03\r"), (String::new(), vec![]));
        assert_eq!(state.read(9).unwrap(), "\x03\r");
    }
}
