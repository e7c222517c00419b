//! `xargs`: command lines from what comes in.
//!
//! All of them run as one script: so the engine's shell keeps the order of what they write, and ends where one says so.

use async_trait::async_trait;
use bashkit::{Builtin, BuiltinContext, Error, ExecResult, ExecutionPlan, Result, SubCommand};

use super::getopt::{Given, Known};
use super::quoting::name;
use super::search::found;
use super::standalone::as_program;
use super::usage::{self, Ended};
use super::xargs_items::{Items, Splitting};
use super::{no_surroundings, surroundings};
use crate::quote::quote_all;

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
impl Builtin for Xargs {
    async fn execute(&self, ctx: BuiltinContext<'_>) -> Result<ExecResult> {
        Ok(match outcome(&ctx).await? {
            Ok(_) => no_surroundings(),
            Err(ended) => *ended,
        })
    }

    /// No plan means that [`execute`](Self::execute) is asked, which the engine does next.
    async fn execution_plan(&self, ctx: &BuiltinContext<'_>) -> Result<Option<ExecutionPlan>> {
        Ok(outcome(ctx).await?.ok())
    }
}

/// What is to be run, or how it ends without that.
async fn outcome(ctx: &BuiltinContext<'_>) -> Result<std::result::Result<ExecutionPlan, Ended>> {
    let Some(run) = surroundings(ctx) else { return Ok(Err(no_surroundings().into())) };
    let wish = match wish(ctx.args) {
        Ok(wish) => wish,
        Err(result) => return Ok(Err(result)),
    };
    let from_file;
    let input = match &wish.file {
        Some(file) => {
            from_file = match ctx.fs.read_file(&ctx.cwd.join(file)).await {
                Ok(bytes) => bytes,
                Err(Error::Io(error)) => {
                    let problem = format!("xargs: Cannot open input file '{file}': {error}\n");
                    return Ok(Err(ExecResult::err(problem, 1).into()));
                }
                Err(error) => return Err(error),
            };
            &from_file[..]
        }
        None => ctx.stdin_bytes().unwrap_or_default(),
    };
    let input = String::from_utf8_lossy(input);
    let built = wish.lines_from(&input);
    let mut told = wish.warnings.clone() + &built.warning;
    let Some(first) = built.lines.first() else {
        let Some(problem) = built.problem else { return Ok(Err(ExecResult::err(told, 0).into())) };
        told += &format!("xargs: {problem}\n");
        return Ok(Err(ExecResult::err(told, 1).into()));
    };
    if wish.asks {
        let shown = shown(first);
        told += &format!("{shown}xargs: failed to open /dev/tty for reading: No such device or address\n");
        return Ok(Err(ExecResult::err(told, 1).into()));
    }
    let path = ctx.env.get("PATH").map(String::as_str);
    let found = found(&run.sandbox.namespace, &ctx.cwd.to_string_lossy(), path, &wish.command[0]);
    if let Some((reason, code)) = found.problem() {
        if wish.verbose {
            told += &format!("{}\n", shown(first));
        }
        told += &format!("xargs: {}: {reason}\n", name(&wish.command[0]));
        return Ok(Err(ExecResult::err(told, code).into()));
    }
    let script = wish.script(&told, &built.lines, built.problem);
    let command = SubCommand {
        name: "bash".to_owned(),
        args: vec!["-c".to_owned(), script],
        stdin: Some(String::new().into()),
        assignments: Vec::new(),
    };
    Ok(Ok(ExecutionPlan::Batch { commands: vec![command] }))
}

/// A command line as `-t` shows it.
fn shown(line: &[String]) -> String {
    line.iter().map(|word| name(word)).collect::<Vec<_>>().join(" ")
}

/// The command lines, and why there are no more.
#[derive(Default)]
struct Built {
    lines: Vec<Vec<String>>,
    problem: Option<String>,
    warning: String,
}

impl Wish {
    fn lines_from(&self, input: &str) -> Built {
        let mut built = Built::default();
        let first: usize = self.command.iter().map(|word| word.len() + 1).sum();
        if self.replaced.is_none() && first > self.bytes {
            built.problem = Some("cannot fit single argument within argument list size limit".to_owned());
            return built;
        }
        let splitting = match self.delimiter {
            Some(delimiter) => Splitting::At(char::from(delimiter)),
            None if self.replaced.is_some() => Splitting::Lines,
            None => Splitting::Blanks,
        };
        let mut items = Items::new(input, splitting, self.end.as_deref());
        let (mut line, mut bytes, mut args) = (self.command.clone(), first, 0);
        let finish = |line: &mut Vec<String>, bytes: &mut usize, args: &mut usize| {
            (*bytes, *args) = (first, 0);
            std::mem::replace(line, self.command.clone())
        };
        let mut lines_before = 0;
        while let Some(item) = items.next() {
            let item = match item {
                Ok(item) => item,
                Err(problem) => {
                    built.problem = Some(problem);
                    break;
                }
            };
            if let Some(pattern) = &self.replaced {
                let (name, rest) = self.command.split_first().map_or((None, &[][..]), |(n, r)| (Some(n), r));
                let filled = rest.iter().map(|word| word.replace(pattern, &item));
                let filled: Vec<String> = name.cloned().into_iter().chain(filled).collect();
                if filled.iter().map(|word| word.len() + 1).sum::<usize>() > self.bytes {
                    built.problem = Some("argument list too long".to_owned());
                    break;
                }
                built.lines.push(filled);
                continue;
            }
            if self.lines > 0 && items.line_of_item() >= lines_before + self.lines && args > 0 {
                lines_before = items.line_of_item();
                built.lines.push(finish(&mut line, &mut bytes, &mut args));
            }
            if first + item.len() + 1 > self.bytes {
                built.problem = Some("argument line too long".to_owned());
                break;
            }
            if bytes + item.len() + 1 > self.bytes {
                built.lines.push(finish(&mut line, &mut bytes, &mut args));
            }
            bytes += item.len() + 1;
            args += 1;
            line.push(item);
            if self.args > 0 && args >= self.args {
                built.lines.push(finish(&mut line, &mut bytes, &mut args));
            }
        }
        if items.has_nul {
            built.warning =
                "xargs: WARNING: a NUL character occurred in the input.  It cannot be passed through in the \
                             argument list.  Did you mean to use the --null option?\n"
                    .to_owned();
        }
        let empty = built.lines.is_empty() && built.problem.is_none();
        if self.replaced.is_none() && (args > 0 || empty && !self.only_with_items) {
            built.lines.push(line);
        }
        built
    }

    /// A script that tells what there is to tell, runs the lines as `xargs` does, and ends with its exit code.
    fn script(&self, told: &str, lines: &[Vec<String>], problem: Option<String>) -> String {
        let command = &self.command[0];
        let mut script = format!("printf %s {} >&2; __code=0\n", quote_all(&[told]));
        for (at, line) in lines.iter().enumerate() {
            if self.verbose {
                script += &format!("printf '%s\\n' {} >&2\n", quote_all(&[shown(line)]));
            }
            if let Some(variable) = &self.slot_variable {
                script += &format!("{variable}={} ", if self.slots == 0 { at } else { at % self.slots });
            }
            let aborting = quote_all(&[format!("xargs: {command}: exited with status 255; aborting")]);
            script += &format!(
                "{}\ncase $? in 0) ;; 255) printf '%s\\n' {aborting} >&2; exit 124;; *) __code=123;; esac\n",
                quote_all(&as_program(line))
            );
        }
        if let Some(problem) = problem {
            script += &format!("printf '%s\\n' {} >&2; exit 1\n", quote_all(&[format!("xargs: {problem}")]));
        }
        script + "exit $__code\n"
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
