//! `declare`, `typeset` and `local`: variables with attributes.

use sandbox_kernel::at_once;

use super::describe;
use super::listing::{list_functions, list_variables, show};
use super::outcome::{Outcome, Stop, failed, not_an_identifier};
use super::target::{self, refused};
use super::wish::Wish;
use crate::expand::{is_reference_target, list_of, parse_elements};
use crate::state::{Associative, Shell, ShoptOption, Value, Variable};

/// `declare` and `typeset`
pub(super) fn declare(shell: &mut Shell, args: &[String], out: &mut Vec<u8>) -> Outcome {
    let (wish, operands) = Wish::read(shell, args, out)?;
    if operands.is_empty() {
        return match wish.functions {
            true => Ok(list_functions(shell, &wish, out)),
            false => Ok(list_variables(shell, &wish, out)),
        };
    }
    if wish.prints {
        return show(shell, &args[0], &wish, operands, out);
    }
    if wish.functions {
        return declare_functions(shell, &args[0], &wish, operands, out);
    }
    declare_all(shell, &args[0], &wish, operands)
}

/// `local`
pub(super) fn local(shell: &mut Shell, args: &[String], out: &mut Vec<u8>) -> Outcome {
    if args.get(1).is_some_and(|first| first == "--help") {
        super::options::help("local", out);
        return Ok(2);
    }
    if shell.variables.depth() == 0 {
        return Err(failed(shell, "local: can only be used in a function"));
    }
    let (wish, operands) = Wish::read(shell, args, out)?;
    if operands.is_empty() {
        let is_utf8 = super::locale::is_utf8(shell);
        for name in shell.variables.locals() {
            if let Some(variable) = shell.variables.get(name) {
                let line = describe::declaration(name, variable, is_utf8);
                out.extend_from_slice(&crate::text::encode(&format!("{line}\n")));
            }
        }
        return Ok(0);
    }
    if wish.prints {
        return show(shell, "local", &wish, operands, out);
    }
    declare_all(shell, "local", &wish, operands)
}

fn declare_functions(
    shell: &mut Shell,
    builtin: &str,
    wish: &Wish,
    operands: &[String],
    out: &mut Vec<u8>,
) -> Outcome {
    let mut status = 0;
    for name in operands {
        if split_assignment(name).1.is_some() {
            return Err(failed(shell, format!("{builtin}: cannot use `-f' to make functions")));
        }
        let shown = describe::function_place(shell, name);
        let is_extended = shell.options.has_shopt(ShoptOption::EXTDEBUG);
        let Some(function) = shell.functions.get_mut(name) else {
            status = 1;
            continue;
        };
        if wish.on.is_empty() && wish.off.is_empty() {
            let text = match wish.names_only {
                true if is_extended => format!("{shown}\n"),
                true => format!("{name}\n"),
                false => describe::function(name, function),
            };
            out.extend_from_slice(&crate::text::encode(&text));
            continue;
        }
        if function.readonly && wish.turns_off('r') {
            shell.complain(format!("{builtin}: {name}: readonly function"));
            status = 1;
            continue;
        }
        function.exported = (function.exported || wish.turns_on('x')) && !wish.turns_off('x');
        function.readonly |= wish.turns_on('r');
        function.traced = (function.traced || wish.turns_on('t')) && !wish.turns_off('t');
    }
    Ok(status)
}

/// Declares one after another; one that cannot be does not keep the others from it.
fn declare_all(shell: &mut Shell, builtin: &str, wish: &Wish, operands: &[String]) -> Outcome {
    let mut status = 0;
    for operand in operands {
        match declare_one(shell, builtin, wish, operand) {
            Ok(()) => {}
            Err(Stop::Failed(failed)) => status = failed,
            Err(unwind) => return Err(unwind),
        }
    }
    Ok(status)
}

/// What is before the `=`, and what is after it with whether it was `+=`.
pub(super) fn split_assignment(text: &str) -> (&str, Option<(bool, &str)>) {
    let name_end = text.bytes().take_while(|byte| *byte == b'_' || byte.is_ascii_alphanumeric()).count();
    let mut end = name_end;
    if name_end > 0 && text[name_end..].starts_with('[') {
        let mut depth = 0;
        let close = text[name_end..].find(|character| {
            match character {
                '[' => depth += 1,
                ']' => depth -= 1,
                _ => {}
            }
            depth == 0
        });
        end = close.map_or(name_end, |close| name_end + close + 1);
    }
    let rest = &text[end..];
    match (rest.strip_prefix("+="), rest.strip_prefix('=')) {
        (Some(value), _) => (&text[..end], Some((true, value))),
        (_, Some(value)) => (&text[..end], Some((false, value))),
        _ => (text, None),
    }
}

fn declare_one(shell: &mut Shell, builtin: &str, wish: &Wish, operand: &str) -> Outcome<()> {
    if wish.is_local && operand == "-" {
        let depth = shell.variables.depth();
        let options = shell.options;
        if shell.memory.options_before.last().is_none_or(|(known, _)| *known != depth) {
            shell.memory.options_before.push((depth, options));
        }
        return Ok(());
    }
    let (written, value) = split_assignment(operand);
    let Some((name, subscript)) = target::split(written) else {
        not_an_identifier(shell, builtin, operand);
        return Err(Stop::Failed(1));
    };
    if wish.turns_on('n') {
        check_reference(shell, builtin, name, subscript, value.map(|(_, value)| value))?;
    }
    let is_in_function = shell.variables.depth() > 0 && !wish.global;
    let is_hidden = shell.variables.get(name).is_some_and(|variable| variable.depth > 0);
    if wish.global && is_hidden {
        return with_global(shell, name, |shell| change(shell, builtin, wish, name, subscript, value));
    }
    if is_in_function {
        make_local(shell, builtin, wish, name)?;
    }
    // Attributes go to what a reference refers to, unless the reference itself is meant.
    let meant = match wish.turns_on('n') || wish.turns_off('n') || is_in_function {
        true => name.to_owned(),
        false => shell.referred(name).into_owned(),
    };
    change(shell, builtin, wish, &meant, subscript, value)
}

fn check_reference(
    shell: &mut Shell,
    builtin: &str,
    name: &str,
    subscript: Option<&str>,
    value: Option<&str>,
) -> Outcome<()> {
    if subscript.is_some() || shell.variables.get(name).is_some_and(Variable::is_array) {
        return Err(failed(shell, format!("{builtin}: {name}: reference variable cannot be an array")));
    }
    let Some(value) = value else { return Ok(()) };
    if value == name || value.strip_prefix(name).is_some_and(|rest| rest.starts_with('[')) {
        if shell.variables.depth() == 0 {
            let problem = "nameref variable self references not allowed";
            return Err(failed(shell, format!("{builtin}: {name}: {problem}")));
        }
        shell.complain(format!("{builtin}: warning: {name}: circular name reference"));
    }
    if !value.is_empty() && !is_reference_target(value) {
        let problem = "invalid variable name for name reference";
        return Err(failed(shell, format!("{builtin}: `{value}': {problem}")));
    }
    Ok(())
}

fn make_local(shell: &mut Shell, builtin: &str, wish: &Wish, name: &str) -> Outcome<()> {
    let depth = shell.variables.depth();
    let seen = shell.variables.get(name);
    if seen.is_some_and(|seen| seen.attributes.readonly && seen.depth != depth) {
        return Err(failed(shell, format!("{builtin}: {name}: readonly variable")));
    }
    let inherits = wish.inherits || shell.options.has_shopt(ShoptOption::LOCALVAR_INHERIT);
    let exported = seen.is_some_and(|seen| seen.attributes.exported && seen.depth != depth);
    let local = shell.variables.make_local(name, inherits);
    local.attributes.exported |= exported;
    Ok(())
}

/// Does something while the global variable of a name is the one that is seen.
fn with_global(shell: &mut Shell, name: &str, run: impl FnOnce(&mut Shell) -> Outcome<()>) -> Outcome<()> {
    let local = shell.variables.get(name).cloned().unwrap_or_default();
    let global = shell.variables.global_mut(name).clone();
    shell.variables.insert(name, global);
    let outcome = run(shell);
    let global = shell.variables.get(name).cloned().unwrap_or_default();
    shell.variables.insert(name, local);
    *shell.variables.global_mut(name) = global;
    outcome
}

/// Gives a variable its attributes and its value.
fn change(
    shell: &mut Shell,
    builtin: &str,
    wish: &Wish,
    name: &str,
    subscript: Option<&str>,
    value: Option<(bool, &str)>,
) -> Outcome<()> {
    let elements = value.and_then(|(_, value)| list_of(value));
    become_array(shell, builtin, wish, name, subscript.is_some() || elements.is_some())?;
    let variable = shell.variables.get_or_make(name);
    if variable.attributes.readonly && (wish.turns_off('r') || value.is_some()) {
        return Err(failed(shell, format!("{builtin}: {name}: readonly variable")));
    }
    wish.give_attributes(variable);
    let is_array = variable.is_array();
    if let Some((append, text)) = value {
        let listed = elements.or_else(|| match is_array && subscript.is_none() && text.starts_with('(') {
            true => parse_elements(text),
            false => None,
        });
        assign(shell, builtin, (name, subscript), append, text, listed)?;
    }
    if wish.turns_on('n') {
        shell.variables.get_or_make(name).attributes.name_ref = true;
    }
    if wish.turns_on('r') {
        shell.variables.get_or_make(name).attributes.readonly = true;
    }
    Ok(())
}

fn assign(
    shell: &mut Shell,
    builtin: &str,
    (name, subscript): (&str, Option<&str>),
    append: bool,
    text: &str,
    listed: Option<Vec<crate::expand::ArrayElement>>,
) -> Outcome<()> {
    let result = match (listed, subscript) {
        (Some(elements), None) => at_once(shell.assign_elements(name, elements, append)),
        (_, None) => shell.assign(name, None, text.to_owned(), append),
        (_, Some(written)) => {
            let subscript = target::subscript(shell, written)?;
            shell.assign(name, Some(&subscript), text.to_owned(), append)
        }
    };
    result.map_err(|error| refused(shell, builtin, &error))
}

/// Makes the variable the kind of array that it is to be.
fn become_array(shell: &mut Shell, builtin: &str, wish: &Wish, name: &str, is_list: bool) -> Outcome<()> {
    let variable = shell.variables.get_or_make(name);
    let problem = match &variable.value {
        Value::Indexed(_) if wish.turns_on('A') => "cannot convert indexed to associative array",
        Value::Associative(_) if wish.turns_on('a') => "cannot convert associative to indexed array",
        Value::Indexed(_) if wish.turns_off('a') => "cannot destroy array variables in this way",
        Value::Associative(_) if wish.turns_off('A') => "cannot destroy array variables in this way",
        _ if wish.turns_on('a') && wish.turns_on('A') => "cannot convert associative to indexed array",
        _ => "",
    };
    if !problem.is_empty() {
        return Err(failed(shell, format!("{builtin}: {name}: {problem}")));
    }
    if variable.is_array() || !(wish.turns_on('A') || wish.turns_on('a') || is_list) {
        return Ok(());
    }
    variable.attributes.bare = variable.value == Value::Unset;
    if !wish.turns_on('A') {
        variable.make_indexed();
        return Ok(());
    }
    let before = match std::mem::take(&mut variable.value) {
        Value::Text(text) => Some(("0".to_owned(), text)),
        _ => None,
    };
    variable.value = Value::Associative(before.into_iter().collect::<Associative>());
    Ok(())
}

impl Shell {
    /// A function has returned: what `local -` kept in it is as it was.
    pub(crate) fn give_options_back(&mut self) {
        let depth = self.variables.depth();
        while let Some((_, options)) = self.memory.options_before.pop_if(|(of, _)| *of > depth) {
            self.options = options;
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::builtins::testing::Fixture;

    #[test]
    fn variables_get_attributes_and_values() {
        let mut fixture = Fixture::new();
        for (args, shown) in [
            (&["-i", "n=1+2"][..], "declare -i n=\"3\""),
            (&["-a", "a=(1 'b c' [5]=x)"], "declare -a a=([0]=\"1\" [1]=\"b c\" [5]=\"x\")"),
            (&["-A", "m=([k]=v [a b]=2)"], "declare -A m=([k]=\"v\" [\"a b\"]=\"2\" )"),
            (&["-a", "bare"], "declare -a bare"),
            (&["-a", "empty=()"], "declare -a empty=()"),
            (&["none"], "declare -- none"),
            (&["list=\u{10feff}('1' '2')"], "declare -a list=([0]=\"1\" [1]=\"2\")"),
            (&["text=(1 2)"], "declare -- text=\"(1 2)\""),
            (&["-rx", "rx=1"], "declare -rx rx=\"1\""),
            (&["-l", "lo=ABC"], "declare -l lo=\"abc\""),
            (&["-u", "lo"], "declare -u lo=\"abc\""),
            (&["-lu", "both=Ab"], "declare -- both=\"Ab\""),
            (&["-n", "r=n"], "declare -n r=\"n\""),
            (&["r+=5"], "declare -n r=\"n\""),
            (&["n"], "declare -i n=\"8\""),
            (&["a[7]=z"], "declare -a a=([0]=\"1\" [1]=\"b c\" [5]=\"x\" [7]=\"z\")"),
        ] {
            let args: Vec<&str> = ["declare"].iter().chain(args).copied().collect();
            assert_eq!(fixture.run(&args), (0, String::new(), String::new()), "{args:?}");
            let name = args.last().unwrap().split(['=', '[', '+']).next().unwrap();
            assert_eq!(fixture.run(&["declare", "-p", name]).1, format!("{shown}\n"), "{args:?}");
        }
    }

    #[test]
    fn what_cannot_be_declared_is_told() {
        let mut fixture = Fixture::new();
        fixture.run(&["declare", "-a", "a=(1)"]);
        fixture.run(&["declare", "-A", "m=([k]=v)"]);
        fixture.run(&["declare", "-r", "r=1"]);
        for (args, said) in [
            (&["1x=3"][..], "declare: `1x=3': not a valid identifier\n"),
            (&["-A", "a"], "declare: a: cannot convert indexed to associative array\n"),
            (&["-a", "m"], "declare: m: cannot convert associative to indexed array\n"),
            (&["+a", "a"], "declare: a: cannot destroy array variables in this way\n"),
            (&["r=2"], "declare: r: readonly variable\n"),
            (&["+r", "r"], "declare: r: readonly variable\n"),
            (&["-n", "s=s"], "declare: s: nameref variable self references not allowed\n"),
            (&["-n", "s=1x"], "declare: `1x': invalid variable name for name reference\n"),
            (&["-p", "nope"], "declare: nope: not found\n"),
            (&["-f", "g=1"], "declare: cannot use `-f' to make functions\n"),
        ] {
            let args: Vec<&str> = ["declare"].iter().chain(args).copied().collect();
            assert_eq!(fixture.run(&args), (1, String::new(), said.to_owned()), "{args:?}");
        }
        let said = "local: can only be used in a function\n";
        assert_eq!(fixture.run(&["local", "x"]), (1, String::new(), said.to_owned()));
    }

    #[test]
    fn locals_hide_what_is_global() {
        let mut fixture = Fixture::new();
        fixture.run(&["declare", "v=1"]);
        fixture.shell.variables.enter();
        fixture.run(&["local", "v=2"]);
        fixture.run(&["declare", "-g", "v=3"]);
        assert_eq!(fixture.run(&["local"]).1, "declare -- v=\"2\"\n");
        fixture.shell.variables.leave();
        assert_eq!(fixture.run(&["declare", "-p", "v"]).1, "declare -- v=\"3\"\n");
    }
}
