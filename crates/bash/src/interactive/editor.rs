//! Reading one line from a terminal, edited as readline does with emacs' keys.

use std::sync::Arc;

use futures_util::FutureExt;
use sandbox_kernel::{Modes, Process, Terminal};

use super::complete::Completion;
use super::line::{Killed, Line};
use super::screen::Screen;
use super::search::Search;
use crate::keys::{Key, Keys};
use crate::state::{Flow, Shell};

/// Bytes that are read at a time.
const PIECE: usize = 4096;

/// What is switched on while a line is edited: pasted text comes in brackets.
const PASTE_ON: &str = "\x1b[?2004h";
const PASTE_OFF: &str = "\x1b[?2004l\r";

/// How the editing of a line ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Typed {
    Line(String),
    /// Ctrl-C.
    Interrupted,
    /// Ctrl-D on an empty line, or the terminal is gone.
    End,
}

/// What stays from one line to the next.
#[derive(Debug, Clone, Default)]
pub(super) struct Keyboard {
    keys: Keys,
    killed: Killed,
    /// The place in the history from which the next line begins (`operate-and-get-next`).
    next: Option<usize>,
}

/// What a key led to.
enum Did {
    /// The line is to be drawn anew.
    Changed,
    /// All that is to be shown is shown.
    Shown,
    /// There was nothing to do.
    Nothing,
    Ended(Typed),
}

/// A line that is being edited.
pub(super) struct Editor<'a> {
    terminal: Arc<Terminal>,
    process: Arc<Process>,
    keyboard: &'a mut Keyboard,
    pub(super) line: Line,
    pub(super) screen: Screen,
    prompt: String,
    /// Older lines, as they were changed; the line that is edited is the last.
    history: Vec<String>,
    place: usize,
    search: Option<Search>,
    quotes_next: bool,
    /// Text that is being pasted.
    pasted: Option<Vec<char>>,
    /// Whether the key before was a tab: a second one lists.
    pub(super) tabs: usize,
    /// What was yanked last, for Alt-Y.
    yanked: Option<std::ops::Range<usize>>,
    /// The places of Alt-. : which line's last word was put in, and where.
    last_words: Option<(usize, std::ops::Range<usize>)>,
    pub(super) out: String,
}

impl Shell {
    /// Reads a line from a terminal.
    pub(super) async fn edit_line(
        &mut self,
        terminal: &Arc<Terminal>,
        keyboard: &mut Keyboard,
        prompt: &str,
    ) -> Flow<Typed> {
        let modes = terminal.modes();
        terminal.set_modes(Modes::keys());
        let mut history = self.memory.history.clone();
        let place = keyboard.next.take().filter(|place| *place < history.len()).unwrap_or(history.len());
        let first = history.get(place).cloned().unwrap_or_default();
        history.push(String::new());
        let mut out = String::from(PASTE_ON);
        let screen = Screen::begin(terminal.size().0, prompt, &mut out);
        let mut editor = Editor {
            terminal: Arc::clone(terminal),
            process: Arc::clone(&self.process),
            keyboard,
            line: Line::of(&first),
            screen,
            prompt: prompt.rsplit('\n').next().unwrap_or_default().to_owned(),
            history,
            place,
            search: None,
            quotes_next: false,
            pasted: None,
            tabs: 0,
            yanked: None,
            last_words: None,
            out,
        };
        let typed = editor.run(self).await;
        terminal.set_modes(modes);
        // What was typed after the line is for the command that it runs.
        let mut rest = editor.keyboard.keys.take_rest();
        rest.iter_mut().filter(|byte| **byte == b'\r').for_each(|byte| *byte = b'\n');
        if !rest.is_empty() {
            terminal.unread(&rest);
        }
        typed
    }
}

impl Editor<'_> {
    async fn run(&mut self, shell: &mut Shell) -> Flow<Typed> {
        self.draw();
        loop {
            self.flush();
            while let Some(key) = self.keyboard.keys.next() {
                if let Some(typed) = self.press(key, shell).await? {
                    self.flush();
                    return Ok(typed);
                }
            }
            self.flush();
            let process = Arc::clone(&self.process);
            let terminal = Arc::clone(&self.terminal);
            let read = futures_util::select_biased! {
                () = process.signalled().fuse() => None,
                bytes = terminal.read(PIECE).fuse() => Some(bytes),
            };
            match read {
                Some(bytes) if bytes.is_empty() => return Ok(Typed::End),
                Some(bytes) => self.keyboard.keys.push(&bytes),
                None => {
                    shell.run_signal_traps().await?;
                    let (columns, _) = self.terminal.size();
                    self.screen.resize(columns, &self.line.text, self.line.at);
                    self.draw();
                }
            }
        }
    }

    pub(super) fn flush(&mut self) {
        if !self.out.is_empty() {
            let out = std::mem::take(&mut self.out);
            self.terminal.write(&crate::text::encode(&out));
        }
    }

    pub(super) fn draw(&mut self) {
        match &self.search {
            Some(search) => {
                self.screen.set_prompt(&search.prompt());
                self.screen.draw(&self.line.text, self.line.at, &mut self.out);
            }
            None => self.screen.draw(&self.line.text, self.line.at, &mut self.out),
        }
    }

    /// Does what a key asks for; gives how the line ended, if that was its end.
    async fn press(&mut self, key: Key, shell: &mut Shell) -> Flow<Option<Typed>> {
        if let Some(pasted) = &mut self.pasted {
            match key {
                Key::PasteEnd => {
                    let pasted = self.pasted.take().unwrap_or_default();
                    self.line.insert_all(&pasted);
                    self.draw();
                }
                Key::Char(character) => pasted.push(character),
                Key::Enter => pasted.push('\n'),
                Key::Tab => pasted.push('\t'),
                _ => {}
            }
            return Ok(None);
        }
        if std::mem::take(&mut self.quotes_next) {
            if let Some(character) = as_character(key) {
                self.line.insert(character);
                self.draw();
            }
            return Ok(None);
        }
        if self.search.is_some() {
            match self.press_in_search(key) {
                Some(Did::Ended(typed)) => return Ok(Some(typed)),
                Some(_) => return Ok(None),
                None => {}
            }
        }
        if key != Key::Tab {
            self.tabs = 0;
        }
        let kills = matches!(key, Key::Ctrl('k' | 'u' | 'w') | Key::Alt('d') | Key::AltBackspace);
        if !kills {
            self.keyboard.killed.goes_on = false;
        }
        if !matches!(key, Key::Alt('y') | Key::Ctrl('y')) {
            self.yanked = None;
        }
        if !matches!(key, Key::Alt('.' | '_')) {
            self.last_words = None;
        }
        let did = match key {
            Key::Tab => {
                self.tabs += 1;
                match shell.completion(&self.line).await? {
                    Some(completion) => self.complete(completion).await,
                    None => Did::Nothing,
                }
            }
            key => self.edit(key),
        };
        match did {
            Did::Changed => self.draw(),
            Did::Shown => {}
            Did::Nothing => self.out.push('\u{7}'),
            Did::Ended(typed) => return Ok(Some(typed)),
        }
        Ok(None)
    }

    fn edit(&mut self, key: Key) -> Did {
        let line = &mut self.line;
        let (at, end) = (line.at, line.text.len());
        match key {
            Key::Char(character) => {
                line.insert(character);
                return match at == end && self.screen.append(character, &mut self.out) {
                    true => Did::Shown,
                    false => Did::Changed,
                };
            }
            Key::Enter => return self.enter(),
            Key::Ctrl('c') => {
                self.screen_left("^C");
                return Did::Ended(Typed::Interrupted);
            }
            Key::Ctrl('d') if end == 0 => {
                self.out.push_str(PASTE_OFF);
                self.out.push_str("\r\n");
                return Did::Ended(Typed::End);
            }
            Key::Ctrl('o') => {
                self.keyboard.next = Some(self.place + 1);
                return self.enter();
            }
            _ => {}
        }
        let killed = &mut self.keyboard.killed;
        let moved = |line: &mut Line, to: usize| std::mem::replace(&mut line.at, to) != to;
        let did = match key {
            Key::Left | Key::Ctrl('b') => moved(line, at.saturating_sub(1)),
            Key::Right | Key::Ctrl('f') => moved(line, (at + 1).min(end)),
            Key::Home | Key::Ctrl('a') => {
                line.at = 0;
                true
            }
            Key::End | Key::Ctrl('e') => {
                line.at = end;
                true
            }
            Key::Alt('b') | Key::WordLeft => moved(line, line.word_left()),
            Key::Alt('f') | Key::WordRight => moved(line, line.word_right()),
            Key::Backspace => at > 0 && !line.delete(at - 1, at).is_empty(),
            Key::Delete | Key::Ctrl('d') => !line.delete(at, at + 1).is_empty(),
            Key::Ctrl('k') => {
                line.kill(at, end, killed);
                true
            }
            Key::Ctrl('u') => {
                line.kill(0, at, killed);
                true
            }
            Key::Ctrl('w') => {
                line.kill(line.blank_left(), at, killed);
                true
            }
            Key::AltBackspace => {
                line.kill(line.word_left(), at, killed);
                true
            }
            Key::Alt('d') => {
                line.kill(at, line.word_right(), killed);
                line.at = at;
                true
            }
            Key::Ctrl('y') => match killed.last() {
                Some(piece) => {
                    line.insert_all(piece);
                    self.yanked = Some(at..line.at);
                    true
                }
                None => false,
            },
            Key::Alt('y') => match self.yanked.take() {
                Some(range) => {
                    killed.turn();
                    let piece = killed.last().cloned().unwrap_or_default();
                    line.replace(range.clone(), &piece);
                    self.yanked = Some(range.start..line.at);
                    true
                }
                None => false,
            },
            Key::Ctrl('t') => line.transpose(),
            Key::Ctrl('_') => line.undo(),
            Key::Alt('u') => {
                line.change_word(|_, character| character.to_ascii_uppercase());
                true
            }
            Key::Alt('l') => {
                line.change_word(|_, character| character.to_ascii_lowercase());
                true
            }
            Key::Alt('c') => {
                line.change_word(|place, character| match place {
                    0 => character.to_ascii_uppercase(),
                    _ => character.to_ascii_lowercase(),
                });
                true
            }
            Key::Alt('#') => {
                line.at = 0;
                line.insert('#');
                return self.enter();
            }
            Key::Alt('r') => {
                *line = Line::of(&self.history[self.place]);
                true
            }
            Key::Alt('.' | '_') => return self.last_word(),
            Key::Up | Key::Ctrl('p') => self.place > 0 && self.go_to(self.place - 1),
            Key::Down | Key::Ctrl('n') => self.place + 1 < self.history.len() && self.go_to(self.place + 1),
            Key::Alt('<') => self.go_to(0),
            Key::Alt('>') => self.go_to(self.history.len() - 1),
            Key::Ctrl('l') => {
                self.out.push_str("\x1b[H\x1b[2J");
                self.screen.restart();
                true
            }
            Key::Ctrl('q' | 'v') => {
                self.quotes_next = true;
                return Did::Shown;
            }
            Key::Ctrl('r') => {
                self.search = Some(Search::begin(self.line.text(), false));
                true
            }
            Key::Ctrl('s') => {
                self.search = Some(Search::begin(self.line.text(), true));
                true
            }
            Key::PasteBegin => {
                self.pasted = Some(Vec::new());
                return Did::Shown;
            }
            _ => false,
        };
        match did {
            true => Did::Changed,
            false => Did::Nothing,
        }
    }

    fn enter(&mut self) -> Did {
        self.screen_left("");
        Did::Ended(Typed::Line(self.line.text()))
    }

    /// Leaves the line as it is, with something after it.
    fn screen_left(&mut self, after: &str) {
        self.line.at = self.line.text.len();
        if self.search.take().is_some() || self.screen.prompt_differs(&self.prompt) {
            self.screen.set_prompt(&self.prompt);
            self.draw();
        }
        self.screen.leave(&self.line.text, &mut self.out);
        if !after.is_empty() {
            // It stands behind the line, not on the row after it.
            let row_end = self.out.len() - "\r\n".len();
            self.out.insert_str(row_end, after);
        }
        self.out.push_str(PASTE_OFF);
    }

    fn go_to(&mut self, place: usize) -> bool {
        self.history[self.place] = self.line.text();
        self.place = place;
        self.line = Line::of(&self.history[place]);
        true
    }

    /// The last word of the line before; again, of the one before that.
    fn last_word(&mut self) -> Did {
        let (from, range) = match self.last_words.take() {
            Some((place, range)) => (place, range),
            None => (self.history.len() - 1, self.line.at..self.line.at),
        };
        let Some(place) = from.checked_sub(1) else { return Did::Nothing };
        let word: Vec<char> =
            self.history[place].split_whitespace().next_back().unwrap_or_default().chars().collect();
        self.line.replace(range.clone(), &word);
        self.last_words = Some((place, range.start..self.line.at));
        Did::Changed
    }

    /// A key while the history is searched; none where the key ends the search and means something by itself.
    fn press_in_search(&mut self, key: Key) -> Option<Did> {
        let mut search = self.search.take()?;
        match key {
            Key::Ctrl(direction @ ('r' | 's')) => {
                search.forward = direction == 's';
                search.again(&self.history, &mut self.place);
            }
            Key::Char(character) => search.add(character, &self.history, &mut self.place),
            Key::Backspace => search.take_back(&self.history, &mut self.place),
            Key::Ctrl('g' | 'c') => {
                self.place = self.history.len() - 1;
                self.line = Line::of(&search.before);
                self.screen.set_prompt(&self.prompt);
                if key == Key::Ctrl('c') {
                    self.screen_left("^C");
                    return Some(Did::Ended(Typed::Interrupted));
                }
                self.draw();
                return Some(Did::Shown);
            }
            key => {
                self.screen.set_prompt(&self.prompt);
                self.draw();
                return if key == Key::Escape { Some(Did::Shown) } else { None };
            }
        }
        if search.is_found {
            self.line = Line::of(&self.history[self.place]);
            self.line.at = search.place_in(&self.line.text);
        } else {
            self.out.push('\u{7}');
        }
        self.search = Some(search);
        self.draw();
        Some(Did::Shown)
    }

    /// Puts in what a completion offers, or lists it.
    async fn complete(&mut self, completion: Completion) -> Did {
        let Completion { from, replacement, choices } = completion;
        let replacement: Vec<char> = replacement.chars().collect();
        if self.line.text[from..self.line.at] != replacement[..] {
            self.line.replace(from..self.line.at, &replacement);
            self.tabs = 0;
            if choices.len() > 1 {
                self.out.push('\u{7}');
            }
            return Did::Changed;
        }
        if choices.len() < 2 {
            return Did::Nothing;
        }
        if self.tabs < 2 {
            return Did::Nothing;
        }
        self.list(&choices).await;
        Did::Changed
    }

    async fn list(&mut self, choices: &[String]) {
        const MANY: usize = 100;
        let at = std::mem::replace(&mut self.line.at, self.line.text.len());
        self.screen.leave(&self.line.text, &mut self.out);
        self.line.at = at;
        if choices.len() >= MANY {
            self.out.push_str(&format!("Display all {} possibilities? (y or n)", choices.len()));
            self.flush();
            let wanted = self.asked().await;
            self.out.push_str("\r\n");
            if !wanted {
                return;
            }
        }
        super::listing::columns(choices, usize::from(self.terminal.size().0), &mut self.out);
    }

    /// Waits for a yes or a no.
    async fn asked(&mut self) -> bool {
        loop {
            while let Some(key) = self.keyboard.keys.next() {
                match key {
                    Key::Char('y' | 'Y' | ' ') => return true,
                    Key::Char('n' | 'N') | Key::Backspace | Key::Ctrl('c' | 'g') => return false,
                    _ => self.out.push('\u{7}'),
                }
            }
            self.flush();
            let bytes = self.terminal.read(PIECE).await;
            if bytes.is_empty() {
                return false;
            }
            self.keyboard.keys.push(&bytes);
        }
    }
}

/// The character of a key that is put in as it is.
fn as_character(key: Key) -> Option<char> {
    Some(match key {
        Key::Char(character) => character,
        Key::Ctrl('@') => return None,
        Key::Ctrl(letter) => ((letter as u8) & 0x1f) as char,
        Key::Enter => '\n',
        Key::Tab => '\t',
        Key::Backspace => '\u{7f}',
        _ => return None,
    })
}
