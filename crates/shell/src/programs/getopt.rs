//! Options as GNU's commands take them: bundled letters, values attached or apart, long names and their beginnings.

/// The options that a command knows.
pub(super) struct Known {
    /// Letters; those followed by `:` take a value.
    pub(super) letters: &'static str,
    /// Long names with the letter that they stand for.
    pub(super) long: &'static [(&'static str, char)],
}

/// What was given.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Given {
    /// Letters in their order, with their values (empty for those without).
    pub(super) options: Vec<(char, String)>,
    pub(super) operands: Vec<String>,
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
                let (name, letter) = self.long(name)?;
                let value = match (self.takes_value(letter), attached) {
                    (true, Some(value)) => value,
                    (true, None) => args
                        .next()
                        .cloned()
                        .ok_or_else(|| format!("option '--{name}' requires an argument"))?,
                    (false, Some(_)) => return Err(format!("option '--{name}' doesn't allow an argument")),
                    (false, None) => String::new(),
                };
                given.options.push((letter, value));
            } else if arg.len() > 1 && arg.starts_with('-') {
                for (at, letter) in arg[1..].char_indices() {
                    if !self.letters.contains(letter) || letter == ':' {
                        return Err(format!("invalid option -- '{letter}'"));
                    }
                    if !self.takes_value(letter) {
                        given.options.push((letter, String::new()));
                        continue;
                    }
                    let attached = &arg[1 + at + letter.len_utf8()..];
                    let value = match attached {
                        "" => args
                            .next()
                            .cloned()
                            .ok_or_else(|| format!("option requires an argument -- '{letter}'"))?,
                        attached => attached.to_owned(),
                    };
                    given.options.push((letter, value));
                    break;
                }
            } else {
                given.operands.push(arg.clone());
            }
        }
        Ok(given)
    }

    fn takes_value(&self, letter: char) -> bool {
        self.letters.split(letter).nth(1).is_some_and(|rest| rest.starts_with(':'))
    }

    fn long(&self, name: &str) -> Result<(&'static str, char), String> {
        if let Some(exact) = self.long.iter().find(|(known, _)| *known == name) {
            return Ok(*exact);
        }
        let mut beginning = self.long.iter().filter(|(known, _)| known.starts_with(name));
        match (beginning.next(), beginning.next()) {
            (Some(only), None) => Ok(*only),
            (Some(_), Some(_)) => Err(format!("option '--{name}' is ambiguous")),
            _ => Err(format!("unrecognized option '--{name}'")),
        }
    }
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
            ("--qui", "option '--qui' is ambiguous"),
            ("--zz", "unrecognized option '--zz'"),
        ] {
            assert_eq!(read(line), Err(problem.to_owned()), "{line}");
        }
    }
}
