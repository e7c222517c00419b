//! `umask`

use sandbox_fs::Credentials;

use super::options::Options;
use super::outcome::{Outcome, failed};
use crate::state::Shell;

/// `umask`
pub(super) fn umask(shell: &mut Shell, args: &[String], out: &mut Vec<u8>) -> Outcome {
    let mut options = Options::new(args, "Sp");
    let (mut symbolic, mut reusable) = (false, false);
    while let Some(option) = options.next(shell, out)? {
        match option.letter {
            'S' => symbolic = true,
            _ => reusable = true,
        }
    }
    let credentials = shell.process.credentials();
    let Some(mode) = options.operands().first() else {
        let shown =
            if symbolic { as_letters(credentials.umask) } else { format!("{:04o}", credentials.umask) };
        let before = match (reusable, symbolic) {
            (true, true) => "umask -S ",
            (true, false) => "umask ",
            _ => "",
        };
        out.extend_from_slice(format!("{before}{shown}\n").as_bytes());
        return Ok(0);
    };
    let umask = match mode.starts_with(|first: char| first.is_ascii_digit()) {
        true => match u32::from_str_radix(mode, 8).ok().filter(|umask| *umask <= 0o7777) {
            Some(umask) => umask & 0o777,
            None => return Err(failed(shell, format!("umask: {mode}: octal number out of range"))),
        },
        false => match by_letters(mode, !credentials.umask & 0o777) {
            Ok(allowed) => !allowed & 0o777,
            Err((found, what)) => {
                return Err(failed(shell, format!("umask: `{found}': invalid symbolic mode {what}")));
            }
        },
    };
    shell.process.set_credentials(Credentials { umask, ..credentials });
    if symbolic {
        out.extend_from_slice(format!("{}\n", as_letters(umask)).as_bytes());
    }
    Ok(0)
}

/// `u=rwx,g=rx,o=rx`: what is allowed.
fn as_letters(umask: u32) -> String {
    let part = |who: char, shift: u32| {
        let bits = !umask >> shift;
        let letters = [(4, 'r'), (2, 'w'), (1, 'x')];
        let allowed: String =
            letters.iter().filter(|(bit, _)| bits & bit != 0).map(|(_, letter)| letter).collect();
        format!("{who}={allowed}")
    };
    [part('u', 6), part('g', 3), part('o', 0)].join(",")
}

/// The bits that are allowed after a change like `g-w,o=`; else the character that is wrong, and as what.
fn by_letters(mode: &str, before: u32) -> Result<u32, (char, &'static str)> {
    let mut bits = before;
    let mut clauses = mode.split(',').peekable();
    while let Some(clause) = clauses.next() {
        let mut rest = clause.chars();
        let mut who = 0;
        let operator = loop {
            match rest.next() {
                Some('u') => who |= 0o700,
                Some('g') => who |= 0o070,
                Some('o') => who |= 0o007,
                Some('a') => who |= 0o777,
                Some(operator @ ('+' | '-' | '=')) => break operator,
                Some(other) => return Err((other, "operator")),
                None => return Err((if clauses.peek().is_none() { '\0' } else { ',' }, "operator")),
            }
        };
        let mut permission = 0;
        for letter in rest {
            permission |= match letter {
                'r' => 0o444,
                'w' => 0o222,
                'x' => 0o111,
                other => return Err((other, "character")),
            };
        }
        let of = if who == 0 { 0o777 } else { who };
        permission &= of;
        bits = match operator {
            '+' => bits | permission,
            '-' => bits & !permission,
            _ => bits & !of | permission,
        };
    }
    Ok(bits)
}
