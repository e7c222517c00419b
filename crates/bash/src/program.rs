//! The program `bash`: its arguments, its environment, and what it runs.

use std::sync::Arc;

use futures_util::future::BoxFuture;
use sandbox_fs::{Errno, Kind};
use sandbox_kernel::{Call, Program};

use crate::expand::VERSION;
use crate::interactive::Startup;
use crate::state::{SetOption, Shell, ShoptOption, Value, Variable};
use crate::syntax::Command;

/// The program `bash`, also under the name `sh`.
#[derive(Debug, Clone, Copy)]
pub struct Bash;

impl Program for Bash {
    fn run(&self, call: Call) -> BoxFuture<'static, i32> {
        Box::pin(run(call))
    }
}

/// Where the commands come from.
enum Source {
    Text(String),
    File(String),
    Input,
}

async fn run(call: Call) -> i32 {
    let mut shell = Shell::new(&call);
    let mut startup = Startup::default();
    let source = match shell.read_arguments(&call.args, &mut startup) {
        Ok(source) => source,
        Err(code) => return code,
    };
    drop(call);
    let talks = matches!(source, Source::Input) && (startup.is_asked || shell.has_somebody());
    if talks {
        return shell.run_interactively(startup).await;
    }
    match source {
        Source::Text(text) => shell.run_script(&text).await,
        Source::File(path) => match shell.script_of(&path).await {
            Ok(text) => shell.run_script(&text).await,
            Err(code) => code,
        },
        Source::Input => shell.run_standard_input().await,
    }
}

impl Shell {
    /// Reads the arguments of `bash`, or gives the code with which it ends at once.
    fn read_arguments(&mut self, args: &[String], startup: &mut Startup) -> Result<Source, i32> {
        if args.first().is_some_and(|name| name.starts_with('-')) {
            self.options.set_shopt(ShoptOption::LOGIN_SHELL, true);
        }
        if args.first().is_some_and(|name| name.rsplit('/').next() == Some("sh")) {
            self.options.set(SetOption::POSIX, true);
        }
        let mut at = 1;
        let (mut is_command, mut reads_input) = (false, false);
        while let Some(arg) = args.get(at) {
            match arg.as_str() {
                "--" | "-" => {
                    at += 1;
                    break;
                }
                "--version" => {
                    self.print(&format!("GNU bash, version {VERSION} (x86_64-pc-linux-gnu)\nCopyright (C) 2022 Free Software Foundation, Inc.\nLicense GPLv3+: GNU GPL version 3 or later <http://gnu.org/licenses/gpl.html>\n\nThis is free software; you are free to change and redistribute it.\nThere is NO WARRANTY, to the extent permitted by law.\n"));
                    return Err(0);
                }
                "--help" => {
                    self.print(&format!("GNU bash, version {VERSION}-(x86_64-pc-linux-gnu)\nUsage:\tbash [GNU long option] [option] ...\n\tbash [GNU long option] [option] script-file ...\n"));
                    return Err(0);
                }
                "--norc" => startup.no_rc = true,
                "--noprofile" => startup.no_profile = true,
                "--noediting" | "--debugger" => {}
                "--login" => self.options.set_shopt(ShoptOption::LOGIN_SHELL, true),
                "--posix" => self.options.set(SetOption::POSIX, true),
                "--verbose" => self.options.set(SetOption::VERBOSE, true),
                "--rcfile" | "--init-file" => {
                    at += 1;
                    startup.rc_file = args.get(at).cloned();
                }
                long if long.starts_with("--") => {
                    self.say(&format!("{}: {long}: invalid option\n", self.message_name));
                    return Err(2);
                }
                short if short.len() > 1 && short.starts_with(['-', '+']) => {
                    let is_on = short.starts_with('-');
                    for letter in short[1..].chars() {
                        match letter {
                            'c' if is_on => is_command = true,
                            's' => reads_input = true,
                            'i' => startup.is_asked = is_on,
                            'l' => self.options.set_shopt(ShoptOption::LOGIN_SHELL, is_on),
                            'o' | 'O' => {
                                at += 1;
                                self.set_by_name(letter, args.get(at).map(String::as_str), is_on)?;
                            }
                            letter => match SetOption::by_letter(letter) {
                                Some(option) => self.options.set(option, is_on),
                                None => {
                                    let sign = if is_on { '-' } else { '+' };
                                    self.say(&format!(
                                        "{}: {sign}{letter}: invalid option\n",
                                        self.message_name
                                    ));
                                    return Err(2);
                                }
                            },
                        }
                    }
                }
                _ => break,
            }
            at += 1;
        }
        let mut rest = args.get(at..).unwrap_or_default().iter().cloned();
        if is_command {
            let Some(text) = rest.next() else {
                self.say(&format!("{}: -c: option requires an argument\n", self.message_name));
                return Err(2);
            };
            self.is_command_string = true;
            self.variables.insert("BASH_EXECUTION_STRING", Variable::text(text.as_str()));
            if let Some(name) = rest.next() {
                self.name = Arc::from(&*name);
                self.message_name = Arc::from(&*name);
            }
            self.positional = rest.collect();
            return Ok(Source::Text(text));
        }
        match rest.next() {
            Some(path) if !reads_input => {
                self.name = Arc::from(&*path);
                self.positional = rest.collect();
                Ok(Source::File(path))
            }
            first => {
                self.positional = first.into_iter().chain(rest).collect();
                Ok(Source::Input)
            }
        }
    }

    /// Whether somebody types into it: what it reads and where it complains are terminals.
    fn has_somebody(&self) -> bool {
        [0, 2].iter().all(|number| self.descriptors.get(*number).is_ok_and(|it| it.as_terminal().is_some()))
    }

    fn set_by_name(&mut self, letter: char, name: Option<&str>, is_on: bool) -> Result<(), i32> {
        let known = match (letter, name) {
            ('o', Some(name)) => SetOption::by_name(name).map(|option| self.options.set(option, is_on)),
            (_, Some(name)) => ShoptOption::by_name(name).map(|option| self.options.set_shopt(option, is_on)),
            (_, None) => return Ok(()),
        };
        if known.is_none() {
            let what = if letter == 'o' { "invalid option name" } else { "invalid shell option name" };
            self.say(&format!("{}: {}: {what}\n", self.message_name, name.unwrap_or("")));
            return Err(2);
        }
        Ok(())
    }

    /// The text of the script that bash was called with, or the code with which it ends without one.
    async fn script_of(&mut self, path: &str) -> Result<String, i32> {
        let absolute = self.process.absolute(path);
        let kind = self.process.files().stat(&absolute).map(|stat| stat.kind);
        let found = match kind {
            Err(_) if !path.contains('/') => self.search_path(path).unwrap_or_else(|| path.to_owned()),
            _ => path.to_owned(),
        };
        let read = match kind {
            Ok(Kind::Directory) => Err(Errno::EISDIR),
            _ => self.read_script(&found).await,
        };
        match read {
            Ok(text) if text.bytes().take_while(|byte| *byte != b'\n').any(|byte| byte == 0) => {
                self.say(&format!("{path}: {path}: cannot execute binary file\n"));
                Err(126)
            }
            Ok(text) => {
                self.message_name = Arc::from(path);
                Ok(text)
            }
            Err(Errno::EISDIR) => {
                self.say(&format!("{path}: {path}: Is a directory\n"));
                Err(126)
            }
            Err(errno) => {
                self.say(&format!("{}: {path}: {errno}\n", self.message_name));
                Err(if errno == Errno::ENOENT { 127 } else { 126 })
            }
        }
    }

    /// Writes to standard output before anything runs.
    fn print(&mut self, text: &str) {
        if let Ok(stdout) = self.descriptors.get(1).cloned()
            && let Ok(Some(rest)) =
                stdout.write_or_wait(&self.process.kernel, bytes::Bytes::copy_from_slice(text.as_bytes()))
        {
            self.unwritten.push((stdout, rest));
        }
    }

    /// A shell for a call: with its environment, and what every shell has.
    fn new(call: &Call) -> Self {
        let name = call.args.first().map_or("bash", String::as_str);
        let mut shell = Self::of(Arc::clone(&call.process), call.descriptors.clone(), name);
        shell.import(&call.env);
        shell.note_shell_variables(&call.env);
        shell.note_ignored_signals();
        shell
    }

    /// The environment becomes variables and functions.
    fn import(&mut self, env: &std::collections::BTreeMap<String, String>) {
        for (name, value) in env {
            if let Some(function) = name.strip_prefix("BASH_FUNC_").and_then(|name| name.strip_suffix("%%")) {
                self.import_function(function, value);
            } else if crate::syntax::is_name(name) && !is_the_shells_own(name) {
                let mut variable = Variable::text(value.as_str());
                variable.attributes.exported = true;
                self.variables.insert(name.as_str(), variable);
            }
        }
        if let Some(options) = env.get("SHELLOPTS") {
            for option in options.split(':').filter_map(SetOption::by_name) {
                self.options.set(option, true);
            }
        }
    }

    fn import_function(&mut self, name: &str, body: &str) {
        if let Ok(list) = crate::syntax::parse(&format!("{name} {body}"))
            && let [item] = &list.items[..]
            && let [Command::Function(function)] = &item.and_or.first.commands[..]
        {
            self.define_function(function);
            if let Some(definition) = self.functions.get_mut(name) {
                definition.exported = true;
            }
        }
    }

    /// Variables that bash sets as it begins.
    fn note_shell_variables(&mut self, env: &std::collections::BTreeMap<String, String>) {
        let cwd = self.process.cwd();
        let level = env.get("SHLVL").and_then(|level| level.trim().parse::<i64>().ok()).unwrap_or(0);
        let exported = [("PWD", cwd), ("SHLVL", (level + 1).max(0).to_string())];
        for (name, value) in exported {
            let mut variable = Variable::text(value);
            variable.attributes.exported = true;
            self.variables.insert(name, variable);
        }
        if !env.contains_key("OLDPWD") {
            let mut variable = Variable { value: Value::Unset, ..Variable::default() };
            variable.attributes.exported = true;
            self.variables.insert("OLDPWD", variable);
        }
        if self.variables.get("PATH").is_none() {
            self.variables.insert("PATH", Variable::text(super::run::DEFAULT_PATH));
        }
        if self.variables.get("SHELL").is_none() {
            self.variables.insert("SHELL", Variable::text("/bin/bash"));
        }
        if self.variables.get("TERM").is_none() {
            self.variables.insert("TERM", Variable::text("dumb"));
        }
    }
}

/// Variables that come from the shell and never from its environment.
fn is_the_shells_own(name: &str) -> bool {
    matches!(
        name,
        "UID"
            | "EUID"
            | "PPID"
            | "BASHOPTS"
            | "SHELLOPTS"
            | "BASH_VERSINFO"
            | "_"
            | "IFS"
            | "RANDOM"
            | "SECONDS"
    )
}
