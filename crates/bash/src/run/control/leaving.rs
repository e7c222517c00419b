//! `break`, `continue`, `return`, `exit`.

use crate::builtins::Outcome;
use crate::state::{Flow, Shell, ShoptOption, Unwind};

impl Shell {
    pub(super) fn loop_builtin(&mut self, args: &[String]) -> Outcome {
        let name = args[0].clone();
        let args = without_dashes(args);
        if self.loops == 0 {
            self.complain(format!("{name}: only meaningful in a `for', `while', or `until' loop"));
            return Ok(0);
        }
        let levels = match args.first() {
            None => 1,
            Some(text) => match text.trim().parse::<i64>() {
                Ok(levels) if levels > 0 => levels,
                Ok(_) => {
                    self.complain(format!("{name}: {text}: loop count out of range"));
                    // bash leaves all loops then.
                    self.status = 1;
                    return Err(Unwind::Break(self.loops).into());
                }
                Err(_) => {
                    self.complain(format!("{name}: {text}: numeric argument required"));
                    return Err(Unwind::Exit(128).into());
                }
            },
        };
        if args.len() > 1 {
            self.complain(format!("{name}: too many arguments"));
            self.status = 1;
            return Err(Unwind::Break(self.loops).into());
        }
        let levels = u32::try_from(levels).unwrap_or(u32::MAX).min(self.loops);
        Err(match &*name {
            "break" => Unwind::Break(levels),
            _ => Unwind::Continue(levels),
        }
        .into())
    }

    pub(super) fn exit_builtin(&mut self, args: &[String]) -> Outcome {
        if self.interactive {
            self.say(if self.options.has_shopt(ShoptOption::LOGIN_SHELL) { "logout\n" } else { "exit\n" });
            if self.warns_of_jobs() {
                return Ok(1);
            }
        }
        match self.code_from(args)? {
            Ok(code) => Err(Unwind::Exit(code).into()),
            Err(status) => Ok(status),
        }
    }

    pub(super) fn return_builtin(&mut self, args: &[String]) -> Outcome {
        let code = match self.code_from(args) {
            Ok(Ok(code)) => code,
            Ok(Err(status)) => return Err(Unwind::Return(status).into()),
            Err(Unwind::Exit(code)) => return Err(Unwind::Return(code).into()),
            Err(unwind) => return Err(unwind.into()),
        };
        if self.callers.is_empty() {
            self.complain("return: can only `return' from a function or sourced script");
            return Ok(2);
        }
        Err(Unwind::Return(code).into())
    }

    /// The code that `exit` and `return` are given; the inner error is a status to go on with.
    fn code_from(&mut self, args: &[String]) -> Flow<Result<i32, i32>> {
        let name = &args[0];
        let operands = without_dashes(args);
        let Some(text) = operands.first() else { return Ok(Ok(self.status)) };
        let Ok(code) = text.trim().parse::<i64>() else {
            self.complain(format!("{name}: {text}: numeric argument required"));
            return Err(Unwind::Exit(2));
        };
        if operands.len() > 1 {
            self.complain(format!("{name}: too many arguments"));
            return match &**name {
                "exit" => Err(Unwind::Discard(1)),
                _ => Ok(Err(1)),
            };
        }
        Ok(Ok((code & 0xff) as i32))
    }
}

fn without_dashes(args: &[String]) -> &[String] {
    match args.get(1).map(String::as_str) {
        Some("--") => &args[2..],
        _ => &args[1..],
    }
}
