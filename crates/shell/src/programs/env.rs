//! `env` and `printenv`: a command in a changed environment, and the environment itself.

use std::collections::HashMap;

use async_trait::async_trait;
use bashkit::{Builtin, BuiltinContext, ExecResult, ExecutionPlan, Result, SubCommand};
use sandbox_fs::{Errno, Kind};

use super::env_split::split;
use super::getopt::{Given, Known};
use super::quoting::{quoted_name, value};
use super::search::{Found, found};
use super::standalone::path_of;
use super::usage::{self, Ended};
use super::{no_surroundings, signal, surroundings};

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
}

pub(super) struct Env;

/// What becomes of a call.
enum Outcome {
    /// It ends by itself.
    Answer(ExecResult),
    /// A command is run.
    Runs(ExecutionPlan),
}

#[async_trait]
impl Builtin for Env {
    async fn execute(&self, ctx: BuiltinContext<'_>) -> Result<ExecResult> {
        Ok(match outcome(&ctx) {
            Outcome::Answer(result) => result,
            Outcome::Runs(_) => no_surroundings(),
        })
    }

    /// No plan means that [`execute`](Self::execute) is asked, which the engine does next.
    async fn execution_plan(&self, ctx: &BuiltinContext<'_>) -> Result<Option<ExecutionPlan>> {
        Ok(match outcome(ctx) {
            Outcome::Answer(_) => None,
            Outcome::Runs(plan) => Some(plan),
        })
    }
}

fn outcome(ctx: &BuiltinContext<'_>) -> Outcome {
    let Some(run) = surroundings(ctx) else { return Outcome::Answer(no_surroundings()) };
    let mut wish = match wish(ctx.args, ctx.env) {
        Ok(wish) => wish,
        Err(result) => return Outcome::Answer(*result),
    };
    let told = wish.told.clone();
    let ended =
        |problem: String, code| Outcome::Answer(ExecResult::err(format!("{told}env: {problem}\n"), code));
    let Some(name) = wish.command.first().cloned() else {
        let mut result = ExecResult::ok(wish.printed(ctx.env));
        result.stderr = told.into();
        return Outcome::Answer(result);
    };
    let files = &run.sandbox.namespace;
    let mut cwd = ctx.cwd.clone();
    if let Some(directory) = &wish.chdir {
        cwd = cwd.join(directory);
        let problem = match files.stat(&cwd.to_string_lossy()) {
            Ok(stat) if stat.kind == Kind::Directory => None,
            Ok(_) => Some(Errno::ENOTDIR.message().to_owned()),
            Err(error) => Some(error.to_string()),
        };
        if let Some(reason) = problem {
            let directory = quoted_name(directory);
            return ended(format!("cannot change directory to {directory}: {reason}"), FAILED);
        }
    }
    let found = found(files, &cwd.to_string_lossy(), wish.variable("PATH", ctx.env), &name);
    if let Some((reason, code)) = found.problem() {
        let spaced = found == Found::Nothing && name.contains(|letter: char| letter.is_ascii_whitespace());
        let advice = if spaced { "\nenv: use -[v]S to pass options in shebang lines" } else { "" };
        return ended(format!("{}: {reason}{advice}", value(&name)), code);
    }
    let stdin = ctx.stdin.cloned();
    if !told.is_empty() {
        // The engine's plan says nothing of its own: another `env`, which has nothing to tell, does the rest.
        let command =
            SubCommand { name: "env".to_owned(), args: wish.spelled(), stdin, assignments: Vec::new() };
        return Outcome::Runs(ExecutionPlan::BatchWithStatus {
            commands: vec![command],
            stderr_prefix: told,
            force_error_exit: false,
        });
    }
    let args = wish.command.split_off(1);
    let name = path_of(&name).map_or(name, str::to_owned);
    Outcome::Runs(ExecutionPlan::Env {
        command: SubCommand { name, args, stdin, assignments: Vec::new() },
        clear: wish.clear,
        unset: wish.unset,
        set: wish.set,
        chdir: wish.chdir,
    })
}

impl Wish {
    /// What the command finds as variable `name`.
    fn variable<'a>(&'a self, name: &str, env: &'a HashMap<String, String>) -> Option<&'a str> {
        let set = self.set.iter().rev().find(|(key, _)| key == name);
        let inherited = || env.get(name).filter(|_| !self.clear && !self.unset.iter().any(|key| key == name));
        set.map(|(_, value)| value).or_else(inherited).map(String::as_str)
    }

    /// The arguments that ask for the same without [`Wish::told`].
    fn spelled(&self) -> Vec<String> {
        let mut args: Vec<String> = Vec::new();
        args.extend(self.clear.then(|| "-i".to_owned()));
        args.extend(self.unset.iter().map(|name| format!("--unset={name}")));
        args.extend(self.chdir.iter().map(|directory| format!("--chdir={directory}")));
        args.push("--".to_owned());
        args.extend(self.set.iter().map(|(name, value)| format!("{name}={value}")));
        args.extend(self.command.iter().cloned());
        args
    }

    fn printed(&self, env: &HashMap<String, String>) -> String {
        let mut lines = if self.clear { Vec::new() } else { environment(env, "env") };
        lines.retain(|(name, _)| !self.unset.contains(name));
        for (name, value) in &self.set {
            match lines.iter_mut().find(|(known, _)| known == name) {
                Some(line) => line.1.clone_from(value),
                None => lines.push((name.clone(), value.clone())),
            }
        }
        let end = if self.null { '\0' } else { '\n' };
        lines.into_iter().map(|(name, value)| format!("{name}={value}{end}")).collect()
    }
}

fn failed(problem: &str) -> Ended {
    ExecResult::err(format!("env: {problem}\n"), FAILED).into()
}

fn wish(args: &[String], env: &HashMap<String, String>) -> std::result::Result<Wish, Ended> {
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

/// What is asked for one signal. Nothing in a sandbox handles signals, so that is all there is to know.
struct SignalState {
    number: i32,
    name: &'static str,
    ignored: Option<bool>,
    blocked: bool,
}

impl SignalState {
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
    let state = |&(name, number): &(&'static str, i32)| {
        let last = |letters: &[char]| {
            asked.iter().rev().find(|(l, numbers)| letters.contains(l) && numbers.contains(&number))
        };
        let ignored = last(&['d', 'g']).map(|(letter, _)| *letter == 'g');
        SignalState { number, name, ignored, blocked: last(&['b']).is_some() }
    };
    signal::SIGNALS.iter().map(state).collect()
}

fn signal_numbers(list: &str) -> std::result::Result<Vec<i32>, Ended> {
    if list.is_empty() {
        return Ok(signal::SIGNALS.iter().map(|(_, number)| *number).collect());
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
fn environment(env: &HashMap<String, String>, program: &str) -> Vec<(String, String)> {
    let mut lines: Vec<_> = env.iter().map(|(name, value)| (name.clone(), value.clone())).collect();
    // An emptied environment is not bash's; the order that `env` gave it has been lost.
    let from_bash = env.contains_key("PWD");
    // What bash sets and the engine does not hand over.
    if from_bash {
        for (name, value) in [("SHLVL", "0".to_owned()), ("_", format!("/usr/bin/{program}"))] {
            if !env.contains_key(name) {
                lines.push((name.to_owned(), value));
            }
        }
    }
    // `_` is added to the others when a command starts.
    let chain = |name: &str| {
        if name == "_" {
            return u32::MAX;
        }
        if !from_bash {
            return 0;
        }
        let step = |hash: u32, byte: u8| hash.wrapping_mul(16_777_619) ^ u32::from(byte);
        name.bytes().fold(2_166_136_261, step) & 1023
    };
    lines.sort_by(|(a, _), (b, _)| (chain(a), a).cmp(&(chain(b), b)));
    lines
}

pub(super) struct Printenv;

#[async_trait]
impl Builtin for Printenv {
    async fn execute(&self, ctx: BuiltinContext<'_>) -> Result<ExecResult> {
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
        let lines = environment(ctx.env, "printenv");
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
