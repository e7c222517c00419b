//! `export` and `readonly`

use sandbox_kernel::at_once;

use super::declare::split_assignment;
use super::describe;
use super::listing::{function_names, list_matching};
use super::options::Options;
use super::outcome::{Outcome, Stop, not_an_identifier};
use super::target::{self, refused};
use crate::expand::{list_of, parse_elements};
use crate::state::{Associative, Shell, Value};
use crate::text;

/// `export` and `readonly`
pub(super) fn export(shell: &mut Shell, args: &[String], out: &mut Vec<u8>) -> Outcome {
    let is_export = args[0] == "export";
    let letter = if is_export { 'x' } else { 'r' };
    let mut options = Options::new(args, "aAfnp");
    let (mut functions, mut takes_back, mut kind) = (false, false, None);
    while let Some(option) = options.next(shell, out)? {
        match option.letter {
            'f' => functions = true,
            'n' => takes_back = is_export,
            kind_letter @ ('a' | 'A') => kind = Some(kind_letter),
            _ => {}
        }
    }
    let operands = options.operands();
    if operands.is_empty() {
        match functions {
            true => list_functions(shell, is_export, out),
            false => list_variables(shell, letter, kind, out),
        }
        return Ok(0);
    }
    let mut status = 0;
    for operand in operands {
        let outcome = match functions {
            true => mark_function(shell, &args[0], operand, takes_back),
            false => mark(shell, &args[0], operand, takes_back, kind),
        };
        match outcome {
            Ok(()) => {}
            Err(Stop::Failed(failed)) => status = failed,
            Err(unwind) => return Err(unwind),
        }
    }
    Ok(status)
}

/// Those with the attribute, and of one kind of arrays only if that is asked for.
fn list_variables(shell: &mut Shell, letter: char, kind: Option<char>, out: &mut Vec<u8>) {
    list_matching(shell, out, |own| own.contains(letter) && kind.is_none_or(|kind| own.contains(kind)));
}

fn list_functions(shell: &Shell, exported: bool, out: &mut Vec<u8>) {
    for name in function_names(shell) {
        let definition = &shell.functions[&name];
        if if exported { definition.exported } else { definition.readonly } {
            out.extend_from_slice(&text::encode(&describe::function(&name, definition)));
        }
    }
}

fn mark_function(shell: &mut Shell, builtin: &str, name: &str, takes_back: bool) -> Outcome<()> {
    let Some(function) = shell.functions.get_mut(name) else {
        return Err(super::outcome::failed(shell, format!("{builtin}: {name}: not a function")));
    };
    match builtin {
        "export" => function.exported = !takes_back,
        _ => function.readonly = true,
    }
    Ok(())
}

fn mark(
    shell: &mut Shell,
    builtin: &str,
    operand: &str,
    takes_back: bool,
    kind: Option<char>,
) -> Outcome<()> {
    let (written, value) = split_assignment(operand);
    let Some((name, None)) = target::split(written) else {
        let shown = if written.contains('[') { written } else { operand };
        not_an_identifier(shell, builtin, shown);
        return Err(Stop::Failed(1));
    };
    let name = &*shell.referred(name).into_owned();
    if let Some((append, value)) = value {
        let is_array = kind.is_some();
        if is_array && shell.variables.get(name).is_none_or(|variable| !variable.is_array()) {
            shell.variables.get_or_make(name).value = match kind {
                Some('A') => Value::Associative(Associative::default()),
                _ => Value::Indexed(Default::default()),
            };
        }
        let listed = list_of(value).or_else(|| parse_elements(value).filter(|_| is_array));
        let result = match listed {
            Some(elements) => at_once(shell.assign_elements(name, elements, append)),
            None => shell.assign(name, None, value.to_owned(), append),
        };
        result.map_err(|error| refused(shell, "", &error))?;
    }
    let attributes = &mut shell.variables.get_or_make(name).attributes;
    match builtin {
        "export" => attributes.exported = !takes_back,
        _ => attributes.readonly = true,
    }
    Ok(())
}
