//! A program that runs: its parts one after the other over all records, and what the machine stops for.

use std::sync::Arc;

use sandbox_kernel::Pace;

use crate::programs::command::CommandContext;

use super::super::live::{Stop, complain, write};
use super::super::source::Source;
use super::array::Index;
use super::code::{ARGV, From, To};
use super::command::{Reading, system};
use super::dialect::Dialect;
use super::input::Input;
use super::lexer::unescaped;
use super::machine::{Done, Event, Failure, Machine};
use super::output::{Outputs, Written};
use super::value::{Text, Value};
use crate::programs::command::Run;

/// Exit code of a program that went wrong.
pub(super) const FAILED: i32 = 2;

/// Why a program ends before its end.
pub(super) enum End {
    Stop(Stop),
    Fail(Failure),
}

impl std::convert::From<Stop> for End {
    fn from(stop: Stop) -> Self {
        End::Stop(stop)
    }
}

impl std::convert::From<Failure> for End {
    fn from(failure: Failure) -> Self {
        End::Fail(failure)
    }
}

type Worked<T = ()> = Result<T, End>;

/// How a part of the program ended.
#[derive(PartialEq, Eq)]
enum Ended {
    Normally,
    NextFile,
    Exit,
}

pub(super) struct Runner<'a> {
    pub(super) ctx: &'a CommandContext<'a>,
    pub(super) run: Arc<Run>,
    pub(super) machine: Machine,
    /// The file of the command line that is read, and the number of the argument that comes next.
    main: Option<Input>,
    next: usize,
    /// Whether no file was named so far, so that standard input is read.
    names_none: bool,
    inputs: Vec<(Text, Input)>,
    outputs: Outputs,
}

impl<'a> Runner<'a> {
    pub(super) fn new(ctx: &'a CommandContext<'a>, run: Arc<Run>, machine: Machine) -> Self {
        let (inputs, outputs) = (Vec::new(), Outputs::default());
        Self { ctx, run, machine, main: None, next: 1, names_none: true, inputs, outputs }
    }

    /// Runs the program; gives its exit code.
    pub(super) async fn all(&mut self) -> Result<i32, Stop> {
        let worked = self.parts().await;
        match worked {
            Ok(()) => {}
            Err(End::Stop(Stop::Input(problem) | Stop::Output(problem))) => {
                self.failed(&problem).await?;
                return Ok(FAILED);
            }
            Err(End::Fail(Failure::Plain(problem))) => {
                self.failed(&problem).await?;
                return Ok(FAILED);
            }
            Err(End::Fail(Failure::Run(problem))) => {
                let told = format!("run time error: {problem}\n{}", self.machine.whereabouts());
                self.failed(&told).await?;
                return Ok(FAILED);
            }
        }
        if let Err(stop) = self.close_all().await {
            let (Stop::Output(problem) | Stop::Input(problem)) = stop;
            complain(self.ctx, problem).await;
            return Ok(FAILED);
        }
        Ok(self.machine.code)
    }

    /// Says what went wrong, after what was written before.
    async fn failed(&mut self, problem: &str) -> Result<(), Stop> {
        complain(self.ctx, problem).await;
        // One problem is told.
        let _ = self.close_all().await;
        Ok(())
    }

    async fn close_all(&mut self) -> Result<(), Stop> {
        self.outputs.close_all().await?;
        self.flush().await
    }

    async fn flush(&mut self) -> Result<(), Stop> {
        let out = std::mem::take(&mut self.machine.out);
        match write(self.ctx, &out).await {
            Err(Stop::Output(reason)) => {
                Err(Stop::Output(format!("close failed on file /dev/stdout ({reason})")))
            }
            written => written,
        }
    }

    async fn parts(&mut self) -> Worked {
        let program = Arc::clone(&self.machine.program);
        let exits = match program.begin {
            Some(begin) => self.part(begin).await? == Ended::Exit,
            None => false,
        };
        if !exits && (program.main.is_some() || program.end.is_some()) {
            self.records(program.main).await?;
        }
        if let Some(end) = program.end {
            self.part(end).await?;
        }
        Ok(())
    }

    /// Runs the rules for each record, until one ends that.
    async fn records(&mut self, rules: Option<u32>) -> Worked {
        loop {
            if !self.next_record().await? {
                return Ok(());
            }
            let Some(rules) = rules else { continue };
            match self.part(rules).await? {
                Ended::Normally => {}
                Ended::NextFile => self.main = None,
                Ended::Exit => return Ok(()),
            }
        }
    }

    /// Makes the next record of the command line's files the record.
    async fn next_record(&mut self) -> Worked<bool> {
        if self.machine.is_tired() {
            self.run.breathe().await;
        }
        loop {
            if let Some(input) = &mut self.main {
                let end = self.machine.settings.record_end.clone();
                if let Some(record) = input.ready(&end) {
                    self.machine.set_record(record);
                    return Ok(true);
                }
                if input.may_wait() {
                    // Who waits for what comes in has shown what it has.
                    self.flush().await?;
                }
                let Some(input) = &mut self.main else { return Ok(false) };
                if let Some(record) = input.record(&end).await.map_err(read_error)? {
                    self.machine.set_record(record);
                    return Ok(true);
                }
                self.main = None;
            }
            if !self.open_next().await? {
                return Ok(false);
            }
        }
    }

    /// Opens the next file of the command line.
    async fn open_next(&mut self) -> Worked<bool> {
        loop {
            let at = self.next;
            self.next += 1;
            if at as f64 >= self.machine.arguments() {
                if !std::mem::take(&mut self.names_none) {
                    return Ok(false);
                }
                // As if it was named last.
                self.machine.set_file_name(b"-");
                self.main = Some(Input::source(Source::stdin(self.ctx)));
                return Ok(true);
            }
            let argv = &mut self.machine.arrays[ARGV];
            let index = Index::number(at as i64);
            if !argv.contains(&index) {
                continue;
            }
            let name = argv.get(index).clone().text(&self.machine.settings.conversion);
            if name.is_empty() {
                continue;
            }
            if let Some((variable, value)) = assignment(&name) {
                self.machine.assign(variable, Value::input_of(&unescaped(value, self.machine.dialect)))?;
                continue;
            }
            self.names_none = false;
            if let Some(input) = self.open_file(&name).await? {
                self.machine.set_file_name(&name);
                self.main = Some(input);
                return Ok(true);
            }
        }
    }

    /// Opens a file of the command line. One that is missing ends mawk, and not gawk.
    async fn open_file(&mut self, name: &[u8]) -> Worked<Option<Input>> {
        let shown = String::from_utf8_lossy(name).into_owned();
        let reason = match &*shown {
            "-" => return Ok(Some(Input::source(Source::stdin(self.ctx)))),
            path => match Source::open(self.ctx, path) {
                Ok(Source::Directory) if self.machine.dialect == Dialect::Gawk => {
                    let problem = format!("warning: command line argument `{shown}' is a directory: skipped");
                    complain(self.ctx, problem).await;
                    return Ok(None);
                }
                Ok(source) => return Ok(Some(Input::source(source))),
                Err(reason) => reason,
            },
        };
        match self.machine.dialect {
            Dialect::Mawk => Err(Failure::Plain(format!("cannot open {shown} ({reason})")).into()),
            Dialect::Gawk => {
                let problem = format!("warning: command line argument `{shown}': {reason}");
                complain(self.ctx, problem).await;
                self.machine.code = FAILED;
                Ok(None)
            }
        }
    }

    /// Runs a part of the program to its end.
    async fn part(&mut self, start: u32) -> Worked<Ended> {
        self.machine.start(start);
        let mut pace = Pace::default();
        loop {
            let event = match self.machine.run() {
                Event::Slow => match self.machine.slow_step(&mut pace).await? {
                    Some(event) => event,
                    None => continue,
                },
                event => event,
            };
            match event {
                Event::Turn => self.run.breathe().await,
                // A step that was done does not ask for that again.
                Event::Slow => {}
                Event::Flush => self.flush().await?,
                Event::Write(to, name) => self.write(to, &name).await?,
                Event::Getline(From::Main, _) => self.getline_main().await?,
                Event::Getline(from, name) => self.getline(from, name).await?,
                Event::System(command) => {
                    self.before_command().await?;
                    let code = system(&self.run, &command).await;
                    self.machine.answer(f64::from(code));
                }
                Event::Close(name) => {
                    let code = self.close(&name).await?;
                    self.machine.answer(f64::from(code));
                }
                Event::FlushOutputs(name) => {
                    let is_open = name.as_ref().is_none_or(|name| self.outputs.is_open(name));
                    self.flush().await?;
                    self.outputs.flush(name.as_ref()).await?;
                    self.machine.answer(if is_open { 0.0 } else { -1.0 });
                }
                Event::Ended => return Ok(Ended::Normally),
                Event::NextFile => return Ok(Ended::NextFile),
                Event::Exit => return Ok(Ended::Exit),
                Event::Fail(failure) => return Err(failure.into()),
            }
        }
    }

    /// What was written before a command runs is to be seen by it, and before what it writes.
    async fn before_command(&mut self) -> Result<(), Stop> {
        self.flush().await?;
        self.outputs.flush(None).await
    }

    async fn write(&mut self, to: To, name: &Text) -> Worked {
        let text = std::mem::take(&mut self.machine.text);
        if to == To::Command && !self.outputs.is_open(name) {
            self.before_command().await?;
        }
        match self.outputs.write(&self.run, to, name, &text).await? {
            Written::Kept => {}
            Written::ToStandard => self.machine.out.extend_from_slice(&text),
            Written::ToErrors => {
                // That nobody takes it is no reason to stop.
                let _ = self.ctx.stderr.write_all(&text).await;
            }
            Written::Refused(reason) => {
                let name = String::from_utf8_lossy(name);
                let problem = format!("cannot open \"{name}\" for output ({reason})");
                return Err(Failure::Plain(problem).into());
            }
        }
        // The room that the text took is used again.
        self.machine.text = text;
        self.machine.text.clear();
        Ok(())
    }

    async fn getline_main(&mut self) -> Worked {
        // The record may be wanted for a variable, while the record itself stays.
        let status = loop {
            if let Some(input) = &mut self.main {
                let end = self.machine.settings.record_end.clone();
                if let Some(record) = input.record(&end).await.map_err(read_error)? {
                    self.machine.got(1, record)?;
                    return Ok(());
                }
                self.main = None;
            }
            if !self.open_next().await? {
                break 0;
            }
        };
        Ok(self.machine.got(status, b"")?)
    }

    async fn getline(&mut self, from: From, name: Text) -> Worked {
        let at = match self.inputs.iter().position(|(open, _)| *open == name) {
            Some(at) => at,
            None => {
                let input = match from {
                    From::Command => {
                        self.before_command().await?;
                        Input::command(Reading::start(&self.run, &name))
                    }
                    _ => match self.open_for_getline(&name).await? {
                        Some(input) => input,
                        None => return Ok(self.machine.got(-1, b"")?),
                    },
                };
                self.inputs.push((name, input));
                self.inputs.len() - 1
            }
        };
        let end = self.machine.settings.record_end.clone();
        let input = &mut self.inputs[at].1;
        match input.record(&end).await.map_err(read_error)? {
            Some(record) => self.machine.got(1, record)?,
            None => self.machine.got(0, b"")?,
        }
        Ok(())
    }

    async fn open_for_getline(&mut self, name: &Text) -> Worked<Option<Input>> {
        // What this program wrote may be what it reads.
        self.outputs.flush(None).await?;
        let shown = String::from_utf8_lossy(name).into_owned();
        Ok(match &*shown {
            "-" | "/dev/stdin" => Some(Input::source(Source::stdin(self.ctx))),
            "" => None,
            path => match Source::open(self.ctx, path) {
                Ok(source) => Some(Input::source(source)),
                Err(_) => None,
            },
        })
    }

    async fn close(&mut self, name: &Text) -> Worked<i32> {
        let mut code = None;
        if let Some(at) = self.inputs.iter().position(|(open, _)| open == name) {
            code = Some(self.inputs.remove(at).1.close().await);
        }
        if self.outputs.is_open(name) {
            self.flush().await?;
            code = self.outputs.close(name).await?;
        }
        Ok(code.unwrap_or(-1))
    }
}

/// What an input says that cannot be read on.
fn read_error(stop: Stop) -> End {
    match stop {
        Stop::Input(reason) => Failure::Plain(format!("read error ({reason})")).into(),
        stop => stop.into(),
    }
}

/// The variable and the value of an argument that assigns.
pub(super) fn assignment(argument: &[u8]) -> Option<(&str, &[u8])> {
    let at = argument.iter().position(|byte| *byte == b'=')?;
    let name = std::str::from_utf8(&argument[..at]).ok()?;
    let is_name = !name.starts_with(|first: char| first.is_ascii_digit())
        && !name.is_empty()
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    is_name.then_some((name, &argument[at + 1..]))
}

/// What went wrong before the program ran.
pub(super) fn told(done: Done) -> Result<(), String> {
    done.map_err(|failure| match failure {
        Failure::Run(problem) => format!("line 0: {problem}"),
        Failure::Plain(problem) => problem,
    })
}
