//! `nice`: runs a command. All run at one priority here, which is told as 0.

use async_trait::async_trait;

use super::command::{Command, CommandContext, CommandStatus, ExecResult, Result};
use super::getopt::Known;
use super::handover;
use super::quoting::value;
use super::usage::{self, Ended};

pub(super) struct Nice;

const KNOWN: Known = Known { letters: "+n:", long: &[("adjustment", 'n')] };

#[async_trait]
impl Command for Nice {
    async fn execute(&self, ctx: CommandContext<'_>) -> Result<CommandStatus> {
        let argv = match command(ctx.args) {
            Ok(argv) => argv,
            Err(ended) => return Ok(ended.tell(&ctx).await),
        };
        let name = value(&argv[0]);
        Ok(handover::to(&ctx, argv, |reason| format!("{name}: {reason}")).await)
    }
}

fn command(args: &[String]) -> std::result::Result<Vec<String>, Ended> {
    if let Some(result) = usage::asked(&args[..args.len().min(1)], "nice", "nice [OPTION] [COMMAND [ARG]...]")
    {
        return Err(result.into());
    }
    let misused = |problem: &str| Ended::from(usage::error("nice", problem));
    let given = KNOWN.read(&with_numbers_named(args)).map_err(|problem| misused(&problem))?;
    if let Some(adjustment) = given.value('n')
        && adjustment.trim_start().parse::<i64>().is_err()
    {
        let problem = format!("nice: invalid adjustment {}\n", value(adjustment));
        return Err(ExecResult::err(problem, 125).into());
    }
    if given.operands.is_empty() {
        return Err(match given.has('n') {
            true => misused("a command must be given with an adjustment"),
            false => ExecResult::ok("0\n").into(),
        });
    }
    Ok(given.operands)
}

/// `-5`, `-+5` and `--5` as what they stand for.
fn with_numbers_named(args: &[String]) -> Vec<String> {
    let mut named = Vec::new();
    for (at, arg) in args.iter().enumerate() {
        let number = arg
            .strip_prefix('-')
            .filter(|rest| rest.trim_start_matches(['-', '+']).starts_with(|c: char| c.is_ascii_digit()));
        match number {
            Some(number) => named.extend(["-n".to_owned(), number.to_owned()]),
            None if arg == "-n" || arg == "--adjustment" => {
                named.extend(args[at..].iter().take(2).cloned());
                named.extend(with_numbers_named(args.get(at + 2..).unwrap_or_default()));
                return named;
            }
            None if arg.starts_with('-') && arg.len() > 1 && arg != "--" => named.push(arg.clone()),
            None => {
                named.extend_from_slice(&args[at..]);
                return named;
            }
        }
    }
    named
}
