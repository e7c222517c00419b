//! All builtins, by name.

use super::Builtin::{Interpreter, Now};
use super::outcome::settled;
use super::{
    Builtin, Entry, declare, directory, echo, export, printf, set, shift, shopt, stack, test, unset,
};

/// The builtin of a name.
pub(crate) fn builtin(name: &str) -> Option<&'static Entry> {
    let at = ENTRIES.binary_search_by_key(&name, |entry| entry.name).ok()?;
    ENTRIES.get(at)
}

const fn entry(name: &'static str, builtin: Builtin, synopsis: &'static str, help: &'static str) -> Entry {
    Entry { name, builtin, special: false, declaration: false, synopsis, help }
}

/// One that POSIX calls special.
const fn special(name: &'static str, builtin: Builtin, synopsis: &'static str, help: &'static str) -> Entry {
    Entry { special: true, ..entry(name, builtin, synopsis, help) }
}

/// One whose arguments expand as assignments.
const fn declaration(entry: Entry) -> Entry {
    Entry { declaration: true, ..entry }
}

/// Sorted by name.
pub(crate) static ENTRIES: &[Entry] = &[
    special(".", Interpreter, ". filename [arguments]", "Execute commands from a file in the current shell."),
    special(":", Now(|shell, args, out| settled(echo::succeed(shell, args, out))), ":", "Null command."),
    entry(
        "[",
        Now(|shell, args, out| settled(test::test(shell, args, out))),
        "[ arg... ]",
        "Evaluate conditional expression.",
    ),
    entry("bg", Interpreter, "bg [job_spec ...]", "Move jobs to the background."),
    special("break", Interpreter, "break [n]", "Exit for, while, or until loops."),
    entry("builtin", Interpreter, "builtin [shell-builtin [arg ...]]", "Execute shell builtins."),
    entry(
        "cd",
        Now(|shell, args, out| settled(directory::cd(shell, args, out))),
        "cd [-L|[-P [-e]] [-@]] [dir]",
        "Change the shell working directory.",
    ),
    entry(
        "command",
        Interpreter,
        "command [-pVv] command [arg ...]",
        "Execute a simple command or display information about commands.",
    ),
    special("continue", Interpreter, "continue [n]", "Resume for, while, or until loops."),
    declaration(entry(
        "declare",
        Now(|shell, args, out| settled(declare::declare(shell, args, out))),
        "declare [-aAfFgiIlnrtux] [name[=value] ...] or declare -p [-aAfFilnrtux] [name ...]",
        "Set variable values and attributes.",
    )),
    entry(
        "dirs",
        Now(|shell, args, out| settled(stack::dirs(shell, args, out))),
        "dirs [-clpv] [+N] [-N]",
        "Display directory stack.",
    ),
    entry(
        "disown",
        Interpreter,
        "disown [-h] [-ar] [jobspec ... | pid ...]",
        "Remove jobs from current shell.",
    ),
    entry(
        "echo",
        Now(|shell, args, out| settled(echo::echo(shell, args, out))),
        "echo [-neE] [arg ...]",
        "Write arguments to the standard output.",
    ),
    special("eval", Interpreter, "eval [arg ...]", "Execute arguments as a shell command."),
    special(
        "exec",
        Interpreter,
        "exec [-cl] [-a name] [command [argument ...]] [redirection ...]",
        "Replace the shell with the given command.",
    ),
    special("exit", Interpreter, "exit [n]", "Exit the shell."),
    declaration(special(
        "export",
        Now(|shell, args, out| settled(export::export(shell, args, out))),
        "export [-fn] [name[=value] ...] or export -p",
        "Set export attribute for shell variables.",
    )),
    entry(
        "false",
        Now(|shell, args, out| settled(echo::fail(shell, args, out))),
        "false",
        "Return an unsuccessful result.",
    ),
    entry("fg", Interpreter, "fg [job_spec]", "Move job to the foreground."),
    entry(
        "jobs",
        Interpreter,
        "jobs [-lnprs] [jobspec ...] or jobs -x command [args]",
        "Display status of jobs.",
    ),
    entry(
        "kill",
        Interpreter,
        "kill [-s sigspec | -n signum | -sigspec] pid | jobspec ... or kill -l [sigspec]",
        "Send a signal to a job.",
    ),
    declaration(entry(
        "local",
        Now(|shell, args, out| settled(declare::local(shell, args, out))),
        "local [option] name[=value] ...",
        "Define local variables.",
    )),
    entry("logout", Interpreter, "logout [n]", "Exit a login shell."),
    entry(
        "popd",
        Now(|shell, args, out| settled(stack::popd(shell, args, out))),
        "popd [-n] [+N | -N]",
        "Remove directories from stack.",
    ),
    entry(
        "printf",
        Now(|shell, args, out| settled(printf::printf(shell, args, out))),
        "printf [-v var] format [arguments]",
        "Formats and prints ARGUMENTS under control of the FORMAT.",
    ),
    entry(
        "pushd",
        Now(|shell, args, out| settled(stack::pushd(shell, args, out))),
        "pushd [-n] [+N | -N | dir]",
        "Add directories to stack.",
    ),
    entry(
        "pwd",
        Now(|shell, args, out| settled(directory::pwd(shell, args, out))),
        "pwd [-LP]",
        "Print the name of the current working directory.",
    ),
    declaration(special(
        "readonly",
        Now(|shell, args, out| settled(export::export(shell, args, out))),
        "readonly [-aAf] [name[=value] ...] or readonly -p",
        "Mark shell variables as unchangeable.",
    )),
    special("return", Interpreter, "return [n]", "Return from a shell function."),
    special(
        "set",
        Now(|shell, args, out| settled(set::set(shell, args, out))),
        "set [-abefhkmnptuvxBCEHPT] [-o option-name] [--] [-] [arg ...]",
        "Set or unset values of shell options and positional parameters.",
    ),
    special(
        "shift",
        Now(|shell, args, out| settled(shift::shift(shell, args, out))),
        "shift [n]",
        "Shift positional parameters.",
    ),
    entry(
        "shopt",
        Now(|shell, args, out| settled(shopt::shopt(shell, args, out))),
        "shopt [-pqsu] [-o] [optname ...]",
        "Set and unset shell options.",
    ),
    special(
        "source",
        Interpreter,
        "source filename [arguments]",
        "Execute commands from a file in the current shell.",
    ),
    entry("suspend", Interpreter, "suspend [-f]", "Suspend shell execution."),
    entry(
        "test",
        Now(|shell, args, out| settled(test::test(shell, args, out))),
        "test [expr]",
        "Evaluate conditional expression.",
    ),
    special("trap", Interpreter, "trap [-lp] [[arg] signal_spec ...]", "Trap signals and other events."),
    entry(
        "true",
        Now(|shell, args, out| settled(echo::succeed(shell, args, out))),
        "true",
        "Return a successful result.",
    ),
    declaration(entry(
        "typeset",
        Now(|shell, args, out| settled(declare::declare(shell, args, out))),
        "typeset [-aAfFgiIlnrtux] name[=value] ... or typeset -p [-aAfFilnrtux] [name ...]",
        "Set variable values and attributes.",
    )),
    special(
        "unset",
        Now(|shell, args, out| settled(unset::unset(shell, args, out))),
        "unset [-f] [-v] [-n] [name ...]",
        "Unset values and attributes of shell variables and functions.",
    ),
    entry(
        "wait",
        Interpreter,
        "wait [-fn] [-p var] [id ...]",
        "Wait for job completion and return exit status.",
    ),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_sorted() {
        assert!(ENTRIES.is_sorted_by_key(|entry| entry.name));
        assert!(builtin("true").is_some() && builtin("truer").is_none());
    }
}
