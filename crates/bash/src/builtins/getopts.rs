//! `getopts`

use super::options::{no_options, usage};
use super::outcome::{Outcome, Stop, is_identifier, not_an_identifier};
use super::target;
use crate::state::{Shell, Value, Variable};

/// What the next option turned out to be.
struct Found {
    /// What the variable gets: the letter, `?` or `:`.
    name: String,
    argument: Option<String>,
    status: i32,
}

/// `getopts`
pub(super) fn getopts(shell: &mut Shell, args: &[String], out: &mut Vec<u8>) -> Outcome {
    let operands = no_options(shell, args, out)?;
    let [known, variable, rest @ ..] = operands else { return Err(usage(shell, "getopts")) };
    let words = if rest.is_empty() { shell.positional.clone() } else { rest.to_vec() };
    let index =
        shell.variables.get("OPTIND").map(|found| found.scalar().and_then(|text| text.trim().parse().ok()));
    let mut index: usize = match index {
        None => 1,
        Some(Some(index)) => std::cmp::max(index, 1),
        // Somebody began anew.
        Some(None) => {
            shell.getopts_place = 0;
            1
        }
    };
    index = index.min(words.len() + 1);
    let found = next(shell, known, &words, &mut index);
    let optind = shell.variables.get_or_make("OPTIND");
    optind.attributes.integer |= optind.value == Value::Unset && optind.depth == 0;
    optind.value = Value::Text(index.to_string());
    match found.argument {
        Some(argument) => target::assign(shell, "getopts", "OPTARG", argument)?,
        None => {
            let _cannot_be_changed = shell.unset("OPTARG");
        }
    }
    if !is_identifier(variable) {
        not_an_identifier(shell, "getopts", variable);
        return Err(Stop::Failed(1));
    }
    target::assign(shell, "", variable, found.name).map_err(|stop| match stop {
        Stop::Failed(_) => Stop::Failed(2),
        stop => stop,
    })?;
    Ok(found.status)
}

/// Finds the next option, and moves on.
fn next(shell: &mut Shell, known: &str, words: &[String], index: &mut usize) -> Found {
    let over = Found { name: "?".to_owned(), argument: None, status: 1 };
    let is_silent = known.starts_with(':');
    let Some(word) = words.get(*index - 1) else {
        shell.getopts_place = 0;
        return over;
    };
    if shell.getopts_place == 0 || !word.is_char_boundary(shell.getopts_place) {
        if !word.starts_with('-') || word == "-" {
            return over;
        }
        if word == "--" {
            *index += 1;
            return over;
        }
        shell.getopts_place = 1;
    }
    let Some(letter) = word.get(shell.getopts_place..).and_then(|rest| rest.chars().next()) else {
        shell.getopts_place = 0;
        *index += 1;
        return next(shell, known, words, index);
    };
    shell.getopts_place += letter.len_utf8();
    let rest = &word[shell.getopts_place..];
    if rest.is_empty() {
        (*index, shell.getopts_place) = (*index + 1, 0);
    }
    let letters = known.strip_prefix(':').unwrap_or(known);
    let Some(place) = letters.find(letter).filter(|_| letter != ':') else {
        if is_silent {
            return Found { name: "?".to_owned(), argument: Some(letter.to_string()), status: 0 };
        }
        tell(shell, &format!("illegal option -- {letter}"));
        return Found { name: "?".to_owned(), argument: None, status: 0 };
    };
    if !letters[place + letter.len_utf8()..].starts_with(':') {
        return Found { name: letter.to_string(), argument: None, status: 0 };
    }
    if !rest.is_empty() {
        (*index, shell.getopts_place) = (*index + 1, 0);
        return Found { name: letter.to_string(), argument: Some(rest.to_owned()), status: 0 };
    }
    if let Some(argument) = words.get(*index - 1) {
        *index += 1;
        return Found { name: letter.to_string(), argument: Some(argument.clone()), status: 0 };
    }
    if is_silent {
        return Found { name: ":".to_owned(), argument: Some(letter.to_string()), status: 0 };
    }
    tell(shell, &format!("option requires an argument -- {letter}"));
    Found { name: "?".to_owned(), argument: None, status: 0 }
}

fn tell(shell: &mut Shell, problem: &str) {
    if shell.variables.get("OPTERR").and_then(Variable::scalar) != Some("0") {
        shell.say(&format!("{}: {problem}\n", shell.name.clone()));
    }
}
