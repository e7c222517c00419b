//! `set`

use super::listing::list_everything;
use super::options::usage;
use super::outcome::Outcome;
use crate::state::{SET_OPTIONS, SetOption, Shell};

/// `set`
pub(super) fn set(shell: &mut Shell, args: &[String], out: &mut Vec<u8>) -> Outcome {
    let mut words = args[1..].iter().map(String::as_str).peekable();
    if words.peek().is_none() {
        let with_functions = !shell.options.has(SetOption::POSIX);
        list_everything(shell, with_functions, out);
        return Ok(0);
    }
    if words.peek() == Some(&"--help") {
        super::options::help("set", out);
        return Ok(2);
    }
    // Nothing is set when something among the options is wrong.
    for letter in option_letters(args) {
        if letter.1 != 'o' && SetOption::by_letter(letter.1).is_none() {
            shell.complain(format!("set: {}{}: invalid option", letter.0, letter.1));
            return Err(usage(shell, "set"));
        }
    }
    let mut sets_arguments = false;
    while let Some(word) = words.peek().copied() {
        let Some(sign) = word.chars().next().filter(|sign| matches!(sign, '-' | '+')) else { break };
        words.next();
        match word {
            "--" => {
                sets_arguments = true;
                break;
            }
            "-" => {
                shell.options.set(SetOption::XTRACE, false);
                shell.options.set(SetOption::VERBOSE, false);
                break;
            }
            _ => {}
        }
        for letter in word[1..].chars() {
            if letter != 'o' {
                if let Some(option) = SetOption::by_letter(letter) {
                    turn(shell, option, sign == '-');
                }
                continue;
            }
            let Some(name) = words.next_if(|name| !name.starts_with(['-', '+'])) else {
                list_options(shell, sign == '+', out);
                continue;
            };
            let Some(option) = SetOption::by_name(name) else {
                shell.complain(format!("set: {name}: invalid option name"));
                return Ok(2);
            };
            if shell.interactive && name == "vi" && sign == '-' {
                shell.complain("set: vi: keys are those of emacs here (simulated sandbox)");
                return Ok(1);
            }
            turn(shell, option, sign == '-');
        }
    }
    if sets_arguments || words.peek().is_some() {
        shell.positional = words.map(str::to_owned).collect();
    }
    Ok(0)
}

/// The signs and letters of all options.
fn option_letters(args: &[String]) -> impl Iterator<Item = (char, char)> {
    let is_option = |arg: &&String| arg.starts_with(['-', '+']) && !matches!(arg.as_str(), "-" | "--");
    let mut takes_name = false;
    args[1..]
        .iter()
        .take_while(move |arg| {
            let is_name = std::mem::take(&mut takes_name) && !arg.starts_with(['-', '+']);
            takes_name = !is_name && arg.contains('o');
            is_name || is_option(arg)
        })
        .filter(is_option)
        .flat_map(|arg| {
            let sign = arg.chars().next().unwrap_or('-');
            arg.chars().skip(1).map(move |letter| (sign, letter))
        })
}

/// Turns an option on or off, with what else that means.
pub(crate) fn turn(shell: &mut Shell, option: SetOption, is_on: bool) {
    shell.options.set(option, is_on);
    let other = match option.name() {
        "vi" => "emacs",
        "emacs" => "vi",
        _ => return,
    };
    if is_on && let Some(other) = SetOption::by_name(other) {
        shell.options.set(other, false);
    }
}

/// Lists the options; `as_commands`: as commands that set them so again.
pub(super) fn list_options(shell: &Shell, as_commands: bool, out: &mut Vec<u8>) {
    for (name, _) in SET_OPTIONS {
        let is_on = SetOption::by_name(name).is_some_and(|option| shell.options.has(option));
        out.extend_from_slice(line(name, is_on, as_commands).as_bytes());
    }
}

/// One line of the list.
pub(super) fn line(name: &str, is_on: bool, as_command: bool) -> String {
    match (as_command, is_on) {
        (true, true) => format!("set -o {name}\n"),
        (true, false) => format!("set +o {name}\n"),
        (false, is_on) => format!("{name:<15}\t{}\n", if is_on { "on" } else { "off" }),
    }
}
