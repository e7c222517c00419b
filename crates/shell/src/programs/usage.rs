//! Errors in the use of a command, in coreutils' form.

use crate::programs::command::ExecResult;

use super::getopt::{Known, misuse_code};

/// How a command ends before its work: it was asked for help, or misused.
pub(super) type Ended = Box<ExecResult>;

/// `name: problem` and where to read more; the exit code that `name` has for it.
pub(super) fn error(name: &str, problem: impl std::fmt::Display) -> ExecResult {
    ExecResult::err(
        format!("{name}: {problem}\nTry '{name} --help' for more information.\n"),
        misuse_code(name),
    )
}

/// The problem of an option that the command does not know.
pub(super) fn unknown_option(option: &str) -> String {
    match option.strip_prefix("--") {
        Some(_) => format!("unrecognized option '{option}'"),
        None => {
            format!("invalid option -- '{}'", option.trim_start_matches('-').chars().next().unwrap_or('-'))
        }
    }
}

/// The problem of an option without the value that it needs.
pub(super) fn missing_value(option: &str) -> String {
    match option.strip_prefix("--") {
        Some(_) => format!("option '{option}' requires an argument"),
        None => format!("option requires an argument -- '{}'", option.trim_start_matches('-')),
    }
}

/// As [`asked`], of a command that runs another, whose arguments are none of its own.
pub(super) fn asked_before_command(
    args: &[String],
    known: &Known,
    name: &str,
    help: &str,
) -> Option<ExecResult> {
    let at = args.iter().position(|arg| arg == "--help" || arg == "--version")?;
    let before = known.read(&args[..at]).ok()?;
    if before.operands.is_empty() { asked(&args[..=at], name, help) } else { None }
}

/// The answer to `--help` and `--version`; `help` follows the word `Usage:`.
pub(super) fn asked(args: &[String], name: &str, help: &str) -> Option<ExecResult> {
    match args
        .iter()
        .take_while(|arg| *arg != "--")
        .find(|arg| *arg == "--help" || *arg == "--version")?
        .as_str()
    {
        "--help" => Some(ExecResult::ok(format!("Usage: {help}\n"))),
        _ => Some(ExecResult::ok(version(name))),
    }
}

/// What the command `name` says of its version.
pub(super) fn version(name: &str) -> String {
    match name {
        "xargs" => "xargs (GNU findutils) 4.9.0\n".to_owned(),
        "free" | "uptime" => format!("{name} from procps-ng 4.0.2\n"),
        "mount" | "umount" => format!("{name} from util-linux 2.38.1\n"),
        "hostname" => "hostname 3.23\n".to_owned(),
        "grep" | "egrep" | "fgrep" => GREP.to_owned(),
        name => format!("{name} (GNU coreutils) 9.1\n"),
    }
}

const GREP: &str = "\
grep (GNU grep) 3.8
Copyright (C) 2022 Free Software Foundation, Inc.
License GPLv3+: GNU GPL version 3 or later <https://gnu.org/licenses/gpl.html>.
This is free software: you are free to change and redistribute it.
There is NO WARRANTY, to the extent permitted by law.

Written by Mike Haertel and others; see
<https://git.sv.gnu.org/cgit/grep.git/tree/AUTHORS>.
";

/// How a command of procps is used, which it says whenever it is misused.
pub(super) fn procps_usage(name: &str) -> Option<&'static str> {
    match name {
        "free" => Some(FREE),
        "uptime" => Some(UPTIME),
        _ => None,
    }
}

const UPTIME: &str = "
Usage:
 uptime [options]

Options:
 -p, --pretty   show uptime in pretty format
 -h, --help     display this help and exit
 -s, --since    system up since
 -V, --version  output version information and exit

For more details see uptime(1).
";

const FREE: &str = "
Usage:
 free [options]

Options:
 -b, --bytes         show output in bytes
     --kilo          show output in kilobytes
     --mega          show output in megabytes
     --giga          show output in gigabytes
     --tera          show output in terabytes
     --peta          show output in petabytes
 -k, --kibi          show output in kibibytes
 -m, --mebi          show output in mebibytes
 -g, --gibi          show output in gibibytes
     --tebi          show output in tebibytes
     --pebi          show output in pebibytes
 -h, --human         show human-readable output
     --si            use powers of 1000 not 1024
 -l, --lohi          show detailed low and high memory statistics
 -t, --total         show total for RAM + swap
 -v, --committed     show committed memory and commit limit
 -s N, --seconds N   repeat printing every N seconds
 -c N, --count N     repeat printing N times, then exit
 -w, --wide          wide output

     --help     display this help and exit
 -V, --version  output version information and exit

For more details see free(1).
";
