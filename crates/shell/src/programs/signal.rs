//! `kill`, as a program of its own. Jobs are the shell's.

use async_trait::async_trait;
use sandbox_kernel::{LAST_SIGNAL, Pid, SIGTERM, Signal, signal_by_name, signal_name};

use super::command::{Builtin, BuiltinContext, ExecResult, Result};

/// A signal by number or name, with or without `SIG`.
pub(super) fn parse(text: &str) -> Option<Signal> {
    match text.parse() {
        Ok(number) => (0..=LAST_SIGNAL).contains(&number).then_some(number),
        Err(_) => signal_by_name(text),
    }
}

/// The name without `SIG`; that of 0 is `EXIT`.
pub(super) fn name(signal: Signal) -> String {
    signal_name(signal).unwrap_or_else(|| "EXIT".to_owned())
}

pub(super) struct Kill;

const USAGE: &str = "
Usage:
 kill [options] <pid> [...]

Options:
 <pid> [...]            send signal to every <pid> listed
 -<signal>, -s, --signal <signal>
                        specify the <signal> to be sent
 -q, --queue <value>    integer value to be sent with the signal
 -l, --list=[<signal>]  list all signal names, or convert one to a name
 -L, --table            list all signal names in a nice table

 -h, --help     display this help and exit
 -V, --version  output version information and exit

For more details see kill(1).
";

/// What a command line asks for.
#[derive(Debug, PartialEq, Eq)]
enum Wish {
    Send(Signal, Vec<String>),
    List(Option<String>),
    Table,
    Help,
    Version,
    /// What is wrong with it, if that is told.
    Misused(Option<String>),
}

fn wish(args: &[String]) -> Wish {
    let unknown = |text: &str| {
        let first = text.chars().next().unwrap_or('-');
        Wish::Misused(Some(format!("invalid argument {first}")))
    };
    let mut signal = SIGTERM;
    let mut rest = args;
    while let Some((first, others)) = rest.split_first() {
        let Some(option) = first.strip_prefix('-').filter(|option| !option.is_empty()) else { break };
        rest = others;
        let named = match option {
            "-" => break,
            "l" | "-list" => return Wish::List(rest.first().cloned()),
            "L" | "-table" => return Wish::Table,
            "h" | "-help" => return Wish::Help,
            "V" | "-version" => return Wish::Version,
            "s" | "-signal" | "q" | "-queue" => {
                let Some((value, others)) = rest.split_first() else { return unknown(option) };
                rest = others;
                if option.contains('q') {
                    continue;
                }
                value
            }
            option => match option.strip_prefix("-list=") {
                Some(listed) => return Wish::List(Some(listed.to_owned())),
                None => option.strip_prefix("-signal=").unwrap_or(option),
            },
        };
        match parse(named) {
            Some(found) => signal = found,
            // A group, where a signal was named before.
            None => return unknown(named),
        }
        // What follows may be groups, which look like options.
        break;
    }
    let rest = rest.strip_prefix(&["--".to_owned()]).unwrap_or(rest);
    if rest.is_empty() { Wish::Misused(None) } else { Wish::Send(signal, rest.to_vec()) }
}

#[async_trait]
impl Builtin for Kill {
    async fn execute(&self, ctx: &BuiltinContext<'_>) -> Result<ExecResult> {
        let (signal, pids) = match wish(ctx.args) {
            Wish::Send(signal, pids) => (signal, pids),
            Wish::List(asked) => return Ok(list(asked.as_deref())),
            Wish::Table => return Ok(ExecResult::ok(table())),
            Wish::Help => return Ok(ExecResult::ok(USAGE)),
            Wish::Version => return Ok(ExecResult::ok("kill from procps-ng 4.0.2\n")),
            Wish::Misused(problem) => {
                let told = problem.map_or(String::new(), |problem| format!("kill: {problem}\n"));
                return Ok(ExecResult::err(format!("{told}{USAGE}"), 1));
            }
        };
        let mut problems = String::new();
        for text in pids {
            let Ok(pid) = text.parse::<Pid>() else {
                problems += &format!("kill: failed to parse argument: '{text}'\n");
                continue;
            };
            let pid = if pid == 0 { -ctx.run.process.group() } else { pid };
            if let Err(errno) = ctx.run.kernel().signal(pid, signal) {
                problems += &format!("kill: ({pid}): {errno}\n");
            }
        }
        let code = i32::from(!problems.is_empty());
        Ok(ExecResult::err(problems, code))
    }
}

fn list(asked: Option<&str>) -> ExecResult {
    let Some(asked) = asked else {
        let names: Vec<String> = (1..=31).map(name).collect();
        let (first, second) = names.split_at(16);
        return ExecResult::ok(format!("{}\n{}\n", first.join(" "), second.join(" ")));
    };
    let number = asked.parse::<Signal>().ok().map(|number| if number > 128 { number - 128 } else { number });
    match (number, signal_by_name(asked)) {
        (Some(number), _) if signal_name(number).is_some() => ExecResult::ok(format!("{}\n", name(number))),
        (None, Some(signal)) => ExecResult::ok(format!("{signal}\n")),
        _ => ExecResult::err(format!("kill: unknown signal name {asked}\n"), 1),
    }
}

/// Seven in a line.
fn table() -> String {
    const IN_LINE: Signal = 7;
    let mut out = String::new();
    for signal in 1..=31 {
        out += &format!("{signal:2} {:<8}", name(signal));
        if signal % IN_LINE == 0 || signal == 31 {
            let len = out.trim_end().len();
            out.truncate(len);
            out.push('\n');
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(line: &str) -> Wish {
        wish(&line.split_whitespace().map(str::to_owned).collect::<Vec<_>>())
    }

    fn send(signal: Signal, pids: &[&str]) -> Wish {
        Wish::Send(signal, pids.iter().map(|pid| (*pid).to_owned()).collect())
    }

    #[test]
    fn command_lines_are_read() {
        assert_eq!(read("7"), send(15, &["7"]));
        assert_eq!(read("-9 7 8"), send(9, &["7", "8"]));
        assert_eq!(read("-SIGINT 7"), send(2, &["7"]));
        assert_eq!(read("-s KILL 7"), send(9, &["7"]));
        assert_eq!(read("-TERM -7"), send(15, &["-7"]));
        assert_eq!(read("-l 9"), Wish::List(Some("9".to_owned())));
        assert_eq!(read("-NOPE 7"), Wish::Misused(Some("invalid argument N".to_owned())));
        assert_eq!(read(""), Wish::Misused(None));
    }
}
