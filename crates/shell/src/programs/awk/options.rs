//! The command line of `awk`, and what it says about itself.

use super::dialect::Dialect;

#[derive(Clone, Copy)]
pub(super) enum Asked {
    Version,
    Usage,
}

#[derive(Default)]
pub(super) struct Options {
    /// Files with the program; else it is `program`.
    pub(super) files: Vec<String>,
    pub(super) program: Option<String>,
    pub(super) separator: Option<String>,
    pub(super) assigned: Vec<String>,
    /// Whether a seed was given.
    pub(super) seeded: bool,
    /// Values of `-W` that mean nothing.
    pub(super) vacuous: Vec<String>,
    pub(super) asked: Option<Asked>,
    pub(super) operands: Vec<String>,
}

/// Values of `-W`, of which any beginning does.
const EXTRAS: &[&str] =
    &["dump", "exec", "help", "interactive", "posix_space", "random", "sprintf", "usage", "version"];

/// Long options of gawk that change nothing here.
const GAWK_IGNORED: &[&str] = &[
    "--characters-as-bytes",
    "--lint",
    "--no-optimize",
    "--optimize",
    "--posix",
    "--re-interval",
    "--sandbox",
    "--traditional",
    "--use-lc-numeric",
];

/// Reads the arguments, or says what is wrong with them.
pub(super) fn read(args: &[String], dialect: Dialect) -> Result<Options, String> {
    let mut options = Options::default();
    let mut args = args.iter();
    while let Some(arg) = args.as_slice().first() {
        if arg == "--" {
            args.next();
            break;
        }
        if arg.len() < 2 || !arg.starts_with('-') {
            break;
        }
        args.next();
        if dialect == Dialect::Gawk && read_long(arg, &mut args, &mut options)? {
            continue;
        }
        let (letter, attached) = (&arg[1..2.min(arg.len())], arg.get(2..).unwrap_or_default());
        if !matches!(letter, "f" | "F" | "v" | "W") {
            return Err(format!("not an option: {arg}"));
        }
        let value = match attached {
            "" => args.next().cloned().ok_or_else(|| format!("option -{letter} lacks argument"))?,
            attached => attached.to_owned(),
        };
        match letter {
            "f" => options.files.push(value),
            "F" => options.separator = Some(value),
            "v" => options.assigned.push(value),
            _ => {
                if read_extra(&value, &mut args, &mut options)? {
                    break;
                }
            }
        }
    }
    options.operands = args.cloned().collect();
    if options.files.is_empty() && options.asked.is_none() {
        if options.operands.is_empty() {
            options.asked = Some(Asked::Usage);
        } else {
            options.program = Some(options.operands.remove(0));
        }
    }
    Ok(options)
}

/// Reads a value of `-W`; tells whether it ends the options.
fn read_extra(
    value: &str,
    args: &mut std::slice::Iter<'_, String>,
    options: &mut Options,
) -> Result<bool, String> {
    let name = value.split('=').next().unwrap_or_default();
    match EXTRAS.iter().find(|extra| !name.is_empty() && extra.starts_with(&name.to_ascii_lowercase())) {
        Some(&"version") => options.asked = Some(Asked::Version),
        Some(&("help" | "usage")) => options.asked = Some(Asked::Usage),
        Some(&"random") => options.seeded = true,
        Some(&"exec") => {
            options.files.push(args.next().cloned().ok_or("-W exec is missing its program file")?);
            return Ok(true);
        }
        Some(_) => {}
        None => options.vacuous.push(value.to_owned()),
    }
    Ok(false)
}

/// Reads an option that only gawk has.
fn read_long(
    arg: &str,
    args: &mut std::slice::Iter<'_, String>,
    options: &mut Options,
) -> Result<bool, String> {
    let (name, attached) = match arg.split_once('=') {
        Some((name, value)) => (name, Some(value.to_owned())),
        None => (arg, None),
    };
    match name {
        "-V" | "--version" => options.asked = Some(Asked::Version),
        "-h" | "--help" => options.asked = Some(Asked::Usage),
        "-b" | "-r" | "-P" | "-O" | "-S" => {}
        name if GAWK_IGNORED.contains(&name) => {}
        "--field-separator" | "--assign" | "--file" | "--source" | "-e" => {
            let value = attached.or_else(|| args.next().cloned());
            let value = value.ok_or_else(|| format!("option '{name}' requires an argument"))?;
            match name {
                "--field-separator" => options.separator = Some(value),
                "--assign" => options.assigned.push(value),
                "--file" => options.files.push(value),
                _ => options.program = Some(options.program.take().unwrap_or_default() + &value + "\n"),
            }
        }
        _ => return Ok(false),
    }
    Ok(true)
}

pub(super) const VERSION: &str = "\
mawk 1.3.4 20200120
Copyright 2008-2019,2020, Thomas E. Dickey
Copyright 1991-1996,2014, Michael D. Brennan

";

pub(super) const LIMITS: &str = "\
random-funcs:       srandom/random
regex-funcs:        internal
compiled limits:
sprintf buffer      8192
maximum-integer     2147483647
";

pub(super) const GAWK_VERSION: &str = "\
GNU Awk 5.1.0, API: 3.0
Copyright (C) 1989, 1991-2020 Free Software Foundation.
";

pub(super) const USAGE: &str = "\
Usage: mawk [Options] [Program] [file ...]

Program:
    The -f option value is the name of a file containing program text.
    If no -f option is given, a \"--\" ends option processing; the following
    parameters are the program text.

Options:
    -f program-file  Program  text is read from file instead of from the
                     command-line.  Multiple -f options are accepted.
    -F value         sets the field separator, FS, to value.
    -v var=value     assigns value to program variable var.
    --               unambiguous end of options.

    Implementation-specific options are prefixed with \"-W\".  They can be
    abbreviated:

    -W version       show version information and exit.
    -W dump          show assembler-like listing of program and exit.
    -W help          show this message and exit.
    -W interactive   set unbuffered output, line-buffered input.
    -W exec file     use file as program as well as last option.
    -W random=number set initial random seed.
    -W sprintf=number adjust size of sprintf buffer.
    -W posix_space   do not consider \"\\n\" a space.
    -W usage         show this message and exit.
";
