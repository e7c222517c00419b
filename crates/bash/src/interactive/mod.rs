//! A shell that somebody types into: prompts, editing, history, completion, notices of jobs.

mod complete;
mod editor;
mod expansion;
mod line;
mod listing;
mod recorded;
mod screen;
mod search;
mod startup;

pub(crate) use startup::Startup;

use std::sync::Arc;

use sandbox_kernel::Disposition;

use crate::run::INTERACTIVE_SIGNALS;
use crate::state::{Flow, SetOption, Shell, ShoptOption, Unwind};
use crate::syntax::{Parser, SyntaxError};
use editor::{Keyboard, Typed};

/// How often Ctrl-D may be typed with `set -o ignoreeof` before it ends the shell.
const PATIENCE: usize = 10;

impl Shell {
    /// Reads commands from somebody who types them, to the shell's end: its exit code.
    pub(crate) async fn run_interactively(mut self, startup: Startup) -> i32 {
        self.become_interactive();
        let ran = match self.start_up(&startup).await {
            Ok(()) => {
                self.begin_history();
                self.converse().await
            }
            Err(unwind) => Err(unwind),
        };
        let code = self.finish_talking(ran).await;
        self.write_history();
        self.hang_up_jobs(true);
        code
    }

    async fn finish_talking(&mut self, ran: Flow<i32>) -> i32 {
        self.interactive = false;
        if self.options.has_shopt(ShoptOption::LOGIN_SHELL) {
            self.log_out().await;
        }
        self.finish(ran).await
    }

    fn become_interactive(&mut self) {
        self.interactive = true;
        for signal in INTERACTIVE_SIGNALS {
            if !self.process.ignores(*signal) {
                self.process.dispose(*signal, Disposition::Caught);
            }
        }
        self.options.set(SetOption::MONITOR, self.terminal().is_some());
        for option in [SetOption::HISTEXPAND, SetOption::HISTORY, SetOption::EMACS] {
            self.options
                .set(option, !(option == SetOption::HISTEXPAND && self.options.has(SetOption::POSIX)));
        }
        self.options.set_shopt(ShoptOption::EXPAND_ALIASES, true);
        let prompt = match &*self.message_name {
            "sh" => "\\$ ",
            _ => "\\u@\\h:\\w\\$ ",
        };
        for (name, value) in [("PS1", prompt), ("PS2", "> "), ("PS4", "+ ")] {
            if self.variables.get(name).is_none() {
                self.variables.insert(name, crate::state::Variable::text(value));
            }
        }
        self.note_size();
    }

    async fn converse(&mut self) -> Flow<i32> {
        let mut keyboard = Keyboard::default();
        let mut ends = 0;
        loop {
            self.tell_jobs();
            if let Err(Unwind::Exit(code)) = self.run_prompt_command().await {
                return Err(Unwind::Exit(code));
            }
            let typed = self.type_command(&mut keyboard).await;
            let text = match typed {
                Ok(Typed::Line(text)) => text,
                Ok(Typed::Interrupted) | Err(Unwind::Discard(_)) => {
                    self.status = 130;
                    continue;
                }
                Ok(Typed::End) => {
                    ends += 1;
                    if self.options.has(SetOption::IGNOREEOF) && ends < PATIENCE {
                        self.say("Use \"exit\" to leave the shell.\n");
                        continue;
                    }
                    let farewell = self.options.has_shopt(ShoptOption::LOGIN_SHELL);
                    self.say(if farewell { "logout\n" } else { "exit\n" });
                    if self.warns_of_jobs() {
                        continue;
                    }
                    return Ok(self.status);
                }
                Err(unwind) => return Err(unwind),
            };
            ends = 0;
            let was_warned = self.memory.was_warned_of_jobs;
            self.run_typed(&text).await?;
            if was_warned {
                self.memory.was_warned_of_jobs = false;
            }
            self.write_the_rest().await;
            if self.options.has_shopt(ShoptOption::CHECKWINSIZE) {
                self.note_size();
            }
        }
    }

    async fn run_prompt_command(&mut self) -> Flow<()> {
        let Some(variable) = self.variables.get("PROMPT_COMMAND") else { return Ok(()) };
        let commands = match variable.is_array() {
            true => variable.elements(),
            false => vec![variable.scalar().unwrap_or_default().to_owned()],
        };
        let status = self.status;
        for command in commands.iter().filter(|command| !command.trim().is_empty()) {
            Box::pin(self.run_text(command, 1, "PROMPT_COMMAND")).await?;
        }
        self.status = status;
        Ok(())
    }

    /// Reads lines until they make whole commands, and remembers them.
    async fn type_command(&mut self, keyboard: &mut Keyboard) -> Flow<Typed> {
        let mut text = String::new();
        loop {
            let name = if text.is_empty() { "PS1" } else { "PS2" };
            let prompt = self.value(name).map(|prompt| prompt.into_owned()).unwrap_or_default();
            let prompt = self.expand_prompt(&prompt).await;
            let typed = match self.descriptors.get(0).ok().and_then(|stdin| stdin.as_terminal().cloned()) {
                Some(terminal) => self.edit_line(&terminal, keyboard, &prompt).await?,
                None => self.plain_line(&prompt).await,
            };
            let line = match typed {
                Typed::Line(line) => line,
                Typed::End if !text.is_empty() => {
                    if let Some(error) = self.incomplete(&text, 1) {
                        let report = error.interactive_report(&self.message_name);
                        self.say(&report);
                    }
                    self.status = 2;
                    text.clear();
                    continue;
                }
                typed => return Ok(typed),
            };
            let line = match self.expand_history(&line) {
                Some(line) => line,
                // It was told why; nothing is run.
                None => return Err(Unwind::Discard(1)),
            };
            text.push_str(&line);
            text.push('\n');
            if self.incomplete(&text, 1).is_none() {
                self.remember(&text);
                return Ok(Typed::Line(text));
            }
        }
    }

    /// A line from a descriptor that is no terminal.
    async fn plain_line(&mut self, prompt: &str) -> Typed {
        let shown = prompt.replace(['\u{1}', '\u{2}'], "");
        self.say(&shown);
        match self.read_line_of_script().await {
            line if line.is_empty() => Typed::End,
            line => Typed::Line(line.strip_suffix('\n').unwrap_or(&line).to_owned()),
        }
    }

    /// Runs what was typed. Only what ends the shell comes back.
    async fn run_typed(&mut self, text: &str) -> Flow<()> {
        let mut parser = Parser::new(text, self.syntax(1));
        loop {
            let list = match parser.next() {
                Ok(Some(list)) => list,
                Ok(None) => return Ok(()),
                Err(error) => {
                    let detail = error.detail.clone().filter(|_| error.conditional);
                    let report = SyntaxError { detail, ..error }.interactive_report(&self.message_name);
                    self.say(&report);
                    self.status = 2;
                    return Ok(());
                }
            };
            (self.loops, self.lenient) = (0, 0);
            match self.run_list(&list).await {
                Err(Unwind::Exit(code)) => return Err(Unwind::Exit(code)),
                Err(Unwind::Discard(status)) => {
                    self.status = status;
                    return Ok(());
                }
                Err(Unwind::Return(status)) => self.status = status,
                Err(Unwind::Break(_) | Unwind::Continue(_)) | Ok(_) => {}
            }
            *parser.options_mut() = self.syntax(1);
        }
    }

    /// The file of a name in the home directory.
    fn home_file(&self, name: &str) -> String {
        let home = self.variables.get("HOME").and_then(|home| home.scalar()).unwrap_or("/root");
        format!("{}/{name}", home.trim_end_matches('/'))
    }

    async fn log_out(&mut self) {
        let path = self.home_file(".bash_logout");
        self.source_if_there(&path).await.ok();
    }

    /// Runs a file's commands here, if it is there.
    async fn source_if_there(&mut self, path: &str) -> Flow<bool> {
        let Ok(text) = self.read_script(path).await else { return Ok(false) };
        let name: Arc<str> = Arc::from(path);
        match Box::pin(self.run_sourced(&name, &text, None)).await {
            Err(Unwind::Exit(code)) => Err(Unwind::Exit(code)),
            _ => Ok(true),
        }
    }
}
