//! `alias` and `unalias`

use super::options::{Options, usage};
use super::outcome::Outcome;
use super::quoting;
use crate::state::Shell;
use crate::text;

/// The line of `alias` that defines one again.
pub(crate) fn definition(name: &str, value: &str) -> String {
    let dashes = if name.starts_with('-') { "-- " } else { "" };
    format!("alias {dashes}{name}={}", quoting::single(value))
}

/// `alias`
pub(super) fn alias(shell: &mut Shell, args: &[String], out: &mut Vec<u8>) -> Outcome {
    let mut options = Options::new(args, "p");
    let mut lists = false;
    while options.next(shell, out)?.is_some() {
        lists = true;
    }
    let operands = options.operands();
    if lists || operands.is_empty() {
        for (name, value) in &shell.aliases {
            out.extend_from_slice(&text::encode(&format!("{}\n", definition(name, value))));
        }
    }
    let mut status = 0;
    for operand in operands {
        match operand.split_once('=').filter(|(name, _)| !name.is_empty()) {
            Some((name, value)) if is_name(name) => {
                shell.aliases.insert(name.to_owned(), value.to_owned());
            }
            Some((name, _)) => {
                shell.complain(format!("alias: `{name}': invalid alias name"));
                status = 1;
            }
            None => match shell.aliases.get(operand) {
                Some(value) => {
                    out.extend_from_slice(&text::encode(&format!("{}\n", definition(operand, value))))
                }
                None => {
                    shell.complain(format!("alias: {operand}: not found"));
                    status = 1;
                }
            },
        }
    }
    Ok(status)
}

fn is_name(text: &str) -> bool {
    !text.contains([' ', '\t', '\n', '/', '$', '`', '\'', '"', '\\', '|', '&', ';', '(', ')', '<', '>'])
}

/// `unalias`
pub(super) fn unalias(shell: &mut Shell, args: &[String], out: &mut Vec<u8>) -> Outcome {
    let mut options = Options::new(args, "a");
    if options.next(shell, out)?.is_some() {
        shell.aliases.clear();
        return Ok(0);
    }
    if options.operands().is_empty() {
        return Err(usage(shell, "unalias"));
    }
    let mut status = 0;
    for name in options.operands() {
        if shell.aliases.remove(name).is_none() {
            shell.complain(format!("unalias: {name}: not found"));
            status = 1;
        }
    }
    Ok(status)
}
