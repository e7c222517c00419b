//! `less` on a terminal.

use std::ops::Range;
use std::sync::Arc;

use regex::Regex;
use sandbox_bash::keys::Key;
use sandbox_fs::Kind;
use sandbox_kernel::Terminal;

use super::super::getopt::Given;
use super::super::live::{Stop, say};
use super::super::terminal::{ALTERNATE_SCREEN, HOME, Keyboard, MAIN_SCREEN, PLAIN, Pressed, REVERSE};
use super::super::text::tool::{Io, Worked};
use super::pages::Pages;

/// What `h` shows.
const HELP: &str = "SUMMARY OF COMMANDS (simulated)\n\n  q Q         Exit.\n  e j Down    Forward one line.\n  y k Up      Backward one line.\n  f Space     Forward one window.\n  b           Backward one window.\n  d u         Forward, backward half a window.\n  g <  G >    Go to the first, to the last line; a number before it names the line.\n  /pattern    Search forward.\n  ?pattern    Search backward.\n  n N         Search again, in the other direction.\n  -N -S       Show line numbers; chop long lines.\n";

/// What the user sees, and from where.
struct View {
    pages: Pages,
    name: String,
    /// The line and the row of it at the top.
    top: (usize, usize),
    rows: usize,
    pattern: Option<Regex>,
    is_backward: bool,
    message: Option<String>,
}

pub(super) async fn run(io: &mut Io<'_>, given: Given, terminal: Arc<Terminal>) -> Worked {
    let (mut operands, mut flags) = (Vec::new(), io.ctx.env.get("LESS").cloned().unwrap_or_default());
    let mut first = None;
    for word in given.operands {
        match word.as_str() {
            "--" => {}
            "+G" => first = Some(usize::MAX),
            word if word.starts_with('+') => first = word[1..].parse::<usize>().ok(),
            word if word.len() > 1 && word.starts_with('-') => flags.push_str(word),
            _ => operands.push(word),
        }
    }
    if operands.is_empty() {
        if io.ctx.stdin.description().is_some_and(|stdin| stdin.as_terminal().is_some()) {
            say(&io.ctx.stderr, "Missing filename (\"less --help\" for help)\n".to_owned()).await;
            return Ok(1);
        }
        operands.push("-".to_owned());
    }
    let mut inputs = Vec::new();
    for operand in &operands {
        let path = io.run.process.absolute(operand);
        if operand != "-" && io.run.files.stat(&path).is_ok_and(|stat| stat.kind == Kind::Directory) {
            say(&io.ctx.stderr, format!("{operand} is a directory\n")).await;
            continue;
        }
        match io.open(operand).await? {
            Ok(input) => inputs.push(input),
            Err(reason) => say(&io.ctx.stderr, format!("{operand}: {reason}\n")).await,
        }
    }
    if inputs.is_empty() {
        return Ok(1);
    }
    let mut keyboard = Keyboard::of(&terminal, &io.run.process);
    let (columns, rows) = keyboard.size();
    let mut pages = Pages::of(inputs, columns);
    (pages.chops, pages.numbers) = (flags.contains('S'), flags.contains('N'));
    let name = if operands[0] == "-" { String::new() } else { operands[0].clone() };
    let mut view = View { pages, name, top: (0, 0), rows, pattern: None, is_backward: false, message: None };
    let keeps_screen = flags.contains('X');
    if flags.contains('F') && view.fits(io).await? {
        let rows: Vec<String> =
            (0..view.pages.lines.len()).flat_map(|place| view.pages.rows(place, &[])).collect();
        drop(keyboard);
        io.out.extend(rows.iter().flat_map(|row| [row.as_str(), "\n"]).flat_map(str::bytes));
        return Ok(0);
    }
    if !keeps_screen {
        keyboard.show(ALTERNATE_SCREEN);
    }
    if let Some(first) = first {
        view.go_to(first.saturating_sub(1), io).await?;
    }
    let read = view.browse(&mut keyboard, io).await;
    keyboard.show(&format!("\r\x1b[K{}", if keeps_screen { "" } else { MAIN_SCREEN }));
    read?;
    Ok(0)
}

impl View {
    /// Whether all of it is on one screen.
    async fn fits(&mut self, io: &mut Io<'_>) -> Result<bool, Stop> {
        if self.pages.reach(self.rows, io).await? {
            return Ok(false);
        }
        let rows: usize = (0..self.pages.lines.len()).map(|place| self.pages.rows(place, &[]).len()).sum();
        Ok(rows < self.rows)
    }

    async fn browse(&mut self, keyboard: &mut Keyboard, io: &mut Io<'_>) -> Result<(), Stop> {
        let mut number = String::new();
        loop {
            self.draw(keyboard, io).await?;
            let key = match keyboard.next().await {
                Pressed::Key(key) => key,
                Pressed::Gone => return Ok(()),
                Pressed::Redraw => {
                    (self.pages.columns, self.rows) = keyboard.size();
                    self.top.1 = 0;
                    continue;
                }
            };
            if let Key::Char(digit @ '0'..='9') = key {
                number.push(digit);
                self.message = Some(format!(":{number}"));
                continue;
            }
            self.message = None;
            let count = std::mem::take(&mut number).parse::<usize>().ok();
            let page = self.rows - 1;
            match key {
                Key::Char('q' | 'Q') | Key::Ctrl('c') => return Ok(()),
                Key::Char(' ' | 'f') | Key::Ctrl('f' | 'v') | Key::PageDown => {
                    self.forward(count.unwrap_or(page), io).await?;
                }
                Key::Char('b') | Key::Ctrl('b') | Key::PageUp | Key::Alt('v') => {
                    self.back(count.unwrap_or(page))
                }
                Key::Char('d') | Key::Ctrl('d') => {
                    self.forward(count.unwrap_or(page.div_ceil(2)), io).await?
                }
                Key::Char('u') | Key::Ctrl('u') => self.back(count.unwrap_or(page.div_ceil(2))),
                Key::Char('j' | 'e') | Key::Enter | Key::Down | Key::Ctrl('n' | 'e') => {
                    self.forward(count.unwrap_or(1), io).await?;
                }
                Key::Char('k' | 'y') | Key::Up | Key::Ctrl('p' | 'y' | 'k') => self.back(count.unwrap_or(1)),
                Key::Char('g' | '<') | Key::Home => {
                    self.go_to(count.unwrap_or(1).saturating_sub(1), io).await?;
                }
                Key::Char('G' | '>') | Key::End => {
                    self.go_to(count.map_or(usize::MAX, |count| count.saturating_sub(1)), io).await?;
                }
                Key::Char(sign @ ('/' | '?')) => {
                    if let Some(pattern) = self.ask(sign, keyboard).await {
                        self.is_backward = sign == '?';
                        if !pattern.is_empty() {
                            match Regex::new(&pattern) {
                                Ok(pattern) => self.pattern = Some(pattern),
                                Err(_) => {
                                    self.message = Some("Invalid pattern".to_owned());
                                    continue;
                                }
                            }
                        }
                        self.search(self.is_backward, io).await?;
                    }
                }
                Key::Char(again @ ('n' | 'N')) => self.search(self.is_backward != (again == 'N'), io).await?,
                Key::Char('-') => {
                    self.top.1 = 0;
                    match keyboard.next().await {
                        Pressed::Key(Key::Char('S')) => self.pages.chops = !self.pages.chops,
                        Pressed::Key(Key::Char('N')) => self.pages.numbers = !self.pages.numbers,
                        _ => {}
                    }
                }
                Key::Char('h' | 'H') => self.help(keyboard).await,
                Key::Char('=') | Key::Ctrl('g') => {
                    let name = if self.name.is_empty() { "Standard input" } else { &self.name };
                    self.message = Some(format!("{name} line {}", self.top.0 + 1));
                }
                Key::Char(':') => {
                    if let Some(command) = self.ask(':', keyboard).await
                        && matches!(command.as_str(), "q" | "Q" | "quit")
                    {
                        return Ok(());
                    }
                }
                Key::Ctrl('z') => keyboard.stop().await,
                _ => {}
            }
        }
    }

    /// Goes on by rows, no further than to the last screen.
    async fn forward(&mut self, rows: usize, io: &mut Io<'_>) -> Result<(), Stop> {
        for _ in 0..rows {
            let (mut line, mut row) = self.top;
            // There must be something below.
            let mut below = 0;
            while below < self.rows {
                if !self.pages.reach(line, io).await? {
                    break;
                }
                below += self.pages.rows(line, &[]).len() - row;
                (line, row) = (line + 1, 0);
            }
            if below < self.rows {
                return Ok(());
            }
            self.top = match self.top.1 + 1 < self.pages.rows(self.top.0, &[]).len() {
                true => (self.top.0, self.top.1 + 1),
                false => (self.top.0 + 1, 0),
            };
        }
        Ok(())
    }

    fn back(&mut self, rows: usize) {
        for _ in 0..rows {
            self.top = match self.top {
                (0, 0) => return,
                (line, 0) => (line - 1, self.pages.rows(line - 1, &[]).len() - 1),
                (line, row) => (line, row - 1),
            };
        }
    }

    /// Goes to a line; to the last screen where there is none.
    async fn go_to(&mut self, line: usize, io: &mut Io<'_>) -> Result<(), Stop> {
        if self.pages.reach(line, io).await? {
            self.top = (line, 0);
            return Ok(());
        }
        self.top = (self.pages.lines.len(), 0);
        self.back(self.rows - 1);
        Ok(())
    }

    async fn search(&mut self, is_backward: bool, io: &mut Io<'_>) -> Result<(), Stop> {
        let Some(pattern) = self.pattern.clone() else {
            self.message = Some("No previous regular expression".to_owned());
            return Ok(());
        };
        let mut line = self.top.0;
        loop {
            let next = if is_backward { line.checked_sub(1) } else { line.checked_add(1) };
            let Some(next) = next else { break };
            line = next;
            if !self.pages.reach(line, io).await? {
                break;
            }
            if pattern.is_match(&self.pages.lines[line]) {
                self.top = (line, 0);
                return Ok(());
            }
        }
        // The first line may have it while nothing was searched yet.
        self.message = Some("Pattern not found  (press RETURN)".to_owned());
        Ok(())
    }

    /// Asks for a line at the bottom; none where one does not want to.
    async fn ask(&mut self, sign: char, keyboard: &mut Keyboard) -> Option<String> {
        let mut text = String::new();
        loop {
            keyboard.show(&format!("\x1b[{};1H\x1b[K{sign}{text}", self.rows));
            match keyboard.next().await {
                Pressed::Key(Key::Char(character)) => text.push(character),
                Pressed::Key(Key::Backspace) => {
                    text.pop()?;
                }
                Pressed::Key(Key::Enter) => return Some(text),
                Pressed::Key(Key::Escape | Key::Ctrl('c' | 'g')) | Pressed::Gone => return None,
                _ => {}
            }
        }
    }

    async fn help(&self, keyboard: &mut Keyboard) {
        keyboard.show(&format!("{HOME}\x1b[J{HELP}\n{REVERSE}HELP -- Press any key when done{PLAIN}"));
        keyboard.next().await;
    }

    async fn draw(&mut self, keyboard: &Keyboard, io: &mut Io<'_>) -> Result<(), Stop> {
        let mut shown = String::from(HOME);
        let (mut line, mut skipped) = self.top;
        let mut used = 0;
        while used + 1 < self.rows {
            if !self.pages.reach(line, io).await? {
                break;
            }
            let emphasis: Vec<Range<usize>> = match &self.pattern {
                Some(pattern) => {
                    pattern.find_iter(&self.pages.lines[line]).map(|found| found.range()).collect()
                }
                None => Vec::new(),
            };
            for row in self.pages.rows(line, &emphasis).into_iter().skip(skipped) {
                if used + 1 < self.rows {
                    shown.push_str(&format!("{row}\x1b[m\x1b[K\r\n"));
                    used += 1;
                }
            }
            (line, skipped) = (line + 1, 0);
        }
        let is_end = !self.pages.reach(line, io).await? && self.pages.is_whole();
        while used + 1 < self.rows {
            shown.push_str("~\x1b[K\r\n");
            used += 1;
        }
        let status = match &self.message {
            Some(message) if message.starts_with(':') => message.clone(),
            Some(message) => format!("{REVERSE}{message}{PLAIN}"),
            None if is_end => format!("{REVERSE}(END){PLAIN}"),
            None if self.top == (0, 0) && !self.name.is_empty() => format!("{REVERSE}{}{PLAIN}", self.name),
            None => ":".to_owned(),
        };
        shown.push_str(&format!("\x1b[{};1H\x1b[K{status}", self.rows));
        keyboard.show(&shown);
        Ok(())
    }
}
