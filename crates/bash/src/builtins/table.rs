//! All builtins, by name.

use super::Builtin::{Interpreter, Now};
use super::{Builtin, Entry, echo};

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
    special(":", Now(echo::succeed), ":", "Null command."),
    entry("bg", Interpreter, "bg [job_spec ...]", "Move jobs to the background."),
    special("break", Interpreter, "break [n]", "Exit for, while, or until loops."),
    entry("builtin", Interpreter, "builtin [shell-builtin [arg ...]]", "Execute shell builtins."),
    entry(
        "command",
        Interpreter,
        "command [-pVv] command [arg ...]",
        "Execute a simple command or display information about commands.",
    ),
    special("continue", Interpreter, "continue [n]", "Resume for, while, or until loops."),
    entry(
        "disown",
        Interpreter,
        "disown [-h] [-ar] [jobspec ... | pid ...]",
        "Remove jobs from current shell.",
    ),
    special("eval", Interpreter, "eval [arg ...]", "Execute arguments as a shell command."),
    special(
        "exec",
        Interpreter,
        "exec [-cl] [-a name] [command [argument ...]] [redirection ...]",
        "Replace the shell with the given command.",
    ),
    special("exit", Interpreter, "exit [n]", "Exit the shell."),
    entry("false", Now(echo::fail), "false", "Return an unsuccessful result."),
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
    entry("logout", Interpreter, "logout [n]", "Exit a login shell."),
    special("return", Interpreter, "return [n]", "Return from a shell function."),
    special(
        "source",
        Interpreter,
        "source filename [arguments]",
        "Execute commands from a file in the current shell.",
    ),
    entry("suspend", Interpreter, "suspend [-f]", "Suspend shell execution."),
    special("trap", Interpreter, "trap [-lp] [[arg] signal_spec ...]", "Trap signals and other events."),
    entry("true", Now(echo::succeed), "true", "Return a successful result."),
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
