//! `echo`, and those that only succeed or fail: `:`, `true`, `false`.

use super::escapes::{Style, expand};
use super::locale::is_utf8;
use super::outcome::Outcome;
use crate::state::{SetOption, Shell, ShoptOption};
use crate::text;

/// `:` and `true`
pub(super) fn succeed(_: &mut Shell, _: &[String], _: &mut Vec<u8>) -> Outcome {
    Ok(0)
}

/// `false`
pub(super) fn fail(_: &mut Shell, _: &[String], _: &mut Vec<u8>) -> Outcome {
    Ok(1)
}

/// `echo`
pub(super) fn echo(shell: &mut Shell, args: &[String], out: &mut Vec<u8>) -> Outcome {
    let mut escapes = shell.options.has_shopt(ShoptOption::XPG_ECHO);
    let takes_options = !(escapes && shell.options.has(SetOption::POSIX));
    let mut newline = true;
    let mut words = &args[1..];
    while takes_options && let [first, rest @ ..] = words {
        let Some(letters) = first.strip_prefix('-').filter(|letters| !letters.is_empty()) else { break };
        if !letters.bytes().all(|letter| matches!(letter, b'n' | b'e' | b'E')) {
            break;
        }
        for letter in letters.bytes() {
            match letter {
                b'n' => newline = false,
                letter => escapes = letter == b'e',
            }
        }
        words = rest;
    }
    let is_utf8 = escapes && is_utf8(shell);
    for (at, word) in words.iter().enumerate() {
        if at > 0 {
            out.push(b' ');
        }
        if !escapes {
            out.extend_from_slice(&text::encode(word));
        } else if !expand(word, Style::Echo, is_utf8, out, |_| {}) {
            return Ok(0);
        }
    }
    if newline {
        out.push(b'\n');
    }
    Ok(0)
}
