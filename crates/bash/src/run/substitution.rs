//! `$( … )`, `` `…` `` and `<( … )`: what a command writes, as text or as a file.

use std::sync::{Arc, Mutex, PoisonError};

use futures_util::FutureExt;
use sandbox_fs::{Errno, OpenFlags};
use sandbox_kernel::{Description, Sink, open};

use super::background::Work;
use crate::expand::LONG;
use crate::state::{Flow, SetOption, Shell, ShoptOption, Unwind};
use crate::syntax::{AndOr, Command, List, RedirectionKind, Word};

/// Bytes that the output of a command may have to become text.
const MAX_BYTES: usize = 256 << 20;

/// Bytes that are read at a time.
const PIECE: usize = 64 << 10;

/// The number from which down process substitutions get theirs.
const FIRST_SUBSTITUTED: i32 = 63;

/// Collects what a command writes.
#[derive(Default)]
struct Collector {
    bytes: Mutex<Vec<u8>>,
}

impl Sink for Collector {
    fn write(&self, bytes: &[u8]) {
        let mut collected = self.bytes.lock().unwrap_or_else(PoisonError::into_inner);
        if collected.len() <= MAX_BYTES {
            collected.extend_from_slice(bytes);
        }
    }

    fn is_full(&self) -> bool {
        self.bytes.lock().unwrap_or_else(PoisonError::into_inner).len() > MAX_BYTES
    }
}

impl Shell {
    /// What a command writes to standard output, without the newlines at its end. `$?` is its status afterwards.
    pub(crate) async fn command_substitution(&mut self, body: Arc<List>) -> Flow<String> {
        if let Some(word) = only_reads(&body) {
            return self.contents_of(&word).await;
        }
        let collector = Arc::new(Collector::default());
        let (sink, released) = Description::sink(Arc::clone(&collector) as Arc<dyn Sink>);
        let Some(mut child) = self.fork_or_complain(vec![]) else {
            return Err(Unwind::Discard(254));
        };
        child.enter_subshell();
        child.trace_level += 1;
        child.lenient = 0;
        child.redirect_to(1, sink);
        if !self.options.has_shopt(ShoptOption::INHERIT_ERREXIT) && !self.options.has(SetOption::POSIX) {
            child.options.set(SetOption::ERREXIT, false);
        }
        child.depth += 1;
        let process = Arc::clone(&child.process);
        self.spawn(child, Work::List(body));
        let status = process.ended().await;
        if released.clone().now_or_never().is_none() {
            released.await;
        }
        self.status = status.code();
        self.substitution_status = Some(self.status);
        let bytes = std::mem::take(&mut *collector.bytes.lock().unwrap_or_else(PoisonError::into_inner));
        self.as_value(bytes)
    }

    /// The same of text that is still to be parsed: `` `…` ``.
    pub(crate) async fn backquote_substitution(&mut self, source: Arc<str>) -> Flow<String> {
        match self.parsed(&source) {
            Ok(list) => self.command_substitution(Arc::new(list)).await,
            Err(error) => {
                let name = format!("{}: command substitution", self.message_name);
                self.say(&error.report(&name));
                self.substitution_status = Some(2);
                Ok(String::new())
            }
        }
    }

    /// `$(<file)`
    async fn contents_of(&mut self, word: &Word) -> Flow<String> {
        let path = self.expand_text(word).await?;
        self.substitution_status = Some(0);
        let kernel = Arc::clone(&self.process.kernel);
        let mut bytes = Vec::new();
        let read = match open(&self.process, &self.descriptors, &path, OpenFlags::READ, 0) {
            Err(errno) => Err(errno),
            Ok(file) => loop {
                match file.read(&kernel, PIECE).await {
                    Ok(piece) if piece.is_empty() => break Ok(()),
                    Ok(piece) if bytes.len() > MAX_BYTES => {
                        drop(piece);
                        break Err(Errno::ENOMEM);
                    }
                    Ok(piece) => bytes.extend_from_slice(&piece),
                    Err(errno) => break Err(errno),
                }
                kernel.breathe().await;
            },
        };
        if let Err(errno) = read {
            self.complain(format!("{path}: {errno}"));
            self.substitution_status = Some(1);
        }
        self.as_value(bytes)
    }

    fn as_value(&mut self, mut bytes: Vec<u8>) -> Flow<String> {
        if bytes.len() > MAX_BYTES {
            self.complain(format!("xrealloc: cannot allocate {} bytes", bytes.len()));
            return Err(Unwind::Exit(2));
        }
        self.has_long |= bytes.len() > LONG;
        if bytes.contains(&0) {
            self.complain("warning: command substitution: ignored null byte in input");
            bytes.retain(|byte| *byte != 0);
        }
        while bytes.last() == Some(&b'\n') {
            bytes.pop();
        }
        Ok(match String::from_utf8(bytes) {
            Ok(text) if !text.as_bytes().contains(&0xf4) => text,
            Ok(text) => crate::text::decode(text.as_bytes()),
            Err(error) => crate::text::decode(error.as_bytes()),
        })
    }

    /// The name of a file from which what a command writes can be read, or into which it is written for the command.
    pub(crate) async fn process_substitution(&mut self, output: bool, body: Arc<List>) -> Flow<String> {
        let Some(mut child) = self.fork_or_complain(vec![]) else { return Err(Unwind::Discard(254)) };
        child.enter_subshell();
        child.lenient = 0;
        let (reader, writer) = Description::pipe();
        let kept = match output {
            true => {
                child.redirect_to(0, reader);
                writer
            }
            false => {
                child.redirect_to(1, writer);
                reader
            }
        };
        for number in std::mem::take(&mut child.substituted) {
            child.descriptors.close(number);
        }
        self.last_background = Some(child.process.pid);
        self.spawn(child, Work::List(body));
        let number =
            (0..=FIRST_SUBSTITUTED).rev().find(|number| self.descriptors.get(*number).is_err()).unwrap_or(0);
        self.redirect_to(number, kept);
        self.substituted.push(number);
        Ok(format!("/dev/fd/{number}"))
    }

    /// Closes the process substitutions that were opened since there were that many.
    pub(crate) fn close_substituted(&mut self, before: usize) {
        while self.substituted.len() > before {
            if let Some(number) = self.substituted.pop() {
                self.descriptors.close(number);
            }
        }
    }
}

/// The word of `<word`, where that is all there is.
fn only_reads(list: &List) -> Option<Word> {
    let simple = match only_command(list)? {
        Command::Simple(simple) => simple,
        _ => return None,
    };
    match &simple.redirections[..] {
        [redirection] if simple.words.is_empty() && simple.assignments.is_empty() => {
            match &redirection.kind {
                RedirectionKind::Read(word) => Some(word.clone()),
                _ => None,
            }
        }
        _ => None,
    }
}

/// Whether a list is nothing but one command, which then can end the process that runs it.
pub(crate) fn is_single(list: &List) -> bool {
    matches!(only_command(list), Some(Command::Simple(_)))
}

fn only_command(list: &List) -> Option<&Command> {
    match &list.items[..] {
        [item] if !item.background => {
            let AndOr { first, rest } = &item.and_or;
            match &first.commands[..] {
                [command] if rest.is_empty() && !first.negated && first.timed.is_none() => Some(command),
                _ => None,
            }
        }
        _ => None,
    }
}
