//! Builtins that are about running: what they do is part of the interpreter.

mod children;
mod command;
mod exec;
mod jobs;
mod leaving;
mod signals;
mod text;
mod wait;

use futures_util::future::BoxFuture;

use crate::builtins::{Outcome, settled};
use crate::state::{Flow, Shell, ShoptOption};

impl Shell {
    /// Runs one of these builtins.
    pub(crate) fn run_control<'a>(
        &'a mut self,
        args: &'a [String],
        out: &'a mut Vec<u8>,
    ) -> BoxFuture<'a, Flow<i32>> {
        Box::pin(async move { settled(self.control(args, out).await) })
    }

    async fn control(&mut self, args: &[String], out: &mut Vec<u8>) -> Outcome {
        match &*args[0] {
            "." | "source" => self.source_builtin(args, out).await,
            "eval" => self.eval_builtin(args, out).await,
            "exec" => self.exec_builtin(args, out).await,
            "command" => self.command_builtin(args, out).await,
            "builtin" => self.builtin_builtin(args, out).await,
            "break" | "continue" => self.loop_builtin(args),
            "logout" if !self.options.has_shopt(ShoptOption::LOGIN_SHELL) => {
                self.complain("logout: not login shell: use `exit'");
                Ok(1)
            }
            "exit" | "logout" => self.exit_builtin(args),
            "return" => self.return_builtin(args),
            "wait" => self.wait_builtin(args, out).await,
            "jobs" => self.jobs_builtin(args, out).await,
            "kill" => self.kill_builtin(args, out),
            "disown" => self.disown_builtin(args, out),
            "fg" | "bg" => self.foreground_builtin(args, out).await,
            "suspend" => self.suspend_builtin(args, out),
            "trap" => self.trap_builtin(args, out),
            name => {
                self.complain(format!("{name}: not a shell builtin"));
                Ok(1)
            }
        }
    }
}
