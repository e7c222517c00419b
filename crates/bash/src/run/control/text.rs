//! `eval` and `source`.

use futures_util::future::BoxFuture;
use sandbox_fs::{Errno, Kind};

use crate::builtins::{Outcome, no_options, usage};
use crate::run::nesting::Nested;
use crate::state::{Flow, Shell, ShoptOption, Unwind};

impl Shell {
    pub(super) async fn eval_builtin(&mut self, args: &[String], out: &mut Vec<u8>) -> Outcome {
        let words = no_options(self, args, out)?;
        let text = words.join(" ");
        if text.trim().is_empty() {
            return Ok(0);
        }
        let line = self.line;
        self.is_last_command = false;
        self.trace_level += 1;
        let ran = match self.needs_another_stack()? {
            true => self.run_on_another_stack(Nested::Text(text, line)).await,
            false => self.run_evaluated_here(&text, line).await,
        };
        self.trace_level -= 1;
        Ok(ran?)
    }

    pub(crate) fn run_evaluated_here<'a>(&'a mut self, text: &'a str, line: u32) -> BoxFuture<'a, Flow<i32>> {
        Box::pin(async move {
            self.depth += 1;
            let ran = self.run_text(text, line, "eval").await;
            self.depth -= 1;
            ran
        })
    }

    pub(super) async fn source_builtin(&mut self, args: &[String], out: &mut Vec<u8>) -> Outcome {
        let operands = no_options(self, args, out)?;
        let Some((file, arguments)) = operands.split_first() else {
            self.complain(format!("{}: filename argument required", args[0]));
            return Err(usage(self, &args[0]));
        };
        let path = self.sourced_path(file);
        let absolute = self.process.absolute(&path);
        let is_directory =
            self.process.files().stat(&absolute).is_ok_and(|stat| stat.kind == Kind::Directory);
        let read = match is_directory {
            true => Err(Errno::EISDIR),
            false => self.read_script(&path).await,
        };
        self.is_last_command = false;
        match read {
            Ok(text) => {
                let arguments = (!arguments.is_empty()).then(|| arguments.to_vec());
                Ok(self.run_sourced(&path, &text, arguments).await?)
            }
            Err(errno) => {
                match errno {
                    Errno::EISDIR => self.complain(format!("{}: {file}: is a directory", args[0])),
                    errno => self.complain(format!("{file}: {errno}")),
                }
                match self.options.has(crate::state::SetOption::POSIX) {
                    true => Err(Unwind::Exit(1).into()),
                    false => Ok(1),
                }
            }
        }
    }

    /// Where a sourced file is: names without a slash are looked for on `PATH` first.
    fn sourced_path(&self, file: &str) -> String {
        if file.contains('/') || !self.options.has_shopt(ShoptOption::SOURCEPATH) {
            return file.to_owned();
        }
        let path = self.variables.get("PATH").and_then(|variable| variable.scalar()).unwrap_or("");
        let found = path.split(':').map(|directory| format!("{directory}/{file}")).find(|candidate| {
            let absolute = self.process.absolute(candidate);
            self.process.files().stat(&absolute).is_ok_and(|stat| stat.kind == Kind::File)
        });
        found.unwrap_or_else(|| file.to_owned())
    }
}
