//! `shopt`

use super::options::Options;
use super::outcome::{Outcome, failed};
use super::set::{line, turn};
use crate::state::{SET_OPTIONS, SHOPT_OPTIONS, SetOption, Shell, ShoptOption};

/// The options of which `shopt` is asked.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Of {
    Set,
    Shopt,
}

/// `shopt`
pub(super) fn shopt(shell: &mut Shell, args: &[String], out: &mut Vec<u8>) -> Outcome {
    let mut options = Options::new(args, "psuoq");
    let (mut sets, mut unsets, mut is_quiet, mut as_commands, mut of) =
        (false, false, false, false, Of::Shopt);
    while let Some(option) = options.next(shell, out)? {
        match option.letter {
            's' => sets = true,
            'u' => unsets = true,
            'q' => is_quiet = true,
            'o' => of = Of::Set,
            _ => as_commands = true,
        }
    }
    if sets && unsets {
        return Err(failed(shell, "shopt: cannot set and unset shell options simultaneously"));
    }
    let names = options.operands();
    if names.is_empty() {
        if !is_quiet {
            let wanted = (sets || unsets).then_some(sets);
            list(shell, of, wanted, as_commands, out);
        }
        return Ok(0);
    }
    let mut status = 0;
    for name in names {
        let Some(is_on) = state(shell, of, name) else {
            let kind = if of == Of::Set { "option name" } else { "shell option name" };
            shell.complain(format!("shopt: {name}: invalid {kind}"));
            status = if of == Of::Set && (sets || unsets) { status } else { 1 };
            continue;
        };
        if sets || unsets {
            change(shell, of, name, sets);
            continue;
        }
        if !is_on {
            status = 1;
        }
        if !is_quiet {
            out.extend_from_slice(shown(of, name, is_on, as_commands).as_bytes());
        }
    }
    Ok(status)
}

fn state(shell: &Shell, of: Of, name: &str) -> Option<bool> {
    match of {
        Of::Set => SetOption::by_name(name).map(|option| shell.options.has(option)),
        Of::Shopt => ShoptOption::by_name(name).map(|option| shell.options.has_shopt(option)),
    }
}

fn change(shell: &mut Shell, of: Of, name: &str, is_on: bool) {
    match of {
        Of::Set => {
            if let Some(option) = SetOption::by_name(name) {
                turn(shell, option, is_on);
            }
        }
        // Neither can be changed, and no error is told of it.
        Of::Shopt if matches!(name, "login_shell" | "restricted_shell") => {}
        Of::Shopt => {
            // One compatibility level takes the place of another.
            let levels =
                SHOPT_OPTIONS.iter().map(|(known, _)| *known).filter(|known| known.starts_with("compat"));
            for level in levels.filter(|_| is_on && name.starts_with("compat")) {
                if let Some(option) = ShoptOption::by_name(level) {
                    shell.options.set_shopt(option, false);
                }
            }
            if let Some(option) = ShoptOption::by_name(name) {
                shell.options.set_shopt(option, is_on);
            }
        }
    }
}

fn list(shell: &Shell, of: Of, wanted: Option<bool>, as_commands: bool, out: &mut Vec<u8>) {
    let names: Vec<&str> = match of {
        Of::Set => SET_OPTIONS.iter().map(|(name, _)| *name).collect(),
        Of::Shopt => SHOPT_OPTIONS.iter().map(|(name, _)| *name).collect(),
    };
    for name in names {
        let is_on = state(shell, of, name).unwrap_or(false);
        if wanted.is_none_or(|wanted| wanted == is_on) {
            out.extend_from_slice(shown(of, name, is_on, as_commands).as_bytes());
        }
    }
}

fn shown(of: Of, name: &str, is_on: bool, as_command: bool) -> String {
    match (of, as_command) {
        (Of::Shopt, true) => format!("shopt -{} {name}\n", if is_on { 's' } else { 'u' }),
        _ => line(name, is_on, as_command),
    }
}
