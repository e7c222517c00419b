//! Lists of variables and functions: `declare -p`, `set`.

use super::describe;
use super::locale::is_utf8;
use super::outcome::Outcome;
use super::wish::Wish;
use crate::expand::DYNAMIC_NAMES;
use crate::state::{Shell, Value, Variable};
use crate::text;

/// Variables that have no value before somebody asks for it, and so have none in lists.
const MADE_WHEN_ASKED: &[&str] = &[
    "BASHPID",
    "BASH_ARGV0",
    "BASH_COMMAND",
    "BASH_SUBSHELL",
    "COMP_WORDBREAKS",
    "EPOCHREALTIME",
    "EPOCHSECONDS",
    "HISTCMD",
    "LINENO",
    "RANDOM",
    "SECONDS",
    "SRANDOM",
];

/// All variables with those that the shell itself makes, by name.
pub(crate) fn all_variables(shell: &mut Shell) -> Vec<(String, Variable)> {
    let mut names: Vec<String> = shell.variables.names().map(str::to_owned).collect();
    let made = DYNAMIC_NAMES.iter().filter(|name| shell.variables.get(name).is_none());
    names.extend(made.map(|name| (*name).to_owned()));
    names.sort_unstable();
    let mut all = Vec::with_capacity(names.len());
    for name in names {
        let is_stored = shell.variables.get(&name).is_some();
        let Some(mut variable) = shell.variable(&name).map(std::borrow::Cow::into_owned) else { continue };
        if is_unset_for_good(&name, &variable) {
            continue;
        }
        if !is_stored && MADE_WHEN_ASKED.contains(&&*name) {
            variable.value = Value::Unset;
        } else if !is_stored && matches!(&*name, "DIRSTACK" | "GROUPS") {
            variable.value = Value::Indexed(Default::default());
        }
        all.push((name, variable));
    }
    all
}

/// Whether a variable is one of the shell's own that a script has unset.
fn is_unset_for_good(name: &str, variable: &Variable) -> bool {
    DYNAMIC_NAMES.binary_search(&name).is_ok() && *variable == Variable::default()
}

/// The functions by name.
pub(crate) fn function_names(shell: &Shell) -> Vec<String> {
    let mut names: Vec<String> = shell.functions.keys().cloned().collect();
    names.sort_unstable();
    names
}

/// What `set` without arguments writes: variables, and functions unless in POSIX mode.
pub(crate) fn list_everything(shell: &mut Shell, with_functions: bool, out: &mut Vec<u8>) {
    let is_utf8 = is_utf8(shell);
    for (name, variable) in all_variables(shell) {
        if let Some(line) = describe::assignment(&name, &variable, is_utf8) {
            out.extend_from_slice(&text::encode(&line));
            out.push(b'\n');
        }
    }
    if with_functions {
        for name in function_names(shell) {
            let text = crate::syntax::declaration(&name, &shell.functions[&name].function.body);
            out.extend_from_slice(&text::encode(&text));
            out.push(b'\n');
        }
    }
}

/// `declare` and `declare -p` without names: those that have one of the attributes.
pub(super) fn list_variables(shell: &mut Shell, wish: &Wish, out: &mut Vec<u8>) -> i32 {
    if wish.on.is_empty() && !wish.prints {
        list_everything(shell, true, out);
        return 0;
    }
    list_matching(shell, out, |own| wish.on.is_empty() || wish.on.chars().any(|letter| own.contains(letter)));
    0
}

/// Declarations of the variables whose letters of attributes are as wanted.
pub(super) fn list_matching(shell: &mut Shell, out: &mut Vec<u8>, is_wanted: impl Fn(&str) -> bool) {
    let is_utf8 = is_utf8(shell);
    for (name, variable) in all_variables(shell) {
        if is_wanted(&describe::attribute_letters(&variable)) {
            out.extend_from_slice(&text::encode(&describe::declaration(&name, &variable, is_utf8)));
            out.push(b'\n');
        }
    }
}

/// `declare -f` and `declare -F` without names.
pub(super) fn list_functions(shell: &Shell, wish: &Wish, out: &mut Vec<u8>) -> i32 {
    for name in function_names(shell) {
        let definition = &shell.functions[&name];
        let has = |letter| match letter {
            'x' => definition.exported,
            'r' => definition.readonly,
            't' => definition.traced,
            _ => false,
        };
        if !wish.on.is_empty() && !wish.on.chars().any(has) {
            continue;
        }
        let text = match wish.names_only {
            true => describe::function_line(&name, definition) + "\n",
            false => describe::function(&name, definition),
        };
        out.extend_from_slice(&text::encode(&text));
    }
    0
}

/// `declare -p name …`
pub(super) fn show(
    shell: &mut Shell,
    builtin: &str,
    wish: &Wish,
    operands: &[String],
    out: &mut Vec<u8>,
) -> Outcome {
    let is_utf8 = is_utf8(shell);
    let mut status = 0;
    for name in operands {
        let text = match wish.functions {
            true => shell.functions.get(name).map(|definition| match wish.names_only {
                true => describe::function_line(name, definition) + "\n",
                false => describe::function(name, definition),
            }),
            false => shell
                .variable(name)
                .filter(|variable| !is_unset_for_good(name, variable))
                .map(|variable| describe::declaration(name, &variable, is_utf8) + "\n"),
        };
        match text {
            Some(text) => out.extend_from_slice(&text::encode(&text)),
            None => {
                shell.complain(format!("{builtin}: {name}: not found"));
                status = 1;
            }
        }
    }
    Ok(status)
}
