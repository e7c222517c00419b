//! Runs scripts of `sed`, line by line.

use std::collections::HashMap;
use std::sync::Arc;

use sandbox_kernel::Pace;

use crate::programs::command::CommandContext;

use super::super::child::Child;
use super::super::live::Stop;
use super::super::posix_regex::Pattern;
use super::super::source::Source;
use super::input::Input;
use super::output::Output;
use super::script::{Action, Address, Command, Range, Script, Substitution};
use super::substitute::replaced;
use crate::limits::{MAX_WEIGHT, PIECE_BYTES};
use crate::programs::command::Run;

/// How a script is run.
pub(super) struct Mode {
    pub(super) quiet: bool,
    pub(super) posix: bool,
    pub(super) end: u8,
    pub(super) width: usize,
}

/// What comes after a command.
enum Then {
    Continue,
    Jump(usize),
    /// The end of the script, with the pattern space printed unless that is off.
    EndCycle,
    /// The end of the script, and nothing is printed.
    NewCycle,
    /// The script again, with what is left of the pattern space.
    Restart,
    Quit(i32, bool),
}

/// What waits for the end of the cycle.
enum Queued {
    Text(Vec<u8>),
    File(String),
    Line(Vec<u8>, bool),
}

pub(super) struct Runner<'a> {
    pub(super) ctx: &'a CommandContext<'a>,
    pub(super) run: &'a Arc<Run>,
    pub(super) script: &'a mut Script,
    pub(super) mode: Mode,
    pub(super) input: Input<'a>,
    pub(super) output: Output<'a>,
    space: Vec<u8>,
    /// Whether the line in the pattern space had an end.
    ended: bool,
    hold: Vec<u8>,
    queue: Vec<Queued>,
    replaced: bool,
    last_pattern: Option<Arc<Pattern>>,
    /// Files of `R`, as far as they were read.
    read_lines: HashMap<String, (Vec<u8>, usize)>,
    steps: u32,
    pace: Pace,
}

/// The problem of an empty pattern before any other.
const NO_PATTERN: &str = "-e expression #1, char 0: no previous regular expression";

/// Commands between looks at the time.
const STEPS: u32 = 64;

impl<'a> Runner<'a> {
    pub(super) fn new(
        ctx: &'a CommandContext<'a>,
        run: &'a Arc<Run>,
        script: &'a mut Script,
        mode: Mode,
        input: Input<'a>,
        output: Output<'a>,
    ) -> Self {
        Self {
            ctx,
            run,
            script,
            mode,
            input,
            output,
            space: Vec::new(),
            ended: true,
            hold: Vec::new(),
            queue: Vec::new(),
            replaced: false,
            last_pattern: None,
            read_lines: HashMap::new(),
            steps: 0,
            pace: Pace::default(),
        }
    }

    /// Runs the script over all of the input; its exit code.
    pub(super) async fn all(&mut self) -> Result<i32, Stop> {
        let mut restarts = false;
        loop {
            if !restarts && !self.read().await? {
                break;
            }
            restarts = false;
            match self.cycle().await? {
                Then::NewCycle => self.finish_cycle(false).await?,
                Then::Restart => {
                    self.finish_cycle(false).await?;
                    restarts = true;
                }
                Then::Quit(code, prints) => {
                    if prints {
                        self.finish_cycle(true).await?;
                    }
                    self.input.quit(&mut self.output).await?;
                    self.finish().await?;
                    return Ok(code);
                }
                _ => self.finish_cycle(true).await?,
            }
        }
        self.finish().await?;
        Ok(if self.input.failed { 2 } else { 0 })
    }

    async fn finish(&mut self) -> Result<(), Stop> {
        self.output.flush().await?;
        self.output.flush_files().await
    }

    /// Reads the next line into the pattern space.
    async fn read(&mut self) -> Result<bool, Stop> {
        let Some(line) = self.input.next(&mut self.output).await? else { return Ok(false) };
        (self.space, self.ended, self.replaced) = (line.text, line.ended, false);
        Ok(true)
    }

    fn end(&self) -> Option<u8> {
        self.ended.then_some(self.mode.end)
    }

    async fn print(&mut self) -> Result<(), Stop> {
        let end = self.end();
        self.output.line(&self.space, end).await
    }

    async fn finish_cycle(&mut self, prints: bool) -> Result<(), Stop> {
        if prints && !self.mode.quiet {
            self.print().await?;
        }
        for queued in std::mem::take(&mut self.queue) {
            match queued {
                Queued::Text(text) => self.output.text(&text).await?,
                Queued::Line(text, ended) => {
                    self.output.line(&text, ended.then_some(self.mode.end)).await?;
                }
                Queued::File(name) => {
                    self.output.flush_files().await?;
                    let opened = match name.as_str() {
                        "/dev/stdin" => Ok(Source::stdin(self.ctx)),
                        name => Source::open(self.ctx, name),
                    };
                    // A file that cannot be read adds nothing.
                    let Ok(mut source) = opened else { continue };
                    while let Ok(bytes) = source.read(PIECE_BYTES).await
                        && !bytes.is_empty()
                    {
                        self.output.text(&bytes).await?;
                    }
                }
            }
        }
        self.breathe().await
    }

    async fn breathe(&mut self) -> Result<(), Stop> {
        self.steps += 1;
        if self.steps >= STEPS {
            self.steps = 0;
            self.run.breathe().await;
        }
        if (self.space.len() + self.hold.len()) as u64 > MAX_WEIGHT {
            return Err(Stop::out_of_memory());
        }
        Ok(())
    }

    async fn cycle(&mut self) -> Result<Then, Stop> {
        let mut at = 0;
        while at < self.script.commands.len() {
            self.breathe().await?;
            let meant = self.meant(at).await? != self.script.commands[at].not;
            if !meant {
                if let Action::Block(end) = self.script.commands[at].action {
                    at = end;
                }
                at += 1;
                continue;
            }
            match self.act(at).await? {
                Then::Continue => at += 1,
                Then::Jump(to) => at = to,
                then => return Ok(then),
            }
        }
        Ok(Then::EndCycle)
    }

    /// Whether the line is one of those that the command's addresses mean.
    async fn meant(&mut self, at: usize) -> Result<bool, Stop> {
        let number = self.input.number;
        let command = &self.script.commands[at];
        let has_last = command.last.is_some();
        let range = command.range;
        if command.first.is_none() {
            return Ok(true);
        }
        if let Range::Inside(end) = range {
            let (inside, closes) = match end {
                Some(end) if number > end => {
                    // Lines were left out: the range is over, and another may begin.
                    self.script.commands[at].range = Range::Closed;
                    return self.begins(at).await;
                }
                Some(end) => (true, number == end),
                None => (true, self.fits(at, true).await?),
            };
            if closes {
                self.script.commands[at].range = Range::Closed;
            }
            return Ok(inside);
        }
        if !has_last {
            return self.fits(at, false).await;
        }
        self.begins(at).await
    }

    /// Whether a range begins here, and notes where it ends.
    async fn begins(&mut self, at: usize) -> Result<bool, Stop> {
        if !self.fits(at, false).await? {
            return Ok(false);
        }
        let number = self.input.number;
        let end = match &self.script.commands[at].last {
            Some(Address::Line(end)) => Some(*end),
            Some(Address::More(count)) => Some(number + count),
            Some(Address::Multiple(of)) if *of > 0 => Some((number / of + 1) * of),
            Some(Address::Multiple(_)) => Some(number),
            Some(Address::Last) if self.input.is_last(&mut self.output).await? => Some(number),
            _ => None,
        };
        let range = if end.is_some_and(|end| end <= number) { Range::Closed } else { Range::Inside(end) };
        self.script.commands[at].range = range;
        Ok(true)
    }

    /// Whether the line is the one that one address means.
    async fn fits(&mut self, at: usize, second: bool) -> Result<bool, Stop> {
        let Command { first, last, .. } = &self.script.commands[at];
        let number = self.input.number;
        let pattern = match if second { last } else { first } {
            None => return Ok(true),
            Some(Address::Line(line)) => return Ok(number == *line),
            Some(Address::Step(start, step)) => {
                return Ok(number >= *start && (number - start).is_multiple_of(*step));
            }
            Some(Address::Last) => return self.input.is_last(&mut self.output).await,
            Some(Address::More(_) | Address::Multiple(_)) => return Ok(false),
            Some(Address::Pattern(pattern)) => pattern.clone(),
        };
        let pattern = self.pattern(pattern)?;
        Ok(pattern.is_match(&self.space, &mut self.pace).await)
    }

    /// The pattern, or where it is empty the last one.
    fn pattern(&mut self, pattern: Option<Arc<Pattern>>) -> Result<Arc<Pattern>, Stop> {
        let pattern = pattern.or_else(|| self.last_pattern.clone());
        let pattern = pattern.ok_or_else(|| Stop::Input(NO_PATTERN.to_owned()))?;
        self.last_pattern = Some(Arc::clone(&pattern));
        Ok(pattern)
    }

    async fn act(&mut self, at: usize) -> Result<Then, Stop> {
        let Command { action, range, last, not, .. } = &self.script.commands[at];
        match action {
            Action::Block(_) | Action::Nothing => {}
            Action::Append(text) => self.queue.push(Queued::Text(text.clone())),
            Action::Insert(text) => self.output.text(text).await?,
            Action::Change(text) => {
                if *not || last.is_none() || !matches!(range, Range::Inside(_)) {
                    self.output.text(text).await?;
                }
                return Ok(Then::NewCycle);
            }
            Action::Branch(to) => return Ok(to.map_or(Then::EndCycle, Then::Jump)),
            Action::BranchIfReplaced(to) => {
                let to = *to;
                if std::mem::take(&mut self.replaced) {
                    return Ok(to.map_or(Then::EndCycle, Then::Jump));
                }
            }
            Action::BranchUnlessReplaced(to) => {
                let to = *to;
                if !std::mem::take(&mut self.replaced) {
                    return Ok(to.map_or(Then::EndCycle, Then::Jump));
                }
            }
            Action::Delete => return Ok(Then::NewCycle),
            Action::DeleteFirstLine => {
                let Some(len) = self.space.iter().position(|byte| *byte == self.mode.end) else {
                    return Ok(Then::NewCycle);
                };
                self.space.drain(..=len);
                return Ok(Then::Restart);
            }
            Action::Execute(line) if line.is_empty() => {
                let script = self.space.clone();
                self.space = self.executed(&script).await?;
                if self.space.last() == Some(&self.mode.end) {
                    self.space.pop();
                }
            }
            Action::Execute(line) => {
                let line = line.clone();
                let written = self.executed(&line).await?;
                self.output.text(&written).await?;
            }
            Action::FileName => {
                let name = self.input.name.clone() + "\n";
                self.output.text(name.as_bytes()).await?;
            }
            Action::LineNumber => {
                let number = format!("{}\n", self.input.number);
                self.output.text(number.as_bytes()).await?;
            }
            Action::Get => self.space.clone_from(&self.hold),
            Action::GetAppend => {
                self.space.push(self.mode.end);
                self.space.extend_from_slice(&self.hold);
            }
            Action::Hold => self.hold.clone_from(&self.space),
            Action::HoldAppend => {
                self.hold.push(self.mode.end);
                self.hold.extend_from_slice(&self.space);
            }
            Action::Exchange => std::mem::swap(&mut self.space, &mut self.hold),
            Action::List(width) => {
                let width = width.unwrap_or(self.mode.width);
                let text = listed(&self.space, width, &mut self.pace).await;
                self.output.text(&text).await?;
            }
            Action::Next => {
                if self.input.is_last(&mut self.output).await? {
                    return Ok(Then::EndCycle);
                }
                self.finish_cycle(true).await?;
                let replaced = self.replaced;
                self.read().await?;
                self.replaced = replaced;
            }
            Action::NextAppend => {
                if self.input.is_last(&mut self.output).await? {
                    return Ok(if self.mode.posix { Then::NewCycle } else { Then::EndCycle });
                }
                self.finish_cycle(false).await?;
                if let Some(line) = self.input.next(&mut self.output).await? {
                    self.space.push(self.mode.end);
                    self.space.extend_from_slice(&line.text);
                    self.ended = line.ended;
                }
            }
            Action::Print => self.print().await?,
            Action::PrintFirstLine => {
                let line = first_line(&self.space, self.mode.end).to_vec();
                self.output.line(&line, Some(self.mode.end)).await?;
            }
            Action::Quit { code, prints } => return Ok(Then::Quit(*code, *prints)),
            Action::ReadFile(name) => self.queue.push(Queued::File(name.clone())),
            Action::ReadLine(name) => {
                let name = name.clone();
                self.queue_line(name).await?;
            }
            Action::Substitute(_) => return self.substitute(at).await,
            Action::Write(file) => {
                let (file, end) = (*file, self.end());
                self.output.line_to(file, &self.space, end).await?;
            }
            Action::WriteFirstLine(file) => {
                let file = *file;
                let line = first_line(&self.space, self.mode.end).to_vec();
                self.output.line_to(file, &line, Some(self.mode.end)).await?;
            }
            Action::Translate(table) => {
                self.space.iter_mut().for_each(|byte| *byte = table[usize::from(*byte)]);
            }
            Action::Empty => self.space.clear(),
        }
        Ok(Then::Continue)
    }

    async fn substitute(&mut self, at: usize) -> Result<Then, Stop> {
        let Action::Substitute(substitution) = &self.script.commands[at].action else {
            return Ok(Then::Continue);
        };
        let Substitution { executes, prints, output, .. } = **substitution;
        let pattern = substitution.pattern.clone();
        let pattern = self.pattern(pattern)?;
        let Action::Substitute(substitution) = &self.script.commands[at].action else {
            return Ok(Then::Continue);
        };
        let replaced = replaced(&self.space, &pattern, substitution, &mut self.pace).await;
        let Some(text) = replaced else { return Ok(Then::Continue) };
        (self.space, self.replaced) = (text, true);
        if prints == 2 && executes {
            self.print().await?;
        }
        if executes {
            let script = self.space.clone();
            self.space = self.executed(&script).await?;
            if self.space.last() == Some(&self.mode.end) {
                self.space.pop();
            }
        }
        if prints == 1 {
            self.print().await?;
        }
        if let Some(file) = output {
            let end = self.end();
            self.output.line_to(file, &self.space, end).await?;
        }
        Ok(Then::Continue)
    }

    /// What a command of the shell writes.
    async fn executed(&mut self, script: &[u8]) -> Result<Vec<u8>, Stop> {
        self.output.flush().await?;
        self.output.flush_files().await?;
        let command = String::from_utf8_lossy(script).into_owned();
        // The shell itself says what goes wrong in it.
        let ran = Child::script(self.run, command).output(self.run).await;
        Ok(ran.map_or_else(|_| Vec::new(), |(written, _)| written))
    }

    async fn queue_line(&mut self, name: String) -> Result<(), Stop> {
        if !self.read_lines.contains_key(&name) {
            let bytes = match Source::open(self.ctx, &name) {
                Ok(mut source) => source.rest().await.unwrap_or_default(),
                Err(_) => Vec::new(),
            };
            self.read_lines.insert(name.clone(), (bytes, 0));
        }
        let Some((bytes, at)) = self.read_lines.get_mut(&name) else { return Ok(()) };
        let rest = &bytes[*at..];
        if rest.is_empty() {
            return Ok(());
        }
        let len = rest.iter().position(|byte| *byte == self.mode.end);
        let line = rest[..len.unwrap_or(rest.len())].to_vec();
        *at += len.map_or(rest.len(), |len| len + 1);
        self.queue.push(Queued::Line(line, true));
        Ok(())
    }
}

fn first_line(text: &[u8], end: u8) -> &[u8] {
    text.split(|byte| *byte == end).next().unwrap_or_default()
}

/// What `l` shows: everything but plain letters as escapes, in lines of `width`; 0 and 1 are without end.
async fn listed(text: &[u8], width: usize, pace: &mut Pace) -> Vec<u8> {
    let mut out = Vec::new();
    let mut column = 0;
    for byte in text {
        let shown = match byte {
            b'\\' => "\\\\".to_owned(),
            7..=13 => format!("\\{}", char::from(b"abtnvfr"[usize::from(byte - 7)])),
            b' '..=b'~' => char::from(*byte).to_string(),
            byte => format!("\\{byte:03o}"),
        };
        if width > 1 && column + shown.len() > width - 1 {
            out.extend_from_slice(b"\\\n");
            column = 0;
        }
        column += shown.len();
        out.extend_from_slice(shown.as_bytes());
        pace.did(1).await;
    }
    out.extend_from_slice(b"$\n");
    out
}
