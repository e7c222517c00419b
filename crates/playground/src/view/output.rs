//! The output: every call of the SDK at its line, what the code printed, and how it ended.

use leptos::prelude::*;

use super::dynamic::{Line, line, lines, nothing, part_when, press, text};
use super::{desk, runs};
use crate::bridge::{ErrorReport, ExecReport, Tone};
use crate::run::{Call, Entry, Fate, Item, Look, Outcome, Place, Status, pieces};
use crate::words::took;

pub(super) fn output_pane() -> AnyView {
    let runs = runs();
    let nothing_yet = move || {
        runs.status.get() == Status::Idle
            && runs.transcript.with(|transcript| transcript.items().is_empty() && transcript.end().is_none())
    };
    let verdict = move || runs.transcript.with(|transcript| transcript.verdict());
    let says = move || match runs.status.get() {
        Status::Preparing => "Preparing".to_owned(),
        Status::Running => "Running".to_owned(),
        Status::Idle => verdict().map_or_else(String::new, |verdict| verdict.sentence),
    };
    let tone = move || match (runs.status.get(), verdict()) {
        (Status::Idle, Some(verdict)) => tone_class(verdict.tone),
        (Status::Idle, None) => "is-none",
        _ => "is-running",
    };
    let empty = part_when(nothing_yet, || {
        view! {
            <p class="empty">
                "Press Run. Every call shows here with its line: what it returned, what a command printed, and what went wrong."
            </p>
        }
        .into_any()
    });
    let entries =
        lines(move || runs.transcript.with(|transcript| transcript.items().iter().map(entry_line).collect()));
    view! {
        <section class="card output-card" aria-label="Output">
            <div class="toolbar">
                <h2 class="card-title">"Output"</h2>
                <p class=text(move || format!("verdict {}", tone())) role="status">
                    {text(says)}
                </p>
            </div>
            <div class="output" role="log" aria-label="Output of the run" tabindex="0">
                {empty}
                <ol class="entries">{entries}</ol>
            </div>
        </section>
    }
    .into_any()
}

fn tone_class(tone: Tone) -> &'static str {
    match tone {
        Tone::Failure => "is-failure",
        Tone::Warning => "is-warning",
        Tone::Caught => "is-caught",
        Tone::Open => "is-open",
        _ => "is-good",
    }
}

fn entry_line(item: &Item) -> Line {
    let entry = item.entry.clone();
    line(item.key.clone(), move || {
        let (class, place, body) = match &*entry {
            Entry::Note(text) => ("is-note", None, text.clone().into_any()),
            Entry::Dropped { count, .. } => {
                ("is-note", None, format!("{count} more calls and lines are not shown.").into_any())
            }
            Entry::Print { text, error, place } => {
                (if *error { "is-stderr" } else { "is-print" }, *place, pre("printed", text))
            }
            Entry::Uncaught { error, stack, place } => ("is-failure", *place, uncaught(error, stack)),
            Entry::Call(call) => (call_class(call), call.place, call_body(call)),
        };
        let chip = if class == "is-note" { nothing() } else { line_chip(place) };
        view! {
            <li class=format!("entry {class}")>
                {chip} <div class="entry-body">{body}</div>
            </li>
        }
        .into_any()
    })
}

fn uncaught(error: &ErrorReport, stack: &str) -> AnyView {
    let frames: Vec<&str> = stack.lines().filter(|line| line.starts_with("    at ")).collect();
    let stack = if frames.is_empty() { nothing() } else { pre("stack", &frames.join("\n")) };
    vec![error_view(error, "Not caught: the run ended here"), stack].into_any()
}

fn call_class(call: &Call) -> &'static str {
    match &call.outcome {
        Outcome::Exec { exec, .. } if exec.exit_code != 0 => "is-failure",
        Outcome::Failed { fate: Fate::Caught, .. } => "is-caught",
        Outcome::Failed { .. } => "is-failure",
        _ if call.is_open() => "is-open",
        _ => "is-call",
    }
}

fn call_body(call: &Call) -> AnyView {
    let (outcome, ms) = outcome_view(call);
    let forgotten = if call.forgotten {
        view! {
            <p class="forgotten">"Nothing waited for this call. Put " <code>"await"</code> " before it."</p>
        }
        .into_any()
    } else {
        nothing()
    };
    view! {
        <p class="call">
            <code>
                <b>{call.label.clone()}</b>
                {format!("({})", call.args)}
            </code>
            <span class="took">{ms.map(took).unwrap_or_default()}</span>
        </p>
        {forgotten}
        {outcome}
    }
    .into_any()
}

fn outcome_view(call: &Call) -> (AnyView, Option<f64>) {
    match &call.outcome {
        Outcome::Running => (paragraph("pending", "running".to_owned()), None),
        Outcome::Unfinished { stdout, stderr } => {
            let end = paragraph("unfinished", "Not finished when the run ended".to_owned());
            (vec![stream("stdout", stdout), stream("stderr", stderr), end].into_any(), None)
        }
        Outcome::Returned { value, ms } if value.is_empty() => {
            (paragraph("returned is-nothing", "done".to_owned()), Some(*ms))
        }
        Outcome::Returned { value, ms } => (pre("returned", value), Some(*ms)),
        Outcome::Exec { exec, ms } => (exec_view(exec, call.is_open()), Some(*ms)),
        Outcome::Failed { error, fate, ms } => {
            let remark = match fate {
                Fate::Caught => "Caught by the code",
                Fate::Uncaught => "Not caught: the run ended here",
                Fate::Open => "Thrown",
            };
            (error_view(error, remark), Some(*ms))
        }
    }
}

fn exec_view(exec: &ExecReport, is_open: bool) -> AnyView {
    let ExecReport { stdout, stderr, exit_code } = exec;
    let class = if *exit_code == 0 { "exit" } else { "exit is-failure" };
    let remark = if stdout.is_empty() && stderr.is_empty() { ", no output" } else { "" };
    let end = if is_open {
        paragraph("exit is-open", "Started in the background: how it ends is not known here".to_owned())
    } else {
        paragraph(class, format!("exit {exit_code}{remark}"))
    };
    vec![stream("stdout", stdout), stream("stderr", stderr), end].into_any()
}

fn stream(name: &'static str, text: &str) -> AnyView {
    if text.is_empty() {
        return nothing();
    }
    view! {
        <div class=format!("stream is-{name}")>
            <span class="stream-name">{name}</span>
            {pre("", text)}
        </div>
    }
    .into_any()
}

fn error_view(error: &ErrorReport, remark: &'static str) -> AnyView {
    let reason = match &error.reason {
        Some(reason) => view! { " · reason " <code>{reason.clone()}</code> }.into_any(),
        None => nothing(),
    };
    view! {
        <p class="error-message">
            <b>{error.name.clone()}</b>
            {format!(": {}", error.message)}
        </p>
        <p class="error-remark">{remark} {reason}</p>
    }
    .into_any()
}

fn paragraph(class: &'static str, text: String) -> AnyView {
    view! { <p class=class>{text}</p> }.into_any()
}

/// Text as a terminal shows it, with its colours.
fn pre(class: &'static str, text: &str) -> AnyView {
    let pieces: Vec<AnyView> = pieces(text).into_iter().map(|(look, text)| piece(look, text)).collect();
    view! { <pre class=class>{pieces}</pre> }.into_any()
}

fn piece(look: Look, text: String) -> AnyView {
    let class = look.class();
    if class.is_empty() {
        return text.into_any();
    }
    view! { <span class=class>{text}</span> }.into_any()
}

/// The line, as a button that shows it.
fn line_chip(place: Option<Place>) -> AnyView {
    let Some(place) = place else {
        return view! { <span class="line-chip is-nowhere" aria-hidden="true"></span> }.into_any();
    };
    let desk = desk();
    let Place { line, column } = place;
    let label = format!("Line {line}, column {column}: show it in the code");
    view! {
        <button class="line-chip" aria-label=label on:click=press(move || desk.reveal(place))>
            {format!("{line}:{column}")}
        </button>
    }
    .into_any()
}
