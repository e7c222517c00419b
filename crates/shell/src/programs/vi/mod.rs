//! `vi`: a small one. What it has works as in vi; `:version` says that it is a stand-in.

mod buffer;
mod command;
mod display;
mod motion;
mod normal;

use std::sync::Arc;

use sandbox_bash::keys::Key;
use sandbox_fs::{Errno, Kind, OpenFlags};

use super::command::CommandOutput;
use super::getopt::Given;
use super::live::say;
use super::terminal::{ALTERNATE_SCREEN, Keyboard, MAIN_SCREEN, Pressed, shown_on, typed_into};
use super::text::tool::{Io, Worked};
use buffer::Buffer;
use command::Wish;
use normal::Normal;

/// Bytes of a file that can be edited.
const MAX_FILE: u64 = 32 << 20;

/// What keys mean at the moment.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Mode {
    Normal,
    Insert {
        /// Whether characters take the place of others.
        replaces: bool,
    },
    /// A line at the bottom, after `:`, `/` or `?`.
    Line(char, String),
}

/// A file that is being edited.
struct Vi {
    buffer: Buffer,
    mode: Mode,
    normal: Normal,
    file: Option<String>,
    /// The line at the bottom.
    message: String,
    /// The line at the top of the screen.
    top: usize,
    columns: usize,
    rows: usize,
    numbers: bool,
    is_readonly: bool,
    search: Option<(String, bool)>,
}

pub(super) async fn run(io: &mut Io<'_>, given: Given) -> Worked {
    let mut files = Vec::new();
    let mut first = None;
    for word in given.operands {
        match word.as_str() {
            "--version" => {
                io.out.extend(format!("{}\n", command::VERSION).bytes());
                return Ok(0);
            }
            "+" => first = Some(usize::MAX),
            word if word.starts_with('+') => first = word[1..].parse().ok(),
            word if word.len() > 1 && word.starts_with('-') => {}
            _ => files.push(word),
        }
    }
    let (Some(_), Some(terminal)) = (shown_on(io), typed_into(io)) else {
        say(&io.ctx.stderr, format!("{}: standard output is not a terminal\n", io.ctx.name)).await;
        return Ok(1);
    };
    let mut keyboard = Keyboard::of(&terminal, &io.run.process);
    let (columns, rows) = keyboard.size();
    let mut vi = Vi {
        buffer: Buffer::default(),
        mode: Mode::Normal,
        normal: Normal::default(),
        file: None,
        message: String::new(),
        top: 0,
        columns,
        rows,
        numbers: false,
        is_readonly: io.ctx.name == "view",
        search: None,
    };
    let name = files.into_iter().next();
    if let Some(name) = name {
        vi.open(io, name);
    }
    if let Some(first) = first {
        vi.buffer.go_to_line(first.saturating_sub(1));
    }
    keyboard.show(ALTERNATE_SCREEN);
    let code = vi.edit(io, &mut keyboard).await;
    keyboard.show(&format!("\x1b[{};1H\x1b[K{MAIN_SCREEN}", vi.rows));
    Ok(code)
}

impl Vi {
    async fn edit(&mut self, io: &mut Io<'_>, keyboard: &mut Keyboard) -> i32 {
        loop {
            self.draw(keyboard);
            let key = match keyboard.next().await {
                Pressed::Key(key) => key,
                Pressed::Gone => return 1,
                Pressed::Redraw => {
                    (self.columns, self.rows) = keyboard.size();
                    continue;
                }
            };
            if key == Key::Ctrl('z') && self.mode == Mode::Normal {
                keyboard.show(&format!("\x1b[{};1H\r\n{MAIN_SCREEN}", self.rows));
                keyboard.stop().await;
                keyboard.show(ALTERNATE_SCREEN);
                continue;
            }
            let Some(wish) = self.press(key) else { continue };
            if let Some(code) = self.grant(io, wish).await {
                return code;
            }
        }
    }

    /// Does what a key asks for in the buffer; what concerns files comes back.
    fn press(&mut self, key: Key) -> Option<Wish> {
        match std::mem::replace(&mut self.mode, Mode::Normal) {
            Mode::Normal => self.press_normal(key),
            Mode::Insert { replaces } => {
                self.mode = Mode::Insert { replaces };
                self.press_insert(key, replaces);
                None
            }
            Mode::Line(sign, mut text) => match key {
                Key::Escape | Key::Ctrl('c') => None,
                Key::Enter => self.enter_line(sign, &text),
                Key::Backspace => {
                    if text.pop().is_some() {
                        self.mode = Mode::Line(sign, text);
                    }
                    None
                }
                Key::Ctrl('u') => {
                    self.mode = Mode::Line(sign, String::new());
                    None
                }
                Key::Char(character) => {
                    text.push(character);
                    self.mode = Mode::Line(sign, text);
                    None
                }
                _ => {
                    self.mode = Mode::Line(sign, text);
                    None
                }
            },
        }
    }

    fn enter_line(&mut self, sign: char, text: &str) -> Option<Wish> {
        if sign == ':' {
            return self.command(text);
        }
        if !text.is_empty() {
            self.search = Some((text.to_owned(), sign == '?'));
        }
        self.search_again(false);
        None
    }

    /// Looks for the pattern again, or in the other direction.
    fn search_again(&mut self, turned: bool) {
        let Some((pattern, is_backward)) = self.search.clone() else {
            self.message = "E35: No previous regular expression".to_owned();
            return;
        };
        let Ok(pattern_of_it) = regex::Regex::new(&pattern) else {
            self.message = format!("E486: Pattern not found: {pattern}");
            return;
        };
        match self.buffer.find(&pattern_of_it, is_backward != turned) {
            Some(place) => self.buffer.at = place,
            None => self.message = format!("E486: Pattern not found: {pattern}"),
        }
    }

    fn press_insert(&mut self, key: Key, replaces: bool) {
        self.normal.record(key);
        let buffer = &mut self.buffer;
        match key {
            Key::Escape | Key::Ctrl('c') => {
                self.mode = Mode::Normal;
                buffer.at.1 = buffer.at.1.saturating_sub(1);
                self.normal.end_insert();
            }
            Key::Char(character) if replaces => buffer.overwrite(character),
            Key::Char(character) => buffer.insert(character),
            Key::Tab => buffer.insert('\t'),
            Key::Enter => buffer.split_line(),
            Key::Backspace | Key::Ctrl('h') => buffer.backspace(),
            Key::Delete => buffer.delete_character(),
            Key::Ctrl('w') => {
                let from = motion::word_back(buffer, buffer.at);
                if from.0 == buffer.at.0 {
                    buffer.delete_range(from, buffer.at);
                }
            }
            Key::Ctrl('u') => {
                buffer.delete_range((buffer.at.0, 0), buffer.at);
            }
            Key::Up | Key::Down => {
                let down = key == Key::Down;
                buffer.go_vertically(if down { 1 } else { -1 }, true);
            }
            Key::Left => buffer.at.1 = buffer.at.1.saturating_sub(1),
            Key::Right => buffer.at.1 = (buffer.at.1 + 1).min(buffer.line_len(buffer.at.0)),
            Key::Home => buffer.at.1 = 0,
            Key::End => buffer.at.1 = buffer.line_len(buffer.at.0),
            _ => {}
        }
    }

    /// Reads a file into the buffer.
    fn open(&mut self, io: &Io<'_>, name: String) {
        let path = io.run.process.absolute(&name);
        let read = match io.run.files.stat(&path) {
            Ok(stat) if stat.kind == Kind::Directory => {
                self.message = format!("\"{name}\" is a directory");
                return;
            }
            Ok(stat) if stat.size > MAX_FILE => {
                self.message = format!("\"{name}\" is too large to be edited here");
                return;
            }
            _ => io.run.files.read(&path),
        };
        match read {
            Ok(bytes) => {
                self.buffer = Buffer::of(&sandbox_bash::text::decode(&bytes));
                let (lines, bytes) = (self.buffer.lines.len(), bytes.len());
                let lines = if bytes == 0 { 0 } else { lines };
                self.message = format!("\"{name}\" {lines}L, {bytes}B");
            }
            Err(error) if error.errno == Errno::ENOENT => {
                self.buffer = Buffer::default();
                self.message = format!("\"{name}\" [New]");
            }
            Err(error) => self.message = format!("\"{name}\" [{}]", error.errno.message()),
        }
        self.top = 0;
        self.file = Some(name);
    }

    /// Does what concerns files; gives the exit code where that was the end.
    async fn grant(&mut self, io: &mut Io<'_>, wish: Wish) -> Option<i32> {
        match wish {
            Wish::Quit { forced } => {
                if self.buffer.is_changed && !forced {
                    self.message = "E37: No write since last change (add ! to override)".to_owned();
                    return None;
                }
                Some(0)
            }
            Wish::Write { name, forced, quits, only_changed } => {
                if only_changed && !self.buffer.is_changed {
                    return Some(0);
                }
                let written = self.write(io, name, forced).await;
                (written && quits).then_some(0)
            }
            Wish::Open { name, forced } => {
                if self.buffer.is_changed && !forced {
                    self.message = "E37: No write since last change (add ! to override)".to_owned();
                } else if let Some(name) = name.or_else(|| self.file.clone()) {
                    self.open(io, name);
                }
                None
            }
            Wish::Read { name } => {
                let path = io.run.process.absolute(&name);
                match io.run.files.read(&path) {
                    Ok(bytes) => self.buffer.put_lines_below(&sandbox_bash::text::decode(&bytes)),
                    Err(_) => self.message = format!("E484: Can't open file {name}"),
                }
                None
            }
        }
    }

    async fn write(&mut self, io: &mut Io<'_>, name: Option<String>, forced: bool) -> bool {
        let Some(name) = name.or_else(|| self.file.clone()) else {
            self.message = "E32: No file name".to_owned();
            return false;
        };
        if self.is_readonly && !forced {
            self.message = "E45: 'readonly' option is set (add ! to override)".to_owned();
            return false;
        }
        let text = self.buffer.text();
        let bytes = sandbox_bash::text::encode(&text).into_owned();
        let is_new = io.run.files.stat(&io.run.process.absolute(&name)).is_err();
        let flags = OpenFlags::CREATE | OpenFlags::TRUNCATE;
        let run = Arc::clone(&io.run);
        let written = match CommandOutput::open(&run, &name, flags) {
            Ok(output) => output.write_all(&bytes).await,
            Err(error) => Err(error),
        };
        match written {
            Ok(()) => {
                let note = if is_new { " [New]" } else { "" };
                self.message =
                    format!("\"{name}\"{note} {}L, {}B written", self.buffer.lines.len(), bytes.len());
                self.buffer.is_changed = false;
                self.file.get_or_insert(name);
                true
            }
            Err(error) => {
                self.message = format!("\"{name}\" E212: Can't open file for writing: {error}");
                false
            }
        }
    }
}
