//! Reading and running text: scripts, `eval`, `source`, traps, and what comes on standard input.

use std::sync::Arc;

use futures_util::future::BoxFuture;
use sandbox_fs::{Errno, OpenFlags};
use sandbox_kernel::{Description, open};

use super::nesting::Nested;
use crate::state::{Caller, Flow, SetOption, Shell, ShoptOption, Unwind};
use crate::syntax::{List, Options, Parser, SyntaxError};

/// Bytes that are read at a time.
const PIECE: usize = 64 << 10;

/// Bytes of one script.
const MAX_SCRIPT: usize = 64 << 20;

impl Shell {
    /// How the parser is to read the next commands.
    pub(crate) fn syntax(&self, first_line: u32) -> Options {
        let mut options = Options {
            first_line,
            extglob: self.options.has_shopt(ShoptOption::EXTGLOB),
            ..Options::default()
        };
        if self.options.has_shopt(ShoptOption::EXPAND_ALIASES) && !self.aliases.is_empty() {
            let aliases = self.aliases.clone();
            options.aliases = Some(Arc::new(move |name| aliases.get(name).cloned()));
        }
        options
    }

    /// Runs text command by command, so that one which cannot be parsed is told after those before it ran. `what` names
    /// the text in syntax errors: `eval`, `trap`; empty for the script itself.
    pub(crate) async fn run_text(&mut self, text: &str, first_line: u32, what: &str) -> Flow<i32> {
        let mut parser = Parser::new(text, self.syntax(first_line));
        self.status_of_nothing(text);
        let mut begin = 0;
        loop {
            let list = match parser.next() {
                Ok(Some(list)) => list,
                Ok(None) => return Ok(self.status),
                Err(error) => return self.refuse(&error, what),
            };
            for warning in parser.take_warnings() {
                self.line = warning.line;
                self.complain(format!("warning: {}", warning.message));
            }
            let read = std::mem::replace(&mut begin, parser.position());
            if self.options.has(SetOption::VERBOSE) {
                self.say(text.get(read..begin).unwrap_or(""));
            }
            if self.options.has(SetOption::NOEXEC) {
                continue;
            }
            let ends = what.is_empty() && self.is_command_string && text[begin..].trim().is_empty();
            self.is_last_command = ends && super::substitution::is_single(&list);
            match self.run_list(&list).await {
                // A subshell ends by it.
                Err(Unwind::Discard(status)) if self.subshells == 0 => self.status = status,
                Err(unwind) => return Err(unwind),
                Ok(_) => {}
            }
            *parser.options_mut() = self.syntax(first_line);
        }
    }

    /// All commands of a text, as this shell reads them now.
    pub(crate) fn parsed(&self, text: &str) -> Result<List, SyntaxError> {
        let mut parser = Parser::new(text, self.syntax(self.line));
        let mut list = List::default();
        while let Some(line) = parser.next()? {
            list.items.extend(line.items);
        }
        Ok(list)
    }

    /// Text without commands succeeds.
    fn status_of_nothing(&mut self, text: &str) {
        if text.trim().is_empty() {
            self.status = 0;
        }
    }

    /// Tells a syntax error; a script ends by it.
    fn refuse(&mut self, error: &SyntaxError, what: &str) -> Flow<i32> {
        let name = match (what, self.is_command_string) {
            ("", true) => format!("{}: -c", self.message_name),
            ("", false) => self.message_name.to_string(),
            (what, _) => format!("{}: {what}", self.message_name),
        };
        self.say(&error.report(&name));
        self.status = 2;
        match what {
            "" => Err(Unwind::Exit(2)),
            _ => Ok(2),
        }
    }

    /// Runs a script to the shell's end: its exit code.
    pub(crate) async fn run_script(mut self, text: &str) -> i32 {
        let ran = self.run_text(text, 1, "").await;
        self.finish(ran).await
    }

    /// Runs the commands that come on standard input, reading no more than they are, for they may read the rest.
    pub(crate) async fn run_standard_input(mut self) -> i32 {
        let mut line = 1;
        let ran = loop {
            let (text, is_last) = self.read_commands(line).await;
            if text.is_empty() {
                break Ok(self.status);
            }
            match self.run_text(&text, line, "").await {
                Ok(_) => {}
                Err(Unwind::Discard(status)) => self.status = status,
                Err(unwind) => break Err(unwind),
            }
            if is_last {
                break Ok(self.status);
            }
            line += text.bytes().filter(|byte| *byte == b'\n').count() as u32;
        };
        self.finish(ran).await
    }

    /// Lines of standard input until they are whole commands, and whether they are the last.
    async fn read_commands(&mut self, first_line: u32) -> (String, bool) {
        let mut text = String::new();
        let mut awaited: Option<String> = None;
        loop {
            self.process.kernel.breathe().await;
            let line = self.read_line_of_script().await;
            text.push_str(&line);
            if line.is_empty() {
                return (text, true);
            }
            // A long body is not read again for each of its lines.
            if awaited.as_ref().is_some_and(|end| !line.trim_start_matches('\t').starts_with(end)) {
                continue;
            }
            match self.incomplete(&text, first_line) {
                Some(error) => awaited = error.awaited,
                None => return (text, false),
            }
        }
    }

    /// The error by which lines are not yet whole commands.
    pub(crate) fn incomplete(&self, text: &str, first_line: u32) -> Option<SyntaxError> {
        let mut parser = Parser::new(text, Options { may_go_on: true, ..self.syntax(first_line) });
        loop {
            match parser.next() {
                Ok(Some(_)) => {}
                Ok(None) => return None,
                Err(error) => return Some(error).filter(|error| error.incomplete),
            }
        }
    }

    pub(crate) async fn read_line_of_script(&mut self) -> String {
        let Ok(stdin) = self.descriptors.get(0).cloned() else { return String::new() };
        let kernel = Arc::clone(&self.process.kernel);
        let mut line = Vec::new();
        while let Ok(piece) = stdin.read(&kernel, PIECE).await {
            if piece.is_empty() {
                break;
            }
            if let Some(end) = piece.iter().position(|byte| *byte == b'\n') {
                line.extend_from_slice(&piece[..=end]);
                stdin.unread(piece.slice(end + 1..));
                break;
            }
            line.extend_from_slice(&piece);
        }
        crate::text::decode(&line)
    }

    /// The text of a script file.
    pub(crate) async fn read_script(&mut self, path: &str) -> Result<String, Errno> {
        let file = open(&self.process, &self.descriptors, path, OpenFlags::READ, 0)?;
        let bytes = self.read_whole(&file).await?;
        Ok(crate::text::decode(&bytes))
    }

    async fn read_whole(&self, file: &Description) -> Result<Vec<u8>, Errno> {
        let mut bytes = Vec::new();
        loop {
            let piece = file.read(&self.process.kernel, PIECE).await?;
            if piece.is_empty() {
                return Ok(bytes);
            }
            bytes.extend_from_slice(&piece);
            if bytes.len() > MAX_SCRIPT {
                return Err(Errno::ENOMEM);
            }
        }
    }

    /// `source file`: runs a file's commands here.
    pub(crate) async fn run_sourced(
        &mut self,
        path: &str,
        text: &str,
        arguments: Option<Vec<String>>,
    ) -> Flow<i32> {
        let called_from = self.line;
        let replaced = arguments.map(|arguments| std::mem::replace(&mut self.positional, arguments));
        self.callers.push(Caller {
            name: Arc::from("source"),
            source: Arc::from(path),
            called_from,
            is_function: false,
        });
        let message_name = std::mem::replace(&mut self.message_name, Arc::from(path));
        let was_command_string = std::mem::replace(&mut self.is_command_string, false);
        let loops = std::mem::take(&mut self.loops);
        let hidden_traps = self.hide_debug_trap();
        self.trace_level += 1;
        let ran = match self.needs_another_stack() {
            Ok(true) => self.run_on_another_stack(Nested::File(text.to_owned())).await,
            Ok(false) => self.run_file_here(text).await,
            Err(unwind) => Err(unwind),
        };
        self.trace_level -= 1;
        self.loops = loops;
        self.show_traps(hidden_traps);
        (self.message_name, self.is_command_string) = (message_name, was_command_string);
        self.callers.pop();
        if let Some(positional) = replaced {
            self.positional = positional;
        }
        self.line = called_from;
        let status = match ran {
            Err(Unwind::Return(status)) => status,
            ran => ran?,
        };
        self.run_return_trap().await?;
        Ok(status)
    }

    pub(super) fn run_file_here<'a>(&'a mut self, text: &'a str) -> BoxFuture<'a, Flow<i32>> {
        Box::pin(async move {
            self.depth += 1;
            let ran = self.run_file_text(text).await;
            self.depth -= 1;
            ran
        })
    }

    async fn run_file_text(&mut self, text: &str) -> Flow<i32> {
        match self.run_text(text, 1, "").await {
            // A file that cannot be parsed ends itself, and not the shell that reads it.
            Err(Unwind::Exit(2))
                if self.status == 2 && self.process.progress() == sandbox_kernel::Progress::Running =>
            {
                Ok(2)
            }
            ran => ran,
        }
    }
}
