//! `sed`, line by line as its input comes.

mod compile;
mod input;
mod output;
mod run;
mod script;
mod substitute;

use crate::programs::command::{Command, CommandContext, CommandStatus, Result};
use async_trait::async_trait;

use super::getopt::{Given, Known};
use super::live::{Stop, complain, say, stopped, write};
use super::source::Source as File;
use crate::limits::PIECE_BYTES;
use compile::{Source, compile};
use input::Input;
use output::Output;
use run::{Mode, Runner};

pub(super) struct Sed;

const KNOWN: Known = Known {
    letters: "bsnrzuEe:f:l:i::V:",
    long: &[
        ("binary", 'b'),
        ("debug", 'D'),
        ("expression", 'e'),
        ("file", 'f'),
        ("follow-symlinks", 'F'),
        ("help", 'h'),
        ("in-place", 'i'),
        ("line-length", 'l'),
        ("null-data", 'z'),
        ("posix", 'p'),
        ("quiet", 'n'),
        ("regexp-extended", 'E'),
        ("sandbox", 'S'),
        ("separate", 's'),
        ("silent", 'n'),
        ("unbuffered", 'u'),
        ("version", 'v'),
        ("zero-terminated", 'z'),
    ],
};

/// Exit code when something that is needed cannot be had.
const PANIC: i32 = 4;

#[async_trait]
impl Command for Sed {
    async fn execute(&self, ctx: CommandContext<'_>) -> Result<CommandStatus> {
        let run = ctx.run.clone();
        let given = match KNOWN.read(ctx.args) {
            Ok(given) => given,
            Err(problem) => {
                say(&ctx.stderr, format!("sed: {problem}\n{USAGE}")).await;
                return Ok(CommandStatus::with_code(1));
            }
        };
        if given.has('h') || given.has('v') {
            let bugs = "E-mail bug reports to: <bug-sed@gnu.org>.\n";
            let text = if given.has('h') { format!("{USAGE}{bugs}") } else { VERSION.to_owned() };
            return match write(&ctx, text.as_bytes()).await {
                Ok(()) => Ok(CommandStatus::success()),
                Err(stop) => stopped(&ctx, "couldn't write", stop).await,
            };
        }
        let mut operands = given.operands.clone();
        let mut sources = Vec::new();
        for (letter, text) in &given.options {
            match letter {
                'e' => sources.push(Source { text: text.clone().into_bytes(), file: None }),
                'f' => match read_script(&ctx, text).await? {
                    Ok(script) => sources.push(Source { text: script, file: Some(text.clone()) }),
                    Err(reason) => {
                        complain(&ctx, format!("couldn't open file {text}: {reason}")).await;
                        return Ok(CommandStatus::with_code(PANIC));
                    }
                },
                _ => {}
            }
        }
        if sources.is_empty() {
            if operands.is_empty() {
                say(&ctx.stderr, USAGE.to_owned()).await;
                return Ok(CommandStatus::with_code(1));
            }
            sources.push(Source { text: operands.remove(0).into_bytes(), file: None });
        }
        let mut script = match compile(&sources, given.has('E') || given.has('r'), given.has('S')) {
            Ok(script) => script,
            Err((problem, code)) => {
                complain(&ctx, problem).await;
                return Ok(CommandStatus::with_code(code));
            }
        };
        if operands.is_empty() {
            operands.push("-".to_owned());
        }
        let mode = mode(&given, script.quiet);
        let backup = given.value('i').unwrap_or_default().to_owned();
        let output = match Output::new(&ctx, &run, &script.outputs, backup, given.has('u')) {
            Ok(output) => output,
            Err(problem) => {
                complain(&ctx, problem).await;
                return Ok(CommandStatus::with_code(PANIC));
            }
        };
        let input = Input::new(&ctx, operands, mode.end, given.has('s'), given.has('i'));
        let mut runner = Runner::new(&ctx, &run, &mut script, mode, input, output);
        match runner.all().await {
            Ok(code) => Ok(CommandStatus::with_code(code)),
            Err(Stop::Input(problem)) => {
                // What was written before is not lost by what goes wrong later.
                let _ = runner.output.flush().await;
                complain(&ctx, &problem).await;
                Ok(CommandStatus::with_code(if problem.starts_with("-e") { 1 } else { PANIC }))
            }
            Err(Stop::Output(reason)) => {
                complain(&ctx, format!("couldn't write to output: {reason}")).await;
                Ok(CommandStatus::with_code(PANIC))
            }
        }
    }
}

fn mode(given: &Given, quiet: bool) -> Mode {
    let width = given.value('l').and_then(|width| width.parse().ok()).unwrap_or(70);
    let end = if given.has('z') { b'\0' } else { b'\n' };
    Mode { quiet: quiet || given.has('n'), posix: given.has('p'), end, width }
}

async fn read_script(ctx: &CommandContext<'_>, name: &str) -> Result<std::result::Result<Vec<u8>, String>> {
    let mut source = match name {
        "-" => File::stdin(ctx),
        name => match File::open(ctx, name) {
            Ok(source) => source,
            Err(reason) => return Ok(Err(reason)),
        },
    };
    let mut script = Vec::new();
    loop {
        match source.read(PIECE_BYTES).await {
            Ok(bytes) if bytes.is_empty() => break,
            Ok(bytes) => script.extend_from_slice(&bytes),
            Err(Stop::Input(reason) | Stop::Output(reason)) => return Ok(Err(reason)),
        }
        if script.len() > crate::limits::MAX_SCRIPT_BYTES {
            return Ok(Err(sandbox_fs::Errno::ENOMEM.message().to_owned()));
        }
    }
    // The last line's end is none of an empty line.
    if script.last() == Some(&b'\n') {
        script.pop();
    }
    Ok(Ok(script))
}

const VERSION: &str = "sed (GNU sed) 4.9
Packaged by Debian
Copyright (C) 2022 Free Software Foundation, Inc.
License GPLv3+: GNU GPL version 3 or later <https://gnu.org/licenses/gpl.html>.
This is free software: you are free to change and redistribute it.
There is NO WARRANTY, to the extent permitted by law.
";

const USAGE: &str = "\
Usage: sed [OPTION]... {script-only-if-no-other-script} [input-file]...

  -n, --quiet, --silent
                 suppress automatic printing of pattern space
      --debug
                 annotate program execution
  -e script, --expression=script
                 add the script to the commands to be executed
  -f script-file, --file=script-file
                 add the contents of script-file to the commands to be executed
  --follow-symlinks
                 follow symlinks when processing in place
  -i[SUFFIX], --in-place[=SUFFIX]
                 edit files in place (makes backup if SUFFIX supplied)
  -l N, --line-length=N
                 specify the desired line-wrap length for the `l' command
  --posix
                 disable all GNU extensions.
  -E, -r, --regexp-extended
                 use extended regular expressions in the script
                 (for portability use POSIX -E).
  -s, --separate
                 consider files as separate rather than as a single,
                 continuous long stream.
      --sandbox
                 operate in sandbox mode (disable e/r/w commands).
  -u, --unbuffered
                 load minimal amounts of data from the input files and flush
                 the output buffers more often
  -z, --null-data
                 separate lines by NUL characters
      --help     display this help and exit
      --version  output version information and exit

If no -e, --expression, -f, or --file option is given, then the first
non-option argument is taken as the sed script to interpret.  All
remaining arguments are names of input files; if no input files are
specified, then the standard input is read.

GNU sed home page: <https://www.gnu.org/software/sed/>.
General help using GNU software: <https://www.gnu.org/gethelp/>.
";
