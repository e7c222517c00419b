//! `history` and `fc`: the commands that were typed. A script has none but those that it puts in itself.

use super::numbers::integer;
use super::options::Options;
use super::outcome::{Outcome, Stop, failed};
use crate::state::{Shell, Unwind};
use crate::text;

/// `history`
pub(super) fn history(shell: &mut Shell, args: &[String], out: &mut Vec<u8>) -> Outcome {
    let mut options = Options::new(args, "acd:npsrw");
    let (mut stores, mut shows, mut files, mut cleared, mut place) = (false, false, 0, false, None);
    while let Some(option) = options.next(shell, out)? {
        match option.letter {
            's' => stores = true,
            'p' => shows = true,
            'c' => cleared = true,
            'd' => place = option.argument,
            _ => files += 1,
        }
    }
    if files > 1 {
        return Err(failed(shell, "history: cannot use more than one of -anrw"));
    }
    if cleared {
        shell.memory.history.clear();
    }
    let operands = options.operands();
    if stores {
        if !operands.is_empty() {
            shell.memory.history.push(operands.join(" "));
        }
        return Ok(0);
    }
    if shows {
        for operand in operands {
            out.extend_from_slice(&text::encode(&format!("{operand}\n")));
        }
        return Ok(0);
    }
    if let Some(place) = place {
        return delete(shell, place);
    }
    if files > 0 || cleared {
        return Ok(0);
    }
    let count = match operands {
        [] => usize::MAX,
        [count] => match integer(count) {
            Some(count) => usize::try_from(count.unsigned_abs()).unwrap_or(usize::MAX),
            None => return Err(failed(shell, format!("history: {count}: numeric argument required"))),
        },
        _ => {
            shell.complain("history: too many arguments");
            return Err(Stop::Unwind(Unwind::Discard(1)));
        }
    };
    let lines = &shell.memory.history;
    for (number, line) in lines.iter().enumerate().skip(lines.len().saturating_sub(count)) {
        out.extend_from_slice(&text::encode(&format!("{:5}  {line}\n", number + 1)));
    }
    Ok(0)
}

/// `history -d 3`, `-d -1`, `-d 2-5`
fn delete(shell: &mut Shell, written: &str) -> Outcome {
    let count = shell.memory.history.len() as i64;
    let place = |text: &str| {
        let number = integer(text)?;
        let number = if number < 0 { number + count + 1 } else { number };
        (1..=count).contains(&number).then_some(number as usize)
    };
    let (first, last) =
        match written.get(1..).and_then(|rest| rest.split_once('-')).filter(|(_, last)| !last.is_empty()) {
            Some((_, last)) => (&written[..written.len() - last.len() - 1], last),
            None => (written, written),
        };
    match (place(first), place(last)) {
        (Some(first), Some(last)) if first <= last => {
            shell.memory.history.drain(first - 1..last);
            Ok(0)
        }
        _ => Err(failed(shell, format!("history: {written}: history position out of range"))),
    }
}

/// `fc`
pub(super) async fn fc(shell: &mut Shell, args: &[String], out: &mut Vec<u8>) -> Outcome {
    let mut options = Options::new(args, "e:lnrs");
    let (mut lists, mut bare, mut reversed, mut again) = (false, false, false, false);
    while let Some(option) = options.next(shell, out)? {
        match option.letter {
            'l' => lists = true,
            'n' => bare = true,
            'r' => reversed = true,
            's' => again = true,
            _ => again |= option.argument == Some("-"),
        }
    }
    let operands = options.operands();
    if again {
        return run_again(shell, operands).await;
    }
    if !lists {
        // Without somebody who types there is nothing to be edited.
        return Err(failed(shell, "fc: no command found"));
    }
    let lines = shell.memory.history.clone();
    let place = |text: &String| match integer(text) {
        Some(number) if number > 0 => (number as usize - 1).min(lines.len().saturating_sub(1)),
        Some(number) => lines.len().saturating_sub(number.unsigned_abs() as usize),
        None => lines.iter().rposition(|line| line.starts_with(text)).unwrap_or(0),
    };
    let first = operands.first().map_or(lines.len().saturating_sub(16), place);
    let last = operands.get(1).map_or(lines.len().saturating_sub(1), place);
    let (from, to, turned) = if first <= last { (first, last, reversed) } else { (last, first, !reversed) };
    let mut shown: Vec<String> = lines
        .iter()
        .enumerate()
        .skip(from)
        .take(to + 1 - from)
        .map(
            |(number, line)| if bare { format!("\t {line}\n") } else { format!("{}\t {line}\n", number + 1) },
        )
        .collect();
    if turned {
        shown.reverse();
    }
    out.extend_from_slice(&text::encode(&shown.concat()));
    Ok(0)
}

/// `fc -s old=new command`
async fn run_again(shell: &mut Shell, operands: &[String]) -> Outcome {
    let (changes, rest) =
        operands.split_at(operands.iter().take_while(|operand| operand.contains('=')).count());
    let lines = &shell.memory.history;
    let found = match rest.first() {
        None => lines.last(),
        Some(start) => lines.iter().rev().find(|line| line.starts_with(start)),
    };
    let Some(mut command) = found.cloned() else { return Err(failed(shell, "fc: no command found")) };
    for (old, new) in changes.iter().filter_map(|change| change.split_once('=')) {
        command = command.replace(old, new);
    }
    shell.say(&format!("{command}\n"));
    Ok(shell.run_text(&command, shell.line, "fc").await?)
}

/// `bind`: keys belong to who types.
pub(super) fn bind(shell: &mut Shell, args: &[String], out: &mut Vec<u8>) -> Outcome {
    shell.complain("bind: warning: line editing not enabled");
    let mut options = Options::new(args, "lvpVPsSXf:q:u:m:r:x:");
    while let Some(option) = options.next(shell, out)? {
        let text = option.argument.unwrap_or_default();
        match option.letter {
            'q' | 'u' => return Err(failed(shell, format!("bind: `{text}': unknown function name"))),
            'm' if !KEYMAPS.contains(&text) => {
                return Err(failed(shell, format!("bind: `{text}': invalid keymap name")));
            }
            'x' if !text.trim_start().starts_with('"') => {
                let problem = "first non-whitespace character is not `\"'";
                return Err(failed(shell, format!("bind: {text}: {problem}")));
            }
            _ => {}
        }
    }
    Ok(0)
}

const KEYMAPS: &[&str] =
    &["emacs", "emacs-standard", "emacs-meta", "emacs-ctlx", "vi", "vi-move", "vi-command", "vi-insert"];
