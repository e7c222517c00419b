//! Options as GNU's commands take them: bundled letters, values attached or apart, long names and their beginnings.

use super::quoting::value;

/// The options that a command knows.
pub(super) struct Known {
    /// Letters; those followed by `:` take a value, and by `::` one that must be attached and may be missing. A `+`
    /// in front: the first operand ends the options.
    pub(super) letters: &'static str,
    /// Long names with the letter that they stand for. Where it is none of `letters`, the option has no short form,
    /// and the name ends with `=` where it takes a value and with `?` where it may.
    pub(super) long: &'static [(&'static str, char)],
}

/// What was given.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Given {
    /// Letters in their order, with their values (empty for those without).
    pub(super) options: Vec<(char, String)>,
    pub(super) operands: Vec<String>,
    /// For each operand, how many options came before it.
    pub(super) before: Vec<usize>,
}

/// Whether an option takes a value.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Takes {
    Nothing,
    Value,
    /// If it is attached.
    Attached,
}

impl Known {
    /// Reads arguments; options may stand among and after operands.
    pub(super) fn read(&self, args: &[String]) -> Result<Given, String> {
        let mut given = Given::default();
        let mut args = args.iter();
        while let Some(arg) = args.next() {
            if arg == "--" {
                given.operands.extend(args.by_ref().cloned());
            } else if let Some(long) = arg.strip_prefix("--") {
                let (name, attached) = match long.split_once('=') {
                    Some((name, value)) => (name, Some(value.to_owned())),
                    None => (long, None),
                };
                let (name, letter, takes) = self.long(name, long)?;
                let value = match (takes, attached) {
                    (Takes::Value | Takes::Attached, Some(value)) => value,
                    (Takes::Value, None) => args
                        .next()
                        .cloned()
                        .ok_or_else(|| format!("option '--{name}' requires an argument"))?,
                    (Takes::Nothing, Some(_)) => {
                        return Err(format!("option '--{name}' doesn't allow an argument"));
                    }
                    (Takes::Nothing | Takes::Attached, None) => String::new(),
                };
                given.options.push((letter, value));
            } else if arg.len() > 1 && arg.starts_with('-') {
                for (at, letter) in arg[1..].char_indices() {
                    if !self.letters.contains(letter) || matches!(letter, ':' | '+') {
                        return Err(format!("invalid option -- '{letter}'"));
                    }
                    let takes = self.takes(letter);
                    if takes == Takes::Nothing {
                        given.options.push((letter, String::new()));
                        continue;
                    }
                    let attached = &arg[1 + at + letter.len_utf8()..];
                    let value = match attached {
                        "" if takes == Takes::Value => args
                            .next()
                            .cloned()
                            .ok_or_else(|| format!("option requires an argument -- '{letter}'"))?,
                        attached => attached.to_owned(),
                    };
                    given.options.push((letter, value));
                    break;
                }
            } else {
                given.before.push(given.options.len());
                given.operands.push(arg.clone());
                if self.letters.starts_with('+') {
                    given.operands.extend(args.by_ref().cloned());
                }
            }
        }
        given.before.resize(given.operands.len(), given.options.len());
        Ok(given)
    }

    fn takes(&self, letter: char) -> Takes {
        match self.letters.split(letter).nth(1) {
            Some(rest) if rest.starts_with("::") => Takes::Attached,
            Some(rest) if rest.starts_with(':') => Takes::Value,
            _ => Takes::Nothing,
        }
    }

    /// The option whose name is `name` or begins so; `typed` is how it was given.
    fn long(&self, name: &str, typed: &str) -> Result<(&'static str, char, Takes), String> {
        let known = |&(long, letter): &(&'static str, char)| match long.as_bytes().last() {
            Some(b'=') => (&long[..long.len() - 1], letter, Takes::Value),
            Some(b'?') => (&long[..long.len() - 1], letter, Takes::Attached),
            _ => (long, letter, self.takes(letter)),
        };
        let matching: Vec<_> =
            self.long.iter().map(known).filter(|(long, ..)| long.starts_with(name)).collect();
        if let Some(exact) = matching.iter().find(|(long, ..)| *long == name) {
            return Ok(*exact);
        }
        match matching[..] {
            [] => Err(format!("unrecognized option '--{typed}'")),
            [first, ref others @ ..] if others.iter().all(|other| other.1 == first.1) => Ok(first),
            ref several => {
                let names: String = several.iter().map(|(long, ..)| format!(" '--{long}'")).collect();
                Err(format!("option '--{typed}' is ambiguous; possibilities:{names}"))
            }
        }
    }
}

impl Given {
    /// Whether an option was given.
    pub(super) fn has(&self, letter: char) -> bool {
        self.options.iter().any(|(given, _)| *given == letter)
    }

    /// The value of an option, the last if it was given several times.
    pub(super) fn value(&self, letter: char) -> Option<&str> {
        self.options.iter().rev().find(|(given, _)| *given == letter).map(|(_, value)| value.as_str())
    }
}

/// The exit code of the command `name` when it is used wrongly.
pub(super) fn misuse_code(name: &str) -> i32 {
    match name {
        "sort" | "ls" | "dir" | "vdir" | "diff" | "cmp" | "diff3" | "sdiff" | "grep" | "egrep" | "fgrep" => 2,
        "tty" => 2,
        "env" | "timeout" | "nohup" | "nice" | "stdbuf" | "chroot" => 125,
        _ => 1,
    }
}

/// The problem of operands that are too few: none, or only those given.
pub(super) fn missing_operand(operands: &[String]) -> String {
    match operands.last() {
        None => "missing operand".to_owned(),
        Some(last) => format!("missing operand after {}", value(last)),
    }
}

/// The problem of an operand too many.
pub(super) fn extra_operand(operand: &str) -> String {
    format!("extra operand {}", value(operand))
}

#[cfg(test)]
mod tests {
    use super::*;

    const KNOWN: Known = Known { letters: "n:qvx", long: &[("lines", 'n'), ("quiet", 'q'), ("quick", 'x')] };

    fn read(line: &str) -> Result<(String, Vec<String>), String> {
        let args: Vec<String> = line.split_whitespace().map(str::to_owned).collect();
        let given = KNOWN.read(&args)?;
        let options = given.options.iter().map(|(letter, value)| format!("{letter}{value}"));
        Ok((options.collect::<Vec<_>>().join(" "), given.operands))
    }

    #[test]
    fn options_are_read_as_getopt_does() {
        for (line, options, operands) in [
            ("a -qn5 b", "q n5", "a b"),
            ("-n 5 -- -q", "n5", "-q"),
            ("--lines=5 --lines 6 --li 7", "n5 n6 n7", ""),
            ("-n -5 -", "n-5", "-"),
            ("--quiet", "q", ""),
        ] {
            let operands = operands.split_whitespace().map(str::to_owned).collect();
            assert_eq!(read(line), Ok((options.to_owned(), operands)), "{line}");
        }
        for (line, problem) in [
            ("-z", "invalid option -- 'z'"),
            ("-:", "invalid option -- ':'"),
            ("-n", "option requires an argument -- 'n'"),
            ("--lines", "option '--lines' requires an argument"),
            ("--quiet=1", "option '--quiet' doesn't allow an argument"),
            ("--qui", "option '--qui' is ambiguous; possibilities: '--quiet' '--quick'"),
            ("--qui=1", "option '--qui=1' is ambiguous; possibilities: '--quiet' '--quick'"),
            ("--zz=1", "unrecognized option '--zz=1'"),
        ] {
            assert_eq!(read(line), Err(problem.to_owned()), "{line}");
        }
    }
}
