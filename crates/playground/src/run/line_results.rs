//! The output in the editor: what each entry says in one line, under the line of code that it belongs to.

use super::terminal::plain;
use super::transcript::{Call, Entry, Fate, Outcome, Place};
use crate::bridge::{ErrorReport, LineResult, Tone};

pub(super) fn line_result(entry: &Entry) -> Option<LineResult> {
    let (place, tone, text) = match entry {
        Entry::Note(_) | Entry::Dropped { .. } => return None,
        Entry::Print { text, error, place } => {
            (place, if *error { Tone::Warning } else { Tone::Print }, first_lines(text))
        }
        Entry::Uncaught { error, place, .. } => (place, Tone::Failure, error_text(error)),
        Entry::Call(call) => {
            let (tone, text) = call_text(call);
            (&call.place, tone, text)
        }
    };
    let Place { line, column } = (*place)?;
    Some(LineResult { line, column, tone, text })
}

fn call_text(call: &Call) -> (Tone, String) {
    if call.forgotten {
        return (Tone::Warning, "not awaited: put await before this call".to_owned());
    }
    match &call.outcome {
        Outcome::Running => (Tone::Running, "running".to_owned()),
        Outcome::Unfinished { .. } => (Tone::Caught, "not finished when the run ended".to_owned()),
        Outcome::Returned { value, .. } if value.is_empty() => (Tone::Value, "done".to_owned()),
        Outcome::Returned { value, .. } => (Tone::Value, first_lines(value)),
        Outcome::Exec { .. } if call.is_open() => {
            (Tone::Open, "in the background: how it ends is not known here".to_owned())
        }
        Outcome::Exec { exec, .. } if exec.exit_code == 0 => {
            let text =
                if exec.stdout.trim().is_empty() { "exit 0".to_owned() } else { first_lines(&exec.stdout) };
            (Tone::Value, text)
        }
        Outcome::Exec { exec, .. } => {
            let said = if exec.stderr.trim().is_empty() { &exec.stdout } else { &exec.stderr };
            let said = first_lines(said);
            let separator = if said.is_empty() { "" } else { " · " };
            (Tone::Failure, format!("exit {}{separator}{said}", exec.exit_code))
        }
        Outcome::Failed { error, fate: Fate::Caught, .. } => {
            (Tone::Caught, format!("caught · {}", error.message))
        }
        Outcome::Failed { error, .. } => (Tone::Failure, error_text(error)),
    }
}

fn error_text(error: &ErrorReport) -> String {
    format!("{}: {}", error.name, error.message)
}

/// Enough of a text for one line of the editor, which has no colours of a terminal's.
fn first_lines(text: &str) -> String {
    let text = &plain(text);
    const LINES: usize = 4;
    const LONGEST: usize = 160;
    let lines = || text.lines().map(str::trim_end).filter(|line| !line.is_empty());
    let joined = lines().take(LINES).collect::<Vec<_>>().join(" ⏎ ");
    let more = lines().nth(LINES).is_some() || joined.chars().nth(LONGEST).is_some();
    let cut: String = joined.chars().take(LONGEST).collect();
    if more { format!("{cut} …") } else { cut }
}
