//! `enable`: which builtins there are.

use super::builtin;
use super::options::Options;
use super::outcome::{Outcome, failed};
use super::table::ENTRIES;
use crate::state::Shell;

/// `enable`
pub(super) fn enable(shell: &mut Shell, args: &[String], out: &mut Vec<u8>) -> Outcome {
    let mut options = Options::new(args, "adnpsf:");
    let (mut all, mut disables, mut special, mut prints, mut deletes) = (false, false, false, false, false);
    while let Some(option) = options.next(shell, out)? {
        match option.letter {
            'a' => all = true,
            'd' => deletes = true,
            'n' => disables = true,
            'p' => prints = true,
            's' => special = true,
            _ => {
                let path = option.argument.unwrap_or_default();
                let why = format!("{path}: cannot open shared object file: No such file or directory");
                return Err(failed(shell, format!("enable: cannot open shared object {path}: {why}")));
            }
        }
    }
    let names = options.operands();
    if names.is_empty() || prints {
        for entry in ENTRIES.iter().filter(|entry| entry.special || !special) {
            let is_disabled = shell.memory.disabled.contains(entry.name);
            if all || is_disabled == disables {
                let letters = if is_disabled { "-n " } else { "" };
                out.extend_from_slice(format!("enable {letters}{}\n", entry.name).as_bytes());
            }
        }
        return Ok(0);
    }
    let mut status = 0;
    for name in names {
        let Some(entry) = builtin(name) else {
            shell.complain(format!("enable: {name}: not a shell builtin"));
            status = 1;
            continue;
        };
        if deletes {
            shell.complain(format!("enable: {name}: not dynamically loaded"));
            status = 1;
        } else if disables {
            shell.memory.disabled.insert(entry.name);
        } else {
            shell.memory.disabled.remove(entry.name);
        }
    }
    Ok(status)
}
