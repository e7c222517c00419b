//! Variables that the shell itself makes: `RANDOM`, `LINENO`, `FUNCNAME` and others.
//!
//! They are not stored. One that a script gives another value by an ordinary assignment is stored from then on; one
//! that a script unsets leaves a variable without a value, which hides it.

use std::fmt::Write as _;
use std::sync::Arc;

use super::assign::AssignError;
use super::random;
use crate::builtins::directory::logical;
use crate::state::{Attributes, SET_OPTIONS, SHOPT_OPTIONS, SetOption, Shell, ShoptOption, Value, Variable};

/// The version that the shell has.
pub const VERSION: &str = "5.2.15(1)-release";

/// All of them, sorted.
pub const NAMES: &[&str] = &[
    "BASH",
    "BASHOPTS",
    "BASHPID",
    "BASH_ALIASES",
    "BASH_ARGC",
    "BASH_ARGV",
    "BASH_ARGV0",
    "BASH_CMDS",
    "BASH_COMMAND",
    "BASH_LINENO",
    "BASH_SOURCE",
    "BASH_SUBSHELL",
    "BASH_VERSINFO",
    "BASH_VERSION",
    "COMP_WORDBREAKS",
    "DIRSTACK",
    "EPOCHREALTIME",
    "EPOCHSECONDS",
    "EUID",
    "FUNCNAME",
    "GROUPS",
    "HISTCMD",
    "HOSTNAME",
    "HOSTTYPE",
    "IFS",
    "LINENO",
    "MACHTYPE",
    "OPTERR",
    "OPTIND",
    "OSTYPE",
    "PIPESTATUS",
    "PPID",
    "PS4",
    "RANDOM",
    "SECONDS",
    "SHELLOPTS",
    "SRANDOM",
    "UID",
    "_",
];

const NUMBER: Attributes = Attributes { integer: true, ..PLAIN };
const FIXED: Attributes = Attributes { readonly: true, ..PLAIN };
const FIXED_NUMBER: Attributes = Attributes { readonly: true, integer: true, ..PLAIN };
const PLAIN: Attributes = Attributes {
    exported: false,
    readonly: false,
    integer: false,
    lower: false,
    upper: false,
    capital: false,
    name_ref: false,
    trace: false,
    bare: false,
};

impl Shell {
    /// A variable that the shell makes, as it is now.
    pub(super) fn dynamic(&mut self, name: &str) -> Option<Variable> {
        let first = name.as_bytes().first()?;
        if !first.is_ascii_uppercase() && *first != b'_' {
            return None;
        }
        let host = &self.process.kernel.host;
        let (attributes, value) = match name {
            "_" => (PLAIN, text(&self.last_argument)),
            "RANDOM" => {
                self.random = random::next(self.random);
                (NUMBER, text(random::shown(self.random)))
            }
            "SRANDOM" => (NUMBER, text(host.random_u64() as u32)),
            "SECONDS" => (NUMBER, text((host.now().0 - self.seconds_from).div_euclid(NANOSECONDS))),
            "EPOCHSECONDS" => (PLAIN, text(host.now().as_secs())),
            "EPOCHREALTIME" => {
                let now = host.now().0;
                let micros = now.rem_euclid(NANOSECONDS) / 1000;
                (PLAIN, Value::Text(format!("{}.{micros:06}", now.div_euclid(NANOSECONDS))))
            }
            "LINENO" => (PLAIN, text(self.line)),
            "BASHPID" => (NUMBER, text(self.process.pid)),
            "PPID" => {
                let kernel = &self.process.kernel;
                let main = kernel.process(self.main_pid);
                (FIXED_NUMBER, text(main.as_ref().unwrap_or(&self.process).parent()))
            }
            "UID" | "EUID" => (FIXED_NUMBER, text(self.process.credentials().uid)),
            "BASH_SUBSHELL" => (PLAIN, text(self.subshells)),
            "BASH_COMMAND" => (PLAIN, text(&self.command)),
            "BASH_VERSION" => (PLAIN, text(VERSION)),
            "BASH_ARGV0" => (PLAIN, text(&self.name)),
            "BASH" => (PLAIN, text("/usr/bin/bash")),
            "HOSTNAME" => (PLAIN, text(&self.process.kernel.hostname)),
            "HOSTTYPE" => (PLAIN, text("x86_64")),
            "MACHTYPE" => (PLAIN, text("x86_64-pc-linux-gnu")),
            "OSTYPE" => (PLAIN, text("linux-gnu")),
            "HISTCMD" => (NUMBER, text(0)),
            "COMP_WORDBREAKS" => (PLAIN, text(" \t\n\"'@><=;|&(:")),
            "IFS" => (PLAIN, text(" \t\n")),
            "OPTIND" => (NUMBER, text(1)),
            "OPTERR" => (PLAIN, text(1)),
            "PS4" => (PLAIN, text("+ ")),
            "SHELLOPTS" => (FIXED, Value::Text(self.set_options())),
            "BASHOPTS" => (FIXED, Value::Text(self.shopt_options())),
            "BASH_VERSINFO" => (FIXED, list(["5", "2", "15", "1", "release", "x86_64-pc-linux-gnu"])),
            "FUNCNAME" if self.callers.iter().all(|caller| &*caller.name == "main") => return None,
            "FUNCNAME" => (PLAIN, list(self.callers.iter().rev().map(|caller| &*caller.name))),
            "BASH_SOURCE" => (PLAIN, list(self.callers.iter().rev().map(|caller| &*caller.source))),
            "BASH_LINENO" => {
                (PLAIN, list(self.callers.iter().rev().map(|caller| caller.called_from.to_string())))
            }
            "PIPESTATUS" => (PLAIN, list(self.pipe_status.iter().map(i32::to_string))),
            "GROUPS" => {
                let user = self.process.credentials();
                let others = user.groups.iter().filter(|group| **group != user.gid);
                (PLAIN, list([user.gid].iter().chain(others).map(u32::to_string)))
            }
            "DIRSTACK" => {
                (PLAIN, list([logical(self)].into_iter().chain(self.directories.iter().rev().cloned())))
            }
            "BASH_ARGC" | "BASH_ARGV" => (PLAIN, list::<&str>([])),
            "BASH_ALIASES" => {
                let aliases = self.aliases.iter();
                (
                    PLAIN,
                    Value::Associative(aliases.map(|(name, value)| (name.clone(), value.clone())).collect()),
                )
            }
            "BASH_CMDS" => {
                let found = self.hashed.iter();
                (
                    PLAIN,
                    Value::Associative(found.map(|(name, (path, _))| (name.clone(), path.clone())).collect()),
                )
            }
            _ => return None,
        };
        Some(Variable { value, attributes, depth: 0 })
    }

    /// Assigns a variable that the shell makes, and says whether that was all: an ordinary one is still to be stored.
    pub(super) fn assign_dynamic(
        &mut self,
        name: &str,
        subscript: Option<&str>,
        value: &str,
    ) -> Result<bool, AssignError> {
        match (name, subscript) {
            ("BASH_ALIASES", Some(alias)) => {
                self.aliases.insert(alias.to_owned(), value.to_owned());
                return Ok(true);
            }
            ("BASH_CMDS", Some(command)) => {
                self.hashed.insert(command.to_owned(), (value.to_owned(), 0));
                return Ok(true);
            }
            _ => {}
        }
        match name {
            "UID" | "EUID" | "PPID" | "SHELLOPTS" | "BASHOPTS" | "BASH_VERSINFO" => {
                return Err(AssignError::Readonly(name.to_owned()));
            }
            "RANDOM" => self.random = self.evaluate(value)? as u32,
            "SECONDS" => {
                let seconds = self.evaluate(value)?;
                self.seconds_from =
                    self.process.kernel.host.now().0.wrapping_sub(seconds.wrapping_mul(NANOSECONDS));
            }
            "BASH_ARGV0" => {
                self.name = Arc::from(value);
                self.message_name = Arc::clone(&self.name);
            }
            "BASH_SUBSHELL" => self.subshells = u32::try_from(self.evaluate(value)?).unwrap_or(0),
            "SRANDOM" | "LINENO" | "BASHPID" | "EPOCHSECONDS" | "EPOCHREALTIME" | "FUNCNAME"
            | "BASH_SOURCE" | "BASH_LINENO" | "GROUPS" | "DIRSTACK" | "HISTCMD" | "BASH_COMMAND"
            | "PIPESTATUS" | "BASH_ARGC" | "BASH_ARGV" => {}
            _ => return Ok(false),
        }
        Ok(true)
    }

    /// What else it means that a variable was assigned.
    pub(super) fn assigned(&mut self, name: &str) {
        match name {
            "PATH" => self.hashed.clear(),
            "OPTIND" => self.getopts_place = 0,
            "POSIXLY_CORRECT" => self.options.set(SetOption::POSIX, true),
            "IGNOREEOF" => self.options.set(SetOption::IGNOREEOF, true),
            _ => {}
        }
    }

    /// Takes a variable away. One that the shell makes loses its meaning.
    ///
    /// # Errors
    ///
    /// One that cannot be changed.
    pub fn unset(&mut self, name: &str) -> Result<(), AssignError> {
        self.changeable(name)?;
        if self.variables.get(name).is_none() {
            if matches!(name, "UID" | "EUID" | "PPID" | "SHELLOPTS" | "BASHOPTS" | "BASH_VERSINFO") {
                return Err(AssignError::Readonly(name.to_owned()));
            }
            if NAMES.binary_search(&name).is_ok() {
                self.variables.insert(name, Variable::default());
            }
            return Ok(());
        }
        self.variables.remove(name);
        if NAMES.binary_search(&name).is_ok() && self.variables.get(name).is_none() {
            self.variables.insert(name, Variable::default());
        }
        self.assigned(name);
        Ok(())
    }

    /// `$-`
    pub fn option_letters(&self) -> String {
        let mut letters = String::new();
        for letter in "abefhikmnprtuvxBCEHPT".chars() {
            let is_on = match letter {
                'i' => self.interactive,
                letter => SetOption::by_letter(letter).is_some_and(|option| self.options.has(option)),
            };
            if is_on {
                letters.push(letter);
            }
        }
        if self.is_command_string {
            letters.push('c');
        }
        letters
    }

    /// `SHELLOPTS`
    fn set_options(&self) -> String {
        joined(
            SET_OPTIONS
                .iter()
                .map(|(name, _)| *name)
                .filter(|name| SetOption::by_name(name).is_some_and(|option| self.options.has(option))),
        )
    }

    /// `BASHOPTS`
    fn shopt_options(&self) -> String {
        joined(
            SHOPT_OPTIONS.iter().map(|(name, _)| *name).filter(|name| {
                ShoptOption::by_name(name).is_some_and(|option| self.options.has_shopt(option))
            }),
        )
    }
}

const NANOSECONDS: i64 = 1_000_000_000;

fn text(value: impl ToString) -> Value {
    Value::Text(value.to_string())
}

fn list<T: Into<String>>(items: impl IntoIterator<Item = T>) -> Value {
    Value::Indexed((0..).zip(items.into_iter().map(Into::into)).collect())
}

fn joined<'a>(names: impl Iterator<Item = &'a str>) -> String {
    let mut out = String::new();
    for name in names {
        let colon = if out.is_empty() { "" } else { ":" };
        let _never_fails = write!(out, "{colon}{name}");
    }
    out
}
