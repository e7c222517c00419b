//! All builtins, by name.

use super::Builtin::{Interpreter, Now, Waiting};
use super::outcome::settled;
use super::{
    Builtin, Entry, alias, arithmetic, caller, completion, declare, directory, echo, enable, export, getopts,
    hash, help, history, mapfile, naming, printf, read, set, shift, shopt, stack, test, ulimit, umask, unset,
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
    declaration(entry(
        "alias",
        Now(|shell, args, out| settled(alias::alias(shell, args, out))),
        "alias [-p] [name[=value] ... ]",
        "Define or display aliases.",
    )),
    entry("bg", Interpreter, "bg [job_spec ...]", "Move jobs to the background."),
    entry(
        "bind",
        Now(|shell, args, out| settled(history::bind(shell, args, out))),
        "bind [-lpsvPSVX] [-m keymap] [-f filename] [-q name] [-u name] [-r keyseq] [-x keyseq:shell-command] [keyseq:readline-function or readline-command]",
        "Set Readline key bindings and variables.",
    ),
    special("break", Interpreter, "break [n]", "Exit for, while, or until loops."),
    entry("builtin", Interpreter, "builtin [shell-builtin [arg ...]]", "Execute shell builtins."),
    entry(
        "caller",
        Now(|shell, args, out| settled(caller::caller(shell, args, out))),
        "caller [expr]",
        "Return the context of the current subroutine call.",
    ),
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
    entry(
        "compgen",
        Waiting(|shell, args, out| {
            Box::pin(async move { settled(completion::compgen(shell, args, out).await) })
        }),
        "compgen [-abcdefgjksuv] [-o option] [-A action] [-G globpat] [-W wordlist] [-F function] [-C command] [-X filterpat] [-P prefix] [-S suffix] [word]",
        "Display possible completions depending on the options.",
    ),
    entry(
        "complete",
        Now(|shell, args, out| settled(completion::complete(shell, args, out))),
        "complete [-abcdefgjksuv] [-pr] [-DEI] [-o option] [-A action] [-G globpat] [-W wordlist] [-F function] [-C command] [-X filterpat] [-P prefix] [-S suffix] [name ...]",
        "Specify how arguments are to be completed by Readline.",
    ),
    entry(
        "compopt",
        Now(|shell, args, out| settled(completion::compopt(shell, args, out))),
        "compopt [-o|+o option] [-DEI] [name ...]",
        "Modify or display completion options.",
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
    entry(
        "enable",
        Now(|shell, args, out| settled(enable::enable(shell, args, out))),
        "enable [-a] [-dnps] [-f filename] [name ...]",
        "Enable and disable shell builtins.",
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
    entry(
        "fc",
        Waiting(|shell, args, out| Box::pin(async move { settled(history::fc(shell, args, out).await) })),
        "fc [-e ename] [-lnr] [first] [last] or fc -s [pat=rep] [command]",
        "Display or execute commands from the history list.",
    ),
    entry("fg", Interpreter, "fg [job_spec]", "Move job to the foreground."),
    entry(
        "getopts",
        Now(|shell, args, out| settled(getopts::getopts(shell, args, out))),
        "getopts optstring name [arg ...]",
        "Parse option arguments.",
    ),
    entry(
        "hash",
        Now(|shell, args, out| settled(hash::hash(shell, args, out))),
        "hash [-lr] [-p pathname] [-dt] [name ...]",
        "Remember or display program locations.",
    ),
    entry(
        "help",
        Now(|shell, args, out| settled(help::help(shell, args, out))),
        "help [-dms] [pattern ...]",
        "Display information about builtin commands.",
    ),
    entry(
        "history",
        Now(|shell, args, out| settled(history::history(shell, args, out))),
        "history [-c] [-d offset] [n] or history -anrw [filename] or history -ps arg [arg...]",
        "Display or manipulate the history list.",
    ),
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
    entry(
        "let",
        Now(|shell, args, out| settled(arithmetic::evaluate(shell, args, out))),
        "let arg [arg ...]",
        "Evaluate arithmetic expressions.",
    ),
    declaration(entry(
        "local",
        Now(|shell, args, out| settled(declare::local(shell, args, out))),
        "local [option] name[=value] ...",
        "Define local variables.",
    )),
    entry("logout", Interpreter, "logout [n]", "Exit a login shell."),
    entry(
        "mapfile",
        Waiting(|shell, args, out| {
            Box::pin(async move { settled(mapfile::mapfile(shell, args, out).await) })
        }),
        "mapfile [-d delim] [-n count] [-O origin] [-s count] [-t] [-u fd] [-C callback] [-c quantum] [array]",
        "Read lines from the standard input into an indexed array variable.",
    ),
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
    entry(
        "read",
        Waiting(|shell, args, out| Box::pin(async move { settled(read::read(shell, args, out).await) })),
        "read [-ers] [-a array] [-d delim] [-i text] [-n nchars] [-N nchars] [-p prompt] [-t timeout] [-u fd] [name ...]",
        "Read a line from the standard input and split it into fields.",
    ),
    entry(
        "readarray",
        Waiting(|shell, args, out| {
            Box::pin(async move { settled(mapfile::mapfile(shell, args, out).await) })
        }),
        "readarray [-d delim] [-n count] [-O origin] [-s count] [-t] [-u fd] [-C callback] [-c quantum] [array]",
        "Read lines from a file into an array variable.",
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
    special(
        "times",
        Now(|shell, args, out| settled(caller::times(shell, args, out))),
        "times",
        "Display process times.",
    ),
    special("trap", Interpreter, "trap [-lp] [[arg] signal_spec ...]", "Trap signals and other events."),
    entry(
        "true",
        Now(|shell, args, out| settled(echo::succeed(shell, args, out))),
        "true",
        "Return a successful result.",
    ),
    entry(
        "type",
        Now(|shell, args, out| settled(naming::type_of(shell, args, out))),
        "type [-afptP] name [name ...]",
        "Display information about command type.",
    ),
    declaration(entry(
        "typeset",
        Now(|shell, args, out| settled(declare::declare(shell, args, out))),
        "typeset [-aAfFgiIlnrtux] name[=value] ... or typeset -p [-aAfFilnrtux] [name ...]",
        "Set variable values and attributes.",
    )),
    entry(
        "ulimit",
        Now(|shell, args, out| settled(ulimit::ulimit(shell, args, out))),
        "ulimit [-SHabcdefiklmnpqrstuvxPRT] [limit]",
        "Modify shell resource limits.",
    ),
    entry(
        "umask",
        Now(|shell, args, out| settled(umask::umask(shell, args, out))),
        "umask [-p] [-S] [mode]",
        "Display or set file mode mask.",
    ),
    entry(
        "unalias",
        Now(|shell, args, out| settled(alias::unalias(shell, args, out))),
        "unalias [-a] name [name ...]",
        "Remove each NAME from the list of defined aliases.",
    ),
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
