//! `hash`: where programs are that were run before.

use super::files::{Type, look};
use super::naming::on_path;
use super::options::Options;
use super::outcome::{Outcome, failed};
use super::{builtin, quoting};
use crate::state::Shell;
use crate::text;

/// `hash`
pub(super) fn hash(shell: &mut Shell, args: &[String], out: &mut Vec<u8>) -> Outcome {
    let mut options = Options::new(args, "dlp:rt");
    let (mut deletes, mut lists, mut forgets, mut tells, mut path) = (false, false, false, false, None);
    while let Some(option) = options.next(shell, out)? {
        match option.letter {
            'd' => deletes = true,
            'l' => lists = true,
            'p' => path = option.argument,
            'r' => forgets = true,
            _ => tells = true,
        }
    }
    let names = options.operands();
    if names.is_empty() && (tells || deletes) {
        let letter = if deletes { 'd' } else { 't' };
        return Err(failed(shell, format!("hash: -{letter}: option requires an argument")));
    }
    if forgets {
        shell.hashed.clear();
    } else if names.is_empty() {
        list(shell, lists, out);
        return Ok(0);
    }
    let mut status = 0;
    for name in names {
        let known = match () {
            () if tells => tell(shell, name, names.len() > 1, lists, out),
            () if deletes => shell.hashed.remove(name).is_some(),
            () => match path {
                Some(path) if look(shell, path, true).is_some_and(|facts| facts.kind == Type::Directory) => {
                    shell.complain(format!("hash: {path}: Is a directory"));
                    status = 1;
                    continue;
                }
                Some(path) => {
                    shell.hashed.insert(name.clone(), (path.to_owned(), 0));
                    true
                }
                None => remember(shell, name),
            },
        };
        if !known {
            shell.complain(format!("hash: {name}: not found"));
            status = 1;
        }
    }
    Ok(status)
}

/// Looks a program up; false when it is none.
fn remember(shell: &mut Shell, name: &str) -> bool {
    if name.contains('/') || builtin(name).is_some() || shell.functions.contains_key(name) {
        return true;
    }
    match on_path(shell, name, false).into_iter().next() {
        Some(path) => {
            shell.hashed.insert(name.to_owned(), (path, 0));
            true
        }
        None => false,
    }
}

fn tell(shell: &Shell, name: &str, many: bool, reusable: bool, out: &mut Vec<u8>) -> bool {
    let Some((path, _)) = shell.hashed.get(name) else { return false };
    let line = match (reusable, many) {
        (true, _) => reusable_line(name, path),
        (_, true) => format!("{name}\t{path}\n"),
        _ => format!("{path}\n"),
    };
    out.extend_from_slice(&text::encode(&line));
    true
}

fn reusable_line(name: &str, path: &str) -> String {
    format!("builtin hash -p {} {name}\n", quoting::reusable(path, true))
}

fn list(shell: &Shell, reusable: bool, out: &mut Vec<u8>) {
    if shell.hashed.is_empty() {
        out.extend_from_slice(b"hash: hash table empty\n");
        return;
    }
    if !reusable {
        out.extend_from_slice(b"hits\tcommand\n");
    }
    let mut all: Vec<_> = shell.hashed.iter().collect();
    all.sort_by_key(|(name, _)| bucket(name));
    for (name, (path, hits)) in all {
        let line = match reusable {
            true => reusable_line(name, path),
            false => format!("{hits:4}\t{path}\n"),
        };
        out.extend_from_slice(&text::encode(&line));
    }
}

/// Where bash's own table has a name: it lists them in that order.
fn bucket(name: &str) -> u32 {
    crate::state::table_hash(name) & 0xff
}
