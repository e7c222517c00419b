//! `getopt` of util-linux: the arguments of a script, in an order that it can read.

use crate::programs::command::{Builtin, BuiltinContext, ExecResult, Result};
use async_trait::async_trait;

use super::getopt::Known;
use super::usage;

pub(super) struct Getopt;

const KNOWN: Known = Known {
    letters: "+ao:l:n:qQs:TuhV",
    long: &[
        ("alternative", 'a'),
        ("help", 'h'),
        ("longoptions", 'l'),
        ("name", 'n'),
        ("options", 'o'),
        ("quiet", 'q'),
        ("quiet-output", 'Q'),
        ("shell", 's'),
        ("test", 'T'),
        ("unquoted", 'u'),
        ("version", 'V'),
    ],
};

/// Exit code when `getopt` itself was used wrongly.
const MISUSED: i32 = 2;

#[async_trait]
impl Builtin for Getopt {
    async fn execute(&self, ctx: &BuiltinContext<'_>) -> Result<ExecResult> {
        let misused = |problem: &str| ExecResult { exit_code: MISUSED, ..usage::error("getopt", problem) };
        // Without options of its own the first argument is the list of letters, and nothing is quoted.
        let old = ctx.args.first().is_none_or(|first| !first.starts_with('-'));
        let given = match KNOWN.read(if old { &[] } else { ctx.args }) {
            Ok(given) => given,
            Err(problem) => return Ok(misused(&problem)),
        };
        if given.has('V') {
            return Ok(ExecResult::ok("getopt from util-linux 2.38.1\n"));
        }
        if given.has('h') {
            return Ok(ExecResult::ok(HELP));
        }
        if given.has('T') {
            return Ok(ExecResult::err("", 4));
        }
        let mut args = if old { ctx.args } else { &given.operands[..] };
        let letters = match given.value('o') {
            Some(letters) => letters,
            None => match args.split_first() {
                Some((letters, rest)) => {
                    args = rest;
                    letters
                }
                None => return Ok(misused("missing optstring argument")),
            },
        };
        if args.first().is_some_and(|first| first == "--") && !old && given.value('o').is_none() {
            args = &args[1..];
        }
        let in_order = letters.starts_with('-');
        let stops = letters.starts_with('+') || ctx.env.contains_key("POSIXLY_CORRECT");
        let long = given.options.iter().filter(|(letter, _)| *letter == 'l');
        let mut reader = Reader {
            letters: letters.trim_start_matches(['-', '+']),
            long: long.flat_map(|(_, names)| names.split([',', ' ', '\t', '\n'])).collect(),
            alternative: given.has('a'),
            in_order,
            stops: stops && !in_order,
            quote: if old || given.has('u') {
                None
            } else {
                Some(given.value('s').is_some_and(|s| s.ends_with("csh")))
            },
            out: String::new(),
            problems: Vec::new(),
        };
        reader.read(args);
        let name = given.value('n').unwrap_or("getopt");
        let problems: String = match given.has('q') {
            true => String::new(),
            false => reader.problems.iter().map(|problem| format!("{name}: {problem}\n")).collect(),
        };
        let mut result = ExecResult::err(problems, i32::from(!reader.problems.is_empty()));
        if !given.has('Q') {
            result.stdout = (reader.out + "\n").into();
        }
        Ok(result)
    }
}

struct Reader<'a> {
    letters: &'a str,
    /// With the colons that stand behind them.
    long: Vec<&'a str>,
    alternative: bool,
    in_order: bool,
    stops: bool,
    /// Whether words are quoted, and then whether for `csh`.
    quote: Option<bool>,
    out: String,
    problems: Vec<String>,
}

impl Reader<'_> {
    fn read(&mut self, args: &[String]) {
        let mut operands = Vec::new();
        let mut args = args.iter();
        while let Some(arg) = args.next() {
            if arg == "--" {
                operands.extend(args.by_ref());
            } else if let Some(name) = arg.strip_prefix("--") {
                self.long(name, "--", &mut args);
            } else if self.alternative && arg.len() > 2 && arg.starts_with('-') && self.knows(&arg[1..]) {
                self.long(&arg[1..], "-", &mut args);
            } else if arg.len() > 1 && arg.starts_with('-') {
                self.cluster(&arg[1..], &mut args);
            } else if self.in_order {
                self.word(arg);
            } else {
                operands.push(arg);
                if self.stops {
                    operands.extend(args.by_ref());
                }
            }
        }
        self.out += " --";
        for operand in operands {
            self.word(operand);
        }
    }

    fn knows(&self, name: &str) -> bool {
        let name = name.split('=').next().unwrap_or_default();
        self.long.iter().any(|long| long.starts_with(name))
    }

    fn cluster(&mut self, letters: &str, args: &mut std::slice::Iter<'_, String>) {
        for (at, letter) in letters.char_indices() {
            let known = self.letters.split_once(letter).filter(|_| letter != ':').map(|(_, after)| after);
            let Some(after) = known else {
                self.problems.push(format!("invalid option -- '{letter}'"));
                continue;
            };
            let attached = &letters[at + letter.len_utf8()..];
            if !after.starts_with(':') {
                self.out += &format!(" -{letter}");
                continue;
            }
            let value = match attached {
                "" if after.starts_with("::") => Some(String::new()),
                "" => args.next().cloned(),
                attached => Some(attached.to_owned()),
            };
            match value {
                Some(value) => {
                    self.out += &format!(" -{letter}");
                    self.word(&value);
                }
                None => self.problems.push(format!("option requires an argument -- '{letter}'")),
            }
            return;
        }
    }

    fn long(&mut self, text: &str, dashes: &str, args: &mut std::slice::Iter<'_, String>) {
        let (name, attached) = text.split_once('=').map_or((text, None), |(name, value)| (name, Some(value)));
        let plain = |long: &str| long.trim_end_matches(':').to_owned();
        let beginning: Vec<&str> =
            self.long.iter().copied().filter(|long| !long.is_empty() && long.starts_with(name)).collect();
        let exact = beginning.iter().copied().find(|long| plain(long) == name);
        let known = match (exact, &beginning[..]) {
            (Some(known), _) | (None, &[known]) => known,
            (None, []) => return self.problems.push(format!("unrecognized option '{dashes}{name}'")),
            (None, several) => {
                let names: String =
                    several.iter().map(|long| format!(" '{dashes}{}'", plain(long))).collect();
                return self
                    .problems
                    .push(format!("option '{dashes}{text}' is ambiguous; possibilities:{names}"));
            }
        };
        let name = plain(known);
        let value = match (known.len() - name.len(), attached) {
            (0, Some(_)) => {
                return self.problems.push(format!("option '{dashes}{name}' doesn't allow an argument"));
            }
            (0, None) => None,
            (_, Some(value)) => Some(value.to_owned()),
            (1, None) => match args.next() {
                Some(value) => Some(value.clone()),
                None => {
                    return self.problems.push(format!("option '{dashes}{name}' requires an argument"));
                }
            },
            (_, None) => Some(String::new()),
        };
        self.out += &format!(" --{name}");
        if let Some(value) = value {
            self.word(&value);
        }
    }

    fn word(&mut self, word: &str) {
        let Some(for_csh) = self.quote else {
            self.out += &format!(" {word}");
            return;
        };
        self.out += " '";
        for letter in word.chars() {
            match letter {
                '\'' => self.out += "'\\''",
                '!' if for_csh => self.out += "'\\!'",
                '\n' if for_csh => self.out += "\\n",
                letter if for_csh && letter.is_ascii_whitespace() => self.out += &format!("'\\{letter}'"),
                letter => self.out.push(letter),
            }
        }
        self.out.push('\'');
    }
}

const HELP: &str = "
Usage:
 getopt <optstring> <parameters>
 getopt [options] [--] <optstring> <parameters>
 getopt [options] -o|--options <optstring> [options] [--] <parameters>

Parse command options.

Options:
 -a, --alternative             allow long options starting with single -
 -l, --longoptions <longopts>  the long options to be recognized
 -n, --name <progname>         the name under which errors are reported
 -o, --options <optstring>     the short options to be recognized
 -q, --quiet                   disable error reporting by getopt(3)
 -Q, --quiet-output            no normal output
 -s, --shell <shell>           set quoting conventions to those of <shell>
 -T, --test                    test for getopt(1) version
 -u, --unquoted                do not quote the output

 -h, --help                    display this help
 -V, --version                 display version

For more details see getopt(1).
";
