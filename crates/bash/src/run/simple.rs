//! Simple commands: assignments, functions, builtins and programs.

use std::sync::Arc;

use bytes::Bytes;
use sandbox_fs::Errno;
use sandbox_kernel::SIGPIPE;

use crate::builtins::{Builtin, Entry, builtin};
use crate::expand::AssignError;
use crate::state::{Flow, SetOption, Shell, Unwind, Variable};
use crate::syntax::{Assignment, Part, Simple, Word};

/// What assignments before a command hid.
type Hidden = Vec<(String, Option<Variable>)>;

impl Shell {
    pub(crate) async fn run_simple(&mut self, simple: &Simple) -> Flow<i32> {
        self.line = simple.line;
        if !self.traps.is_empty() && !self.traps.is_running() {
            self.command = Arc::from(simple.to_string());
            Box::pin(self.run_debug_trap()).await?;
        }
        let open_before = self.substituted.len();
        self.substitution_status = None;
        let expanded = match is_declaration(simple) {
            true => Box::pin(self.expand_declaration(&simple.words)).await,
            false => self.expand_words(&simple.words).await,
        };
        let ran = match expanded {
            Ok(args) if args.is_empty() => Box::pin(self.run_without_command(simple)).await,
            Ok(args) if simple.redirections.is_empty() => {
                let ran = self.run_with_assignments(simple, args).await;
                self.keeps_redirections = false;
                ran
            }
            Ok(args) => Box::pin(self.run_with_redirections(simple, args)).await,
            Err(unwind) => Err(unwind),
        };
        self.close_substituted(open_before);
        if self.signalled_child.is_some() {
            self.tell_of_a_signal(simple);
        }
        ran
    }

    /// Assignments and redirections alone.
    async fn run_without_command(&mut self, simple: &Simple) -> Flow<i32> {
        // They come and go at once, but files are made and errors told.
        let redirected = match simple.redirections.is_empty() {
            true => Ok(()),
            false => self.redirect(&simple.redirections).await?.map(|before| self.undo_redirections(before)),
        };
        for assignment in &simple.assignments {
            self.assign_in_script(assignment).await?;
        }
        if let Err(status) = redirected {
            return Ok(status);
        }
        Ok(self.substitution_status.unwrap_or(0))
    }

    /// An assignment of the script. One that is refused ends the command line.
    async fn assign_in_script(&mut self, assignment: &Assignment) -> Flow<()> {
        // `PS4` as it is before the assignment: it may be what is assigned.
        let prompt = self.trace_prompt_if_tracing().await;
        self.run_assignment(assignment).await?;
        if let Some(prompt) = prompt {
            self.trace_assignment(&prompt, assignment);
        }
        Ok(())
    }

    async fn run_with_redirections(&mut self, simple: &Simple, args: Vec<String>) -> Flow<i32> {
        match self.redirect(&simple.redirections).await? {
            Ok(mut before) => {
                if self.is_last_command && !self.has_last_words() {
                    // Nothing comes after it that would need what was before.
                    before.clear();
                }
                let ran = self.run_with_assignments(simple, args).await;
                if std::mem::take(&mut self.keeps_redirections) && ran.is_ok() {
                    self.process.show_descriptors(&self.descriptors);
                } else {
                    self.undo_redirections(before);
                }
                ran
            }
            Err(status) => {
                if self.options.has(SetOption::POSIX) && builtin(&args[0]).is_some_and(|entry| entry.special)
                {
                    return Err(Unwind::Exit(status));
                }
                Ok(status)
            }
        }
    }

    async fn run_with_assignments(&mut self, simple: &Simple, args: Vec<String>) -> Flow<i32> {
        if simple.assignments.is_empty() {
            if self.traces() {
                Box::pin(self.trace_command(&args)).await;
            }
            return self.run_args(args).await;
        }
        let hidden = match Box::pin(self.assign_for_command(&simple.assignments)).await {
            Ok(hidden) => hidden,
            Err((hidden, unwind)) => {
                self.restore(hidden);
                return Err(unwind);
            }
        };
        if self.traces() {
            Box::pin(self.trace_command(&args)).await;
        }
        let kept = match &*args[0] {
            // What they make the shell's own stays.
            "export" | "readonly" => args.clone(),
            _ => Vec::new(),
        };
        let ran = self.run_args(args).await;
        self.restore(hidden.into_iter().filter(|(name, _)| !kept.contains(name)).collect());
        ran
    }

    /// Assignments that hold for one command.
    async fn assign_for_command(&mut self, assignments: &[Assignment]) -> Result<Hidden, (Hidden, Unwind)> {
        let mut hidden = Hidden::new();
        for assignment in assignments {
            let before = self.variables.get(&assignment.name).cloned();
            if before.as_ref().is_none_or(|variable| !variable.attributes.readonly)
                && let Some(before) = &before
            {
                let depth = before.depth;
                self.variables.insert(assignment.name.clone(), Variable { depth, ..Variable::default() });
                if assignment.append {
                    self.variables.insert(assignment.name.clone(), before.clone());
                }
            }
            hidden.push((assignment.name.clone(), before));
            let prompt = self.trace_prompt_if_tracing().await;
            match self.try_assignment(assignment).await {
                Ok(Ok(())) => {}
                // It is told, and the command runs without it.
                Ok(Err(error @ AssignError::Readonly(_))) => {
                    let _told = self.assign_failed(&error);
                    continue;
                }
                Ok(Err(error)) => {
                    let unwind = self.assign_failed(&error);
                    return Err((hidden, unwind));
                }
                Err(unwind) => return Err((hidden, unwind)),
            }
            self.variables.get_or_make(&assignment.name).attributes.exported = true;
            if let Some(prompt) = prompt {
                self.trace_assignment(&prompt, assignment);
            }
        }
        Ok(hidden)
    }

    fn restore(&mut self, hidden: Hidden) {
        for (name, before) in hidden.into_iter().rev() {
            if name == "PATH" {
                self.hashed.clear();
            }
            match before {
                Some(variable) => self.variables.insert(name, variable),
                None => {
                    self.variables.remove(&name);
                }
            }
        }
    }

    /// Runs a command by its name: a function, a builtin or a program.
    async fn run_args(&mut self, args: Vec<String>) -> Flow<i32> {
        self.last_argument = args.last().cloned().unwrap_or_default();
        if let Some(definition) = self.functions.get(&args[0]) {
            let definition = definition.clone();
            self.is_last_command = false;
            let last = self.last_argument.clone();
            let arguments = args.into_iter().skip(1).collect();
            let ran = Box::pin(self.call_function(definition, arguments)).await;
            // What the function ran is not seen in `$_`.
            self.last_argument = last;
            return ran;
        }
        match builtin(&args[0]).filter(|entry| !self.memory.disabled.contains(entry.name)) {
            Some(entry) => self.run_builtin(entry, &args).await,
            None => Box::pin(self.run_program(args)).await,
        }
    }

    /// Runs a builtin and writes what it has to say.
    pub(crate) async fn run_builtin(&mut self, entry: &'static Entry, args: &[String]) -> Flow<i32> {
        let mut out = Vec::new();
        let ran = match entry.builtin {
            Builtin::Now(run) => run(self, args, &mut out),
            Builtin::Waiting(run) => run(self, args, &mut out).await,
            Builtin::Interpreter => self.run_control(args, &mut out).await,
        };
        match out.is_empty() {
            true => ran,
            false => self.write_for(entry.name, out, ran).await,
        }
    }

    /// Writes a builtin's output.
    pub(crate) async fn write_for(&mut self, name: &str, out: Vec<u8>, ran: Flow<i32>) -> Flow<i32> {
        let kernel = Arc::clone(&self.process.kernel);
        let written = match self.descriptors.get(1).cloned() {
            Ok(stdout) => match stdout.write_or_wait(&kernel, Bytes::from(out)) {
                Ok(None) => {
                    if stdout.as_file().is_some() {
                        kernel.wait_for_journal().await;
                    }
                    Ok(())
                }
                Ok(Some(rest)) => stdout.write(&kernel, rest).await,
                Err(errno) => Err(errno),
            },
            Err(errno) => Err(errno),
        };
        match written {
            Ok(()) => ran,
            Err(Errno::EPIPE) if !self.process.ignores(SIGPIPE) => {
                self.process.signal(SIGPIPE);
                match self.traps.handles(SIGPIPE) {
                    true => Ok(1),
                    false => Err(Unwind::Exit(128 + SIGPIPE)),
                }
            }
            Err(errno) => {
                self.complain(format!("{name}: write error: {errno}"));
                ran.map(|_| 1)
            }
        }
    }
}

/// Whether the arguments of a command expand as assignments do.
fn is_declaration(simple: &Simple) -> bool {
    let name = simple.words.iter().map_while(literal).find(|name| !matches!(*name, "command" | "builtin"));
    simple.words.len() > 1 && name.and_then(builtin).is_some_and(|entry| entry.declaration)
}

fn literal(word: &Word) -> Option<&str> {
    match &word.parts[..] {
        [Part::Literal(text)] => Some(text),
        _ => None,
    }
}
