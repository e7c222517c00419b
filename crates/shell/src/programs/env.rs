//! `env` and `printenv`: a command in a changed environment, and the environment itself.

use std::collections::BTreeMap;
use std::sync::Arc;

use async_trait::async_trait;
use sandbox_fs::{Errno, Kind};
use sandbox_kernel::{Disposition, LAST_SIGNAL, Signal, signal_name};

use super::child::Child;
use super::command::{Builtin, BuiltinContext, Command, CommandContext, CommandStatus, ExecResult, Result};
use super::env_split::split;
use super::getopt::{Given, Known};
use super::live::{complain, say};
use super::quoting::{quoted_name, value};
use super::signal;
use super::usage::{self, Ended};

const KNOWN: Known = Known {
    letters: "+C:iS:u:v0",
    long: &[
        ("block-signal?", 'b'),
        ("chdir", 'C'),
        ("debug", 'v'),
        ("default-signal?", 'd'),
        ("ignore-environment", 'i'),
        ("ignore-signal?", 'g'),
        ("list-signal-handling", 'l'),
        ("null", '0'),
        ("split-string", 'S'),
        ("unset", 'u'),
    ],
};

/// Exit code when `env` itself fails.
const FAILED: i32 = 125;

/// What a command line asks for.
#[derive(Default)]
struct Wish {
    clear: bool,
    unset: Vec<String>,
    set: Vec<(String, String)>,
    chdir: Option<String>,
    null: bool,
    command: Vec<String>,
    /// What `-v` tells about it.
    told: String,
    /// What signals do to the command.
    signals: Vec<(Signal, Disposition)>,
}

pub(super) struct Env;

#[async_trait]
impl Command for Env {
    async fn execute(&self, ctx: CommandContext<'_>) -> Result<CommandStatus> {
        let wish = match wish(ctx.args, ctx.env) {
            Ok(wish) => wish,
            Err(ended) => return Ok(ended.tell(&ctx).await),
        };
        say(&ctx.stderr, wish.told.clone()).await;
        let env = wish.changed(ctx.env);
        let Some(name) = wish.command.first().cloned() else {
            let end = if wish.null { '\0' } else { '\n' };
            let line = |(name, value): &(String, String)| format!("{name}={value}{end}");
            return Ok(ExecResult::ok(ordered(&env).iter().map(line).collect::<String>()).tell(&ctx).await);
        };
        let failed = async |problem: String, code| {
            complain(&ctx, problem).await;
            Ok(CommandStatus::with_code(code))
        };
        let mut cwd = None;
        if let Some(directory) = &wish.chdir {
            let path = ctx.run.process.absolute(directory);
            let problem = match ctx.run.files.stat(&path) {
                Ok(stat) if stat.kind == Kind::Directory => None,
                Ok(_) => Some(Errno::ENOTDIR.message().to_owned()),
                Err(error) => Some(error.to_string()),
            };
            if let Some(reason) = problem {
                let directory = quoted_name(directory);
                return failed(format!("cannot change directory to {directory}: {reason}"), FAILED).await;
            }
            cwd = ctx.run.files.canonicalize(&path).ok();
        }
        for (signal, disposition) in &wish.signals {
            ctx.run.process.dispose(*signal, *disposition);
        }
        let child = Child { env: Arc::new(env), cwd, ..Child::of(&ctx.run, wish.command) };
        let Err(missing) = child.replace(&ctx.run).await;
        let (reason, code) = (missing.reason(), missing.code());
        let spaced = code == 127 && name.contains(|letter: char| letter.is_ascii_whitespace());
        let advice = if spaced { "\nenv: use -[v]S to pass options in shebang lines" } else { "" };
        failed(format!("{}: {reason}{advice}", value(&name)), code).await
    }
}

impl Wish {
    /// The environment as the command finds it.
    fn changed(&self, env: &BTreeMap<String, String>) -> BTreeMap<String, String> {
        let mut changed = if self.clear { BTreeMap::new() } else { env.clone() };
        changed.retain(|name, _| !self.unset.contains(name));
        changed.extend(self.set.iter().cloned());
        changed
    }
}

fn failed(problem: &str) -> Ended {
    ExecResult::err(format!("env: {problem}\n"), FAILED).into()
}

fn wish(args: &[String], env: &BTreeMap<String, String>) -> std::result::Result<Wish, Ended> {
    let misused = |problem: String| Ended::from(usage::error("env", problem));
    let (mut args, mut split_told) = (args.to_vec(), String::new());
    while let Some((before, text, rest)) = split_option(&args) {
        let (words, told) = split(&text, env).map_err(|problem| failed(&problem))?;
        if before.iter().any(|arg| !arg.starts_with("--") && arg.contains('v') || arg == "--debug") {
            split_told += &told;
        }
        args = [before, words, rest].concat();
    }
    if let Some(result) = usage::asked_before_command(&args, &KNOWN, "env", HELP) {
        return Err(result.into());
    }
    let Given { options, operands, .. } = KNOWN.read(&args).map_err(misused)?;
    let debug = options.iter().any(|(letter, _)| *letter == 'v');
    let (mut wish, mut signals, mut listed) = (Wish::default(), Vec::new(), false);
    for (letter, text) in options {
        match letter {
            'i' => wish.clear = true,
            'u' => wish.unset.push(text),
            'C' => wish.chdir = Some(text),
            '0' => wish.null = true,
            'l' => listed = true,
            'b' | 'd' | 'g' => signals.push((letter, signal_numbers(&text)?)),
            _ => {}
        }
    }
    let mut operands = operands.into_iter().peekable();
    if operands.next_if(|operand| operand == "-").is_some() {
        wish.clear = true;
    }
    while let Some(operand) = operands.next_if(|operand| operand.contains('=')) {
        let (name, value) = operand.split_once('=').unwrap_or_default();
        wish.set.push((name.to_owned(), value.to_owned()));
    }
    wish.command = operands.collect();
    if wish.null && !wish.command.is_empty() {
        return Err(misused("cannot specify --null (-0) with command".to_owned()));
    }
    if wish.chdir.is_some() && wish.command.is_empty() {
        return Err(misused("must specify command with --chdir (-C)".to_owned()));
    }
    if let Some(name) = wish.unset.iter().find(|name| name.is_empty() || name.contains('=')) {
        return Err(failed(&format!("cannot unset {}: Invalid argument", value(name))));
    }
    let states = signal_states(&signals);
    wish.signals = states.iter().filter_map(SignalState::disposition).collect();
    if debug {
        wish.told = split_told + &tale(&wish, &states);
    }
    if listed {
        wish.told += &states.iter().map(SignalState::listed).collect::<String>();
    }
    if debug && let Some(name) = wish.command.first() {
        wish.told += &chosen(&wish, name);
    }
    Ok(wish)
}

/// What `-v` tells before the command's own line.
fn tale(wish: &Wish, states: &[SignalState]) -> String {
    let mut told = String::new();
    if wish.clear {
        told += "cleaning environ\n";
    } else {
        told.extend(wish.unset.iter().map(|name| format!("unset:    {name}\n")));
    }
    told.extend(wish.set.iter().map(|(name, value)| format!("setenv:   {name}={value}\n")));
    if wish.command.is_empty() {
        return told;
    }
    told.extend(states.iter().filter_map(|state| {
        let action = if state.ignored? { "IGNORE" } else { "DEFAULT" };
        let failure = if matches!(state.number, 9 | 19) { " (failure ignored)" } else { "" };
        Some(format!("Reset signal {} ({}) to {action}{failure}\n", state.name, state.number))
    }));
    if states.iter().any(|state| state.blocked) {
        told.extend(
            states
                .iter()
                .filter(|state| state.blocked)
                .map(|state| format!("signal {} ({}) mask set to BLOCK\n", state.name, state.number)),
        );
    }
    told
}

fn chosen(wish: &Wish, name: &str) -> String {
    let mut told = String::new();
    if let Some(directory) = &wish.chdir {
        told += &format!("chdir:    {}\n", quoted_name(directory));
    }
    told += &format!("executing: {name}\n");
    for (at, arg) in wish.command.iter().enumerate() {
        told += &format!("   arg[{at}]= {}\n", value(arg));
    }
    told
}

/// What is asked for one signal.
struct SignalState {
    number: Signal,
    name: String,
    ignored: Option<bool>,
    blocked: bool,
}

impl SignalState {
    fn disposition(&self) -> Option<(Signal, Disposition)> {
        let disposition = if self.ignored? { Disposition::Ignored } else { Disposition::Default };
        Some((self.number, disposition))
    }

    fn listed(&self) -> String {
        let ignored = self.ignored == Some(true);
        let both = match (self.blocked, ignored) {
            (true, true) => "BLOCK,IGNORE",
            (true, false) => "BLOCK",
            (false, true) => "IGNORE",
            (false, false) => return String::new(),
        };
        format!("{:<10} ({:2}): {both}\n", self.name, self.number)
    }
}

fn signal_states(asked: &[(char, Vec<i32>)]) -> Vec<SignalState> {
    let state = |number: Signal| {
        let last = |letters: &[char]| {
            asked.iter().rev().find(|(l, numbers)| letters.contains(l) && numbers.contains(&number))
        };
        let ignored = last(&['d', 'g']).map(|(letter, _)| *letter == 'g');
        SignalState { number, name: signal::name(number), ignored, blocked: last(&['b']).is_some() }
    };
    known_signals().map(state).collect()
}

/// Those that have a name.
fn known_signals() -> impl Iterator<Item = Signal> {
    (1..=LAST_SIGNAL).filter(|signal| signal_name(*signal).is_some())
}

fn signal_numbers(list: &str) -> std::result::Result<Vec<i32>, Ended> {
    if list.is_empty() {
        return Ok(known_signals().collect());
    }
    let number = |name: &str| match signal::parse(name) {
        Some(number) if number > 0 => Ok(number),
        _ => {
            let problem = format!("{}: invalid signal", value(name));
            Err(Ended::from(usage::error("env", problem)))
        }
    };
    list.split(',').map(number).collect()
}

/// The first `-S`: the arguments before it, its value, those after it.
fn split_option(args: &[String]) -> Option<(Vec<String>, String, Vec<String>)> {
    let mut at = 0;
    while let Some(arg) = args.get(at).filter(|arg| arg.len() > 1 && arg.starts_with('-') && *arg != "--") {
        let mut before = args[..at].to_vec();
        at += 1;
        if let Some(long) = arg.strip_prefix("--") {
            let (name, text) = long.split_once('=').map_or((long, None), |(name, text)| (name, Some(text)));
            if "split-string".starts_with(name) {
                let text = text.map(str::to_owned).or_else(|| args.get(at).cloned())?;
                let rest = at + usize::from(!long.contains('='));
                return Some((before, text, args.get(rest..).unwrap_or_default().to_vec()));
            }
            let takes_next = text.is_none() && ["unset", "chdir"].iter().any(|long| long.starts_with(name));
            at += usize::from(takes_next);
            continue;
        }
        let takes = |letter: char| matches!(letter, 'S' | 'C' | 'u');
        let Some(letter_at) = arg.find(takes) else { continue };
        let attached = &arg[letter_at + 1..];
        if arg.as_bytes()[letter_at] == b'S' {
            before.extend((letter_at > 1).then(|| arg[..letter_at].to_owned()));
            let (text, rest) = match attached {
                "" => (args.get(at)?.clone(), at + 1),
                attached => (attached.to_owned(), at),
            };
            return Some((before, text, args[rest..].to_vec()));
        }
        at += usize::from(attached.is_empty());
    }
    None
}

/// The environment in the order in which bash hands it to its commands: that of its table of 1024 chains, by FNV-1.
fn ordered(env: &BTreeMap<String, String>) -> Vec<(String, String)> {
    let mut lines: Vec<_> = env.iter().map(|(name, value)| (name.clone(), value.clone())).collect();
    // An emptied environment is not bash's; the order that `env` gave it has been lost.
    let from_bash = env.contains_key("PWD");
    let chain = |name: &str| match name {
        // It is added to the others when a command starts.
        "_" => u32::MAX,
        _ if !from_bash => 0,
        name => {
            let step = |hash: u32, byte: u8| hash.wrapping_mul(16_777_619) ^ u32::from(byte);
            name.bytes().fold(2_166_136_261, step) & 1023
        }
    };
    lines.sort_by(|(a, _), (b, _)| (chain(a), a).cmp(&(chain(b), b)));
    lines
}

pub(super) struct Printenv;

#[async_trait]
impl Builtin for Printenv {
    async fn execute(&self, ctx: &BuiltinContext<'_>) -> Result<ExecResult> {
        const KNOWN: Known = Known { letters: "+0", long: &[("null", '0')] };
        let misused = |problem| ExecResult { exit_code: 2, ..usage::error("printenv", problem) };
        if let Some(result) = usage::asked(ctx.args, "printenv", "printenv [OPTION]... [VARIABLE]...") {
            return Ok(result);
        }
        let given = match KNOWN.read(ctx.args) {
            Ok(given) => given,
            Err(problem) => return Ok(misused(problem)),
        };
        let end = if given.options.is_empty() { '\n' } else { '\0' };
        let lines = ordered(ctx.env);
        if given.operands.is_empty() {
            let line = |(name, value)| format!("{name}={value}{end}");
            return Ok(ExecResult::ok(lines.into_iter().map(line).collect::<String>()));
        }
        let mut out = String::new();
        let mut missing = false;
        for name in &given.operands {
            match lines.iter().find(|(known, _)| known == name) {
                Some((_, value)) => out.extend([value, &*end.to_string()]),
                None => missing = true,
            }
        }
        Ok(ExecResult { exit_code: i32::from(missing), ..ExecResult::ok(out) })
    }
}

const HELP: &str = "env [OPTION]... [-] [NAME=VALUE]... [COMMAND [ARG]...]
Set each NAME to VALUE in the environment and run COMMAND.

Mandatory arguments to long options are mandatory for short options too.
  -i, --ignore-environment  start with an empty environment
  -0, --null           end each output line with NUL, not newline
  -u, --unset=NAME     remove variable from the environment
  -C, --chdir=DIR      change working directory to DIR
  -S, --split-string=S  process and split S into separate arguments;
                        used to pass multiple arguments on shebang lines
      --block-signal[=SIG]    block delivery of SIG signal(s) to COMMAND
      --default-signal[=SIG]  reset handling of SIG signal(s) to the default
      --ignore-signal[=SIG]   set handling of SIG signal(s) to do nothing
      --list-signal-handling  list non default signal handling to stderr
  -v, --debug          print verbose information for each processing step
      --help        display this help and exit
      --version     output version information and exit

A mere - implies -i.  If no COMMAND, print the resulting environment.

SIG may be a signal name like 'PIPE', or a signal number like '13'.
Without SIG, all known signals are included.  Multiple signals can be
comma-separated.";
