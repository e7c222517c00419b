//! Options of builtins: `-abc`, `-n 3`, `--`.

use super::builtin;
use super::outcome::{Outcome, Stop};
use crate::state::Shell;

/// Reads options one after another, as all builtins of bash do.
pub(crate) struct Options<'a> {
    args: &'a [String],
    /// The letters that there are; one with `:` after it takes an argument, one with `;` may take one that is joined to
    /// it or follows and is no option. A `+` at the beginning: options may begin with `+` too.
    known: &'static str,
    /// The argument that is read next.
    at: usize,
    /// How many bytes of it were read.
    within: usize,
}

/// One option.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Opt<'a> {
    /// Its letter.
    pub(crate) letter: char,
    /// Whether it began with `+`.
    pub(crate) plus: bool,
    /// Its argument, where it takes one and got one.
    pub(crate) argument: Option<&'a str>,
}

impl<'a> Options<'a> {
    /// The options of a builtin; `args` begins with its name.
    pub(crate) fn new(args: &'a [String], known: &'static str) -> Self {
        Self { args, known, at: 1, within: 0 }
    }

    /// The next option.
    ///
    /// # Errors
    ///
    /// What is wrong was told, or the help was written: the builtin ends.
    pub(crate) fn next(&mut self, shell: &mut Shell, out: &mut Vec<u8>) -> Outcome<Option<Opt<'a>>> {
        let name = &self.args[0];
        let Some(arg) = self.args.get(self.at) else { return Ok(None) };
        let known = self.known.strip_prefix('+');
        if self.within == 0 {
            if arg == "--help" {
                help(name, out);
                return Err(Stop::Failed(2));
            }
            let is_option =
                arg.len() > 1 && (arg.starts_with('-') || known.is_some() && arg.starts_with('+'));
            if arg == "--" {
                self.at += 1;
            }
            if !is_option || arg == "--" {
                return Ok(None);
            }
            self.within = 1;
        }
        let plus = arg.starts_with('+');
        let sign = if plus { '+' } else { '-' };
        let Some(letter) = arg[self.within..].chars().next() else { return Ok(None) };
        self.within += letter.len_utf8();
        let known = known.unwrap_or(self.known);
        let place = known.find(letter).filter(|_| letter != ':' && letter != ';');
        let Some(place) = place else {
            shell.complain(format!("{name}: {sign}{letter}: invalid option"));
            return Err(usage(shell, name));
        };
        let rest = &arg[self.within..];
        let argument = match known.as_bytes().get(place + letter.len_utf8()) {
            Some(b':' | b';') if !rest.is_empty() => Some(rest),
            Some(b':') => {
                self.at += 1;
                let Some(argument) = self.args.get(self.at) else {
                    shell.complain(format!("{name}: {sign}{letter}: option requires an argument"));
                    return Err(usage(shell, name));
                };
                Some(&argument[..])
            }
            Some(b';') => {
                let next = self.args.get(self.at + 1).filter(|next| !next.starts_with('-'));
                self.at += usize::from(next.is_some());
                next.map(String::as_str)
            }
            _ if !rest.is_empty() => return Ok(Some(Opt { letter, plus, argument: None })),
            _ => None,
        };
        (self.at, self.within) = (self.at + 1, 0);
        Ok(Some(Opt { letter, plus, argument }))
    }

    /// What follows the options.
    pub(crate) fn operands(&self) -> &'a [String] {
        self.args.get(self.at..).unwrap_or_default()
    }
}

/// Refuses every option; gives the operands.
///
/// # Errors
///
/// As [`Options::next`].
pub(crate) fn no_options<'a>(
    shell: &mut Shell,
    args: &'a [String],
    out: &mut Vec<u8>,
) -> Outcome<&'a [String]> {
    let mut options = Options::new(args, "");
    options.next(shell, out)?;
    Ok(options.operands())
}

/// Tells how a builtin is used; it fails with status 2.
pub(crate) fn usage(shell: &mut Shell, name: &str) -> Stop {
    let synopsis = builtin(name).map_or(name, |entry| entry.synopsis);
    shell.say(&format!("{name}: usage: {synopsis}\n"));
    Stop::Failed(2)
}

/// Writes what `help` tells about a builtin.
pub(crate) fn help(name: &str, out: &mut Vec<u8>) {
    if let Some(entry) = builtin(name) {
        out.extend_from_slice(format!("{name}: {}\n    {}\n", entry.synopsis, entry.help).as_bytes());
    }
}
