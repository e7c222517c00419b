//! `echo`.

use super::super::getopt::Given;
use super::super::text::tool::{Io, Worked};
use super::printf::octal;

pub(super) async fn run(io: &mut Io<'_>, given: Given) -> Worked {
    let mut args = given.operands.as_slice();
    match args {
        [only] if only == "--version" => {
            io.out.extend_from_slice(b"echo (GNU coreutils) 9.1\n");
            return Ok(0);
        }
        [only] if only == "--help" => {
            io.out.extend_from_slice(b"Usage: echo [SHORT-OPTION]... [STRING]...\n  or:  echo LONG-OPTION\n");
            return Ok(0);
        }
        _ => {}
    }
    let (mut newline, mut escapes) = (true, false);
    while let [first, rest @ ..] = args {
        let is_option = first.len() > 1
            && first.strip_prefix('-').is_some_and(|letters| letters.bytes().all(|b| b"neE".contains(&b)));
        if !is_option {
            break;
        }
        newline &= !first.contains('n');
        if let Some(last) = first.bytes().rev().find(|byte| b"eE".contains(byte)) {
            escapes = last == b'e';
        }
        args = rest;
    }
    for (at, arg) in args.iter().enumerate() {
        if at > 0 {
            io.out.push(b' ');
        }
        if !escapes {
            io.out.extend_from_slice(arg.as_bytes());
        } else if !unescape(&mut io.out, arg.as_bytes()) {
            return Ok(0);
        }
        io.turn().await?;
    }
    if newline {
        io.out.push(b'\n');
    }
    Ok(0)
}

/// Writes a text with its escapes as what they mean. False where `\c` ends all output.
fn unescape(out: &mut Vec<u8>, text: &[u8]) -> bool {
    let mut rest = text;
    while let [first, after @ ..] = rest {
        rest = after;
        let (b'\\', [letter, after @ ..]) = (*first, after) else {
            out.push(*first);
            continue;
        };
        rest = after;
        match letter {
            b'c' => return false,
            b'0' => out.push(octal(&mut rest, 3)),
            b'1'..=b'7' => {
                rest = &text[text.len() - rest.len() - 1..];
                out.push(octal(&mut rest, 3));
            }
            b'x' if rest.first().is_some_and(u8::is_ascii_hexdigit) => {
                let digits = rest.iter().take(2).take_while(|byte| byte.is_ascii_hexdigit());
                let digits: Vec<u8> = digits.copied().collect();
                rest = &rest[digits.len()..];
                let digit = |byte: u8| char::from(byte).to_digit(16).unwrap_or(0) as u8;
                out.push(digits.into_iter().fold(0, |value, byte| value << 4 | digit(byte)));
            }
            b'\\' => out.push(b'\\'),
            letter => match super::printf::named(*letter) {
                Some(byte) => out.push(byte),
                None => out.extend_from_slice(&[b'\\', *letter]),
            },
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use super::unescape;

    #[test]
    fn escapes_are_what_they_mean() {
        for (text, shown) in [
            (r"a\tb\\", &b"a\tb\\"[..]),
            (r"\0101\101\x41\x4g", b"AAA\x04g"),
            (r"\q\", b"\\q\\"),
            (r"\0", b"\0"),
            (r"\0777", b"\xff"),
            (r"\xg", b"\\xg"),
        ] {
            let mut out = Vec::new();
            assert!(unescape(&mut out, text.as_bytes()));
            assert_eq!(out, shown, "{text}");
        }
        assert!(!unescape(&mut Vec::new(), br"a\cb"));
    }
}
