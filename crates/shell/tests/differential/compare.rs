//! Where two outcomes part, in words.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use crate::case::Case;
use crate::outcome::Outcome;

/// The lines of an output that a report shows.
const SHOWN_LINES: usize = 40;

/// What differs between the machine's outcome and ours; `None` when they agree.
pub(crate) fn difference(case: &Case, machine: &Outcome, ours: &Outcome) -> Option<String> {
    let (mut machine, mut ours) = (machine.clone(), ours.clone());
    for normaliser in &case.normalisers {
        normaliser.apply(&mut machine);
        normaliser.apply(&mut ours);
    }
    let mut told = String::new();
    if machine.exit_code != ours.exit_code || machine.timed_out != ours.timed_out {
        let code = |outcome: &Outcome| match outcome.timed_out {
            true => "no end".to_owned(),
            false => outcome.exit_code.to_string(),
        };
        let _ = writeln!(told, "exit code: bash {}, ours {}", code(&machine), code(&ours));
    }
    told += &output("stdout", &machine.stdout, &ours.stdout);
    told += &output("stderr", &machine.stderr, &ours.stderr);
    let names: BTreeSet<&String> = machine.left.keys().chain(ours.left.keys()).collect();
    for name in names {
        let (theirs, our) = (machine.left.get(name), ours.left.get(name));
        if theirs != our {
            let show = |entry: Option<&_>| entry.map_or("nothing".to_owned(), ToString::to_string);
            let _ = writeln!(told, "left behind, {name}:\n  bash: {}\n  ours: {}", show(theirs), show(our));
        }
    }
    (!told.is_empty()).then(|| format!("{}\n{told}", indented(&case.text())))
}

fn output(stream: &str, machine: &[u8], ours: &[u8]) -> String {
    if machine == ours {
        return String::new();
    }
    let lines =
        |bytes: &[u8]| -> Vec<String> { bytes.split_inclusive(|byte| *byte == b'\n').map(shown).collect() };
    let (machine, ours) = (lines(machine), lines(ours));
    let same = machine.iter().zip(&ours).take_while(|(theirs, our)| theirs == our).count();
    let line = |lines: &[String]| lines.get(same).cloned().unwrap_or_else(|| "the end".to_owned());
    let mut told =
        format!("{stream}, line {}:\n  bash: {}\n  ours: {}\n", same + 1, line(&machine), line(&ours));
    if machine.len().max(ours.len()) > same + 1 {
        for (side, lines) in [("bash", &machine), ("ours", &ours)] {
            let _ = writeln!(told, "  all of {side}'s:");
            for line in lines.iter().take(SHOWN_LINES) {
                let _ = writeln!(told, "    {line}");
            }
        }
    }
    told
}

/// A line as text, and its end where that is not plain.
fn shown(line: &[u8]) -> String {
    let Some(whole) = line.strip_suffix(b"\n") else { return format!("{} (no newline)", shown_bytes(line)) };
    shown_bytes(whole)
}

fn shown_bytes(bytes: &[u8]) -> String {
    let long = bytes.len() > 400;
    let bytes = &bytes[..bytes.len().min(400)];
    let text = match std::str::from_utf8(bytes) {
        Ok(text) if !text.chars().any(|c| c.is_control()) => text.to_owned(),
        // In quotes, so that `\t` in the text and a tab are told apart.
        _ => format!("\"{}\"", bytes.escape_ascii()),
    };
    if long { text + "…" } else { text }
}

fn indented(script: &str) -> String {
    script.lines().map(|line| format!("  | {line}\n")).collect()
}
