//! The lines that `sed` reads, over its files.

use std::collections::VecDeque;

use crate::programs::command::CommandContext;
use sandbox_fs::Errno;

use super::super::live::{Stop, complain};
use super::super::source::Source;
use super::output::Output;
use crate::limits::{MAX_WEIGHT, PIECE_BYTES};

/// A line without its end.
pub(super) struct Line {
    pub(super) text: Vec<u8>,
    /// Whether it had one. The last line of a file may have none.
    pub(super) ended: bool,
}

pub(super) struct Input<'a> {
    ctx: &'a CommandContext<'a>,
    /// Those that were not opened yet.
    waiting: VecDeque<String>,
    source: Option<Source>,
    pub(super) name: String,
    buffer: Vec<u8>,
    at: usize,
    end: u8,
    separate: bool,
    /// Whether files are edited in place.
    in_place: bool,
    pub(super) number: u64,
    /// Whether a file could not be read.
    pub(super) failed: bool,
}

impl<'a> Input<'a> {
    pub(super) fn new(
        ctx: &'a CommandContext<'a>,
        files: Vec<String>,
        end: u8,
        separate: bool,
        in_place: bool,
    ) -> Self {
        Self {
            ctx,
            waiting: files.into(),
            source: None,
            name: "-".to_owned(),
            buffer: Vec::new(),
            at: 0,
            end,
            separate: separate || in_place,
            in_place,
            number: 0,
            failed: false,
        }
    }

    /// The next line of any file.
    pub(super) async fn next(&mut self, output: &mut Output<'_>) -> Result<Option<Line>, Stop> {
        loop {
            if self.source.is_none() {
                if !self.open(output).await? {
                    return Ok(None);
                }
                if self.separate {
                    self.number = 0;
                }
            }
            if let Some(line) = self.line(output).await? {
                self.number += 1;
                return Ok(Some(line));
            }
            self.close(output).await?;
        }
    }

    /// Whether no line follows: none of this file, where files are separate.
    pub(super) async fn is_last(&mut self, output: &mut Output<'_>) -> Result<bool, Stop> {
        loop {
            if self.at < self.buffer.len() || self.source.is_some() && self.fill(output).await? {
                return Ok(false);
            }
            if self.separate {
                return Ok(true);
            }
            self.close(output).await?;
            if !self.open(output).await? {
                return Ok(true);
            }
        }
    }

    /// Ends the file that is being read, with all that follow.
    pub(super) async fn quit(&mut self, output: &mut Output<'_>) -> Result<(), Stop> {
        self.waiting.clear();
        // What was read ahead is for whoever reads the same file next.
        if let Some(source) = &mut self.source {
            source.give_back(self.buffer.split_off(self.at).into());
        }
        self.close(output).await
    }

    async fn open(&mut self, output: &mut Output<'_>) -> Result<bool, Stop> {
        while let Some(name) = self.waiting.pop_front() {
            let path = self.ctx.cwd.join(&name).to_string_lossy().into_owned();
            if name == "-" && !self.in_place {
                self.source = Some(Source::stdin(self.ctx));
            } else {
                let edited = if self.in_place { output.edit(&name, &path)? } else { Ok(()) };
                let problem = match edited {
                    Ok(()) => match Source::open(self.ctx, &name) {
                        Ok(Source::Directory) => {
                            return Err(Stop::Input(format!(
                                "read error on {name}: {}",
                                Errno::EISDIR.message()
                            )));
                        }
                        Ok(source) => {
                            self.source = Some(source);
                            self.name = name;
                            return Ok(true);
                        }
                        Err(reason) => format!("can't read {name}: {reason}"),
                    },
                    Err(problem) => problem,
                };
                complain(self.ctx, problem).await;
                self.failed = true;
                continue;
            }
            self.name = name;
            return Ok(true);
        }
        Ok(false)
    }

    async fn close(&mut self, output: &mut Output<'_>) -> Result<(), Stop> {
        self.source = None;
        (self.buffer, self.at) = (Vec::new(), 0);
        if self.in_place { output.finish_edit().await } else { Ok(()) }
    }

    /// The next line of this file.
    async fn line(&mut self, output: &mut Output<'_>) -> Result<Option<Line>, Stop> {
        let mut searched = self.at;
        loop {
            if let Some(len) = self.buffer[searched..].iter().position(|byte| *byte == self.end) {
                let text = self.buffer[self.at..searched + len].to_vec();
                self.at = searched + len + 1;
                return Ok(Some(Line { text, ended: true }));
            }
            let held = self.buffer.len() - self.at;
            if held as u64 > MAX_WEIGHT {
                return Err(Stop::out_of_memory());
            }
            if self.source.is_none() || !self.fill(output).await? {
                let text = self.buffer.split_off(self.at);
                (self.buffer, self.at) = (Vec::new(), 0);
                return Ok((!text.is_empty()).then_some(Line { text, ended: false }));
            }
            searched = self.at + held;
        }
    }

    /// Reads on in this file; `false` at its end.
    async fn fill(&mut self, output: &mut Output<'_>) -> Result<bool, Stop> {
        let Some(source) = &mut self.source else { return Ok(false) };
        if matches!(source, Source::Stdin(..)) {
            // Who waits for what comes in has shown what it has.
            output.flush().await?;
        }
        self.buffer.drain(..self.at);
        self.at = 0;
        let bytes = source.read(PIECE_BYTES).await?;
        self.buffer.extend_from_slice(&bytes);
        Ok(!bytes.is_empty())
    }
}
