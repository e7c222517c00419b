//! What the text tools share: one way to begin and to end, inputs by lines and by pieces, output in large pieces.
//!
//! A tool is a function of what was given. It writes into [`Io::out`], which leaves in pieces whenever the tool reads
//! on; there the event loop gets its turns, and there a tool whose reader has gone ends.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use crate::programs::command::{Command, CommandContext, CommandOutput, CommandStatus, Error, Result};
use async_trait::async_trait;
use bytes::Bytes;

use super::super::getopt::{Given, Known, extra_operand, missing_operand, misuse_code};
use super::super::live::{Stop, complain, misused, read_options, write};
use super::super::quoting;
use super::super::source::Source;
use crate::limits::{MAX_WHOLE_BYTES, PIECE_BYTES};
use crate::programs::command::Run;
use sandbox_fs::OpenFlags;
use sandbox_kernel::pause;

/// A tool's exit code, or why it ended before.
pub(in crate::programs) type Worked<T = i32> = std::result::Result<T, End>;

/// Why a tool ends.
pub(in crate::programs) enum End {
    /// With this exit code; what is to be said has been said.
    Code(i32),
    Stop(Stop),
}

impl From<Stop> for End {
    fn from(stop: Stop) -> Self {
        End::Stop(stop)
    }
}

type Working<'a> = Pin<Box<dyn Future<Output = Worked> + Send + 'a>>;

/// A text tool as images have it.
pub(in crate::programs) struct Tool {
    /// Its options. A tool without any reads its arguments itself: all of them are operands to it.
    pub(in crate::programs) known: Option<&'static Known>,
    pub(in crate::programs) usage: &'static str,
    pub(in crate::programs) work: for<'a, 'c> fn(&'a mut Io<'c>, Given) -> Working<'a>,
}

#[async_trait]
impl Command for &'static Tool {
    async fn execute(&self, ctx: CommandContext<'_>) -> Result<CommandStatus> {
        let run = Arc::clone(&ctx.run);
        let given = match self.known {
            Some(known) => match read_options(&ctx, ctx.args, known, self.usage).await? {
                Ok(given) => given,
                Err(ended) => return Ok(ended),
            },
            None => Given { operands: ctx.args.to_vec(), ..Given::default() },
        };
        let mut io = Io { ctx: &ctx, run, out: Vec::new(), target: None, failed: false };
        let mut worked = (self.work)(&mut io, given).await;
        if !matches!(worked, Err(End::Stop(Stop::Output(_))))
            && let Err(stop) = io.flush().await
        {
            worked = Err(End::Stop(stop));
        }
        match worked {
            Ok(code) | Err(End::Code(code)) => Ok(CommandStatus::with_code(code)),
            Err(End::Stop(Stop::Output(reason))) => {
                let problem = match (ctx.name, &io.target) {
                    ("sort", None) => format!("write failed: 'standard output': {reason}"),
                    ("sort", Some(target)) => format!("write failed: {}: {reason}", quoting::name(target)),
                    _ => format!("write error: {reason}"),
                };
                complain(&ctx, problem).await;
                Ok(CommandStatus::with_code(misuse_code(ctx.name)))
            }
            Err(End::Stop(Stop::Input(reason))) => {
                complain(&ctx, reason).await;
                Ok(CommandStatus::with_code(misuse_code(ctx.name)))
            }
        }
    }
}

/// What a tool reads, writes and says.
pub(in crate::programs) struct Io<'c> {
    pub(in crate::programs) ctx: &'c CommandContext<'c>,
    pub(in crate::programs) run: Arc<Run>,
    /// What is to be written next.
    pub(in crate::programs) out: Vec<u8>,
    /// The file that takes it, instead of standard output.
    pub(in crate::programs) target: Option<String>,
    /// Whether something went wrong on the way, which the exit code shall tell.
    pub(in crate::programs) failed: bool,
}

impl Io<'_> {
    /// Writes what waits in `out`.
    pub(in crate::programs) async fn flush(&mut self) -> std::result::Result<(), Stop> {
        if self.out.is_empty() {
            return Ok(());
        }
        let out = std::mem::take(&mut self.out);
        match self.target.clone() {
            None => write(self.ctx, &out).await,
            Some(target) => self.append(&target, &out).await?.map_err(Stop::Output),
        }
    }

    /// To be called again and again in long work: writes when much waits, and gives a turn.
    pub(in crate::programs) async fn turn(&mut self) -> std::result::Result<(), Stop> {
        if self.out.len() >= PIECE_BYTES {
            self.flush().await?;
        }
        pause().await;
        Ok(())
    }

    /// A line on standard error, after the tool's name. The output so far goes first.
    pub(in crate::programs) async fn say(
        &mut self,
        problem: impl AsRef<str>,
    ) -> std::result::Result<(), Stop> {
        self.flush().await?;
        complain(self.ctx, problem.as_ref()).await;
        Ok(())
    }

    /// Like [`Io::say`], of something that went wrong.
    pub(in crate::programs) async fn complain(
        &mut self,
        problem: impl AsRef<str>,
    ) -> std::result::Result<(), Stop> {
        self.failed = true;
        self.say(problem).await
    }

    /// The end by a problem.
    pub(in crate::programs) async fn fatal(&mut self, problem: impl AsRef<str>) -> End {
        match self.say(problem).await {
            Ok(()) => End::Code(misuse_code(self.ctx.name)),
            Err(stop) => End::Stop(stop),
        }
    }

    /// The end of a tool that was not used as it must be.
    pub(in crate::programs) async fn misused(&mut self, problem: impl AsRef<str>) -> End {
        // It always is told: who cannot be told is not told.
        let _ = misused(self.ctx, problem.as_ref()).await;
        End::Code(misuse_code(self.ctx.name))
    }

    /// Ends the tool unless there are at least `least` and at most `most` operands.
    pub(in crate::programs) async fn operands(
        &mut self,
        operands: &[String],
        least: usize,
        most: usize,
    ) -> Worked<()> {
        if operands.len() < least {
            return Err(self.misused(missing_operand(operands)).await);
        }
        match operands.get(most) {
            Some(extra) => Err(self.misused(extra_operand(extra)).await),
            None => Ok(()),
        }
    }

    /// The exit code: 1 if something went wrong.
    pub(in crate::programs) fn code(&self) -> i32 {
        i32::from(self.failed)
    }

    /// Opens an operand, `-` being standard input, or gives the reason why not.
    pub(in crate::programs) async fn open(
        &mut self,
        operand: &str,
    ) -> std::result::Result<std::result::Result<Input, String>, Stop> {
        let source = match operand {
            "-" => Ok(Source::stdin(self.ctx)),
            path => Source::open(self.ctx, path),
        };
        Ok(source.map(|source| Input { source, name: operand.to_owned(), ready: Bytes::new(), whole: false }))
    }

    /// Opens an operand, or complains as most tools do: `cut: f: No such file or directory`.
    pub(in crate::programs) async fn open_or_complain(
        &mut self,
        operand: &str,
    ) -> std::result::Result<Option<Input>, Stop> {
        match self.open(operand).await? {
            Ok(input) => Ok(Some(input)),
            Err(reason) => {
                self.complain(format!("{}: {reason}", quoting::name(operand))).await?;
                Ok(None)
            }
        }
    }

    /// What an error in the middle of an input means: a complaint, and on to the next.
    pub(in crate::programs) async fn unless_input_fails(
        &mut self,
        operand: &str,
        worked: Worked<()>,
    ) -> Worked<()> {
        match worked {
            Err(End::Stop(Stop::Input(reason))) => {
                Ok(self.complain(format!("{}: {reason}", quoting::name(operand))).await?)
            }
            worked => worked,
        }
    }

    /// Empties or makes the file that an option names, or gives the reason why not.
    pub(in crate::programs) async fn create(
        &self,
        name: &str,
    ) -> std::result::Result<std::result::Result<(), String>, Stop> {
        let flags = OpenFlags::CREATE | OpenFlags::TRUNCATE;
        Ok(CommandOutput::open(&self.run, name, flags).map(drop).map_err(|error| error.to_string()))
    }

    /// Adds to a file, or gives the reason why not.
    pub(in crate::programs) async fn append(
        &self,
        name: &str,
        bytes: &[u8],
    ) -> std::result::Result<std::result::Result<(), String>, Stop> {
        let written = async {
            let output = CommandOutput::open(&self.run, name, OpenFlags::CREATE | OpenFlags::APPEND)?;
            for piece in bytes.chunks(PIECE_BYTES) {
                output.write_all(piece).await?;
                pause().await;
            }
            Ok::<(), Error>(())
        };
        Ok(written.await.map_err(|error| error.to_string()))
    }
}

/// The operands, or standard input if there are none.
pub(in crate::programs) fn files(operands: Vec<String>) -> Vec<String> {
    if operands.is_empty() { vec!["-".to_owned()] } else { operands }
}

/// An input that is read line by line or piece by piece.
pub(in crate::programs) struct Input {
    source: Source,
    /// As the user typed it.
    pub(in crate::programs) name: String,
    /// What was read and not yet given.
    ready: Bytes,
    /// Whether the last line that was given had no end.
    whole: bool,
}

impl Input {
    /// The next bytes; empty at the end.
    pub(in crate::programs) async fn piece(&mut self, io: &mut Io<'_>) -> std::result::Result<Bytes, Stop> {
        if self.ready.is_empty() {
            io.turn().await?;
            return self.source.read(PIECE_BYTES).await;
        }
        Ok(std::mem::take(&mut self.ready))
    }

    /// Reads the next line into `line`, with the `end` that it has. False when there is none.
    pub(in crate::programs) async fn line(
        &mut self,
        io: &mut Io<'_>,
        end: u8,
        line: &mut Vec<u8>,
    ) -> std::result::Result<bool, Stop> {
        line.clear();
        loop {
            if self.ready.is_empty() {
                if self.whole {
                    return Ok(!line.is_empty());
                }
                io.turn().await?;
                self.ready = self.source.read(PIECE_BYTES).await?;
                if self.ready.is_empty() {
                    self.whole = true;
                    return Ok(!line.is_empty());
                }
            }
            if let Some(at) = self.ready.iter().position(|byte| *byte == end) {
                line.extend_from_slice(&self.ready.split_to(at + 1));
                return Ok(true);
            }
            line.extend_from_slice(&std::mem::take(&mut self.ready));
            if line.len() as u64 > MAX_WHOLE_BYTES {
                return Err(Stop::out_of_memory());
            }
        }
    }

    /// Everything that is left.
    pub(in crate::programs) async fn rest(&mut self, io: &mut Io<'_>) -> std::result::Result<Vec<u8>, Stop> {
        let mut all = Vec::new();
        loop {
            let piece = self.piece(io).await?;
            if piece.is_empty() {
                return Ok(all);
            }
            if all.len() as u64 + piece.len() as u64 > MAX_WHOLE_BYTES {
                return Err(Stop::out_of_memory());
            }
            all.extend_from_slice(&piece);
        }
    }

    /// How many bytes are left, where that is known.
    pub(in crate::programs) fn left(&self) -> Option<u64> {
        self.source.left().map(|left| left + self.ready.len() as u64)
    }

    /// Leaves out bytes where that costs nothing; gives how many are still to be read.
    pub(in crate::programs) fn skip(&mut self, count: u64) -> u64 {
        if self.ready.is_empty() && self.source.left().is_some_and(|left| left >= count) {
            self.source.skip(count)
        } else {
            count
        }
    }

    /// Takes back the end of the piece that was given last.
    pub(in crate::programs) fn give_back(&mut self, bytes: Bytes) {
        self.ready = bytes;
    }

    /// Gives no more.
    pub(in crate::programs) fn close(&mut self) {
        (self.ready, self.whole) = (Bytes::new(), true);
    }
}

/// Takes the end of a line off it.
pub(in crate::programs) fn without_end(line: &[u8], end: u8) -> &[u8] {
    line.strip_suffix(&[end]).unwrap_or(line)
}

/// The meaning of an option's value that is one of several words, or the beginning of one.
pub(in crate::programs) fn word<T: Copy + PartialEq>(
    value: &str,
    option: &str,
    words: &[(&str, T)],
) -> std::result::Result<T, String> {
    if let Some((_, exact)) = words.iter().find(|(word, _)| *word == value) {
        return Ok(*exact);
    }
    let mut matching = words.iter().filter(|(word, _)| word.starts_with(value)).map(|(_, meaning)| *meaning);
    let first = matching.next();
    let what = match first {
        Some(first) if matching.all(|other| other == first) => return Ok(first),
        Some(_) => "ambiguous",
        None => "invalid",
    };
    let mut problem =
        format!("{what} argument {} for '{option}'\nValid arguments are:", quoting::value(value));
    let mut last = None;
    for (word, meaning) in words {
        problem.push_str(if last == Some(meaning) { ", " } else { "\n  - " });
        problem.push_str(&quoting::value(word));
        last = Some(meaning);
    }
    Err(problem)
}

/// A tool's name and what it is, as the lists of tools have it.
macro_rules! tool {
    ($name:literal, $known:path, $work:path, $usage:expr) => {
        (
            $name,
            $crate::programs::text::tool::Tool {
                known: Some(&$known),
                usage: $usage,
                work: |io, given| Box::pin($work(io, given)),
            },
        )
    };
    // One that reads its arguments itself.
    ($name:literal, $work:path) => {
        (
            $name,
            $crate::programs::text::tool::Tool {
                known: None,
                usage: "",
                work: |io, given| Box::pin($work(io, given)),
            },
        )
    };
}
pub(in crate::programs) use tool;
