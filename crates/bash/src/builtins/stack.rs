//! The stack of directories: `pushd`, `popd`, `dirs`.
//!
//! The shell keeps it with the topmost last, and without the directory in which it is, which counts as number 0.

use super::directory::{change, logical};
use super::numbers::integer;
use super::options::{help, usage};
use super::outcome::{Outcome, Stop, failed, not_a_number};
use crate::state::{SetOption, Shell, Variable};
use crate::text;

/// The words of a builtin of these, one by one.
enum Word<'a> {
    /// `+3` or `-3`, with whether it counts from the end, as it was written.
    Number(usize, bool, &'a str),
    /// `-n` and the like.
    Letter(char),
    /// `--`
    End,
    Other(&'a str),
}

/// What a word is.
fn word<'a>(shell: &mut Shell, name: &str, text: &'a str, letters: &str) -> Outcome<Word<'a>> {
    let mut rest = text.chars();
    Ok(match rest.next() {
        Some('-') if text == "--" => Word::End,
        Some('-') if text.len() == 2 && rest.as_str().starts_with(|letter| letters.contains(letter)) => {
            Word::Letter(rest.as_str().chars().next().unwrap_or_default())
        }
        Some(sign @ ('+' | '-')) if text.len() > 1 || name != "pushd" || sign == '+' => {
            match integer(rest.as_str()).filter(|_| !rest.as_str().starts_with(['+', '-'])) {
                Some(number) => {
                    Word::Number(usize::try_from(number).unwrap_or(usize::MAX), sign == '-', text)
                }
                None => {
                    not_a_number(shell, name, text);
                    return Err(usage(shell, name));
                }
            }
        }
        _ => Word::Other(text),
    })
}

/// Refuses a place that the stack does not have.
fn out_of_range(shell: &mut Shell, name: &str, text: &str) -> Stop {
    match shell.directories.is_empty() {
        true => failed(shell, format!("{name}: directory stack empty")),
        false => failed(shell, format!("{name}: {text}: directory stack index out of range")),
    }
}

fn asks_for_help(args: &[String], out: &mut Vec<u8>) -> Outcome<()> {
    if args.get(1).is_some_and(|first| first == "--help") {
        help(&args[0], out);
        return Err(Stop::Failed(2));
    }
    Ok(())
}

fn go(shell: &mut Shell, builtin: &str, to: &str, out: &mut Vec<u8>) -> Outcome {
    let is_physical = shell.options.has(SetOption::PHYSICAL);
    match to {
        "-" => super::directory::cd(shell, &["cd".to_owned(), "-".to_owned()], out),
        to => change(shell, builtin, to, is_physical, false, out),
    }
}

/// `pushd`
pub(super) fn pushd(shell: &mut Shell, args: &[String], out: &mut Vec<u8>) -> Outcome {
    asks_for_help(args, out)?;
    let here = logical(shell);
    if args.len() == 1 {
        let Some(top) = shell.directories.last().cloned() else {
            return Err(failed(shell, "pushd: no other directory"));
        };
        go(shell, "pushd", &top, out)?;
        if let Some(place) = shell.directories.last_mut() {
            *place = here;
        }
        return show(shell, out);
    }
    let (mut stays, mut rotation, mut directory) = (false, None, None);
    let mut words = args[1..].iter();
    while let Some(text) = words.next() {
        match word(shell, "pushd", text, "n")? {
            Word::Letter(_) => stays = true,
            Word::Number(number, from_end, text) => {
                let count = shell.directories.len();
                let place = if from_end { count.checked_sub(number) } else { Some(number) };
                let Some(place) = place.filter(|place| *place <= count) else {
                    return Err(out_of_range(shell, "pushd", text));
                };
                rotation = Some(place);
            }
            Word::End => directory = words.next().map(String::as_str),
            Word::Other(text) => directory = Some(text),
        }
        if directory.is_some() {
            break;
        }
    }
    if words.next().is_some() && !stays {
        return Err(failed(shell, "pushd: too many arguments"));
    }
    if let Some(place) = rotation {
        let mut all = shell.directories.clone();
        all.push(here.clone());
        let count = all.len();
        all.rotate_right(place % count);
        let to = all.pop().unwrap_or_default();
        if place > 0 {
            shell.directories = all;
        }
        if stays {
            return Ok(0);
        }
        go(shell, "pushd", &to, out)?;
        return show(shell, out);
    }
    let Some(directory) = directory else { return Ok(0) };
    match stays {
        true => shell.directories.push(directory.to_owned()),
        false => {
            go(shell, "pushd", directory, out)?;
            shell.directories.push(here);
        }
    }
    show(shell, out)
}

/// `popd`
pub(super) fn popd(shell: &mut Shell, args: &[String], out: &mut Vec<u8>) -> Outcome {
    asks_for_help(args, out)?;
    let (mut stays, mut number, mut from_end, mut written) = (false, 0, false, "");
    for text in &args[1..] {
        match word(shell, "popd", text, "n")? {
            Word::Letter(_) => stays = true,
            Word::Number(place, is_from_end, text) => {
                (number, from_end, written) = (place, is_from_end, text)
            }
            Word::End => break,
            Word::Other("") => break,
            Word::Other(text) => {
                shell.complain(format!("popd: {text}: invalid argument"));
                return Err(usage(shell, "popd"));
            }
        }
    }
    let count = shell.directories.len();
    if number > count || count == 0 {
        return Err(out_of_range(shell, "popd", written));
    }
    let place = if from_end { number } else { count - number };
    match shell.directories.get(place) {
        // The directory in which the shell is.
        None => {
            let to = shell.directories[count - 1].clone();
            if !stays {
                go(shell, "popd", &to, out)?;
            }
            shell.directories.pop();
        }
        Some(_) => {
            shell.directories.remove(place);
        }
    }
    show(shell, out)
}

/// `dirs`
pub(super) fn dirs(shell: &mut Shell, args: &[String], out: &mut Vec<u8>) -> Outcome {
    asks_for_help(args, out)?;
    let (mut clears, mut is_long, mut is_numbered, mut separator, mut wanted) =
        (false, false, false, " ", None);
    for text in &args[1..] {
        match word(shell, "dirs", text, "clpv")? {
            Word::Letter('c') => clears = true,
            Word::Letter('l') => is_long = true,
            Word::Letter('v') => (is_numbered, separator) = (true, "\n"),
            Word::Letter(_) => separator = "\n",
            Word::Number(number, from_end, text) => wanted = Some((number, from_end, text)),
            Word::End => break,
            Word::Other(text) => {
                shell.complain(format!("dirs: {text}: invalid option"));
                return Err(usage(shell, "dirs"));
            }
        }
    }
    if clears {
        shell.directories.clear();
        return Ok(0);
    }
    let all = names(shell, is_long);
    let line = |number: usize, name: &str| match is_numbered {
        true => format!("{number:2}  {name}"),
        false => name.to_owned(),
    };
    let lines: Vec<String> = match wanted {
        None => all.iter().enumerate().map(|(number, name)| line(number, name)).collect(),
        Some((number, from_end, text)) => {
            let place = if from_end { (all.len() - 1).checked_sub(number) } else { Some(number) };
            let Some((place, name)) = place.and_then(|place| Some((place, all.get(place)?))) else {
                return Err(out_of_range(shell, "dirs", &text[1..]));
            };
            vec![line(place, name)]
        }
    };
    out.extend_from_slice(&text::encode(&lines.join(separator)));
    out.push(b'\n');
    Ok(0)
}

/// Writes the stack, as the others do when they have changed it.
fn show(shell: &Shell, out: &mut Vec<u8>) -> Outcome {
    out.extend_from_slice(&text::encode(&names(shell, false).join(" ")));
    out.push(b'\n');
    Ok(0)
}

/// The directories from the top, with `~` for the home unless `is_long`.
fn names(shell: &Shell, is_long: bool) -> Vec<String> {
    let home =
        shell.variables.get("HOME").and_then(Variable::scalar).filter(|home| home.len() > 1 && !is_long);
    let short = |path: String| {
        let rest = home.and_then(|home| path.strip_prefix(home));
        match rest.filter(|rest| rest.is_empty() || rest.starts_with('/')) {
            Some(rest) => format!("~{rest}"),
            None => path,
        }
    };
    [logical(shell)].into_iter().chain(shell.directories.iter().rev().cloned()).map(short).collect()
}
