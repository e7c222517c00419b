//! Commands that `find` runs.

use super::Work;
use super::evaluate::base_name;
use super::expression::{Primary, Step};
use crate::programs::child::{Child, collecting};
use crate::programs::live::{Stop, say};
use crate::programs::quoting::quoted_name;
use crate::programs::search;
use crate::programs::standalone::as_program;
use crate::programs::tool::Worked;
use crate::programs::tree::Found;
use crate::quote::quote_all;

/// Bytes of one command line with many names.
const LINE_BYTES: usize = 128 << 10;

impl Work<'_> {
    /// Runs the command of that step for a name, or puts the name into its batch.
    pub(super) async fn exec(&mut self, at: usize, found: &Found) -> Worked<bool> {
        let Step::Do(Primary::Exec(exec)) = &self.expression.steps[at] else { return Ok(true) };
        let in_directory = exec.in_directory;
        let shown = match in_directory {
            true => format!("./{}", base_name(&found.shown).trim_start_matches('/')),
            false => found.shown.clone(),
        };
        let directory = in_directory.then(|| {
            let parent = found.path.trim_end_matches('/').rsplit_once('/').map_or("/", |(parent, _)| parent);
            if parent.is_empty() { "/".to_owned() } else { parent.to_owned() }
        });
        if exec.batched {
            let len: usize = exec.waiting.iter().map(|word| word.len() + 1).sum();
            let elsewhere = !exec.waiting.is_empty() && exec.directory != directory;
            if elsewhere || len + shown.len() > LINE_BYTES {
                self.run_batch(at).await?;
            }
            if let Step::Do(Primary::Exec(exec)) = &mut self.expression.steps[at] {
                exec.waiting.push(shown);
                exec.directory = directory;
            }
            return Ok(true);
        }
        let words: Vec<String> = exec.words.iter().map(|word| word.replace("{}", &shown)).collect();
        if exec.asks {
            let question = format!("< {} ... {} > ? ", exec.words[0], found.shown);
            self.tool.flush().await?;
            say(&self.tool.ctx.stderr, question).await.map_err(Stop::Engine)?;
            if !self.tool.answered().await? {
                return Ok(false);
            }
        }
        Ok(self.run(&words, directory).await? == 0)
    }

    /// Runs all batches that wait.
    pub(super) async fn run_batches(&mut self) -> Worked {
        for at in 0..self.expression.steps.len() {
            self.run_batch(at).await?;
        }
        Ok(())
    }

    async fn run_batch(&mut self, at: usize) -> Worked {
        let Step::Do(Primary::Exec(exec)) = &mut self.expression.steps[at] else { return Ok(()) };
        if exec.waiting.is_empty() {
            return Ok(());
        }
        let waiting = std::mem::take(&mut exec.waiting);
        let words: Vec<String> = exec.words.iter().cloned().chain(waiting).collect();
        let directory = exec.directory.clone();
        if self.run(&words, directory).await? != 0 {
            self.tool.code = 1;
        }
        Ok(())
    }

    async fn run(&mut self, words: &[String], directory: Option<String>) -> Worked<i32> {
        self.tool.flush().await?;
        let cwd = directory.unwrap_or_else(|| self.tool.ctx.cwd.to_string_lossy().into_owned());
        let env = self.tool.ctx.env;
        let path = env.get("PATH").map(String::as_str);
        if let Some((reason, code)) = search::found(self.tool.files(), &cwd, path, &words[0]).problem() {
            self.tool.warn(format!("{}: {reason}", quoted_name(&words[0]))).await?;
            return Ok(code);
        }
        let env = env.iter().map(|(key, value)| (key.clone(), value.clone())).collect();
        let child = Child { script: quote_all(&as_program(words)), cwd, env, stdin: Vec::new() };
        let (run, output) = (self.tool.run.clone(), collecting());
        let code = child.run(&run, &output, 124).await;
        let kept = output.take();
        if !kept.stderr.is_empty() {
            let text = String::from_utf8_lossy(&kept.stderr).into_owned();
            say(&self.tool.ctx.stderr, text).await.map_err(Stop::Engine)?;
        }
        self.tool.put(&kept.stdout).await?;
        self.tool.flush().await?;
        Ok(code)
    }
}
