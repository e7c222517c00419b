//! `unset`

use super::options::Options;
use super::outcome::{Outcome, Stop, failed, not_an_identifier};
use super::target;
use crate::state::{Shell, Value};

/// `unset`
pub(super) fn unset(shell: &mut Shell, args: &[String], out: &mut Vec<u8>) -> Outcome {
    let mut options = Options::new(args, "fnv");
    let (mut functions, mut variables, mut references) = (false, false, false);
    while let Some(option) = options.next(shell, out)? {
        match option.letter {
            'f' => functions = true,
            'v' => variables = true,
            _ => references = true,
        }
    }
    if functions && variables {
        return Err(failed(shell, "unset: cannot simultaneously unset a function and a variable"));
    }
    let mut status = 0;
    for operand in options.operands() {
        let outcome = match functions {
            true => unset_function(shell, operand),
            false => unset_one(shell, operand, variables, references),
        };
        match outcome {
            Ok(()) => {}
            Err(Stop::Failed(failed)) => status = failed,
            Err(unwind) => return Err(unwind),
        }
    }
    Ok(status)
}

fn unset_function(shell: &mut Shell, name: &str) -> Outcome<()> {
    if shell.functions.get(name).is_some_and(|function| function.readonly) {
        return Err(failed(shell, format!("unset: {name}: cannot unset: readonly function")));
    }
    shell.functions.remove(name);
    Ok(())
}

fn unset_one(shell: &mut Shell, operand: &str, only_variables: bool, references: bool) -> Outcome<()> {
    let Some((name, written)) = target::split(operand) else {
        if only_variables || references {
            not_an_identifier(shell, "unset", operand);
            return Err(Stop::Failed(1));
        }
        return unset_function(shell, operand);
    };
    if references {
        return unset_variable(shell, name);
    }
    let Some(place) = shell.place(name) else { return Ok(()) };
    if let Some(subscript) = place.subscript {
        return unset_element(shell, &place.name, &subscript);
    }
    let name = place.name;
    match written {
        Some(written) => {
            let subscript = target::subscript(shell, written)?;
            unset_element(shell, &name, &subscript)
        }
        None if !only_variables
            && shell.variables.get(&name).is_none()
            && shell.functions.contains_key(&name) =>
        {
            unset_function(shell, &name)
        }
        None => unset_variable(shell, &name),
    }
}

fn unset_variable(shell: &mut Shell, name: &str) -> Outcome<()> {
    shell.unset(name).map_err(|_| failed(shell, format!("unset: {name}: cannot unset: readonly variable")))
}

fn unset_element(shell: &mut Shell, name: &str, subscript: &str) -> Outcome<()> {
    let Some(variable) = shell.variables.get_mut(name) else { return Ok(()) };
    if variable.attributes.readonly {
        return Err(failed(shell, format!("unset: {name}: cannot unset: readonly variable")));
    }
    match &mut variable.value {
        Value::Associative(elements) => {
            elements.remove(subscript);
            return Ok(());
        }
        Value::Indexed(elements) if matches!(subscript, "@" | "*") => {
            elements.clear();
            return Ok(());
        }
        _ => {}
    }
    let index = match shell.index(name, subscript) {
        Ok(index) => index,
        Err(crate::expand::AssignError::BadSubscript(_)) => {
            return Err(failed(shell, format!("unset: [{subscript}]: bad array subscript")));
        }
        Err(error) => return Err(target::refused(shell, "unset", &error)),
    };
    match shell.variables.get_mut(name).map(|variable| &mut variable.value) {
        Some(Value::Indexed(elements)) => {
            elements.remove(&index);
            Ok(())
        }
        Some(_) if index == 0 => unset_variable(shell, name),
        _ => Err(failed(shell, format!("unset: {name}: not an array variable"))),
    }
}
