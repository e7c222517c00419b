//! `awk`, of our own: a program becomes steps for a machine, which stops whenever it has to wait.

mod array;
mod calls;
mod code;
mod command;
mod dialect;
mod expression;
mod functions;
mod input;
mod lexer;
mod machine;
mod names;
mod number;
mod options;
mod output;
mod parser;
mod patterns;
mod places;
mod printf;
mod printing;
mod random;
mod reckoning;
mod record;
mod regex;
mod run;
mod separator;
mod settings;
mod slow;
mod statements;
mod substitute;
mod time;
mod value;

use std::sync::Arc;

use crate::programs::command::{Command, CommandContext, CommandStatus, Result};
use async_trait::async_trait;

use super::date::Zone;
use super::live::{Stop, complain, say, stopped, write};
use super::source::Source as File;
use crate::limits::{MAX_SCRIPT_BYTES, PIECE_BYTES};
use crate::programs::command::Run;
use array::Index;
use code::{ARGC, ARGV, ENVIRON};
use code::{Program, Special};
use dialect::Dialect;
use lexer::unescaped;
use machine::Machine;
use options::{Asked, Options};
use parser::{Source, parse};
use random::Random;
use run::{FAILED, Runner, told};
use value::Value;

pub(super) struct Awk;

#[async_trait]
impl Command for Awk {
    async fn execute(&self, ctx: CommandContext<'_>) -> Result<CommandStatus> {
        let run = Arc::clone(&ctx.run);
        let dialect = match ctx.name {
            "gawk" => Dialect::Gawk,
            "mawk" | "nawk" => Dialect::Mawk,
            _ if run.files.exists("/usr/bin/mawk") => Dialect::Mawk,
            _ => Dialect::Gawk,
        };
        let options = match options::read(ctx.args, dialect) {
            Ok(options) => options,
            Err(problem) => {
                say(&ctx.stderr, format!("{}: {problem}\n", ctx.name)).await;
                return Ok(CommandStatus::with_code(FAILED));
            }
        };
        if let Some(asked) = options.asked {
            return told_about(&ctx, asked, dialect).await;
        }
        for option in &options.vacuous {
            complain(&ctx, format!("vacuous option: -W {option}")).await;
        }
        let program = match program(&ctx, &options, dialect).await? {
            Ok(program) => program,
            Err(problems) => {
                for problem in problems {
                    complain(&ctx, problem).await;
                }
                return Ok(CommandStatus::with_code(FAILED));
            }
        };
        let machine = match prepared(&ctx, &run, program, &options, dialect) {
            Ok(machine) => machine,
            Err(problem) => {
                complain(&ctx, problem).await;
                return Ok(CommandStatus::with_code(FAILED));
            }
        };
        let mut runner = Runner::new(&ctx, run, machine);
        match runner.all().await {
            Ok(code) => Ok(CommandStatus::with_code(code)),
            Err(stop) => stopped(&ctx, "write error", stop).await,
        }
    }
}

/// The answer to a question about `awk` itself.
async fn told_about(ctx: &CommandContext<'_>, asked: Asked, dialect: Dialect) -> Result<CommandStatus> {
    let (stdout, stderr) = match (asked, dialect) {
        (Asked::Version, Dialect::Mawk) => (options::VERSION, options::LIMITS),
        (Asked::Version, Dialect::Gawk) => (options::GAWK_VERSION, ""),
        (Asked::Usage, _) => ("", options::USAGE),
    };
    if let Err(stop) = write(ctx, stdout.as_bytes()).await {
        return stopped(ctx, "write error", stop).await;
    }
    say(&ctx.stderr, stderr.to_owned()).await;
    Ok(CommandStatus::success())
}

/// The program that the options name, or what is wrong with it.
async fn program(
    ctx: &CommandContext<'_>,
    options: &Options,
    dialect: Dialect,
) -> Result<std::result::Result<Program, Vec<String>>> {
    let mut sources = Vec::new();
    for name in &options.files {
        match read(ctx, name).await? {
            Ok(text) => sources.push(Source { file: Some(name.clone()), text }),
            Err(reason) => return Ok(Err(vec![format!("cannot open {name} ({reason})")])),
        }
    }
    if let Some(text) = &options.program {
        sources.push(Source { file: None, text: text.clone().into_bytes() });
    }
    for source in &mut sources {
        if source.text.last() != Some(&b'\n') {
            source.text.push(b'\n');
        }
    }
    Ok(parse(&sources, dialect))
}

async fn read(ctx: &CommandContext<'_>, name: &str) -> Result<std::result::Result<Vec<u8>, String>> {
    let mut source = match name {
        "-" => File::stdin(ctx),
        name => match File::open(ctx, name) {
            Ok(source) => source,
            Err(reason) => return Ok(Err(reason)),
        },
    };
    let mut text = Vec::new();
    loop {
        match source.read(PIECE_BYTES).await {
            Ok(bytes) if bytes.is_empty() => return Ok(Ok(text)),
            Ok(bytes) => text.extend_from_slice(&bytes),
            Err(Stop::Input(reason) | Stop::Output(reason)) => return Ok(Err(reason)),
        }
        if text.len() > MAX_SCRIPT_BYTES {
            return Ok(Err(sandbox_fs::Errno::ENOMEM.message().to_owned()));
        }
    }
}

/// The machine with the variables that a program finds.
fn prepared(
    ctx: &CommandContext<'_>,
    run: &Run,
    program: Program,
    options: &Options,
    dialect: Dialect,
) -> std::result::Result<Machine, String> {
    let host = Arc::clone(&run.host);
    let seed = match dialect {
        // mawk takes a seed from its options, and no notice of it.
        Dialect::Mawk if options.seeded => 1.0,
        Dialect::Mawk => (host.random_u64() >> 33) as f64,
        Dialect::Gawk => 0.0,
    };
    let zone = ctx.env.get("TZ").map_or_else(Zone::utc, |name| Zone::named(name));
    let mut machine = Machine::new(program, dialect, Random::new(seed), time::Clock { host, zone });
    let environment = &mut machine.arrays[ENVIRON];
    for (name, value) in ctx.env {
        environment.set(Index::text(name.as_bytes()), Value::input_of(value.as_bytes()));
    }
    let arguments = std::iter::once(ctx.name).chain(options.operands.iter().map(String::as_str));
    for (at, argument) in arguments.enumerate() {
        machine.arrays[ARGV].set(Index::number(at as i64), Value::input_of(argument.as_bytes()));
    }
    machine.globals[ARGC] = Value::Number(options.operands.len() as f64 + 1.0);
    if let Some(separator) = &options.separator {
        let separator = match dialect {
            Dialect::Gawk if separator == "t" => b"\t".to_vec(),
            _ => unescaped(separator.as_bytes(), dialect),
        };
        told(machine.set_special(Special::Fs, Value::text_of(&separator)))?;
    }
    for assigned in &options.assigned {
        let Some((name, value)) = run::assignment(assigned.as_bytes()) else {
            return Err(format!("improper assignment: -v {assigned}"));
        };
        told(machine.assign(name, Value::input_of(&unescaped(value, dialect))))?;
    }
    Ok(machine)
}
