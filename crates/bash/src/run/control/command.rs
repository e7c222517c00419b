//! `command` and `builtin`: running something by its name without functions.

use crate::builtins::naming::{STANDARD_PATH, describe_commands};
use crate::builtins::{Builtin, Options, Outcome, builtin, no_options};
use crate::state::{Flow, Shell};

impl Shell {
    pub(super) async fn command_builtin(&mut self, args: &[String], out: &mut Vec<u8>) -> Outcome {
        let mut options = Options::new(args, "pvV");
        let (mut terse, mut verbose, mut default_path) = (false, false, false);
        while let Some(option) = options.next(self, out)? {
            match option.letter {
                'v' => terse = true,
                'V' => verbose = true,
                _ => default_path = true,
            }
        }
        let words = options.operands();
        if words.is_empty() {
            return Ok(0);
        }
        if terse || verbose {
            return Ok(describe_commands(self, words, verbose, default_path, out));
        }
        if default_path && !words[0].contains('/') && builtin(&words[0]).is_none() {
            let Some(file) = self.search_path_in(STANDARD_PATH, &words[0]) else {
                self.complain(format!("{}: command not found", words[0]));
                return Ok(127);
            };
            // It is remembered as found, and gets `PATH` as it is.
            self.hashed.insert(words[0].clone(), (file, 0));
        }
        Ok(self.run_without_functions(words, out).await?)
    }

    pub(super) async fn builtin_builtin(&mut self, args: &[String], out: &mut Vec<u8>) -> Outcome {
        let words = no_options(self, args, out)?;
        let Some(name) = words.first() else { return Ok(0) };
        match builtin(name).filter(|entry| !self.memory.disabled.contains(entry.name)) {
            Some(_) => {
                let ran = self.run_without_functions(words, out).await;
                self.keeps_redirections = false;
                Ok(ran?)
            }
            None => {
                self.complain(format!("builtin: {name}: not a shell builtin"));
                Ok(1)
            }
        }
    }

    async fn run_without_functions(&mut self, words: &[String], out: &mut Vec<u8>) -> Flow<i32> {
        match builtin(&words[0]).filter(|entry| !self.memory.disabled.contains(entry.name)) {
            Some(entry) => match entry.builtin {
                Builtin::Now(run) => run(self, words, out),
                Builtin::Waiting(run) => run(self, words, out).await,
                Builtin::Interpreter => Box::pin(self.run_control(words, out)).await,
            },
            None => Box::pin(self.run_program(words.to_vec())).await,
        }
    }
}
