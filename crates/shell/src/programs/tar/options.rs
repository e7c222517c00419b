//! The command line of `tar`.

use crate::programs::getopt::{Given, Known};

pub(super) const KNOWN: Known = Known {
    letters: "cxtruAdf:C:zjJZaOkpmvhPSwWilobnGgMRsT:X:I:b:H:K:L:N:V:F:UB",
    long: &[
        ("append", 'r'),
        ("auto-compress", 'a'),
        ("bzip2", 'j'),
        ("catenate", 'A'),
        ("concatenate", 'A'),
        ("compare", 'd'),
        ("create", 'c'),
        ("dereference", 'h'),
        ("diff", 'd'),
        ("directory", 'C'),
        ("exclude=", '\u{1}'),
        ("exclude-from", 'X'),
        ("extract", 'x'),
        ("file", 'f'),
        ("files-from", 'T'),
        ("format", 'H'),
        ("full-time", '\u{2}'),
        ("get", 'x'),
        ("group=", '\u{3}'),
        ("gunzip", 'z'),
        ("gzip", 'z'),
        ("keep-newer-files", '\u{4}'),
        ("keep-old-files", 'k'),
        ("list", 't'),
        ("mode=", '\u{5}'),
        ("mtime=", '\u{6}'),
        ("no-recursion", '\u{7}'),
        ("no-same-owner", 'o'),
        ("no-same-permissions", '\u{8}'),
        ("no-wildcards", '\u{e}'),
        ("numeric-owner", '\u{f}'),
        ("overwrite", '\u{10}'),
        ("owner=", '\u{11}'),
        ("absolute-names", 'P'),
        ("preserve-permissions", 'p'),
        ("recursion", '\u{12}'),
        ("remove-files", '\u{13}'),
        ("same-owner", '\u{14}'),
        ("same-permissions", 'p'),
        ("skip-old-files", '\u{15}'),
        ("sort=", '\u{16}'),
        ("strip-components=", '\u{17}'),
        ("to-stdout", 'O'),
        ("touch", 'm'),
        ("ungzip", 'z'),
        ("update", 'u'),
        ("utc", '\u{18}'),
        ("verbose", 'v'),
        ("warning=", '\u{19}'),
        ("wildcards", '\u{1a}'),
        ("xz", 'J'),
        ("show-transformed-names", '\u{1b}'),
    ],
};

/// What is to be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Action {
    Create,
    Append,
    Update,
    List,
    Extract,
    Compare,
}

/// The arguments with a first word that is a bundle without a dash as options with one; the error is a letter without
/// its value.
pub(super) fn modern(args: &[String]) -> Result<Vec<String>, char> {
    let Some(first) = args.first().filter(|first| !first.starts_with('-') && !first.is_empty()) else {
        return Ok(args.to_vec());
    };
    let mut rest = args[1..].iter();
    let mut modern = Vec::new();
    for letter in first.chars() {
        modern.push(format!("-{letter}"));
        let takes_value = KNOWN.letters.split(letter).nth(1).is_some_and(|after| after.starts_with(':'));
        if takes_value {
            modern.push(rest.next().ok_or(letter)?.clone());
        }
    }
    modern.extend(rest.cloned());
    Ok(modern)
}

/// The one action that was asked for; the error is the message.
pub(super) fn action(given: &Given) -> Result<Action, &'static str> {
    let mut actions: Vec<Action> = given
        .options
        .iter()
        .filter_map(|(letter, _)| match letter {
            'c' => Some(Action::Create),
            'r' => Some(Action::Append),
            'u' => Some(Action::Update),
            't' => Some(Action::List),
            'x' => Some(Action::Extract),
            'd' => Some(Action::Compare),
            _ => None,
        })
        .collect();
    actions.dedup();
    match actions[..] {
        [action] => Ok(action),
        [] => Err("You must specify one of the '-Acdtrux', '--delete' or '--test-label' options"),
        _ => Err("You may not specify more than one '-Acdtrux', '--delete' or  '--test-label' option"),
    }
}
