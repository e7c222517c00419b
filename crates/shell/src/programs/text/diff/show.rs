//! The forms in which `diff` writes an edit script.

use super::script::Hunk;
use super::{Form, Text, Wish};

/// The two texts, with how their headers name them.
pub(super) struct Pair<'a> {
    pub(super) texts: [&'a Text; 2],
    pub(super) labels: [String; 2],
}

const NO_NEWLINE: &str = "\n\\ No newline at end of file\n";

/// Writes the whole script.
pub(super) fn show(out: &mut Vec<u8>, wish: &Wish, pair: &Pair<'_>, hunks: &[Hunk]) {
    match wish.form {
        Form::Normal => hunks.iter().for_each(|hunk| normal(out, pair, *hunk)),
        Form::Ed => hunks.iter().rev().for_each(|hunk| ed(out, pair, *hunk)),
        Form::Unified(context) => {
            for (mark, label) in ["---", "+++"].iter().zip(&pair.labels) {
                out.extend_from_slice(format!("{mark} {label}\n").as_bytes());
            }
            grouped(hunks, context).for_each(|group| unified(out, pair, context, group));
        }
        Form::Context(context) => {
            for (mark, label) in ["***", "---"].iter().zip(&pair.labels) {
                out.extend_from_slice(format!("{mark} {label}\n").as_bytes());
            }
            grouped(hunks, context).for_each(|group| contextual(out, pair, context, group));
        }
        Form::SideBySide => super::beside::show(out, wish, pair, hunks),
    }
}

fn line(out: &mut Vec<u8>, mark: &str, text: &Text, at: usize) {
    out.extend_from_slice(mark.as_bytes());
    out.extend_from_slice(text.line(at));
    match text.ends(at) {
        true => out.push(b'\n'),
        false => out.extend_from_slice(NO_NEWLINE.as_bytes()),
    }
}

/// `3` or `3,5`, or the line before an empty range.
fn range((from, to): (usize, usize)) -> String {
    match to - from {
        0 => from.to_string(),
        1 => to.to_string(),
        _ => format!("{},{to}", from + 1),
    }
}

fn letter(hunk: Hunk) -> char {
    match (hunk.first.0 == hunk.first.1, hunk.second.0 == hunk.second.1) {
        (true, _) => 'a',
        (_, true) => 'd',
        _ => 'c',
    }
}

fn normal(out: &mut Vec<u8>, pair: &Pair<'_>, hunk: Hunk) {
    let letter = letter(hunk);
    out.extend_from_slice(format!("{}{letter}{}\n", range(hunk.first), range(hunk.second)).as_bytes());
    (hunk.first.0..hunk.first.1).for_each(|at| line(out, "< ", pair.texts[0], at));
    if letter == 'c' {
        out.extend_from_slice(b"---\n");
    }
    (hunk.second.0..hunk.second.1).for_each(|at| line(out, "> ", pair.texts[1], at));
}

fn ed(out: &mut Vec<u8>, pair: &Pair<'_>, hunk: Hunk) {
    let letter = letter(hunk);
    out.extend_from_slice(format!("{}{letter}\n", range(hunk.first)).as_bytes());
    if letter == 'd' {
        return;
    }
    let mut inserting = true;
    for at in hunk.second.0..hunk.second.1 {
        if !inserting {
            out.extend_from_slice(b"a\n");
            inserting = true;
        }
        let text = pair.texts[1].line(at);
        // A lone dot would end the text: it goes in as two, of which one is then taken away.
        if text == b"." {
            out.extend_from_slice(b"..\n.\ns/.//\n");
            inserting = false;
        } else {
            out.extend_from_slice(text);
            out.push(b'\n');
        }
    }
    if inserting {
        out.extend_from_slice(b".\n");
    }
}

/// Hunks that are shown together, because their context meets.
fn grouped(hunks: &[Hunk], context: usize) -> impl Iterator<Item = &[Hunk]> {
    hunks.chunk_by(move |one, other| other.first.0 - one.first.1 <= 2 * context)
}

/// The lines of both files that a group and its context take.
fn extent(pair: &Pair<'_>, context: usize, group: &[Hunk]) -> Option<[(usize, usize); 2]> {
    let (first, last) = (group.first()?, group.last()?);
    Some([
        (
            first.first.0.saturating_sub(context),
            last.first.1.saturating_add(context).min(pair.texts[0].len()),
        ),
        (
            first.second.0.saturating_sub(context),
            last.second.1.saturating_add(context).min(pair.texts[1].len()),
        ),
    ])
}

fn unified(out: &mut Vec<u8>, pair: &Pair<'_>, context: usize, group: &[Hunk]) {
    let Some([one, other]) = extent(pair, context, group) else { return };
    let range = |(from, to): (usize, usize)| match to - from {
        0 => format!("{from},0"),
        1 => to.to_string(),
        count => format!("{},{count}", from + 1),
    };
    out.extend_from_slice(format!("@@ -{} +{} @@\n", range(one), range(other)).as_bytes());
    let mut at = one.0;
    for hunk in group {
        (at..hunk.first.0).for_each(|at| line(out, " ", pair.texts[0], at));
        (hunk.first.0..hunk.first.1).for_each(|at| line(out, "-", pair.texts[0], at));
        (hunk.second.0..hunk.second.1).for_each(|at| line(out, "+", pair.texts[1], at));
        at = hunk.first.1;
    }
    (at..one.1).for_each(|at| line(out, " ", pair.texts[0], at));
}

fn contextual(out: &mut Vec<u8>, pair: &Pair<'_>, context: usize, group: &[Hunk]) {
    let Some(extents) = extent(pair, context, group) else { return };
    out.extend_from_slice(b"***************\n");
    for (nth, extent) in extents.into_iter().enumerate() {
        let of = |hunk: &Hunk| if nth == 0 { hunk.first } else { hunk.second };
        let (open, close) = if nth == 0 { ("***", "****") } else { ("---", "----") };
        out.extend_from_slice(format!("{open} {} {close}\n", range(extent)).as_bytes());
        if group.iter().all(|hunk| of(hunk).0 == of(hunk).1) {
            continue;
        }
        let mut at = extent.0;
        for hunk in group {
            let own = of(hunk);
            let mark = match letter(*hunk) {
                'c' => "! ",
                _ if nth == 0 => "- ",
                _ => "+ ",
            };
            (at..own.0).for_each(|at| line(out, "  ", pair.texts[nth], at));
            (own.0..own.1).for_each(|at| line(out, mark, pair.texts[nth], at));
            at = own.1;
        }
        (at..extent.1).for_each(|at| line(out, "  ", pair.texts[nth], at));
    }
}
