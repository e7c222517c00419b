//! `xargs`: command lines from what comes in.

use std::sync::Arc;

use async_trait::async_trait;
use futures_util::future::select_all;
use sandbox_kernel::{Process, Status};

use super::child::Child;
use super::command::{Command, CommandContext, CommandStatus, ExecResult, Result};
use super::getopt::{Given, Known};
use super::live::{Stop, complain, say};
use super::quoting::name;
use super::source::Source;
use super::usage::{self, Ended};
use super::xargs_items::{Items, Splitting};

pub(super) struct Xargs;

const KNOWN: Known = Known {
    letters: "+0a:E:e::i::I:l::L:n:oprs:txP:d:",
    long: &[
        ("arg-file", 'a'),
        ("delimiter", 'd'),
        ("eof", 'e'),
        ("exit", 'x'),
        ("interactive", 'p'),
        ("max-args", 'n'),
        ("max-chars", 's'),
        ("max-lines", 'l'),
        ("max-procs", 'P'),
        ("no-run-if-empty", 'r'),
        ("null", '0'),
        ("open-tty", 'o'),
        ("process-slot-var=", 'V'),
        ("replace", 'i'),
        ("show-limits", 'S'),
        ("verbose", 't'),
    ],
};

/// Bytes of a command line, unless `-s` says otherwise.
const LINE_BYTES: usize = 128 << 10;

#[derive(Default)]
struct Wish {
    replaced: Option<String>,
    args: usize,
    lines: usize,
    bytes: usize,
    delimiter: Option<u8>,
    end: Option<String>,
    file: Option<String>,
    verbose: bool,
    asks: bool,
    slots: usize,
    slot_variable: Option<String>,
    only_with_items: bool,
    command: Vec<String>,
    warnings: String,
}

#[async_trait]
impl Command for Xargs {
    async fn execute(&self, ctx: CommandContext<'_>) -> Result<CommandStatus> {
        let wish = match wish(ctx.args) {
            Ok(wish) => wish,
            Err(ended) => return Ok(ended.tell(&ctx).await),
        };
        say(&ctx.stderr, wish.warnings.clone()).await;
        let ended = async |problem: String, code| {
            complain(&ctx, problem).await;
            Ok(CommandStatus::with_code(code))
        };
        let source = match &wish.file {
            None => Source::stdin(&ctx),
            Some(file) => match Source::open(&ctx, file) {
                Ok(source) => source,
                Err(reason) => return ended(format!("Cannot open input file '{file}': {reason}"), 1).await,
            },
        };
        match wish.work(&ctx, source).await {
            Ok(code) => Ok(CommandStatus::with_code(code)),
            Err(Stop::Input(reason) | Stop::Output(reason)) => ended(reason, 1).await,
        }
    }
}

/// The exit code so far, and whether nothing more is run.
#[derive(Default)]
struct Code {
    code: i32,
    is_end: bool,
}

impl Wish {
    /// Runs the command lines as they come in, as many at a time as may be, and gives the exit code.
    async fn work(&self, ctx: &CommandContext<'_>, source: Source) -> std::result::Result<i32, Stop> {
        let mut lines = Lines::new(self, source);
        let (mut code, mut running): (Code, Vec<Option<Arc<Process>>>) = Default::default();
        while let Some(line) = lines.next().await? {
            if self.asks {
                say(&ctx.stderr, shown(&line)).await;
                let reason = "failed to open /dev/tty for reading: No such device or address";
                return Err(Stop::Input(reason.to_owned()));
            }
            let slot = match running.iter().position(Option::is_none) {
                Some(slot) => slot,
                None if self.slots == 0 || running.len() < self.slots => {
                    running.push(None);
                    running.len() - 1
                }
                None => self.first_free(ctx, &mut running, &mut code).await,
            };
            if code.is_end {
                break;
            }
            if self.verbose {
                say(&ctx.stderr, format!("{}\n", shown(&line))).await;
            }
            match self.child(ctx, &line, slot).start(&ctx.run, None) {
                Ok(process) => running[slot] = Some(process),
                Err(missing) => {
                    complain(ctx, format!("{}: {}", name(&self.command[0]), missing.reason())).await;
                    code = Code { code: missing.code(), is_end: true };
                    break;
                }
            }
            if self.slots == 1 {
                // What it does may change what is read next.
                self.first_free(ctx, &mut running, &mut code).await;
                if code.is_end {
                    break;
                }
            }
        }
        while running.iter().any(Option::is_some) {
            self.first_free(ctx, &mut running, &mut code).await;
        }
        if lines.items.has_nul() {
            say(&ctx.stderr, NUL_WARNING.to_owned()).await;
        }
        match lines.problem {
            Some(problem) if !code.is_end => Err(Stop::Input(problem)),
            _ => Ok(code.code),
        }
    }

    fn child(&self, ctx: &CommandContext<'_>, line: &[String], slot: usize) -> Child {
        let mut child = Child::of(&ctx.run, line.to_vec());
        if let Some(variable) = &self.slot_variable {
            Arc::make_mut(&mut child.env).insert(variable.clone(), slot.to_string());
        }
        // What is read from elsewhere leaves standard input to the commands.
        if self.file.is_some() { child } else { child.reading_nothing() }
    }

    /// Waits until one of those that run has ended, notes how, and gives its place.
    async fn first_free(
        &self,
        ctx: &CommandContext<'_>,
        running: &mut [Option<Arc<Process>>],
        code: &mut Code,
    ) -> usize {
        let ends = running.iter().enumerate().filter_map(|(slot, process)| {
            let process = process.as_ref()?;
            Some(Box::pin(async move { (slot, process.ended().await) }))
        });
        let ((slot, status), ..) = select_all(ends).await;
        running[slot] = None;
        let command = &self.command[0];
        match status {
            Status::Exited(0) => {}
            Status::Exited(255) => {
                complain(ctx, format!("{command}: exited with status 255; aborting")).await;
                *code = Code { code: 124, is_end: true };
            }
            Status::Exited(_) if !code.is_end => code.code = 123,
            Status::Exited(_) => {}
            Status::Signalled(signal) => {
                complain(ctx, format!("{command}: terminated by signal {signal}")).await;
                *code = Code { code: 125, is_end: true };
            }
        }
        slot
    }
}

/// A command line as `-t` shows it.
fn shown(line: &[String]) -> String {
    line.iter().map(|word| name(word)).collect::<Vec<_>>().join(" ")
}

const NUL_WARNING: &str = "xargs: WARNING: a NUL character occurred in the input.  It cannot be passed through in the \
                           argument list.  Did you mean to use the --null option?\n";

/// The command lines, and why there are no more.
struct Lines<'a> {
    wish: &'a Wish,
    items: Items<'a>,
    line: Vec<String>,
    /// Bytes of the command alone, and of the line so far.
    first: usize,
    bytes: usize,
    args: usize,
    /// Lines of the input before this one.
    before: usize,
    any: bool,
    is_end: bool,
    /// An item that begins the next line.
    next: Option<String>,
    problem: Option<String>,
}

impl<'a> Lines<'a> {
    fn new(wish: &'a Wish, source: Source) -> Self {
        let splitting = match wish.delimiter {
            Some(delimiter) => Splitting::At(char::from(delimiter)),
            None if wish.replaced.is_some() => Splitting::Lines,
            None => Splitting::Blanks,
        };
        let first: usize = wish.command.iter().map(|word| word.len() + 1).sum();
        let does_not_fit = wish.replaced.is_none() && first > wish.bytes;
        let problem = "cannot fit single argument within argument list size limit";
        Self {
            wish,
            items: Items::new(source, splitting, wish.end.as_deref()),
            line: wish.command.clone(),
            first,
            bytes: first,
            args: 0,
            before: 0,
            any: false,
            is_end: does_not_fit,
            next: None,
            problem: does_not_fit.then(|| problem.to_owned()),
        }
    }

    /// The next one.
    async fn next(&mut self) -> std::result::Result<Option<Vec<String>>, Stop> {
        if let Some(item) = self.next.take() {
            self.add(item);
        }
        while !self.is_end {
            if self.wish.args > 0 && self.args >= self.wish.args {
                return Ok(Some(self.finish()));
            }
            let item = match self.items.next().await? {
                Some(Ok(item)) => item,
                Some(Err(problem)) => return Ok(self.end(Some(problem))),
                None => return Ok(self.end(None)),
            };
            if let Some(pattern) = &self.wish.replaced {
                return Ok(match self.wish.filled(pattern, &item) {
                    Some(line) => Some(line),
                    None => self.end(Some("argument list too long".to_owned())),
                });
            }
            if self.first + item.len() + 1 > self.wish.bytes {
                return Ok(self.end(Some("argument line too long".to_owned())));
            }
            let at = self.items.line_of_item();
            let is_full = self.bytes + item.len() + 1 > self.wish.bytes;
            if self.wish.lines > 0 && at >= self.before + self.wish.lines && self.args > 0 {
                self.before = at;
                self.next = Some(item);
                return Ok(Some(self.finish()));
            }
            if is_full {
                self.next = Some(item);
                return Ok(Some(self.finish()));
            }
            self.add(item);
        }
        Ok(None)
    }

    fn add(&mut self, item: String) {
        self.bytes += item.len() + 1;
        self.args += 1;
        self.line.push(item);
    }

    fn finish(&mut self) -> Vec<String> {
        (self.bytes, self.args, self.any) = (self.first, 0, true);
        std::mem::replace(&mut self.line, self.wish.command.clone())
    }

    /// The last line, where there is one.
    fn end(&mut self, problem: Option<String>) -> Option<Vec<String>> {
        self.is_end = true;
        let empty = !self.any && problem.is_none() && !self.wish.only_with_items;
        self.problem = problem;
        (self.wish.replaced.is_none() && (self.args > 0 || empty)).then(|| self.finish())
    }
}

impl Wish {
    /// The command with an item in the places of a pattern, where that fits.
    fn filled(&self, pattern: &str, item: &str) -> Option<Vec<String>> {
        let (name, rest) = self.command.split_first()?;
        let rest = rest.iter().map(|word| word.replace(pattern, item));
        let filled: Vec<String> = std::iter::once(name.clone()).chain(rest).collect();
        (filled.iter().map(|word| word.len() + 1).sum::<usize>() <= self.bytes).then_some(filled)
    }
}

fn wish(args: &[String]) -> std::result::Result<Wish, Ended> {
    if let Some(result) =
        usage::asked_before_command(args, &KNOWN, "xargs", "xargs [OPTION]... COMMAND [INITIAL-ARGS]...")
    {
        return Err(result.into());
    }
    let misused = |problem: String| Ended::from(usage::error("xargs", problem));
    let Given { options, operands, .. } = KNOWN.read(args).map_err(misused)?;
    let mut wish = Wish { bytes: LINE_BYTES, slots: 1, command: operands, ..Wish::default() };
    for (letter, text) in options {
        let count = |least| number(&text, letter, least).map_err(misused);
        match letter {
            '0' => wish.delimiter = Some(0),
            'a' => wish.file = Some(text),
            'd' => {
                let delimiter = delimiter(&text)
                    .map_err(|problem| Ended::from(ExecResult::err(format!("xargs: {problem}\n"), 1)))?;
                wish.delimiter = Some(delimiter);
            }
            'E' | 'e' => wish.end = Some(text).filter(|text| !text.is_empty()),
            'I' | 'i' => {
                wish.supersede("--replace/-I/-i");
                wish.replaced = Some(if text.is_empty() { "{}".to_owned() } else { text });
            }
            'L' | 'l' => {
                let lines = if letter == 'l' && text.is_empty() { 1 } else { count(1)? };
                wish.supersede(if letter == 'L' { "-L" } else { "--max-lines/-l" });
                wish.lines = lines;
            }
            'n' => match count(1)? {
                1 if wish.replaced.is_some() => {}
                args => {
                    wish.supersede("--max-args/-n");
                    wish.args = args;
                }
            },
            's' => wish.bytes = count(1)?,
            'P' => wish.slots = count(0)?,
            'V' => wish.slot_variable = Some(text),
            'r' => wish.only_with_items = true,
            't' => wish.verbose = true,
            'p' => (wish.asks, wish.verbose) = (true, true),
            _ => {}
        }
    }
    if wish.command.is_empty() {
        wish.command.push("echo".to_owned());
    }
    Ok(wish)
}

impl Wish {
    /// Of the ways to cut the input into command lines the last one given counts: `option`.
    fn supersede(&mut self, option: &str) {
        let former = [
            (self.args > 0, "--max-args", "--max-args/-n"),
            (self.lines > 0, "--max-lines", "--max-lines/-l"),
            (self.replaced.is_some(), "--replace", "--replace/-I/-i"),
        ];
        for (_, name, _) in former.iter().filter(|(given, _, own)| *given && *own != option) {
            if (*name, option) == ("--max-lines", "-L") {
                continue;
            }
            self.warnings += &format!(
                "xargs: warning: options {name} and {option} are mutually exclusive, ignoring previous {name} value\n"
            );
        }
        (self.args, self.lines, self.replaced) = (0, 0, None);
    }
}

fn number(text: &str, letter: char, least: usize) -> std::result::Result<usize, String> {
    let digits = text.trim_start();
    match digits.parse::<i64>() {
        Ok(value) if value < least as i64 => {
            Err(format!("value {text} for -{letter} option should be >= {least}"))
        }
        Ok(value) => Ok(value as usize),
        Err(_) => Err(format!("invalid number \"{text}\" for -{letter} option")),
    }
}

fn delimiter(text: &str) -> std::result::Result<u8, String> {
    if let [byte] = text.as_bytes() {
        return Ok(*byte);
    }
    let Some(escape) = text.strip_prefix('\\') else {
        return Err(format!(
            "Invalid input delimiter specification {text}: the delimiter must be either a single character or an \
             escape sequence starting with \\."
        ));
    };
    let invalid = format!("Invalid escape sequence {text} in input delimiter specification");
    let (digits, base, most) = match escape {
        "a" => return Ok(7),
        "b" => return Ok(8),
        "f" => return Ok(12),
        "n" => return Ok(b'\n'),
        "r" => return Ok(b'\r'),
        "t" => return Ok(b'\t'),
        "v" => return Ok(11),
        "\\" => return Ok(b'\\'),
        hex if hex.starts_with('x') => (&hex[1..], 16, "ff"),
        octal if octal.starts_with(|first: char| first.is_digit(8)) => (octal, 8, "377"),
        _ => return Err(format!("{invalid}.")),
    };
    let len = digits.find(|digit: char| !digit.is_digit(base)).unwrap_or(digits.len());
    let value = if len == 0 { 0 } else { u32::from_str_radix(&digits[..len], base).unwrap_or(u32::MAX) };
    if !digits[len..].is_empty() {
        return Err(format!("{invalid}; trailing characters {} not recognised.", &digits[len..]));
    }
    u8::try_from(value).map_err(|_| format!("{invalid}; character values must not exceed {most}."))
}
